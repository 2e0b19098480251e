"""Votes on statements: who is shown what, in the order of routing, and what each answers."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from folkmoot.site.demonstration.model import Answer
from folkmoot.site.demonstration.statements import Put
from folkmoot.site.demonstration.timing import seconds

BATCH = 15
"""How many votes travel together."""
AGREEABLE = 0.06
"""The share of an answer's spread that belongs to the person: some agree with more of everything."""


class Routing:
    """Shows people statements: likelier those that few have seen, and those that people are sure about."""

    def __init__(self, statements: Sequence[Put], rng: np.random.Generator) -> None:
        self.rng = rng
        self.seen = np.zeros(len(statements))
        sure = np.array([1 - np.mean(put.unsure) / 100 for put in statements])
        liked = np.array([np.mean(put.agree) / 100 for put in statements])
        self.interest = sure * (0.5 + 0.5 * liked)

    def show(self, there: np.ndarray, count: int) -> np.ndarray:
        """So many of the statements that are there, in the order in which they are drawn."""
        weights = (self.interest * (1 + 8 * 2.0 ** (-self.seen / 5))) ** 2
        # The largest of log weight plus a Gumbel number: a draw without replacement by weight.
        keys = np.where(there, np.log(weights) + self.rng.gumbel(size=len(weights)), -np.inf)
        shown = np.argsort(-keys)[: min(count, int(there.sum()))]
        self.seen[shown] += 1
        return shown


class Opinions:
    """What people of each leaning answer; each answer by itself has exactly the planned chances."""

    def __init__(self, statements: Sequence[Put], rng: np.random.Generator) -> None:
        self.rng = rng
        agree = np.array([put.agree for put in statements]).T / 100
        unsure = np.array([put.unsure for put in statements]).T / 100
        quantile = np.vectorize(NormalDist().inv_cdf)
        self.agree = quantile(agree)
        self.not_disagree = quantile(np.clip(agree + unsure, None, 0.999))

    def of(self, leaning: int, shown: np.ndarray) -> list[int]:
        person = self.rng.normal() * np.sqrt(AGREEABLE)
        latent = person + self.rng.normal(size=len(shown)) * np.sqrt(1 - AGREEABLE)
        agrees = latent < self.agree[leaning, shown]
        disagrees = latent > self.not_disagree[leaning, shown]
        return [int(value) for value in agrees.astype(int) - disagrees.astype(int)]


def how_many(rng: np.random.Generator) -> int:
    """How many statements somebody answers: half stop before thirty, some after seven, some never."""
    manner = rng.random()
    if manner < 0.06:
        return 7
    if manner < 0.11:
        return int(rng.integers(1, 7))
    if manner < 0.2:
        return 1000
    return int(np.clip(rng.lognormal(np.log(33), 0.42), 8, 1000))


def batches(
    rng: np.random.Generator, question: str, votes: dict[str, int], at: datetime.datetime
) -> tuple[list[Answer], datetime.datetime]:
    """The votes as they are sent, some at a time, and when the last were."""
    keys = list(votes)
    answers = []
    for start in range(0, len(keys), BATCH):
        part = {key: votes[key] for key in keys[start : start + BATCH]}
        at += seconds(rng, 2 * len(part), 7 * len(part) + 5)
        answers.append(Answer(at, question, {"votes": part}))
    return answers, at
