"""Findings: what the rows and the methods' results say, put together in one JSON document.

Pure, and without Django: `folkmoot verify` composes the same document from a bundle. Numbers stay
numbers here; sentences are made where the page is (`sentences.py`). Cells of fewer than ten people are
left empty (None), with as many of the next smallest as it takes that none follows from the total.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from folkmoot.listen.small_cells import SMALL
from folkmoot.publish.found import FINDERS, Answered

FORMAT = "folkmoot.findings/1"


def compose(
    about: Mapping[str, Any],
    who: Mapping[str, Any],
    answered: Sequence[Answered],
    acts: Sequence[Mapping[str, Any]],
    *,
    version: str,
) -> dict[str, Any]:
    """The findings of one assembly. `about`, `who` and `acts` are taken as they are given."""
    questions = [_question(one) for one in answered]
    return {
        "format": FORMAT,
        "version": version,
        "assembly": dict(about),
        "who": dict(who),
        "questions": questions,
        "headline": _headline(questions),
        "not_heard": not_heard(who),
        "acts": [dict(act) for act in acts],
    }


def to_json(findings: Mapping[str, Any]) -> str:
    return json.dumps(findings, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def _question(one: Answered) -> dict[str, Any]:
    found = dict(one.question)
    found["found"] = FINDERS[one.question["way"]](one)
    return found


def _headline(questions: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """From what was asked to be ranked, else from what was voted on; never from what was raised."""
    for question in questions:
        found = question["found"]
        if question["way"] == "priorities" and found["people"] >= SMALL:
            return {"from": "priorities", "question": question["id"], "option": found["options"][0]["text"]}
    for question in questions:
        if question["way"] == "statements" and question["found"]["shared"]:
            return {"from": "statements", "question": question["id"], **question["found"]["shared"][0]}
    return None


def not_heard(who: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Parts of the roll whose share of answers is under three quarters of their share of the roll."""
    found = []
    for sort in ("membership", "branches"):
        table = [row for row in who.get(sort, []) if row["roll"] is not None and row["people"] is not None]
        for row in table:
            of_roll, of_answers = _share(row["roll"], who["roll"]), _share(row["people"], who["members"])
            if row["roll"] >= SMALL and of_roll and of_answers < 0.75 * of_roll:
                found.append((sort != "membership", of_answers - of_roll, row["name"], sort, row))
    return [
        {"part": sort, "name": name, "roll": row["roll"], "people": row["people"]}
        for _, _, name, sort, row in sorted(found, key=lambda one: one[:4])[:5]
    ]


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
