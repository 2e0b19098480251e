"""The result sheet as plain text, which fits a terminal and a printer."""

from __future__ import annotations

from collections.abc import Sequence

from folkmoot.methods.counting import sheet
from folkmoot.methods.counting.result import Count

# Stages that stand beside each other; more follow below.
ACROSS = 4
WIDEST_NAME = 36


def to_text(found: Count, *, command: str = "") -> str:
    """Write the sheet; `command` is the one that gives it again."""
    title = found.profile.title or found.title
    parts = [title, "=" * len(title), *sheet.headline(found), ""]
    parts += [f"{name}: {value}" for name, value in sheet.facts(found)]
    columns = len(sheet.heads(found))
    for start in range(0, columns, ACROSS):
        parts += ["", *table(found, range(start, min(start + ACROSS, columns)))]
    for name, lines in [*sheet.lists(found), ("Comparisons", comparisons(found))]:
        if lines:
            parts += ["", name, *(f"  {line}" for line in lines)]
    parts += ["", f"Digest: {found.digest}"]
    if command:
        parts.append(f"Count again: {command}")
    return "\n".join(line.rstrip() for line in parts) + "\n"


def table(found: Count, part: range) -> list[str]:
    """These stages: two columns each, what changed and the total, and the event where there was one."""
    lines = sheet.lines(found)
    above = [sheet.heads(found)[at] for at in part]
    told = [f"{head}: {small}" for head, small in above if small]
    heads = [head for head, _ in above]
    rows = [
        [line.name[:WIDEST_NAME], *(_cell(line.cells[at]) for at in part), line.outcome] for line in lines
    ]
    return [*told, *[""] * bool(told), *_columns([["", *heads, ""], *rows])]


def _cell(cell: sheet.Cell) -> str:
    mark = {"elected": " E", "excluded": " X"}.get(cell.event, "")
    return f"{cell.change} {cell.total}{mark}".strip()


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if at in (0, len(row) - 1) else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def comparisons(found: Count) -> list[str]:
    """Each two that were compared, where the rule compares."""
    if found.pairwise is None:
        return []
    return [
        f"{found.name_of(a)} {ahead}, {found.name_of(b)} {found.pairwise[b][a]}"
        for a, row in found.pairwise.items()
        for b, ahead in row.items()
        if int(a) < int(b)
    ]
