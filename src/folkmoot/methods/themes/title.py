"""Put a theme's phrases together into its name, or say that none of them is good enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods.themes.everywhere import alike
from folkmoot.methods.themes.phrases import Phrase
from folkmoot.methods.themes.shortlist import FEWEST
from folkmoot.methods.themes.words import is_unspaced

Bars = tuple[tuple[float, float], ...]
PHRASE_BARS: Bars = ((0.25, 0.6), (0.08, 0.7), (0.06, 0.85))
WORD_BARS: Bars = ((0.3, 0.62), (0.25, 0.68), (0.2, 0.75), (0.15, 0.85))
"""A name's first phrase is spoken of by such a share of the theme's people, and fits so well: as often is a point of
the theme nearer to it in meaning than a point of another theme. The fewer speak of it, the surer the others must mean
it; a single word says less than several."""
PAIR_BARS: Bars = ((0.15, 0.9),)
"""What two people only speak of must fit better still."""
VAGUE_BARS: Bars = ((0.6, 0.9),)
"""A word that says little elsewhere must be what nearly everybody speaks of, and nobody else."""
REACH, SAID = 0.4, 0.25
"""And it reaches so many: they speak of it, or are nearer to it than nine in ten points of other themes. Where so many
speak of it, that is enough."""
CENTRAL, CENTRAL_BESIDE, CENTRAL_FITTING, CENTRAL_REACH = 0.08, 0.06, 0.85, 0.6
"""What most are so near to will do, though few use it; or fewer, of another phrase beside it."""
PART, PART_FITTING = 0.4, 0.85
AGAIN = 0.85
"""A name that another theme has already must fit so well to be given again, with another phrase beside it."""
SECOND, SECOND_FITTING, SECOND_LONGEST = 0.15, 0.8, 3
LOOSE, LOOSE_FITTING = 0.1, 0.62
LOOSE_BARS: tuple[Bars, Bars] = ((0.25, 0.5), (0.33, 0.38)), ((0.25, 0.42), (0.12, 0.65))
"""Where no phrase is good, one or two such will do that so many speak of, and that reach so many."""
LOOSE_GAIN = 0.1
"""Two phrases must reach so many more than one."""
AKIN, LOOSE_AKIN = 0.85, 1.2
MIXED = "Mixed: no common thread"
VARIOUS = "Various"


def _no_points() -> NDArray[np.float64]:
    return np.zeros(0)


@dataclass(frozen=True)
class Candidate:
    """A phrase that may name a theme; `people` of them, a `share`, speak of it in whatever form of its words.

    `thing` is whether it ends as a thing's name does; `vague`, that it says little elsewhere. `said` and `near` are,
    point by point, the share of people that speak of it there, and that speak of it or are near to it in meaning.
    """

    phrase: Phrase
    text: str
    score: float
    people: int
    share: float
    fit: float
    thing: bool = True
    vague: bool = False
    said: NDArray[np.float64] = field(default_factory=_no_points, compare=False)
    near: NDArray[np.float64] = field(default_factory=_no_points, compare=False)

    @property
    def reach(self) -> float:
        return round(float(self.near.sum()), 6)


def title(candidates: Sequence[Candidate], taken: set[str], *, part: bool = False) -> str | None:
    """A name of one phrase, or of two where the first is one word; None without a good one.

    Where another theme has that name already, in whatever order of words, other phrases stand in or beside it; but a
    `part` of a theme is left without a name rather than named by what few of its people say.
    """
    things = [candidate for candidate in candidates if candidate.thing]
    good = [candidate for candidate in things if is_good(candidate)]
    names = _firm([candidate for candidate in good if not candidate.vague], things, part)
    if not part:
        names += _loose(things)
        names += [_joined([candidate.text]) for candidate in good if candidate.vague]
    return _first_free(names, taken)


def is_good(candidate: Candidate) -> bool:
    """Whether enough people speak of it, and the others mean it: the more do, the less it has to fit."""
    bars = WORD_BARS if len(candidate.phrase) == 1 else PHRASE_BARS
    if candidate.vague:
        bars = VAGUE_BARS
    elif candidate.people < FEWEST:
        bars = PAIR_BARS
    fits = any(candidate.share >= share and candidate.fit >= fit for share, fit in bars)
    reaches = candidate.reach >= REACH or candidate.share >= SAID
    return candidate.thing and ((fits and reaches) or _is_central(candidate, CENTRAL))


def _is_central(candidate: Candidate, share: float) -> bool:
    """Whether most points are near to a phrase in meaning, though few use it."""
    near = candidate.fit >= CENTRAL_FITTING and candidate.reach >= CENTRAL_REACH
    return near and candidate.share >= share and candidate.people >= FEWEST and not candidate.vague


def _firm(good: Sequence[Candidate], things: Sequence[Candidate], part: bool) -> list[str]:
    """Names of the best phrase, or of two."""
    if not good:
        return []
    first, *others = good
    pairs = [_joined([first.text, other.text]) for other in others if _is_second(other, first)]
    if part and not pairs and len(first.phrase) == 1 and (first.share < PART or first.fit < PART_FITTING):
        return []
    names = [_joined([first.text]), *pairs] if len(first.phrase) > 1 else [*pairs, _joined([first.text])]
    names += [_joined([first.text, other.text]) for other in others if are_akin(first, other)]
    names += [_joined([other.text]) for other in others]
    if first.fit >= AGAIN and not part:
        names += [_joined([first.text, other.text]) for other in things if _tells_apart(other, first)]
    return names


def _is_second(candidate: Candidate, first: Candidate) -> bool:
    common = candidate.people >= FEWEST and candidate.share >= SECOND and candidate.fit >= SECOND_FITTING
    return common and len(candidate.phrase) <= SECOND_LONGEST and are_akin(candidate, first)


def _tells_apart(candidate: Candidate, first: Candidate) -> bool:
    return candidate is not first and candidate.people >= FEWEST


def _loose(things: Sequence[Candidate]) -> list[str]:
    """One or two phrases that together reach many of a theme's people, where none is good alone; the farthest first."""
    fair = [one for one in things if not one.vague and (_is_fair(one) or _is_central(one, CENTRAL_BESIDE))]
    pairs = [list(pair) for pair in combinations(fair, 2) if are_akin(*pair, LOOSE_AKIN)]
    names = [name for name in [[one] for one in fair] + pairs if _is_enough(name)]
    names.sort(key=lambda name: round(LOOSE_GAIN * len(name) - together([one.near for one in name]), 6))
    return [_joined([one.text for one in name]) for name in names]


def _is_fair(candidate: Candidate) -> bool:
    return candidate.people > 1 and candidate.share >= LOOSE and candidate.fit >= LOOSE_FITTING


def _is_enough(name: Sequence[Candidate]) -> bool:
    said, near = together([one.said for one in name]), together([one.near for one in name])
    return any(said >= share and near >= reach for share, reach in LOOSE_BARS[len(name) - 1])


def are_akin(one: Candidate, other: Candidate, much: float = AKIN) -> bool:
    """Whether two phrases reach the same people so many times as often as if they had nothing to do with each other."""
    both = float(np.minimum(one.near, other.near).sum())
    return both >= much * one.reach * other.reach


def together(shares: Sequence[NDArray[np.float64]]) -> float:
    """The share of a theme's people behind the points of any of some phrases."""
    return round(float(np.max(shares, axis=0).sum()), 6)


def various(candidates: Sequence[Candidate], taken: set[str]) -> str:
    """What some say where points have a common thread that no phrase names."""
    said = [candidate.text for candidate in candidates]
    names = [f"{VARIOUS}: {', '.join(pair)}" for pair in (said[:2], said[1:3], said[:1]) if pair]
    return _first_free(names, taken) or f"{VARIOUS}: read the quotes"


def _first_free(names: Sequence[str], taken: set[str]) -> str | None:
    """The first name that does not consist of the same words as another theme's, in whatever order or form."""
    used = [_words(name) for name in taken]
    return next((name for name in names if not any(_are_same(_words(name), other) for other in used)), None)


def _are_same(one: frozenset[str], other: frozenset[str]) -> bool:
    return all(any(alike(a, b) for b in other) for a in one) and all(
        any(alike(a, b) for a in one) for b in other
    )


def _words(name: str) -> frozenset[str]:
    return frozenset(word.strip(",").casefold() for word in name.split() if word != "and")


def _joined(texts: list[str]) -> str:
    plain_and = len(texts) == 2 and not any(" and " in text or is_unspaced(text) for text in texts)
    name = (" and " if plain_and else ", ").join(texts)
    return name[:1].upper() + name[1:]
