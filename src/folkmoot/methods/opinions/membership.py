"""Who is in which group, how likely, and how surely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods import InputError
from folkmoot.methods.opinions.grouping import on_axes, seen_from
from folkmoot.methods.opinions.mixture import Clouds, weigh
from folkmoot.methods.opinions.opinion_map import NO_GROUP, Floats, Verdict
from folkmoot.methods.opinions.polis import FEWEST_FOR_GROUPS, Groups, given_groups, number_by_size
from folkmoot.methods.opinions.study import Study
from folkmoot.methods.opinions.verdict import Finding, judge
from folkmoot.methods.opinions.votes import Votes


@dataclass(frozen=True, eq=False)
class Membership:
    """Everybody's `group` (−1 none), numbered by size, with the verdict on all.

    `likely` (people × groups) and `confidence` (people) are not a number for people in no group. They and
    `clouds` are None where no groups were found, or groups were given.
    """

    group: Groups
    verdict: Verdict
    likely: Floats | None = None
    confidence: Floats | None = None
    clouds: Clouds | None = None
    one_cloud_p: float | None = None


def given_members(votes: Votes, membership: Mapping[str, int], asked: int | None) -> Membership:
    """Groups found elsewhere."""
    return Membership(*given_groups(votes, membership, asked))


def find_members(
    study: Study, included: NDArray[np.bool_], asked: int | None, rng: np.random.Generator
) -> Membership:
    """Judge whether there are groups, and place everybody who is in."""
    judges = study.studied[included[study.studied]]
    if not len(study.votes.values):
        judges = judges[:0]  # nothing to judge by
    finding = Finding()
    if len(judges) >= FEWEST_FOR_GROUPS or (asked or 1) > 1:
        if not len(judges):
            raise InputError(
                f"{asked} groups were asked for and too few people voted", remedy="Ask for one group."
            )
        finding = judge(study.parting, study.votes.of_people(judges), study.choice, asked, rng)
    if finding.clouds is None:
        group = np.where(included, 0, NO_GROUP)
        verdict = Verdict(1, False, finding.tried, finding.stability, finding.null_p)
        return Membership(group, verdict, one_cloud_p=finding.one_cloud_p)
    return place_all(study, included, judges, finding, finding.clouds)


def place_all(
    study: Study,
    included: NDArray[np.bool_],
    judges: NDArray[np.int64],
    finding: Finding,
    clouds: Clouds,
) -> Membership:
    """Put everybody who is in into their likeliest group, by all their votes."""
    unit, _ = on_axes(study.parting)
    sight = seen_from(unit, study.votes.of_people(np.flatnonzero(included)))
    clouds = by_size(clouds, weigh(sight, clouds)[0].argmax(axis=1))
    likely = weigh(sight, clouds)[0]
    group = np.full(len(included), NO_GROUP, dtype=np.int64)
    group[included] = likely.argmax(axis=1)
    whole = np.full((len(included), clouds.k), np.nan)
    whole[included] = likely
    confidence = np.full(len(included), np.nan)
    confidence[judges] = finding.confidence
    verdict = Verdict(
        clouds.k, finding.found and clouds.k > 1, finding.tried, finding.stability, finding.null_p
    )
    return Membership(group, verdict, whole, confidence, clouds, finding.one_cloud_p)


def by_size(clouds: Clouds, labels: Groups) -> Clouds:
    """Clouds in the order in which groups are numbered; those with nobody in them are left out."""
    numbers = number_by_size(labels)
    order = np.array([labels[np.argmax(numbers == new)] for new in range(int(numbers.max()) + 1)])
    return Clouds(clouds.centres[order], clouds.width, clouds.shares[order] / clouds.shares[order].sum())
