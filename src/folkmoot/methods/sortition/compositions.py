"""Panels by how many of each kind of volunteer they have, found by whole-number programming (HiGHS)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack

from folkmoot.methods.sortition.pool import Pool, Target

Vector = NDArray[np.float64]
Composition = tuple[int, ...]
# What the solver's status means.
INFEASIBLE = 2


class Compositions:
    """All ways to fill a panel that meet the targets: so many of each kind, kinds in their settled order."""

    def __init__(self, pool: Pool, targets: tuple[Target, ...], size: int) -> None:
        self.targets, self.size = targets, size
        self.sizes = np.array([len(ids) for ids in pool.kinds.values()], np.float64)
        places = [pool.categories.index(target.category) for target in targets]
        rows = [
            [float(kind[place] == target.value) for kind in pool.kinds]
            for place, target in zip(places, targets, strict=True)
        ]
        self.rows = csr_array(np.array([*rows, [1.0] * len(self.sizes)]))
        self.least = np.array([*(target.least for target in targets), size], np.float64)
        self.most = np.array([*(target.most for target in targets), size], np.float64)

    def best(self, worth: Vector, *, within: float = 0.0) -> Composition | None:
        """The panel that is worth most, each member of a kind counting so much; None where there is no panel.

        `within`: a share of the worth by which it may fall short, which is found sooner.
        """
        found = milp(
            -worth,
            constraints=LinearConstraint(self.rows, self.least, self.most),
            integrality=np.ones(len(self.sizes), np.int64),
            bounds=Bounds(0, self.sizes),
            options={"mip_rel_gap": within},
        )
        if found.status == INFEASIBLE or found.x is None:
            return None
        return tuple(int(number) for number in np.rint(found.x))

    def nearest(self) -> list[tuple[Target, int, int]]:
        """The targets with the least change that some panel meets: each with its new least and most.

        A change by one of any target counts one; so few are changed, and by little.
        """
        kinds, number = len(self.sizes), len(self.targets)
        room = np.vstack([np.eye(number), np.zeros((1, number))])
        # Kinds, then how much each least is lowered, then how much each most is raised.
        both = LinearConstraint(
            hstack([self.rows, csr_array(room), csr_array(-room)], format="csr"), self.least, self.most
        )
        lowered = [target.least for target in self.targets]
        found = milp(
            np.concatenate([np.zeros(kinds), np.ones(2 * number)]),
            constraints=both,
            integrality=np.ones(kinds + 2 * number, np.int64),
            bounds=Bounds(0, np.concatenate([self.sizes, lowered, np.full(number, float(self.size))])),
        )
        if found.x is None:
            raise ArithmeticError(f"the solver stopped: {found.message}")
        change = np.rint(found.x[kinds:]).astype(int).tolist()
        return [
            (target, target.least - change[at], target.most + change[number + at])
            for at, target in enumerate(self.targets)
        ]
