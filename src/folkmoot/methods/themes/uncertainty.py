"""How far a theme depends on how the answers happened to be grouped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from folkmoot.methods.themes.embedding import Progress, Vectors, part_of
from folkmoot.methods.themes.grouping import (
    LARGEST,
    Labels,
    Neighbours,
    best_of,
    centroids,
    leiden,
    nearest_centroid,
    nearest_neighbours,
    place_by_neighbours,
    point_graph,
    resolution_for,
)
from folkmoot.methods.themes.resolution import LOWEST, find_plateau

LOW, HIGH = 5, 95
STEPS_ASIDE = (0.5**0.5, 1.0, 2**0.5)
"""The stablest resolution could as well have been found half an octave lower or higher."""
READABLE, NOTABLE, NOTABLE_SHARE = 200, 5, 0.001
"""Nobody reads through more groups than so many of five people or more (of very many people, a thousandth)."""

COARSER = 12
"""How many half octaves down themes are sought that are few enough."""

WillDo = Callable[[NDArray[np.int64]], bool]
"""Whether groups with so many people each can be shown as they are."""


@dataclass(frozen=True)
class Regrouping:
    """What grouping needs: all vectors, the rows compared with one another, and who made which point.

    `merging` are the resolutions at which groups are grouped once more, one after the other, where there are too
    many to be read. `found` says that the resolution is the stablest, and was not asked for.
    """

    vectors: Vectors
    sample: NDArray[np.int64]
    near: Neighbours
    made_by: sparse.csr_matrix
    resolution: float
    merging: tuple[float, ...] = ()
    found: bool = False

    @classmethod
    def of(
        cls,
        vectors: Vectors,
        made_by: sparse.csr_matrix,
        resolution: float | None,
        seed: int,
        progress: Progress | None = None,
        *,
        will_do: WillDo | None = None,
        most: int | None = None,
    ) -> Regrouping:
        """Find everybody's neighbours, or a seeded sample's of very many, and the stablest resolution.

        Where that makes more than `most` groups, the highest one below it is used that does not.

        Where thousands of answers are made of the same few hundred sentences, each sentence is found again so
        surely that it becomes a group; such groups are put together by their centres until they `will_do`: as a
        rule, until they are few enough to be read. Not so where a resolution is asked for.
        """
        rows = np.arange(len(vectors))
        if len(vectors) > LARGEST:
            rows = np.sort(np.random.default_rng(seed).choice(len(vectors), LARGEST, replace=False))
        near = nearest_neighbours(vectors[rows], part_of(progress, 0.0, 0.5))
        if resolution is not None:
            return cls(vectors, rows, near, made_by, resolution_for(resolution, len(vectors)))
        used = find_plateau(vectors[rows], near, progress=part_of(progress, 0.5, 0.5)).resolution
        will_do = will_do or few_enough(made_by.shape[1], READABLE if most is None else most)
        if most is not None:
            used = coarser(near, used, seed, made_by[rows], will_do)
        merging = merging_resolutions(vectors[rows], near, used, seed, made_by[rows], will_do)
        return cls(vectors, rows, near, made_by, used, merging, found=True)

    def group(self, present: NDArray[np.bool_], seed: int, *, finer: float = 1.0) -> Labels:
        """Group the sampled points that are present, then put every other point where it fits best.

        `finer` is what the resolution is multiplied by, where it was found and not asked for.
        """
        resolution = (
            max(min(LOWEST, self.resolution), self.resolution * finer) if self.found else self.resolution
        )
        if present.all():
            found = best_of(self.near.whole, resolution=resolution, seed=seed)
        else:
            found = leiden(point_graph(self.near, present[self.sample]), resolution=resolution, seed=seed)
        for resolution in self.merging:
            found = merged(self.vectors[self.sample], found, resolution, seed)
        labels = np.full(len(self.vectors), -1, dtype=np.int64)
        labels[self.sample] = place_by_neighbours(self.near, found)
        rest = labels < 0
        if rest.any():
            labels[rest] = nearest_centroid(self.vectors[rest], centroids(self.vectors, labels))
        return labels


def few_enough(people: int, most: int = READABLE) -> WillDo:
    """Whether groups are few enough to be read, given how many people are in each, of so many in all."""
    notable = max(NOTABLE, NOTABLE_SHARE * people)
    return lambda counts: int((counts >= notable).sum()) <= most


def coarser(
    near: Neighbours, resolution: float, seed: int, made_by: sparse.csr_matrix, will_do: WillDo
) -> float:
    """The resolution, or the highest one below it, in half octaves, with which the groups will do."""
    for step in range(COARSER):
        lower = resolution * float(0.5 ** (step / 2))
        if will_do(people_counts(best_of(near.whole, resolution=lower, seed=seed), made_by)):
            return float(round(lower, 6))
    return resolution


def merging_resolutions(
    vectors: Vectors,
    near: Neighbours,
    resolution: float,
    seed: int,
    made_by: sparse.csr_matrix,
    will_do: WillDo,
) -> tuple[float, ...]:
    """Resolutions for the centres of groups, and of groups of these, until the groups will do.

    Each time the stablest of those tried, or the next lower one with which they do. None where they do as they are, or
    where no more come together. `made_by` is points × people.
    """
    found: list[float] = []
    labels = best_of(near.whole, resolution=resolution, seed=seed)
    while not will_do(people_counts(labels, made_by)):
        centres = centroids(vectors, labels)
        plateau = find_plateau(centres, nearest_neighbours(centres))
        lower = sorted((tried for tried, _ in plateau.tried if tried < plateau.resolution), reverse=True)
        for again in (plateau.resolution, *lower):
            fewer = merged(vectors, labels, again, seed)
            if will_do(people_counts(fewer, made_by)):
                break
        if fewer.max() == labels.max():
            break
        found.append(again)
        labels = fewer
    return tuple(found)


def merged(vectors: Vectors, labels: Labels, resolution: float, seed: int) -> Labels:
    """Groups grouped once more by their centres; -1 stays."""
    centres = nearest_neighbours(centroids(vectors, labels))
    together = leiden(centres.whole, resolution=resolution, seed=seed)
    return np.where(labels < 0, labels, together[labels])


def people_counts(labels: Labels, made_by: sparse.csr_matrix) -> NDArray[np.int64]:
    """How many people made at least one point of each group."""
    rows = np.flatnonzero(labels >= 0)
    groups = int(labels.max(initial=-1)) + 1
    indicator = sparse.csr_matrix((np.ones(len(rows)), (labels[rows], rows)), shape=(groups, len(labels)))
    return np.asarray(np.diff((indicator @ made_by).tocsr().indptr), dtype=np.int64)


def bootstrap(
    regrouping: Regrouping, themes: Labels, *, draws: int, seed: int, progress: Progress | None = None
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Draw people again with replacement, group their points anew, and find each theme again.

    Gives intervals (themes × 2: the 5th and 95th percentile of the number of people in the group that
    matches best, widened to hold the count itself) and stabilities (mean Jaccard similarity of drawn points
    with that group; Hennig 2007, doi:10.1016/j.csda.2006.11.025). How fine the groups are is drawn too, where it
    was found: half an octave lower, the same, or higher. Points of people who were not drawn go to
    their neighbours' group before counting, so that the range shows the grouping, not the draw's size.
    """
    counts = people_counts(themes, regrouping.made_by)
    if draws == 0 or not len(counts):
        return np.stack([counts, counts], axis=1), np.ones(len(counts))
    generator = np.random.default_rng(seed)
    people = regrouping.made_by.shape[1]
    found, alike = np.zeros((draws, len(counts))), np.zeros((draws, len(counts)))
    for draw in range(draws):
        drawn = np.zeros(people)
        drawn[generator.integers(people, size=people)] = 1
        present = regrouping.made_by @ drawn > 0
        finer = float(generator.choice(STEPS_ASIDE))
        labels = regrouping.group(present, seed=int(generator.integers(2**31)), finer=finer)
        match, alike[draw] = _matches(themes, labels, present)
        found[draw] = people_counts(labels, regrouping.made_by)[match]
        if progress is not None:
            progress("checking", draw + 1, draws)
    low, high = np.percentile(found, [LOW, HIGH], axis=0)
    low, high = np.minimum(np.floor(low), counts), np.maximum(np.ceil(high), counts)
    return np.stack([low, high], axis=1).astype(np.int64), alike.mean(axis=0)


def _matches(
    themes: Labels, labels: Labels, present: NDArray[np.bool_]
) -> tuple[Labels, NDArray[np.float64]]:
    """For each theme the new group with the largest Jaccard similarity, over the points drawn."""
    new, rows = int(labels.max()) + 1, np.flatnonzero(present & (themes >= 0))
    both = np.zeros((int(themes.max()) + 1, new))
    np.add.at(both, (themes[rows], labels[rows]), 1)
    old_sizes = both.sum(axis=1, keepdims=True)
    new_sizes = np.bincount(labels[present], minlength=new)[None, :]
    jaccard = both / np.maximum(old_sizes + new_sizes - both, 1)
    return np.argmax(jaccard, axis=1), jaccard.max(axis=1)
