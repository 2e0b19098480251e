"""What people share, where they differ, and the groups that their votes make."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from folkmoot.listen.rows import Answers
from folkmoot.listen.small_cells import SMALL
from folkmoot.publish.found.alike import how_alike
from folkmoot.publish.found.answered import LISTED, NOT_SHOWN, Answered, votes_in
from folkmoot.publish.found.spots import on_the_map

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# What the map says of itself that readers must know: who is not on it, whether it shows activity.
MISSING = ("left_out_share", "votes_distance_correlation", "shown_evenly", "least_shown", "most_shown")


def find_statements(one: Answered) -> dict[str, Any]:
    """What is shared, what divides, what each group holds, and how sure that is."""
    result = one.result
    group_of = {person["id"]: person["group"] for person in result["participants"]}
    sizes = {group["id"]: group["size"] for group in result["groups"]}
    described = [group for group, size in sorted(sizes.items()) if size >= SMALL]
    # One group is everybody: then there is nothing to compare.
    described = described if len(described) > 1 else []
    tables = _tally(one.answers, group_of)
    shown = [put for put in one.answers.statements if not put.moderated_out and put.id in tables]
    listed = [_statement(put, tables[put.id], described) for put in shown]
    listed.sort(key=lambda row: (-(row["seen"] or 0), row["id"]))
    judged = [row for row in listed if row["agree"] is not None]
    return {
        "voters": len({row.who for row in one.answers.votes}),
        "votes": sum(sum(tables[put.id][None].values()) for put in shown),
        "moderated_out": sum(1 for put in one.answers.statements if put.moderated_out),
        "statements": listed,
        "groups": [
            {
                "letter": LETTERS[place],
                "size": sizes[group],
                "holds": _holds(result, group, tables, place, described),
            }
            for place, group in enumerate(described)
        ],
        "small_groups": sum(1 for size in sizes.values() if size < SMALL),
        "found": bool(result["groups_verdict"]["found"]) and bool(described),
        "sure": _sure(result),
        "placed": result["counts"]["included"],
        "left_out": result["counts"]["excluded"],
        "alike": how_alike(one.answers, {person for person, group in group_of.items() if group is not None}),
        "method": {
            "mode": result["mode"],
            "seed": result["seed"],
            "tried": result["groups_verdict"].get("tried", {}),
            "moderated_out": len(result.get("moderated_out", ())),
        },
        "missing": {name: result["quality"].get(name) for name in MISSING},
        "bridging": _bridging(result, judged),
        "shared": _shared(judged),
        "divides": _divides(judged),
        "drawing": one.drawing,
        "spots": on_the_map(one, {row["id"] for row in judged}) if one.drawing else None,
    }


def _sure(result: Mapping[str, Any]) -> dict[str, Any]:
    """What speaks for groups, or against them, and how well the votes could be foretold."""
    verdict = result["groups_verdict"]
    return {
        "stability": verdict["stability"],
        "null_p": verdict["null_p"],
        "held_out": result["quality"].get("held_out"),
    }


def _tally(answers: Answers, group_of: Mapping[str, int | None]) -> dict[str, dict[Any, Counter[int]]]:
    """For each statement, votes by value: over everybody (None) and over each group."""
    standing = {(row.who, row.statement): row.value for row in answers.votes}
    tables: dict[str, dict[Any, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    for (who, statement), value in standing.items():
        table = tables[statement]
        table[None][value] += 1
        if (group := group_of.get(who)) is not None:
            table[group][value] += 1
    return tables


def _statement(put: Any, table: Mapping[Any, Counter[int]], described: Sequence[int]) -> dict[str, Any]:
    everybody = votes_in(table[None])
    groups = _complementary([votes_in(table[group]) for group in described])
    return {"id": put.id, "text": put.text, "author": put.author, "groups": groups} | everybody


def _complementary(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Where one group alone is empty it follows from the others: the smallest of those goes too."""
    shown = [place for place, group in enumerate(groups) if group["seen"] is not None]
    if len(shown) == len(groups) - 1 and shown:
        groups[min(shown, key=lambda place: (groups[place]["seen"], place))] = dict(NOT_SHOWN)
    return groups


def _holds(
    result: Mapping[str, Any],
    group: int,
    tables: Mapping[str, Mapping[Any, Counter[int]]],
    place: int,
    described: Sequence[int],
) -> list[dict[str, Any]]:
    """What sets a group apart, in the method's order, with the counts inside and outside it."""
    rows = []
    for entry in result["representative"]:
        if entry["group"] != group:
            continue
        table = tables[entry["statement"]]
        inside, others = votes_in(table[group]), Counter[int]()
        for other in described:
            if other != group:
                others.update(table[other])
        outside = votes_in(others)
        if inside["agree"] is not None and outside["agree"] is not None:
            rows.append(
                {
                    "statement": entry["statement"],
                    "direction": entry["direction"],
                    "interval": entry["interval"],
                    "q_value": entry["q_value"],
                    "inside": inside,
                    "outside": outside,
                }
            )
    return rows


def _camps(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The groups that voted enough to be shown; everybody where there are none."""
    groups = [group for group in row["groups"] if group["agree"] is not None]
    return groups if len(groups) > 1 else [row]


def _shared(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Where most of every group stand on the same side: by the product of the groups' shares."""
    found = []
    for row in rows:
        camps = _camps(row)
        if row["groups"] and len(camps) < len(row["groups"]):
            continue
        for side in ("agree", "disagree"):
            if all(2 * camp[side] > camp["seen"] for camp in camps):
                score = 1.0
                for camp in camps:
                    score *= (camp[side] + 1) / (camp["seen"] + 2)
                found.append((-score, row["id"], side))
    return [{"statement": statement, "direction": side} for _, statement, side in sorted(found)[:LISTED]]


def _divides(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Where groups stand furthest apart; without groups, where agree and disagree come closest."""
    found = []
    for row in rows:
        camps = _camps(row)
        if len(camps) > 1:
            shares = [camp["agree"] / camp["seen"] for camp in camps]
            apart = max(shares) - min(shares)
            if apart >= 0.2:
                found.append((-apart, row["id"]))
        else:
            apart = min(row["agree"], row["disagree"]) / row["seen"]
            if apart >= 0.25:
                found.append((-apart, row["id"]))
    return [statement for _, statement in sorted(found)[:LISTED]]


def _bridging(result: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Statements agreed on across differences whatever the groups, surest first, and the same disagreed with."""
    told = result.get("bridging") or {}
    scored = [(row["id"], told[row["id"]]) for row in rows if row["id"] in told]
    agreed = [(-entry["interval"][0], name) for name, entry in scored if entry["interval"][0] > 0]
    refused = [(entry["interval"][1], name) for name, entry in scored if entry["interval"][1] < 0]
    listed = [name for _bound, name in sorted(agreed)[:LISTED] + sorted(refused)[:LISTED]]
    return [{"statement": name, **told[name]} for name in listed]
