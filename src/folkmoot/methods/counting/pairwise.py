"""How many put each candidate before each other one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods.counting.ballots import IntArray, Rankings
from folkmoot.methods.counting.working import key

CHUNK = 100_000


def preferences(profile: Rankings) -> IntArray:
    """candidates × candidates: papers with the row's before the column's; unranked ones stand last, level."""
    size = len(profile.candidates)
    table = np.zeros((size, size), np.int64)
    for start in range(0, len(profile.order), CHUNK):
        part = slice(start, start + CHUNK)
        places, counts = _places(profile, part), profile.counts[part]
        for each in range(size):
            table[each] += (places[:, [each]] < places).T @ counts
    return table


def _places(profile: Rankings, part: slice) -> NDArray[np.int32]:
    """papers × candidates: the place of each, beyond the last for those that a paper does not name."""
    order = profile.order[part]
    rows = np.arange(len(order))[:, None]
    steps = (
        np.ones(order.shape, np.int32) if profile.level is None else 1 - profile.level[part].astype(np.int32)
    )
    places = np.full((len(order), len(profile.candidates) + 1), order.shape[1] + 1, np.int32)
    places[rows, order] = np.cumsum(steps, axis=1)
    places[:, -1] = order.shape[1] + 1
    return np.asarray(places[:, :-1])


def as_form(table: IntArray, candidates: list[int]) -> dict[str, dict[str, int]]:
    """The table by candidates' numbers."""
    return {key(a): {key(b): int(table[a, b]) for b in candidates if b != a} for a in candidates}


def beats_everybody(table: IntArray, candidates: list[int]) -> int | None:
    """The one whom more prefer than not against each other one, if there is one (Condorcet)."""
    for a in candidates:
        if all(table[a, b] > table[b, a] for b in candidates if b != a):
            return a
    return None
