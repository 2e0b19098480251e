"""The opinion map as a picture: small, accessible, told apart by shape as well as by colour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods import InputError
from folkmoot.methods.opinions.opinion_map import SMALLEST_GROUP, Floats, OpinionMap, group_letter

WIDTH, HEIGHT, MARGIN = 720, 480, 28
GREY = "#6B6B6B"
INK = "#1A1A1A"
INSIDE = 2.145966026289347  # standard deviations within which 90 % of a normal distribution in the plane lies


@dataclass(frozen=True)
class Mark:
    """A group's colour and shape. A filled shape is a path after the point; a stroked one is a pen's cap."""

    colour: str
    shape: str
    cap: str | None = None


MARKS = (
    Mark("#1D5C57", "h.1", cap="round"),
    Mark("#8C4A1F", "h.1", cap="square"),
    Mark("#6A3D7C", "m0-4l4 7h-8z"),
    Mark("#3A53C4", "m0-4l4 4-4 4-4-4z"),
    Mark("#26211C", "m-1-4h2v3h3v2h-3v3h-2v-3h-3v-2h3z"),
)
UNGROUPED = Mark(GREY, "h.1", cap="round")


@dataclass(frozen=True)
class ChartWords:
    """The words in the picture, so that they can be translated."""

    title: str = "Opinion map"
    explanation: str = "People who vote alike stand near each other."
    no_groups: str = "No groups are shown."
    group: str = "Group {letter}: {size} people."
    agree: str = "Agree: {statement}."
    disagree: str = "Disagree: {statement}."
    ungrouped: str = "In no group that is shown: {size} people."
    you: str = "You"


def to_svg(
    found: OpinionMap,
    *,
    statement_text: Mapping[str, str] | None = None,
    own: str | None = None,
    words: ChartWords | None = None,
) -> str:
    """Draw the map as SVG: a point a person, an outline and an ellipse a group, one's own place by its id.

    The ellipse is where nine in ten of a group stand if they stand normally around its middle; without groups
    there is one of everybody who was placed. Groups of fewer than ten people are drawn as people in no group.
    Colours are presentation attributes beside the classes `group-a`, `group-b` …, so that a stylesheet can
    change them. With `statement_text` the description tells what each group holds. Raises InputError if `own`
    did not vote.
    """
    spoken = words or ChartWords()
    shown = shown_groups(found)
    places = on_paper(found.positions)
    told = description(found, shown, spoken, statement_text or {})
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="opinion-map" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'role="img" aria-labelledby="opinion-map-title opinion-map-desc">',
        f'<title id="opinion-map-title">{escape(spoken.title)}</title>',
        f'<desc id="opinion-map-desc">{escape(told)}</desc>',
        *(outline(group, places[found.group == group]) for group in shown),
        *(ellipse(css_class(group), mark_of(group), places[found.group == group]) for group in shown),
        "" if shown else ellipse("ungrouped", UNGROUPED, places[found.included]),
        points("ungrouped", UNGROUPED, places[~np.isin(found.group, shown)], size=4),
        *(points(css_class(group), mark_of(group), places[found.group == group]) for group in shown),
        *(letter(group, places[found.group == group]) for group in shown),
        "" if own is None else own_place(found.positions, person(found, own), you=spoken.you),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def shown_groups(found: OpinionMap) -> list[int]:
    """The groups that are large enough to be shown; none where none were found."""
    if found.verdict.k < 2:
        return []
    return [group for group, size in enumerate(found.sizes) if size >= SMALLEST_GROUP]


def mark_of(group: int) -> Mark:
    return MARKS[group % len(MARKS)]


def css_class(group: int) -> str:
    return f"group-{group_letter(group).lower()}"


def on_paper(positions: Floats) -> NDArray[np.int64]:
    """Whole pixels inside the margins, both axes at one scale, the second axis upwards."""
    middle, scale = frame(positions)
    pixels = np.rint(np.array([WIDTH / 2, HEIGHT / 2]) + (positions - middle) * scale * np.array([1, -1]))
    return np.asarray(pixels, dtype=np.int64)


def frame(positions: Floats) -> tuple[Floats, float]:
    """What stands in the middle of the picture, and how many pixels a step of 1 is."""
    if not len(positions):
        return np.zeros(2), 1.0
    low, high = positions.min(axis=0), positions.max(axis=0)
    spread = np.maximum(high - low, 1e-9)
    scale = min((WIDTH - 2 * MARGIN) / spread[0], (HEIGHT - 2 * MARGIN) / spread[1])
    return (low + high) / 2, float(scale)


def points(name: str, mark: Mark, places: NDArray[np.int64], size: int = 6) -> str:
    """All points of a group as one path; people on the same pixel are one point."""
    if not len(places):
        return ""
    path = "".join(f"M{x} {y}{mark.shape}" for x, y in np.unique(places, axis=0).tolist())
    if mark.cap is None:
        paint = f'fill="{mark.colour}" fill-opacity=".75"'
    else:
        paint = (
            f'fill="none" stroke="{mark.colour}" stroke-opacity=".75" '
            f'stroke-width="{size}" stroke-linecap="{mark.cap}"'
        )
    return f'<path class="points {name}" {paint} d="{path}"/>'


def crowd(positions: Floats) -> str:
    """Where everybody stands, as the path of a map without groups; people on the same pixel are one point."""
    places = np.unique(on_paper(positions), axis=0).tolist()
    return "".join(f"M{x} {y}{UNGROUPED.shape}" for x, y in places)


def outline(group: int, places: NDArray[np.int64]) -> str:
    """The smallest fence around a group."""
    corners = convex_hull(places)
    path = "M" + "L".join(f"{x} {y}" for x, y in corners) + "Z"
    colour = mark_of(group).colour
    paint = f'fill="{colour}" fill-opacity=".1" stroke="{colour}" stroke-opacity=".6" stroke-linejoin="round"'
    return f'<path class="outline {css_class(group)}" {paint} d="{path}"/>'


def ellipse(name: str, mark: Mark, places: NDArray[np.int64]) -> str:
    """Where nine in ten of these people stand, if they stand normally around their middle."""
    if len(places) < SMALLEST_GROUP:
        return ""
    values, vectors = np.linalg.eigh(np.cov(places.T.astype(np.float64)))
    short, long = (INSIDE * np.sqrt(np.maximum(values, 0.0))).tolist()
    angle = float(np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1])))
    return drawn_ellipse(f"ellipse {name}", mark.colour, places.mean(axis=0), (long, short), angle)


def drawn_ellipse(
    name: str, colour: str, middle: NDArray[np.float64], half: tuple[float, float], angle: float
) -> str:
    x, y = (f"{value:.1f}" for value in middle)
    return (
        f'<ellipse class="{name}" cx="{x}" cy="{y}" rx="{half[0]:.1f}" ry="{half[1]:.1f}" '
        f'transform="rotate({angle:.1f} {x} {y})" fill="none" stroke="{colour}" stroke-width="1.5" '
        'stroke-dasharray="7 5"/>'
    )


def convex_hull(places: NDArray[np.int64]) -> list[tuple[int, int]]:
    """The corners of the convex hull in order (Andrew, Information Processing Letters 9, 1979)."""
    ordered = sorted({(int(x), int(y)) for x, y in places.tolist()})
    if len(ordered) < 3:
        return ordered
    return half_hull(ordered)[:-1] + half_hull(ordered[::-1])[:-1]


def half_hull(ordered: list[tuple[int, int]]) -> list[tuple[int, int]]:
    hull: list[tuple[int, int]] = []
    for x, y in ordered:
        while len(hull) > 1 and turn(hull[-2], hull[-1], (x, y)) <= 0:
            hull.pop()
        hull.append((x, y))
    return hull


def turn(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> int:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def letter(group: int, places: NDArray[np.int64]) -> str:
    """The group's letter at its middle, on a light edge so that points do not hide it."""
    x, y = np.rint(np.median(places, axis=0)).astype(int).tolist()
    place = (
        f'x="{x}" y="{y + 9}" text-anchor="middle" font-size="26" font-weight="700" font-family="sans-serif"'
    )
    # The edge is a letter of its own: not everything that shows pictures paints an edge below its letter.
    return (
        f'<text class="edge" {place} fill="#fff" stroke="#fff" stroke-width="5" stroke-linejoin="round">'
        f"{group_letter(group)}</text>"
        f'<text class="letter {css_class(group)}" {place} fill="{mark_of(group).colour}">'
        f"{group_letter(group)}</text>"
    )


def person(found: OpinionMap, name: str) -> int:
    """Which of the participants this is. Raises InputError for a stranger."""
    if name not in found.participants:
        raise InputError(f"nobody called {name} voted", remedy="Name a participant of this map.")
    return found.participants.index(name)


def own_place(
    positions: Floats, number: int, *, you: str = ChartWords.you, surely: Floats | None = None
) -> str:
    """A ring around one of these people, with a word beside it; `surely` is her row of the map's ellipses."""
    x, y = on_paper(positions)[number].tolist()
    left = x > WIDTH - 60
    around = ""
    if surely is not None:
        scale = frame(positions)[1]
        half = (float(surely[0]) * scale, float(surely[1]) * scale)
        around = drawn_ellipse(
            "doubt", INK, np.array([x, y], dtype=np.float64), half, -float(np.degrees(surely[2]))
        )
    return (
        f'<g class="own">{around}<circle cx="{x}" cy="{y}" r="9" fill="none" stroke="{INK}" stroke-width="3"/>'
        f'<text x="{x - 14 if left else x + 14}" y="{y + 6}" text-anchor="{"end" if left else "start"}" '
        f'font-size="18" font-weight="700" font-family="sans-serif" fill="{INK}" stroke="#fff" '
        f'stroke-width="4" paint-order="stroke">{escape(you)}</text></g>'
    )


def description(found: OpinionMap, shown: list[int], spoken: ChartWords, text: Mapping[str, str]) -> str:
    """What somebody who cannot see the picture is told."""
    sentences = [spoken.explanation]
    for group in shown:
        sentences.append(spoken.group.format(letter=group_letter(group), size=found.sizes[group]))
        for entry in found.of_group(group):
            if entry.statement in text:
                said = spoken.agree if entry.direction == "agree" else spoken.disagree
                sentences.append(said.format(statement=" ".join(text[entry.statement].split()).rstrip(".")))
    apart = int((~np.isin(found.group, shown)).sum())
    if not shown:
        sentences.append(spoken.no_groups)
    elif apart:
        sentences.append(spoken.ungrouped.format(size=apart))
    return " ".join(sentences)
