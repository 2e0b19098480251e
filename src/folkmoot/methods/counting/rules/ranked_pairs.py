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
    locked = Locking(table, working).run()
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


class Locking:
    """Who stands above whom, directly or through others, as comparisons are settled."""

    def __init__(self, table: IntArray, working: Working) -> None:
        self.margin, self.working = table - table.T, working
        self.standing = working.continuing
        self.above = np.zeros(table.shape, bool)
        # Candidates beyond the places, whose comparisons with each other are left open rather than drawn.
        self.beyond: set[int] = set()

    def run(self) -> BoolArray:
        working, margin = self.working, self.margin
        pairs = [(a, b) for a in self.standing for b in self.standing if margin[a, b] > 0]
        pairs.sort(key=lambda pair: (-int(margin[pair]), pair))
        if not pairs:
            working.begin("Comparisons of each two", "first")
            working.note("No comparison has a majority.")
            working.end()
        for size, group in itertools.groupby(pairs, key=lambda pair: int(margin[pair])):
            kind = "first" if working.number == 1 else "comparison"
            working.begin(f"Comparisons with a margin of {size}", kind)
            self.settle([pair for pair in group if not self.beyond.issuperset(pair)])
            for a in self.standing:
                working.totals[a] = int(self.above[a, self.standing].sum())
            working.end()
        return self.above

    def settle(self, group: list[Pair]) -> None:
        """Comparisons of equal strength: first those that fit in any order, then circles in the order for ties.

        No lot is asked for where nobody in a circle can be elected, however it is settled.
        """
        circles = self.circles(group)
        for pair in group:
            if pair not in circles:
                self.lock(pair)
        concerned = {each for pair in circles for each in pair}
        beyond = self.not_electable(concerned | self.beyond) if circles else set()
        if beyond:
            self.beyond = beyond
            names = ", ".join(self.working.names[each] for each in sorted(concerned))
            words = "equal comparisons contradict each other, and are left open, for nobody of these can be elected"
            self.working.note(f"{names}: {words}.")
        elif circles:
            for pair in self.in_order(circles, concerned):
                self.lock(pair)

    def circles(self, group: list[Pair]) -> list[Pair]:
        """Those that close a circle with the others and with what is settled; only these depend on the order."""
        reach = self.above.copy()
        fitting = [(a, b) for a, b in group if not self.above[b, a]]
        for pair in fitting:
            join(pair, reach)
        return [(a, b) for a, b in fitting if reach[b, a]]

    def lock(self, pair: Pair) -> None:
        """Settle a comparison unless it contradicts what is settled, and note which it was."""
        a, b = pair
        words = f"{self.working.names[a]} above {self.working.names[b]}"
        if self.above[b, a]:
            words += " contradicts clearer comparisons: passed over"
        else:
            join(pair, self.above)
        self.working.note(f"{words}.")

    def not_electable(self, circle: set[int]) -> set[int]:
        """The circle, with all who are not sure to stand above it, if the others are enough for the places.

        Each of the others stands above each of these already, or beats them while nothing leads back: however the
        circle is settled, that stays so, and what is settled among the others does not depend on it.
        """
        sure = self.above | ((self.margin > 0) & ~self.above.T)
        found = set(circle)
        while more := {each for each in self.standing if not sure[each, sorted(found)].all()} - found:
            found |= more
        return found if len(self.standing) - len(found) >= self.working.vacancies else set()

    def in_order(self, group: list[Pair], concerned: set[int]) -> list[Pair]:
        """The one whose upper comes first in the order for ties, then whose lower comes last."""
        working = self.working
        between = tuple(key(each) for each in sorted(concerned))
        drawn = tuple(working.order.order(working.number, between))
        place = {int(number) - 1: at for at, number in enumerate(drawn)}
        group = sorted(group, key=lambda pair: (place[pair[0]], -place[pair[1]]))
        purpose = "which of equal comparisons to settle first"
        working.ties.append(Tie(working.number, between, key(group[0][0]), purpose, "lot", drawn))
        return group


def join(pair: Pair, above: BoolArray) -> None:
    """Put one above the other with all that follows."""
    a, b = pair
    up, down = above[:, a].copy(), above[b].copy()
    up[a] = down[b] = True
    above |= np.outer(up, down)


RULE = Rule(
    name="ranked-pairs",
    title="Ranked pairs",
    source="T. N. Tideman, Social Choice and Welfare 4 (1987) 185–206; T. M. Zavist and T. N. Tideman, "
    "Social Choice and Welfare 6 (1989) 167–173",
    ballots=Rankings,
    count=count,
    promises=frozenset({"condorcet", "majority"}),
    equal_places="take",
    help="One seat, or an order of motions: clear comparisons count before narrow ones.",
)
