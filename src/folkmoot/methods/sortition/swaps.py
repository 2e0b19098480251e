"""Panels that are worth more than ones at hand, found by swapping one volunteer for another: quick, not sure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods.sortition.compositions import Composition, Compositions, Vector


class Swaps:
    """`shared`: categories × kinds × kinds, true where two kinds have the same value."""

    def __init__(self, panels: Compositions) -> None:
        self.panels = panels
        self.member = panels.rows.toarray()[:-1] > 0
        categories = list(dict.fromkeys(target.category for target in panels.targets))
        # Which target each kind counts for, in each category.
        self.target = np.array(
            [
                self.member[[at for at, each in enumerate(panels.targets) if each.category == name]].argmax(
                    axis=0
                )
                + next(at for at, each in enumerate(panels.targets) if each.category == name)
                for name in categories
            ],
            np.intp,
        ).reshape(len(categories), len(panels.sizes))

    def climb(self, panel: Composition, worth: Vector) -> Composition:
        """Swap as long as that gains, the best swap first."""
        now = np.array(panel)
        while True:
            inside = np.flatnonzero(now)
            gain = np.where(self._allowed(now, inside), worth[None, :] - worth[inside][:, None], -np.inf)
            best = int(gain.argmax())
            out, into = divmod(best, gain.shape[1])
            if gain[out, into] <= 1e-9:
                return tuple(now.tolist())
            now[inside[out]] -= 1
            now[into] += 1

    def _allowed(self, now: NDArray[np.int_], inside: NDArray[np.intp]) -> NDArray[np.bool_]:
        """inside × kinds: whether the one may go for the other, by every target and the pool."""
        held = self.member @ now
        may_go, may_come = held > self.panels.least[:-1], held < self.panels.most[:-1]
        allowed = np.broadcast_to(now < self.panels.sizes, (len(inside), len(now))).copy()
        for target in self.target:
            same = target[inside][:, None] == target[None, :]
            allowed &= same | (may_go[target[inside]][:, None] & may_come[target][None, :])
        return allowed
