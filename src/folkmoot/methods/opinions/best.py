"""The opinion map that says how sure it is, and when there is nothing to see.

Four steps: a model of votes is chosen by votes set aside (held_out, factorisation); people are judged to fall
into groups or not (verdict); what each group holds is told with intervals (sureness); and what all share,
whatever the groups (bridging).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods import InputError
from folkmoot.methods.opinions.bridging import bridging
from folkmoot.methods.opinions.components import Components
from folkmoot.methods.opinions.factorisation import place
from folkmoot.methods.opinions.grouping import on_axes
from folkmoot.methods.opinions.membership import Membership, find_members, given_members
from folkmoot.methods.opinions.missing import what_is_missing
from folkmoot.methods.opinions.opinion_map import (
    NO_GROUP,
    Consensus,
    Floats,
    OpinionMap,
    Quality,
    Representative,
    VoteCounts,
)
from folkmoot.methods.opinions.polis import (
    Progress,
    check_number,
    count_votes,
    mask,
    names_of,
    priorities_of,
    who_is_in,
)
from folkmoot.methods.opinions.representative import agreed_by_most, group_consensus, share
from folkmoot.methods.opinions.study import Study, learn_from
from folkmoot.methods.opinions.sureness import Testimony, hear, surely_representative
from folkmoot.methods.opinions.votes import Votes

INSIDE = 4.605170185988091  # squared distance within which 90 % of a normal distribution in the plane lies
MODEL_DRAWS, GROUP_DRAWS = 1, 2  # part the draws of the two steps from each other


def map_as_best(
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
    """Map opinions and say how surely; see map_opinions for the arguments."""
    tell = progress or (lambda step, done: None)
    check_number(groups)
    if seed < 0:
        raise InputError(f"the seed is {seed}", remedy="Give a seed of 0 or more.")
    out, behind = mask(votes.statements, moderated_out), mask(votes.statements, background)
    included = who_is_in(votes, include)
    tell("model", 0.0)
    study = learn_from(votes, out, np.random.default_rng([MODEL_DRAWS, seed]))
    tell("groups", 0.3)
    if membership is None:
        members = find_members(study, included, groups, np.random.default_rng([GROUP_DRAWS, seed]))
    else:
        members = given_members(votes, membership, groups)
        included = members.group != NO_GROUP
    tell("statements", 0.9)
    result = describe(votes, study, included, members, out, behind, seed)
    tell("done", 1.0)
    return result


def describe(
    votes: Votes,
    study: Study,
    included: NDArray[np.bool_],
    members: Membership,
    out: NDArray[np.bool_],
    behind: NDArray[np.bool_],
    seed: int,
) -> OpinionMap:
    """Say what each group holds, what all share and what to ask next, and how sure that is."""
    components, ellipses = picture(votes, study, out)
    k = members.verdict.k if included.any() else 0
    overall, of_groups = count_votes(votes, members.group, k)
    return OpinionMap(
        mode="best",
        seed=seed,
        votes=len(votes),
        participants=votes.participants,
        statements=votes.statements,
        centre=components.centre,
        axes=components.axes,
        positions=components.positions,
        statement_positions=components.statement_positions,
        included=included,
        group=members.group,
        verdict=members.verdict,
        overall=overall,
        group_counts=of_groups,
        representative=representative_of(study, members, of_groups),
        consensus=shared_by_all(overall, of_groups, out),
        group_consensus=group_consensus(of_groups, len(votes.statements)),
        priorities=priorities_of(of_groups, components, behind),
        quality=quality_of(votes, study, components.positions, included, members),
        ellipses=ellipses,
        membership=members.likely,
        confidence=members.confidence,
        bridging=bridging(study.model, study.statements, len(votes.statements)),
        moderated_out=names_of(votes, out),
        background=names_of(votes, behind),
    )


def picture(votes: Votes, study: Study, out: NDArray[np.bool_]) -> tuple[Components, Floats]:
    """Where people and statements stand in the plane, and how surely people do (90 % ellipses)."""
    unit, lengths = on_axes(study.pictured)
    found = place(study.pictured, study.votes)
    long = lengths[:2]
    spread = found.covariance[:, 1:3, 1:3] * (long[:, None] * long[None])
    centre = np.where(out, 0.0, few_votes_mean(votes))
    centre[study.statements] = study.pictured.centre
    axes = np.zeros((2, len(centre)))
    axes[:, study.statements] = unit.loadings[:, :2].T
    toward = np.sqrt(len(centre)) * ((1.0 - centre) * axes).T
    return Components(centre, axes, found.positions[:, :2] * long, toward), ellipses_of(spread)


def few_votes_mean(votes: Votes) -> Floats:
    """The mean vote on each statement, drawn to the mean of all by one vote."""
    width = votes.shape[1]
    seen = np.bincount(votes.indices, minlength=width)
    total = np.bincount(votes.indices, weights=votes.values, minlength=width)
    return np.asarray((total + total.sum() / max(len(votes), 1)) / (seen + 1))


def ellipses_of(spread: Floats) -> Floats:
    """Half the long axis, half the short one, and the long one's angle: of covariances, people × 2 × 2."""
    values, vectors = np.linalg.eigh(spread)
    half = np.sqrt(INSIDE * np.maximum(values[:, ::-1], 0.0))
    angle = np.arctan2(vectors[:, 1, 1], vectors[:, 0, 1]) % np.pi
    return np.column_stack([half, angle])


def representative_of(
    study: Study, members: Membership, of_groups: tuple[VoteCounts, ...]
) -> tuple[Representative, ...]:
    """What sets each group apart, as heard from the people on whose votes choices are made."""
    if len(of_groups) < 2 or not len(study.votes.values):
        return ()
    judges = study.studied[members.group[study.studied] != NO_GROUP]
    votes = study.votes.of_people(judges)
    if members.clouds is None:
        known = np.eye(len(of_groups))[members.group[judges]]
        heard = Testimony(votes, np.repeat(known, np.diff(votes.indptr), axis=0))
    else:
        heard = hear(on_axes(study.parting)[0], votes, members.clouds)
    return surely_representative([counts.of(study.statements) for counts in of_groups], heard)


def shared_by_all(
    overall: VoteCounts, groups: tuple[VoteCounts, ...], out: NDArray[np.bool_]
) -> tuple[Consensus, ...]:
    """What most of everybody hold, and most of every group: agreed, then disagreed, five of each at most."""
    agreed, disagreed = out.copy(), out.copy()
    for group in groups:
        agreed |= share(group.agrees, group.seen) <= 0.5
        disagreed |= share(group.disagrees, group.seen) <= 0.5
    return (
        *agreed_by_most("agree", overall.agrees, overall, agreed),
        *agreed_by_most("disagree", overall.disagrees, overall, disagreed),
    )


def quality_of(
    votes: Votes, study: Study, positions: Floats, included: NDArray[np.bool_], members: Membership
) -> dict[str, Quality]:
    """How well the model foretells, how clear groups are, and who is missing."""
    choice, likely = study.choice, members.likely
    held_out: Quality = None
    if choice.log_loss is not None and choice.auc is not None and choice.base_rate_log_loss is not None:
        held_out = {
            "log_loss": choice.log_loss,
            "auc": choice.auc,
            "base_rate_log_loss": choice.base_rate_log_loss,
        }
    return {
        "held_out": held_out,
        "directions": float(choice.rank),
        "ridge": choice.ridge,
        "one_cloud_p": members.one_cloud_p,
        "membership_clear": None
        if likely is None
        else float(np.nanmean(np.nanmax(likely[included], axis=1))),
        **what_is_missing(votes, positions, included),
    }
