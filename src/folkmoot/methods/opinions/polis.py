"""The opinion map as Polis computes it: who is in, positions, groups and what they hold.

Parity is with what Polis publishes. Three things there depend on the history of a conversation and not on
its votes, and are not imitated: base clusters and groups carried over from earlier runs, a number of groups
that changes only after four equal results in a row, and people who stay in though they no longer qualify
(`include` names such people).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods import InputError
from folkmoot.methods.opinions.clusters import (
    Clusters,
    base_clusters,
    best_k,
    every,
    group_base_clusters,
    try_groups,
)
from folkmoot.methods.opinions.components import Components, principal_components
from folkmoot.methods.opinions.missing import what_is_missing
from folkmoot.methods.opinions.opinion_map import NO_GROUP, Floats, OpinionMap, Quality, Verdict, VoteCounts
from folkmoot.methods.opinions.priorities import priority
from folkmoot.methods.opinions.representative import (
    consensus_statements,
    group_consensus,
    representative_statements,
)
from folkmoot.methods.opinions.votes import Votes, count_choices

ENOUGH_VOTES = 7
ENOUGH_PEOPLE = 15
FEWEST_FOR_GROUPS = 4

Progress = Callable[[str, float], None]
Groups = NDArray[np.int64]


def map_as_polis(
    votes: Votes,
    *,
    groups: int | None = None,
    moderated_out: Collection[str] = (),
    background: Collection[str] = (),
    include: Collection[str] = (),
    membership: Mapping[str, int] | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> OpinionMap:
    """Map opinions with the arithmetic that Polis publishes; see map_opinions for the arguments."""
    tell = progress or (lambda step, done: None)
    out = mask(votes.statements, moderated_out)
    tell("positions", 0.0)
    components = principal_components(votes, out)
    included = who_is_in(votes, include)
    tell("groups", 0.5)
    if membership is None:
        group, verdict = find_groups(components.positions, included, groups)
    else:
        group, verdict = given_groups(votes, membership, groups)
        included = group != NO_GROUP
    tell("statements", 0.8)
    counts = count_votes(votes, group, verdict.k if included.any() else 0)
    result = describe(votes, components, included, group, verdict, counts, out, background, seed)
    tell("done", 1.0)
    return result


def describe(
    votes: Votes,
    components: Components,
    included: NDArray[np.bool_],
    group: Groups,
    verdict: Verdict,
    counts: tuple[VoteCounts, tuple[VoteCounts, ...]],
    out: NDArray[np.bool_],
    background: Collection[str],
    seed: int,
) -> OpinionMap:
    """Say what each group holds, what all share and what to ask next."""
    overall, of_groups = counts
    behind = mask(votes.statements, background)
    return OpinionMap(
        mode="polis",
        seed=seed,
        votes=len(votes),
        participants=votes.participants,
        statements=votes.statements,
        centre=components.centre,
        axes=components.axes,
        positions=components.positions,
        statement_positions=components.statement_positions,
        included=included,
        group=group,
        verdict=verdict,
        overall=overall,
        group_counts=of_groups,
        representative=representative_statements(of_groups, out),
        consensus=consensus_statements(overall, out),
        group_consensus=group_consensus(of_groups, len(votes.statements)),
        priorities=priorities_of(of_groups, components, behind),
        quality=quality_of(votes, components.positions, included),
        moderated_out=names_of(votes, out),
        background=names_of(votes, behind),
    )


def mask(names: tuple[str, ...], chosen: Collection[str]) -> NDArray[np.bool_]:
    wanted = {str(name) for name in chosen}
    return np.array([name in wanted for name in names], dtype=bool)


def names_of(votes: Votes, chosen: NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(votes.statements[place] for place in np.flatnonzero(chosen))


def who_is_in(votes: Votes, include: Collection[str]) -> NDArray[np.bool_]:
    """Those with enough votes and those named; where they are few, the most active as well, up to fifteen."""
    strangers = sorted({str(name) for name in include} - set(votes.participants))
    if strangers:
        raise InputError(
            f"nobody called {', '.join(strangers)} voted, and they were to be included",
            remedy="Name participants by the ids that stand in the votes.",
        )
    count = votes.per_participant
    included = (count >= min(ENOUGH_VOTES, len(votes.statements))) | mask(votes.participants, include)
    missing = max(ENOUGH_PEOPLE - int(included.sum()), 0)
    most_active = np.argsort(-count, kind="stable")
    included[most_active[~included[most_active]][:missing]] = True
    return included


def find_groups(positions: Floats, included: NDArray[np.bool_], asked: int | None) -> tuple[Groups, Verdict]:
    """Gather those included into base clusters, and these into groups."""
    points = positions[included]
    labels, tried = np.zeros(len(points), dtype=np.int64), dict[int, float]()
    check_number(asked)
    if len(points) >= FEWEST_FOR_GROUPS or (asked or 1) > 1:
        bases = base_clusters(points) if len(points) else Clusters(labels, points)
        labels, tried = choose_groups(bases, asked)
    group = np.full(len(positions), NO_GROUP, dtype=np.int64)
    group[included] = number_by_size(labels)
    k = max(int(group.max(initial=NO_GROUP)) + 1, 1)
    return group, Verdict(k, k > 1, tried)


def check_number(asked: int | None) -> None:
    if asked is not None and asked < 1:
        raise InputError(f"{asked} groups were asked for", remedy="Ask for one group or more.")


def choose_groups(bases: Clusters, asked: int | None) -> tuple[Groups, dict[int, float]]:
    """The group of each person: as many groups as were asked for, or as part best."""
    found = try_groups(bases)
    scores = {k: score for k, (score, _) in found.items()}
    if asked is not None:
        if asked > max(len(bases.centres), 1):
            raise InputError(
                f"{asked} groups were asked for where people stand in {len(bases.centres)} places only",
                remedy="Ask for fewer groups.",
            )
        of_base = group_base_clusters(bases, asked)
    elif scores:
        of_base = found[best_k(scores.items())][1]
    else:
        of_base = np.zeros(len(bases.centres), dtype=np.int64)
    return of_base[bases.labels], scores


def given_groups(votes: Votes, membership: Mapping[str, int], asked: int | None) -> tuple[Groups, Verdict]:
    """Groups that were found elsewhere, numbered our way."""
    if asked is not None:
        raise InputError("a number of groups and their members are both given", remedy="Give one of them.")
    who = np.array([name in membership for name in votes.participants], dtype=bool)
    if membership and not who.any():
        raise InputError(
            "nobody whose group is given voted",
            remedy="Name participants by the ids that stand in the votes.",
        )
    labels = np.array([membership[name] for name in votes.participants if name in membership], dtype=np.int64)
    group = np.full(len(who), NO_GROUP, dtype=np.int64)
    group[who] = number_by_size(labels)
    k = max(int(group.max(initial=NO_GROUP)) + 1, 1)
    return group, Verdict(k, k > 1)


def number_by_size(labels: Groups) -> Groups:
    """Number groups from 0: the largest first, of equals the one with the lowest member."""
    used, first, inverse, sizes = np.unique(
        labels, return_index=True, return_inverse=True, return_counts=True
    )
    place = np.empty(len(used), dtype=np.int64)
    place[np.lexsort((first, -sizes))] = np.arange(len(used))
    return place[inverse]


def count_votes(votes: Votes, group: Groups, k: int) -> tuple[VoteCounts, tuple[VoteCounts, ...]]:
    """Agrees, passes and disagrees on each statement: of everybody, and of each group."""
    # those in no group are counted in a last row, which only the total over everybody uses
    table = count_choices(votes, np.where(group == NO_GROUP, k, group), k + 1)

    def counts(rows: NDArray[np.int64]) -> VoteCounts:
        return VoteCounts(votes.statements, agrees=rows[2], passes=rows[1], disagrees=rows[0])

    return counts(table.sum(axis=0)), tuple(counts(table[number]) for number in range(k))


def priorities_of(
    groups: tuple[VoteCounts, ...], components: Components, background: NDArray[np.bool_]
) -> Floats:
    """The priority of each statement, from the votes of those who are in a group."""
    nobody = np.zeros(len(background), dtype=np.int64)
    agrees = sum((group.agrees for group in groups), nobody)
    passes = sum((group.passes for group in groups), nobody)
    seen = sum((group.seen for group in groups), nobody)
    return priority(agrees, passes, seen, components.extremity, background)


def quality_of(votes: Votes, positions: Floats, included: NDArray[np.bool_]) -> dict[str, Quality]:
    """What the map leaves out, and whether it shows activity rather than opinion."""
    people = int(included.sum())
    return {
        "held_out": None,
        "base_clusters_settled_on": float(-(-people // every(people))),
        **what_is_missing(votes, positions, included),
    }
