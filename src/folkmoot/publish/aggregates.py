"""Checking the public bundle: what aggregates allow. No Django and no database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from folkmoot.publish.compose import not_heard
from folkmoot.publish.found import hidden
from folkmoot.publish.proofs import LogPart
from folkmoot.publish.stated import check_public_statements
from folkmoot.publish.verdict import Report


def check_public(report: Report, files: Mapping[str, str], part: LogPart) -> None:
    """Whether the findings fit the assembly, the log and each other, and show no small cell."""
    findings = json.loads(files["findings.json"])
    report.expect(
        _states(findings) == json.loads(files["assembly.json"]) | {"acts": json.loads(files["acts.json"])},
        "the findings are of this assembly, its questions and its record",
        "the findings state another assembly, other questions or another record than the bundle",
    )
    report.take(check_public_statements(part, findings))
    report.expect(
        not_heard(findings["who"]) == findings["not_heard"]
        and findings["who"] == json.loads(files["who.json"]),
        "who was not heard follows from who answered",
        "who was not heard does not follow from who answered",
    )
    for question in findings["questions"]:
        if question["way"] == "statements":
            _check_sums(report, question)
        if question["way"] == "priorities":
            _check_order(report, question)
    small = [cell for cell in _cells(findings) if hidden(cell) is None]
    report.expect(
        not small, "no cell of fewer than ten people is shown", f"{len(small)} small cells are shown"
    )
    if answers := sum(row["type"] == "response" for row in part.rows):
        report.outside.append(
            f"whether each of {answers} answers in the log counts, was replaced by a later one, came late or was "
            "erased: only the members' bundle can tell"
        )
    report.outside.append(
        "themes, groups and counts cannot be recomputed from the public bundle: that needs the rows, which are "
        "in the members' bundle, for members and auditors"
    )


def _states(findings: Mapping[str, Any]) -> dict[str, Any]:
    """What findings repeat of the assembly, its questions and its record."""
    asked = [
        {name: value for name, value in question.items() if name != "found"}
        for question in findings["questions"]
    ]
    return {"about": findings["assembly"], "questions": asked, "acts": findings["acts"]}


def _check_sums(report: Report, question: Mapping[str, Any]) -> None:
    found = question["found"]
    shown = [row for row in found["statements"] if row["agree"] is not None]
    wrong = [row["id"] for row in shown if row["agree"] + row["disagree"] + row["unsure"] != row["seen"]]
    report.expect(
        not wrong,
        f"question {question['number']}: the votes on {len(shown)} statements add up",
        f"question {question['number']}: the votes on {', '.join(wrong[:3])} do not add up",
    )


def _check_order(report: Report, question: Mapping[str, Any]) -> None:
    found = question["found"]
    by = "borda" if found["manner"] == "rank" else "points"
    scores = [option[by] or 0 for option in found["options"]]
    report.expect(
        scores == sorted(scores, reverse=True),
        f"question {question['number']}: the options stand in the order of their scores",
        f"question {question['number']}: the options do not stand in the order of their scores",
    )


def _cells(findings: Mapping[str, Any]) -> Iterable[int]:
    for sort in ("channels", "branches", "membership"):
        for row in findings["who"].get(sort, []):
            yield from (row[key] for key in ("roll", "people") if row.get(key) is not None)
    for question in findings["questions"]:
        for theme in question["found"].get("themes", []):
            yield from [theme["people"]] if theme["people"] is not None else []
        spread, spots = question["found"].get("alike"), question["found"].get("spots")
        yield from (people for people in (spread or {}).get("tenths", []) if people is not None)
        yield from (people for _x, _y, people in (spots or {}).get("places", []))
