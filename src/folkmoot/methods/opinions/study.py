"""What is learnt of all votes, before anybody speaks of groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods.opinions.factorisation import LEAST, Model, fit
from folkmoot.methods.opinions.held_out import ROUGH, Choice, choose_model
from folkmoot.methods.opinions.vote_blocks import VoteBlocks
from folkmoot.methods.opinions.votes import Votes

FEWEST_VOTES = 3  # on a statement, below which it tells nothing of what parts people
OVER_ALL = 6  # rounds over all votes at most, for a model that a sample has brought near
MOST_STUDIED = 400_000  # votes: choices are made on those of a sample of people where there are more


@dataclass(frozen=True, eq=False)
class Study:
    """What was learnt of the votes: the chosen model, one for the picture (two directions at least).

    `votes` are those on `statements` (numbers): those that stand and have enough votes to tell by.
    `studied` numbers the people on whose votes choices are made: everybody, or a sample.
    """

    votes: VoteBlocks
    choice: Choice
    model: Model
    pictured: Model
    studied: NDArray[np.int64]
    statements: NDArray[np.int64]

    @property
    def parting(self) -> Model:
        """The model in which groups are looked for: the chosen one, if it has any direction."""
        return self.model if self.model.rank else self.pictured


def learn_from(votes: Votes, out: NDArray[np.bool_], rng: np.random.Generator) -> Study:
    """Choose a model of the votes, and fit it: first to a sample where there are very many votes."""
    seen = np.bincount(votes.indices, minlength=votes.shape[1])
    statements = np.flatnonzero((seen >= FEWEST_VOTES) & ~out)
    standing = VoteBlocks.of(votes)
    if len(statements) < len(seen):
        standing = standing.of_statements(statements)
    studied = sample_people(standing, rng)
    if not len(standing.values):
        blank = blank_model(len(statements))
        return Study(standing, Choice(0, 0.0, {}), blank, blank, studied, statements)
    few = standing if len(studied) == standing.height else standing.of_people(studied)
    choice = choose_model(few, rng)
    model = fit_to_all(standing, few, choice.rank, choice.ridge)
    pictured = model if model.rank >= 2 else fit_to_all(standing, few, 2, choice.ridge)
    return Study(standing, choice, model, pictured, studied, statements)


def sample_people(votes: VoteBlocks, rng: np.random.Generator) -> NDArray[np.int64]:
    """As many people, drawn at random, as have the most votes that choices are made on; sorted."""
    everybody = np.arange(votes.height)
    if len(votes.values) <= MOST_STUDIED:
        return everybody
    drawn = rng.permutation(everybody)
    enough = int(np.searchsorted(np.cumsum(np.diff(votes.indptr)[drawn]), MOST_STUDIED)) + 1
    return np.sort(drawn[:enough])


def fit_to_all(votes: VoteBlocks, few: VoteBlocks, rank: int, ridge: float) -> Model:
    model, _ = fit(few, rank, ridge)
    if few is votes:
        return model
    return fit(votes, rank, ridge, start=model, still=ROUGH, rounds=OVER_ALL)[0]


def blank_model(width: int) -> Model:
    """What is known without a vote: nothing."""
    information = np.broadcast_to(np.eye(3), (width, 3, 3))
    return Model(0.0, np.zeros(width), np.zeros((width, 2)), 1.0, LEAST, information)
