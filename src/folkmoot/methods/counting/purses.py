"""What voters have left to spend under equal shares, exactly, and how far larger shares would change nothing."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

# Prices closer than this, in floating point, are compared again in exact fractions.
CLOSE = 1e-9
# The place of nothing at all among the amounts.
EMPTY = 0


@dataclass(frozen=True, eq=False)
class Support:
    """Who wants a project: groups of voters alike, and how many each group has."""

    groups: NDArray[np.intp]
    sizes: NDArray[np.int64]


class Purses:
    """What each group of voters alike has left for each of its voters.

    Few amounts differ, so each is kept once, exactly and as a float; `held` says which one a group has.
    Were every share larger by d units, an amount would be larger by at most `slopes` times d, and everything
    bought the same, as long as d is below `same_until`.
    """

    def __init__(self, groups: int, share: Fraction) -> None:
        self.amounts: list[Fraction] = [Fraction(0), share]
        self.floats = np.array([0.0, float(share)])
        self.slopes = np.array([0.0, 1.0])
        self.held = np.ones(groups, np.intp)
        self.same_until = float("inf")

    def exact_price(self, support: Support, cost: int) -> Fraction | None:
        """The most that anybody must pay so that all together pay the cost; None where they cannot."""
        sizes = np.bincount(self.held[support.groups], support.sizes, len(self.amounts)).astype(np.int64)
        rest, payers = Fraction(cost), int(sizes.sum())
        used = np.flatnonzero(sizes).tolist()
        for which in sorted(used, key=self.amounts.__getitem__):
            amount, number = self.amounts[which], int(sizes[which])
            if amount * payers >= rest:
                return rest / payers
            rest -= amount * number
            payers -= number
        return None

    def rough_price(self, support: Support, cost: int) -> float:
        """The same in floating point; a hair above the truth rather than none where it is close."""
        left = self.floats[self.held[support.groups]]
        order = np.argsort(left, kind="stable")
        left, sizes = left[order], support.sizes[order]
        paid = np.concatenate([[0.0], np.cumsum(left * sizes)])
        payers = sizes[::-1].cumsum()[::-1]
        if paid[-1] < cost * (1 - CLOSE):
            return float("inf")
        enough = paid[:-1] + left * payers >= cost * (1 - CLOSE)
        place = int(np.argmax(enough))
        return float((cost - paid[place]) / payers[place])

    def pay(self, support: Support, price: Fraction) -> None:
        """Take the price, or all that is left, from everybody who wants the project.

        With larger shares those who give all they have would give more, so that the price would fall: by at
        most `fall` a unit, for the more there is, the fewer give all.
        """
        mine = self.held[support.groups]
        sizes = np.bincount(mine, support.sizes, len(self.amounts))
        used = np.flatnonzero(sizes).tolist()
        poor = [which for which in used if self.amounts[which] < price]
        payers = sizes.sum() - sizes[poor].sum()
        fall = float(sizes[poor] @ self.slopes[poor] / payers)
        added: list[Fraction] = []
        for which in used:
            rest = self.amounts[which] - price
            if rest > 0:
                added.append(rest)
                self.slopes = np.append(self.slopes, self.slopes[which] + fall)
            elif rest < 0:
                self._keep_below(float(-rest), float(self.slopes[which] + fall))
            else:
                self.same_until = 0.0
            place = len(self.amounts) + len(added) - 1 if rest > 0 else EMPTY
            self.held[support.groups[mine == which]] = place
        self.amounts += added
        self.floats = np.concatenate([self.floats, [float(amount) for amount in added]])

    def pass_over(self, support: Support, cost: int, price: float) -> None:
        """Note how much larger shares could be before this project's price would be lower than this one.

        What its supporters can pay at that price is concave in d, so its slope at 0 leads above it.
        """
        mine = self.held[support.groups]
        left = self.floats[mine]
        short = cost - float(support.sizes @ np.minimum(left, price))
        poor = left < price * (1 + CLOSE)
        slope = float(support.sizes[poor] @ self.slopes[mine[poor]])
        self._keep_below(short, slope)

    def _keep_below(self, gap: float, slope: float) -> None:
        if slope > 0:
            self.same_until = min(self.same_until, max(gap, 0.0) / slope)
