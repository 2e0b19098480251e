"""What a map says, in statements rather than in numbers: of each group, of all, and of what divides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from folkmoot.methods.opinions.opinion_map import SMALLEST_GROUP, Floats, OpinionMap, VoteCounts

SHOWN = 5  # statements that divide


@dataclass(frozen=True)
class GroupInWords:
    """One group: how many of ten belong to it, and what its members hold unlike the others.

    `agrees` and `disagrees` are ids of statements. A group of fewer than ten people is not described.
    """

    group: int
    people: int
    of_ten: int
    described: bool
    agrees: tuple[str, ...] = ()
    disagrees: tuple[str, ...] = ()


@dataclass(frozen=True)
class MapInWords:
    """The groups, what all share (agreed, and disagreed with), and what divides people most."""

    groups: tuple[GroupInWords, ...]
    agreed: tuple[str, ...]
    disagreed: tuple[str, ...]
    divides: tuple[str, ...]


def in_words(found: OpinionMap) -> MapInWords:
    """Tell a map by its statements; groups are told only where some were found."""
    return MapInWords(
        tuple(group_in_words(found, group) for group in range(len(found.sizes)) if found.verdict.k > 1),
        tuple(entry.statement for entry in found.consensus if entry.direction == "agree"),
        tuple(entry.statement for entry in found.consensus if entry.direction == "disagree"),
        what_divides(found),
    )


def group_in_words(found: OpinionMap, group: int) -> GroupInWords:
    size = found.sizes[group]
    of_ten = round(10 * size / max(sum(found.sizes), 1))
    if size < SMALLEST_GROUP:
        return GroupInWords(group, size, of_ten, described=False)
    entries = found.of_group(group)
    return GroupInWords(
        group,
        size,
        of_ten,
        described=True,
        agrees=tuple(entry.statement for entry in entries if entry.direction == "agree"),
        disagrees=tuple(entry.statement for entry in entries if entry.direction == "disagree"),
    )


def what_divides(found: OpinionMap) -> tuple[str, ...]:
    """The statements on which groups differ most; without groups, those that split people most evenly."""
    large = [
        counts for counts, size in zip(found.group_counts, found.sizes, strict=True) if size >= SMALLEST_GROUP
    ]
    if found.verdict.k > 1 and len(large) > 1:
        means = np.array([mean_vote(counts) for counts in large])
        how_much = means.max(axis=0) - means.min(axis=0)
    else:
        fewer = np.minimum(found.overall.agrees, found.overall.disagrees)
        how_much = fewer / (found.overall.seen + 2)
    order = np.argsort(-how_much, kind="stable")
    out = set(found.moderated_out)
    names = [found.statements[place] for place in order.tolist() if how_much[place] > 0]
    return tuple(name for name in names if name not in out)[:SHOWN]


def mean_vote(counts: VoteCounts) -> Floats:
    """The mean vote, drawn towards 0 where few voted."""
    return np.asarray((counts.agrees - counts.disagrees) / (counts.seen + 2))
