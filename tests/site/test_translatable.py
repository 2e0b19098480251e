"""Every text that templates show can be translated: nothing that has letters stands there bare."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import folkmoot

SOURCE = Path(folkmoot.__file__).parent
TEMPLATES = sorted(
    path for path in SOURCE.rglob("*") if "templates" in path.parts and path.suffix in (".html", ".txt")
)
SPOKEN = ("alt", "title", "aria-label", "aria-description", "placeholder")
UNREAD = ("script", "style", "code", "pre", "template")
# What is the same in every language: names of the program and of forms of file.
NAMES = {"Folkmoot", "CSV", "PDF", "SVG", "SHA"}

# Django's own marks, in the order in which they must go: the inner text of the first ones is no text here.
MARKS = re.compile(
    r"\{%\s*comment.*?%\}.*?\{%\s*endcomment\s*%\}"
    r"|\{%\s*blocktrans(?:late)?\b.*?%\}.*?\{%\s*endblocktrans(?:late)?\s*%\}"
    # Attributes for a tag of the page that is extended.
    r"|\{%\s*block\s+body_attributes\s*%\}.*?\{%\s*endblock[^%]*%\}"
    r"|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}",
    re.DOTALL,
)
WORD = re.compile(r"[^\W\d_]{2,}")


class Texts(HTMLParser):
    """What a reader sees or hears: text between tags, and the attributes that are spoken."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self.within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNREAD:
            self.within.append(tag)
        values = dict(attrs)
        spoken = [*SPOKEN, "value"] if values.get("type") in ("submit", "button", "reset") else SPOKEN
        for name in spoken:
            if values.get(name):
                self.found.append((self.getpos()[0], str(values[name])))
        if values.get("name") == "description" and tag == "meta":
            self.found.append((self.getpos()[0], values.get("content") or ""))

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        if self.within and self.within[-1] == tag:
            self.within.pop()

    def handle_data(self, data: str) -> None:
        if not self.within:
            self.found += [(self.getpos()[0] + n, line) for n, line in enumerate(data.split("\n"))]


def bare_words(template: str) -> list[tuple[int, str]]:
    """The lines of a template with words that no translator would be shown."""
    # Lines are kept, so that the place is right.
    without = MARKS.sub(lambda mark: " " + "\n" * mark.group().count("\n"), template)
    # A tag whose name is chosen by a condition.
    without = re.sub(r"(</?) +(?=\w)", r"\1", without)
    reader = Texts()
    reader.feed(without)
    reader.close()
    return [
        (line, text.strip())
        for line, text in reader.found
        if any(word not in NAMES for word in WORD.findall(text))
    ]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_every_text_of_a_template_can_be_translated(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    if template.suffix == ".txt":
        text = text.replace("<", " ")
    assert bare_words(text) == []


def test_templates_are_found() -> None:
    assert len(TEMPLATES) > 30


@pytest.mark.parametrize(
    "template",
    [
        "<p>Hello there</p>",
        '<p>{% translate "Hello" %} there</p>',
        '<img src="x.png" alt="A map">',
        '<input placeholder="Your name">',
        '<nav aria-label="Pages"></nav>',
        '<input type="submit" value="Send">',
        '<a href="{% url \'home\' %}" title="Home"></a>',
        "{% if a %}yes{% endif %}",
        "{{ number }} people",
    ],
)
def test_a_bare_text_is_found(template: str) -> None:
    assert len(bare_words(template)) == 1


@pytest.mark.parametrize(
    "template",
    [
        '<p>{% translate "Hello" %} {{ name }}: 12 %</p>',
        "{% blocktranslate trimmed count n=n %}One\nperson{% plural %}{{ n }} people{% endblocktranslate %}",
        "{% comment %}why{% endcomment %}{# because #}<!-- and so -->",
        '<a class="button" href="/a/b" id="home">→</a>',
        '<img alt="{% translate "A map" %}">',
        "<p>Folkmoot</p><code>votes.csv</code>",
        '<{% if link %}a href="{{ link }}"{% else %}button{% endif %}>{% slot %}{% endslot %}</button>',
    ],
)
def test_what_can_be_translated_passes(template: str) -> None:
    assert bare_words(template) == []
