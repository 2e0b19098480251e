"""How far results that were made on another kind of machine agree with those made here. No Django here.

Sums of floating-point numbers differ in their last digits from one kind of processor to another. Numbers then differ
by a hair; and now and then a point that lies between two themes falls to the other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from folkmoot.listen.rows import Answers

TOLERANCE = 2e-6
"""Of numbers that are printed with six decimals: one in the last place, and a little for rounding."""
FEW = 0.05
"""A larger share of points that stand elsewhere has another reason than the machine."""

Key = tuple[str, int, int]
Places = dict[Key, str | None]


def close(stated: Any, found: Any) -> bool:
    """Whether two results are the same but for the last digits of their fractions."""
    if isinstance(stated, dict) and isinstance(found, dict):
        return stated.keys() == found.keys() and all(close(stated[key], found[key]) for key in stated)
    if isinstance(stated, list) and isinstance(found, list):
        return len(stated) == len(found) and all(map(close, stated, found))
    if isinstance(stated, float) or isinstance(found, float):
        numbers = isinstance(stated, int | float) and isinstance(found, int | float)
        return numbers and abs(stated - found) <= TOLERANCE * max(1.0, abs(stated))
    return bool(stated == found)


@dataclass(frozen=True)
class Apart:
    """How two readings of the same answers differ.

    So many of the points stand in another theme; so many of the themes differ in anything; these names do
    (stated, found).
    """

    points: int
    elsewhere: int
    themes: int
    differing: int
    names: tuple[tuple[str, str], ...]

    @property
    def is_small(self) -> bool:
        return self.elsewhere <= FEW * self.points

    def __str__(self) -> str:
        named = "".join(f", “{stated}” is called “{found}”" for stated, found in self.names)
        return (
            f"{self.elsewhere} of {self.points} points stand in another theme, and {self.differing} of "
            f"{self.themes} themes differ in something (a range, a part, a quote){named}"
        )


def themes_apart(stated: Mapping[str, Any], found: Mapping[str, Any], answers: Answers) -> Apart | None:
    """Compare two readings of the same answers; None if the stated one is none, or does not hold together.

    It holds together if it has exactly the points of these answers, if the people of each theme and sub-theme are
    those who made its points, and if every quote is what somebody wrote there.
    """
    there, here = _places(stated, "theme"), _places(found, "theme")
    exact = ("format", "version", "seed", "embedding", "question", "resolution", "counts")
    if there.keys() != here.keys() or any(stated[name] != found[name] for name in exact):
        return None
    if not _holds_together(stated, answers):
        return None
    pairs = _matched(there, here)
    elsewhere = sum(here[key] != pairs.get(theme) for key, theme in there.items())
    themes = {theme["id"]: theme for theme in found["themes"]}
    both = [(theme, themes.get(pairs.get(theme["id"]) or "", {"name": ""})) for theme in stated["themes"]]
    differing = sum(not close(_without_ids(one), _without_ids(other)) for one, other in both)
    names = tuple((one["name"], other["name"]) for one, other in both if one["name"] != other["name"])
    return Apart(len(there), elsewhere, len(both), differing, names)


def _without_ids(theme: Mapping[str, Any]) -> dict[str, Any]:
    parts = [_without_ids(part) for part in theme.get("subthemes", ())]
    return {name: value for name, value in theme.items() if name != "id"} | {"subthemes": parts}


def _places(reading: Mapping[str, Any], level: str) -> Places:
    return {(point["response"], point["start"], point["end"]): point[level] for point in reading["points"]}


def _matched(there: Places, here: Places) -> dict[str | None, str | None]:
    """Each theme with the one of the other reading that shares most points with it; what fits none with the same."""
    shared = Counter((theme, here[key]) for key, theme in there.items() if theme and here[key])
    found: dict[str | None, str | None] = {None: None}
    for (ours, theirs), _count in sorted(shared.items(), key=lambda pair: (-pair[1], pair[0])):
        if ours not in found and theirs not in found.values():
            found[ours] = theirs
    return found


def _holds_together(reading: Mapping[str, Any], answers: Answers) -> bool:
    written = {row.response: row for row in answers.texts}
    placed = {point["response"] for point in reading["points"] if point["theme"] is not None}
    if set(reading["unplaced"]) != written.keys() - placed:
        return False
    parts = [part for theme in reading["themes"] for part in theme["subthemes"]]
    return all(
        _follows(one, points.get(one["id"], set()), written)
        for level, themes in (("theme", reading["themes"]), ("subtheme", parts))
        for points in [_points_of(_places(reading, level))]
        for one in themes
    )


def _points_of(places: Places) -> dict[str, set[Key]]:
    found: dict[str, set[Key]] = defaultdict(set)
    for key, theme in places.items():
        if theme is not None:
            found[theme].add(key)
    return found


def _follows(theme: Mapping[str, Any], points: set[Key], written: Mapping[str, Any]) -> bool:
    responses = {response for response, _start, _end in points}
    low, high = theme["interval"]
    quoted = [((quote["response"], quote["start"], quote["end"]), quote["text"]) for quote in theme["quotes"]]
    return (
        sorted(theme["responses"]) == sorted(responses)
        and theme["people"] == len({written[response].who for response in responses})
        and low <= theme["people"] <= high
        and all(key in points and written[key[0]].text[key[1] : key[2]] == text for key, text in quoted)
    )
