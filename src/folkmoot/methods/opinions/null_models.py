"""Votes as they would be if there was nothing to see: the same people and statements, no groups.

Two such worlds. In the first, people differ in how agreeable they are and statements in how agreeable they
are, and in nothing else. In the second, people differ along the directions that were found, but are one
cloud without gaps. What is claimed of real votes must not be usual there.

Source: McLachlan, "On bootstrapping the likelihood ratio test statistic for the number of components in a
normal mixture", Appl. Statist. 36 (1987); Horn, Psychometrika 30 (1965) for the directions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from folkmoot.methods.opinions.factorisation import Model, averages, fit, leading_directions
from folkmoot.methods.opinions.grouping import (
    ROUGHLY,
    STEPS,
    on_axes,
    seen_from,
    settled_points,
    split,
    stand_apart,
)
from folkmoot.methods.opinions.held_out import ROUGH
from folkmoot.methods.opinions.vote_blocks import VoteBlocks

Floats = NDArray[np.float64]

WORLDS = 19  # drawn of each kind: the least chance that can be told is 1 in 20
SURE = 0.05
FLAT = np.sqrt(3.0)  # half the width of an even spread with variance 1
EDGE = 0.98  # the mean vote beyond which a statement tells nothing of where people stand
MOST_STRENGTHENED = 2.0  # times
MOST_TOLD = 0.8  # of an opinion that where people stand explains: with more, one cloud votes as two camps do


@dataclass(frozen=True, eq=False)
class Gains:
    """By how much each number of groups explains people better than one, and whether the groups stand apart."""

    gain: dict[int, float]
    apart: dict[int, bool]


@dataclass(frozen=True, eq=False)
class Worlds:
    """What many worlds of one cloud show of each number of groups."""

    drawn: tuple[Gains, ...]

    def usual(self, k: int) -> float:
        """The gain that so many groups have in the middlemost world."""
        return float(np.median([world.gain[k] for world in self.drawn]))

    def chance(self, k: int, gain: float) -> float:
        """How often so many groups that stand apart would gain as much in a world of one cloud."""
        return chance_of(gain, np.array([world.gain[k] if world.apart[k] else 0.0 for world in self.drawn]))


def chance_of(seen: float, drawn: Floats) -> float:
    return float((1 + (drawn >= seen).sum()) / (1 + len(drawn)))


def draw_votes(model: Model, votes: VoteBlocks, rng: np.random.Generator) -> VoteBlocks:
    """Draw votes of people who are one cloud, on the statements that each voted on.

    Everybody holds an opinion that is normal around the statement's; its mean and its slopes along the
    model's directions give the votes the means and slopes of the model, and passes stay as frequent as
    they are. Votes level off towards the ends, as people's do.
    """
    middle = ndtri((1 + np.clip(model.centre, -EDGE, EDGE)) / 2)
    density = np.exp(-(middle**2) / 2) * np.sqrt(2 / np.pi)
    slopes = (
        np.column_stack([np.full(len(middle), np.sqrt(model.leaning)), model.loadings]) / density[:, None]
    )
    told = (slopes**2).sum(axis=1)
    slopes *= np.sqrt(np.minimum(1.0, MOST_TOLD / np.maximum(told, 1e-12)))[:, None]
    rest = np.sqrt(1 - (slopes**2).sum(axis=1))
    stand = rng.standard_normal((votes.height, 1 + model.rank))
    stand[:, 1:] = rng.uniform(-FLAT, FLAT, (votes.height, model.rank))
    rows, columns = votes.rows, votes.indices
    opinion = middle[columns] + np.einsum("na,na->n", stand[rows], slopes[columns])
    opinion += rest[columns] * rng.standard_normal(len(rows))
    seen = np.bincount(columns, minlength=votes.width)
    passes = np.bincount(columns[votes.values == 0], minlength=votes.width) / np.maximum(seen, 1)
    cast = np.where(opinion > 0, 1, -1)
    cast[rng.random(len(rows)) < passes[columns]] = 0
    return VoteBlocks(votes.indptr, votes.indices, cast.astype(np.int8), votes.width)


def chance_of_no_direction(votes: VoteBlocks, rng: np.random.Generator, worlds: int = WORLDS) -> float:
    """How often votes without any direction would depart from the averages as much along one as these do."""
    model, _ = averages(votes, ROUGH)
    drawn = [draw_votes(model, votes, rng) for _ in range(worlds)]
    return chance_of(
        strongest(model, votes), np.array([strongest(averages(one, ROUGH)[0], one) for one in drawn])
    )


def strongest(model: Model, votes: VoteBlocks) -> float:
    """The variation along the one direction that explains most, as a share of what averages leave open."""
    _, strengths = leading_directions(model, votes, 1)
    return float(strengths[:1].sum()) / max(model.noise * votes.total, 1e-9)


def gains_of_groups(
    model: Model, votes: VoteBlocks, numbers: Sequence[int], rng: np.random.Generator
) -> Gains:
    """How much better several clouds explain where people stand than one does, per person."""
    unit, lengths = on_axes(model)
    sight = seen_from(unit, votes)
    points = settled_points(sight, lengths**2)
    found = {k: split(sight, points, k, rng, ROUGHLY) for k in (1, *numbers)}
    alone = float(found[1].log_likelihood.mean())
    return Gains(
        {k: float(found[k].log_likelihood.mean()) - alone for k in numbers},
        {k: stand_apart(found[k]) for k in numbers},
    )


def worlds_of_one_cloud(
    model: Model,
    votes: VoteBlocks,
    ridge: float,
    numbers: Sequence[int],
    rng: np.random.Generator,
    worlds: int = WORLDS,
) -> Worlds:
    """Draw worlds in which people are one cloud, and see what groups seem to be there."""
    drawn = []
    stronger = as_strong(model, votes, ridge, rng)
    for _ in range(worlds):
        cast = draw_votes(stronger, votes, rng)
        again, _ = fit(cast, model.rank, ridge, start=model, still=ROUGH, rounds=STEPS)
        drawn.append(gains_of_groups(again, cast, numbers, rng))
    return Worlds(tuple(drawn))


def as_strong(model: Model, votes: VoteBlocks, ridge: float, rng: np.random.Generator) -> Model:
    """The model with directions so strong that votes drawn from it show them as strongly as the real ones do.

    A ridge, and votes that level off, weaken what is learnt of a direction; in worlds they would do so twice.
    """
    again, _ = fit(draw_votes(model, votes, rng), model.rank, ridge, start=model, still=ROUGH, rounds=STEPS)
    stronger = np.clip(on_axes(model)[1] / on_axes(again)[1], 1.0, MOST_STRENGTHENED)
    return replace(model, loadings=model.loadings * stronger)
