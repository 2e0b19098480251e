"""The fairest lottery over panels: nobody's chance can rise without lowering one that is no higher.

Leximin after B. Flanigan, P. Gölz, A. Gupta, B. Hennig and A. D. Procaccia, Fair algorithms for selecting
citizens' assemblies, Nature 596 (2021) 548–552, by column generation; volunteers alike in every category are
taken together, and have the same chance. Maximin is its first round: the lowest chance is as high as can be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from folkmoot.methods.sortition.compositions import Composition, Compositions, Vector
from folkmoot.methods.sortition.swaps import Swaps

# Chances nearer than this count as equal, and a panel must improve on the others by more to be added.
NEAR = 1e-5
# What is settled may be missed by so much in later rounds, which the solver's own rounding needs; the least first.
SLACKS = (1e-7, 1e-6, 1e-5)
# How far prices keep to the steady ones.
STEADY = 0.7
# From so many of the best panels at hand better ones are looked for nearby.
STARTS = 12
# The first portfolio has at most so many panels for each kind.
VARIED = 3
# With more panels for each kind than the first number, as many as the second are kept.
CROWDED, KEPT = 3, 2
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Lottery:
    """Compositions with their probabilities, and the chance of each kind of volunteer.

    `complete`: whether the fairest was reached. If not, the lowest chance could at best rise to `bound`
    (only where even the first round was cut short), and chances settled so far stand.
    """

    compositions: tuple[Composition, ...]
    probabilities: tuple[float, ...]
    chances: tuple[float, ...]
    complete: bool
    rounds: int
    bound: float


@dataclass(frozen=True)
class Solution:
    """A linear programme's answer: probabilities, the level reached, what each kind and the whole are worth."""

    probabilities: Vector
    level: float
    worth: Vector
    price: float


class Leximin:
    """`settled`: the chance of each kind that is settled already, NaN for the others."""

    def __init__(self, all_panels: Compositions, *, most_searches: int, progress: Progress | None) -> None:
        self.panels = all_panels
        self.found: dict[Composition, None] = {}
        self.settled = np.full(len(all_panels.sizes), np.nan)
        self.swaps = Swaps(all_panels)
        self.searches_left, self.progress = most_searches, progress

    def run(self, *, only_lowest: bool) -> Lottery:
        """Round by round raise the lowest chances that can still rise; one round where only they matter."""
        self.cover_every_kind()
        self.vary()
        rounds, complete, bound = 0, True, 1.0
        while np.isnan(self.settled).any():
            solution, reached, highest = self.raise_lowest()
            rounds += 1
            bound = min(bound, highest) if rounds == 1 else bound
            if not reached:
                complete = False
                break
            self.settle(solution)
            if only_lowest:
                break
            self.tell()
        last = self.solve()
        return self.lottery(last.probabilities, complete=complete, rounds=rounds, bound=bound)

    def tell(self) -> None:
        if self.progress is not None:
            self.progress("fairness", float(1 - np.isnan(self.settled).mean()))

    def cover_every_kind(self) -> None:
        """One panel for each kind that has it; a kind that no panel can have is settled at no chance."""
        covered = np.zeros(len(self.settled), bool)
        for kind in range(len(self.settled)):
            if not covered[kind]:
                wish = np.zeros(len(self.settled))
                wish[kind] = 1.0
                # The others a little, and more so those not yet met: fewer panels cover everybody.
                panel = self.panels.best(wish + ~covered * 1e-3 / self.panels.sizes)
                if panel is not None and panel[kind]:
                    self.found[panel] = None
                    covered |= np.array(panel) > 0
                else:
                    self.settled[kind] = 0.0
        if not self.found:
            self.found[self.panels.best(np.zeros(len(self.settled))) or ()] = None

    def vary(self) -> None:
        """A first portfolio: again and again the panel of those who have been on the fewest (by weights)."""
        weights = np.ones(len(self.settled))
        panel = next(iter(self.found))
        for _ in range(VARIED * len(weights)):
            panel = self.swaps.climb(panel, weights / self.panels.sizes)
            self.found[panel] = None
            weights = weights * np.where(np.array(panel) > 0, 0.8, 1.0)
            weights /= weights.mean()

    def raise_lowest(self) -> tuple[Solution, bool, float]:
        """The highest level for all that are not settled; whether it was reached, and a bound on it.

        Prices are steadied by those that gave the best bound so far (Wentges 1997): what the programme asks
        for swings to and fro otherwise, and many more panels must be searched for.
        """
        solution = self.solve()
        steady, bound = solution.worth, float("inf")
        while True:
            mixed = STEADY * steady + (1 - STEADY) * solution.worth
            panel, highest = self.search(mixed)
            if highest < bound:
                steady, bound = mixed, highest
            if self.gain(panel, solution) <= NEAR:
                panel, highest = self.search(solution.worth)
                if highest < bound:
                    steady, bound = solution.worth, highest
            if bound - solution.level <= NEAR or self.gain(panel, solution) <= NEAR:
                return solution, True, bound
            if self.searches_left <= 0:
                return solution, False, bound
            self.thin_out(solution)
            self.found[panel] = None
            self.add_by_swaps(panel, solution)
            solution = self.solve()

    def search(self, worth: Vector) -> tuple[Composition, float]:
        """The panel worth most, and the level that no lottery can therefore exceed."""
        self.searches_left -= 1
        panel = self.panels.best(worth / self.panels.sizes) or ()
        asked = float(np.nan_to_num(self.settled) @ worth)
        return panel, float(worth / self.panels.sizes @ np.array(panel)) - asked

    def gain(self, panel: Composition, solution: Solution) -> float:
        """By how much a panel is worth more than any at hand."""
        return float(solution.worth / self.panels.sizes @ np.array(panel)) - solution.price

    def add_by_swaps(self, panel: Composition, solution: Solution) -> None:
        """Panels near this one and near the best at hand that would raise the level, too."""
        worth = solution.worth / self.panels.sizes
        panels = list(self.found)
        value = np.array(panels, np.float64) @ worth
        best = [panels[at] for at in np.argsort(-value, kind="stable")[:STARTS].tolist()]
        for start in [panel, *best]:
            near = self.swaps.climb(start, worth)
            if self.gain(near, solution) > NEAR:
                self.found[near] = None

    def thin_out(self, solution: Solution) -> None:
        """Let go of panels that are worth least, and not drawn: what is reached stays, programmes stay small."""
        if len(self.found) <= CROWDED * len(self.settled):
            return
        panels = list(self.found)
        worth = np.array(panels, np.float64) @ (solution.worth / self.panels.sizes)
        drawn = solution.probabilities > 0
        best = np.argsort(np.where(drawn, -np.inf, -worth), kind="stable")
        kept = np.sort(best[: max(KEPT * len(self.settled), int(drawn.sum()))])
        self.found = {panels[at]: None for at in kept.tolist()}

    def settle(self, solution: Solution) -> None:
        """Kinds whose chance cannot rise above the level in any best solution: those that it costs to raise."""
        open_ = np.isnan(self.settled)
        tight = open_ & (solution.worth > NEAR)
        if not tight.any():
            tight = open_ & (solution.worth >= solution.worth[open_].max())
        self.settled[tight] = solution.level

    def solve(self) -> Solution:
        """Probabilities of the panels found so far that bring every unsettled kind as high as can be."""
        table = np.array(list(self.found), np.float64).T / self.panels.sizes[:, None]
        panels = table.shape[1]
        open_ = np.isnan(self.settled)
        level = -open_.astype(np.float64)[:, None]
        for slack in SLACKS:
            found = linprog(
                np.concatenate([np.zeros(panels), [-1.0]]),
                A_ub=-np.hstack([table, level]),
                b_ub=-np.where(open_, 0.0, self.settled - slack),
                A_eq=np.concatenate([np.ones(panels), [0.0]])[None],
                b_eq=[1.0],
                bounds=[(0, None)] * panels + [(0, 1)],
                method="highs-ds",
            )
            if found.x is not None:
                break
        else:
            raise ArithmeticError(f"the solver stopped: {found.message}")
        worth = -found.ineqlin.marginals
        # At the edge the price of a panel is what the whole is worth together with what is settled.
        price = -float(found.eqlin.marginals[0])
        return Solution(found.x[:-1], float(found.x[-1]), np.maximum(worth, 0.0), price)

    def lottery(self, probabilities: Vector, *, complete: bool, rounds: int, bound: float) -> Lottery:
        kept = [at for at, chance in enumerate(probabilities) if chance > 1e-9]
        panels = [list(self.found)[at] for at in kept]
        shares = probabilities[kept] / probabilities[kept].sum()
        table: NDArray[np.float64] = np.array(panels, np.float64) / self.panels.sizes
        return Lottery(
            tuple(panels), tuple(shares.tolist()), tuple((shares @ table).tolist()), complete, rounds, bound
        )
