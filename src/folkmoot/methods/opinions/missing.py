"""Who and what is missing from a map."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods.opinions.opinion_map import Floats, Quality
from folkmoot.methods.opinions.votes import Votes, count_choices


def what_is_missing(votes: Votes, positions: Floats, included: NDArray[np.bool_]) -> dict[str, Quality]:
    """Say whom the map leaves out, whether it shows activity, and how evenly statements were shown.

    `votes_distance_correlation` near 1 or −1: distance from the middle tells how much people voted.
    `shown_evenly` is 1 where every statement has as many votes, near 0 where one has nearly all.
    """
    count = votes.per_participant.astype(np.float64)
    seen = count_choices(votes)[0].sum(axis=0)
    return {
        "left_out_share": float(1 - included.mean()) if len(included) else None,
        "left_out_votes_share": float(count[~included].sum() / len(votes)) if len(votes) else None,
        "votes_distance_correlation": correlation(
            count[included], np.hypot(positions[included, 0], positions[included, 1])
        ),
        "shown_evenly": evenness(seen) if len(seen) else None,
        "least_shown": float(seen.min()) if len(seen) else None,
        "most_shown": float(seen.max()) if len(seen) else None,
    }


def evenness(counts: NDArray[np.int64]) -> float:
    """1 less the Gini coefficient."""
    ordered = np.sort(counts).astype(np.float64)
    rank = np.arange(1, len(ordered) + 1)
    total = ordered.sum()
    if total == 0:
        return 1.0
    return float(1 - ((2 * rank - len(ordered) - 1) * ordered).sum() / (len(ordered) * total))


def correlation(x: Floats, y: Floats) -> float | None:
    """Pearson's correlation; None where one of them does not vary."""
    if len(x) < 2:
        return None
    dx, dy = x - x.mean(), y - y.mean()
    scale = float(np.sqrt((dx @ dx) * (dy @ dy)))
    return float(dx @ dy) / scale if scale > 1e-12 else None
