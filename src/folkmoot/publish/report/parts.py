"""What a report is made of. Page and PDF each know how to show every part; `kind` says which it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True)
class Text:
    """A paragraph; muted where it explains rather than tells."""

    text: str
    muted: bool = False
    kind: str = "text"


@dataclass(frozen=True)
class Heading:
    """A heading inside a section. `level` is 3 or 4."""

    text: str
    level: int = 3
    kind: str = "heading"


@dataclass(frozen=True)
class Items:
    """A list of sentences."""

    items: Sequence[str]
    kind: str = "items"


@dataclass(frozen=True)
class Dated:
    """Lines with a day before each."""

    rows: Sequence[tuple[str, str]]
    kind: str = "dated"


@dataclass(frozen=True)
class Quote:
    """Somebody's own words, unedited, with a note where they need one."""

    text: str
    note: str = ""
    kind: str = "quote"


@dataclass(frozen=True)
class Table:
    """Rows of which the first cell is the row's heading and the others are numbers."""

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    kind: str = "table"

    @property
    def html(self) -> SafeString:
        """Written here, not in a template: a table of all statements has a thousand cells."""
        first, *others = self.headings
        head = f'<th scope="col">{escape(first)}' + "".join(
            f'<th scope="col">{escape(one)}' for one in others
        )
        rows = "".join(_row(row) for row in self.rows)
        return format_html(
            '<div class="scroll" role="region" tabindex="0" aria-label="{}">'
            '<table class="numbers"><caption>{}</caption>'
            "<thead><tr>{}</thead><tbody>{}</tbody></table></div>",
            self.caption,
            self.caption,
            mark_safe(head),
            mark_safe(rows),
        )


def _row(row: Sequence[str]) -> str:
    heading, *cells = row
    numbers = "".join(f"<td>{escape(cell)}" for cell in cells)
    return f'<tr><th scope="row" dir="auto">{escape(heading)}{numbers}\n'


@dataclass(frozen=True)
class Figure:
    """A chart with its table. `name` is the chart's own in this publication, and in its address."""

    name: str
    caption: str
    chart: str
    table: Table
    address: str = ""
    kind: str = "figure"


@dataclass(frozen=True)
class Pattern:
    """Where on the map people agree with one statement: signs for each place, and the same in words."""

    text: str
    signs: str
    told: str


@dataclass(frozen=True)
class Drawing:
    """The opinion map. `places` are `x y people` of each place that the patterns' signs stand for."""

    caption: str
    chart: str
    told: str
    places: str = ""
    patterns: Sequence[Pattern] = ()
    kind: str = "drawing"


@dataclass(frozen=True)
class Fold:
    """What is there for those who want to look: closed on the page until it is opened, open on paper."""

    summary: str
    parts: Sequence[Any]
    kind: str = "fold"


@dataclass(frozen=True)
class File:
    """Something to download."""

    name: str
    says: str
    digest: str
    size: str
    address: str


@dataclass(frozen=True)
class Files:
    """The files of a publication, with what proves that they are the ones."""

    files: Sequence[File]
    kind: str = "files"


@dataclass(frozen=True)
class Link:
    """An address, with words for it."""

    text: str
    address: str
    kind: str = "link"


@dataclass(frozen=True)
class Section:
    """A part of the report with its heading. `name` is its place in the page's address."""

    name: str
    heading: str
    parts: Sequence[Any]
