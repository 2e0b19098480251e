"""What people decided about themes, laid over what the method proposed. Pure, and without Django.

Whoever holds a bundle gets the same themes from the same rows and decisions. A decision names points by their
answer and offsets, so that it still holds when the answers are read again:

- the first decision about a theme *adopts* it under an id of its own, with the points that it then had; these stay
  in it, whatever a later reading makes of them;
- a point that people placed (moved, split off) stays where they placed it;
- a decision that was taken back counts as never made;
- other points follow the method: those of a theme whose adopted points mostly went to one adopted theme join
  that one and are listed as new; what matches none is a new theme.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from folkmoot.listen.rows import Text
from folkmoot.methods.themes.placing import placings
from folkmoot.methods.themes.points import plain
from folkmoot.understand.taken import Adopted, Decision, Key, Placed, Taken, still_standing

Result = Mapping[str, Any]

METHOD, PERSON = "method", "person"
HALF = 0.5
UNTOUCHED: Mapping[str, Any] = {"decided": [], "reviewed": None, "check": None}
# What of a theme is only true of the points that it was computed from.
OF_THE_POINTS = ("interval", "stability", "unstable")


def key_of(point: Mapping[str, Any]) -> Key:
    return point["response"], point["start"], point["end"]


def has_phrase(text: str, phrase: str) -> bool:
    """Whether the whole words of a phrase stand in a text; capitals and odd spaces do not matter."""
    wanted = plain(phrase).casefold()
    found = re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", plain(text).casefold())
    return bool(wanted) and found is not None


def decided(result: Result, rows: Sequence[Text], decisions: Iterable[Decision]) -> dict[str, Any]:
    """The same form (`folkmoot.themes/1`) with people's decisions applied, in the order of their numbers.

    Each theme says what the method called it (`proposed`), what people did (`decided`), who last read all of it
    (`reviewed`), what a check of it found (`check`) and how many of its points nobody has seen (`new`); each
    point where the method put it (`proposed`), who placed it (`assigned_by`) and whether it is `new`. An interval
    and a stability are the method's, and None where people changed what the theme holds. Raises InputError for a
    decision about a theme that was never adopted.
    """
    state = Taken()
    for decision in still_standing(decisions):
        state.take(decision)
    points = _place(result, rows, state)
    themes = _themes(result, rows, state, points)
    placed = {point["response"] for point in points if point["theme"] is not None}
    return {
        **result,
        "themes": themes,
        "points": points,
        "responses": placings(points, [one["id"] for one in result.get("responses", ())]),
        "unplaced": [row for row in _all_responses(result) if row not in placed],
        "unplaced_decided": state.unplaced_decided,
        "unplaced_reviewed": state.unplaced_reviewed,
        "unplaced_new": sum(point["theme"] is None and point["new"] for point in points),
    }


def _all_responses(result: Result) -> list[str]:
    """Every answer once, as the method lists them: those of themes, then those of none."""
    found = [response for theme in result["themes"] for response in theme["responses"]]
    return list(dict.fromkeys([*found, *result["unplaced"]]))


class _Places:
    """Where people put the points of a reading, also of one that divides answers a little differently."""

    def __init__(self, placed: Mapping[Key, Placed]) -> None:
        self._exactly = placed
        self._by_response: dict[str, list[Key]] = defaultdict(list)
        for key in sorted(placed):
            self._by_response[key[0]].append(key)

    def of(self, key: Key) -> Placed | None:
        if key in self._exactly:
            return self._exactly[key]
        near = max(self._by_response.get(key[0], ()), key=lambda other: _shared(key, other), default=None)
        return self._exactly[near] if near is not None and _shared(key, near) >= HALF else None


def _shared(one: Key, other: Key) -> float:
    """How much of the shorter of two stretches of an answer lies in the other."""
    both = min(one[2], other[2]) - max(one[1], other[1])
    return max(0, both) / max(1, min(one[2] - one[1], other[2] - other[1]))


def _place(result: Result, rows: Sequence[Text], state: Taken) -> list[dict[str, Any]]:
    """Every point with its theme: where people put it, else where the method did."""
    places = _Places(state.placed)
    found = [places.of(key_of(point)) for point in result["points"]]
    match = _matches(result, found)
    texts = {row.response: row.text for row in rows}
    return [
        point | _assigned(point, placed, match, state, texts)
        for point, placed in zip(result["points"], found, strict=True)
    ]


def _matches(result: Result, found: Sequence[Placed | None]) -> dict[str, str]:
    """The adopted theme that each of the method's themes goes on with.

    It is the one most of whose adopted points lie in it, if these are at least half of them or half of the
    method's theme (the overlap coefficient of Szymkiewicz and Simpson).
    """
    sizes = Counter(point["theme"] for point in result["points"])
    anchors: Counter[str] = Counter()
    both: dict[str, Counter[str]] = defaultdict(Counter)
    for point, placed in zip(result["points"], found, strict=True):
        if placed is None or not placed.anchor or placed.theme is None:
            continue
        anchors[placed.theme] += 1
        if point["theme"] is not None:
            both[point["theme"]][placed.theme] += 1
    matches = {}
    for theme, counts in both.items():
        best, shared = min(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        if shared >= HALF * min(sizes[theme], anchors[best]):
            matches[theme] = best
    return matches


def _assigned(
    point: Mapping[str, Any],
    placed: Placed | None,
    match: Mapping[str, str],
    state: Taken,
    texts: Mapping[str, str],
) -> dict[str, Any]:
    proposed = point["theme"]
    theme = match.get(proposed, proposed)
    if placed is not None:
        by = PERSON if placed.by_person or placed.theme != theme else METHOD
        new = placed.theme is None and state.is_unseen(key_of(point))
        return {"proposed": proposed, "theme": placed.theme, "assigned_by": by, "new": new}
    by = METHOD
    for source, phrase, into in state.rules:
        words = texts[point["response"]][point["start"] : point["end"]]
        if state.at(source) == theme != state.at(into) and has_phrase(words, phrase):
            theme, by = state.at(into), PERSON
    new = state.is_unseen(key_of(point)) if theme is None else theme in state.themes
    return {"proposed": proposed, "theme": theme, "assigned_by": by, "new": new}


def _themes(
    result: Result, rows: Sequence[Text], state: Taken, points: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """All themes that hold a point, those that most people raised first."""
    held: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for point in points:
        if point["theme"] is not None:
            held[point["theme"]].append(point)
    who = {row.response: row.who for row in rows}
    order = {response: place for place, response in enumerate(_all_responses(result))}
    own = {theme["id"]: theme for theme in result["themes"]}
    sizes = Counter(point["theme"] for point in result["points"])
    themes = []
    for name, here in held.items():
        responses = sorted({point["response"] for point in here}, key=order.__getitem__)
        proposed = {point["proposed"] for point in here}
        sources = [theme for one, theme in own.items() if one in proposed]
        whole = len(sources) == 1 and len(here) == sizes[sources[0]["id"]]
        unchanged = whole and all(point["proposed"] == sources[0]["id"] for point in here)
        theme = _described(state.themes.get(name), own.get(name), sources, unchanged=unchanged)
        theme |= {
            "id": name,
            "responses": sources[0]["responses"] if unchanged else responses,
            "people": len({who[response] for response in responses}),
            "quotes": list(_still_here(sources, here)),
            "subthemes": _subthemes(sources, here, who, unchanged=unchanged),
            "new": sum(point["new"] for point in here),
        }
        themes.append(theme)
    return sorted(themes, key=lambda theme: (-theme["people"], theme["name"], theme["id"]))


def _described(
    adopted: Adopted | None,
    proposed: Mapping[str, Any] | None,
    sources: Sequence[Mapping[str, Any]],
    *,
    unchanged: bool,
) -> dict[str, Any]:
    """Name, phrases and how sure the method is; what it computed from other points is left out."""
    method = sources[0] if unchanged else {}
    if adopted is None and proposed is not None:
        theme = {**proposed, "proposed": [proposed["name"]], **UNTOUCHED}
    else:
        assert adopted is not None
        same = next((source for source in sources if source["name"] == adopted.name), {})
        theme = {
            **method,
            "name": adopted.name,
            "phrases": same.get("phrases", []),
            "mixed": same.get("mixed", False),
            "proposed": adopted.proposed,
            "decided": adopted.decided,
            "reviewed": adopted.reviewed,
            "check": adopted.check,
        }
    if not unchanged:
        theme |= dict.fromkeys(OF_THE_POINTS)
    return theme


def _still_here(
    sources: Iterable[Mapping[str, Any]], here: Sequence[Mapping[str, Any]]
) -> Iterator[Mapping[str, Any]]:
    """The method's quotes that are points of this theme."""
    keys = {key_of(point) for point in here}
    for source in sources:
        yield from (quote for quote in source["quotes"] if key_of(quote) in keys)


def _subthemes(
    sources: Iterable[Mapping[str, Any]],
    here: Sequence[Mapping[str, Any]],
    who: Mapping[str, str],
    *,
    unchanged: bool,
) -> list[dict[str, Any]]:
    """The method's parts of what the theme now holds, counted anew; those of which nothing is left are gone."""
    held: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for point in here:
        if point.get("subtheme") is not None:
            held[point["subtheme"]].append(point)
    found = []
    for source in sources:
        for part in source.get("subthemes", ()):
            if points := held[part["id"]]:
                responses = [
                    one for one in part["responses"] if one in {point["response"] for point in points}
                ]
                recounted = {
                    "responses": responses,
                    "people": len({who[response] for response in responses}),
                    "quotes": list(_still_here([part], points)),
                }
                found.append({**part, **recounted, **({} if unchanged else dict.fromkeys(OF_THE_POINTS))})
    return sorted(found, key=lambda part: (-part["people"], part["name"], part["id"]))
