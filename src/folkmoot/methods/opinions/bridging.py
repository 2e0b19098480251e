"""What people agree on across their differences, whatever the number of groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods.opinions.factorisation import Model

Floats = NDArray[np.float64]

SURE = 1.6448536269514722  # standard errors on either side that hold 90 %


@dataclass(frozen=True, eq=False)
class Bridging:
    """For each statement the mean vote if everybody had voted, −1 to 1, with its 90 % interval.

    What voters' leanings and places explain is taken out of it, so that a statement shown to one side alone
    does not seem shared. `low` and `high` are the interval's ends.

    Source: Wojcik et al., "Birdwatch: Crowd wisdom and bridging algorithms can inform understanding and
    reduce the spread of misinformation", arXiv:2210.15723, section 3: a statement's intercept.
    """

    score: Floats
    low: Floats
    high: Floats


def bridging(model: Model, statements: NDArray[np.int64], width: int) -> Bridging:
    """How far each statement is agreed on across differences.

    The model is of some statements (their numbers); of others, up to `width`, nothing is known.
    """
    covariance = model.noise * np.linalg.inv(model.information)
    doubt = SURE * np.sqrt(covariance[:, 0, 0])
    columns = np.full((3, width), np.nan)
    for column, side in zip(columns, (0, -1, 1), strict=True):
        column[statements] = np.clip(model.centre + side * doubt, -1.0, 1.0)
    return Bridging(*columns)
