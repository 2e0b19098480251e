"""Many small matrices at once: one for each person."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


AT_ONCE = 1 << 11  # matrices swept at once: few enough to stay in the cache


def pairs(table: Floats) -> Floats:
    """Products of every two columns, the second not before the first: one column a pair."""
    first, second = np.triu_indices(table.shape[1])
    return table[:, first] * table[:, second]


def symmetric(packed: Floats, size: int) -> Floats:
    """Undo the packing of pairs: rows × size × size."""
    first, second = np.triu_indices(size)
    full = np.empty((len(packed), size, size))
    full[:, first, second] = packed
    full[:, second, first] = packed
    return full


def packed(full: Floats) -> Floats:
    first, second = np.triu_indices(full.shape[1])
    return full[:, first, second]


def inverted(tables: Floats) -> tuple[Floats, Floats]:
    """Inverses of many small positive definite matrices, and the logarithms of their determinants.

    Gauss and Jordan's sweeps, each over thousands of matrices at once.
    """
    result, log = np.empty_like(tables), np.empty(len(tables))
    for start in range(0, len(tables), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        # the matrices' numbers innermost: each step then goes along memory
        left = np.ascontiguousarray(tables[part].transpose(1, 2, 0))
        log[part] = swept(left)
        result[part] = left.transpose(2, 0, 1)
    return result, log


def swept(left: Floats) -> Floats:
    """Turn matrices (size × size × many) into their inverses in place; the logarithms of determinants."""
    log = np.zeros(left.shape[2])
    for step in range(len(left)):
        pivot = left[step, step].copy()
        log += np.log(pivot)
        row = left[step] / pivot
        row[step] = 1.0 / pivot
        column = left[:, step].copy()
        left -= column[:, None] * row[None]
        left[:, step] = -column * row[step]
        left[step] = row
    return log
