"""Pabulib files of participatory budgets (pabulib.org/format): META, PROJECTS and VOTES, parted by semicolons."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from folkmoot.methods import InputError
from folkmoot.methods.counting.ballots import Budget, Project
from folkmoot.methods.text_files import csv_rows, decode

# The sections, and the columns that each must have.
SECTIONS = {"META": ("key", "value"), "PROJECTS": ("project_id", "cost"), "VOTES": ("vote",)}
AMOUNT = re.compile(r"([0-9]{1,15})(?:[.,]([0-9]{1,2}))?")
Row = tuple[int, dict[str, str]]
Meta = Mapping[str, tuple[int, str]]


def read_pabulib(data: bytes) -> Budget:
    """A budget with approvals. Raises InputError with the line of what cannot be read.

    A project counts as approved when a voter's list names it; voters with an empty list are invalid.
    """
    sections = _sections(decode(data))
    meta = _meta(sections["META"])
    line, kind = meta.get("vote_type", (0, "approval"))
    if kind not in ("approval", "choose-1"):
        raise _wrong(line, f"the votes are of the type “{kind[:40]}”", "Give a file with approvals.")
    if "budget" not in meta:
        raise InputError("there is no budget", where="META", remedy="Add a line such as budget;50000.")
    projects = _projects(sections["PROJECTS"])
    places = {project.id: place for place, project in enumerate(projects)}
    approvals = _approvals(sections["VOTES"], places)
    _check_number(meta, "num_projects", len(projects))
    _check_number(meta, "num_votes", sum(approvals.values()))
    invalid = approvals.pop(frozenset(), 0)
    title = meta.get("description", (0, ""))[1]
    words = {key: value for key, (_, value) in meta.items()}
    return Budget(tuple(projects), _amount(*meta["budget"]), approvals, invalid, title, meta=words)


def _sections(text: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    name, header = "", [""]
    for line, cells in csv_rows(text, delimiter=";"):
        cells = [" ".join(cell.split()) for cell in cells]
        if not any(cells):
            continue
        if cells[0].upper() in SECTIONS and not any(cells[1:]):
            name, header = cells[0].upper(), []
            if name in found:
                raise _wrong(line, f"there is a section {name} already", "Keep one of them.")
            found[name] = []
        elif not name:
            raise _wrong(line, f"“{cells[0][:40]}” stands before META", "Begin the file with META.")
        elif not header:
            header = _header(line, name, cells)
        else:
            found[name].append((line, _row(line, header, cells)))
    missing = [each for each in SECTIONS if each not in found]
    if missing:
        raise InputError(
            f"there is no section {missing[0]}", where="the end", remedy="Add it, as Pabulib's files have it."
        )
    return found


def _header(line: int, section: str, cells: list[str]) -> list[str]:
    missing = [name for name in SECTIONS[section] if name not in cells]
    if missing:
        remedy = f"After {section} put a line with the names of its columns."
        raise _wrong(line, f"the section {section} has no column {missing[0]}", remedy)
    return cells


def _row(line: int, header: list[str], cells: list[str]) -> dict[str, str]:
    if any(cells[len(header) :]):
        raise _wrong(
            line,
            f"{len(cells)} cells under {len(header)} columns",
            "Put a cell that holds a semicolon between quotation marks.",
        )
    return dict(zip(header, cells + [""] * len(header), strict=False))


def _meta(rows: list[Row]) -> Meta:
    found: dict[str, tuple[int, str]] = {}
    for line, row in rows:
        if found.setdefault(row["key"], (line, row["value"]))[0] != line:
            raise _wrong(line, f"“{row['key'][:40]}” is given twice", "Keep one of the lines.")
    return found


def _check_number(meta: Meta, key: str, found: int) -> None:
    """Raise InputError where the file announces another number than it holds: it may be cut off."""
    line, told = meta.get(key, (0, ""))
    if told and told != str(found):
        what = f"{key} announces {told[:40]}, and the file holds {found}"
        raise _wrong(line, what, "Fetch the whole file, or mend the number.")


def _projects(rows: list[Row]) -> list[Project]:
    seen: dict[str, int] = {}
    projects = []
    for line, row in rows:
        project = _project(line, row)
        if seen.setdefault(project.id, line) != line:
            raise _wrong(line, f"two projects have the id {project.id[:40]}", "Give each project its own.")
        projects.append(project)
    if not projects:
        raise InputError("there is no project", where="PROJECTS", remedy="Give a line for each.")
    return projects


def _project(line: int, row: dict[str, str]) -> Project:
    id = row["project_id"]
    if not id:
        raise _wrong(line, "the project has no project_id", "Give each project its id.")
    selected = {"0": False, "1": True}.get(row.get("selected", ""))
    cost = _amount(line, row["cost"])
    if not cost:
        raise _wrong(line, f"the project {id[:40]} costs nothing", "Give a cost of 1 or more.")
    return Project(id, row.get("name", "") or id, cost, selected)


def _amount(line: int, text: str) -> int:
    """A whole amount of money; files may write 5000.0 or 5000,00 for 5000, but 5,000 could be either."""
    found = AMOUNT.fullmatch(text)
    if found is None:
        raise _wrong(line, f"“{text[:40]}” is not an amount", "Write a whole number, such as 5000.")
    if (found[2] or "").strip("0"):
        raise _wrong(line, f"{text} is not a whole amount", "Use a smaller unit of money.")
    return int(found[1])


def _approvals(rows: list[Row], places: dict[str, int]) -> Counter[frozenset[int]]:
    approvals: Counter[frozenset[int]] = Counter()
    seen: dict[str, int] = {}
    for line, row in rows:
        voter = row.get("voter_id", "")
        if voter and seen.setdefault(voter, line) != line:
            what = f"the voter {voter[:40]} stands on line {seen[voter]} already"
            raise _wrong(line, what, "Keep one of the votes.")
        approvals[_chosen(line, row, places)] += 1
    return approvals


def _chosen(line: int, row: dict[str, str], places: dict[str, int]) -> frozenset[int]:
    ids = [id.strip() for id in row["vote"].split(",") if id.strip()]
    for at, id in enumerate(ids):
        if id not in places:
            raise _wrong(line, f"the vote names “{id[:40]}”, which is no project", "List it under PROJECTS.")
        if id in ids[:at]:
            raise _wrong(line, f"the vote names {id[:40]} twice", "Keep it once.")
    return frozenset(places[id] for id in ids)


def _wrong(line: int, what: str, remedy: str) -> InputError:
    return InputError(what, where=f"line {line}", remedy=remedy)
