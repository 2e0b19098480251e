"""The verdict on groups: whether there are any, how many, how surely, and who is in which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods import InputError
from folkmoot.methods.opinions.factorisation import Model
from folkmoot.methods.opinions.grouping import (
    FEWEST,
    MOST_GROUPS,
    STEADY,
    Candidate,
    Parted,
    along_first,
    by_middles,
    candidates,
    choose,
    evenly,
    on_axes,
    redraw,
    roughly,
    seen_from,
    settled_points,
    smallest,
    stand_apart,
)
from folkmoot.methods.opinions.held_out import Choice
from folkmoot.methods.opinions.mixture import Clouds, Fit, Sight, separation
from folkmoot.methods.opinions.null_models import (
    SURE,
    chance_of_no_direction,
    gains_of_groups,
    worlds_of_one_cloud,
)
from folkmoot.methods.opinions.vote_blocks import VoteBlocks

Floats = NDArray[np.float64]

FAR = 6.0  # widths apart, at which clouds are taken as they are where a number is asked for
ALIKE = 0.8  # of the first direction's length, from which the second tells people apart as well
LEAST_SHARE = 0.02  # of people in the smallest group, where a number is asked for and other ways give more
MOST_IN_WORLDS = 500  # people, drawn from those included, for whom votes of other worlds are drawn


@dataclass(frozen=True, eq=False)
class Finding:
    """The groups found among some people, and what speaks for them.

    `clouds` is None where there are no groups. `tried` tells by how much each number of groups foretells a
    person better than one group; `null_p` how often votes without any direction would look like these;
    `one_cloud_p` how often people who are one cloud would seem to be so many groups. `found` is False where
    groups that were asked for do not stand the tests.
    """

    clouds: Clouds | None = None
    found: bool = False
    tried: dict[int, float] = field(default_factory=lambda: {1: 0.0})
    stability: float = 1.0  # of one group: whatever the votes, all are in it
    null_p: float | None = None
    one_cloud_p: float | None = None
    confidence: Floats | None = None


def judge(
    model: Model, votes: VoteBlocks, choice: Choice, asked: int | None, rng: np.random.Generator
) -> Finding:
    """Judge whether people fall into groups, and into how many; or into as many as were asked for.

    `votes` are those of the people who may be in a group. Groups are found where people differ along some
    direction at all, where several clouds foretell where they stand, more than they would if there was but
    one, and where the same groups come out again from votes drawn anew.
    """
    unit, lengths = on_axes(model)
    sight = seen_from(unit, votes)
    points = settled_points(sight, lengths**2)
    if asked is not None:
        return as_asked(model, votes, choice, sight, points, lengths, asked, rng)
    null_p = chance_of_no_direction(some(votes, rng), rng)
    numbers = [k for k in range(2, MOST_GROUPS + 1) if len(sight) >= k * FEWEST]
    tried = candidates(sight, points, numbers if choice.rank else [], rng)
    scores = {k: float(one.gain.mean()) for k, one in tried.items()}
    likely = [k for k, one in tried.items() if k > 1 and stand_apart(one.fit)]
    if null_p > SURE or not likely:
        return Finding(tried=scores, null_p=null_p)
    return among(likely, tried, model, votes, choice, null_p, rng)


def among(
    likely: Sequence[int],
    tried: dict[int, Candidate],
    model: Model,
    votes: VoteBlocks,
    choice: Choice,
    null_p: float,
    rng: np.random.Generator,
) -> Finding:
    """Choose among numbers of groups that stand apart: none of them may be usual where there is one cloud."""
    scores = {k: float(one.gain.mean()) for k, one in tried.items()}
    few = some(votes, rng)
    worlds = worlds_of_one_cloud(model, few, choice.ridge, likely, rng)
    seen = gains_of_groups(model, few, likely, rng).gain
    chance = {k: worlds.chance(k, seen[k]) for k in likely}
    parted = {k: Parted(tried[k].fit, roughly) for k in likely if chance[k] <= SURE}
    steady = redraw(votes, model, choice.ridge, parted, rng)
    able = {1: tried[1]} | {k: tried[k] for k, found in steady.items() if found.agreement >= STEADY}
    k = choose(able, {k: worlds.usual(k) for k in steady})
    if k == 1:
        return Finding(tried=scores, null_p=null_p, one_cloud_p=min(chance.values()))
    return Finding(tried[k].fit.clouds, True, scores, steady[k].agreement, null_p, chance[k], steady[k].kept)


def as_asked(
    model: Model,
    votes: VoteBlocks,
    choice: Choice,
    sight: Sight,
    points: Floats,
    lengths: Floats,
    asked: int,
    rng: np.random.Generator,
) -> Finding:
    """As many groups as were asked for, with what speaks for them."""
    if asked > len(np.unique(points, axis=0)):
        raise InputError(
            f"{asked} groups were asked for where people stand in {len(np.unique(points, axis=0))} places only",
            remedy="Ask for fewer groups.",
        )
    tried = candidates(sight, points, [asked], rng)
    scores = {k: float(one.gain.mean()) for k, one in tried.items()}
    few = some(votes, rng)
    null_p = chance_of_no_direction(few, rng)
    if asked == 1:
        return Finding(tried=scores, null_p=null_p)
    worlds = worlds_of_one_cloud(model, few, choice.ridge, [asked], rng)
    one_cloud_p = worlds.chance(asked, gains_of_groups(model, few, [asked], rng).gain[asked])
    apart = one_cloud_p <= SURE and separation(tried[asked].fit.clouds) >= FAR
    plane = asked > 2 and lengths[1:2].sum() >= ALIKE * lengths[0]
    ways = dict(enumerate(ways_to_part(sight, points, tried[asked].fit, apart, plane, rng)))
    steady = redraw(votes, model, choice.ridge, ways, rng)
    taken = max(ways, key=lambda number: steady[number].agreement)
    found, of_taken = ways[taken].fit, steady[taken]
    sure = max(null_p, one_cloud_p) <= SURE and stand_apart(found) and of_taken.agreement >= STEADY
    return Finding(found.clouds, sure, scores, of_taken.agreement, null_p, one_cloud_p, of_taken.kept)


def ways_to_part(
    sight: Sight, points: Floats, fit: Fit, apart: bool, plane: bool, rng: np.random.Generator
) -> list[Parted]:
    """By clouds along the first direction, and where they stand far apart by clouds in all directions, too.

    Of the two the one is to be taken that gives the same groups again from votes drawn anew. Where people
    differ in a plane as much as along a line, they go to the nearest middle instead of being parted along it.
    """
    k, clouds = fit.clouds.k, Parted(fit, roughly)
    found = [clouds] if apart else []
    if points.shape[1] > 1 or not found:
        way = evenly if plane else along_first
        found.append(Parted(way(sight, points, k, rng), way))
    least = max(FEWEST, LEAST_SHARE * len(points))
    if not any(smallest(one.fit) >= least for one in found):
        found.append(Parted(by_middles(sight, points, k, rng), by_middles))
    return [one for one in found if smallest(one.fit) >= least] or [
        max(found, key=lambda one: smallest(one.fit))
    ]


def some(votes: VoteBlocks, rng: np.random.Generator) -> VoteBlocks:
    """The votes of at most so many people."""
    if votes.height <= MOST_IN_WORLDS:
        return votes
    return votes.of_people(np.sort(rng.choice(votes.height, MOST_IN_WORLDS, replace=False)))
