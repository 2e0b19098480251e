"""Meek's single transferable vote: each elected candidate keeps just what it needs of every paper.

I. D. Hill, B. A. Wichmann and D. R. Woodall, Algorithm 123: single transferable vote by Meek's method, The
Computer Journal 30 (1987) 277–281; with the fixed precision and the limit of the reference rule of the
Proportional Representation Foundation, after New Zealand's Local Electoral Regulations 2001, schedule 1A.
Nine decimals: what a candidate keeps is rounded up, the quota is the next 0.000000001. Iteration stops when
all surpluses together are less than 0.000001, or no longer fall. Votes here pass on in parts of papers, not in
papers; a stage's transfers are the difference between its end and the end of the one before, paper by paper.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods.counting.ballots import IntArray, Rankings
from folkmoot.methods.counting.grouping import group
from folkmoot.methods.counting.registry import Rule
from folkmoot.methods.counting.result import Count
from folkmoot.methods.counting.ties import TieOrder
from folkmoot.methods.counting.working import Working, key

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
        # What each candidate kept at the end of the stage before.
        self.kept: list[int] | None = None

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
            self.distribute(*self.papers_now())
            for each in sorted(working.continuing, key=lambda each: (-working.totals[each], each)):
                working.elect(each)
            working.note("As many candidates were left as places.")
            self.close_stage()
        return True

    def take_turn(self) -> None:
        """Iterate until somebody is elected, or somebody must go out; either ends a stage."""
        order, counts = self.papers_now()
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
        self.close_stage()
        if working.vacancies:
            names = ", ".join(working.names[each] for each in reached)
            working.begin(f"Surplus of {names}", "surplus", reached)
        return True

    def exclude_last(self, surplus: int) -> None:
        """The lowest; all within the surplus that is left of it count as equal."""
        working = self.working
        lowest = min(working.totals[each] for each in working.continuing)
        tied = [each for each in working.continuing if working.totals[each] <= lowest + surplus]
        self.close_stage()
        last = working.settle(tied, "fewest votes", most=False)
        working.begin(f"Exclusion of {working.names[last]}", "exclusion", [last])
        working.exclude(last)
        self.keep[last] = 0

    def close_stage(self) -> None:
        """Write what passed on since the stage before, and what each of the elected keeps."""
        working = self.working
        if self.kept is not None:
            self.write_transfers(self.kept)
        working.end({"keep": {key(each): working.write(self.keep[each]) for each in working.elected}})
        self.kept = list(self.keep)

    def write_transfers(self, kept: list[int]) -> None:
        """Paper by paper: what those who now get less of it lost goes, in its order, to those who get more."""
        all_along = [each for each in range(self.nobody) if kept[each] == self.keep[each] == ONE]
        order, counts = self.read_papers([each for each in range(self.nobody) if kept[each]], all_along)
        before, after = shared_out(order, kept), shared_out(order, self.keep)
        places = [*order.T, np.full(len(order), self.nobody)]
        moved = np.zeros((2, self.nobody + 1, self.nobody + 1), np.int64)
        less = [np.maximum(a - b, 0) for a, b in zip(before, after, strict=True)]
        more = [np.maximum(b - a, 0) for a, b in zip(before, after, strict=True)]
        for source, target in itertools.product(range(len(places)), repeat=2):
            votes = np.minimum(less[source], more[target])
            less[source] -= votes
            more[target] -= votes
            between = places[source], places[target]
            np.add.at(moved[0], between, (votes > 0) * counts)
            np.add.at(moved[1], between, votes * counts)
        for source, target in np.argwhere(moved[0]).tolist():
            papers, total = moved[:, source, target].tolist()
            self.working.transfer([source], None if target == self.nobody else target, papers, None, total)

    def papers_now(self) -> tuple[NDArray[np.generic], IntArray]:
        """The elected on each paper, up to the first who is hopeful and takes all that is left."""
        return self.read_papers([at for at, keep in enumerate(self.keep) if keep], self.working.continuing)

    def read_papers(self, holding: list[int], takes_all: list[int]) -> tuple[NDArray[np.generic], IntArray]:
        """Papers as far as they matter: those who hold something, up to the first who takes all, alike together."""
        state = np.zeros(self.nobody + 1, np.int8)
        state[holding] = 1
        state[takes_all] = 2
        order, counts = self.profile.order, self.profile.counts
        now = state[order]
        last = now == 2
        used = (now > 0) & (np.cumsum(last, axis=1) - last == 0)
        sorting = np.argsort(~used, axis=1, kind="stable")
        short = np.take_along_axis(np.where(used, order, self.nobody), sorting, axis=1)
        width = max(int(used.sum(axis=1).max(initial=0)), 1)
        kept, _, together = group(np.ascontiguousarray(short[:, :width]), None, counts, self.nobody)
        return kept, together

    def distribute(self, order: NDArray[np.generic], counts: IntArray) -> None:
        """Give each candidate what it keeps of what those before it on the paper left."""
        totals = np.zeros(self.nobody + 1, np.int64)
        *taken, left = shared_out(order, self.keep)
        for column, votes in zip(order.T, taken, strict=True):
            np.add.at(totals, column, votes * counts)
        self.working.totals = totals[:-1].tolist()
        self.working.non_transferable = int((left * counts).sum())
        self.quota = int(totals.sum()) // (self.working.seats + 1) + 1
        self.working.quota = self.quota


def shared_out(order: NDArray[np.generic], keep: list[int]) -> list[IntArray]:
    """What is kept of one vote at each place of each paper, rounded up, and at the end what is left of it."""
    parts = np.array([*keep, 0], np.int64)
    left = np.full(len(order), ONE, np.int64)
    taken: list[IntArray] = []
    for column in order.T:
        taken.append(-(-left * parts[column] // ONE))
        left = left - taken[-1]
    return [*taken, left]


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
