"""Pictures of numbers as SVG: the label on its own line, its bar below, the number at the end.

Each picture stands alone as a file and in a PDF (colours are attributes) and takes the page's colours where
there is a page (classes). It is 400 units wide with 16-unit type, so that it can be read 360 pixels wide.
Texts come in finished, in the reader's language; ids begin with the prefix, which is the caller's to keep
unique on a page.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from folkmoot.publish.drawing import BOLD, LEADING, SMALL, TEXT, WIDTH, Sheet, number, pattern, text_width

BAR, LANE, APART = 18.0, 20.0, 14.0
GROUPS = ("group-a", "group-b", "group-c", "group-d", "group-e")


class Bar(NamedTuple):
    """One thing counted; `low` and `high` are the ends of its range where there is one."""

    label: str
    value: float
    low: float | None
    high: float | None
    figure: str


class Split(NamedTuple):
    """How many agree, disagree and are not sure about one statement."""

    label: str
    agree: float
    disagree: float
    unsure: float


class ByGroup(NamedTuple):
    """The share (0 to 100) in each group, in the order of the groups, absent where too few answered.

    The note, in small type, says what stands behind the shares.
    """

    label: str
    shares: Sequence[float | None]
    note: str = ""


def bars(
    rows: Sequence[Bar | tuple[str, float, float | None, float | None, str]],
    *,
    title: str,
    description: str,
    unit: str = "",
    maximum: float | None = None,
    prefix: str = "chart",
) -> str:
    """Bars from zero with a thin whisker for the range; the longest fills the width, or `maximum` would."""
    given = [Bar(*row) for row in rows]
    _check(given, [n for row in given for n in row[1:4] if n is not None])
    longest = maximum or max(max(row.value, row.high or 0) for row in given) or 1.0
    sheet = Sheet(prefix, title, description)
    widest = BOLD * max(text_width(row.figure, TEXT) for row in given)
    beneath = widest > WIDTH * 0.45
    scale = (WIDTH - (6 if beneath else widest + 14)) / longest
    if unit:
        sheet.paragraph(unit, kind="muted", size=SMALL)
        sheet.y += 6
    for row in given:
        _bar(sheet, row, scale, beneath)
    return sheet.svg()


def stacked(
    rows: Sequence[Split | tuple[str, float, float, float]],
    *,
    title: str,
    description: str,
    words: tuple[str, str, str] = ("agree", "disagree", "not sure"),
    figure: Callable[[float], str] | None = None,
    prefix: str = "chart",
) -> str:
    """Each statement's answers as parts of one bar: agree plain, disagree striped, not sure hatched."""
    given = [Split(*row) for row in rows]
    _check(given, [n for row in given for n in row[1:]])
    sheet = Sheet(prefix, title, description)
    sheet.define(
        pattern(f"{prefix}-stripes", 45, 7, "disagree", "paper", 1.5),
        pattern(f"{prefix}-hatch", -45, 5, "paper", "edge", 1.2),
    )
    for row in given:
        sheet.paragraph(row.label)
        _parts(sheet, row[1:])
        _legend(sheet, [f"{(figure or _count)(n)} {word}" for n, word in zip(row[1:], words, strict=True)])
        sheet.y += APART
    return sheet.svg()


def by_group(
    rows: Sequence[ByGroup | tuple[str, Sequence[float | None]]],
    *,
    groups: Sequence[str],
    title: str,
    description: str,
    unit: str = "%",
    too_few: str = "too few",
    prefix: str = "chart",
) -> str:
    """Where each group stands on a statement, from 0 to 100: one lane a group, its own shape and colour."""
    given = [ByGroup(*row) for row in rows]
    _check(given, [n for row in given for n in row.shares if n is not None])
    sheet = Sheet(prefix, title, description)
    for row in given:
        sheet.paragraph(row.label)
        if row.note:
            sheet.paragraph(row.note, kind="muted", size=SMALL)
        for index, (group, share) in enumerate(zip(groups, row.shares, strict=True)):
            _lane(sheet, index, group, share, too_few if share is None else f"{_count(round(share))} {unit}")
        sheet.y += APART
    return sheet.svg()


def as_file(chart: str, *, heading: str, source: str) -> str:
    """The chart as a picture to pass on: on paper, under its heading, with where it comes from."""
    sheet = Sheet("file", heading, source)
    sheet.paragraph(heading, bold=True)
    sheet.y += APART
    height = float(re.findall(r' height="([\d.]+)"', chart)[0])
    sheet.marks.append(chart.replace("<svg ", f'<svg y="{number(sheet.y)}" ', 1))
    sheet.y += height + APART
    sheet.paragraph(source, kind="muted", size=SMALL)
    return sheet.svg(margin=20)


def _check(rows: Sequence[object], numbers: Sequence[float]) -> None:
    if not rows:
        raise ValueError("a chart needs at least one row")
    for value in numbers:
        if not math.isfinite(value) or value < 0:
            raise ValueError(f"a chart from zero cannot show {value}")


def _bar(sheet: Sheet, row: Bar, scale: float, beneath: bool) -> None:
    sheet.paragraph(row.label)
    end, middle = row.value * scale, sheet.y + BAR / 2
    sheet.rect(0, sheet.y, max(end, 1.5), BAR, kind="bar")
    if row.low is not None and row.high is not None:
        _whisker(sheet, row.low * scale, row.high * scale, middle)
    if beneath:
        sheet.y += BAR
        sheet.paragraph(row.figure, size=SMALL)
        sheet.y += APART - 4
    else:
        sheet.words(row.figure, max(end, (row.high or 0) * scale) + 8, middle + TEXT * 0.35, bold=True)
        sheet.y += BAR + APART


def _whisker(sheet: Sheet, low: float, high: float, y: float) -> None:
    """A thin line with two ends, in a halo of paper so that it shows on the bar and beside it."""
    path = f"M{number(low)} {number(y)}H{number(high)}" + "".join(
        f"M{number(x)} {number(y - 4)}v8" for x in (low, high)
    )
    sheet.line("halo", "paper", 4.5, path)
    sheet.line("whisker", "ink", 1.5, path)


def _parts(sheet: Sheet, answers: Sequence[float]) -> None:
    whole, x = sum(answers), 0.0
    if not whole:
        sheet.rect(0.5, sheet.y + 0.5, WIDTH - 1, BAR - 1, kind="rule", fill="none", edge=True)
    for index, answer in enumerate(answers):
        if answer:
            width = WIDTH * answer / whole
            _swatch(sheet, index, x, sheet.y, max(width - 2, 0.5), BAR)
            x += width
    sheet.y += BAR + 4


def _swatch(sheet: Sheet, index: int, x: float, y: float, width: float, height: float) -> None:
    if index == 0:
        sheet.rect(x, y, width, height, kind="agree")
    elif index == 1:
        sheet.rect(x, y, width, height, kind="striped", fill=f"url(#{sheet.prefix}-stripes)")
    else:
        inner = (x + 0.5, y + 0.5, max(width - 1, 0.5), height - 1)
        sheet.rect(*inner, kind="rule", fill=f"url(#{sheet.prefix}-hatch)", edge=True)


def _legend(sheet: Sheet, texts: Sequence[str]) -> None:
    """Each number with a sample of its part of the bar, side by side as far as they fit."""
    x, height = 0.0, SMALL * LEADING
    for index, text in enumerate(texts):
        width = 18 + text_width(text, SMALL)
        if x and x + width > WIDTH:
            x, sheet.y = 0.0, sheet.y + height
        _swatch(sheet, index, x, sheet.y + 3, 12, 12)
        sheet.words(text, x + 18, sheet.y + SMALL, size=SMALL)
        x += width + 12
    sheet.y += height


def _lane(sheet: Sheet, index: int, group: str, share: float | None, figure: str) -> None:
    kind, y = GROUPS[index % len(GROUPS)], sheet.y + LANE / 2
    start, end = 34.0, WIDTH - 70
    sheet.shape(_sign(kind, 7, y), kind)
    sheet.words(group, 18, y + SMALL * 0.35, size=SMALL, bold=True)
    ticks = "".join(f"M{number(x)} {number(y - 4)}v8" for x in (start, end))
    sheet.line("rule", "edge", 1, f"M{number(start)} {number(y)}H{number(end)}{ticks}")
    if share is not None:
        sheet.shape(_sign(kind, start + (end - start) * min(share, 100) / 100, y), kind)
    sheet.words(figure, end + 14, y + SMALL * 0.35, size=SMALL)
    sheet.y += LANE


def _sign(kind: str, x: float, y: float) -> str:
    """A disc, a square, a triangle, a diamond or a cross around this point."""
    if kind == "group-a":
        return f"M{number(x - 6)} {number(y)}a6 6 0 1 1 12 0a6 6 0 1 1 -12 0z"
    if kind == "group-b":
        return f"M{number(x - 5.5)} {number(y - 5.5)}h11v11h-11z"
    if kind == "group-d":
        return f"M{number(x)} {number(y - 7)}l7 7l-7 7l-7 -7z"
    if kind == "group-e":
        return f"M{number(x - 2)} {number(y - 6.5)}h4v4.5h4.5v4h-4.5v4.5h-4v-4.5h-4.5v-4h4.5z"
    return f"M{number(x)} {number(y - 7)}l7 12.5h-14z"


def _count(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
