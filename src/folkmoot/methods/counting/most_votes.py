"""Rules under which marks are added up and the highest totals are elected."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from folkmoot.methods.counting.ballots import BoolArray, Marks
from folkmoot.methods.counting.working import Working


def without(profile: Marks, spoilt: BoolArray | np.bool_) -> Marks:
    """The papers that keep the rule; the others are counted as invalid."""
    spoilt = np.broadcast_to(spoilt, len(profile.counts))
    if not spoilt.any():
        return profile
    lost = int(profile.counts[spoilt].sum())
    return replace(
        profile,
        marks=profile.marks[~spoilt],
        counts=profile.counts[~spoilt],
        invalid=profile.invalid + lost,
    )


def elect_most(working: Working, profile: Marks, action: str) -> None:
    """Add up the marks; the highest are elected, and equals at the edge go by the order for ties."""
    working.begin(action, "first")
    sums = np.einsum("pc,p->c", profile.marks, profile.counts)
    working.totals = [int(total) for total in sums]
    while working.vacancies and working.continuing:
        most = max(working.totals[each] for each in working.continuing)
        equal = [each for each in working.continuing if working.totals[each] == most]
        if len(equal) > working.vacancies:
            equal = [working.settle(equal, "most votes", most=True)]
        for each in equal:
            working.elect(each)
    working.end()
