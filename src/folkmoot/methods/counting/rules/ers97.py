"""Single transferable vote of the Electoral Reform Society, 1997; what British unions and parties use.

R. A. Newland and F. S. Britton, How to conduct an election by the single transferable vote, 3rd edition,
Electoral Reform Society 1997, section 5. Paragraphs of it stand beside what they command. Votes are counted
in units of 0.01. 6.9: an uncertain first preference makes a paper invalid; 6.10 and 6.12: an uncertain later one
makes it non-transferable from there.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from folkmoot.methods.counting.ballots import Rankings
from folkmoot.methods.counting.papers import Papers, Rows
from folkmoot.methods.counting.registry import Rule
from folkmoot.methods.counting.result import Count, Tie
from folkmoot.methods.counting.ties import TieOrder
from folkmoot.methods.counting.working import Working, key

PLACES = 2
ONE = 10**PLACES


class ERS97Count:
    """Each candidate's papers by value, and the batch it received last: (value, rows)."""

    def __init__(self, profile: Rankings, seats: int, ties: TieOrder) -> None:
        self.working = Working(profile, seats, ties, places=PLACES)
        self.papers = Papers(profile)
        self.parcels: dict[int, dict[int, list[Rows]]] = defaultdict(lambda: defaultdict(list))
        self.last_batch: dict[int, tuple[int, Rows]] = {}
        self.surpluses: set[int] = set()
        self.valid = profile.valid * ONE

    def run(self) -> Count:
        self.first_stage()
        first_quota = self.working.write(self.quota)
        while self.working.vacancies and self.working.continuing:
            group = self.to_exclude()
            if self.surpluses and not group and len(self.working.continuing) > self.working.vacancies:
                self.transfer_surplus()
            elif len(self.working.continuing) - len(group) <= self.working.vacancies:
                self.fill_last_places(group)
            else:
                self.exclude(group)
        last = self.working.write(self.quota)
        return self.working.finish(
            rule=RULE.name,
            title=RULE.title,
            source=RULE.source,
            quota=last,
            details={"first_quota": first_quota},
        )

    # -- 5.1 first stage

    def first_stage(self) -> None:
        working = self.working
        self.set_quota()
        working.begin("First preferences", "first")
        for candidate, rows, number in self.papers.first(working.continuing):
            working.totals[candidate] = number * ONE
            self.parcels[candidate][ONE].append(rows)
            self.last_batch[candidate] = ONE, rows
        working.point()
        self.deem_elected()
        self.close_stage()

    def set_quota(self) -> None:
        """5.1.6, and 5.4.8 without the non-transferable vote: to two places, any remainder adds 0.01."""
        self.quota = -(-(self.valid - self.working.non_transferable) // (self.working.seats + 1))
        self.working.quota = self.quota

    @property
    def active(self) -> int:
        """6.20 and 5.6.1: the total active vote, as what is neither kept by the elected nor lost."""
        kept = sum(min(self.working.totals[each], self.quota) for each in self.working.elected)
        return int(self.valid - kept - self.working.non_transferable)

    def deem_elected(self) -> None:
        """5.1.7, 5.3.13, 5.4.9: in descending order of votes, whoever has the quota, or enough of what is active."""
        while self.working.vacancies and self.working.continuing:
            highest = max(self.working.totals[each] for each in self.working.continuing)
            enough = highest * (self.working.vacancies + 1) >= self.active
            if not highest or not (highest >= self.quota or enough):
                return
            equal = [each for each in self.working.continuing if self.working.totals[each] == highest]
            chosen = self.with_room(equal)
            for each in chosen:
                self.working.elect(each)
                if highest > self.quota:
                    self.surpluses.add(each)
            if len(chosen) < len(equal):
                return

    def with_room(self, equal: list[int]) -> list[int]:
        """5.6.2: more equals than places go by their votes at the earliest point; those equal always wait."""
        room = self.working.vacancies
        if len(equal) <= room:
            return equal
        votes = {each: [totals[each] for totals in self.working.points] for each in equal}
        order = sorted(equal, key=lambda each: votes[each], reverse=True)
        chosen = [each for each in order[:room] if votes[each] > votes[order[room]]]
        between = tuple(key(each) for each in equal)
        self.working.ties += [
            Tie(self.working.number, between, key(each), "to be elected", "earlier stage") for each in chosen
        ]
        return chosen

    # -- 5.2 what to do next

    def to_exclude(self) -> list[int]:
        """5.2.2 and 5.2.5: the most that can go out together; nobody where a surplus must be transferred first.

        With the surpluses they may not exceed the next above, and enough must remain for the places.
        """
        totals = self.working.totals
        order = sorted(self.working.continuing, key=lambda each: (totals[each], each))
        surplus = sum(totals[each] - self.quota for each in self.surpluses)
        most = 0
        for size in range(1, len(order) - self.working.vacancies + 1):
            lowest = sum(totals[each] for each in order[:size])
            if lowest + surplus <= totals[order[size]]:
                most = size
        return self.lowest(order, most)

    def lowest(self, order: list[int], size: int) -> list[int]:
        """So many of those with fewest votes; where equals stand on both sides of the line, a tie is broken."""
        totals = self.working.totals
        if not size or totals[order[size - 1]] != totals[order[size]]:
            return sorted(order[:size])
        edge = totals[order[size]]
        chosen = [each for each in order[:size] if totals[each] < edge]
        equal = [each for each in order if totals[each] == edge]
        while len(chosen) < size:
            chosen.append(self.working.settle(equal, "fewest votes", most=False, look_back="earliest"))
            equal.remove(chosen[-1])
        return sorted(chosen)

    # -- 5.3 transfer of a surplus

    def transfer_surplus(self) -> None:
        """5.2.3 and 5.3: the largest; only the last batch is looked at, only transferable papers move."""
        working = self.working
        largest = max(working.totals[each] for each in self.surpluses)
        tied = [each for each in self.surpluses if working.totals[each] == largest]
        source = working.settle(tied, "largest surplus", most=True, look_back="earliest")
        surplus, (present, rows) = largest - self.quota, self.last_batch[source]
        working.begin(f"Surplus of {working.names[source]}", "surplus", [source])
        parcels = list(self.papers.pass_on(rows, working.continuing))
        papers = sum(number for target, _, number in parcels if target != self.papers.nobody)
        # 5.3.7: the present value where even all of it does not exceed the surplus.
        value = surplus // papers if papers * present > surplus else present
        for target, rows, number in parcels:
            if target != self.papers.nobody:
                working.transfer([source], target, number, value, number * value)
                self.credit(target, value, [rows])
        self.lose_remainder(source, parcels, surplus - papers * value)
        working.totals[source] = self.quota
        self.surpluses.discard(source)
        working.point()
        self.deem_elected()
        self.close_stage()

    def credit(self, target: int, value: int, parcels: list[Rows]) -> None:
        """Give a candidate the batch of all papers of one value in a transfer (6.1)."""
        rows = np.concatenate(parcels)
        self.working.totals[target] += int(self.papers.counts[rows].sum()) * value
        self.parcels[target][value].append(rows)
        self.last_batch[target] = value, rows

    def lose_remainder(self, source: int, parcels: list[tuple[int, Rows, int]], votes: int) -> None:
        """5.3.9: the non-transferable difference; papers without a next preference stay where they are."""
        stay = sum(number for target, _, number in parcels if target == self.papers.nobody)
        self.working.non_transferable += votes
        if stay or votes:
            self.working.transfer([source], None, stay, 0, votes)

    # -- 5.4 exclusion

    def exclude(self, group: list[int]) -> None:
        """5.4: batches of all that go out, the highest value first; election after each."""
        working = self.working
        names = ", ".join(working.names[each] for each in group)
        working.begin(f"Exclusion of {names}", "exclusion", group)
        for each in group:
            working.exclude(each)
        batches = self.batches(group)
        for value in sorted(batches, reverse=True):
            if not working.vacancies:
                break
            self.transfer_batch(value, batches[value])
        if not batches:
            self.deem_elected()
        self.close_stage()

    def batches(self, group: list[int]) -> dict[int, list[tuple[int, Rows]]]:
        found: dict[int, list[tuple[int, Rows]]] = defaultdict(list)
        for each in group:
            for value, parcels in self.parcels.pop(each, {}).items():
                found[value].append((each, np.concatenate(parcels)))
        return found

    def transfer_batch(self, value: int, held: list[tuple[int, Rows]]) -> None:
        working = self.working
        batches: dict[int, list[Rows]] = defaultdict(list)
        for each, rows in held:
            for target, parcel, number in self.papers.pass_on(rows, working.continuing):
                lost = target == self.papers.nobody
                working.transfer([each], None if lost else target, number, value, number * value)
                working.totals[each] -= number * value
                batches[target].append(parcel)
        for rows in batches.pop(self.papers.nobody, []):
            working.non_transferable += int(self.papers.counts[rows].sum()) * value
        for target, parcels in batches.items():
            self.credit(target, value, parcels)
        if not working.elected:
            self.set_quota()
        working.point()
        before = len(working.elected)
        self.deem_elected()
        for each in working.elected[before:]:
            working.note(f"{working.names[each]} was elected after the papers worth {working.write(value)}.")

    # -- 5.5 completion

    def fill_last_places(self, group: list[int]) -> None:
        """5.5.1: an exclusion that would leave only as many as there are places elects those instead."""
        working = self.working
        working.begin("Last places", "result", group)
        for each in sorted(working.continuing, key=lambda each: (-working.totals[each], each)):
            if each not in group:
                working.elect(each)
        working.note("After the next exclusion only as many candidates would be left as places.")
        self.close_stage()

    def close_stage(self) -> None:
        """5.5.2: once the places are filled, the others are formally excluded."""
        working = self.working
        if not working.vacancies:
            for each in working.continuing:
                working.exclude(each, formally=True)
        working.end()


def count(profile: Rankings, seats: int, ties: TieOrder) -> Count:
    """Elect several so that every group of voters gets its share, by hand or machine, to two decimals."""
    return ERS97Count(profile, seats, ties).run()


RULE = Rule(
    name="ers97",
    title="Single transferable vote (Electoral Reform Society 1997)",
    source="R. A. Newland and F. S. Britton, How to conduct an election by the single transferable vote, "
    "3rd edition, Electoral Reform Society 1997, section 5",
    ballots=Rankings,
    count=count,
    promises=frozenset({"conserves", "droop", "majority"}),
    equal_places="cut",
    help="Several seats, each group of voters its share; the rule that many unions and parties name.",
)
