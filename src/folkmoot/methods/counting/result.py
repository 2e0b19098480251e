"""The whole working of a count: every stage, transfer and tie, so that anybody can follow it on paper."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import rfc8785

from folkmoot.methods.counting.ballots import Profile

Status = Literal["elected", "excluded", "continuing", "withdrawn"]


@dataclass(frozen=True)
class Candidate:
    """`stage`: when it was elected; for an excluded one, the last stage at which it held votes."""

    number: int
    name: str
    status: Status
    stage: int | None


@dataclass(frozen=True)
class Funded:
    """What became of a project."""

    id: str
    name: str
    cost: int
    funded: bool


@dataclass(frozen=True)
class Transfer:
    """Papers that moved together: from whom, to whom (None: non-transferable), each at what value.

    `value`: None where the papers hand on different parts of a vote. `papers` may be 0: votes that were lost when
    values were cut off after the last decimal.
    """

    sources: tuple[str, ...]
    target: str | None
    papers: int
    value: str | None
    votes: str


@dataclass(frozen=True)
class Stage:
    """One stage. `totals`: by candidate's number or project's id, at its end, as exact decimals or n/d.

    `kind`: first, surplus, exclusion, iteration, choice, purchase or result. `elected`, `excluded`: who was,
    at this stage, in order. `details`: what only this rule has.
    """

    number: int
    action: str
    kind: str
    acted_on: tuple[str, ...]
    totals: Mapping[str, str]
    non_transferable: str
    quota: str | None = None
    elected: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    notes: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Tie:
    """Equals, who was taken out of them for what, and whether an earlier stage or the lot decided.

    `drawn`: the lot's order of those whom no earlier stage had parted; empty where no lot was needed.
    """

    stage: int
    between: tuple[str, ...]
    chosen: str
    purpose: str
    by: Literal["earlier stage", "lot"]
    drawn: tuple[str, ...] = ()


@dataclass(frozen=True)
class Count:
    """A result with its working. `elected` holds candidates' numbers in order, `funded` projects' ids.

    `conserves`: whether the votes of every stage add up to the valid votes. `pairwise`: for each pair, how
    many put the one before the other. `details`: what only this rule has.
    """

    rule: str
    title: str
    source: str
    options: Mapping[str, str | int]
    profile: Profile
    seats: int
    valid: int
    invalid: int
    quota: str | None
    candidates: tuple[Candidate, ...]
    elected: tuple[int, ...]
    stages: tuple[Stage, ...]
    ties: tuple[Tie, ...]
    lot: Mapping[str, Any] | None
    projects: tuple[Funded, ...] = ()
    funded: tuple[str, ...] = ()
    pairwise: Mapping[str, Mapping[str, int]] | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON (RFC 8785) of what went in and what came out."""
        outcome = {"funded": list(self.funded)} if self.projects else {"elected": list(self.elected)}
        form = {
            "rule": self.rule,
            "options": dict(self.options),
            "seats": self.seats,
            "lot": None if self.lot is None else dict(self.lot),
            # The ballots, which come first among the sorted keys, may be many: they are hashed as they come.
            "profile": {"ballots": None, **self.profile.canonical()},
            **outcome,
        }
        before, mark, after = rfc8785.dumps(form).partition(b'"profile":{"ballots":')
        hashed = hashlib.sha256(before + mark)
        for part in self.profile.ballots_json():
            hashed.update(part)
        hashed.update(after.removeprefix(b"null"))
        return hashed.hexdigest()

    def name_of(self, key: str) -> str:
        """The name of a candidate by number, or of a project by id; a choice is its own name."""
        names = {project.id: project.name for project in self.projects} or {
            str(each.number): each.name for each in self.candidates
        }
        return names.get(key, key)
