"""The sheet that charts are drawn on: colours, type, lines that fit, marks as SVG text."""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from html import escape

WIDTH = 400.0
TEXT, SMALL, LEADING = 16.0, 14.0, 1.3
BOLD = 1.15  # how much wider bold type runs
# Where a line may end; a space that holds two words together is none of them.
SPACES = re.compile(r"[^\S\N{NO-BREAK SPACE}]+")
COLOURS = {
    "paper": "#FBF7EF",
    "ink": "#26211C",
    "muted": "#5F564B",
    "edge": "#857A6C",
    "bar": "#1D5C57",
    "agree": "#2B5C8A",
    "disagree": "#9A5B13",
    "group-a": "#1D5C57",
    "group-b": "#8C4A1F",
    "group-c": "#6A3D7C",
    "group-d": "#3A53C4",
    "group-e": "#26211C",
}


def wrap(text: str, size: float, width: float = WIDTH) -> list[str]:
    """The text in lines no wider than `width`; a word that is longer than a line is broken."""
    lines = [""]
    for word in SPACES.split(text):
        for piece in _pieces(word, size, width):
            longer = f"{lines[-1]} {piece}".strip()
            if text_width(longer, size) <= width:
                lines[-1] = longer
            else:
                lines.append(piece)
    return [line for line in lines if line]


def text_width(text: str, size: float) -> float:
    """How wide a text will be, judged generously: nobody knows which sans-serif the reader has."""
    return size * sum(map(_character_width, text))


@functools.cache
def _character_width(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character in "fijlrtI.,:;'’‘|!()[]- ":
        return 0.38
    if character in "mwMW@%—…":
        return 0.95
    return 0.72 if character.isupper() else 0.62


def _pieces(word: str, size: float, width: float) -> list[str]:
    if text_width(word, size) <= width:
        return [word]
    pieces, piece = [], ""
    for character in word:
        if piece and text_width(piece + character, size) > width:
            pieces.append(piece)
            piece = ""
        piece += character
    return [*pieces, piece]


class Sheet:
    """Marks set from the top downwards; `y` is how far it has got."""

    def __init__(self, prefix: str, title: str, description: str) -> None:
        self.prefix, self.title, self.description = prefix, title, description
        self.y = 0.0
        self.marks: list[str] = []
        self.definitions: list[str] = []

    def define(self, *patterns: str) -> None:
        self.definitions.extend(patterns)

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        kind: str,
        fill: str = "",
        edge: bool = False,
    ) -> None:
        place = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
        stroke = f' stroke="{COLOURS["edge"]}"' if edge else ""
        self.marks.append(f'<rect class="{kind}" {place} fill="{fill or COLOURS[kind]}"{stroke}/>')

    def shape(self, path: str, kind: str) -> None:
        self.marks.append(f'<path class="{kind}" d="{path}" fill="{COLOURS[kind]}"/>')

    def line(self, kind: str, colour: str, width: float, path: str) -> None:
        stroke = f'stroke="{COLOURS[colour]}" stroke-width="{number(width)}"'
        self.marks.append(f'<path class="{kind}" d="{path}" fill="none" {stroke}/>')

    def words(
        self, text: str, x: float, y: float, *, size: float = TEXT, kind: str = "ink", bold: bool = False
    ) -> None:
        weight = ' font-weight="600"' if bold else ""
        place = f'x="{number(x)}" y="{number(y)}" font-size="{number(size)}"{weight}'
        self.marks.append(f'<text class="{kind}" {place} fill="{COLOURS[kind]}">{escape(text)}</text>')

    def paragraph(self, text: str, *, kind: str = "ink", size: float = TEXT, bold: bool = False) -> None:
        spans = []
        for line in wrap(text, size, WIDTH / (BOLD if bold else 1)):
            self.y += size * LEADING
            spans.append(f'<tspan x="0" y="{number(self.y - size * 0.25)}">{escape(line)}</tspan>')
        weight = ' font-weight="600"' if bold else ""
        text_mark = f'<text class="{kind}" font-size="{number(size)}"{weight} fill="{COLOURS[kind]}">'
        self.marks.append(f"{text_mark}{''.join(spans)}</text>")
        self.y += 4

    def svg(self, margin: float = 0) -> str:
        """The whole as text; with a margin it lies on paper, without one on whatever page it is put."""
        title, description = f"{self.prefix}-title", f"{self.prefix}-desc"
        width, height = number(WIDTH + 2 * margin), number(math.ceil(self.y) + 2 * margin)
        corner = number(-margin)
        size = f'viewBox="{corner} {corner} {width} {height}" width="{width}" height="{height}"'
        paper = (
            f'<rect x="{corner}" y="{corner}" width="{width}" height="{height}" fill="{COLOURS["paper"]}"/>'
        )
        defined = f"<defs>{''.join(self.definitions)}</defs>" if self.definitions else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" {size} role="img"'
            f' aria-labelledby="{title} {description}" font-family="system-ui, sans-serif">'
            f'<title id="{title}">{escape(self.title)}</title>'
            f'<desc id="{description}">{escape(self.description)}</desc>'
            f"{defined}{paper if margin else ''}{''.join(self.marks)}</svg>"
        )


def pattern(name: str, angle: int, spacing: float, ground: str, stripe: str, width: float) -> str:
    """Stripes of one colour on another: a sign for those who see no colours."""
    height = f'height="{number(spacing)}"'
    size = f'width="{number(spacing)}" {height}'
    return (
        f'<pattern id="{name}" {size} patternUnits="userSpaceOnUse" patternTransform="rotate({angle})">'
        f'<rect class="{ground}" {size} fill="{COLOURS[ground]}"/>'
        f'<rect class="{stripe}" width="{number(width)}" {height} fill="{COLOURS[stripe]}"/></pattern>'
    )


def number(value: float) -> str:
    """A coordinate to a tenth, without a trailing nought or a nought below zero."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")
