"""Let people speak for themselves: the most typical words, some others, and some from the edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from folkmoot.methods.themes.embedding import Vectors
from folkmoot.methods.themes.words import words

SHORTEST, LONGEST = 5, 30
OTHERS = 3
REPEATED = 5


@dataclass(frozen=True)
class Sayable:
    """A unique point that could be quoted: its row, its words, who said it first and how many did."""

    row: int
    text: str
    person: str
    people: int


def choose_quotes(points: Sequence[Sayable], vectors: Vectors, centre: Vectors) -> list[tuple[int, str]]:
    """Rows to quote with their place ("repeated", "centre", "range", "edge"); each from another person.

    A point that five people or more made word for word, as in a campaign, comes first, the commonest only and
    however long it is. The centre is the point of 5 to 30 words nearest the theme's centre; the range comes from
    the nearer half by maximal marginal relevance; the edge is the farthest. Without any of that length all
    lengths do.
    """
    fitting = [point for point in points if SHORTEST <= _length(point.text) <= LONGEST] or list(points)
    if not fitting:
        return []
    order = _nearest_first(fitting, vectors, centre)
    most = max(_nearest_first(points, vectors, centre), key=lambda point: point.people)
    chosen = [(most, "repeated")] if most.people >= REPEATED else []
    chosen += [(point, "centre") for point in _by_others(order, chosen)[:1]]
    for _ in range(OTHERS):
        rest = _by_others(order[: max(2, (len(order) + 1) // 2)], chosen)
        if rest:
            chosen.append((_most_different(rest, [point for point, _ in chosen], vectors, centre), "range"))
    if rest := _by_others(order[len(order) // 2 :], chosen):
        chosen.append((rest[-1], "edge"))
    return [(point.row, place) for point, place in chosen]


def _nearest_first(points: Sequence[Sayable], vectors: Vectors, centre: Vectors) -> list[Sayable]:
    near = np.round(vectors[[point.row for point in points]] @ centre, 6)
    return [points[place] for place in np.argsort(-near, kind="stable")]


def _length(text: str) -> int:
    return len(words(text))


def _by_others(points: Sequence[Sayable], chosen: Sequence[tuple[Sayable, str]]) -> list[Sayable]:
    """Points by people not yet quoted."""
    quoted = {point.person for point, _ in chosen}
    return [point for point in points if point.person not in quoted]


def _most_different(
    rest: Sequence[Sayable], chosen: Sequence[Sayable], vectors: Vectors, centre: Vectors
) -> Sayable:
    candidates = vectors[[point.row for point in rest]]
    alike = (candidates @ vectors[[point.row for point in chosen]].T).max(axis=1)
    return rest[int(np.argmax(np.round(0.6 * (candidates @ centre) - 0.4 * alike, 6)))]
