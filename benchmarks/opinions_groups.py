"""How often groups are seen where there are none, and how well planted ones are found, beside polis mode.

    python benchmarks/opinions_groups.py noise [--seeds 100] [--shape 0]
    python benchmarks/opinions_groups.py planted [--seeds 10]
    python benchmarks/opinions_groups.py coverage [--seeds 12]

Noise: people who differ in nothing but how often they agree, on statements that differ in nothing but how
often they are agreed with, some people voting far more than others and some statements seen far more than
others. Planted: groups that each hold opinions of their own. Coverage: how often the 90 % intervals of shares
that are listed hold the share with which the votes were drawn, and how much of the list is false.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods.opinions import Votes, map_opinions
from folkmoot.methods.opinions.grouping import adjusted_rand

# people, statements, share of votes present, and whether people and statements are seen unequally
NOISE = (
    (400, 60, 0.5, False),
    (400, 60, 0.5, True),
    (150, 30, 0.6, True),
    (1000, 100, 0.2, True),
    (300, 200, 0.15, True),
    (2000, 40, 0.4, True),
)
SHARES = ((1, 1), (10, 1), (1, 1, 1), (10, 1, 1), (1, 1, 1, 1), (10, 1, 1, 1))
EXPERIMENTS = ("noise", "planted", "coverage")
PRESENT = (0.1, 0.3, 0.6)


@dataclass(frozen=True, eq=False)
class Planted:
    """Votes with the group of each participant and the chance with which each group agrees or disagrees."""

    votes: Votes
    group: NDArray[np.int64]
    chance: dict[str, NDArray[np.float64]]
    differs: NDArray[np.bool_]


def collect(cast: NDArray[np.int64], there: NDArray[np.bool_]) -> Votes:
    who, what = np.nonzero(there)
    people, statements = ([str(number) for number in range(many)] for many in cast.shape)
    return Votes.from_codes(people, statements, who, what, cast[who, what])


def noise(people: int, statements: int, present: float, uneven: bool, seed: int) -> Votes:
    """Votes that depend on how agreeable the person and the statement are, and on nothing else."""
    rng = np.random.default_rng([seed, people, statements])
    leaning, pull = rng.normal(0, 0.3, people), rng.normal(0, 0.7, statements)
    opinion = leaning[:, None] + pull + rng.logistic(0, 0.55, (people, statements))
    cast = np.where(np.abs(opinion) < 0.2, 0, np.sign(opinion)).astype(int)
    chance = np.full((people, statements), present)
    if uneven:
        chance = chance * rng.lognormal(-0.3, 0.8, people)[:, None] * rng.lognormal(-0.1, 0.5, statements)
    return collect(cast, rng.random(cast.shape) < chance)


def planted(
    shares: tuple[int, ...],
    present: float,
    seed: int,
    *,
    uneven: bool = False,
    same: float = 0.0,
    people: int = 400,
    statements: int = 60,
) -> Planted:
    """Groups with an opinion of their own on each statement, but for those on which all are the same."""
    rng = np.random.default_rng([seed, len(shares), round(100 * present)])
    sizes = np.round(np.array(shares) / sum(shares) * people).astype(int)
    group = np.repeat(np.arange(len(shares)), sizes)
    differs = rng.random(statements) >= same
    held = rng.normal(0, 0.7, statements) + differs * rng.normal(size=(len(shares), statements))
    odd = rng.normal(0, 0.2, len(group))[:, None] + rng.logistic(0, 0.55, (len(group), statements))
    opinion = held[group] + odd
    cast = np.where(np.abs(opinion) < 0.2, 0, np.sign(opinion)).astype(int)
    draws = rng.normal(0, 0.2, 20_000) + rng.logistic(0, 0.55, 20_000)
    chance = {
        "agree": (held[:, :, None] + draws >= 0.2).mean(axis=2),
        "disagree": (held[:, :, None] + draws <= -0.2).mean(axis=2),
    }
    there = np.full((len(group), 1), present)
    if uneven:
        there = np.clip(present * rng.lognormal(-0.3, 0.8, (len(group), 1)), 0.02, 1)
    votes = collect(cast, rng.random(cast.shape) < there)
    return Planted(votes, group[[int(name) for name in votes.participants]], chance, differs)


def try_noise(seeds: int, only: int | None) -> None:
    print("noise: how many maps say that there are no clear groups")
    for number, (people, statements, present, uneven) in enumerate(NOISE):
        if only is not None and number != only:
            continue
        start, none = time.process_time(), 0
        for seed in range(seeds):
            none += not map_opinions(
                noise(people, statements, present, uneven, seed), seed=seed
            ).verdict.found
        kind = "uneven" if uneven else "even"
        each = (time.process_time() - start) / seeds
        print(
            f"{people} × {statements}, {present:.0%} of votes, {kind}: {none} of {seeds} ({each:.1f} s each)",
            flush=True,
        )


def try_planted(seeds: int) -> None:
    print("planted: right number of groups, and adjusted Rand index with that number given, best | polis")
    for shares in SHARES:
        for present in PRESENT:
            for uneven in (False, True):
                rows = [
                    planted_row(planted(shares, present, seed, uneven=uneven), len(shares), seed)
                    for seed in range(seeds)
                ]
                right, rand, their_right, their_rand = np.mean(rows, axis=0)
                name = ":".join(map(str, shares)) + (" uneven" if uneven else "")
                print(
                    f"{name:<16} {present:.0%}: right {right:.0%} | {their_right:.0%}; "
                    f"rand {rand:.2f} | {their_rand:.2f}",
                    flush=True,
                )


def planted_row(made: Planted, k: int, seed: int) -> tuple[float, float, float, float]:
    found, theirs = map_opinions(made.votes, seed=seed), map_opinions(made.votes, mode="polis")
    ours_at_k = found if found.verdict.k == k else map_opinions(made.votes, groups=k, seed=seed)
    theirs_at_k = map_opinions(made.votes, mode="polis", groups=k)
    there = found.included
    return (
        float(found.verdict.k == k),
        adjusted_rand(made.group[there], ours_at_k.group[there]),
        float(theirs.verdict.k == k),
        adjusted_rand(made.group[there], theirs_at_k.group[there]),
    )


def coverage_of(made: Planted, k: int, seed: int) -> tuple[int, int, int]:
    """Of the listed shares: how many there are, how many intervals hold, and how many do not differ at all."""
    found = map_opinions(made.votes, groups=k, seed=seed)
    there = found.included
    held = false = 0
    for entry in found.representative:
        members = made.group[there][found.group[there] == entry.group]
        true = made.chance[entry.direction][np.bincount(members).argmax(), int(entry.statement)]
        low, high = entry.interval
        held += low <= true <= high
        false += not made.differs[int(entry.statement)]
    return len(found.representative), held, false


def try_coverage(seeds: int) -> None:
    print("coverage of 90 % intervals of the shares listed")
    everything = np.zeros(3)
    for shares in ((1, 1), (10, 1), (1, 1, 1)):
        for present in (0.3, 0.6):
            rows = [
                coverage_of(planted(shares, present, seed, same=0.5), len(shares), seed)
                for seed in range(seeds)
            ]
            listed, held, false = np.sum(rows, axis=0)
            everything += (listed, held, false)
            name = ":".join(map(str, shares))
            print(
                f"{name:<8} {present:.0%}: {held / listed:.1%} of {listed} hold; {false / listed:.1%} false",
                flush=True,
            )
    print(
        f"all: {everything[1] / everything[0]:.1%} of {everything[0]:.0f}; {everything[2] / everything[0]:.1%} false"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Groups where there are none, and where there are.")
    parser.add_argument("experiment", choices=[*EXPERIMENTS, "all"], nargs="?", default="all")
    parser.add_argument("--seeds", type=int)
    parser.add_argument("--shape", type=int, help="one shape of noise only")
    options = parser.parse_args()
    wanted = EXPERIMENTS if options.experiment == "all" else (options.experiment,)
    if "noise" in wanted:
        try_noise(options.seeds or 100, options.shape)
    if "planted" in wanted:
        try_planted(options.seeds or 10)
    if "coverage" in wanted:
        try_coverage(options.seeds or 12)


if __name__ == "__main__":
    main()
