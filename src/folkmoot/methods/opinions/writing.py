"""An opinion map for machines and for readers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import isnan
from typing import Any

import folkmoot
from folkmoot.methods.opinions.opinion_map import (
    NO_GROUP,
    SMALLEST_GROUP,
    Consensus,
    OpinionMap,
    Representative,
    VoteCounts,
    group_letter,
)
from folkmoot.methods.opinions.words import MapInWords, in_words

FORMAT = "folkmoot.opinions/1"


def to_json(found: OpinionMap) -> str:
    """Write the map as folkmoot.opinions/1: keys sorted, a newline at the end, the same bytes every time."""
    return json.dumps(as_form(found), ensure_ascii=False, sort_keys=True, allow_nan=False) + "\n"


def as_form(found: OpinionMap) -> dict[str, Any]:
    """The map as plain values, as folkmoot.opinions/1 names them."""
    included = int(found.included.sum())
    return {
        "format": FORMAT,
        "mode": found.mode,
        "version": folkmoot.__version__,
        "seed": found.seed,
        "counts": {
            "participants": len(found.participants),
            "statements": len(found.statements),
            "votes": found.votes,
            "included": included,
            "excluded": len(found.participants) - included,
        },
        "statements": list(found.statements),
        "moderated_out": list(found.moderated_out),
        "background": list(found.background),
        "axes": found.axes.tolist(),
        "centre": found.centre.tolist(),
        "participants": participant_forms(found),
        "groups": group_forms(found),
        "groups_verdict": {
            "k": found.verdict.k,
            "found": found.verdict.found,
            "stability": found.verdict.stability,
            "null_p": found.verdict.null_p,
            "tried": {str(k): score for k, score in found.verdict.tried.items()},
        },
        "votes": count_forms(found.overall),
        "representative": [representative_form(entry) for entry in found.representative],
        "consensus": [consensus_form(entry) for entry in found.consensus],
        "group_consensus": by_statement(found, found.group_consensus.tolist()),
        "bridging": bridging_form(found),
        "in_words": words_form(in_words(found)),
        "priorities": by_statement(found, found.priorities.tolist()),
        "quality": {
            name: dict(value) if isinstance(value, Mapping) else value
            for name, value in found.quality.items()
        },
    }


def participant_forms(found: OpinionMap) -> list[dict[str, Any]]:
    everybody = len(found.participants)
    rows = zip(
        found.participants,
        found.positions.tolist(),
        [None] * everybody if found.ellipses is None else found.ellipses.tolist(),
        found.group.tolist(),
        [None] * everybody if found.confidence is None else map(number_or_none, found.confidence.tolist()),
        [None] * everybody if found.membership is None else found.membership.tolist(),
        strict=True,
    )
    return [
        {
            "id": name,
            "position": position,
            "ellipse": ellipse,
            "group": None if group == NO_GROUP else group,
            "confidence": confidence,
            "membership": None if group == NO_GROUP else likely,
        }
        for name, position, ellipse, group, confidence, likely in rows
    ]


def number_or_none(value: float) -> float | None:
    return None if isnan(value) else value


def group_forms(found: OpinionMap) -> list[dict[str, Any]]:
    rows = enumerate(zip(found.sizes, found.group_counts, strict=True))
    return [{"id": number, "size": size, "votes": count_forms(counts)} for number, (size, counts) in rows]


def count_forms(counts: VoteCounts) -> dict[str, dict[str, int]]:
    columns = (counts.agrees, counts.passes, counts.disagrees, counts.seen)
    rows = zip(counts.statements, *(column.tolist() for column in columns), strict=True)
    return {
        name: {"agree": agree, "pass": passed, "disagree": disagree, "seen": seen}
        for name, agree, passed, disagree, seen in rows
    }


def representative_form(entry: Representative) -> dict[str, Any]:
    return {
        "group": entry.group,
        "statement": entry.statement,
        "direction": entry.direction,
        "success": entry.success,
        "seen": entry.seen,
        "p": entry.p,
        "p_test": entry.p_test,
        "ratio": entry.ratio,
        "ratio_test": entry.ratio_test,
        "interval": None if entry.interval is None else list(entry.interval),
        "q_value": entry.q_value,
    }


def consensus_form(entry: Consensus) -> dict[str, Any]:
    return {
        "statement": entry.statement,
        "direction": entry.direction,
        "success": entry.success,
        "seen": entry.seen,
        "p": entry.p,
        "p_test": entry.p_test,
    }


def bridging_form(found: OpinionMap) -> dict[str, dict[str, Any]] | None:
    """Statements with their score and its interval; those moderated out have none."""
    if found.bridging is None:
        return None
    columns = (found.bridging.score, found.bridging.low, found.bridging.high)
    rows = zip(found.statements, *(column.tolist() for column in columns), strict=True)
    return {
        name: {"score": score, "interval": [low, high]} for name, score, low, high in rows if not isnan(score)
    }


def words_form(told: MapInWords) -> dict[str, Any]:
    return {
        "groups": [
            {
                "group": group.group,
                "people": group.people,
                "of_ten": group.of_ten,
                "described": group.described,
                "agrees": list(group.agrees),
                "disagrees": list(group.disagrees),
            }
            for group in told.groups
        ],
        "shared": {"agree": list(told.agreed), "disagree": list(told.disagreed)},
        "divides": list(told.divides),
    }


def by_statement(found: OpinionMap, values: list[float]) -> dict[str, float]:
    return dict(zip(found.statements, values, strict=True))


def summary(found: OpinionMap, statements: Mapping[str, str] | None = None) -> str:
    """Tell the map in words; `statements` gives the words of each statement by id."""
    words = statements or {}
    included = int(found.included.sum())
    lines = [
        f"{len(found.participants)} people cast {found.votes} votes on {len(found.statements)} statements.",
        f"{included} voted on enough of them to be placed in a group; "
        f"{len(found.participants) - included} did not.",
        "",
        *group_lines(found, words),
        *consensus_lines(found, words),
    ]
    return "\n".join(lines).rstrip() + "\n"


def group_lines(found: OpinionMap, words: Mapping[str, str]) -> list[str]:
    if found.verdict.k < 2:
        return ["No clear groups.", ""]
    lines = [f"{found.verdict.k} groups.", *sureness_lines(found), ""]
    for number, size in enumerate(found.sizes):
        lines.append(f"Group {group_letter(number)}: {size} {'person' if size == 1 else 'people'}")
        if size < SMALLEST_GROUP:
            lines.append(f"  Fewer than {SMALLEST_GROUP} people: not described.")
        else:
            lines += [
                f"  {said(entry.direction, entry.success, entry.seen)}: {quoted(entry.statement, words)}"
                for entry in found.of_group(number)
            ]
        lines.append("")
    return lines


def sureness_lines(found: OpinionMap) -> list[str]:
    """How far to believe in the groups, where the mode can tell."""
    verdict = found.verdict
    if found.mode == "polis":
        return ["This mode finds groups whether or not there are any, and does not say how sure it is."]
    lines = []
    if not verdict.found:
        lines.append("They were asked for; the votes do not show that people fall into them.")
    if verdict.stability is not None:
        lines.append(
            "From votes drawn anew the same groups come out with an agreement of "
            f"{verdict.stability:.2f} (1: always the same, 0: as by chance)."
        )
    return lines


def consensus_lines(found: OpinionMap, words: Mapping[str, str]) -> list[str]:
    if not found.consensus:
        return ["Nothing is shared by most of everybody."]
    shared = [
        f"  {said(entry.direction, entry.success, entry.seen)}: {quoted(entry.statement, words)}"
        for entry in found.consensus
    ]
    return ["Shared by most of everybody:", *shared]


def said(direction: str, success: int, seen: int) -> str:
    return f"{success} of {seen} {direction}"


def quoted(statement: str, words: Mapping[str, str]) -> str:
    text = " ".join(words.get(statement, "").split())
    return f"{statement}. {text}" if text else f"statement {statement}"
