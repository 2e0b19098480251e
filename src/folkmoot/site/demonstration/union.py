"""The Lantern Union, whole: its roll, its officers, the assembly that ran and the one that is open."""

from __future__ import annotations

import datetime

import numpy as np

from folkmoot.site.demonstration.budget import budget_assembly
from folkmoot.site.demonstration.meetings import meetings_assembly
from folkmoot.site.demonstration.model import Demonstration
from folkmoot.site.demonstration.roll import call_roll, officers

SEED, PEOPLE = 20260309, 1104


def lantern_union(seed: int = SEED, *, today: datetime.datetime, people: int = PEOPLE) -> Demonstration:
    """Make the union up: the same seed, moment and size give the same union, word for word.

    `today` has a time zone; every time is counted from it. `people` is how many took part in the assembly on
    the Budget, at least 100; roll and open assembly shrink with it. Raises ValueError for fewer, or for a
    time without zone.
    """
    if people < 100:
        raise ValueError(f"{people} people are too few for the shape of the demonstration; give 100 or more")
    if today.tzinfo is None:
        raise ValueError("today has no time zone; give for example django.utils.timezone.now()")
    roll, budget, meetings = (np.random.default_rng([seed, part]) for part in range(3))
    members = call_roll(roll, today.date(), people / PEOPLE)
    return Demonstration(
        organisation="Lantern Union",
        members=tuple(members),
        officers=officers(members),
        assemblies=(
            budget_assembly(budget, members, today, people),
            meetings_assembly(meetings, members, today, max(12, round(40 * people / PEOPLE))),
        ),
    )
