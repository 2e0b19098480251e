"""Rankings and shared-out points: pay first for four in ten, the rest by leaning and what people raised."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from folkmoot.site.demonstration.model import Option

# Each option, the theme that goes with it, and its pull on each leaning once pay is out of the way.
OPTIONS = (
    (Option("pay", "Pay"), "insecure_pay", (24, 22, 18)),
    (Option("rents", "Rents"), "rents", (20, 15, 20)),
    (Option("energy", "Energy bills"), "energy_bills", (13, 34, 8)),
    (Option("care", "Social care"), "social_care", (18, 12, 14)),
    (Option("health", "Health waits"), "health_waits", (14, 17, 10)),
    (Option("wealth", "Taxing wealth"), "taxing_wealth", (16, 3, 9)),
    (Option("transport", "Buses and rail"), "buses", (9, 6, 18)),
    (Option("green", "Green jobs"), "green_jobs", (7, 2, 20)),
    (Option("retirement", "Earlier retirement"), "early_retirement", (6, 10, 3)),
    (Option("councils", "Council budgets"), "council_budgets", (3, 2, 9)),
)
PLACES = (0.08, 0.05, 0.13, 0.13, 0.61)
"""Chance of ranking one, two … five."""
FIRST = 0.41
"""The share of those who rank that put pay first, and how much likelier each leaning is to."""
FIRST_PULL = (1.15, 0.85, 0.95)
RAISED = 2.5


def rankings(
    rng: np.random.Generator, leanings: Sequence[int], raised: Sequence[Sequence[str]]
) -> list[list[str]]:
    """The keys of up to five options for each person, the most important first."""
    pull = np.array([FIRST_PULL[leaning] for leaning in leanings])
    pull *= [2.0 if OPTIONS[0][1] in themes else 1.0 for themes in raised]
    chosen = rng.choice(len(pull), round(FIRST * len(pull)), replace=False, p=pull / pull.sum())
    first = set(chosen.tolist())
    return [
        _ranking(rng, leaning, themes, person in first)
        for person, (leaning, themes) in enumerate(zip(leanings, raised, strict=True))
    ]


def _ranking(rng: np.random.Generator, leaning: int, raised: Sequence[str], pay_first: bool) -> list[str]:
    weights = np.array([pull[leaning] * (RAISED if theme in raised else 1.0) for _, theme, pull in OPTIONS])
    order = np.argsort(-(np.log(weights) + rng.gumbel(size=len(weights)))).tolist()
    if pay_first:
        order = [0, *(option for option in order if option)]
    elif order[0] == 0:
        order[:2] = order[1::-1]
    places = 1 + int(rng.choice(len(PLACES), p=PLACES))
    return [OPTIONS[option][0].key for option in order[:places]]


def shared_out(rng: np.random.Generator, pulls: Sequence[float], points: int) -> dict[int, int]:
    """Points over options: most people favour a few and give the others nothing."""
    shares = rng.dirichlet(np.array(pulls))
    given = rng.multinomial(points, shares).tolist()
    return {option: count for option, count in enumerate(given) if count}
