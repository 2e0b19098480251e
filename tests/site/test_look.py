"""What the stylesheet promises: it is small, it can be read, and it asks nobody else for anything."""

from __future__ import annotations

import gzip
import itertools
import math
import re
from pathlib import Path

import pytest

import folkmoot
from folkmoot.methods.opinions.chart import MARKS

SITE = Path(folkmoot.__file__).parent / "site"
STYLESHEET = SITE / "static" / "folkmoot" / "site.css"
TEMPLATES = sorted((SITE / "templates").rglob("*.html"))
# Colours as they are seen where one kind of cone is missing: linear red, green and blue in, and out.
# Machado, Oliveira and Fernandes, IEEE Transactions on Visualization and Computer Graphics 15 (2009), severity 1.
EYES = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no long": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "no middle": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "no short": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
TEXTS = ("ink", "muted", "accent", "group-b", "group-c", "group-d", "agree", "disagree", "alarm")
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


def linear(code: str) -> list[float]:
    shares = [int(code[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]


def lab(light: list[float]) -> list[float]:
    """CIE L*a*b* under D65."""
    to_xyz = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    xyz = [sum(part * min(max(c, 0), 1) for part, c in zip(row, light, strict=True)) for row in to_xyz]
    x, y, z = (
        (c / white) ** (1 / 3) if c / white > 0.008856 else 7.787 * c / white + 16 / 116
        for c, white in zip(xyz, (0.9505, 1.0, 1.089), strict=True)
    )
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)]


def seen_by(eyes: str, code: str) -> list[float]:
    light = linear(code)
    return lab([sum(part * c for part, c in zip(row, light, strict=True)) for row in EYES[eyes]])


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_groups_are_told_apart_by_eyes_that_miss_a_colour(scheme: str, eyes: str) -> None:
    given = colours(scheme)
    groups = [given[name] for name in ("accent", "group-b", "group-c", "group-d", "ink")]
    assert least_distance(groups, eyes) >= 12


@pytest.mark.parametrize("eyes", EYES)
def test_groups_of_the_picture_alone_are_told_apart_too(eyes: str) -> None:
    assert least_distance([mark.colour.removeprefix("#").lower() for mark in MARKS], eyes) >= 12


def least_distance(codes: list[str], eyes: str) -> float:
    """ΔE (CIE 1976) of the two colours that are most alike to such eyes; 2 is just seen."""
    return min(
        math.dist(seen_by(eyes, one), seen_by(eyes, other)) for one, other in itertools.combinations(codes, 2)
    )


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
