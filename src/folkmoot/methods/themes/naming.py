"""Name a theme in the words of the people who raised it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods.themes.embedding import Vectors
from folkmoot.methods.themes.everywhere import alike
from folkmoot.methods.themes.grouping import Labels
from folkmoot.methods.themes.phrases import Phrase
from folkmoot.methods.themes.shortlist import THINGLY, Listed, Shortlists
from folkmoot.methods.themes.title import Candidate, is_good
from folkmoot.methods.themes.vocabulary import Vocabulary

PHRASES = 5
ALIKE = 0.7
"""Phrases of so high a cosine say the same."""
MEANING, NARROW = 0.5, 0.2
OTHERS = 2000
"""With so many points of other themes a phrase is compared."""
NEAR = 0.9
"""A point is near to a phrase if it is nearer than so many points of other themes."""


def name_themes(
    shortlists: Shortlists,
    labels: Labels,
    people: Labels,
    points: Vectors,
    centres: Vectors,
    embedded: Mapping[str, Vectors],
) -> list[list[Candidate]]:
    """For each theme its best phrases, best first, no two sharing a word; none if nothing is repeated.

    To what its words weigh a phrase adds half its cosine to the theme's centre; `embedded` holds the vector of
    each phrase as it is written.
    """
    vocabulary = shortlists.vocabulary
    phrases = sorted({one.phrase for shortlist in shortlists.of for one in shortlist})
    vectors = {phrase: embedded[vocabulary.written[phrase]] for phrase in phrases}
    usual = np.mean([vectors[phrase] for phrase in phrases], axis=0) if phrases else 0.0
    named = []
    for theme, shortlist in enumerate(shortlists.of):
        own = [vectors[one.phrase] for one in shortlist]
        fits, near = _fits([vector - usual for vector in own], points, labels, theme)
        central = [float(vector @ centres[theme]) for vector in own]
        size = max(shortlists.sizes[theme], 1)
        behind = near * (people[labels == theme] / size)
        candidates = [
            _candidate(one, vocabulary, size, *measured)
            for one, *measured in zip(shortlist, central, fits, behind, strict=True)
        ]
        named.append(_best(candidates, vectors, vocabulary))
    return named


def _fits(
    phrases: Sequence[Vectors], points: Vectors, labels: Labels, theme: int
) -> tuple[list[float], NDArray[np.bool_]]:
    """For each phrase, how often a point of the theme is nearer to it in meaning than one of another theme.

    And which points are near to it. The phrases come less their mean, so that a point that is near to all of them
    gains nothing.
    """
    inside = np.flatnonzero(labels == theme)
    outside = np.flatnonzero(labels != theme)
    outside = outside[:: len(outside) // OTHERS + 1]
    if not len(outside) or not len(phrases):
        return [1.0] * len(phrases), np.zeros((len(phrases), len(inside)), dtype=bool)
    inner = np.array(phrases) @ points[inside].T
    outer = np.sort(np.array(phrases) @ points[outside].T, axis=1)
    fits = [
        round(float(np.searchsorted(far, close).mean() / len(outside)), 6)
        for close, far in zip(inner, outer, strict=True)
    ]
    return fits, inner > outer[:, [int(NEAR * len(outside))]]


def _candidate(
    one: Listed, vocabulary: Vocabulary, size: int, central: float, fit: float, near: NDArray[np.float64]
) -> Candidate:
    """A phrase with its score, which loses for what reads badly, comes from few, or means something else elsewhere."""
    share, thing = one.share, vocabulary.thing(one.phrase)
    awkward = 0.25 * (1 - min(1.0, thing / THINGLY)) + max(0.0, 0.2 - share) + max(0.0, 0.9 - fit)
    if vocabulary.is_narrowed(one.phrase):
        awkward += NARROW * (share - one.used / size)
    return Candidate(
        one.phrase,
        vocabulary.written[one.phrase],
        MEANING * central + one.weight - awkward,
        round(share * size),
        share,
        fit,
        thing >= THINGLY,
        vocabulary.is_vague(one.phrase),
        one.said,
        np.maximum(one.said, near),
    )


def _best(
    candidates: list[Candidate], vectors: dict[Phrase, Vectors], vocabulary: Vocabulary
) -> list[Candidate]:
    """Maximal marginal relevance without shared words (Carbonell, Goldstein, doi:10.1145/290941.291025).

    What can name the theme goes before what cannot.
    """
    chosen: list[Candidate] = []
    rest = sorted(candidates, key=lambda candidate: (-round(candidate.score, 6), candidate.text))
    while rest and len(chosen) < PHRASES:

        def relevance(candidate: Candidate) -> float:
            near = [float(vectors[candidate.phrase] @ vectors[other.phrase]) for other in chosen]
            return candidate.score + is_good(candidate) - 0.3 * max(near, default=0.0)

        best = max(rest, key=lambda candidate: round(relevance(candidate), 6))
        chosen.append(best)
        rest.remove(best)
        rest = [
            candidate
            for candidate in rest
            if not _share_a_word(candidate.phrase, best.phrase, vocabulary)
            and float(vectors[candidate.phrase] @ vectors[best.phrase]) < ALIKE
        ]
    return chosen


def _share_a_word(one: Phrase, other: Phrase, vocabulary: Vocabulary) -> bool:
    ours, theirs = (
        [part for word in phrase for part in word.split("-") if part not in vocabulary.ends]
        for phrase in (one, other)
    )
    root = vocabulary.roles.grammar.root
    return any(alike(a, b) or root(a) == root(b) for a in ours for b in theirs)
