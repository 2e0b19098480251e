"""The answers of a theme as a reviewer sees them: in full, searched, and kept to a branch or a channel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from folkmoot.listen.models import Channel
from folkmoot.listen.small_cells import SMALL
from folkmoot.understand.decided import PERSON, key_of
from folkmoot.understand.doubt import certainty, fits_least
from folkmoot.understand.review import UNPLACED, Reading
from folkmoot.understand.where import BY_LINK, Writer, writers

SEVERAL = 2
LIST_SIGNS = " \t\r\n*•·-–—"
Part = Hashable


@dataclass(frozen=True)
class ShownPoint:
    """One point with what a form sends for it."""

    value: str
    new: bool
    by_person: bool
    least: bool


@dataclass(frozen=True)
class ShownAnswer:
    """One answer in full: its text in pieces, of which some are points of the theme."""

    response: str
    pieces: Sequence[tuple[str, ShownPoint | None]]
    # Others that say exactly the same, as with a campaign's text.
    others: Sequence[str] = ()

    @property
    def points(self) -> list[ShownPoint]:
        return [point for _text, point in self.pieces if point is not None]

    @property
    def told_apart(self) -> list[tuple[str, ShownPoint | None]]:
        """The pieces as lines of their own, where the signs before lines of a list say nothing any more."""
        return [(text if point else text.strip(LIST_SIGNS), point) for text, point in self.pieces]

    @property
    def is_one_point(self) -> bool:
        """Whether the answer is a single point: then nothing of it needs to be marked."""
        return len(self.points) == 1 and all(point or not text.strip() for text, point in self.pieces)

    @property
    def times(self) -> int:
        return 1 + len(self.others)

    @property
    def is_new(self) -> bool:
        return any(point.new for point in self.points)

    @property
    def fits_least(self) -> bool:
        return any(point.least for point in self.points)


def answers(reading: Reading, theme: str) -> list[ShownAnswer]:
    """Every answer of the theme, what fits it least first; else by their ids, which do not say who came when."""
    here: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for point in reading.points[None if theme == UNPLACED else theme]:
        here[point["response"]].append(point)
    if theme == UNPLACED:
        # An answer without a single point, such as an empty one, fits no theme either.
        for response in reading.now["unplaced"]:
            here.setdefault(response, [])
    ordered = sorted(here.items(), key=lambda one: (certainty(one[1]), one[0]))
    return [_answer(reading, response, points) for response, points in ordered]


def gathered(shown: Sequence[ShownAnswer]) -> list[ShownAnswer]:
    """Each text once, where several answers say exactly the same and stand in the same place."""
    same: dict[tuple[Any, ...], list[ShownAnswer]] = defaultdict(list)
    for one in shown:
        text = [(words.casefold(), point is not None) for words, point in one.pieces]
        same[(*text, one.is_new)].append(one)
    return [replace(first, others=[other.response for other in rest]) for first, *rest in same.values()]


def _answer(reading: Reading, response: str, points: Sequence[Mapping[str, Any]]) -> ShownAnswer:
    return ShownAnswer(response, list(_pieces(reading.texts[response].text, points)))


def _pieces(text: str, points: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, ShownPoint | None]]:
    at = 0
    for point in sorted(points, key=lambda one: one["start"]):
        yield text[at : point["start"]], None
        yield text[point["start"] : point["end"]], _point(point)
        at = point["end"]
    yield text[at:], None


def _point(point: Mapping[str, Any]) -> ShownPoint:
    value = ":".join(map(str, key_of(point)))
    return ShownPoint(value, point["new"], point["assigned_by"] == PERSON, fits_least(point))


def parts(reading: Reading, shown: Sequence[ShownAnswer]) -> list[tuple[str, str]]:
    """The branches and channels that a theme's answers may be kept to: value and words for each.

    None that leaves fewer than ten people, nor any that leaves so few when one list of answers is taken from
    another. Channels stand back where together with the branches they would.
    """
    who = writers(reading.question)
    here = [who[answer.response] for answer in shown if answer.response in who]
    branches, channels = _offered(here, _branch), _offered(here, _channel)
    if not _apart(here, branches, channels):
        channels = {}
    return [
        (f"{sort}:{value}", f"{_words(sort, value)} ({people})")
        for sort, offered in (("branch", branches), ("channel", channels))
        for value, people in sorted(offered.items())
    ]


def _branch(writer: Writer) -> str:
    return "link" if writer.branch is BY_LINK else f"/{writer.branch}"


def _channel(writer: Writer) -> str:
    return writer.channel


def _people(here: Iterable[Writer], part_of: Callable[[Writer], Part]) -> dict[Part, int]:
    """How many people there are in each part."""
    found: dict[Part, set[int]] = defaultdict(set)
    for writer in here:
        found[part_of(writer)].add(writer.participation)
    return {part: len(people) for part, people in found.items()}


def _offered(here: Sequence[Writer], value_of: Callable[[Writer], str]) -> dict[str, int]:
    """The values of ten people or more, where all others together are none, or ten or more, too."""
    counts = sorted(_people(here, value_of).items(), key=lambda pair: (pair[1], pair[0]))
    if len(counts) < SEVERAL:
        return {}
    hidden = [pair for pair in counts if pair[1] < SMALL]
    while hidden and sum(count for _value, count in hidden) < SMALL and len(hidden) < len(counts):
        hidden.append(counts[len(hidden)])
    return {str(value): count for value, count in counts[len(hidden) :]}


def _apart(here: Sequence[Writer], branches: Mapping[str, int], channels: Mapping[str, int]) -> bool:
    """Whether no branch and channel taken together, nor what is in neither, are one to nine people."""
    both = _people(
        here,
        lambda writer: (
            _branch(writer) if _branch(writer) in branches else None,
            _channel(writer) if _channel(writer) in channels else None,
        ),
    )
    return min(both.values(), default=SMALL) >= SMALL


def _words(sort: str, value: str) -> str:
    if sort == "channel":
        return str(Channel(value).label)
    if value == "link":
        return _("By the open link")
    return value.removeprefix("/").replace("/", " / ") or _("No branch")


def kept_to(reading: Reading, shown: Sequence[ShownAnswer], part: str) -> list[ShownAnswer]:
    """The answers of one branch or channel."""
    sort, _colon, wanted = part.partition(":")
    value_of = _branch if sort == "branch" else _channel
    who = writers(reading.question)
    return [one for one in shown if one.response in who and value_of(who[one.response]) == wanted]


def holding(reading: Reading, shown: Sequence[ShownAnswer], words: str) -> list[ShownAnswer]:
    """The answers that hold these words, wherever in them they stand."""
    wanted = " ".join(words.split()).casefold()
    return [one for one in shown if wanted in " ".join(reading.texts[one.response].text.split()).casefold()]


def part_of_theme(reading: Reading, shown: Sequence[ShownAnswer], part: str) -> list[ShownAnswer]:
    """The answers with a point in a part of a theme."""
    inner = {point["response"] for point in reading.now["points"] if point.get("subtheme") == part}
    return [one for one in shown if one.response in inner]
