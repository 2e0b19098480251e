"""Schulze's method: who beats whom along the strongest chain of comparisons.

M. Schulze, A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent single-winner
election method, Social Choice and Welfare 36 (2011) 267–303; strength of a link = winning votes (section 2.1).
"""

from __future__ import annotations

import numpy as np

from folkmoot.methods.counting.ballots import IntArray, Rankings
from folkmoot.methods.counting.pairwise import as_form, beats_everybody, preferences
from folkmoot.methods.counting.registry import Rule
from folkmoot.methods.counting.result import Count
from folkmoot.methods.counting.ties import TieOrder
from folkmoot.methods.counting.working import Working


def count(profile: Rankings, seats: int, ties: TieOrder) -> Count:
    """Put candidates in order by comparing each two; the first of them are elected, not proportionally."""
    working = Working(profile, seats, ties)
    table = preferences(profile)
    standing = working.continuing
    strength = strongest_paths(table)
    working.begin("Comparisons of each two", "first")
    for a in standing:
        working.totals[a] = sum(int(strength[a, b] > strength[b, a]) for b in standing)
    working.note("The total is how many others a candidate beats along the strongest chains.")
    working.end()
    while working.vacancies and working.continuing:
        left = working.continuing
        ahead = [a for a in left if all(strength[a, b] >= strength[b, a] for b in left)]
        working.begin(f"Place {working.number - 1}", "choice")
        working.elect(working.settle(ahead, f"place {working.number - 1}", most=True))
        working.end()
    winner = beats_everybody(table, standing)
    return working.finish(
        rule=RULE.name,
        title=RULE.title,
        source=RULE.source,
        pairwise=as_form(table, standing),
        details={
            "strengths": as_form(strength, standing),
            "beats_everybody": None if winner is None else winner + 1,
        },
    )


def strongest_paths(table: IntArray) -> IntArray:
    """Section 2.3.1: the strength of the strongest path from each to each, by Floyd and Warshall."""
    strength = np.where(table > table.T, table, 0)
    for middle in range(len(table)):
        through = np.minimum(strength[:, [middle]], strength[[middle], :])
        strength = np.maximum(strength, through)
    np.fill_diagonal(strength, 0)
    return strength


RULE = Rule(
    name="schulze",
    title="Schulze's method",
    source="M. Schulze, Social Choice and Welfare 36 (2011) 267–303, with winning votes",
    ballots=Rankings,
    count=count,
    promises=frozenset({"condorcet", "majority"}),
    equal_places="take",
    help="One seat, or an order of motions: who beats every other in pairs comes first.",
)
