"""What to ask next: statements that tell most, drawn at random by their weight."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from folkmoot.methods.opinions.opinion_map import OpinionMap, VoteCounts
from folkmoot.methods.opinions.votes import id_key

BACKGROUND = 49.0
NOVELTY, HALF_LIFE = 8.0, 5.0


def priority(
    agrees: ArrayLike, passes: ArrayLike, seen: ArrayLike, extremity: ArrayLike, background: ArrayLike = False
) -> NDArray[np.float64]:
    """How much it is worth to ask about a statement next: new, agreed, divisive and seldom passed is most.

    All arguments broadcast against each other; `seen` counts all votes, passes included. A statement that
    tells of the person rather than of the matter (background) has the fixed weight 49.
    Source: compdemocracy/polis, conversation.clj, importance-metric and priority-metric.
    """
    a, p, s = (np.asarray(count, dtype=np.float64) for count in (agrees, passes, seen))
    cared = 1 - (p + 1) / (s + 2)
    liked = (a + 1) / (s + 2)
    new = 1 + NOVELTY * 2 ** (-s / HALF_LIFE)
    weight = (cared * (np.asarray(extremity, dtype=np.float64) + 1) * liked * new) ** 2
    return np.where(background, BACKGROUND, weight)


def routing_weights(
    source: OpinionMap | VoteCounts,
    *,
    extremity: Mapping[str, float] | None = None,
    statements: Collection[str] = (),
    background: Collection[str] = (),
) -> dict[str, float]:
    """The weight with which each statement is drawn next.

    From a map: its priorities. From counts alone (a conversation that has no map yet, or whose counts are
    newer than its map): the same formula, with the extremity known so far and 0 for other statements.
    `statements` adds those that nobody has voted on yet.
    """
    if isinstance(source, OpinionMap):
        weights = dict(zip(source.statements, source.priorities.tolist(), strict=True))
    else:
        known = extremity or {}
        far = np.array([known.get(name, 0.0) for name in source.statements], dtype=np.float64)
        found = priority(source.agrees, source.passes, source.seen, far)
        weights = dict(zip(source.statements, found.tolist(), strict=True))
    unseen = float(priority(0, 0, 0, 0.0))
    weights |= {name: unseen for name in statements if name not in weights}
    return weights | {name: BACKGROUND for name in background if name in weights}


def draw_next(weights: Mapping[str, float], seen: Collection[str], rng: np.random.Generator) -> str | None:
    """Draw the next statement for somebody among those they have not voted on; None when none is left."""
    voted = set(seen)
    return draw_from(sorted((name for name in weights if name not in voted), key=id_key), weights, rng)


def draw_from(names: Sequence[str], weights: Mapping[str, float], rng: np.random.Generator) -> str | None:
    """Draw one of some names by weight; evenly where none weighs anything."""
    if not names:
        return None
    chances = np.cumsum([weights[name] for name in names])
    if chances[-1] <= 0:
        return names[int(rng.integers(len(names)))]
    drawn = int(np.searchsorted(chances, rng.random() * chances[-1], side="right"))
    return names[min(drawn, len(names) - 1)]
