"""Small conversations with a known answer."""

from __future__ import annotations

from functools import partial

import numpy as np

from folkmoot.methods.opinions import Votes, map_opinions

map_as_polis = partial(map_opinions, mode="polis")


def votes_of(table: dict[str, dict[str, int]]) -> Votes:
    """Votes from {participant: {statement: vote}}."""
    rows = [(person, name, vote) for person, cast in table.items() for name, vote in cast.items()]
    people, statements, values = zip(*rows, strict=True) if rows else ((), (), ())
    return Votes.from_rows(people, statements, values)


def two_camps(sizes: tuple[int, int] = (30, 20), statements: int = 12, seed: int = 7) -> Votes:
    """Two camps that differ on every second statement and agree on the others; one vote in eight is odd."""
    rng = np.random.default_rng(seed)
    table: dict[str, dict[str, int]] = {}
    for person in range(sum(sizes)):
        camp = 1 if person < sizes[0] else -1
        table[str(person)] = {
            str(name): int(rng.integers(-1, 2)) if rng.random() < 0.125 else (camp if name % 2 else 1)
            for name in range(statements)
            if rng.random() < 0.8
        }
    return votes_of(table)


def collect(cast: np.ndarray, there: np.ndarray) -> Votes:
    """Votes from a table of people × statements, where they are there."""
    who, what = np.nonzero(there)
    people, statements = ([str(number) for number in range(many)] for many in cast.shape)
    return Votes.from_codes(people, statements, who, what, cast[who, what])


def voted(opinion: np.ndarray) -> np.ndarray:
    """Agree, pass where an opinion is near 0, or disagree."""
    return np.where(np.abs(opinion) < 0.2, 0, np.sign(opinion)).astype(int)


def camps(
    sizes: tuple[int, ...], *, statements: int, present: float, seed: int, shared: int = 0
) -> tuple[Votes, np.ndarray]:
    """Camps that each hold opinions of their own, but agree on the first statements; and who is in which."""
    votes, camp, _ = camps_and_chances(
        sizes, statements=statements, present=present, seed=seed, shared=shared
    )
    return votes, camp


def camps_and_chances(
    sizes: tuple[int, ...], *, statements: int, present: float, seed: int, shared: int = 0
) -> tuple[Votes, np.ndarray, dict[str, np.ndarray]]:
    """The same, with the chance that somebody of a camp agrees with a statement, or disagrees."""
    rng = np.random.default_rng(seed)
    camp = np.repeat(np.arange(len(sizes)), sizes)
    held = 1.2 * rng.normal(size=(len(sizes), statements))
    held[:, :shared] = 1.5
    cast = voted(held[camp] + rng.logistic(0, 0.5, (len(camp), statements)))
    chance = {"agree": 1 / (1 + np.exp((0.2 - held) / 0.5)), "disagree": 1 / (1 + np.exp((0.2 + held) / 0.5))}
    return collect(cast, rng.random(cast.shape) < present), camp, chance


def noise(people: int, statements: int, present: float, *, uneven: bool, seed: int) -> Votes:
    """People and statements that differ in how agreeable they are, and in nothing else."""
    rng = np.random.default_rng(seed)
    pull = rng.normal(0, 0.3, people)[:, None] + rng.normal(0, 0.7, statements)
    cast = voted(pull + rng.logistic(0, 0.55, (people, statements)))
    chance = np.full((people, 1), present)
    if uneven:
        chance = chance * rng.lognormal(-0.3, 0.8, (people, 1)) * rng.lognormal(-0.1, 0.5, statements)
    return collect(cast, rng.random(cast.shape) < chance)


def line_of_people(people: int, statements: int, present: float, *, seed: int) -> Votes:
    """People who differ along one line, most of them in its middle."""
    rng = np.random.default_rng(seed)
    along = rng.normal(size=(people, 1)) * rng.normal(size=statements)
    cast = voted(along + rng.normal(0, 0.7, statements) + rng.logistic(0, 0.55, (people, statements)))
    return collect(cast, rng.random(cast.shape) < present)
