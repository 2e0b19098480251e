"""Meek's single transferable vote: each elected candidate keeps just what it needs of every paper.

I. D. Hill, B. A. Wichmann and D. R. Woodall, Algorithm 123: single transferable vote by Meek's method, The
Computer Journal 30 (1987) 277–281; with the fixed precision and the limit of the reference rule of the
Proportional Representation Foundation, after New Zealand's Local Electoral Regulations 2001, schedule 1A.
Nine decimals: what a candidate keeps is rounded up, the quota is the next 0.000000001. Iteration stops when
all surpluses together are less than 0.000001, or no longer fall.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods.counting.ballots import IntArray, Rankings
from folkmoot.methods.counting.grouping import group
from folkmoot.methods.counting.registry import Rule
from folkmoot.methods.counting.result import Count
from folkmoot.methods.counting.ties import TieOrder
from folkmoot.methods.counting.working import Working

PLACES = 9
ONE = 10**PLACES
LIMIT = 10 ** (PLACES - 6)


class MeekCount:
    """`keep`: what of a paper each candidate keeps, in units of 10^-9; 1 while hopeful, 0 once out."""

    def __init__(self, profile: Rankings, seats: int, ties: TieOrder) -> None:
        self.working = Working(profile, seats, ties, places=PLACES)
        self.profile = profile
        self.nobody = len(profile.candidates)
        self.keep = [ONE] * self.nobody
        for each in self.working.withdrawn:
            self.keep[each] = 0

    def run(self) -> Count:
        self.working.begin("First preferences", "first")
        while not self.complete():
            self.take_turn()
        return self.working.finish(rule=RULE.name, title=RULE.title, source=RULE.source)

    def complete(self) -> bool:
        """Whether all places are filled; those who are left over fill as many as there are."""
        working = self.working
        if working.vacancies and len(working.continuing) > working.vacancies:
            return False
        if working.vacancies:
            self.distribute(*self.read_papers())
            for each in sorted(working.continuing, key=lambda each: (-working.totals[each], each)):
                working.elect(each)
            working.note("As many candidates were left as places.")
            working.end()
        return True

    def take_turn(self) -> None:
        """Iterate until somebody is elected, or somebody must go out; either ends a stage."""
        order, counts = self.read_papers()
        before: int | None = None
        while True:
            self.distribute(order, counts)
            if self.elect_those_with_quota():
                return
            surplus = sum(max(self.working.totals[each] - self.quota, 0) for each in self.working.elected)
            if surplus < LIMIT or (before is not None and surplus >= before):
                self.exclude_last(surplus)
                return
            before = surplus
            for each in self.working.elected:
                # Rounded up twice, so that nobody elected ever falls below the quota.
                share = -(-self.keep[each] * self.quota // ONE)
                self.keep[each] = min(-(-share * ONE // self.working.totals[each]), ONE)

    def elect_those_with_quota(self) -> bool:
        working = self.working
        reached = [each for each in working.continuing if working.totals[each] >= self.quota]
        reached.sort(key=lambda each: (-working.totals[each], each))
        for each in reached:
            working.elect(each)
        if not reached:
            return False
        working.end()
        if working.vacancies:
            names = ", ".join(working.names[each] for each in reached)
            working.begin(f"Surplus of {names}", "surplus", reached)
        return True

    def exclude_last(self, surplus: int) -> None:
        """The lowest; all within the surplus that is left of it count as equal."""
        working = self.working
        lowest = min(working.totals[each] for each in working.continuing)
        tied = [each for each in working.continuing if working.totals[each] <= lowest + surplus]
        working.end()
        last = working.settle(tied, "fewest votes", most=False)
        working.begin(f"Exclusion of {working.names[last]}", "exclusion", [last])
        working.exclude(last)
        self.keep[last] = 0

    def read_papers(self) -> tuple[NDArray[np.generic], IntArray]:
        """Papers as far as they matter now: the elected on them, up to the first who is hopeful."""
        state = np.zeros(self.nobody + 1, np.int8)
        state[[each for each in range(self.nobody) if self.keep[each]]] = 1
        state[self.working.continuing] = 2
        order, counts = self.profile.order, self.profile.counts
        now = state[order]
        hopeful = now == 2
        used = (now > 0) & (np.cumsum(hopeful, axis=1) - hopeful == 0)
        sorting = np.argsort(~used, axis=1, kind="stable")
        short = np.take_along_axis(np.where(used, order, self.nobody), sorting, axis=1)
        width = max(int(used.sum(axis=1).max(initial=0)), 1)
        kept, _, together = group(np.ascontiguousarray(short[:, :width]), None, counts, self.nobody)
        return kept, together

    def distribute(self, order: NDArray[np.generic], counts: IntArray) -> None:
        """Give each candidate what it keeps of what those before it on the paper left."""
        keep = np.array([*self.keep, 0], np.int64)
        left = np.full(len(order), ONE, np.int64)
        totals = np.zeros(self.nobody + 1, np.int64)
        for column in order.T:
            taken = -(-left * keep[column] // ONE)
            np.add.at(totals, column, taken * counts)
            left -= taken
        self.working.totals = totals[:-1].tolist()
        self.working.non_transferable = int((left * counts).sum())
        self.quota = int(totals.sum()) // (self.working.seats + 1) + 1
        self.working.quota = self.quota


def count(profile: Rankings, seats: int, ties: TieOrder) -> Count:
    """Elect several so that every group gets its share, every paper read as if it had been first."""
    return MeekCount(profile, seats, ties).run()


RULE = Rule(
    name="meek-stv",
    title="Single transferable vote (Meek)",
    source="I. D. Hill, B. A. Wichmann and D. R. Woodall, Algorithm 123, The Computer Journal 30 (1987) "
    "277–281; precision after New Zealand's Local Electoral Regulations 2001, schedule 1A",
    ballots=Rankings,
    count=count,
    promises=frozenset({"conserves", "droop", "majority"}),
    help="Several seats, each group of voters its share; needs a computer, and treats all papers alike.",
)
