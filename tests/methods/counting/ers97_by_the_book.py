"""A count by the rules of 1997 as a returning officer does it: papers in bundles on a table, sums on a sheet.

Written from the text of R. A. Newland and F. S. Britton, How to conduct an election by the single transferable
vote, 3rd edition (1997), sections 5 and 6, and sharing nothing with the program's own rule: each paper is one
object that lies in one bundle, and amounts are decimals. Slow, and meant to be read beside the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal

CENT = Decimal("0.01")


@dataclass(eq=False)
class Paper:
    preferences: Sequence[int]
    value: Decimal = Decimal(1)


@dataclass
class Sheet:
    """A line of the result sheet: everybody's vote, the non-transferable vote, the quota."""

    votes: dict[int, Decimal]
    lost: Decimal
    quota: Decimal


def two_places(amount: Decimal) -> Decimal:
    """Taken to two decimal places, the remainder ignored."""
    return amount.quantize(CENT, ROUND_DOWN)


@dataclass
class Table:
    """Candidates 1 to `candidates` for so many places; the first in `lots` is favoured, the last goes out."""

    candidates: int
    places: int
    papers: list[Paper]
    lots: Sequence[int]
    bundles: dict[int, list[list[Paper]]] = field(default_factory=dict)
    elected: list[int] = field(default_factory=list)
    excluded: list[int] = field(default_factory=list)
    lost: Decimal = Decimal(0)
    untransferred: set[int] = field(default_factory=set)
    sheets: list[Sheet] = field(default_factory=list)
    points: list[dict[int, Decimal]] = field(default_factory=list)

    def count(self) -> Table:
        self.first_stage()
        while len(self.elected) < self.places and self.continuing():
            if len(self.continuing()) <= self.open_places():
                self.elect_the_rest()
            elif self.untransferred and not self.together():
                self.transfer(self.one_of(self.largest_surpluses(), most=True))
            else:
                group = self.together()
                if len(self.continuing()) - len(group) <= self.open_places():  # 5.5.1
                    self.elect_the_rest(group)
                else:
                    self.exclude(group)
        return self

    # -- what lies on the table

    def vote(self, candidate: int) -> Decimal:
        """6.2; a transferred surplus has left a candidate with the quota, whatever papers still lie there."""
        if candidate in self.elected and candidate not in self.untransferred:
            return self.kept[candidate]
        return sum((paper.value for bundle in self.bundles[candidate] for paper in bundle), Decimal(0))

    def continuing(self) -> list[int]:
        """6.3."""
        gone = {*self.elected, *self.excluded}
        return [each for each in range(1, self.candidates + 1) if each not in gone]

    def open_places(self) -> int:
        return self.places - len(self.elected)

    def surplus(self, candidate: int) -> Decimal:
        return self.vote(candidate) - self.quota

    def next_for(self, paper: Paper, holder: int) -> int | None:
        """6.10: the next preference in order for a continuing candidate."""
        after = list(paper.preferences)[list(paper.preferences).index(holder) + 1 :]
        return next((each for each in after if each in self.continuing()), None)

    def active(self) -> Decimal:
        """6.20: the votes of all continuing candidates, and what awaits transfer."""
        awaiting = sum((self.surplus(each) for each in self.untransferred), Decimal(0))
        going = sum((self.vote(each) for each in self.excluded), Decimal(0))
        return sum((self.vote(each) for each in self.continuing()), awaiting + going)

    # -- 5.1

    def first_stage(self) -> None:
        self.kept: dict[int, Decimal] = {}
        self.bundles = {each: [[]] for each in range(1, self.candidates + 1)}
        for paper in self.papers:
            self.bundles[paper.preferences[0]][0].append(paper)
        self.set_quota()
        self.note_point()
        self.deem_elected()
        self.write_sheet()

    def set_quota(self) -> None:
        """5.1.6, and 5.4.8, which leaves the non-transferable vote out."""
        votes = Decimal(len(self.papers)) - self.lost
        self.quota = two_places(votes / (self.places + 1))
        if self.quota * (self.places + 1) != votes:
            self.quota += CENT

    def deem_elected(self) -> None:
        """5.1.7, 5.3.13 and 5.4.9 with 5.6.2."""
        while self.open_places() and self.continuing():
            best = max(self.vote(each) for each in self.continuing())
            if best == 0 or (best < self.quota and best * (self.open_places() + 1) < self.active()):
                return
            level = [each for each in self.continuing() if self.vote(each) == best]
            chosen = level
            if len(level) > self.open_places():
                ranked = sorted(level, key=self.history, reverse=True)
                next_below = self.history(ranked[self.open_places()])
                chosen = [each for each in ranked[: self.open_places()] if self.history(each) > next_below]
            for each in chosen:
                self.kept[each] = best
                self.elected.append(each)
                if best > self.quota:
                    self.untransferred.add(each)
            if chosen != level:
                return

    # -- 5.2

    def together(self) -> list[int]:
        """5.2.5: as many of the lowest as may go out together, also with the surpluses; none: 5.2.2 forbids it."""
        surpluses = sum((self.surplus(each) for each in self.untransferred), Decimal(0))
        lowest_first = sorted(self.continuing(), key=self.vote)
        for size in range(len(lowest_first) - self.open_places(), 0, -1):
            group, above = lowest_first[:size], lowest_first[size]
            if sum(map(self.vote, group)) + surpluses <= self.vote(above):
                return self.settled(group, self.vote(above))
        return []

    def settled(self, group: list[int], above: Decimal) -> list[int]:
        """The same, where the highest of them is level with the next above: who of those goes out."""
        certain = [each for each in group if self.vote(each) < above]
        level = [each for each in self.continuing() if self.vote(each) == above]
        while len(certain) < len(group):
            certain.append(self.one_of(level, most=False))
            level.remove(certain[-1])
        return certain

    def largest_surpluses(self) -> list[int]:
        largest = max(self.surplus(each) for each in self.untransferred)
        return [each for each in self.untransferred if self.surplus(each) == largest]

    def one_of(self, level: Iterable[int], *, most: bool) -> int:
        """5.2.3 and 5.2.5: by votes at the earliest point at which they differed, else by lot."""
        level = list(level)
        edge = (max if most else min)(self.history(each) for each in level)
        level = [each for each in level if self.history(each) == edge]
        return (min if most else max)(level, key=list(self.lots).index)

    def history(self, candidate: int) -> tuple[Decimal, ...]:
        return tuple(point[candidate] for point in self.points)

    def note_point(self) -> None:
        self.points.append({each: self.vote(each) for each in self.bundles})

    # -- 5.3

    def transfer(self, source: int) -> None:
        surplus, batch = self.surplus(source), self.bundles[source][-1]
        moving = [paper for paper in batch if self.next_for(paper, source)]
        worth = sum((paper.value for paper in moving), Decimal(0))
        value = two_places(surplus / len(moving)) if worth > surplus else None
        self.hand_on(moving, value)
        moved = sum((paper.value for paper in moving), Decimal(0))
        self.lost += surplus - moved  # 5.3.9
        self.kept[source] = self.quota
        self.untransferred.discard(source)
        self.note_point()
        self.deem_elected()
        self.write_sheet()

    def hand_on(self, moving: list[Paper], value: Decimal | None) -> None:
        """Each paper into the bundle that its next candidate now receives; none at all are no bundle."""
        holders = {id(each): who for who, heap in self.bundles.items() for bundle in heap for each in bundle}
        received: dict[int, list[Paper]] = {}
        for paper in moving:
            received.setdefault(self.next_for(paper, holders[id(paper)]) or 0, []).append(paper)
        going = set(map(id, moving))
        for heap in self.bundles.values():
            for bundle in heap:
                bundle[:] = [paper for paper in bundle if id(paper) not in going]
        for candidate, bundle in received.items():
            for paper in bundle:
                paper.value = paper.value if value is None else value
            if candidate:
                self.bundles[candidate].append(bundle)
            else:
                self.lost += sum((paper.value for paper in bundle), Decimal(0))

    # -- 5.4

    def exclude(self, group: list[int]) -> None:
        self.excluded += group
        papers = [paper for each in group for bundle in self.bundles[each] for paper in bundle]
        values = sorted({paper.value for paper in papers}, reverse=True)
        for value in values:
            if not self.open_places():  # 5.5.2
                break
            lost = self.lost
            self.hand_on([paper for paper in papers if paper.value == value], None)
            if self.lost > lost and not self.elected:
                self.set_quota()
            self.note_point()
            self.deem_elected()
        if not values:
            self.deem_elected()
        self.write_sheet()

    # -- 5.5

    def elect_the_rest(self, group: Sequence[int] = ()) -> None:
        for each in sorted(self.continuing(), key=lambda each: (-self.vote(each), each)):
            if each not in group:
                self.kept[each] = self.vote(each)
                self.elected.append(each)

    def write_sheet(self) -> None:
        """5.3.11 and 5.4.15: the new total is still the total valid vote."""
        votes = {each: self.vote(each) for each in self.bundles}
        assert sum(votes.values()) + self.lost == len(self.papers)
        self.sheets.append(Sheet(votes, self.lost, self.quota))
