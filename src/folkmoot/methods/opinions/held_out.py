"""How well votes that were set aside are foretold: the measure by which a model is chosen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods.opinions.factorisation import Model, Placement, averages, fit
from folkmoot.methods.opinions.vote_blocks import VoteBlocks

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

FOLDS = 3
MOST_DIRECTIONS = 4
RIDGES = (5.0, 20.0, 60.0, 150.0)
USUAL_RIDGE = 60.0
ROUGH = 2e-3  # how still a model must stand while models are only compared
FEWEST = 30  # decided votes below which nothing is compared
SURE = 1.0  # standard errors by which directions must help, to use any
STEPS = 12  # of Newton's method; two numbers settle in fewer


@dataclass(frozen=True, eq=False)
class Choice:
    """The number of directions and the ridge that foretell best, and how well that is.

    `losses` has the log-loss of each (rank, ridge) tried; the others are None where too few votes were cast
    to set any aside.
    """

    rank: int
    ridge: float
    losses: dict[tuple[int, float], float]
    log_loss: float | None = None
    auc: float | None = None
    base_rate_log_loss: float | None = None


@dataclass(frozen=True, eq=False)
class Aside:
    """Votes that are decided (agree or disagree): their place, person, statement, answer and fold."""

    rows: Places
    columns: Places
    agreed: NDArray[np.bool_]
    fold: NDArray[np.int8]


def choose_model(votes: VoteBlocks, rng: np.random.Generator) -> Choice:
    """Choose the number of directions, from none to four, and then the ridge, by votes set aside.

    None is claimed unless directions foretell better than averages alone beyond chance; where too few votes
    are there to tell, none is claimed either.
    """
    fold = rng.integers(0, FOLDS, len(votes.values)).astype(np.int8)
    decided = np.flatnonzero(votes.values != 0)
    aside = Aside(
        votes.rows[decided], votes.indices[decided].astype(np.int64), votes.values[decided] > 0, fold[decided]
    )
    if len(decided) < FEWEST or aside.agreed.all() or not aside.agreed.any():
        return Choice(0, USUAL_RIDGE, {})
    rivals = Rivals(votes, fold, aside)
    rank, ridge = rivals.best(usual_ridges(votes))
    scores = rivals.scores(rank, ridge)
    base = losses(base_rate_scores(votes, fold, aside), aside)
    return Choice(
        rank,
        ridge,
        {pair: float(found.mean()) for pair, found in rivals.found.items()},
        float(rivals.loss(rank, ridge).mean()),
        area_under_curve(scores, aside.agreed),
        float(base.mean()),
    )


def usual_ridges(votes: VoteBlocks) -> list[float]:
    """The ridges with which numbers of directions are compared: with few votes on a statement a low one, too."""
    half = len(votes.values) / max(votes.width, 1) / 2
    low = [ridge for ridge in RIDGES if ridge < USUAL_RIDGE]
    within = [ridge for ridge in low if ridge <= half] or low[:1]
    return [within[-1], USUAL_RIDGE] if half < USUAL_RIDGE else [USUAL_RIDGE]


class Rivals:
    """Models that foretell the same votes set aside, each fitted once for every fold."""

    def __init__(self, votes: VoteBlocks, fold: NDArray[np.int8], aside: Aside) -> None:
        self.aside = aside
        self.kept = [votes.where(fold != number) for number in range(FOLDS)]
        self.fitted = {0: [averages(kept, ROUGH)[0] for kept in self.kept]}
        self.told: dict[tuple[int, float], Floats] = {}
        self.found: dict[tuple[int, float], Floats] = {}

    def scores(self, rank: int, ridge: float) -> Floats:
        if (rank, ridge) not in self.told:
            told = np.zeros(len(self.aside.rows))
            starts = self.fitted.get(rank, self.fitted[0])
            self.fitted[rank] = []
            for number, (kept, start) in enumerate(zip(self.kept, starts, strict=True)):
                model, placed = fit(kept, rank, ridge, start=start, still=ROUGH)
                self.fitted[rank].append(model)
                mine = self.aside.fold == number
                told[mine] = foretell(model, placed, self.aside.rows[mine], self.aside.columns[mine])
            self.told[rank, ridge] = told
        return self.told[rank, ridge]

    def loss(self, rank: int, ridge: float) -> Floats:
        if (rank, ridge) not in self.found:
            self.found[rank, ridge] = losses(self.scores(rank, ridge), self.aside)
        return self.found[rank, ridge]

    def mean_loss(self, rank: int, ridge: float) -> float:
        return float(self.loss(rank, ridge).mean())

    def best(self, usual: Sequence[float]) -> tuple[int, float]:
        """The number of directions, compared at the usual ridges, and the best ridge for that number."""
        numbers = {ridge: self.directions(ridge) for ridge in usual}
        rank = numbers[min(usual, key=lambda one: (self.mean_loss(numbers[one], one), -one))]
        if rank == 0:
            return 0, USUAL_RIDGE
        return rank, min(RIDGES, key=lambda one: (self.mean_loss(rank, one), one))

    def directions(self, ridge: float) -> int:
        """Add directions while they help; of two more that are in vain the search ends."""
        best, vain = 0, 0
        for rank in range(1, MOST_DIRECTIONS + 1):
            if self.mean_loss(rank, ridge) < self.mean_loss(best, ridge):
                best, vain = rank, 0
            else:
                vain += 1
            if vain == 2:
                break
        return best if self.surely_better(best, 0, ridge) else 0

    def surely_better(self, one: int, other: int, ridge: float) -> bool:
        """Whether more directions foretell better beyond chance, as people differ."""
        gain = self.loss(other, ridge) - self.loss(one, ridge)
        error = np.sqrt((np.bincount(self.aside.rows, weights=gain) ** 2).sum())
        return bool(gain.sum() > SURE * error)


def foretell(model: Model, found: Placement, rows: Places, columns: Places) -> Floats:
    """How surely each of these people would agree with each of these statements (z; 0 is even)."""
    score = np.empty(len(rows))
    for part in chunks(len(rows)):
        who, what = rows[part], columns[part]
        features = np.column_stack([np.ones(len(what)), model.loadings[what]])
        expected = model.centre[what] + np.einsum("na,na->n", found.mean[who], features)
        doubt = np.einsum("na,nab,nb->n", features, found.covariance[who], features)
        score[part] = expected / np.sqrt(model.noise + doubt)
    return score


def chunks(count: int, size: int = 1 << 18) -> Iterator[slice]:
    return (slice(start, start + size) for start in range(0, count, size))


def base_rate_scores(votes: VoteBlocks, fold: NDArray[np.int8], aside: Aside) -> Floats:
    """The log-odds of agreement among other votes on the same statement."""
    score = np.zeros(len(aside.rows))
    for number in range(FOLDS):
        kept = fold != number
        agreed = np.bincount(votes.indices[kept & (votes.values > 0)], minlength=votes.width)
        disagreed = np.bincount(votes.indices[kept & (votes.values < 0)], minlength=votes.width)
        mine = aside.fold == number
        score[mine] = np.log((agreed + 1) / (disagreed + 1))[aside.columns[mine]]
    return score


def losses(scores: Floats, aside: Aside) -> Floats:
    """The log-loss of each vote set aside, its chances read off the votes of the other folds."""
    found = np.zeros(len(scores))
    for number in range(FOLDS):
        mine = aside.fold == number
        slope, start = calibrate(scores[~mine], aside.agreed[~mine])
        toward = np.where(aside.agreed[mine], 1, -1) * (slope * scores[mine] + start)
        found[mine] = np.logaddexp(0, -toward)
    return found


def calibrate(scores: Floats, agreed: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and intercept of the log-odds of agreement along a score (logistic regression, Newton's method)."""
    table = np.column_stack([scores, np.ones(len(scores))])
    weight = np.zeros(2)
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(table @ weight, -30, 30)))
        slope = table.T @ (agreed - chance) - 1e-3 * weight
        bend = (table * (chance * (1 - chance))[:, None]).T @ table + 1e-3 * np.eye(2)
        step = np.linalg.solve(bend, slope)
        weight = weight + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-8:
            break
    return float(weight[0]), float(weight[1])


def area_under_curve(scores: Floats, agreed: NDArray[np.bool_]) -> float:
    """How often somebody who agreed has the higher score than somebody who disagreed; ties count half."""
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2
    yes, no = int(agreed.sum()), int((~agreed).sum())
    return float((middle[inverse][agreed].sum() - yes * (yes + 1) / 2) / (yes * no))
