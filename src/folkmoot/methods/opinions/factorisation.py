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
from scipy.sparse.linalg import LinearOperator, eigsh

from folkmoot.methods.opinions.components import START, with_positive_peak
from folkmoot.methods.opinions.small_matrices import inverted
from folkmoot.methods.opinions.vote_blocks import VoteBlocks

Floats = NDArray[np.float64]

CENTRE_RIDGE = 1.0  # votes at the mean of all votes that every statement starts with
LEAST = 1e-6  # no variance estimate falls below
INVERTED = 1 << 11  # matrices inverted at once: few enough to stay in the cache
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


def place(model: Model, votes: VoteBlocks) -> Placement:
    """Where people stand by their votes, and how surely: those without a vote in the middle."""
    precision, pull = evidence(model, votes)
    prior = np.ones(1 + model.rank)
    prior[0] = 1 / model.leaning
    covariance = inverted(precision + np.diag(prior))[0]
    return Placement(np.einsum("iab,ib->ia", covariance, pull), covariance.astype(np.float64, copy=False))


def inverse(matrices: Floats) -> Floats:
    """Invert many small symmetric, positive definite matrices at once (many × size × size).

    Gauss and Jordan's elimination, which needs no exchange of rows where all pivots are positive; a step of
    it for thousands of matrices costs little more than one for a single matrix.
    """
    count, size, _ = matrices.shape
    result = np.empty_like(matrices)
    for start in range(0, count, INVERTED):
        # the matrices' numbers innermost: each step then goes along memory
        left = np.ascontiguousarray(matrices[start : start + INVERTED].transpose(1, 2, 0))
        for pivot in range(size):
            row = left[pivot] / left[pivot, pivot]
            column = left[:, pivot].copy()
            row[pivot] = 1.0 / left[pivot, pivot]
            left -= column[:, None] * row[None]
            left[:, pivot] = -column * row[pivot]
            left[pivot] = row
        result[start : start + INVERTED] = left.transpose(2, 0, 1)
    return result


def evidence(model: Model, votes: VoteBlocks) -> tuple[Floats, Floats]:
    """What the votes alone say of each person: precision (people × d × d) and pull (people × d)."""
    size = 1 + model.rank
    features = np.column_stack([np.ones(len(model.centre)), model.loadings])
    of_seen = np.hstack([pairs(features), features * model.centre[:, None]])
    sums = votes.by_participant(of_seen, features)
    width = size * (size + 1) // 2
    precision = symmetric(sums[:, :width], size) / model.noise
    pull = (sums[:, width + size :] - sums[:, width : width + size]) / model.noise
    return precision, pull


def learn(model: Model, votes: VoteBlocks, found: Placement, ridge: float) -> Model:
    """Improve what is known of the statements, given where people stand."""
    size = 1 + model.rank
    width = size * (size + 1) // 2
    stand = found.mean.copy()
    stand[:, 0] = 1.0  # beside its position everybody carries the statement's centre
    moments = found.covariance.copy()
    moments[:, 0, :] = moments[:, :, 0] = 0.0
    moments += stand[:, :, None] * stand[:, None, :]
    leaning = found.leanings
    leant = leaning[:, None] * stand
    leant[:, 1:] += found.covariance[:, 0, 1:]
    sums = votes.by_statement(np.hstack([packed(moments), leant]), stand)
    seen = symmetric(sums[:, :width], size)
    pull = sums[:, width + size :] - sums[:, width : width + size]
    shrink = np.full(size, ridge)
    shrink[0] = CENTRE_RIDGE
    information = seen + np.diag(shrink)
    pull_with_prior = pull.copy()
    pull_with_prior[:, 0] += CENTRE_RIDGE * model.mean
    solved = np.linalg.solve(information, pull_with_prior[:, :, None])[:, :, 0].astype(np.float64, copy=False)
    explained = (solved * (np.einsum("jab,jb->ja", seen, solved) - 2 * pull)).sum()
    noise = (unexplained(votes, found) + explained) / votes.total
    return Model(
        model.mean, solved[:, 0], solved[:, 1:], max(float(noise), LEAST), model.leaning, information
    )


def unexplained(votes: VoteBlocks, found: Placement) -> float:
    """Squares of (vote − leaning), expected: before the statements explain anything."""
    leaning, sums = found.leanings, votes.sums
    around = (leaning**2 + found.covariance[:, 0, 0]) @ sums[:, 0]
    return float(votes.squares - 2 * (leaning @ sums[:, 1]) + around)


def settle(model: Model, found: Placement) -> Model:
    """Give positions zero mean and unit spread again, and move what that takes into the statements."""
    moved = model.centre + found.leanings.mean() + model.loadings @ found.positions.mean(axis=0)
    spread = second_moment(found)
    leaning = max(float(spread[0, 0]), LEAST)
    root = np.linalg.cholesky(spread[1:, 1:] + LEAST * np.eye(model.rank))
    return Model(model.mean, moved, model.loadings @ root, model.noise, leaning, model.information)


def second_moment(found: Placement) -> Floats:
    """How widely people stand about their mean, the doubt about each added."""
    around = found.mean - found.mean.mean(axis=0)
    return np.asarray(around.T @ around / len(around) + found.covariance.mean(axis=0))


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
        found = place(model, votes)
        better = settle(learn(model, votes, found, ridge), found)
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
