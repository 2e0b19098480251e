"""Whether there are groups, how many, and who is in which.

People are one cloud unless votes say otherwise: several clouds must foretell where people stand better than
one does, and by more than they would for votes of a single cloud (see null_models); there must be a gap between
every two; and the same groups must come out again when votes are drawn anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment

from folkmoot.methods.opinions.factorisation import Model, evidence, fit
from folkmoot.methods.opinions.held_out import ROUGH
from folkmoot.methods.opinions.mixture import STILL, Clouds, Fit, Sight, improve, separation, thickened, weigh
from folkmoot.methods.opinions.small_matrices import inverted
from folkmoot.methods.opinions.vote_blocks import VoteBlocks

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
Way = Callable[[Sight, Floats, int, np.random.Generator], Fit]

MOST_GROUPS = 5
STEPS = 8  # in which a model that was learnt already is learnt again from other votes
ROUGHLY = 5e-4  # how still clouds must stand where they are but compared (log-likelihood a person)
STARTS, K_MEANS_STEPS = 4, 30  # of k-means, the best of which starts the clouds
FOLDS = 5  # of people, set aside to see how well clouds foretell them
RUNS = 20  # in which votes are drawn anew
GAP = (
    3.5  # least distance of two groups, in widths of a cloud: people spread evenly seem two clouds 3.46 apart
)
STEADY = 0.15  # least agreement (adjusted Rand) of groups with those from votes drawn anew
FEWEST = 5  # people in the smallest group
SURE = 2.0  # standard errors by which more groups must foretell better
WORTH = 0.03  # least by which more groups must foretell each person better (log-likelihood)


@dataclass(frozen=True, eq=False)
class Candidate:
    """One number of groups: its clouds, and what speaks for it.

    `gain` is per person: by how much clouds foretell those set aside better than one cloud (log-likelihood).
    """

    fit: Fit
    gain: Floats

    @property
    def k(self) -> int:
        return self.fit.clouds.k

    @property
    def labels(self) -> Labels:
        return np.asarray(self.fit.membership.argmax(axis=1))


@dataclass(frozen=True, eq=False)
class Parted:
    """People parted into groups, and the way in which it was done."""

    fit: Fit
    way: Way

    @property
    def k(self) -> int:
        return self.fit.clouds.k

    @property
    def labels(self) -> Labels:
        return np.asarray(self.fit.membership.argmax(axis=1))


@dataclass(frozen=True, eq=False)
class Steadiness:
    """How groups come out when votes are drawn anew.

    `agreement`: the mean adjusted Rand index. `kept` (people): the share of runs in which each stays in its
    group.
    """

    agreement: float
    kept: Floats


def seen_from(model: Model, votes: VoteBlocks) -> Sight:
    """What votes say of where people stand on the model's axes, whatever their leaning."""
    precision, pull = evidence(model, votes)
    known = precision[:, 0, 0] + 1 / model.leaning
    shared = precision[:, 1:, 0]
    return Sight(
        precision[:, 1:, 1:] - shared[:, :, None] * shared[:, None, :] / known[:, None, None],
        pull[:, 1:] - shared * (pull[:, 0] / known)[:, None],
    )


def settled_points(sight: Sight, spread: Floats) -> Floats:
    """Where people most likely stand, if all belong to one cloud of that spread (variances)."""
    inverse = inverted(sight.precision + np.diag(1 / spread))[0]
    return np.asarray(np.einsum("iab,ib->ia", inverse, sight.pull))


def split(sight: Sight, points: Floats, k: int, rng: np.random.Generator, still: float = STILL) -> Fit:
    """Gather people into k clouds: the likeliest of those that several starts lead to."""
    fits = [improve(sight, start, still) for start in starts(points, k, rng)]
    return max(fits, key=lambda found: float(found.log_likelihood.sum()))


def starts(points: Floats, k: int, rng: np.random.Generator) -> Iterator[Clouds]:
    """Clouds to start from: by the first k − 1 directions, by all alike, and for two groups by each alone."""
    rank = points.shape[1]
    if k == 1:
        yield clouds_of(points, np.zeros(len(points), dtype=np.int64), 1)
        return
    yield first_clouds(points, k, rng)
    if rank > 1:
        even = points / np.maximum(points.std(axis=0), 1e-9)
        yield clouds_of(points, start_labels(even, k, rng), k)
    for direction in range(1, rank) if k == 2 else ():
        yield clouds_of(points, start_labels(points[:, [direction]], 2, rng), 2)


def first_clouds(points: Floats, k: int, rng: np.random.Generator) -> Clouds:
    return clouds_of(points, start_labels(points[:, : k - 1], k, rng), k)


def roughly(sight: Sight, points: Floats, k: int, rng: np.random.Generator) -> Fit:
    return split(sight, points, k, rng, ROUGHLY)


def along_first(sight: Sight, points: Floats, k: int, rng: np.random.Generator) -> Fit:
    """People parted by clouds along the direction that explains most, wherever they stand on others."""
    width = np.diag(np.diag(split(sight, points, 1, rng, ROUGHLY).clouds.width))
    line = split(on_first(sight, np.diag(width)), points[:, :1], k, rng, ROUGHLY).clouds
    centres = np.zeros((k, points.shape[1]))
    centres[:, 0], width[0, 0] = line.centres[:, 0], line.width[0, 0]
    clouds = Clouds(centres, width, line.shares)
    return Fit(clouds, *weigh(sight, clouds)[:2])


def by_middles(sight: Sight, points: Floats, k: int, rng: np.random.Generator) -> Fit:
    """People parted by the clouds that the search starts from, for where it leaves a group empty."""
    clouds = first_clouds(points, k, rng)
    return Fit(clouds, *weigh(sight, clouds)[:2])


def evenly(sight: Sight, points: Floats, k: int, rng: np.random.Generator) -> Fit:
    """People parted by the nearest of k middles in k − 1 directions, none likelier than another."""
    clouds = replace(first_clouds(points, k, rng), shares=np.full(k, 1 / k))
    return Fit(clouds, *weigh(sight, clouds)[:2])


def on_first(sight: Sight, spread: Floats) -> Sight:
    """What votes say of where people stand on the first axis, if on others they are spread so (variances)."""
    inverse = inverted(sight.precision[:, 1:, 1:] + np.diag(1 / spread[1:]))[0]
    shared = sight.precision[:, :1, 1:] @ inverse
    precision = sight.precision[:, :1, :1] - shared @ sight.precision[:, 1:, :1]
    pull = sight.pull[:, :1] - (shared @ sight.pull[:, 1:, None])[:, :, 0]
    return Sight(np.maximum(precision, 0.0), pull)


def clouds_of(points: Floats, labels: Labels, k: int) -> Clouds:
    sizes = np.bincount(labels, minlength=k)
    centres = middles(points, labels, np.zeros((k, points.shape[1])))
    around = points - centres[labels]
    return Clouds(centres, thickened(around.T @ around / len(points)), (sizes + 1) / (sizes + 1).sum())


def start_labels(points: Floats, k: int, rng: np.random.Generator) -> Labels:
    """The best of several runs of k-means."""
    best, least = np.zeros(len(points), dtype=np.int64), np.inf
    for _ in range(STARTS):
        labels, spread = run_k_means(points, seeds(points, k, rng))
        if spread < least * (1 - 1e-9):
            best, least = labels, spread
    return best


def seeds(points: Floats, k: int, rng: np.random.Generator) -> Floats:
    """Draw k points to start from, each the likelier the further it is from those drawn (k-means++)."""
    chosen = [points[int(rng.integers(len(points)))]]
    nearest = np.full(len(points), np.inf)
    for _ in range(k - 1):
        nearest = np.minimum(nearest, ((points - chosen[-1]) ** 2).sum(axis=1))
        ladder = np.cumsum(nearest)
        place = int(np.searchsorted(ladder, rng.random() * ladder[-1], side="right"))
        chosen.append(points[min(place, len(points) - 1)])
    return np.array(chosen)


def run_k_means(points: Floats, centres: Floats) -> tuple[Labels, float]:
    """Move centres to the mean of the points nearest to them until no point changes; a centre alone stays."""
    labels, spread = np.full(len(points), -1, dtype=np.int64), np.inf
    for _ in range(K_MEANS_STEPS):
        distance = (centres**2).sum(axis=1) - 2 * (points @ centres.T)
        before, labels = labels, distance.argmin(axis=1)
        spread = float((points**2).sum() + distance[np.arange(len(points)), labels].sum())
        if (labels == before).all():
            break
        centres = middles(points, labels, centres)
    return labels, spread


def middles(points: Floats, labels: Labels, otherwise: Floats) -> Floats:
    """The mean of each cluster's points; of an empty one what is given instead."""
    sizes = np.bincount(labels, minlength=len(otherwise))
    sums = [np.bincount(labels, column, minlength=len(otherwise)) for column in points.T]
    return np.where(sizes[:, None] > 0, np.stack(sums, axis=1) / np.maximum(sizes, 1)[:, None], otherwise)


def candidates(
    sight: Sight, points: Floats, numbers: Iterable[int], rng: np.random.Generator
) -> dict[int, Candidate]:
    """One group and each other number of groups, with how well each foretells people set aside."""
    fold = rng.integers(0, FOLDS, len(sight))
    fits = {k: split(sight, points, k, rng) for k in sorted({1, *numbers})}
    alone = foretold(sight, fits[1], fold)
    return {k: Candidate(found, foretold(sight, found, fold) - alone) for k, found in fits.items()}


def stand_apart(found: Fit) -> bool:
    """Whether there is a gap between every two groups, and nobody is a group almost alone."""
    return separation(found.clouds) >= GAP and smallest(found) >= FEWEST


def smallest(found: Fit) -> int:
    """How many people are in the smallest group."""
    return int(np.bincount(found.membership.argmax(axis=1), minlength=found.clouds.k).min())


def foretold(sight: Sight, found: Fit, fold: Labels) -> Floats:
    """The log-likelihood of each person under clouds that were fitted without them."""
    told = np.zeros(len(sight))
    for number in np.unique(fold):
        others = sight.of(fold != number)
        clouds = improve(others, found.clouds).clouds if len(others) else found.clouds
        told[fold == number] = weigh(sight.of(fold == number), clouds)[1]
    return told


def choose(tried: Mapping[int, Candidate], by_chance: Mapping[int, float]) -> int:
    """The fewest groups that foretell as well as any.

    `by_chance` is the gain that each number of groups has where there is but one cloud.
    """
    gains = {k: one.gain - by_chance.get(k, 0.0) for k, one in tried.items()}
    best = max(gains, key=lambda k: (float(gains[k].mean()), -k))
    return next(k for k in sorted(gains) if not surely_better(gains[best], gains[k]))


def surely_better(one: Floats, other: Floats) -> bool:
    """Whether one number of groups foretells people better than another: beyond chance, and worth the words."""
    difference = one - other
    return bool(difference.mean() > max(WORTH, SURE * difference.std() / np.sqrt(len(difference))))


def redraw(
    votes: VoteBlocks,
    model: Model,
    ridge: float,
    parted: Mapping[int, Parted],
    rng: np.random.Generator,
    runs: int = RUNS,
) -> dict[int, Steadiness]:
    """Draw the votes anew with replacement, find the groups again, and compare, each by its own way."""
    agreement = dict.fromkeys(parted, 0.0)
    kept = {key: np.zeros(votes.height) for key in parted}
    for _ in range(runs if parted else 0):
        counts = rng.poisson(1.0, len(votes.values)).astype(np.int8)
        drawn = votes.weighted(counts)
        again, _ = fit(drawn, model.rank, ridge, start=model, still=ROUGH, rounds=STEPS)
        unit, lengths = on_axes(again)
        sight = seen_from(unit, drawn)
        points = settled_points(sight, lengths**2)
        for key, one in parted.items():
            after = one.way(sight, points, one.k, rng).membership.argmax(axis=1)
            agreement[key] += adjusted_rand(one.labels, after)
            kept[key] += matched(one.labels, after, one.k)
    return {key: Steadiness(agreement[key] / runs, kept[key] / runs) for key in parted}


def on_axes(model: Model) -> tuple[Model, Floats]:
    """The same model with axes of length 1, and the lengths that they had: how widely people stand."""
    lengths = np.maximum(np.linalg.norm(model.loadings, axis=0), 1e-9)
    unit = model.loadings / lengths
    return Model(model.mean, model.centre, unit, model.noise, model.leaning, model.information), lengths


def matched(before: Labels, after: Labels, k: int) -> NDArray[np.bool_]:
    """Who is in the same group again, groups being matched so that most are."""
    table = np.bincount(before * k + after, minlength=k * k).reshape(k, k)
    rows, columns = linear_sum_assignment(-table)
    return np.asarray(columns[np.argsort(rows)][before] == after)


def adjusted_rand(one: Labels, other: Labels) -> float:
    """How far two ways to part people agree: 1 the same, 0 as by chance (Hubert and Arabie 1985)."""
    width = int(other.max(initial=0)) + 1
    table = np.bincount(one * width + other, minlength=(int(one.max(initial=0)) + 1) * width)
    table = table.reshape(-1, width).astype(np.float64)

    together, rows, columns = (pairs_in(counts) for counts in (table, table.sum(axis=1), table.sum(axis=0)))
    chance = rows * columns / max(pairs_in(table.sum()), 1.0)
    most = (rows + columns) / 2
    return 1.0 if most == chance else (together - chance) / (most - chance)


def pairs_in(counts: ArrayLike) -> float:
    many = np.asarray(counts, dtype=np.float64)
    return float((many * (many - 1) / 2).sum())
