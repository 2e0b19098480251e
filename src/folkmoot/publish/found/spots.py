"""Where on the map people agree with a statement, without showing how anybody voted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

import numpy as np

from folkmoot.methods import opinions
from folkmoot.publish.found.answered import Answered, votes_in

SIDES = ("agree", "disagree")


def on_the_map(one: Answered, judged: Collection[str]) -> dict[str, Any] | None:
    """Where on the map people agree with each statement: by places at which twenty people or more stand.

    `places` are pixels of the drawing with how many people stand there. `patterns` has two signs a place for
    each statement: how many in ten agree, and disagree (X is ten); -- where fewer than ten voted on it.
    """
    people = one.result["participants"]
    pixels = opinions.chart.on_paper(np.array([person["position"] for person in people]).reshape(-1, 2))
    placed = [number for number, person in enumerate(people) if person["group"] is not None]
    parts = opinions.spots(pixels.astype(np.float64), np.array(placed, dtype=np.int64))
    if not parts:
        return None
    part_of = {people[number]["id"]: place for place, part in enumerate(parts) for number in part.tolist()}
    tables: dict[str, list[Counter[int]]] = {name: [Counter() for _part in parts] for name in judged}
    standing = {(row.who, row.statement): row.value for row in one.answers.votes}
    for (who, statement), value in standing.items():
        if statement in tables and who in part_of:
            tables[statement][part_of[who]][value] += 1
    return {
        "places": [[*np.rint(pixels[part].mean(axis=0)).astype(int).tolist(), len(part)] for part in parts],
        "patterns": {name: "".join(map(_in_tenths, table)) for name, table in sorted(tables.items())},
    }


def _in_tenths(counts: Counter[int]) -> str:
    votes = votes_in(counts)
    if votes["seen"] is None:
        return "--"
    return "".join("0123456789X"[(20 * votes[side] + votes["seen"]) // (2 * votes["seen"])] for side in SIDES)
