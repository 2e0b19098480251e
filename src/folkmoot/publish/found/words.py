"""What people wrote, by theme, with words that may be printed."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from folkmoot.listen.rows import YES
from folkmoot.listen.small_cells import SMALL, emptied
from folkmoot.publish.found.answered import Answered, hidden

QUOTES = 3
# On a theme's own page.
MORE = 30


def find_words(one: Answered) -> dict[str, Any]:
    """Themes with who raised them and their quotes, and what fits no theme."""
    result = one.result
    by_response = {row.response: row for row in one.answers.texts}
    points = defaultdict(list)
    for point in result["points"]:
        if point["theme"] is not None:
            points[point["theme"]].append(point)
    written = [row for row in one.answers.texts if row.text.strip()]
    placed = {response for theme in result["themes"] for response in theme["responses"]}
    return {
        "writers": len({row.who for row in written}),
        "printable": hidden(len({row.who for row in written if row.may_print == YES})),
        "embedding": result["embedding"],
        "language": result["language"],
        "method": {
            "seed": result["seed"],
            "resolution": result.get("resolution_used", result.get("resolution")),
            "points": result["counts"]["points"],
            "unique_points": result["counts"]["unique_points"],
        },
        "themes": [
            _theme(theme, points[theme["id"]], by_response) | {"stands": _stands(one.where, theme["id"])}
            for theme in result["themes"]
        ],
        "unplaced": hidden(len({row.who for row in written if row.response not in placed})),
        "unplaced_quotes": _unplaced_quotes(result, by_response, QUOTES),
        "unplaced_more": _unplaced_quotes(result, by_response, MORE),
        "unplaced_decided": result["unplaced_decided"],
        "unplaced_reviewed": result["unplaced_reviewed"],
        "unplaced_stands": _stands(one.where, "unplaced"),
    }


def _theme(
    theme: Mapping[str, Any], points: Sequence[Mapping[str, Any]], texts: Mapping[str, Any]
) -> dict[str, Any]:
    people = hidden(theme["people"])
    quotes, edge = _quotes(theme["quotes"], points, texts)
    shown = [*quotes, *([edge] if edge else [])]
    return {
        "id": theme["id"],
        "name": theme["name"],
        "phrases": theme["phrases"],
        "people": people,
        "interval": theme["interval"] if people is not None else None,
        "stability": theme["stability"],
        "mixed": theme["mixed"],
        "quotes": quotes,
        "more_quotes": _printable(_nearest(points), texts, most=MORE, without=shown),
        "repeated": _repeated(theme["quotes"], quotes),
        "edge": edge,
        "subthemes": _subthemes(theme, texts) if people is not None else [],
        "proposed": theme["proposed"],
        "decided": theme["decided"],
        "reviewed": theme["reviewed"],
        "check": _check(theme["check"]) if people is not None else None,
    }


def _subthemes(theme: Mapping[str, Any], texts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The parts of a large theme; an answer can raise several, or none, and small numbers are left out."""
    parts = theme["subthemes"]
    rest = set(theme["responses"]).difference(*(part["responses"] for part in parts))
    people = emptied([*(part["people"] for part in parts), len({texts[one].who for one in rest})])
    return [
        {
            "id": part["id"],
            "name": part["name"],
            "people": count,
            "interval": None if count is None else part["interval"],
            "quotes": _printable(part["quotes"], texts, most=1),
        }
        for part, count in zip(parts, people, strict=False)
    ]


def _check(check: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What a person found who checked it, with no number of fewer than ten people."""
    if check is None:
        return None
    ends = check["corrected_interval"]
    small = ends is None or round(check["corrected"]) < SMALL or math.floor(ends[0]) < SMALL
    counts = {
        "corrected": None if small else round(check["corrected"]),
        "corrected_interval": None if small else [math.floor(ends[0]), math.ceil(ends[1])],
        "inside": hidden(check["inside"]),
    }
    return {**check, **counts}


def _nearest(points: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The points from the middle of a theme to its edge."""
    return sorted(
        points, key=lambda point: (-(point["similarity"] or 0.0), point["response"], point["start"])
    )


def _stands(where: Mapping[str, Any], theme: str) -> dict[str, Any]:
    """How many of those who raised it stand in each branch, and in each group of each map."""

    def column(parts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return [
            {"part": part["part"], "writers": part["writers"], "people": part["themes"].get(theme)}
            for part in parts
        ]

    return {
        "branches": column(where.get("branches", [])),
        "maps": [
            {"question": each["question"], "parts": column(each["parts"])} for each in where.get("maps", [])
        ],
    }


def _quotes(
    proposed: Sequence[Mapping[str, Any]], points: Sequence[Mapping[str, Any]], texts: Mapping[str, Any]
) -> tuple[list[str], str | None]:
    """Words of people who said that they may be printed, and one from the theme's edge, which fits least.

    The method's own choice comes first, then what lies nearest; the edge falls back to what lies farthest.
    """
    nearest = _nearest(points)
    inner = [passage for passage in proposed if passage.get("place") != "edge"]
    outer = [passage for passage in proposed if passage.get("place") == "edge"]
    chosen = _printable([*inner, *nearest], texts, most=QUOTES)
    edges = _printable([*outer, *reversed(nearest[len(nearest) // 2 :])], texts, most=1, without=chosen)
    return chosen, edges[0] if edges else None


def _repeated(proposed: Sequence[Mapping[str, Any]], quotes: Sequence[str]) -> int | None:
    """How many sent the first of these quotes word for word, as in a campaign."""
    for passage in proposed:
        if passage.get("place") == "repeated" and quotes[:1] == [passage["text"].strip()]:
            return hidden(passage["people"])
    return None


def _printable(
    passages: Sequence[Mapping[str, Any]],
    texts: Mapping[str, Any],
    *,
    most: int,
    without: Sequence[str] = (),
) -> list[str]:
    """The first few of these passages that may be printed, are neither short nor long, and differ."""
    chosen: list[str] = []
    seen = {_alike(quote) for quote in without}
    for passage in passages:
        if len(chosen) == most:
            break
        row = texts[passage["response"]]
        words = row.text[passage["start"] : passage["end"]].strip()
        if row.may_print != YES or not 5 <= len(words.split()) <= 40 or _alike(words) in seen:
            continue
        seen.add(_alike(words))
        chosen.append(words)
    return chosen


def _alike(words: str) -> str:
    """Without what makes no difference to a reader: case, marks and spaces."""
    return re.sub(r"[\W_]+", " ", words).casefold().strip()


def _unplaced_quotes(result: Mapping[str, Any], texts: Mapping[str, Any], most: int) -> list[str]:
    """Some of what fits no theme, so that it is seen too: spread over the list, which is in no order."""
    printable = sorted(
        {
            " ".join(texts[response].text.split())
            for response in result["unplaced"]
            if texts[response].may_print == YES and 3 <= len(texts[response].text.split()) <= 40
        }
    )
    step = max(1, len(printable) // most)
    return printable[::step][:most]
