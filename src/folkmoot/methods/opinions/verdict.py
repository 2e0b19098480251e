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
    by_nearest,
    candidates,
    choose,
    first_clouds,
    on_axes,
    redraw,
    roughly,
    seen_from,
    settled_points,
    smallest,
    stand_apart,
)
from folkmoot.methods.opinions.held_out import Choice
from folkmoot.methods.opinions.mixture import Clouds, Fit, Sight, separation, weigh
from folkmoot.methods.opinions.null_models import (
    SURE,
    chance_of_no_direction,
    gains_of_groups,
    worlds_of_one_cloud,
)
from folkmoot.methods.opinions.vote_blocks import VoteBlocks

Floats = NDArray[np.float64]

PLAIN = 1.5  # times the usual gain in worlds of one cloud, which never are quite like people who are one
FAR = 7.0  # widths apart, at which clouds are taken as they are
MOST_IN_WORLDS = 500  # people, drawn from those included, for whom votes of other worlds are drawn


@dataclass(frozen=True, eq=False)
class Finding:
    """The groups found among some people, and what speaks for them.

    `clouds` is None where there are no groups. `tried` tells by how much each number of groups foretells a
    person better than one group; `null_p` how often votes without any direction would look like these;
    `one_cloud_p` how often people who are one cloud would seem to be so many groups.
    """

    clouds: Clouds | None = None
    tried: dict[int, float] = field(default_factory=lambda: {1: 0.0})
    stability: float | None = None
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
        return as_asked(model, votes, choice, sight, points, asked, rng)
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
    parted = {
        k: Parted(tried[k].fit, roughly)
        for k in likely
        if chance[k] <= SURE and seen[k] >= PLAIN * worlds.usual(k)
    }
    steady = redraw(votes, model, choice.ridge, parted, rng)
    able = {1: tried[1]} | {k: tried[k] for k, found in steady.items() if found.agreement >= STEADY}
    k = choose(able, {k: worlds.usual(k) for k in steady})
    if k == 1:
        return Finding(tried=scores, null_p=null_p, one_cloud_p=min(chance.values()))
    return Finding(tried[k].fit.clouds, scores, steady[k].agreement, null_p, chance[k], steady[k].kept)


def as_asked(
    model: Model,
    votes: VoteBlocks,
    choice: Choice,
    sight: Sight,
    points: Floats,
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
    if asked == 1:
        return Finding(tried=scores)
    few = some(votes, rng)
    worlds = worlds_of_one_cloud(model, few, choice.ridge, [asked], rng)
    one_cloud_p = worlds.chance(asked, gains_of_groups(model, few, [asked], rng).gain[asked])
    ways = ways_to_part(sight, points, tried[asked].fit, rng)
    steady = redraw(votes, model, choice.ridge, ways, rng)
    taken = max(ways, key=lambda name: steady[name].agreement)
    null_p = chance_of_no_direction(few, rng)
    of_taken = steady[taken]
    return Finding(ways[taken].fit.clouds, scores, of_taken.agreement, null_p, one_cloud_p, of_taken.kept)


def ways_to_part(sight: Sight, points: Floats, fit: Fit, rng: np.random.Generator) -> dict[str, Parted]:
    """Clouds where they lie far apart; else other ways as well, for people cannot be parted where there are gaps.

    Of several ways the one is to be taken that gives the same groups again from votes drawn anew.
    """
    k = fit.clouds.k
    ways = {} if smallest(fit) == 0 else {"clouds": Parted(fit, roughly)}
    if ways and separation(fit.clouds) >= FAR:
        return ways
    for name, way in (("nearest", by_nearest), ("first", along_first)):
        found = Parted(way(sight, points, k, rng), way)
        if smallest(found.fit) > 0:
            ways[name] = found
    return ways or {"nearest": Parted(means_of(sight, points, k, rng), by_nearest)}


def means_of(sight: Sight, points: Floats, k: int, rng: np.random.Generator) -> Fit:
    """People parted where only the clouds that k-means starts from have somebody in each."""
    clouds = first_clouds(points, k, rng)
    return Fit(clouds, *weigh(sight, clouds)[:2])


def some(votes: VoteBlocks, rng: np.random.Generator) -> VoteBlocks:
    """The votes of at most so many people."""
    if votes.height <= MOST_IN_WORLDS:
        return votes
    return votes.of_people(np.sort(rng.choice(votes.height, MOST_IN_WORLDS, replace=False)))
