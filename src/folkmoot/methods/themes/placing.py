"""Where each response stands: its themes, and the one that most of it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any


def placings(points: Iterable[Mapping[str, Any]], responses: Iterable[str]) -> list[dict[str, Any]]:
    """For each response its themes, in the order in which it raises them, and its main one (None: unplaced).

    The main theme is that of most of the response's characters; where two have as many, that of the point most
    similar to its theme's centre, and then the one that is raised first.
    """
    found: dict[str, dict[str, tuple[int, float]]] = defaultdict(dict)
    for point in points:
        if point["theme"] is not None:
            length, nearest = found[point["response"]].get(point["theme"], (0, -1.0))
            here = -1.0 if point["similarity"] is None else point["similarity"]
            placed = length + point["end"] - point["start"], max(nearest, here)
            found[point["response"]][point["theme"]] = placed
    return [{"id": one, "theme": _main(found[one]), "themes": list(found[one])} for one in responses]


def _main(themes: Mapping[str, tuple[int, float]]) -> str | None:
    return max(themes, key=lambda theme: themes[theme], default=None)
