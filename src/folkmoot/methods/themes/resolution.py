"""How many groups there are: those that other draws of the points find again most surely, beyond what chance does."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods.themes.embedding import Progress, Vectors, part_of
from folkmoot.methods.themes.grouping import (
    Labels,
    Neighbours,
    PointGraph,
    leiden,
    nearest_neighbours,
    point_graph,
)

LOWEST, START = 1.0, 4.0
SPAN = 10.0
"""Resolutions are tried from a tenth of the graph's own up to it."""
FEW, FEW_HIGHEST = 1000, 6.0
"""Below so many points resolutions are tried up to this one at most, and less the fewer there are."""
STEPS = 2
"""Tried resolutions in an octave."""
DRAWN, DRAWS, OF_FEW, OF_CLOUD, FEWEST_DRAWS, AFFORDABLE = 0.8, 3, 5, 2, 2, 20_000
"""Draws of four fifths: so many, more of few points, fewer of the cloud and of very many points."""
ROUNDS = 1
"""One round of Leiden tells resolutions apart as well as two, in half the time."""
DRAWN_WITH = 0
"""The draws are the same whatever the seed, so that no seed decides how many groups there are."""
SMOOTHING = np.array([1, 4, 6, 4, 1]) / 16
"""How much the stability at neighbouring resolutions, half an octave and an octave away, counts."""
FEWEST_POINTS = 20


@dataclass(frozen=True)
class Plateau:
    """The resolution chosen, how surely its grouping is found again beyond chance, and that for all that were tried."""

    resolution: float
    stability: float
    tried: tuple[tuple[float, float], ...]


def find_plateau(vectors: Vectors, near: Neighbours, *, progress: Progress | None = None) -> Plateau:
    """The middle of the resolutions at which the grouping is most stable, beyond what a cloud without groups gives.

    For each resolution the points are grouped, and grouped again in draws of four fifths of them; its
    stability is the mean adjusted Rand index between the two, smoothed over neighbouring resolutions (after
    Ben-Hur, Elisseeff and Guyon 2002, doi:10.1142/9789812799623_0002). The smaller groups are, the stabler they
    are even where there are none, since they are cut from neighbours. So the same is done with as many points of
    one cloud of the same mean and covariance (as in the gap statistic of Tibshirani, Walther and Hastie 2001,
    doi:10.1111/1467-9868.00293), and what counts is (stability - chance) / (1 - chance), as in Cohen's kappa. Those
    resolutions that come within one standard error of the best differ by no more than chance: their geometric mean
    is taken. A cloud like few points keeps the shape of their groups, so none is drawn, and the lowest is taken.
    """
    count = len(near.index)
    if count < FEWEST_POINTS:
        return Plateau(LOWEST, 1.0, ())
    tried = resolutions_around(own_resolution(near.whole, DRAWN_WITH), count)
    if len(tried) == 1:
        return Plateau(tried[0], 1.0, ())
    few = count < FEW
    found = _stabilities(near, tried, OF_FEW if few else DRAWS, part_of(progress, 0.0, 1.0 if few else 0.4))
    chance = np.zeros(len(tried)) if few else _chance(vectors, tried, part_of(progress, 0.4, 0.6))
    room = np.maximum(1.0 - chance, 1e-6)
    beyond = (_smooth(found) - chance) / room
    error = math.sqrt(found.var(axis=1, ddof=1).mean() / found.shape[1] * (SMOOTHING**2).sum()) / room.mean()
    level = np.log2(np.array(tried)[beyond >= beyond.max() - error])
    chosen = float(2.0 ** (level[0] if few else level.mean()))
    pairs = tuple((float(r), float(s)) for r, s in zip(tried, beyond, strict=True))
    return Plateau(round(chosen, 6), float(beyond.max()), pairs)


def _chance(vectors: Vectors, tried: list[float], progress: Progress | None) -> NDArray[np.float64]:
    """How stable the grouping of one cloud is at each resolution."""
    cloud = nearest_neighbours(cloud_like(vectors), part_of(progress, 0.0, 0.5))
    return _smooth(_stabilities(cloud, tried, OF_CLOUD, part_of(progress, 0.5, 0.5)))


def cloud_like(vectors: Vectors) -> Vectors:
    """As many unit vectors drawn from one normal distribution of the same mean and covariance."""
    middle = vectors.mean(axis=0)
    root = np.asarray(np.linalg.qr(vectors - middle, mode="r")) / np.float32(math.sqrt(len(vectors)))
    drawn = np.random.default_rng(DRAWN_WITH).standard_normal((len(vectors), len(root)), dtype=np.float32)
    points = middle + drawn @ root
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    return np.asarray(points / np.where(lengths > 0, lengths, 1.0), dtype=np.float32)


def _stabilities(
    near: Neighbours, tried: list[float], most: int, progress: Progress | None
) -> NDArray[np.float64]:
    """How far the grouping of each draw agrees with that of all: resolutions × draws."""
    draws = [point_graph(near, present) for present in _draws(len(near.index), most)]
    found = np.zeros((len(tried), len(draws)))
    for number, resolution in enumerate(tried):
        found[number] = _stability(near.whole, draws, resolution)
        if progress is not None:
            progress("comparing", number + 1, len(tried))
    return found


def _smooth(found: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of the draws, of each resolution with its neighbours."""
    return np.convolve(np.pad(found.mean(axis=1), len(SMOOTHING) // 2, mode="edge"), SMOOTHING, mode="valid")


def own_resolution(points: PointGraph, seed: int) -> float:
    """The resolution at which modularity is the likelihood of the very groups that it finds.

    Newman 2016, doi:10.1103/PhysRevE.94.052315, equations 16 to 19: the fixed point of
    γ = (θ_in − θ_out) / (ln θ_in − ln θ_out), where θ is how many times as many edges there are within
    groups, and between them, as chance would lay. It depends on the graph alone, and finds rather too
    many groups than too few where neighbours are joined.
    """
    resolution = START
    for _ in range(6):
        labels = leiden(points, resolution=resolution, seed=seed, rounds=ROUNDS)
        following = _matching_resolution(points, labels[points.chosen])
        if abs(following - resolution) < 0.03 * resolution:
            return following
        resolution = following
    return resolution


def _matching_resolution(points: PointGraph, labels: Labels) -> float:
    first, second = points.pairs.T if len(points.pairs) else (np.zeros(0, int), np.zeros(0, int))
    ends = np.bincount(first, points.weights, len(labels)) + np.bincount(second, points.weights, len(labels))
    all_ends = float(ends.sum())
    expected = float((np.bincount(labels, ends) ** 2).sum()) / all_ends if all_ends else 0.0
    within = 2.0 * float(points.weights[labels[first] == labels[second]].sum())
    if not 0 < expected < all_ends or not 0 < within < all_ends:
        return LOWEST
    inside, between = within / expected, (all_ends - within) / (all_ends - expected)
    if inside <= between:
        return LOWEST
    return float((inside - between) / (np.log(inside) - np.log(between)))


def resolutions_around(own: float, count: int) -> list[float]:
    """Half-octave steps from a tenth of it, at least 1, up to about it; less far up for few points."""
    low, high = max(LOWEST, own / SPAN), max(LOWEST, own * 2 ** (0.5 / STEPS))
    if count < FEW:
        high = min(high, max(LOWEST, FEW_HIGHEST * math.sqrt(count / FEW)))
    steps = np.arange(np.ceil(STEPS * np.log2(low) - 1e-9), np.floor(STEPS * np.log2(high) + 1e-9) + 1)
    return [float(2.0 ** (step / STEPS)) for step in steps] or [LOWEST]


def _draws(count: int, most: int) -> list[NDArray[np.bool_]]:
    """Draws of four fifths of the points; fewer draws of very many."""
    generator = np.random.default_rng(DRAWN_WITH)
    number = int(np.clip(AFFORDABLE // count, FEWEST_DRAWS, most))
    kept = max(1, int(DRAWN * count))
    found = []
    for _ in range(number):
        present = np.zeros(count, dtype=bool)
        present[generator.choice(count, kept, replace=False)] = True
        found.append(present)
    return found


def _stability(whole: PointGraph, draws: list[PointGraph], resolution: float) -> list[float]:
    labels = leiden(whole, resolution=resolution, seed=DRAWN_WITH, rounds=ROUNDS)
    alike = []
    for number, drawn in enumerate(draws, DRAWN_WITH + 1):
        again = leiden(drawn, resolution=resolution, seed=number, rounds=ROUNDS)
        alike.append(adjusted_rand(labels[drawn.chosen], again[drawn.chosen]))
    return alike


def adjusted_rand(one: Labels, other: Labels) -> float:
    """How far two groupings agree about pairs: 1 the same, 0 no more than chance.

    Hubert and Arabie 1985, doi:10.1007/BF01908075, equation 5.
    """
    width = int(other.max(initial=0)) + 1
    cells = np.unique(one * width + other, return_counts=True)[1]
    together = _pairs(cells)
    first, second = _pairs(np.bincount(one)), _pairs(np.bincount(other))
    chance = first * second / max(_pairs(np.array([len(one)])), 1.0)
    most = (first + second) / 2
    return float((together - chance) / (most - chance)) if most != chance else 1.0


def _pairs(counts: NDArray[np.int64]) -> float:
    return float((counts * (counts - 1) / 2).sum())
