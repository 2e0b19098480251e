"""Volunteers and targets from CSV files.

The pool has a column `id` and one for each category; targets have the columns category, value, min, max.
"""

from __future__ import annotations

import csv
import io

from folkmoot.methods import InputError
from folkmoot.methods.sortition.pool import Pool, Target
from folkmoot.methods.text_files import decode

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
    return Pool(categories, tuple(people))


def read_targets(data: bytes) -> tuple[Target, ...]:
    """The targets, in the order of the file. Raises InputError with the line of what cannot be read."""
    header, rows = _rows(data, "category")
    missing = [name for name in ("value", "min", "max") if name not in header]
    if missing:
        raise _wrong(1, f"there is no column {missing[0]}", "Begin with category,value,min,max.")
    targets = tuple(
        Target(
            row["category"], row["value"], _whole(row["min"], line, "min"), _whole(row["max"], line, "max")
        )
        for line, row in rows
    )
    if not targets:
        raise _wrong(1, "there is no target", "Give a line for each value of each category.")
    return targets


def _rows(data: bytes, needed: str) -> tuple[list[str], list[Row]]:
    reader = csv.reader(io.StringIO(decode(data), newline=""))
    try:
        table = [
            (reader.line_num, [" ".join(cell.split()) for cell in cells]) for cells in reader if any(cells)
        ]
    except csv.Error as error:
        raise _wrong(reader.line_num, f"the line cannot be read ({error})", "Mend its quotes.") from error
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
