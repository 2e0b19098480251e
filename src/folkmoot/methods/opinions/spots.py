"""Places on a map where enough people stand to show what they hold, without showing anybody alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods.opinions.opinion_map import Floats

MOST, FEWEST = 24, 20
People = NDArray[np.int64]


def spots(positions: Floats, people: People, *, most: int = MOST, fewest: int = FEWEST) -> list[People]:
    """Part some people (numbers, rows of `positions`) into neighbours: at most so many parts, none too small.

    The largest part is halved along its longer side, again and again, as long as both halves hold `fewest`
    people or more. The parts are in the order left to right, bottom to top.
    Source: Bentley, "Multidimensional binary search trees", Communications of the ACM 18 (1975).
    """
    if len(people) < fewest:
        return []
    parts = [np.sort(people)]
    while len(parts) < most:
        largest = max(range(len(parts)), key=lambda number: len(parts[number]))
        if len(parts[largest]) < 2 * fewest:
            break
        parts += halves(positions, parts.pop(largest))
    return sorted(parts, key=lambda part: tuple(positions[part].mean(axis=0).tolist()))


def halves(positions: Floats, people: People) -> list[People]:
    """Neighbours in two halves of one size; who stands on the same spot is parted by number."""
    there = positions[people]
    longer = int(np.ptp(there, axis=0).argmax())
    order = np.lexsort((people, there[:, 1 - longer], there[:, longer]))
    middle = len(people) // 2
    return [np.sort(people[order[:middle]]), np.sort(people[order[middle:]])]
