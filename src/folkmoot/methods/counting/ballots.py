"""What voters put on their papers, in the four forms that rules count.

Candidates have numbers from 1, as on the notice of poll; arrays hold them from 0, and the number of
candidates itself where a paper says nothing more. Papers that say the same may stand together with a count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np
import rfc8785
from numpy.typing import NDArray

from folkmoot.methods import InputError
from folkmoot.methods.counting.grouping import group, json_lines, places_of

IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]
# With more, sums of votes to nine decimals would not fit into 64 bits.
MOST_PAPERS = 1_000_000_000
MOST_CANDIDATES = 10_000
# An error names so many lines of a file, and how many more there are.
MOST_TOLD = 100


@dataclass(frozen=True, eq=False)
class Rankings:
    """Papers on which candidates stand in order, best first.

    `order`: papers × places, candidates from 0, len(candidates) = nothing more. `level`: the same shape, true
    where a place is equal to the one before it; None when no paper has equal places. `withdrawn`: numbers.
    `invalid`: papers without any preference, in `order` or not; they are not counted. `level_at`: the lines
    of the file with equal places, and what stands there. `notes`: what the reader of the file wants looked at.
    """

    candidates: tuple[str, ...]
    order: NDArray[Any]
    counts: IntArray
    level: BoolArray | None = None
    withdrawn: frozenset[int] = frozenset()
    invalid: int = 0
    title: str = ""
    seats: int | None = None
    level_at: tuple[tuple[int, str], ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_candidates(self.candidates)
        if int(self.counts.sum()) + self.invalid > MOST_PAPERS:
            raise InputError(f"more than {MOST_PAPERS:,} papers", remedy="Count fewer at a time.")

    @property
    def valid(self) -> int:
        return int(self.counts.sum())

    @property
    def level_where(self) -> str:
        """The lines with equal places in words, such as “line 3 (1=2), line 9 (4=2)”; empty if unknown."""
        told = [f"line {line} ({text})" for line, text in self.level_at[:MOST_TOLD]]
        more = len(self.level_at) - len(told)
        return ", ".join(told) + (f" and {more:,} more" if more else "")

    def standing(self) -> Rankings:
        """The same without withdrawn candidates: papers pass on to the next, or have nothing left."""
        if not self.withdrawn:
            return self
        gone = np.zeros(len(self.candidates) + 1, bool)
        gone[[number - 1 for number in self.withdrawn]] = True
        kept = [
            (count, [[each for each in place if not gone[each - 1]] for place in ranking])
            for count, ranking in self.lines()
        ]
        found = rank(
            self.candidates,
            [(count, [place for place in ranking if place]) for count, ranking in kept],
            withdrawn=self.withdrawn,
            invalid=self.invalid,
            title=self.title,
            seats=self.seats,
        )
        return replace(found, level_at=self.level_at, notes=self.notes)

    def certain(self) -> tuple[Rankings, int, int]:
        """Each paper up to the first place that several share; how many had no other place, how many were cut.

        A paper whose first place is shared says no first preference, and is invalid.
        """
        if self.level is None:
            return self, 0, 0
        # A shared place begins one before the first candidate who is level with another.
        begins = np.where(self.level.any(axis=1), self.level.argmax(axis=1) - 1, self.order.shape[1])
        void, cut = begins == 0, (begins > 0) & (begins < self.order.shape[1])
        kept = np.where(np.arange(self.order.shape[1]) < begins[:, None], self.order, len(self.candidates))
        lost = int(self.counts[void].sum())
        found = replace(
            self,
            order=kept[~void].astype(self.order.dtype),
            counts=self.counts[~void],
            level=None,
            invalid=self.invalid + lost,
        )
        return found, lost, int(self.counts[cut].sum())

    def lines(self) -> list[tuple[int, list[list[int]]]]:
        """Papers that say the same together, in a settled order: how many, and the numbers at each place."""
        nobody = len(self.candidates)
        order, level, counts = group(self.order, self.level, self.counts, nobody)
        equal = [None] * len(order) if level is None else level.tolist()
        rows = zip(counts.tolist(), order.tolist(), equal, strict=True)
        return [(count, places_of(row, level, nobody)) for count, row, level in rows]

    def canonical(self) -> dict[str, Any]:
        """What was counted but for the ballots themselves, for the digest."""
        return {
            "form": "rankings",
            "candidates": list(self.candidates),
            "withdrawn": sorted(self.withdrawn),
            "invalid": self.invalid,
        }

    def ballots_json(self) -> Iterator[bytes]:
        """The ballots as canonical JSON, the same however papers were grouped, split or shuffled."""
        return json_lines(self.order, self.level, self.counts, len(self.candidates))


def rank(
    candidates: Sequence[str],
    lines: Iterable[tuple[int, Sequence[int | Sequence[int]]]],
    *,
    file_lines: Sequence[int] = (),
    withdrawn: Iterable[int] = (),
    invalid: int = 0,
    title: str = "",
    seats: int | None = None,
    notes: tuple[str, ...] = (),
) -> Rankings:
    """Rankings from lines of how many papers say the same and what, with numbers from 1; equals in a list.

    `file_lines`: where in its file each of them stands. Papers without a preference are invalid. Raises
    InputError for a number that is no candidate's, one that stands twice on a paper, or a count below one.
    """
    nobody, longest = len(candidates), 0
    _check_candidates(tuple(candidates))
    counts: list[int] = []
    rows: list[tuple[list[int], list[bool]]] = []
    level_at: list[tuple[int, str]] = []
    for line, (count, ranking) in enumerate(lines):
        where = f"line {file_lines[line]}" if file_lines else f"ballot line {line + 1}"
        flat, equal = _flatten(ranking, nobody, where)
        if count < 1:
            raise InputError(f"{count} papers", where=where, remedy="Give a count of 1 or more.")
        if not flat:
            invalid += count
            continue
        if file_lines and any(equal):
            level_at.append((file_lines[line], _level_text(ranking)))
        counts.append(count)
        rows.append((flat, equal))
        longest = max(longest, len(flat))
    order = np.full((len(rows), longest + 1), nobody, np.min_scalar_type(max(nobody, 1)))
    level = np.zeros(order.shape, bool)
    for row, (flat, equal) in enumerate(rows):
        order[row, : len(flat)] = flat
        level[row, : len(flat)] = equal
    return Rankings(
        tuple(candidates),
        order,
        np.array(counts, np.int64),
        level if level.any() else None,
        frozenset(withdrawn),
        invalid,
        title,
        seats,
        tuple(level_at),
        notes,
    )


def _level_text(ranking: Sequence[int | Sequence[int]]) -> str:
    return " ".join(
        "=".join(map(str, place)) for place in ranking if not isinstance(place, int) and place[1:]
    )


def _flatten(ranking: Sequence[int | Sequence[int]], nobody: int, where: str) -> tuple[list[int], list[bool]]:
    flat: list[int] = []
    equal: list[bool] = []
    for place in ranking:
        for rest, number in enumerate([place] if isinstance(place, int) else place):
            check_preference(number, nobody, flat, where)
            flat.append(number - 1)
            equal.append(rest > 0)
    return flat, equal


def check_preference(number: int, candidates: int, before: Sequence[int], where: str) -> None:
    """Raise InputError unless this is a candidate's number that the paper does not hold already."""
    if not 1 <= number <= candidates:
        raise InputError(
            f"the number {number} is no candidate's",
            where=where,
            remedy=f"Candidates have the numbers 1 to {candidates}.",
        )
    if number - 1 in before:
        raise InputError(
            f"candidate {number} stands twice on one paper", where=where, remedy="Keep the first place only."
        )


def _check_candidates(candidates: tuple[str, ...]) -> None:
    if not 1 <= len(candidates) <= MOST_CANDIDATES:
        raise InputError(f"{len(candidates)} candidates", remedy=f"Give 1 to {MOST_CANDIDATES:,} candidates.")
    twice = (
        {name for name in candidates if candidates.count(name) > 1}
        if len(set(candidates)) < len(candidates)
        else set()
    )
    if twice:
        raise InputError(
            f"two candidates have the name “{min(twice)}”", remedy="Tell them apart, for example by branch."
        )


@dataclass(frozen=True, eq=False)
class Marks:
    """Papers that give each candidate a number: 1 or 0 (approval), a score, or points.

    `marks`: papers × candidates, whole numbers of 0 or more; `counts`: how many papers say so.
    """

    candidates: tuple[str, ...]
    marks: IntArray
    counts: IntArray
    invalid: int = 0
    title: str = ""
    seats: int | None = None
    withdrawn: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        _check_candidates(self.candidates)
        if self.marks.size and not 0 <= int(self.marks.min()) <= int(self.marks.max()) <= 1_000_000:
            raise InputError("a mark is not from 0 to 1,000,000", remedy="Give whole numbers in that range.")
        if int(self.counts.sum()) > MOST_PAPERS:
            raise InputError(f"more than {MOST_PAPERS:,} papers", remedy="Count fewer at a time.")

    @property
    def valid(self) -> int:
        return int(self.counts.sum())

    def canonical(self) -> dict[str, Any]:
        """What was counted but for the ballots themselves, for the digest."""
        return {
            "form": "marks",
            "candidates": list(self.candidates),
            "withdrawn": [],
            "invalid": self.invalid,
        }

    def ballots_json(self) -> Iterator[bytes]:
        """The ballots as canonical JSON, the same however papers were grouped, split or shuffled."""
        gathered: dict[tuple[int, ...], int] = {}
        for count, row in zip(self.counts.tolist(), self.marks.tolist(), strict=True):
            gathered[tuple(row)] = gathered.get(tuple(row), 0) + count
        yield rfc8785.dumps([[count, list(row)] for row, count in sorted(gathered.items())])


@dataclass(frozen=True)
class Choices:
    """How many were for a motion, against it, and abstained."""

    yes: int
    no: int
    abstain: int
    invalid: int = 0
    title: str = ""
    seats: int | None = None
    candidates: tuple[str, ...] = ("The motion",)
    withdrawn: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if min(self.yes, self.no, self.abstain, self.invalid) < 0:
            raise InputError("a number of votes is below zero", remedy="Give 0 or more.")

    @property
    def valid(self) -> int:
        return self.yes + self.no + self.abstain

    def canonical(self) -> dict[str, Any]:
        return {"form": "choices", "invalid": self.invalid}

    def ballots_json(self) -> Iterator[bytes]:
        yield rfc8785.dumps({"yes": self.yes, "no": self.no, "abstain": self.abstain})


@dataclass(frozen=True)
class Project:
    """Something that money may be spent on; `cost` in whole units of the currency."""

    id: str
    name: str
    cost: int
    selected: bool | None = None


@dataclass(frozen=True)
class Budget:
    """Projects, the money there is, and which of them each voter approves.

    `approvals`: a voter's projects, from 0, and how many voters approve just these.
    """

    projects: tuple[Project, ...]
    budget: int
    approvals: Mapping[frozenset[int], int]
    invalid: int = 0
    title: str = ""
    seats: int | None = None
    meta: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ids = [project.id for project in self.projects]
        if not ids or len(set(ids)) < len(ids):
            raise InputError("projects are missing or share an id", remedy="Give each project its own id.")
        if self.budget < 0 or any(project.cost < 1 for project in self.projects):
            raise InputError(
                "a cost or the budget is not positive", remedy="Give whole amounts of 1 or more."
            )

    @property
    def valid(self) -> int:
        return sum(self.approvals.values())

    def canonical(self) -> dict[str, Any]:
        """What was counted but for the ballots themselves; projects by id, whatever order the file had."""
        projects = sorted((project.id, project.name, project.cost) for project in self.projects)
        return {
            "form": "budget",
            "budget": self.budget,
            "projects": [list(project) for project in projects],
            "invalid": self.invalid,
        }

    def ballots_json(self) -> Iterator[bytes]:
        ids = [project.id for project in self.projects]
        lines = sorted((sorted(ids[each] for each in chosen), n) for chosen, n in self.approvals.items())
        yield rfc8785.dumps([[count, chosen] for chosen, count in lines])


Profile: TypeAlias = Rankings | Marks | Choices | Budget
