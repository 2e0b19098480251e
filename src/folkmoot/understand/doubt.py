"""Which answers of a theme fit it least, so that whoever reviews reads those first. Pure, and without Django."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from folkmoot.understand.decided import METHOD

Point = Mapping[str, Any]


def fits_least(point: Point) -> bool:
    """Whether a point lies far from the middle of the theme that the method put it into.

    What a person placed is where somebody wants it.
    """
    return point["theme"] is not None and point["far"] and point["assigned_by"] == METHOD


def certainty(points: Sequence[Point]) -> tuple[bool, float]:
    """A key that puts what fits least first: an answer is as sure as its point that fits least."""
    return not any(map(fits_least, points)), min(map(_closeness, points), default=0.0)


def _closeness(point: Point) -> float:
    """The cosine to the theme's centre; 1 for what a person placed, 0 for what has no theme."""
    return 1.0 if point["assigned_by"] != METHOD else point["similarity"] or 0.0
