"""What the stylesheet promises: it is small, it can be read, and it asks nobody else for anything."""

from __future__ import annotations

import gzip
import itertools
import re
from pathlib import Path

import pytest

import folkmoot

SITE = Path(folkmoot.__file__).parent / "site"
STYLESHEET = SITE / "static" / "folkmoot" / "site.css"
TEMPLATES = sorted((SITE / "templates").rglob("*.html"))
TEXTS = ("ink", "muted", "accent", "group-b", "group-c", "agree", "disagree", "alarm")
GROUNDS = ("paper", "surface")


def colours(scheme: str) -> dict[str, str]:
    """The colour tokens of the light, the dark or the printed page."""
    blocks = re.findall(r":root \{(.*?)\}", STYLESHEET.read_text(), re.DOTALL)
    block = blocks[("light", "dark", "print").index(scheme)]
    found = re.findall(r"--([a-z-]+): #([0-9a-f]{3,6});", block)
    return {name: code if len(code) == 6 else "".join(2 * digit for digit in code) for name, code in found}


def luminance(code: str) -> float:
    """Relative luminance, WCAG 2.2."""
    shares = [int(code[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_measured_as_the_guidelines_do() -> None:
    assert contrast("000000", "ffffff") == pytest.approx(21)
    assert contrast("767676", "ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_text_can_be_read_on_paper_and_surface(scheme: str) -> None:
    tokens = colours(scheme)
    for text, ground in itertools.product(TEXTS, GROUNDS):
        assert contrast(tokens[text], tokens[ground]) >= 4.5, (text, ground)


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_edges_of_what_can_be_pressed_are_seen(scheme: str) -> None:
    tokens = colours(scheme)
    for ground in GROUNDS:
        assert contrast(tokens["edge"], tokens[ground]) >= 3.5, ground


def test_the_stylesheet_is_under_eight_kilobytes() -> None:
    assert len(gzip.compress(STYLESHEET.read_bytes(), 9)) <= 8 * 1024


def test_the_stylesheet_asks_nobody_else() -> None:
    text = STYLESHEET.read_text()
    assert "url(" not in text
    assert "@import" not in text
    assert "@font-face" not in text


def test_every_colour_of_the_stylesheet_is_a_token() -> None:
    without_tokens = re.sub(r":root \{.*?\}", "", STYLESHEET.read_text(), flags=re.DOTALL)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", without_tokens) == []


def test_every_class_that_a_shared_template_uses_is_drawn() -> None:
    drawn = set(re.findall(r"\.([a-z][a-z-]*)", STYLESHEET.read_text()))
    for template in TEMPLATES:
        for value in re.findall(r'class="([^"]*)"', template.read_text()):
            plain = re.sub(r"\{%.*?%\}", " ", value)
            # Marks that carry a meaning for the reader of the code alone are not used: each one is drawn.
            assert set(plain.split()) - {"button"} <= drawn, template


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(SITE)))
def test_no_template_carries_styles_or_scripts_of_its_own(template: Path) -> None:
    text = template.read_text()
    assert "<style" not in text
    assert not re.search(r"\sstyle=|\son[a-z]+=\"", text)
    for script in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in script or 'type="application/json"' in script
    assert not re.search(r"(src|href)=\"(https?:)?//", text)
