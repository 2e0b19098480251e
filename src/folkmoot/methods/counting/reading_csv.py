"""Ballots in CSV files: a row a paper, in one of three forms.

Rankings: `ballot,1,2,3,…` with a candidate's name in each cell. Marks: `ballot` and a column a candidate, with
1 or nothing, a score, or points. A motion: `ballot,choice` with yes, no or abstain. A column `count` says how
many papers a row stands for. A paper with nothing filled in is invalid; a 0 that somebody wrote is a mark.
Candidates of rankings have numbers in the order of the list of them, or else of their names.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence

import numpy as np

from folkmoot.methods import InputError
from folkmoot.methods.counting.ballots import Budget, Choices, Marks, Profile, Rankings, rank
from folkmoot.methods.text_files import csv_rows, decode

MOST_MARK = 1_000_000
Row = tuple[int, list[str]]


def read_csv(data: bytes, kind: type[Profile], candidates: Sequence[str] | None = None) -> Profile:
    """The ballots that a rule of this kind counts. Raises InputError with line and column of what is wrong.

    `candidates`: who stands, for rankings, which have no list of their own. Nobody else is taken then.
    """
    if candidates is not None and kind is not Rankings:
        raise InputError("this file names its candidates itself", remedy="Leave out the list of candidates.")
    if kind is Budget:
        raise InputError("a budget is not read from CSV", remedy="Give a Pabulib file (.pb) with costs.")
    header, rows = _table(decode(data))
    counts, cells = _counted(header, rows)
    header = [name for name in header[1:] if name.lower() != "count"]
    if kind is Rankings:
        return _rankings(header, counts, cells, candidates)
    return _choices(header, counts, cells) if kind is Choices else _marks(header, counts, cells)


def _table(text: str) -> tuple[list[str], list[Row]]:
    rows = [(line, [_cell(cell) for cell in cells]) for line, cells in csv_rows(text) if any(cells)]
    if not rows or rows[0][1][0].lower() != "ballot":
        raise _wrong(1, "the first column is not “ballot”", "Begin with a header such as ballot,1,2,3.")
    header = rows[0][1]
    if len({name.lower() for name in header}) < len(header) or "" in header:
        raise _wrong(
            rows[0][0], "two columns share a name, or one has none", "Give each column its own name."
        )
    for line, cells in rows[1:]:
        if len(cells) > len(header) and any(cells[len(header) :]):
            raise _wrong(
                line, f"{len(cells)} cells under {len(header)} columns", "Take out what is too much."
            )
    return header, rows[1:]


def _cell(text: str) -> str:
    """The cell without needless blanks; letters with accents are the same however a computer wrote them."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _counted(header: list[str], rows: list[Row]) -> tuple[list[int], list[Row]]:
    """How many papers each row stands for, and its other cells. A ballot's name may stand only once."""
    lower = [name.lower() for name in header]
    place = lower.index("count") if "count" in lower else None
    counts: list[int] = []
    others: list[Row] = []
    seen: dict[str, int] = {}
    for line, cells in rows:
        cells = (cells + [""] * len(header))[: len(header)]
        if cells[0] and seen.setdefault(cells[0], line) != line:
            raise _wrong(
                line,
                f"the ballot “{cells[0]}” stands on line {seen[cells[0]]} already",
                "Keep one of them, or leave the column empty.",
            )
        counts.append(1 if place is None else _whole(cells[place], line, "count", least=1))
        others.append((line, [cell for at, cell in enumerate(cells) if at not in (0, place)]))
    return counts, others


def _rankings(
    header: list[str], counts: list[int], rows: list[Row], candidates: Sequence[str] | None
) -> Rankings:
    for at, name in enumerate(header, 1):
        if name != str(at):
            raise _wrong(
                1,
                f"the column “{name}” should be “{at}”",
                "Rankings have the columns ballot,1,2,3 and so on.",
            )
    rankings = [[cell for cell in cells if cell] for _, cells in rows]
    mentions = Counter(name for ranking in rankings for name in ranking)
    names = sorted(mentions) if candidates is None else [_cell(name) for name in candidates]
    if not names:
        raise _wrong(1, "no candidate is named", "Put a candidate's name in each cell.")
    numbers = {name: number for number, name in enumerate(names, 1)}
    for line, cells in rows:
        _check_names(line, cells, numbers)
    lines = [
        (count, [numbers[name] for name in ranking]) for count, ranking in zip(counts, rankings, strict=True)
    ]
    notes = _seldom(mentions) if candidates is None else ()
    return rank(names, lines, file_lines=[line for line, _ in rows], notes=notes)


def _check_names(line: int, cells: list[str], numbers: dict[str, int]) -> None:
    """Raise InputError for somebody who does not stand, or stands twice on the ballot."""
    for at, name in enumerate(cells):
        if name and name not in numbers:
            what = f"“{name[:40]}” does not stand"
            raise _wrong(line, what, "Write the name as the list of candidates has it.", str(at + 1))
        if name and name in cells[:at]:
            what = f"“{name[:40]}” stands twice on one ballot"
            raise _wrong(line, what, "Keep the first place only.", str(at + 1))


def _seldom(mentions: Counter[str]) -> tuple[str, ...]:
    """A note of the names that stand in one cell alone, where others stand in more: they may be misspelt."""
    once = sorted(name for name, times in mentions.items() if times == 1)
    if not once or len(once) == len(mentions):
        return ()
    named = ", ".join(f"“{name}”" for name in once)
    return (f"Named once, perhaps misspelt: {named}. A list of who stands (--candidates) settles it.",)


def _marks(header: list[str], counts: list[int], rows: list[Row]) -> Marks:
    if not header:
        raise _wrong(1, "there is no candidate", "Give each candidate a column after “ballot”.")
    table = [
        [_whole(cell or "0", line, name, most=MOST_MARK) for cell, name in zip(cells, header, strict=True)]
        for line, cells in rows
    ]
    filled = np.array([any(cells) for _, cells in rows], bool)
    marks = np.array(table, np.int64).reshape(len(table), len(header))
    papers = np.array(counts, np.int64)
    return Marks(tuple(header), marks[filled], papers[filled], invalid=int(papers[~filled].sum()))


def _choices(header: list[str], counts: list[int], rows: list[Row]) -> Choices:
    if [name.lower() for name in header] != ["choice"]:
        raise _wrong(1, "a motion has the columns ballot and choice", "Begin with ballot,choice.")
    found: Counter[str] = Counter()
    for (line, cells), count in zip(rows, counts, strict=True):
        choice = cells[0].lower()
        if choice not in ("yes", "no", "abstain", ""):
            raise _wrong(line, f"“{cells[0][:40]}” is no choice", "Write yes, no or abstain.", "choice")
        found[choice] += count
    return Choices(found["yes"], found["no"], found["abstain"], invalid=found[""])


def _whole(cell: str, line: int, column: str, least: int = 0, most: int = 999_999_999) -> int:
    if not (cell.isascii() and cell.isdecimal() and len(cell) < 10 and least <= int(cell) <= most):
        what = f"“{cell[:40]}” is not a whole number from {least} to {most:,}"
        raise _wrong(line, what, f"Write {least} or more.", column)
    return int(cell)


def _wrong(line: int, what: str, remedy: str, column: str = "") -> InputError:
    return InputError(what, where=f"line {line}{f', column {column}' if column else ''}", remedy=remedy)
