"""Which phrases may name a theme: what several of its people said that others seldom do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from folkmoot.methods.themes.grouping import Labels
from folkmoot.methods.themes.phrases import AT_LEAST, Phrase
from folkmoot.methods.themes.vocabulary import Vocabulary

FEWEST = 3
"""A phrase must come from three people, in whatever form of its words; from two where a theme has few others."""
LONG_LIST, SHORTLIST, PAIRS = 20, 7, 3
LEAST, LEAST_OF_PART = 0.06, 0.15
"""What fewer of a theme's people speak of cannot name it, nor can a single word name a part of one."""
MOSTLY, NEARLY_ALL = 0.6, 0.5
THINGLY, HARDLY = 0.5, 0.25
"""A word that stands as a thing does in half its places counts as one; what seldom does ends no name."""
ODD = 0.25
"""A word that is a smaller part of a family that says little is none of its own ("concerni")."""
VAGUE_SHARE = 0.5
"""A word that says little elsewhere may name what so many speak of."""
OFTEN = 0.3
"""Where so many speak of something without its name, the name that others gave it will do."""
LENGTH = 0.3
"""Several words weigh a little more than one, as in the C-value of nested terms."""
DISTINCT, LIFT = 0.3, 0.2


@dataclass(frozen=True)
class Listed:
    """A phrase that may name a theme: what its words weigh, and how many used these very words.

    `said` is, point by point of the theme, the share of its people that speak of it there in whatever form of its
    words: of regulation where somebody says "regulated".
    """

    phrase: Phrase
    weight: float
    used: int
    said: NDArray[np.float64]

    @property
    def share(self) -> float:
        return round(float(self.said.sum()), 6)


@dataclass(frozen=True)
class Shortlists:
    """For each theme the phrases that may name it, most telling first, and how many people made its points."""

    vocabulary: Vocabulary
    of: list[list[Listed]]
    sizes: list[int]

    def texts(self) -> list[str]:
        """The phrases as they are written: what has to have a vector before themes can be named."""
        return sorted({self.vocabulary.written[one.phrase] for shortlist in self.of for one in shortlist})


@dataclass(frozen=True)
class Counts:
    """How many people used each phrase and each family of words, in a group of so many or in all."""

    phrases: Counter[Phrase]
    families: Counter[str]
    size: int

    @classmethod
    def of(cls, phrases: Counter[Phrase], size: int, vocabulary: Vocabulary) -> Counts:
        families: Counter[str] = Counter()
        for phrase, count in phrases.items():
            if len(phrase) == 1:
                families[vocabulary.family(phrase)] += count
        return cls(phrases, families, size)

    def said(self, phrase: Phrase, vocabulary: Vocabulary) -> int:
        """How many used a phrase; where nobody did, though others elsewhere, another word of its family."""
        return self.phrases[phrase] or self.families[vocabulary.family(phrase)]


def read_shortlists(
    vocabulary: Vocabulary, labels: Labels, people: Labels, themes: int, *, parts: bool = False
) -> Shortlists:
    """The phrases that may name each of so many themes.

    A phrase weighs .3 for being frequent here and rare elsewhere (c-TF-IDF: Grootendorst 2022,
    arXiv:2203.05794) and .2 for lift. `labels` and `people` (how many made it) go by point; a group of -1 has
    no name but counts as elsewhere. Nothing vague names `parts` of a theme, nor does a word of which few speak.
    """
    counts, sizes, average = _phrase_counts(vocabulary, labels, people)
    total: Counter[Phrase] = Counter()
    for found in counts.values():
        total.update(found)
    everything = Counts.of(total, sum(sizes.values()), vocabulary)
    names = _names_of_families(everything, vocabulary)
    shortlists = []
    for theme in range(themes):
        here = Counts.of(counts[theme], sizes[theme], vocabulary)
        usable = _usable(here, vocabulary, names, parts)
        weights = _weigh(usable, here, everything, average, vocabulary)
        rows = np.flatnonzero(labels == theme)
        shortlists.append(
            _shortlist(weights, here, rows, people, vocabulary, LEAST_OF_PART if parts else LEAST)
        )
    return Shortlists(vocabulary, shortlists, [sizes[theme] for theme in range(themes)])


def _phrase_counts(
    vocabulary: Vocabulary, labels: Labels, people: Labels
) -> tuple[dict[int, Counter[Phrase]], Counter[int], float]:
    """How many people of each group used each phrase, how many are in each, and how many phrases on average."""
    groups, group = np.unique(labels, return_inverse=True)
    made = sparse.csr_matrix(
        (people, (group.reshape(-1), np.arange(len(labels)))), shape=(len(groups), len(labels))
    )
    used = sparse.csr_matrix(made @ vocabulary.said)
    counts, sizes = defaultdict[int, Counter[Phrase]](Counter), Counter[int]()
    for row, label in enumerate(groups.tolist()):
        here = used[row]
        phrases = (vocabulary.phrases[number] for number in here.indices.tolist())
        counts[label] = Counter(dict(zip(phrases, here.data.tolist(), strict=True)))
        sizes[label] = int(made[row].sum())
    return counts, sizes, float(used.sum() + people @ vocabulary.rare) / max(len(groups), 1)


def _names_of_families(everything: Counts, vocabulary: Vocabulary) -> dict[str, Phrase]:
    """For each family the word for a thing that most used: "safety" of "safe" and "safer"."""
    words = [
        (-count, phrase)
        for phrase, count in everything.phrases.items()
        if len(phrase) == 1 and count >= AT_LEAST and phrase not in vocabulary.faint
    ]
    names: dict[str, Phrase] = {}
    for _, phrase in sorted(words):
        if vocabulary.thing(phrase) >= THINGLY:
            names.setdefault(vocabulary.family(phrase), phrase)
    return names


def _usable(here: Counts, vocabulary: Vocabulary, names: dict[str, Phrase], parts: bool) -> list[Phrase]:
    """What several people said that is whole and about something."""
    shorter = _parts_of_longer(here.phrases, vocabulary)
    usable = [
        phrase
        for phrase, count in here.phrases.items()
        if _is_usual(phrase, count, here, vocabulary)
        and phrase not in shorter
        and phrase not in vocabulary.pieces
        and (phrase not in vocabulary.fixed or count >= NEARLY_ALL * here.size)
        and (
            phrase not in vocabulary.faint or (not parts and _is_widely_said(phrase, count, here, vocabulary))
        )
        and vocabulary.thing(phrase) >= HARDLY
        and not vocabulary.is_broken(phrase)
        and not vocabulary.says_the_question(phrase)
    ]
    named = {vocabulary.family(phrase) for phrase in usable if len(phrase) == 1}
    often = {family for family, count in here.families.items() if count >= OFTEN * here.size}
    return usable + [names[family] for family in sorted(often & names.keys() - named)]


def _is_usual(phrase: Phrase, count: int, here: Counts, vocabulary: Vocabulary) -> bool:
    """Whether enough people say it, or say another word of its family."""
    if len(phrase) > 1:
        return count >= AT_LEAST
    said = here.families[vocabulary.family(phrase)]
    odd = count < ODD * said and vocabulary.family(phrase) in vocabulary.vague
    return not odd and (count >= AT_LEAST or said >= FEWEST)


def _is_widely_said(phrase: Phrase, count: int, here: Counts, vocabulary: Vocabulary) -> bool:
    return count >= VAGUE_SHARE * here.size and vocabulary.is_vague(phrase)


def _parts_of_longer(here: Counter[Phrase], vocabulary: Vocabulary) -> set[Phrase]:
    """Phrases that nearly always stand inside one longer phrase ("health" in "health care")."""
    parts = set()
    for longer, count in here.items():
        if count < FEWEST or longer in vocabulary.faint or longer in vocabulary.pieces:
            continue
        for size in range(1, len(longer)):
            for start in range(len(longer) - size + 1):
                part = longer[start : start + size]
                if count >= MOSTLY * here[part]:
                    parts.add(part)
    return parts


def _weigh(
    usable: Sequence[Phrase], here: Counts, everything: Counts, average: float, vocabulary: Vocabulary
) -> dict[Phrase, float]:
    """What the words of phrases weigh: their c-TF-IDF (1 for the best) and lift (0 to 1).

    `average` is how many phrases people used in a group.
    """
    said = {phrase: here.said(phrase, vocabulary) for phrase in usable}
    total = {phrase: everything.said(phrase, vocabulary) for phrase in usable}
    often = {
        phrase: said[phrase] * len(phrase) ** LENGTH * np.log1p(average / total[phrase]) for phrase in usable
    }
    most = max(often.values(), default=1.0)
    rarest = np.log(everything.size / max(here.size, 1)) or 1.0
    weights = {}
    for phrase in usable:
        lift = np.log((said[phrase] / max(here.size, 1)) / (total[phrase] / everything.size)) / rarest
        weights[phrase] = float(DISTINCT * often[phrase] / most + LIFT * np.clip(lift, 0, 1))
    return weights


def _shortlist(
    weights: dict[Phrase, float],
    here: Counts,
    rows: NDArray[np.int64],
    people: Labels,
    vocabulary: Vocabulary,
    least_of_word: float,
) -> list[Listed]:
    """The most telling phrases, the most usual of what is spoken of; what two people said where few others are."""
    best = sorted(weights, key=lambda phrase: (-weights[phrase], phrase))[:LONG_LIST]
    by_telling: dict[frozenset[str], list[Phrase]] = defaultdict(list)
    for phrase in best:
        by_telling[vocabulary.telling(phrase)].append(phrase)
    by_point = people[rows] / max(here.size, 1)
    families = [vocabulary.families[row] for row in rows.tolist()]
    several: list[Listed] = []
    pairs: list[Listed] = []
    for telling, phrases in by_telling.items():
        said = by_point * np.array([telling <= those for those in families], dtype=bool)
        phrase = max(
            phrases, key=lambda one: (vocabulary.thing(one) >= THINGLY, here.phrases[one] * min(2, len(one)))
        )
        listed = Listed(phrase, weights[phrase], here.phrases[phrase], said)
        if listed.share >= (least_of_word if len(phrase) == 1 else LEAST):
            (several if listed.share * here.size > FEWEST - 0.5 else pairs).append(listed)
    return [*several[:SHORTLIST], *pairs[: max(0, PAIRS - len(several))]]
