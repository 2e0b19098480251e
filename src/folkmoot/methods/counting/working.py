"""The sheet while it is being filled in: who stands where, what happened, and how ties were broken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from folkmoot.methods.counting.ballots import Profile
from folkmoot.methods.counting.numerals import decimal_text
from folkmoot.methods.counting.result import Candidate, Count, Funded, Stage, Status, Tie, Transfer
from folkmoot.methods.counting.ties import TieOrder

Write = Callable[[int], str]


class Working:
    """The working of one count. Candidates are counted from 0 here, and written by their numbers from 1.

    `totals` and `non_transferable` are whole numbers of units that `write` turns into text. Stages are opened
    with `begin` and closed with `end`; between them votes move and candidates are elected or excluded.
    """

    def __init__(
        self, profile: Profile, seats: int, ties: TieOrder, *, places: int = 0, write: Write | None = None
    ) -> None:
        self.profile, self.seats, self.order = profile, seats, ties
        self.write: Write = write or (lambda units: decimal_text(units, places))
        self.names = profile.candidates if not hasattr(profile, "projects") else ()
        self.totals = [0] * len(self.names)
        self.non_transferable = 0
        self.quota: int | None = None
        self.elected: list[int] = []
        self.withdrawn = {number - 1 for number in getattr(profile, "withdrawn", ())}
        self.excluded_at: dict[int, int] = {}
        self.elected_at: dict[int, int] = {}
        self.stages: list[Stage] = []
        self.ties: list[Tie] = []
        # Totals at the points in the count that ties look back to, oldest first.
        self.points: list[list[int]] = []

    # -- who is where

    @property
    def number(self) -> int:
        """The number of the stage that is open, or of the next."""
        return len(self.stages) + 1

    @property
    def continuing(self) -> list[int]:
        gone = self.withdrawn | self.excluded_at.keys() | self.elected_at.keys()
        return [each for each in range(len(self.names)) if each not in gone]

    @property
    def vacancies(self) -> int:
        return self.seats - len(self.elected)

    # -- what happens

    def begin(self, action: str, kind: str, acted_on: Iterable[int] = ()) -> None:
        self._action, self._kind = action, kind
        self._acted_on = tuple(key(each) for each in acted_on)
        self._elected: list[str] = []
        self._excluded: list[str] = []
        self._transfers: list[Transfer] = []
        self._notes: list[str] = []

    def transfer(
        self, sources: Iterable[int], target: int | None, papers: int, value: int | None, votes: int
    ) -> None:
        """Write that papers moved; the totals are the caller's to change."""
        where = None if target is None else key(target)
        at = None if value is None else self.write(value)
        self._transfers.append(
            Transfer(tuple(key(each) for each in sources), where, papers, at, self.write(votes))
        )

    def note(self, words: str) -> None:
        self._notes.append(words)

    def elect(self, candidate: int) -> None:
        self.elected.append(candidate)
        self.elected_at[candidate] = self.number
        self._elected.append(key(candidate))

    def exclude(self, candidate: int, *, formally: bool = False) -> None:
        """Take a candidate out; `formally`: at the end of the count, its votes stay where they are."""
        self.excluded_at[candidate] = self.number + formally
        self._excluded.append(key(candidate))

    def point(self) -> None:
        """Keep the totals as they are now for ties to look back to."""
        self.points.append(list(self.totals))

    def end(self, details: Mapping[str, Any] | None = None) -> None:
        self.stages.append(
            Stage(
                number=self.number,
                action=self._action,
                kind=self._kind,
                acted_on=self._acted_on,
                totals={
                    key(each): self.write(total)
                    for each, total in enumerate(self.totals)
                    if each not in self.withdrawn
                },
                non_transferable=self.write(self.non_transferable),
                quota=None if self.quota is None else self.write(self.quota),
                elected=tuple(self._elected),
                excluded=tuple(self._excluded),
                transfers=tuple(self._transfers),
                notes=tuple(self._notes),
                details=dict(details or {}),
            )
        )

    # -- ties

    def settle(
        self,
        tied: Sequence[int],
        purpose: str,
        *,
        most: bool,
        look_back: Literal["latest", "earliest"] | None = None,
    ) -> int:
        """Take one of several equals: the one with most votes (or fewest) at an earlier point, else by lot.

        The lot's first is taken where `most`, its last otherwise. Where more than two are equal and a point
        parts only some of them, the rest are compared at the points after it.
        """
        left = sorted(tied)
        if len(left) == 1:
            return left[0]
        by: Literal["earlier stage", "lot"] = "earlier stage"
        back = (
            list(reversed(self.points)) if look_back == "latest" else list(self.points if look_back else ())
        )
        for totals in back:
            best = (max if most else min)(totals[each] for each in left)
            left = [each for each in left if totals[each] == best]
            if len(left) == 1:
                break
        drawn: list[str] = []
        if len(left) > 1:
            by = "lot"
            drawn = self.order.order(self.number, [key(each) for each in left])
            left = [int(drawn[0] if most else drawn[-1]) - 1]
        between = tuple(key(each) for each in sorted(tied))
        self.ties.append(Tie(self.number, between, key(left[0]), purpose, by, tuple(drawn)))
        return left[0]

    def best(self, votes: Mapping[int, Any], purpose: str) -> int:
        """The candidate with most votes; of equals the lot's first."""
        most = max(votes.values())
        return self.settle([each for each, number in votes.items() if number == most], purpose, most=True)

    # -- the result

    def finish(
        self,
        *,
        rule: str,
        title: str,
        source: str,
        options: Mapping[str, str | int] | None = None,
        quota: str | None = None,
        projects: tuple[Funded, ...] = (),
        pairwise: Mapping[str, Mapping[str, int]] | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> Count:
        if quota is None and self.quota is not None:
            quota = self.write(self.quota)
        return Count(
            rule=rule,
            title=title,
            source=source,
            options=dict(options or {}),
            profile=self.profile,
            seats=self.seats,
            valid=self.profile.valid,
            invalid=self.profile.invalid,
            quota=quota,
            candidates=tuple(self._candidate(each) for each in range(len(self.names))),
            elected=tuple(each + 1 for each in self.elected),
            stages=tuple(self.stages),
            ties=tuple(self.ties),
            lot=self.order.form(),
            projects=projects,
            funded=tuple(project.id for project in projects if project.funded),
            pairwise=pairwise,
            details=dict(details or {}),
        )

    def _candidate(self, each: int) -> Candidate:
        status: Status = "continuing"
        stage: int | None = None
        if each in self.withdrawn:
            status = "withdrawn"
        elif each in self.elected_at:
            status, stage = "elected", self.elected_at[each]
        elif each in self.excluded_at:
            status, stage = "excluded", max(self.excluded_at[each] - 1, 1)
        return Candidate(each + 1, self.names[each], status, stage)


def key(candidate: int) -> str:
    """A candidate's number, as it is written: from 1."""
    return str(candidate + 1)
