"""Volunteers and targets from CSV files, and a panel that was drawn before from folkmoot.draw/1.

The pool has a column `id` and one for each category; targets have the columns category, value, min, max.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from folkmoot.methods import InputError
from folkmoot.methods.sortition.pool import Pool, Target
from folkmoot.methods.text_files import csv_rows, decode

Row = tuple[int, dict[str, str]]


def read_pool(data: bytes) -> Pool:
    """The volunteers. Raises InputError with the line of what cannot be read."""
    header, rows = _rows(data, "id")
    categories = tuple(name for name in header if name != "id")
    people = []
    seen: dict[str, int] = {}
    for line, row in rows:
        for name in header:
            if not row[name]:
                raise _wrong(line, f"the column {name} is empty", "Fill it in, or take the row out.")
        if seen.setdefault(row["id"], line) != line:
            what = f"the id {row['id'][:40]} stands on line {seen[row['id']]} already"
            raise _wrong(line, what, "Give everybody their own.")
        people.append((row["id"], tuple(row[name] for name in categories)))
    if not people:
        raise _wrong(1, "there is no volunteer", "Give a line for each.")
    return Pool(categories, tuple(people), seen)


def read_targets(data: bytes) -> tuple[Target, ...]:
    """The targets, in the order of the file. Raises InputError with the line of what cannot be read."""
    header, rows = _rows(data, "category")
    missing = [name for name in ("value", "min", "max") if name not in header]
    if missing:
        raise _wrong(1, f"there is no column {missing[0]}", "Begin with category,value,min,max.")
    targets = tuple(
        Target(
            row["category"],
            row["value"],
            _whole(row["min"], line, "min"),
            _whole(row["max"], line, "max"),
            line,
        )
        for line, row in rows
    )
    if not targets:
        raise _wrong(1, "there is no target", "Give a line for each value of each category.")
    return targets


@dataclass(frozen=True)
class Drawn:
    """A panel as it stood after a draw, and who had dropped out of it until then."""

    panel: tuple[str, ...]
    gone: tuple[str, ...]


def read_draw(data: bytes) -> Drawn:
    """The panel in a folkmoot.draw/1 file. Raises InputError for another file, or one in which nobody is drawn."""
    try:
        form = json.loads(data)
        found = Drawn(_ids(form.get("panel", form["drawn"])), _ids(form.get("gone", [])))
        drawn = _ids(form["drawn"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(
            "this is not a draw", remedy="Give what `folkmoot draw --json FILE` wrote."
        ) from error
    if not drawn:
        raise InputError(
            "nobody is drawn yet in this file", remedy="Give what was written with the seed (--lot SEED)."
        )
    return found


def _ids(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(id, str) for id in given):
        raise TypeError("ids are a list of texts")
    return tuple(given)


def _rows(data: bytes, needed: str) -> tuple[list[str], list[Row]]:
    rows = csv_rows(decode(data))
    table = [(line, [" ".join(cell.split()) for cell in cells]) for line, cells in rows if any(cells)]
    header = table[0][1] if table else []
    if needed not in header:
        raise _wrong(1, f"there is no column {needed}", f"Begin with a header that has {needed}.")
    if len(set(header)) < len(header) or "" in header:
        raise _wrong(1, "two columns share a name, or one has none", "Give each column its own name.")
    for line, cells in table[1:]:
        if len(cells) != len(header):
            raise _wrong(
                line, f"{len(cells)} cells under {len(header)} columns", "Give each column one cell."
            )
    return header, [(line, dict(zip(header, cells, strict=True))) for line, cells in table[1:]]


def _whole(cell: str, line: int, column: str) -> int:
    if not (cell.isascii() and cell.isdecimal() and len(cell) < 7):
        raise _wrong(line, f"“{cell[:40]}” is not a whole number", "Write 0 or more.", column)
    return int(cell)


def _wrong(line: int, what: str, remedy: str, column: str = "") -> InputError:
    return InputError(what, where=f"line {line}{f', column {column}' if column else ''}", remedy=remedy)
