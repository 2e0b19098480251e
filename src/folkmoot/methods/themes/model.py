"""What goes in and what comes out."""

from __future__ import annotations

from dataclasses import dataclass

STEADY = 0.6
"""A theme below this mean Jaccard similarity falls apart or merges (Hennig 2007, doi:10.1016/j.csda.2006.11.025)."""


@dataclass(frozen=True, slots=True)
class Response:
    """One answer as it was written. `person` is whoever wrote it; without one, each response is a person."""

    id: str
    text: str
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A piece of a response: `text[start:end]`, counted in Unicode characters.

    `theme` is None when the point is unplaced. `similarity` is the cosine to the theme's centre (None
    without a theme); `far` marks a point that lies at the theme's edge. `subtheme` is None where the theme
    is not divided or the point is in none of its parts.
    """

    response: str
    start: int
    end: int
    theme: str | None
    similarity: float | None
    far: bool = False
    subtheme: str | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a response, unedited: `text` equals the response's text from `start` to `end`.

    `place` is "repeated" for what five people or more said word for word, "centre" for the most typical,
    "range" for others, "edge" for one that fits least. `people` is how many made this very point, as with
    a campaign's text; the response named is the first of them.
    """

    response: str
    start: int
    end: int
    text: str
    place: str = "centre"
    people: int = 1


@dataclass(frozen=True, slots=True)
class Theme:
    """What several people raised. `interval` is how far `people` moves when the grouping is done again.

    `stability` (0 to 1) is the mean Jaccard similarity with the theme found again from other draws of
    people. `mixed` says that nothing names it: it has no common thread, or no phrase for it. `subthemes` are
    the parts of a large theme that hold together, themes themselves ("t3.1"); not every point of a theme need
    be in one.
    """

    id: str
    name: str
    phrases: tuple[str, ...]
    people: int
    interval: tuple[int, int]
    stability: float
    mixed: bool
    responses: tuple[str, ...]
    quotes: tuple[Quote, ...]
    subthemes: tuple[Theme, ...] = ()

    @property
    def unstable(self) -> bool:
        """Whether the theme tends to fall apart or merge when people are drawn again."""
        return self.stability < STEADY


@dataclass(frozen=True, slots=True)
class Language:
    """Which language most responses seem to be in, and a warning if it is one that the method reads badly."""

    code: str
    share: float
    detector: str
    warning: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """`points` with every repetition; `unique_points` without what differs in case and marks only."""

    responses: int
    points: int
    unique_points: int
    people: int


@dataclass(frozen=True, slots=True)
class Themes:
    """Every response is in a theme or in `unplaced`, which is listed in full.

    `resolution` is what was asked for (None: whatever is stablest), `resolution_used` what was used.
    """

    version: str
    seed: int
    embedding: str
    question: str
    resolution: float | None
    resolution_used: float
    language: Language
    counts: Counts
    themes: tuple[Theme, ...]
    unplaced: tuple[str, ...]
    points: tuple[Point, ...]
