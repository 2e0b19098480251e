"""Pabulib files of participatory budgets (pabulib.org/format): META, PROJECTS and VOTES, parted by semicolons."""

from __future__ import annotations

import csv
import io
from collections import Counter
from fractions import Fraction

from folkmoot.methods import InputError
from folkmoot.methods.counting.ballots import Budget, Project
from folkmoot.methods.text_files import decode

SECTIONS = ("META", "PROJECTS", "VOTES")
Row = tuple[int, dict[str, str]]


def read_pabulib(data: bytes) -> Budget:
    """A budget with approvals. Raises InputError with the line of what cannot be read.

    A project counts as approved when a voter's list names it; voters with an empty list are invalid.
    """
    sections = _sections(decode(data))
    meta = {row.get("key", ""): row.get("value", "") for _, row in sections["META"]}
    kind = meta.get("vote_type", "approval")
    if kind not in ("approval", "choose-1"):
        raise InputError(
            f"the votes are of the type “{kind}”", where="META", remedy="Give a file with approvals."
        )
    projects: list[Project] = []
    places: dict[str, int] = {}
    for line, row in sections["PROJECTS"]:
        project = _project(line, row)
        if places.setdefault(project.id, len(projects)) != len(projects):
            raise _wrong(line, f"two projects have the id {project.id}", "Give each project its own.")
        projects.append(project)
    approvals: Counter[frozenset[int]] = Counter()
    for line, row in sections["VOTES"]:
        approvals[_chosen(line, row, places)] += 1
    invalid = approvals.pop(frozenset(), 0)
    title = meta.get("description", "")
    return Budget(
        tuple(projects), _amount(meta.get("budget", ""), "META"), approvals, invalid, title, meta=meta
    )


def _sections(text: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    name, header = "", [""]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    try:
        for cells in reader:
            word = cells[0].strip() if cells else ""
            if not any(cell.strip() for cell in cells):
                continue
            if word.upper() in SECTIONS and not any(cells[1:]):
                name, header = word.upper(), []
                found[name] = []
            elif not name:
                raise _wrong(
                    reader.line_num, f"“{word[:40]}” stands before META", "Begin the file with META."
                )
            elif not header:
                header = [cell.strip() for cell in cells]
            else:
                found[name].append((reader.line_num, dict(zip(header, cells, strict=False))))
    except csv.Error as error:
        raise _wrong(reader.line_num, f"the line cannot be read ({error})", "Mend its quotes.") from error
    missing = [each for each in SECTIONS if each not in found]
    if missing:
        raise _wrong(
            reader.line_num, f"there is no section {missing[0]}", "Add it, as Pabulib's files have it."
        )
    return found


def _project(line: int, row: dict[str, str]) -> Project:
    id = row.get("project_id", "").strip()
    if not id:
        raise _wrong(line, "the project has no project_id", "Give each project its id.")
    selected = {"0": False, "1": True}.get(row.get("selected", "").strip())
    name = " ".join(row.get("name", "").split()) or id
    cost = _amount(row.get("cost", ""), f"line {line}")
    if not cost:
        raise _wrong(line, f"the project {id[:40]} costs nothing", "Give a cost of 1 or more.")
    return Project(id, name, cost, selected)


def _amount(text: str, where: str) -> int:
    """A whole amount of money; files may write 5000.0 or 5000,00 for 5000."""
    try:
        if len(text) > 30 or "/" in text:
            raise ValueError
        value = Fraction(text.strip().replace(",", "."))
    except ValueError as error:
        raise InputError(
            f"“{text[:40]}” is not an amount", where=where, remedy="Write a whole number."
        ) from error
    if value.denominator != 1 or not 0 <= value < 10**15:
        raise InputError(f"{text} is not a whole amount", where=where, remedy="Use a smaller unit of money.")
    return value.numerator


def _chosen(line: int, row: dict[str, str], places: dict[str, int]) -> frozenset[int]:
    ids = [id.strip() for id in row.get("vote", "").split(",") if id.strip()]
    for id in ids:
        if id not in places:
            raise _wrong(line, f"the vote names “{id[:40]}”, which is no project", "List it under PROJECTS.")
    return frozenset(places[id] for id in ids)


def _wrong(line: int, what: str, remedy: str) -> InputError:
    return InputError(what, where=f"line {line}", remedy=remedy)
