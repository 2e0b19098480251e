"""How far people differ, whether or not they fall into groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from fractions import Fraction
from typing import Any

from folkmoot.listen.rows import Answers
from folkmoot.listen.small_cells import SMALL, emptied


def how_alike(answers: Answers, placed: Collection[str]) -> dict[str, Any] | None:
    """How often each person stands on the side of most: how far people differ, whatever the groups.

    Over those on the map, and the statements on which they agreed or disagreed and one side has more people.
    `quarters` are the shares below which a quarter, half and three quarters of them lie; `tenths` counts
    people by tenths of that share, the last one with all. None for fewer than ten people.
    """
    standing = {(row.who, row.statement): row.value for row in answers.votes if row.who in placed}
    leaning: Counter[str] = Counter()
    for (_who, statement), value in standing.items():
        leaning[statement] += value
    with_most: Counter[str] = Counter()
    decided: Counter[str] = Counter()
    for (who, statement), value in standing.items():
        if value and leaning[statement]:
            decided[who] += 1
            with_most[who] += value * leaning[statement] > 0
    shares = sorted(Fraction(with_most[who], decided[who]) for who in decided)
    if len(shares) < SMALL:
        return None
    tenths = Counter(min(int(10 * share), 9) for share in shares)
    return {
        "people": len(shares),
        "quarters": [round(float(shares[(len(shares) - 1) * part // 4]), 4) for part in (1, 2, 3)],
        "tenths": emptied([tenths[tenth] for tenth in range(10)]),
    }
