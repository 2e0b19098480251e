"""Findings: what the rows and the methods' results say, put together in one JSON document.

Pure, and without Django: `folkmoot verify` composes the same document from a bundle. Numbers stay
numbers here; sentences are made where the page is (`sentences.py`). Cells of fewer than ten people are
left empty (None), with as many of the next smallest as it takes that none follows from the total.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from folkmoot.listen.rows import YES, Answers
from folkmoot.listen.small_cells import SMALL, emptied

FORMAT = "folkmoot.findings/1"
LISTED = 7
QUOTES = 3
NOT_SHOWN: dict[str, None] = {"seen": None, "agree": None, "disagree": None, "unsure": None}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Answered:
    """One question with its rows, its method's result, and the map's drawing where there is one."""

    question: Mapping[str, Any]
    answers: Answers
    result: Mapping[str, Any]
    drawing: str = ""


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


# -- small cells


def hidden(count: int) -> int | None:
    """A count that may be published: None for one to nine people."""
    return None if 0 < count < SMALL else count


# -- priorities


def _priorities(one: Answered) -> dict[str, Any]:
    result, words = (
        one.result,
        {option["key"]: option["text"] for option in one.question["options"]["options"]},
    )
    by_key = {option["key"]: option for option in result["options"]}
    order = result["order"]
    firsts = emptied([by_key[key]["first"] for key in order])
    return {
        "people": result["people"],
        "manner": result["manner"],
        "options": [
            by_key[key] | {"text": words[key], "first": first, "chosen": hidden(by_key[key]["chosen"])}
            for key, first in zip(order, firsts, strict=True)
        ],
        "pairwise": {
            a: {
                b: None if hidden(n) is None or hidden(result["pairwise"][b][a]) is None else n
                for b, n in row.items()
            }
            for a, row in result["pairwise"].items()
        },
    }


# -- statements


def _statements(one: Answered) -> dict[str, Any]:
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
        "placed": result["counts"]["included"],
        "left_out": result["counts"]["excluded"],
        "method": {
            "mode": result["mode"],
            "seed": result["seed"],
            "tried": result["groups_verdict"].get("tried", {}),
            "moderated_out": len(result.get("moderated_out", ())),
        },
        "distance_correlation": result["quality"].get("votes_distance_correlation"),
        "shared": _shared(judged),
        "divides": _divides(judged),
        "drawing": one.drawing,
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
    everybody = _votes(table[None])
    groups = _complementary([_votes(table[group]) for group in described])
    return {"id": put.id, "text": put.text, "author": put.author, "groups": groups} | everybody


def _votes(counts: Counter[int]) -> dict[str, Any]:
    """Agree, disagree and not sure; empty where fewer than ten people voted."""
    seen = sum(counts.values())
    if seen < SMALL:
        return dict(NOT_SHOWN)
    return {"seen": seen, "agree": counts[1], "disagree": counts[-1], "unsure": counts[0]}


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
        inside, others = _votes(table[group]), Counter[int]()
        for other in described:
            if other != group:
                others.update(table[other])
        outside = _votes(others)
        if inside["agree"] is not None and outside["agree"] is not None:
            rows.append(
                {
                    "statement": entry["statement"],
                    "direction": entry["direction"],
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


# -- open text


def _open_text(one: Answered) -> dict[str, Any]:
    result = one.result
    by_response = {row.response: row for row in one.answers.texts}
    points = defaultdict(list)
    for point in result["points"]:
        if point["theme"] is not None:
            points[point["theme"]].append(point)
    written = [row for row in one.answers.texts if row.text.strip()]
    placed = {response for theme in result["themes"] for response in theme["responses"]}
    return {
        "writers": len({row.who for row in written}),
        "printable": hidden(len({row.who for row in written if row.may_print == YES})),
        "embedding": result["embedding"],
        "language": result["language"],
        "method": {
            "seed": result["seed"],
            "resolution": result.get("resolution"),
            "points": result["counts"]["points"],
            "unique_points": result["counts"]["unique_points"],
        },
        "themes": [_theme(theme, points[theme["id"]], by_response) for theme in result["themes"]],
        "unplaced": hidden(len({row.who for row in written if row.response not in placed})),
        "unplaced_quotes": _unplaced_quotes(result, by_response),
    }


def _theme(
    theme: Mapping[str, Any], points: Sequence[Mapping[str, Any]], texts: Mapping[str, Any]
) -> dict[str, Any]:
    people = hidden(theme["people"])
    quotes, edge = _quotes(theme["quotes"], points, texts)
    return {
        "id": theme["id"],
        "name": theme["name"],
        "phrases": theme["phrases"],
        "people": people,
        "interval": theme["interval"] if people is not None else None,
        "stability": theme["stability"],
        "mixed": theme["mixed"],
        "quotes": quotes,
        "repeated": _repeated(theme["quotes"], quotes),
        "edge": edge,
    }


def _quotes(
    proposed: Sequence[Mapping[str, Any]], points: Sequence[Mapping[str, Any]], texts: Mapping[str, Any]
) -> tuple[list[str], str | None]:
    """Words of people who said that they may be printed, and one from the theme's edge, which fits least.

    The method's own choice comes first, then what lies nearest; the edge falls back to what lies farthest.
    """
    nearest = sorted(
        points, key=lambda point: (-(point["similarity"] or 0.0), point["response"], point["start"])
    )
    inner = [passage for passage in proposed if passage.get("place") != "edge"]
    outer = [passage for passage in proposed if passage.get("place") == "edge"]
    chosen = _printable([*inner, *nearest], texts, most=QUOTES)
    edges = _printable([*outer, *reversed(nearest[len(nearest) // 2 :])], texts, most=1, without=chosen)
    return chosen, edges[0] if edges else None


def _repeated(proposed: Sequence[Mapping[str, Any]], quotes: Sequence[str]) -> int | None:
    """How many sent the first of these quotes word for word, as in a campaign."""
    for passage in proposed:
        if passage.get("place") == "repeated" and quotes[:1] == [passage["text"].strip()]:
            return hidden(passage["people"])
    return None


def _printable(
    passages: Sequence[Mapping[str, Any]],
    texts: Mapping[str, Any],
    *,
    most: int,
    without: Sequence[str] = (),
) -> list[str]:
    """The first few of these passages that may be printed, are neither short nor long, and differ."""
    chosen: list[str] = []
    seen = {quote.casefold() for quote in without}
    for passage in passages:
        if len(chosen) == most:
            break
        row = texts[passage["response"]]
        words = row.text[passage["start"] : passage["end"]].strip()
        if row.may_print != YES or not 5 <= len(words.split()) <= 40 or words.casefold() in seen:
            continue
        seen.add(words.casefold())
        chosen.append(words)
    return chosen


def _unplaced_quotes(result: Mapping[str, Any], texts: Mapping[str, Any]) -> list[str]:
    """Some of what fits no theme, so that it is seen too: spread over the list, which is in no order."""
    printable = sorted(
        {
            " ".join(texts[response].text.split())
            for response in result["unplaced"]
            if texts[response].may_print == YES and 3 <= len(texts[response].text.split()) <= 40
        }
    )
    step = max(1, len(printable) // QUOTES)
    return printable[::step][:QUOTES]


# -- the whole


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


FINDERS = {"open_text": _open_text, "statements": _statements, "priorities": _priorities}
