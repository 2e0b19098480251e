"""What people put first when each ranks some of a list, or shares out points among its options.

Counts are integers and shares exact fractions until they are written down. The order is Borda's (1781);
an option that somebody left unranked shares the places she left, as in the averaged form for partial
rankings (Dummett, Voting Procedures, 1984, chapter 8).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction

from folkmoot.methods import InputError

FORMAT = "folkmoot.priorities/1"


@dataclass(frozen=True)
class Option:
    """`first`: people who put it first (or gave it most points, alone). `chosen`: who ranked it or gave points.

    `mean_rank` is over everybody, an unranked option taking the mean of the places left; `borda` is the
    mean Borda score from 0 (always last) to 1 (always first); `points` the total of points given.
    """

    key: str
    first: int
    chosen: int
    mean_rank: float | None
    borda: float | None
    points: int | None


@dataclass(frozen=True)
class Priorities:
    """`order`: keys from most to least important. `pairwise[a][b]`: people who put a before b."""

    manner: str
    people: int
    order: tuple[str, ...]
    options: tuple[Option, ...]
    pairwise: Mapping[str, Mapping[str, int]]

    @property
    def pairwise_shares(self) -> dict[str, dict[str, float | None]]:
        """Of those who put one of the two before the other, the share who put a before b."""
        return {
            a: {b: _share(ahead, self.pairwise[b][a]) for b, ahead in row.items()}
            for a, row in self.pairwise.items()
        }


def _share(ahead: int, behind: int) -> float | None:
    return float(Fraction(ahead, ahead + behind)) if ahead + behind else None


def rank(rankings: Sequence[Sequence[str]], options: Sequence[str]) -> Priorities:
    """The priorities of people who each put some of the options in order, best first.

    Raises InputError for an option that is not among `options`, or twice in one ranking.
    """
    for number, ranking in enumerate(rankings, 1):
        _check(ranking, options, number)
    people, size = len(rankings), len(options)
    # Twice the place, so that the mean of the places left stays an integer.
    doubled = dict.fromkeys(options, 0)
    for ranking in rankings:
        placed = {key: place for place, key in enumerate(ranking, 1)}
        left = len(ranking) + 1 + size
        for key in options:
            doubled[key] += 2 * placed[key] if key in placed else left
    found = tuple(
        Option(
            key=key,
            first=sum(1 for ranking in rankings if ranking and ranking[0] == key),
            chosen=sum(1 for ranking in rankings if key in ranking),
            mean_rank=float(Fraction(doubled[key], 2 * people)) if people else None,
            borda=float(Fraction(2 * size * people - doubled[key], 2 * people * (size - 1)))
            if people and size > 1
            else None,
            points=None,
        )
        for key in options
    )
    order = sorted(found, key=lambda option: (doubled[option.key], -option.first, option.key))
    places = [{key: place for place, key in enumerate(ranking)} for ranking in rankings]
    return Priorities("rank", people, tuple(o.key for o in order), found, _pairwise(places, options))


def _check(ranking: Sequence[str], options: Sequence[str], number: int) -> None:
    for key in ranking:
        if key not in options:
            raise InputError(
                f"“{key}” is not one of the options",
                where=f"ranking {number}",
                remedy=f"The options are: {', '.join(options)}.",
            )
    if len(set(ranking)) < len(ranking):
        raise InputError(
            "an option stands twice in one ranking", where=f"ranking {number}", remedy="Keep its first place."
        )


def share_out(points: Sequence[Mapping[str, int]], options: Sequence[str]) -> Priorities:
    """The priorities of people who each shared out points. Raises InputError for an unknown option."""
    for number, given in enumerate(points, 1):
        _check(list(given), options, number)
        if any(value < 0 for value in given.values()):
            raise InputError("points below zero", where=f"answer {number}", remedy="Give 0 or more.")
    tops = [[key for key in given if given[key] == max(given.values())] for given in points if given]
    found = tuple(
        Option(
            key=key,
            first=sum(1 for top in tops if top == [key]),
            chosen=sum(1 for given in points if given.get(key, 0) > 0),
            mean_rank=None,
            borda=None,
            points=sum(given.get(key, 0) for given in points),
        )
        for key in options
    )
    order = sorted(found, key=lambda option: (-(option.points or 0), -option.first, option.key))
    places = [{key: -value for key, value in given.items() if value} for given in points]
    return Priorities(
        "points", len(points), tuple(option.key for option in order), found, _pairwise(places, options)
    )


def _pairwise(places: Sequence[Mapping[str, int]], options: Sequence[str]) -> dict[str, dict[str, int]]:
    """How many put a before b; one who placed neither, or both level, counts for neither."""
    table = {a: {b: 0 for b in options if b != a} for a in options}
    for placed in places:
        for a in placed:
            for b, row in table[a].items():
                if b not in placed or placed[a] < placed[b]:
                    table[a][b] = row + 1
    return table


def to_json(priorities: Priorities, *, version: str) -> str:
    """The canonical `folkmoot.priorities/1`: keys sorted, shares to nine decimals, a newline at the end."""
    form = {
        "format": FORMAT,
        "version": version,
        "manner": priorities.manner,
        "people": priorities.people,
        "order": list(priorities.order),
        "options": [_rounded(asdict(option)) for option in priorities.options],
        "pairwise": priorities.pairwise,
    }
    return json.dumps(form, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def _rounded(option: dict[str, object]) -> dict[str, object]:
    return {key: round(value, 9) if isinstance(value, float) else value for key, value in option.items()}
