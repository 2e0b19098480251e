"""Which statements set a group apart, and which everybody shares.

Source: compdemocracy/polis, math/repness.clj and math/stats.clj; Small et al., "Polis: Scaling deliberation
by mapping high dimensional opinion spaces", Recerca 26 (2021).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods.opinions.opinion_map import Consensus, Counts, Floats, Representative, VoteCounts

SURE = 1.2816  # one-sided 90 %
SHOWN = 5


@dataclass(frozen=True, eq=False)
class Distinction:
    """One direction (agree or disagree) for one group, an entry a statement."""

    direction: str
    success: Counts
    seen: Counts
    p: Floats
    p_test: Floats
    ratio: Floats
    ratio_test: Floats

    @property
    def strength(self) -> Floats:
        return self.ratio * self.ratio_test * self.p * self.p_test

    @property
    def qualifies(self) -> NDArray[np.bool_]:
        return (self.ratio_test > SURE) & (self.p_test > SURE)

    def entry(self, group: int, statement: str, place: int) -> Representative:
        return Representative(
            group,
            statement,
            self.direction,
            int(self.success[place]),
            int(self.seen[place]),
            float(self.p[place]),
            float(self.p_test[place]),
            float(self.ratio[place]),
            float(self.ratio_test[place]),
        )


def share(success: Counts, seen: Counts) -> Floats:
    """The share who voted so among all who voted, passes counted, smoothed towards one half."""
    return (success + 1) / (seen + 2)


def share_test(success: Counts, seen: Counts) -> Floats:
    """How surely the share differs from one half (z)."""
    return 2 * np.sqrt(seen + 1) * ((success + 1) / (seen + 1) - 0.5)


def difference_test(success: Counts, seen: Counts, other_success: Counts, other_seen: Counts) -> Floats:
    """How surely two shares differ (pooled two-proportion z, 1 added to each count); 0 where all agree."""
    n, m = seen + 1.0, other_seen + 1.0
    pooled = (success + other_success + 2) / (n + m)
    spread = np.sqrt(np.maximum(pooled * (1 - pooled), 0) * (1 / n + 1 / m))
    difference = (success + 1) / n - (other_success + 1) / m
    tested = np.zeros(len(n))
    np.divide(difference, spread, out=tested, where=(pooled < 1) & (spread > 0))
    return tested


def distinguish(
    direction: str, success: Counts, seen: Counts, others: Counts, others_seen: Counts
) -> Distinction:
    p = share(success, seen)
    ratio = p / share(others, others_seen)
    tested = difference_test(success, seen, others, others_seen)
    return Distinction(direction, success, seen, p, share_test(success, seen), ratio, tested)


def representative_statements(
    groups: Sequence[VoteCounts], moderated_out: NDArray[np.bool_]
) -> tuple[Representative, ...]:
    """The statements that set each group apart from all others together; none for a single group.

    Five a group at most: the best agreed one first, the others by strength, agreed before disagreed.
    """
    if len(groups) < 2:
        return ()
    agrees = sum(group.agrees for group in groups)
    disagrees, seen = sum(group.disagrees for group in groups), sum(group.seen for group in groups)
    found: list[Representative] = []
    for number, own in enumerate(groups):
        rest = seen - own.seen
        agree = distinguish("agree", own.agrees, own.seen, agrees - own.agrees, rest)
        disagree = distinguish("disagree", own.disagrees, own.seen, disagrees - own.disagrees, rest)
        found += select_statements(number, own.statements, agree, disagree, np.flatnonzero(~moderated_out))
    return tuple(found)


def select_statements(
    group: int, names: Sequence[str], agree: Distinction, disagree: Distinction, standing: NDArray[np.int64]
) -> list[Representative]:
    toward_agree = agree.ratio_test > disagree.ratio_test
    strength = np.where(toward_agree, agree.strength, disagree.strength)
    qualified = standing[(agree.qualifies | disagree.qualifies)[standing]].tolist()
    ranked = sorted(qualified, key=lambda place: (-strength[place], place))
    first = best_agreed(agree, disagree, standing)
    if first is not None:
        ranked = [first, *(place for place in ranked if place != first)] if ranked else [first]
    elif not ranked:
        ranked = most_different(agree, disagree, standing)
    chosen = sorted(ranked[:SHOWN], key=lambda place: not toward_agree[place])
    return [
        (agree if toward_agree[place] else disagree).entry(group, names[place], place) for place in chosen
    ]


def best_agreed(agree: Distinction, disagree: Distinction, standing: NDArray[np.int64]) -> int | None:
    """The statement that best says what a group agrees on, so that a group is never told by its noes alone.

    Statements are looked at in order. The first that is agreed on by most or more than elsewhere stands;
    a later one takes its place by strength if the one that stands is agreed on more than elsewhere, else by
    its share alone.
    """
    best: int | None = None
    share_strength = agree.p * agree.p_test
    strength = agree.strength
    for place in standing.tolist():
        if agree.success[place] == 0 and disagree.success[place] == 0:
            continue
        if best is None:
            better = agree.p_test[place] > SURE or (agree.ratio[place] > 1 and agree.p[place] > 0.5)
        elif agree.ratio[best] > 1:
            better = strength[place] > strength[best]
        else:
            better = share_strength[place] > share_strength[best]
        best = place if better else best
    return best


def most_different(agree: Distinction, disagree: Distinction, standing: NDArray[np.int64]) -> list[int]:
    """Where nothing qualifies and nothing is agreed: the statement with the largest difference, if any."""
    voted = standing[(agree.seen[standing] > 0)]
    if not len(voted):
        return []
    tested = np.maximum(agree.ratio_test, disagree.ratio_test)[voted]
    return [int(voted[int(tested.argmax())])]


def consensus_statements(everybody: VoteCounts, moderated_out: NDArray[np.bool_]) -> tuple[Consensus, ...]:
    """What most of everybody agree on, then what most disagree with: five of each at most."""
    return (
        *agreed_by_most("agree", everybody.agrees, everybody, moderated_out),
        *agreed_by_most("disagree", everybody.disagrees, everybody, moderated_out),
    )


def agreed_by_most(
    direction: str, success: Counts, counts: VoteCounts, moderated_out: NDArray[np.bool_]
) -> list[Consensus]:
    p, tested = share(success, counts.seen), share_test(success, counts.seen)
    places = np.flatnonzero((p > 0.5) & (tested > SURE) & ~moderated_out)
    ranked = sorted(places.tolist(), key=lambda place: (-p[place] * tested[place], place))[:SHOWN]
    return [
        Consensus(
            counts.statements[place],
            direction,
            int(success[place]),
            int(counts.seen[place]),
            float(p[place]),
            float(tested[place]),
        )
        for place in ranked
    ]


def group_consensus(groups: Sequence[VoteCounts], width: int) -> Floats:
    """How much all groups agree on each statement: the product of their smoothed shares of agreement."""
    product = np.ones(width)
    for group in groups:
        product = product * share(group.agrees, group.seen)
    return product
