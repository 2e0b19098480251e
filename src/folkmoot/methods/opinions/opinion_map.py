"""What an opinion map holds: where people stand, what groups hold, what all share, what to ask next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods.opinions.bridging import Bridging

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Quality = float | None | Mapping[str, float]

SMALLEST_GROUP = 10  # fewer people are never described as a group
NO_GROUP = -1


@dataclass(frozen=True, eq=False)
class VoteCounts:
    """How many agreed, passed and disagreed on each statement, in the order of `statements`."""

    statements: tuple[str, ...]
    agrees: Counts
    passes: Counts
    disagrees: Counts

    @property
    def seen(self) -> Counts:
        return self.agrees + self.passes + self.disagrees

    def of(self, statements: NDArray[np.int64]) -> VoteCounts:
        """The counts of some statements only, by their numbers."""
        names = tuple(self.statements[place] for place in statements.tolist())
        return VoteCounts(names, self.agrees[statements], self.passes[statements], self.disagrees[statements])


@dataclass(frozen=True)
class Verdict:
    """How many groups there are, whether to believe in them, and how each number that was tried scored."""

    k: int
    found: bool
    tried: Mapping[int, float] = field(default_factory=dict)
    stability: float | None = None
    null_p: float | None = None


@dataclass(frozen=True)
class Representative:
    """A statement that sets a group apart, the direction in which it does, and how surely.

    `success` of `seen` members agree (or disagree); `p` is their share, smoothed; `p_test` its z against one
    half; `ratio` the share over that of all other groups together; `ratio_test` the z of that difference.
    """

    group: int
    statement: str
    direction: str
    success: int
    seen: int
    p: float
    p_test: float
    ratio: float
    ratio_test: float
    interval: tuple[float, float] | None = None
    q_value: float | None = None


@dataclass(frozen=True)
class Consensus:
    """A statement on which most of everybody agree, or disagree: `success` of `seen`."""

    statement: str
    direction: str
    success: int
    seen: int
    p: float
    p_test: float


@dataclass(frozen=True, eq=False)
class OpinionMap:
    """The opinion map of a conversation.

    Arrays follow `participants` (everybody who voted) and `statements` (every one with a vote), both sorted
    by id. `group` is −1 for those left out; groups are numbered from 0 by size, then by their lowest member.
    `group_counts` has one VoteCounts a group, `overall` is everybody, in a group or not.

    Where the mode tells how sure it is: `ellipses` (participants × 3: half the long and the short axis, and
    the angle of the long one in radians) hold 90 % of where each may stand; `membership` (participants ×
    groups) how likely each belongs to each group; `confidence` the share of maps from votes drawn anew that
    keep each in the group. Rows of people in no group are not a number; so is the confidence of those who
    were not in the sample of a very large conversation.
    """

    mode: str
    seed: int
    votes: int
    participants: tuple[str, ...]
    statements: tuple[str, ...]
    centre: Floats
    axes: Floats
    positions: Floats
    statement_positions: Floats
    included: NDArray[np.bool_]
    group: NDArray[np.int64]
    verdict: Verdict
    overall: VoteCounts
    group_counts: tuple[VoteCounts, ...]
    representative: tuple[Representative, ...]
    consensus: tuple[Consensus, ...]
    group_consensus: Floats
    priorities: Floats
    quality: Mapping[str, Quality]
    ellipses: Floats | None = None
    membership: Floats | None = None
    confidence: Floats | None = None
    bridging: Bridging | None = None
    moderated_out: tuple[str, ...] = ()
    background: tuple[str, ...] = ()

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many people each group has."""
        return tuple(np.bincount(self.group[self.group >= 0], minlength=len(self.group_counts)).tolist())

    @property
    def extremity(self) -> dict[str, float]:
        """How far each statement carries those who agree with it, by id."""
        far = np.hypot(self.statement_positions[:, 0], self.statement_positions[:, 1])
        return dict(zip(self.statements, far.tolist(), strict=True))

    def members(self, group: int) -> tuple[str, ...]:
        """The ids of a group's members, sorted."""
        return tuple(self.participants[place] for place in np.flatnonzero(self.group == group))

    def of_group(self, group: int) -> tuple[Representative, ...]:
        """The statements that set a group apart, in the order to show them."""
        return tuple(entry for entry in self.representative if entry.group == group)


def group_letter(group: int) -> str:
    """A, B, C … as people read of groups."""
    return chr(ord("A") + group) if group < 26 else f"{chr(ord('A') + group % 26)}{group // 26}"
