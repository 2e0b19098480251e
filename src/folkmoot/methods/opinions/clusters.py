"""Which people stand near each other: k-means in the plane, in the two steps that Polis takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

BASES = 100
STILL = 0.01  # no centre moves as far as this: the clusters have settled
MOST_GROUPS = 5
MOST_SETTLED = 200_000  # people on whom base clusters settle
ROUNDING = 1e-6  # of distances, at this scale
BLOCK = 512  # people compared with all centres at once: few enough to stay in the cache


@dataclass(frozen=True, eq=False)
class Clusters:
    """`labels` gives each point the number of one of `centres` (clusters × 2); none is empty."""

    labels: Labels
    centres: Floats


def k_means(points: Floats, k: int, weights: Floats | None = None) -> Clusters:
    """Gather points around k centres, started from the first k distinct points, until these stand still.

    Fewer clusters come back where fewer points differ, or where a cluster is left empty.
    """
    mass = np.ones(len(points)) if weights is None else weights
    sides = Sides.of(points)
    centres = first_distinct(points, k)
    while True:
        sides.choose(centres)
        used = sides.drop_empty(len(centres))
        before, centres = centres[used], middles(points, mass, sides.labels)
        moves = np.linalg.norm(centres - before, axis=1)
        if used.all() and moves.max() < STILL:
            return Clusters(sides.labels, centres)
        sides.moved(moves)


def base_clusters(points: Floats) -> Clusters:
    """Gather people into up to 100 base clusters.

    Beyond 200,000 people the clusters settle on every second, third … of them in their order, as few as
    make it 200,000 or fewer; then everybody joins the nearest. Below, this is what Polis does.
    """
    step = every(len(points))
    settled = k_means(points[::step], BASES)
    if step == 1:
        return settled
    everybody = Sides.of(points)
    everybody.choose(settled.centres)
    everybody.drop_empty(len(settled.centres))
    return Clusters(everybody.labels, middles(points, np.ones(len(points)), everybody.labels))


def every(people: int) -> int:
    """Base clusters settle on every so manieth person."""
    return max(-(-people // MOST_SETTLED), 1)


def middles(points: Floats, mass: Floats, labels: Labels) -> Floats:
    """The mean of each cluster's points; none is empty."""
    total = np.bincount(labels, weights=mass)
    sums = [np.bincount(labels, weights=mass * points[:, axis]) for axis in (0, 1)]
    return np.column_stack(sums) / total[:, None]


@dataclass(eq=False)
class Sides:
    """The nearest centre of each point, sought again only where centres moved enough to change it.

    `slack` (points): by how much every other centre is further away, at the least (Hamerly, "Making k-means
    even faster", SDM 2010, with both bounds in one).
    """

    points: Floats
    labels: Labels
    slack: Floats

    @classmethod
    def of(cls, points: Floats) -> Sides:
        return cls(points, np.zeros(len(points), dtype=np.int64), np.full(len(points), -1.0))

    def choose(self, centres: Floats) -> None:
        rounding = ROUNDING * (1.0 + float(np.abs(self.points).max(initial=0.0)))
        open_ = np.flatnonzero(self.slack <= rounding)
        self.labels[open_], self.slack[open_] = nearest(self.points[open_], centres)

    def drop_empty(self, k: int) -> NDArray[np.bool_]:
        """Number the clusters without the empty ones; which of the k stay."""
        used = np.bincount(self.labels, minlength=k) > 0
        if not used.all():
            self.labels = (np.cumsum(used) - 1)[self.labels]
        return used

    def moved(self, moves: Floats) -> None:
        """Each centre went so far: a point's own away from it at the most, and the others towards it."""
        self.slack -= moves[self.labels] + moves.max()


def nearest(points: Floats, centres: Floats) -> tuple[Labels, Floats]:
    """The number of the nearest centre, of equally near ones the first; and how much further the next is."""
    labels, slack = np.empty(len(points), dtype=np.int64), np.empty(len(points))
    half = (centres**2).sum(axis=1) / 2
    across, along = np.ascontiguousarray(centres.T)
    room = np.empty((2, min(BLOCK, len(points)), len(centres)))
    for start in range(0, len(points), BLOCK):
        block = points[start : start + BLOCK]
        cost, more = room[:, : len(block)]
        # half the squared distance, less what is the same for all centres, in the room of the block before
        np.subtract(half, np.multiply(block[:, :1], across, out=cost), out=cost)
        np.subtract(cost, np.multiply(block[:, 1:], along, out=more), out=cost)
        first = cost.argmin(axis=1)
        place = np.arange(len(block)), first
        square, least = (block**2).sum(axis=1), cost[place]
        cost[place] = np.inf
        own, other = (np.sqrt(np.maximum(square + 2 * half_, 0.0)) for half_ in (least, cost.min(axis=1)))
        labels[start : start + BLOCK], slack[start : start + BLOCK] = first, other - own
    return labels, slack


def first_distinct(points: Floats, k: int) -> Floats:
    """The first k points that differ from all before them."""
    found: dict[tuple[float, ...], None] = {}
    for point in points:
        found[tuple(point.tolist())] = None
        if len(found) == k:
            break
    return np.array(list(found), dtype=np.float64).reshape(-1, 2)


def silhouette(points: Floats, labels: Labels) -> float:
    """How much nearer points are to their own cluster than to the next: −1 to 1, the mean over points.

    A point alone in its cluster counts 0 (Rousseeuw, J. Comput. Appl. Math. 20, 1987).
    """
    sizes = np.bincount(labels)
    if len(sizes) < 2:
        return 0.0
    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    member = np.eye(len(sizes))[labels]
    sums = distances @ member
    everyone = np.arange(len(points))
    own = sums[everyone, labels] / np.maximum(sizes[labels] - 1, 1)
    others = sums / sizes
    others[everyone, labels] = np.inf
    other = others.min(axis=1)
    largest = np.maximum(own, other)
    apart = np.divide(other - own, largest, out=np.zeros(len(points)), where=largest > 0)
    return float(np.where(sizes[labels] == 1, 0.0, apart).mean())


def group_base_clusters(bases: Clusters, k: int) -> Labels:
    """Gather base clusters into k groups, each base weighing as much as it has people; a label per base."""
    people = np.bincount(bases.labels, minlength=len(bases.centres)).astype(np.float64)
    return k_means(bases.centres, k, people).labels


def try_groups(bases: Clusters) -> dict[int, tuple[float, Labels]]:
    """For each number of groups that Polis tries, its mean silhouette over base clusters and its labels."""
    count = len(bases.centres)
    most = min(MOST_GROUPS, 2 + count // 12, count)
    found = {k: group_base_clusters(bases, k) for k in range(2, most + 1)}
    return {k: (silhouette(bases.centres, labels), labels) for k, labels in found.items()}


def best_k(scores: Iterable[tuple[int, float]]) -> int:
    """The number of groups with the highest score; of equals the larger."""
    return max((score, k) for k, score in scores)[1]
