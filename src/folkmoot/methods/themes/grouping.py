"""Group points that mean nearly the same: nearest neighbours, then Leiden."""

from __future__ import annotations

import math
import os
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property

import igraph
import numpy as np
from numpy.typing import NDArray

from folkmoot.methods.themes.embedding import Progress, Vectors

NEIGHBOURS = 15
SPARE = 2
"""Twice as many neighbours are kept as used: a draw of people leaves out about a third of them."""
SCALE_STEPS = 18
BLOCK, CELLS, AT_ONCE = 2048, 2**23, 8
"""Vectors compared at a time, the most cosines that one processor holds, and the most processors used."""
STRIPS, LONG_STRIP = 3, 8
"""Three times as many strips as values are sought, of eight values or more."""
LARGEST = 50_000
PLENTY = 1000
TRIES, TRIED_POINTS = 5, 5000
"""Leiden is run so often on few points, once on so many."""
WEIGHT = "weight"

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Neighbours:
    """For each point its nearest others, nearest first: points × kept, with their cosines."""

    index: NDArray[np.int64]
    cosine: Vectors

    @cached_property
    def whole(self) -> PointGraph:
        """All points, joined to their neighbours."""
        return point_graph(self, np.ones(len(self.index), dtype=bool))


def resolution_for(asked: float, points: int) -> float:
    """The resolution asked for, less for few points: the same one would cut them into handfuls.

    It falls with the square root below a thousand points, and never below 1 unless less was asked for. On
    arguments about one motion (100 to 250 points) 1 to 2 agreed best with the groups that people made, on
    1,500 short texts 4 to 8.
    """
    return min(asked, max(1.0, asked * math.sqrt(points / PLENTY)))


def nearest_neighbours(vectors: Vectors, progress: Progress | None = None) -> Neighbours:
    """Exact nearest neighbours by cosine; ties go to the earlier point. Each processor takes a block of points."""
    count = len(vectors)
    kept = max(0, min(NEIGHBOURS * SPARE, count - 1))
    index = np.zeros((count, kept), dtype=np.int64)
    cosine = np.zeros((count, kept), dtype=np.float32)
    block = min(BLOCK, max(1, CELLS // max(count, 1)))

    def compare(start: int) -> None:
        similar = vectors[start : start + block] @ vectors.T
        rows = np.arange(len(similar))
        similar[rows, start + rows] = -2.0
        index[start : start + block], cosine[start : start + block] = _largest(similar, kept)

    starts = range(0, count if kept else 0, block)
    for done, _ in enumerate(in_parallel(compare, starts), 1):
        if progress is not None:
            progress("comparing", min(done * block, count), count)
    return Neighbours(index, cosine)


def in_parallel(work: Callable[[int], None], parts: Sequence[int]) -> Iterator[None]:
    """Do each part, so many at a time as there are processors; what waits is let go when one is interrupted."""
    if len(parts) < 2:
        yield from map(work, parts)
        return
    pool = ThreadPoolExecutor(min(os.cpu_count() or 1, AT_ONCE))
    try:
        yield from pool.map(work, parts)
    finally:
        pool.shutdown(cancel_futures=True)


def _largest(similar: Vectors, kept: int) -> tuple[NDArray[np.int64], Vectors]:
    """The columns of the so many largest values of each row, largest first, and the values."""
    reach = similar >= _border(similar, kept)[:, None]
    places = np.flatnonzero(reach)
    number = reach.sum(axis=1)
    candidates = np.full((len(similar), int(number.max(initial=0))), -np.inf, dtype=similar.dtype)
    candidates[np.arange(candidates.shape[1]) < number[:, None]] = similar.ravel()[places]
    order = np.argsort(-candidates, axis=1, kind="stable")[:, :kept]
    chosen = places[(np.cumsum(number) - number)[:, None] + order]
    return chosen % similar.shape[1], similar.ravel()[chosen]


def neighbour_edges(
    near: Neighbours, present: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Edges (pairs, weights) between points that are present and among each other's nearest.

    An edge weighs p + q − pq, where p and q say how near each end is to the other among its own neighbours.
    Where some points are absent, the number of neighbours shrinks in proportion: the neighbourhood stays as
    wide as it was, and small groups do not merge merely because fewer are there.
    """
    reach = max(1, round(NEIGHBOURS * float(present.mean()))) if len(present) else 0
    usable = present[near.index] & (near.cosine > 0)
    usable &= np.cumsum(usable, axis=1) <= reach
    usable &= present[:, None]
    start, column = np.nonzero(usable)
    weights = closeness(near.cosine, usable)[start, column]
    end = near.index[start, column]
    pairs = np.minimum(start, end) * len(present) + np.maximum(start, end)
    order = np.argsort(pairs, kind="stable")
    pairs, weights = pairs[order], weights[order]
    first = np.ones(len(pairs), dtype=bool)
    first[1:] = pairs[1:] != pairs[:-1]
    # Each pair stands here once or, where both are near to each other, twice in a row.
    other = np.zeros(int(first.sum()))
    other[np.cumsum(first)[~first] - 1] = weights[~first]
    pairs, one = pairs[first], weights[first]
    return np.stack(np.divmod(pairs, len(present)), axis=1), one + other - one * other


def closeness(cosine: Vectors, usable: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How near each usable neighbour is for this point: 1 for its nearest, falling on a scale of its own.

    The scale makes a point's closenesses add up to the base-2 logarithm of their number, so that points in
    dense places and in thin ones have as much of a neighbourhood (McInnes, Healy and Melville 2018,
    arXiv:1802.03426, section 3.1).
    """
    width = int(np.flatnonzero(usable.any(axis=0)).max(initial=-1)) + 1
    distance = np.where(usable[:, :width], 1.0 - cosine[:, :width].astype(np.float64), np.inf)
    nearest = distance.min(axis=1, initial=np.inf, keepdims=True)
    beyond = distance - np.where(np.isfinite(nearest), nearest, 0.0)
    wanted = np.log2(np.maximum(usable.sum(axis=1), 2))
    low, high = np.full(len(beyond), 1e-6), np.full(len(beyond), 8.0)
    for _ in range(SCALE_STEPS):
        middle = np.sqrt(low * high)
        too_wide = np.exp(-beyond / middle[:, None]).sum(axis=1) > wanted
        high, low = np.where(too_wide, middle, high), np.where(too_wide, low, middle)
    found = np.zeros(usable.shape)
    found[:, :width] = np.exp(-beyond / np.sqrt(low * high)[:, None])
    return found


def _border(similar: Vectors, kept: int) -> Vectors:
    """A value in each row that at least so many reach, and of long rows few more: the largest of some strips do."""
    strips = STRIPS * kept
    long = similar.shape[1] // strips * strips
    if long >= LONG_STRIP * strips:
        similar = similar[:, :long].reshape(len(similar), -1, strips).max(axis=1)
    return np.asarray(np.partition(similar, -kept, axis=1)[:, -kept])


@dataclass(frozen=True)
class PointGraph:
    """The points that are present, joined to their neighbours: ready to be grouped at any resolution."""

    graph: igraph.Graph
    weights: NDArray[np.float64]
    pairs: NDArray[np.int64]
    chosen: NDArray[np.int64]
    size: int
    best: dict[tuple[float, int], Labels] = field(default_factory=dict)
    """What `best_of` found by resolution and seed: it is asked for again once the resolution is decided."""


def point_graph(near: Neighbours, present: NDArray[np.bool_]) -> PointGraph:
    pairs, weights = neighbour_edges(near, present)
    chosen = np.flatnonzero(present)
    place = np.full(len(present), -1, dtype=np.int64)
    place[chosen] = np.arange(len(chosen))
    pairs = place[pairs]
    # igraph reads pairs that come one by one faster than an array.
    edges = zip(*pairs.T.tolist(), strict=True)
    graph = igraph.Graph(n=len(chosen), edges=edges, edge_attrs={WEIGHT: weights.tolist()})
    return PointGraph(graph, weights, pairs, chosen, len(present))


_igraph_randomness = threading.Lock()


def leiden(points: PointGraph, *, resolution: float, seed: int, rounds: int = 4) -> Labels:
    """A group number for each present point, -1 for the others.

    Leiden with modularity (Traag, Waltman and van Eck 2019, doi:10.1038/s41598-019-41695-z). igraph keeps
    its random generator for the whole process: it is lent ours under a lock, then given Python's back.
    """
    with _igraph_randomness:
        igraph.set_random_number_generator(random.Random(seed))
        try:
            found = points.graph.community_leiden(
                objective_function="modularity",
                weights=WEIGHT,
                resolution=resolution,
                n_iterations=rounds,
            )
        finally:
            igraph.set_random_number_generator(random)
    labels = np.full(points.size, -1, dtype=np.int64)
    labels[points.chosen] = np.asarray(found.membership, dtype=np.int64)
    return labels


def best_of(points: PointGraph, *, resolution: float, seed: int) -> Labels:
    """The grouping of highest modularity among several, so that it hardly depends on the seed; one of many points."""
    if (found := points.best.get((resolution, seed))) is None:
        found = points.best[resolution, seed] = _best_of_several(points, resolution, seed)
    return found.copy()


def _best_of_several(points: PointGraph, resolution: float, seed: int) -> Labels:
    tries = int(np.clip(TRIED_POINTS // max(points.size, 1), 1, TRIES))
    found = [leiden(points, resolution=resolution, seed=seed * TRIES + number) for number in range(tries)]
    if tries == 1:
        return found[0]
    return max(found, key=lambda labels: round(_modularity(points, labels, resolution), 9))


def _modularity(points: PointGraph, labels: Labels, resolution: float) -> float:
    groups = labels[points.chosen].tolist()
    return float(points.graph.modularity(groups, weights=WEIGHT, resolution=resolution))


def place_by_neighbours(near: Neighbours, labels: Labels) -> Labels:
    """Put each point without a group where most of its neighbours' cosine lies."""
    placed = labels.copy()
    for point in np.flatnonzero(labels < 0):
        theirs = labels[near.index[point]]
        grouped = theirs >= 0
        if grouped.any():
            votes = np.bincount(theirs[grouped], weights=np.maximum(near.cosine[point][grouped], 0))
            placed[point] = int(np.argmax(votes))
    return placed


def centroids(vectors: Vectors, labels: Labels) -> Vectors:
    """The mean of each group's vectors, brought to length one: groups × dimensions."""
    count = int(labels.max(initial=-1)) + 1
    sums = np.zeros((count, vectors.shape[1]), dtype=np.float64)
    np.add.at(sums, labels[labels >= 0], vectors[labels >= 0].astype(np.float64))
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.asarray(sums / np.where(lengths > 0, lengths, 1.0), dtype=np.float32)


def nearest_centroid(vectors: Vectors, centres: Vectors) -> Labels:
    """The group whose centre is nearest to each vector."""
    found = np.zeros(len(vectors), dtype=np.int64)
    for start in range(0, len(vectors), BLOCK):
        found[start : start + BLOCK] = np.argmax(vectors[start : start + BLOCK] @ centres.T, axis=1)
    return found
