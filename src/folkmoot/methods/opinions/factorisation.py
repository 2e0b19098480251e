"""A model of votes: how agreeable a person is, how agreeable a statement, and what parts people.

vote ≈ centre of the statement + leaning of the person + position of the person · loading of the statement

Positions are random effects with unit spread, so that those who voted on little stay near the middle instead
of being thrown out of it; loadings are shrunk by a ridge that counts as so many votes of people in the middle.
Fitted by expectation-maximisation over the votes that were cast: a missing vote is missing, not a mean.

Source: Tipping and Bishop, "Probabilistic principal component analysis", J. R. Stat. Soc. B 61 (1999), with
missing values; parameter expansion after Liu, Rubin and Wu, Biometrika 85 (1998).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import LinearOperator, eigsh

from folkmoot.methods.opinions.components import START, with_positive_peak
from folkmoot.methods.opinions.small_matrices import inverted, packed, pairs, symmetric
from folkmoot.methods.opinions.vote_blocks import VoteBlocks

Floats = NDArray[np.float64]

CENTRE_RIDGE = 1.0  # votes at the mean of all votes that every statement starts with
LEAST = 1e-6  # no variance estimate falls below
ROUNDS, STILL = 100, 1e-4


@dataclass(frozen=True, eq=False)
class Model:
    """What was learnt of the statements: enough to place anybody by their votes.

    `centre` (statements): the mean vote of the whole group if everybody had voted. `loadings` (statements ×
    rank): how a step along each direction changes the vote. `noise`, `leaning`: variances of a vote and of
    people's leanings. `information` (statements × (1 + rank) × (1 + rank)): inverse covariance of centre
    and loadings, in votes.
    """

    mean: float
    centre: Floats
    loadings: Floats
    noise: float
    leaning: float
    information: Floats

    @property
    def rank(self) -> int:
        return int(self.loadings.shape[1])


@dataclass(frozen=True, eq=False)
class Placement:
    """Where people stand: `mean` (people × (1 + rank), the leaning first) with their `covariance`."""

    mean: Floats
    covariance: Floats

    @property
    def leanings(self) -> Floats:
        return self.mean[:, 0]

    @property
    def positions(self) -> Floats:
        return self.mean[:, 1:]


@dataclass(frozen=True, eq=False)
class Heard:
    """What the votes alone say of people: precision (people × d × d), pull (people × d), d = 1 + rank.

    `counted` (people × 2): how many votes each cast, and their sum.
    """

    precision: Floats
    pull: Floats
    counted: Floats


def hear(model: Model, seen: sparse.csr_array, cast: sparse.csr_array) -> Heard:
    """Weigh the statements that people saw, and what they cast."""
    size = 1 + model.rank
    features = np.column_stack([np.ones(len(model.centre)), model.loadings])
    of_seen = seen @ np.hstack([pairs(features), features * model.centre[:, None]])
    of_cast = cast @ features
    width = size * (size + 1) // 2
    precision = symmetric(of_seen[:, :width], size) / model.noise
    # the first pair of features is 1 for each statement seen, and the first feature 1 for each vote cast
    counted = np.column_stack([of_seen[:, 0], of_cast[:, 0]])
    return Heard(precision, (of_cast - of_seen[:, width:]) / model.noise, counted)


def evidence(model: Model, votes: VoteBlocks) -> tuple[Floats, Floats]:
    """What the votes alone say of each person: precision (people × d × d) and pull (people × d)."""
    heard = votes.each(lambda people: hear(model, *votes.matrices(people)))
    size = 1 + model.rank
    precision = np.concatenate([np.zeros((0, size, size)), *(part.precision for part in heard)])
    return precision, np.concatenate([np.zeros((0, size)), *(part.pull for part in heard)])


def place(model: Model, votes: VoteBlocks) -> Placement:
    """Where people stand by their votes, and how surely: those without a vote in the middle."""
    found = votes.each(lambda people: stood(model, hear(model, *votes.matrices(people))))
    size = 1 + model.rank
    return Placement(
        np.concatenate([np.zeros((0, size)), *(part.mean for part in found)]),
        np.concatenate([np.zeros((0, size, size)), *(part.covariance for part in found)]),
    )


def stood(model: Model, heard: Heard) -> Placement:
    """Where people stand, who are near the middle before they are heard."""
    prior = np.ones(1 + model.rank)
    prior[0] = 1 / model.leaning
    covariance = inverted(heard.precision + np.diag(prior))[0]
    return Placement((covariance @ heard.pull[:, :, None])[:, :, 0], covariance)


@dataclass(frozen=True, eq=False)
class Lesson:
    """Sums over people from which statements are learnt: of each statement, and of the people themselves.

    `by_statement`: moments of people's standing, packed, and their leanings times it, over those who saw a
    statement; their standing times their votes. `around`: squares of (vote − leaning), less those of votes.
    `mean`, `square`, `doubt`: sums of people's means, of the products of these, and of their covariances.
    """

    by_statement: Floats
    around: float
    mean: Floats
    square: Floats
    doubt: Floats

    def __add__(self, other: Lesson) -> Lesson:
        return Lesson(
            self.by_statement + other.by_statement,
            self.around + other.around,
            self.mean + other.mean,
            self.square + other.square,
            self.doubt + other.doubt,
        )


def lesson(model: Model, seen: sparse.csr_array, cast: sparse.csr_array) -> Lesson:
    """What some people's votes teach, once it is guessed where these people stand."""
    heard = hear(model, seen, cast)
    found = stood(model, heard)
    mean, covariance = found.mean, found.covariance
    leaning = mean[:, 0]
    stand = mean.copy()
    stand[:, 0] = 1.0  # beside its position everybody carries the statement's centre
    moments = covariance.copy()
    moments[:, 0, :] = moments[:, :, 0] = 0.0
    moments += stand[:, :, None] * stand[:, None, :]
    leant = leaning[:, None] * stand
    leant[:, 1:] += covariance[:, 0, 1:]
    by_statement = np.hstack([seen.T @ np.hstack([packed(moments), leant]), cast.T @ stand])
    around = (leaning**2 + covariance[:, 0, 0]) @ heard.counted[:, 0] - 2 * (leaning @ heard.counted[:, 1])
    return Lesson(by_statement, float(around), mean.sum(axis=0), mean.T @ mean, covariance.sum(axis=0))


def learn(model: Model, votes: VoteBlocks, ridge: float) -> Model:
    """Guess where people stand, and improve what is known of the statements and of how people spread."""
    taught = votes.each(lambda people: lesson(model, *votes.matrices(people)))
    total = taught[0]
    for more in taught[1:]:
        total = total + more
    return settle(learnt(model, votes, total, ridge), total, votes.height)


def learnt(model: Model, votes: VoteBlocks, taught: Lesson, ridge: float) -> Model:
    """The statements' centres and loadings that explain most, drawn to nought by the ridge, and the noise."""
    size = 1 + model.rank
    width = size * (size + 1) // 2
    seen = symmetric(taught.by_statement[:, :width], size)
    pull = taught.by_statement[:, width + size :] - taught.by_statement[:, width : width + size]
    shrink = np.full(size, ridge)
    shrink[0] = CENTRE_RIDGE
    information = seen + np.diag(shrink)
    pull_with_prior = pull.copy()
    pull_with_prior[:, 0] += CENTRE_RIDGE * model.mean
    solved = np.linalg.solve(information, pull_with_prior[:, :, None])[:, :, 0].astype(np.float64, copy=False)
    explained = (solved * (np.einsum("jab,jb->ja", seen, solved) - 2 * pull)).sum()
    noise = max(float((votes.squares + taught.around + explained) / votes.total), LEAST)
    return Model(model.mean, solved[:, 0], solved[:, 1:], noise, model.leaning, information)


def settle(model: Model, taught: Lesson, people: int) -> Model:
    """Give positions zero mean and unit spread again, and move what that takes into the statements."""
    mean = taught.mean / people
    spread = (taught.square + taught.doubt) / people - np.outer(mean, mean)
    moved = model.centre + mean[0] + model.loadings @ mean[1:]
    leaning = max(float(spread[0, 0]), LEAST)
    root = np.linalg.cholesky(spread[1:, 1:] + LEAST * np.eye(model.rank))
    return Model(model.mean, moved, model.loadings @ root, model.noise, leaning, model.information)


def averages(votes: VoteBlocks, still: float = STILL) -> tuple[Model, Placement]:
    """The model without any direction: people's leanings and statements' centres alone."""
    ones = np.ones((votes.height, 1))
    sums = votes.by_statement(ones, ones)
    total = max(votes.total, 1.0)
    mean = float(sums[:, 1].sum() / total)
    centre = (sums[:, 1] + CENTRE_RIDGE * mean) / (sums[:, 0] + CENTRE_RIDGE)
    information = (sums[:, :1] + CENTRE_RIDGE)[:, :, None]
    start = Model(mean, centre, np.zeros((votes.width, 0)), 0.5, 0.1, information)
    return improve(start, votes, 0.0, still)


def fit(
    votes: VoteBlocks,
    rank: int,
    ridge: float,
    *,
    start: Model | None = None,
    still: float = STILL,
    rounds: int = ROUNDS,
) -> tuple[Model, Placement]:
    """Fit the model with so many directions, sorted by how much of the votes they explain.

    `start` is a fitted model to go on from: of no direction, or of the same rank.
    """
    base = averages(votes, still)[0] if start is None else start
    if base.rank != rank:
        base = with_directions(base, votes, rank)
    model, found = improve(base, votes, ridge, still, rounds)
    return turned(model, found)


def improve(
    model: Model, votes: VoteBlocks, ridge: float, still: float, rounds: int = ROUNDS
) -> tuple[Model, Placement]:
    """Place people and learn of statements in turn until neither moves."""
    for _ in range(rounds):
        better = learn(model, votes, ridge)
        change = moved(model, better)
        model = better
        if change < still:
            break
    return model, place(model, votes)


def moved(before: Model, after: Model) -> float:
    """How far statements moved, as a share of what the model says of them."""
    scale = max(float((after.loadings**2).sum() + ((after.centre - after.mean) ** 2).sum()), LEAST)
    step = ((after.loadings - before.loadings) ** 2).sum() + ((after.centre - before.centre) ** 2).sum()
    return float(np.sqrt(step / scale))


def with_directions(model: Model, votes: VoteBlocks, rank: int) -> Model:
    """Start from the directions in which the votes depart most from the averages."""
    vectors, strengths = leading_directions(model, votes, min(rank, votes.width))
    loadings = np.zeros((votes.width, rank))
    seen = max(votes.total / max(votes.height * votes.width, 1), LEAST)
    # a mean-filled matrix shows a direction weakened by the share of votes that are there
    loadings[:, : len(strengths)] = vectors * np.sqrt(strengths / max(votes.height, 1) / seen)
    return Model(model.mean, model.centre, loadings, model.noise, model.leaning, model.information)


def leading_directions(model: Model, votes: VoteBlocks, rank: int) -> tuple[Floats, Floats]:
    """Right singular vectors of (vote − averages) over the votes there are, and the squares of their values."""
    leaning = place(model, votes).leanings
    width = votes.width

    def departures(vectors: Floats) -> Floats:
        sums = votes.by_participant(np.hstack([vectors, vectors * model.centre[:, None]]), vectors)
        many = vectors.shape[1]
        return sums[:, 2 * many :] - sums[:, many : 2 * many] - leaning[:, None] * sums[:, :many]

    def squared(vectors: Floats) -> Floats:
        table = departures(vectors.reshape(width, -1))
        many = table.shape[1]
        sums = votes.by_statement(np.hstack([table, table * leaning[:, None]]), table)
        return sums[:, 2 * many :] - sums[:, many : 2 * many] - model.centre[:, None] * sums[:, :many]

    if width <= max(2 * rank, 32):
        values, vectors = np.linalg.eigh(squared(np.eye(width)))
    else:
        start = np.random.default_rng(START).standard_normal(width)
        product = LinearOperator((width, width), matvec=squared, dtype=np.float64)
        values, vectors = eigsh(product, k=rank, which="LA", v0=start, tol=1e-4)
    order = np.argsort(-values, kind="stable")[:rank]
    return vectors[:, order], np.maximum(values[order], 0.0)


def turned(model: Model, found: Placement) -> tuple[Model, Placement]:
    """Turn directions to those that explain most, in order, each with its largest loading positive."""
    if model.rank == 0:
        return model, found
    _, vectors = np.linalg.eigh(model.loadings.T @ model.loadings)
    turn = vectors[:, ::-1]
    loadings = model.loadings @ turn
    signs = np.array([1.0 if (with_positive_peak(axis) == axis).all() else -1.0 for axis in loadings.T])
    turn = turn * signs
    whole = np.eye(1 + model.rank)
    whole[1:, 1:] = turn
    return (
        Model(
            model.mean,
            model.centre,
            model.loadings @ turn,
            model.noise,
            model.leaning,
            whole.T @ model.information @ whole,
        ),
        Placement(found.mean @ whole, whole.T @ found.covariance @ whole),
    )
