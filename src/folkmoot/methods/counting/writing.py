"""A count for machines: folkmoot.count/1, and ballots as BLT."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import folkmoot
from folkmoot.methods import InputError
from folkmoot.methods.counting.ballots import Rankings
from folkmoot.methods.counting.result import Count, Stage, Tie, Transfer

FORMAT = "folkmoot.count/1"


def to_json(found: Count) -> str:
    """Write the count as folkmoot.count/1: keys sorted, a newline at the end, the same bytes every time."""
    return json.dumps(as_form(found), ensure_ascii=False, sort_keys=True, allow_nan=False) + "\n"


def as_form(found: Count) -> dict[str, Any]:
    """The count as plain values, as folkmoot.count/1 names them."""
    form: dict[str, Any] = {
        "format": FORMAT,
        "version": folkmoot.__version__,
        "title": found.profile.title,
        "rule": found.rule,
        "source": found.source,
        "options": dict(found.options),
        "seats": found.seats,
        "valid": found.valid,
        "invalid": found.invalid,
        "quota": found.quota,
        "stages": [stage_form(stage, found) for stage in found.stages],
        "ties": [tie_form(tie, found) for tie in found.ties],
        "lot": None if found.lot is None else dict(found.lot),
        "details": dict(found.details),
        "digest": found.digest,
    }
    if found.pairwise is not None:
        form["pairwise"] = {a: dict(row) for a, row in found.pairwise.items()}
    if found.projects:
        projects = sorted(found.projects, key=lambda project: project.id)
        return form | {
            "projects": [
                {"id": each.id, "name": each.name, "cost": each.cost, "funded": each.funded}
                for each in projects
            ],
            "funded": list(found.funded),
        }
    return form | {
        "candidates": [
            {"number": each.number, "name": each.name, "status": each.status, "stage": each.stage}
            for each in found.candidates
        ],
        "elected": list(found.elected),
    }


def stage_form(stage: Stage, found: Count) -> dict[str, Any]:
    return {
        "number": stage.number,
        "action": stage.action,
        "kind": stage.kind,
        "acted_on": keys(stage.acted_on, found),
        "totals": dict(stage.totals),
        "non_transferable": stage.non_transferable,
        "quota": stage.quota,
        "elected": keys(stage.elected, found),
        "excluded": keys(stage.excluded, found),
        "transfers": [transfer_form(each, found) for each in stage.transfers],
        "notes": list(stage.notes),
        "details": dict(stage.details),
    }


def transfer_form(transfer: Transfer, found: Count) -> dict[str, Any]:
    return {
        "from": keys(transfer.sources, found),
        "to": None if transfer.target is None else keys([transfer.target], found)[0],
        "papers": transfer.papers,
        "value": transfer.value,
        "votes": transfer.votes,
    }


def tie_form(tie: Tie, found: Count) -> dict[str, Any]:
    return {
        "stage": tie.stage,
        "between": keys(tie.between, found),
        "chosen": keys([tie.chosen], found)[0],
        "purpose": tie.purpose,
        "by": tie.by,
        "drawn": keys(tie.drawn, found),
    }


def keys(each: Iterable[str], found: Count) -> list[int] | list[str]:
    """Candidates as their numbers, projects as their ids."""
    return list(each) if found.projects else [int(key) for key in each]


def to_blt(profile: Rankings, *, seats: int | None = None) -> str:
    """Rankings as a BLT file that `read_blt` reads back the same. Raises InputError without seats.

    And for a name or a title with a quotation mark or needless blanks, which would come back as another.
    """
    places = seats if seats is not None else profile.seats
    if places is None:
        raise InputError("the number of seats is not known", remedy="Give it.")
    lines = [f"{len(profile.candidates)} {places}"]
    if profile.withdrawn:
        lines.append(" ".join(f"-{number}" for number in sorted(profile.withdrawn)))
    for count, ranking in profile.lines():
        words = ["=".join(str(number) for number in place) for place in ranking]
        lines.append(" ".join([str(count), *words, "0"]))
    if profile.invalid:
        lines.append(f"{profile.invalid} 0")
    names = [_quoted(f"the name {name}", name) for name in profile.candidates]
    return "\n".join([*lines, "0", *names, _quoted(f"the title {profile.title}", profile.title)]) + "\n"


def _quoted(what: str, text: str) -> str:
    if '"' in text:
        raise InputError(
            f"{what} has a quotation mark, which a BLT file cannot hold",
            remedy="Write it with ‘ and ’ instead.",
        )
    if text != " ".join(text.split()):
        raise InputError(f"{what} has blanks that a BLT file cannot hold", remedy="Keep one between words.")
    return f'"{text}"'
