"""Name a theme in the words of the people who raised it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from folkmoot.methods.themes.embedding import Vectors
from folkmoot.methods.themes.grouping import Labels
from folkmoot.methods.themes.title import FEWEST, QUALITIES, Candidate, is_good
from folkmoot.methods.themes.vocabulary import Phrase, Vocabulary, alike

AT_LEAST = 2
"""A phrase must come from three people, from two where a theme has no other."""
SHORTLIST, PHRASES = 20, 5
MOSTLY, NEARLY_ALL = 0.6, 0.5
THINGLY, HARDLY = 0.5, 0.25
"""A word that ends a phrase of a thing in half its places counts as a thing; in fewer than a quarter, as none."""
LENGTH = 0.3
"""Several words weigh a little more than one, as in the C-value of nested terms."""
ALIKE = 0.7
"""Phrases of so high a cosine say the same."""
MEANING, DISTINCT, LIFT = 0.5, 0.3, 0.2
OTHERS = 2000
"""With so many points of other themes a phrase is compared."""


@dataclass(frozen=True)
class Shortlists:
    """For each theme the most telling phrases with what their words weigh, and how many people used each."""

    vocabulary: Vocabulary
    of: list[dict[Phrase, float]]
    counts: list[Counter[Phrase]]
    sizes: list[int]

    def texts(self) -> list[str]:
        """The phrases as they are written: what has to have a vector before themes can be named."""
        return sorted({self.vocabulary.written[phrase] for shortlist in self.of for phrase in shortlist})


def read_shortlists(
    vocabulary: Vocabulary, labels: Labels, people: Labels, themes: int, *, faint_will_do: bool = True
) -> Shortlists:
    """The phrases that may name each of so many themes.

    A phrase weighs .3 for being frequent here and rare elsewhere (c-TF-IDF: Grootendorst 2022,
    arXiv:2203.05794) and .2 for lift. `labels` and `people` (how many made it) go by point; a group of -1 has
    no name but counts as elsewhere. Faint phrases name a theme without others only if they will do.
    """
    counts, sizes = _phrase_counts(vocabulary, labels, people)
    total: Counter[Phrase] = Counter()
    for found in counts.values():
        total.update(found)
    shortlists = [
        _shortlist(counts[theme], total, sizes, theme, vocabulary, faint_will_do) for theme in range(themes)
    ]
    here = [
        Counter({phrase: counts[theme][phrase] for phrase in shortlist})
        for theme, shortlist in enumerate(shortlists)
    ]
    return Shortlists(vocabulary, shortlists, here, [sizes[theme] for theme in range(themes)])


def name_themes(
    shortlists: Shortlists, labels: Labels, points: Vectors, centres: Vectors, embedded: Mapping[str, Vectors]
) -> list[list[Candidate]]:
    """For each theme its best phrases, best first, no two sharing a word; none if nothing is repeated.

    To what its words weigh a phrase adds half its cosine to the theme's centre; `embedded` holds the vector of
    each phrase as it is written.
    """
    vocabulary = shortlists.vocabulary
    phrases = sorted({phrase for shortlist in shortlists.of for phrase in shortlist})
    vectors = {phrase: embedded[vocabulary.written[phrase]] for phrase in phrases}
    usual = np.mean([vectors[phrase] for phrase in phrases], axis=0) if phrases else 0.0
    named = []
    for theme, shortlist in enumerate(shortlists.of):
        fits = _fits([vectors[phrase] - usual for phrase in shortlist], points, labels, theme)
        near = [float(vectors[phrase] @ centres[theme]) for phrase in shortlist]
        here, size = shortlists.counts[theme], shortlists.sizes[theme]
        named.append(_best(_scored(vocabulary, shortlist, near, fits, here, size), vectors, vocabulary.ends))
    return named


def _fits(phrases: Sequence[Vectors], points: Vectors, labels: Labels, theme: int) -> list[float]:
    """For each phrase, how often a point of the theme is nearer to it in meaning than one of another theme.

    The phrases come less their mean, so that a point that is near to all of them gains nothing.
    """
    outside = np.flatnonzero(labels != theme)
    outside = outside[:: len(outside) // OTHERS + 1]
    if not len(outside) or not len(phrases):
        return [1.0] * len(phrases)
    inner = np.array(phrases) @ points[labels == theme].T
    outer = np.sort(np.array(phrases) @ points[outside].T, axis=1)
    return [
        round(float(np.searchsorted(far, near).mean() / len(outside)), 6)
        for near, far in zip(inner, outer, strict=True)
    ]


def _scored(
    vocabulary: Vocabulary,
    shortlist: dict[Phrase, float],
    near: Sequence[float],
    fits: Sequence[float],
    here: Counter[Phrase],
    size: int,
) -> list[Candidate]:
    candidates = []
    for (phrase, telling), nearness, fit in zip(shortlist.items(), near, fits, strict=True):
        share = here[phrase] / max(size, 1)
        score = MEANING * nearness + telling - _awkwardness(phrase, share, fit, vocabulary.thingly)
        candidates.append(Candidate(phrase, vocabulary.written[phrase], score, here[phrase], share, fit))
    return candidates


def _awkwardness(phrase: Phrase, share: float, fit: float, thingly: dict[str, float]) -> float:
    """What a phrase loses for reading badly, for coming from a few, and where the others mean something else."""
    lone = 0.15 if len(phrase) == 1 and phrase[0].endswith(QUALITIES) else 0.0
    no_thing = 0.25 * (1 - min(1.0, thingly.get(phrase[-1], 1.0) / THINGLY))
    return lone + no_thing + max(0.0, 0.2 - share) + max(0.0, 0.9 - fit)


def _phrase_counts(
    vocabulary: Vocabulary, labels: Labels, people: Labels
) -> tuple[dict[int, Counter[Phrase]], Counter[int]]:
    counts: dict[int, Counter[Phrase]] = defaultdict(Counter)
    sizes: Counter[int] = Counter()
    for phrases, label, made in zip(vocabulary.phrases, labels.tolist(), people.tolist(), strict=True):
        sizes[label] += made
        for phrase in phrases:
            counts[label][phrase] += made
    return counts, sizes


def _shortlist(
    here: Counter[Phrase],
    total: Counter[Phrase],
    sizes: Counter[int],
    theme: int,
    vocabulary: Vocabulary,
    faint_will_do: bool,
) -> dict[Phrase, float]:
    """The most telling phrases of a theme, weighing their c-TF-IDF (1 for the best) and lift (0 to 1)."""
    everybody = sum(sizes.values())
    average = sum(total.values()) / max(len(sizes), 1)
    usable = _usable(here, sizes[theme], vocabulary, faint_will_do)
    weights = {
        phrase: here[phrase] * len(phrase) ** LENGTH * np.log1p(average / total[phrase]) for phrase in usable
    }
    most = max(weights.values(), default=1.0)
    rarest = np.log(everybody / max(sizes[theme], 1)) or 1.0
    found: dict[Phrase, float] = {}
    for phrase in usable:
        lift = np.log((here[phrase] / max(sizes[theme], 1)) / (total[phrase] / everybody)) / rarest
        found[phrase] = float(DISTINCT * weights[phrase] / most + LIFT * np.clip(lift, 0, 1))
    best = sorted(found, key=lambda phrase: (-found[phrase], phrase))
    return {phrase: found[phrase] for phrase in best[:SHORTLIST]}


def _usable(here: Counter[Phrase], size: int, vocabulary: Vocabulary, faint_will_do: bool) -> list[Phrase]:
    """What several people said that is whole and about something."""
    parts = _parts_of_longer(here, vocabulary.faint)
    whole = {
        phrase: count
        for phrase, count in here.items()
        if phrase not in parts
        and phrase not in vocabulary.pieces
        and (phrase not in vocabulary.fixed or count >= NEARLY_ALL * size)
        and vocabulary.thingly.get(phrase[-1], 1.0) >= HARDLY
    }
    usable = [phrase for phrase, count in whole.items() if count >= FEWEST and phrase not in vocabulary.faint]
    if len(usable) < 2:
        usable = [
            phrase for phrase, count in whole.items() if count >= AT_LEAST and phrase not in vocabulary.faint
        ]
    if not usable and faint_will_do:
        usable = [phrase for phrase, count in whole.items() if count >= FEWEST and len(phrase) > 1]
    return usable


def _parts_of_longer(here: Counter[Phrase], faint: frozenset[Phrase]) -> set[Phrase]:
    """Phrases that nearly always stand inside one longer phrase ("health" in "health care")."""
    parts = set()
    for longer, count in here.items():
        if count < FEWEST:
            continue
        for size in range(1, len(longer) if longer not in faint else 0):
            for start in range(len(longer) - size + 1):
                part = longer[start : start + size]
                if count >= MOSTLY * here[part]:
                    parts.add(part)
    return parts


def _best(
    candidates: list[Candidate], vectors: dict[Phrase, Vectors], ends: frozenset[str]
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
            if not _share_a_word(candidate.phrase, best.phrase, ends)
            and float(vectors[candidate.phrase] @ vectors[best.phrase]) < ALIKE
        ]
    return chosen


def _share_a_word(one: Phrase, other: Phrase, ends: frozenset[str]) -> bool:
    ours, theirs = ([part for word in phrase for part in word.split("-")] for phrase in (one, other))
    return any(alike(a, b) for a in ours for b in theirs if a not in ends and b not in ends)
