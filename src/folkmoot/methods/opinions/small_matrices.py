"""Many small matrices at once: one for each person."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def inverted(tables: Floats) -> tuple[Floats, Floats]:
    """Inverses of many small positive definite matrices, and the logarithms of their determinants.

    Gauss and Jordan's sweeps, each over all matrices at once.
    """
    swept, log = tables.copy(), np.zeros(len(tables))
    for step in range(tables.shape[1]):
        pivot = swept[:, step, step].copy()
        row = swept[:, step, :] / pivot[:, None]
        log += np.log(pivot)
        swept -= row[:, :, None] * (row * pivot[:, None])[:, None, :]
        swept[:, step, :] = swept[:, :, step] = row
        swept[:, step, step] = -1 / pivot
    return -swept, log
