"""Put a theme's phrases together into its name, or say that none of them is good enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from folkmoot.methods.themes.grouping import Labels
from folkmoot.methods.themes.vocabulary import Phrase
from folkmoot.methods.themes.words import is_unspaced

FEWEST = 3
"""A phrase must come from three people."""
# Endings of words that need a noun beside them: "dangerous", "legalized", "competitive".
QUALITIES = ("ous", "able", "ible", "ful", "less", "ive", "ed", "ly", "ize", "ise", "ical", "est", "ier")
Bars = tuple[tuple[float, float], ...]
PHRASE_BARS: Bars = ((0.25, 0.6), (0.08, 0.7), (0.06, 0.85))
WORD_BARS: Bars = ((0.35, 0.65), (0.2, 0.8), (0.15, 0.85))
"""A name's first phrase comes from such a share of the theme's people, and fits so well: as often is a point of the
theme nearer to it in meaning than a point of another theme. The fewer use it, the surer the others must mean it; a
single word says less than several."""
PAIR_BARS: Bars = ((0.25, 0.9), (0.2, 0.95))
"""What two people only used must come from a fifth of a small theme, and fit better still."""
FAIR, FAIR_FITTING = 0.12, 0.75
"""Two phrases so common, and fitting so well, name a theme together."""
PART, PART_FITTING = 0.4, 0.85
AGAIN = 0.85
"""A name that another theme has already must fit so well to be given again, with another phrase beside it."""
SECOND, SECOND_FITTING = 0.15, 0.8
SPOKEN, SPOKEN_FIRST = 0.3, 0.2
"""Where fewer of a theme's people use any word of its phrases, or of its first two, these name something else."""
LOOSE_BARS: Bars = ((0.15, 0.7),)
"""Where nothing better names points that do have a common thread, so common a phrase will do that fits so well."""
MIXED = "Mixed: no common thread"
VARIOUS = "Various"


@dataclass(frozen=True)
class Candidate:
    phrase: Phrase
    text: str
    score: float
    people: int
    share: float
    fit: float


def title(candidates: Sequence[Candidate], taken: set[str], *, part: bool = False) -> str | None:
    """A name of one phrase, or of two where the first is one word or few people used it; None without a good one.

    Where another theme has that name already, in whatever order of words, other phrases stand in or beside it; but a
    `part` of a theme is left without a name rather than named by what few of its people say.
    """
    good = [candidate for candidate in candidates if is_good(candidate)]
    if not good:
        return _fair_pair(candidates, taken)
    first, *others = good
    pairs = [_joined([first.text, other.text]) for other in others if _is_second(other)]
    names = [_joined([first.text]), *pairs] if len(first.phrase) > 1 else [*pairs, _joined([first.text])]
    names += [_joined([first.text, other.text]) for other in others]
    names += [_joined([other.text]) for other in others if not _is_lone_quality(other)]
    if _is_lone_quality(first):
        names.remove(_joined([first.text]))
    if part and not pairs and len(first.phrase) == 1 and (first.share < PART or first.fit < PART_FITTING):
        return None
    if first.fit >= AGAIN and not part:
        names += [_joined([first.text, other.text]) for other in candidates if _tells_apart(other, first)]
    return _first_free(names, taken)


def loose_title(candidates: Sequence[Candidate], taken: set[str]) -> str | None:
    """The best that can be said where points have a common thread and no phrase is good: one or two that fit."""
    loose = [
        candidate.text
        for candidate in candidates
        if is_good(candidate, LOOSE_BARS) and not _is_lone_quality(candidate)
    ]
    names = [_joined(loose[:2]), *(_joined([text]) for text in loose)] if loose else []
    return _first_free(names, taken)


def various(candidates: Sequence[Candidate], taken: set[str]) -> str:
    """What some say where points have a common thread that no phrase names."""
    said = [candidate.text for candidate in candidates]
    names = [f"{VARIOUS}: {', '.join(pair)}" for pair in (said[:2], said[1:3], said[:1]) if pair]
    return _first_free(names, taken) or f"{VARIOUS}: read the quotes"


def _fair_pair(candidates: Sequence[Candidate], taken: set[str]) -> str | None:
    """Two phrases that are fair each, where none is good alone."""
    fair = [
        candidate.text
        for candidate in candidates
        if candidate.people >= FEWEST and candidate.share >= FAIR and candidate.fit >= FAIR_FITTING
    ]
    name = _joined(fair[:2])
    return _first_free([name], taken) if len(fair) > 1 else None


def is_good(candidate: Candidate, bars: Bars | None = None) -> bool:
    """Whether enough people use a phrase, and the others mean it: the more do, the less it has to fit."""
    if candidate.people < FEWEST:
        bars = PAIR_BARS if len(candidate.phrase) > 1 else ()
    elif bars is None:
        bars = WORD_BARS if len(candidate.phrase) == 1 else PHRASE_BARS
    return any(candidate.share >= share and candidate.fit >= fit for share, fit in bars)


def _first_free(names: Sequence[str], taken: set[str]) -> str | None:
    """The first name whose words no other theme's name consists of, in whatever order."""
    used = {_words(name) for name in taken}
    return next((name for name in names if _words(name) not in used), None)


def _words(name: str) -> frozenset[str]:
    return frozenset(word.strip(",").casefold() for word in name.split() if word != "and")


def _tells_apart(candidate: Candidate, first: Candidate) -> bool:
    return candidate is not first and candidate.people >= FEWEST and not _is_lone_quality(candidate)


def _is_second(candidate: Candidate) -> bool:
    return (
        candidate.people >= FEWEST
        and candidate.share >= SECOND
        and candidate.fit >= SECOND_FITTING
        and not _is_lone_quality(candidate)
    )


def _is_lone_quality(candidate: Candidate) -> bool:
    return len(candidate.phrase) == 1 and candidate.phrase[0].endswith(QUALITIES)


def is_spoken(candidates: Sequence[Candidate], texts: Sequence[frozenset[Phrase]], people: Labels) -> bool:
    """Whether enough of a theme's people use a word of its phrases, given what each point says."""

    def share(telling: Sequence[Candidate]) -> float:
        wanted = {(word,) for candidate in telling for word in candidate.phrase}
        said = np.array([not wanted.isdisjoint(phrases) for phrases in texts], dtype=bool)
        return float(people[said].sum() / max(people.sum(), 1))

    return share(candidates) >= SPOKEN and share(candidates[:2]) >= SPOKEN_FIRST


def _joined(texts: list[str]) -> str:
    plain_and = len(texts) == 2 and not any(" and " in text or is_unspaced(text) for text in texts)
    name = (" and " if plain_and else ", ").join(texts)
    return name[:1].upper() + name[1:]
