"""Proportional ranking: options in an order of which every beginning represents everybody.

T. N. Thiele, Om Flerfoldsvalg, Oversigt over det Kongelige Danske Videnskabernes Selskabs Forhandlinger (1895)
415–441, sequentially; as an order: P. Skowron and others, Proportional rankings, IJCAI 2017. A paper that
already has k options in the order counts 1/(k + 1). Sums are exact fractions.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from folkmoot.methods.counting.ballots import IntArray, Marks
from folkmoot.methods.counting.most_votes import without
from folkmoot.methods.counting.numerals import fraction_text
from folkmoot.methods.counting.registry import Rule
from folkmoot.methods.counting.result import Count, Stage
from folkmoot.methods.counting.ties import TieOrder
from folkmoot.methods.counting.working import Working, key


def count(profile: Marks, seats: int, ties: TieOrder) -> Count:
    """Put options in order so that every group soon finds some of its own near the top."""
    profile = without(profile, (profile.marks > 1).any(axis=1))
    working = Working(profile, seats, ties)
    satisfied = np.zeros(len(profile.marks), np.int64)
    stages: list[Stage] = []
    while working.vacancies and working.continuing:
        sums = weighted(profile, satisfied, working.continuing)
        working.begin("Approvals" if not stages else f"Place {working.number}", "choice")
        chosen = working.best(sums, f"place {working.number}")
        working.elect(chosen)
        working.end()
        totals = {key(each): fraction_text(total) for each, total in sums.items()}
        stages.append(replace(working.stages[-1], totals=totals))
        satisfied += profile.marks[:, chosen]
    working.stages = stages
    return working.finish(rule=RULE.name, title=RULE.title, source=RULE.source)


def weighted(profile: Marks, satisfied: IntArray, left: list[int]) -> dict[int, Fraction]:
    """The sum of 1/(k + 1) over the papers that approve each option, k = how many they have already."""
    sums = dict.fromkeys(left, Fraction())
    for already in np.unique(satisfied).tolist():
        here = satisfied == already
        votes = profile.counts[here] @ profile.marks[here]
        for each in left:
            sums[each] += Fraction(int(votes[each]), already + 1)
    return sums


RULE = Rule(
    name="proportional-ranking",
    title="Proportional ranking",
    source="T. N. Thiele, Om Flerfoldsvalg (1895), sequentially; P. Skowron and others, Proportional rankings, "
    "IJCAI 2017",
    ballots=Marks,
    count=count,
    seats="order",
    help="Motions or priorities in an order that does justice to smaller groups, too.",
)
