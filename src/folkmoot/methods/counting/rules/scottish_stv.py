"""Scottish single transferable vote: weighted inclusive Gregory, five decimals.

The Scottish Local Government Elections Order 2007 (SSI 2007/42), schedule 1, rules 45 to 52; the same rules
stand in the Order of 2011 (SSI 2011/399) as rules 46 to 53. Votes are counted in units of 0.00001. Rule 43: a paper
with the figure 1 beside more than one candidate is rejected; by article 2 a paper is non-transferable where there
is no next preference in consecutive order, and so from a later place that several share.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from folkmoot.methods.counting.ballots import Rankings
from folkmoot.methods.counting.papers import Papers, Rows
from folkmoot.methods.counting.registry import Rule
from folkmoot.methods.counting.result import Count
from folkmoot.methods.counting.ties import TieOrder
from folkmoot.methods.counting.working import Working

PLACES = 5
ONE = 10**PLACES


class ScottishCount:
    """Each candidate's parcels are kept by the value at which they came: {value: [rows, …]}."""

    def __init__(self, profile: Rankings, seats: int, ties: TieOrder) -> None:
        self.working = Working(profile, seats, ties, places=PLACES)
        self.papers = Papers(profile)
        self.parcels: dict[int, dict[int, list[Rows]]] = defaultdict(lambda: defaultdict(list))
        self.surpluses: set[int] = set()

    def run(self) -> Count:
        self.first_stage()
        while self.working.vacancies and self.working.continuing:
            if self.surpluses:
                self.transfer_surplus()
            else:
                self.exclude_last()
        return self.working.finish(
            rule=RULE.name, title=RULE.title, source=RULE.source, quota=self.quota_text
        )

    @property
    def quota_text(self) -> str:
        return str(self.quota // ONE)

    def first_stage(self) -> None:
        """Rule 45, and the quota: rule 46."""
        working = self.working
        self.quota = (working.profile.valid // (working.seats + 1) + 1) * ONE
        working.quota = self.quota
        working.begin("First preferences", "first")
        for candidate, rows, number in self.papers.first(working.continuing):
            working.totals[candidate] = number * ONE
            self.parcels[candidate][ONE].append(rows)
        self.close_stage()

    def transfer_surplus(self) -> None:
        """Rules 48 and 49: the largest surplus, of equals the one that was larger most recently."""
        working = self.working
        largest = max(working.totals[each] for each in self.surpluses)
        tied = [each for each in self.surpluses if working.totals[each] == largest]
        source = working.settle(tied, "largest surplus", most=True, look_back="latest")
        surplus, total = working.totals[source] - self.quota, working.totals[source]
        working.begin(f"Surplus of {working.names[source]}", "surplus", [source])
        moved = 0
        for value, rows in self.taken_from(source):
            # Rule 48(3): A / B, to five decimal places, any remainder ignored.
            moved += self.hand_on(source, rows, surplus * value // total)
        working.totals[source] = self.quota
        if surplus > moved:
            working.non_transferable += surplus - moved
            working.transfer([source], None, 0, 0, surplus - moved)
        self.surpluses.discard(source)
        self.close_stage()

    def exclude_last(self) -> None:
        """Rules 50 and 51: fewest votes, of equals the one that had fewer most recently; values stay."""
        working = self.working
        fewest = min(working.totals[each] for each in working.continuing)
        tied = [each for each in working.continuing if working.totals[each] == fewest]
        last = working.settle(tied, "fewest votes", most=False, look_back="latest")
        working.begin(f"Exclusion of {working.names[last]}", "exclusion", [last])
        working.exclude(last)
        for value, rows in self.taken_from(last):
            self.hand_on(last, rows, value)
        working.totals[last] = 0
        self.close_stage()

    def taken_from(self, source: int) -> list[tuple[int, Rows]]:
        """All papers of a candidate by value, the highest first."""
        parcels = self.parcels.pop(source, {})
        return [(value, np.concatenate(parcels[value])) for value in sorted(parcels, reverse=True)]

    def hand_on(self, source: int, rows: Rows, value: int) -> int:
        """Give papers to their next continuing candidates at this value; the votes that moved in all."""
        working, moved = self.working, 0
        for target, parcel, number in self.papers.pass_on(rows, working.continuing):
            votes = number * value
            moved += votes
            if target == self.papers.nobody:
                working.non_transferable += votes
                working.transfer([source], None, number, value, votes)
            else:
                working.totals[target] += votes
                self.parcels[target][value].append(parcel)
                working.transfer([source], target, number, value, votes)
        return moved

    def close_stage(self) -> None:
        """Rule 47: whoever reached the quota is elected; rule 52: the last vacancies."""
        working = self.working
        reached = [each for each in working.continuing if working.totals[each] >= self.quota]
        for each in sorted(reached, key=lambda each: (-working.totals[each], each)):
            working.elect(each)
            if working.totals[each] > self.quota:
                self.surpluses.add(each)
        if working.vacancies and len(working.continuing) <= working.vacancies:
            for each in sorted(working.continuing, key=lambda each: (-working.totals[each], each)):
                working.elect(each)
            working.note("As many candidates were left as vacancies.")
        working.end()
        working.point()


def count(profile: Rankings, seats: int, ties: TieOrder) -> Count:
    """Elect several so that every group of voters gets its share, as Scottish councils do."""
    return ScottishCount(profile, seats, ties).run()


RULE = Rule(
    name="scottish-stv",
    title="Single transferable vote (Scottish councils)",
    source="Scottish Local Government Elections Order 2007 (SSI 2007/42), schedule 1, rules 45–52; "
    "in the Order of 2011 (SSI 2011/399) rules 46–53",
    ballots=Rankings,
    count=count,
    promises=frozenset({"conserves", "droop", "majority"}),
    equal_places="cut",
    help="Several seats, each group of voters its share: councils, committees, delegations.",
)
