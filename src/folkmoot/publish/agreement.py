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
from folkmoot.methods.themes.placing import placings

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
    exact = ("format", "version", "seed", "embedding", "question", "resolution", "language", "counts")
    if there.keys() != here.keys() or any(stated[name] != found[name] for name in exact):
        return None
    if not _holds_together(stated, answers):
        return None
    pairs = _matched(there, here)
    elsewhere = sum(here[key] != pairs.get(theme) for key, theme in there.items())
    themes = {theme["id"]: theme for theme in found["themes"]}
    both = [(theme, themes.get(pairs.get(theme["id"]) or "", {"name": ""})) for theme in stated["themes"]]
    differing = sum(not close(_without_ids(one), _without_ids(other)) for one, other in both)
    names = ((_called(one), _called(other)) for one, other in both)
    return Apart(
        len(there), elsewhere, len(both), differing, tuple(pair for pair in names if pair[0] != pair[1])
    )


def _called(theme: Mapping[str, Any]) -> str:
    """A theme's name, with those of its parts."""
    parts = sorted(part["name"] for part in theme.get("subthemes", ()))
    return f"{theme['name']} ({', '.join(parts)})" if parts else str(theme["name"])


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
    """Whether every point stands in a theme that is there, or its answer in the unplaced, and numbers follow."""
    written = {row.response: row for row in answers.texts}
    by_theme, by_part = (_points_of(_places(reading, level)) for level in ("theme", "subtheme"))
    themes = reading["themes"]
    parts = [(theme, part) for theme in themes for part in theme["subthemes"]]
    placed = {response for points in by_theme.values() for response, _start, _end in points}
    return (
        len(reading["points"]) == reading["counts"]["points"]
        and sorted(by_theme) == sorted(theme["id"] for theme in themes)
        and sorted(by_part) == sorted(part["id"] for _theme, part in parts)
        and sorted(one["id"] for one in reading["responses"]) == sorted(written)
        and reading["responses"] == placings(reading["points"], [one["id"] for one in reading["responses"]])
        and sorted(reading["unplaced"]) == sorted(written.keys() - placed)
        and all(_follows(theme, by_theme[theme["id"]], written) for theme in themes)
        and all(_follows(part, by_part[part["id"]], written) for _theme, part in parts)
        and all(by_part[part["id"]] <= by_theme[theme["id"]] for theme, part in parts)
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
