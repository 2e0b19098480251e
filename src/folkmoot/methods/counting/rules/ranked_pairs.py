"""Ranked pairs: the clearest comparisons are settled first, those that contradict them are passed over.

T. N. Tideman, Independence of clones as a criterion for voting rules, Social Choice and Welfare 4 (1987)
185–206; ties after T. M. Zavist and T. N. Tideman, Social Choice and Welfare 6 (1989) 167–173. The strength of
a comparison is its margin.
"""

from __future__ import annotations

import itertools

import numpy as np

from folkmoot.methods.counting.ballots import BoolArray, IntArray, Rankings
from folkmoot.methods.counting.pairwise import as_form, beats_everybody, preferences
from folkmoot.methods.counting.registry import Rule
from folkmoot.methods.counting.result import Count, Tie
from folkmoot.methods.counting.ties import TieOrder
from folkmoot.methods.counting.working import Working, key

Pair = tuple[int, int]


def count(profile: Rankings, seats: int, ties: TieOrder) -> Count:
    """Put candidates in order by comparing each two; the first of them are elected, not proportionally."""
    working = Working(profile, seats, ties)
    table = preferences(profile)
    standing = working.continuing
    locked = lock(table, standing, working)
    while working.vacancies and working.continuing:
        left = working.continuing
        ahead = [a for a in left if not any(locked[b, a] for b in left)]
        working.begin(f"Place {len(working.elected) + 1}", "choice")
        working.elect(working.settle(ahead, f"place {len(working.elected) + 1}", most=True))
        working.end()
    winner = beats_everybody(table, standing)
    return working.finish(
        rule=RULE.name,
        title=RULE.title,
        source=RULE.source,
        pairwise=as_form(table, standing),
        details={"beats_everybody": None if winner is None else winner + 1},
    )


def lock(table: IntArray, standing: list[int], working: Working) -> BoolArray:
    """Who stands above whom, directly or through others, once all comparisons that can be are settled."""
    margin = table - table.T
    above = np.zeros(table.shape, bool)
    pairs = [(a, b) for a in standing for b in standing if margin[a, b] > 0]
    pairs.sort(key=lambda pair: (-int(margin[pair]), pair))
    if not pairs:
        working.begin("Comparisons of each two", "first")
        working.note("No comparison has a majority.")
        working.end()
    for size, group in itertools.groupby(pairs, key=lambda pair: int(margin[pair])):
        working.begin(
            f"Comparisons with a margin of {size}", "first" if working.number == 1 else "comparison"
        )
        settle_group(list(group), above, working)
        for a in standing:
            working.totals[a] = int(above[a, standing].sum())
        working.end()
    return above


def settle_group(group: list[Pair], above: BoolArray, working: Working) -> None:
    """Comparisons of equal strength: all of them where they fit together, else in the order for ties."""
    contradicting = [pair for pair in group if above[pair[::-1]]]
    group = [pair for pair in group if pair not in contradicting]
    together = above.copy()
    if len(group) > 1 and not all(add(pair, together) for pair in group):
        group = in_order(group, working)
    for a, b in contradicting + group:
        words = f"{working.names[a]} above {working.names[b]}"
        done = add((a, b), above)
        working.note(f"{words}." if done else f"{words} contradicts clearer comparisons: passed over.")


def add(pair: Pair, above: BoolArray) -> bool:
    """Put one above the other with all that follows, unless the other stands above it already."""
    a, b = pair
    if above[b, a]:
        return False
    up, down = above[:, a].copy(), above[b].copy()
    up[a] = down[b] = True
    above |= np.outer(up, down)
    return True


def in_order(group: list[Pair], working: Working) -> list[Pair]:
    """Of equal comparisons the one whose upper comes first in the order for ties, then whose lower comes last."""
    concerned = sorted({each for pair in group for each in pair})
    drawn = working.order.order(working.number, [key(each) for each in concerned])
    place = {int(number) - 1: at for at, number in enumerate(drawn)}
    group = sorted(group, key=lambda pair: (place[pair[0]], -place[pair[1]]))
    between = tuple(key(each) for each in concerned)
    purpose = "which of equal comparisons to settle first"
    working.ties.append(Tie(working.number, between, key(group[0][0]), purpose, "lot", tuple(drawn)))
    return group


RULE = Rule(
    name="ranked-pairs",
    title="Ranked pairs",
    source="T. N. Tideman, Social Choice and Welfare 4 (1987) 185–206; T. M. Zavist and T. N. Tideman, "
    "Social Choice and Welfare 6 (1989) 167–173",
    ballots=Rankings,
    count=count,
    promises=frozenset({"condorcet", "majority"}),
    equal_places=True,
    help="One seat, or an order of motions: clear comparisons count before narrow ones.",
)
