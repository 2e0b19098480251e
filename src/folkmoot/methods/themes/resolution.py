"""How many groups there are: as few as other draws of the points find again as surely as any."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods.themes.embedding import Progress
from folkmoot.methods.themes.grouping import Labels, Neighbours, PointGraph, leiden, point_graph

LOWEST, START = 1.0, 4.0
SPAN = 10.0
"""Resolutions are tried from a tenth of the graph's own up to it."""
FEW, FEW_HIGHEST = 1000, 6.0
"""Below so many points resolutions are tried up to this one at most, and less the fewer there are."""
STEPS = 2
"""Tried resolutions in an octave."""
DRAWN, DRAWS, FEWEST_DRAWS, AFFORDABLE = 0.8, 7, 2, 20_000
ROUNDS = 1
"""One round of Leiden tells resolutions apart as well as two, in half the time."""
DRAWN_WITH = 0
"""The draws are the same whatever the seed, so that no seed decides how many groups there are."""
FEWEST_POINTS = 20


@dataclass(frozen=True)
class Plateau:
    """The resolution chosen, how well its grouping was found again, and the same for all that were tried."""

    resolution: float
    stability: float
    tried: tuple[tuple[float, float], ...]


def find_plateau(near: Neighbours, *, progress: Progress | None = None) -> Plateau:
    """The lowest of the resolutions at which the grouping is as stable as at any.

    For each resolution the points are grouped, and grouped again in draws of four fifths of them; its
    stability is the mean adjusted Rand index between the two, smoothed over neighbouring resolutions (after
    Ben-Hur, Elisseeff and Guyon 2002, doi:10.1142/9789812799623_0002). Of those that come within one standard
    error of the best, the one with the fewest groups is chosen (as Breiman and others 1984, section 3.4.3, choose
    the smallest tree: what differs by less than chance is no reason for more).
    """
    count = len(near.index)
    if count < FEWEST_POINTS:
        return Plateau(LOWEST, 1.0, ())
    tried = resolutions_around(own_resolution(near.whole, DRAWN_WITH), count)
    draws = [point_graph(near, present) for present in _draws(count)]
    found = np.zeros((len(tried), len(draws)))
    for number, resolution in enumerate(tried):
        found[number] = _stability(near.whole, draws, resolution)
        if progress is not None:
            progress("comparing", number + 1, len(tried))
    smooth = np.convolve(np.pad(found.mean(axis=1), 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")
    error = float(np.sqrt(found.var(axis=1, ddof=1).mean() / len(draws)))
    chosen = int(np.flatnonzero(smooth >= smooth.max() - error)[0])
    pairs = tuple((float(r), float(s)) for r, s in zip(tried, smooth, strict=True))
    return Plateau(round(tried[chosen], 6), float(smooth.max()), pairs)


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


def _draws(count: int) -> list[NDArray[np.bool_]]:
    """Draws of four fifths of the points; fewer draws of very many."""
    generator = np.random.default_rng(DRAWN_WITH)
    number = int(np.clip(AFFORDABLE // count, FEWEST_DRAWS, DRAWS))
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
