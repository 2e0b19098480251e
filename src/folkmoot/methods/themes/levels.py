"""Two levels: themes, and within a large theme the sub-themes that hold together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods.themes.corpus import Corpus, occurrences_by_row, part_of_corpus
from folkmoot.methods.themes.describe import Grouped, describe, name_groups, phrases_of
from folkmoot.methods.themes.embedding import Progress, Vectors
from folkmoot.methods.themes.grouping import Labels, centroids
from folkmoot.methods.themes.model import STEADY, Theme
from folkmoot.methods.themes.shortlist import Shortlists
from folkmoot.methods.themes.uncertainty import Regrouping, bootstrap, people_counts
from folkmoot.methods.themes.vocabulary import place_names

FEWEST_PEOPLE, FEWEST_SHARE = 5, 0.001
DIVISIBLE, FEWEST_OF_THEME = 60, 0.08
"""A theme of fewer unique points is read as it is; a sub-theme has at least this share of the theme's people."""


@dataclass(frozen=True)
class Found:
    """Groups of points, how surely each is found again, and what may name them; nothing more of too few groups."""

    grouped: Grouped
    intervals: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64))
    stability: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    phrases: Shortlists | None = None


@dataclass(frozen=True)
class Reading:
    """How answers are read at either level; `embed` gives the vectors of phrases.

    `places` are names of places that say where people live, not what they raise. Fewer steady groups than
    `fewest_groups` are none, and need no names.
    """

    question: str
    language: str
    seed: int
    bootstraps: int
    embed: Callable[[Sequence[str]], Vectors]
    fewest_people: float = FEWEST_PEOPLE
    parts: bool = False
    places: frozenset[str] = frozenset()
    fewest_groups: int = 0

    def themes_of(
        self, corpus: Corpus, regrouping: Regrouping, *, progress: Progress | None = None
    ) -> tuple[Grouped, dict[int, Theme]]:
        """Group the points of a corpus; name, count and quote each group that is large enough."""
        found = self.look(corpus, regrouping, progress)
        return found.grouped, self.told(found, self.vectors_for([found])) if found.phrases else {}

    def look(self, corpus: Corpus, regrouping: Regrouping, progress: Progress | None = None) -> Found:
        """Group the points of a corpus, see which groups other draws find again, and look for their phrases."""
        everything = np.ones(len(corpus.texts), dtype=bool)
        labels = large_groups(regrouping.group(everything, self.seed), corpus, self.fewest_people)
        grouped = Grouped(corpus, regrouping.vectors, labels, centroids(regrouping.vectors, labels))
        if len(grouped.centres) < self.fewest_groups:
            return Found(grouped)
        intervals, stability = bootstrap(
            regrouping, labels, draws=self.bootstraps, seed=self.seed, progress=progress
        )
        if int((np.round(stability, 6) >= STEADY).sum()) < self.fewest_groups:
            return Found(grouped)
        phrases = phrases_of(grouped, self.question, self.language, parts=self.parts, places=self.places)
        return Found(grouped, intervals, stability, phrases)

    def vectors_for(self, all_found: Iterable[Found]) -> dict[str, Vectors]:
        """The vector of each phrase that may name something; many at once take less time than few at a time."""
        lists = (found.phrases.texts() for found in all_found if found.phrases is not None)
        texts = sorted({text for texts in lists for text in texts})
        return dict(zip(texts, self.embed(texts), strict=True))

    def told(self, found: Found, embedded: dict[str, Vectors], prefix: str = "t") -> dict[int, Theme]:
        """Name, count and quote each group; none where too few were found again."""
        if found.phrases is None:
            return {}
        names = name_groups(found.grouped, found.phrases, embedded, parts=self.parts)
        return describe(found.grouped, names, found.intervals, found.stability, prefix)

    def divide(
        self, grouped: Grouped, themes: dict[int, Theme], progress: Progress | None = None
    ) -> tuple[dict[int, Theme], dict[int, str]]:
        """Themes with their sub-themes, and the sub-theme's id of each row that is in one."""
        instances = occurrences_by_row(grouped.corpus)
        reading = replace(self, places=place_names(grouped.corpus.clauses, grouped.labels))
        inside: dict[int, tuple[Reading, Found]] = {}
        for number, (group, theme) in enumerate(themes.items(), 1):
            rows = grouped.rows(group)
            if len(rows) >= DIVISIBLE:
                within = reading.within(theme)
                corpus, vectors = part_of_corpus(grouped.corpus, rows, instances), grouped.vectors[rows]
                regrouping = Regrouping.of(vectors, corpus.made_by, None, self.seed, will_do=within.has_parts)
                inside[group] = within, within.look(corpus, regrouping)
            if progress is not None:
                progress("checking", number, len(themes))
        embedded = self.vectors_for(found for _, found in inside.values())
        divided = dict(themes)
        subtheme: dict[int, str] = {}
        for group, (within, found) in inside.items():
            parts = _firm(within.told(found, embedded), themes[group].id)
            rows = grouped.rows(group)
            for part, inner in parts.items():
                subtheme |= dict.fromkeys(rows[found.grouped.rows(part)].tolist(), inner.id)
            divided[group] = replace(themes[group], subthemes=tuple(parts.values()))
        return divided, subtheme

    def has_parts(self, counts: NDArray[np.int64]) -> bool:
        """Whether enough of the groups, with so many people each, are large enough to be parts of a theme."""
        return int((counts >= self.fewest_people).sum()) >= self.fewest_groups

    def within(self, theme: Theme) -> Reading:
        """How the answers of one theme are read: half as many draws, and parts that are large enough to matter."""
        return replace(
            self,
            question=f"{self.question} {theme.name if not theme.mixed else ''}",
            fewest_people=max(self.fewest_people, FEWEST_OF_THEME * theme.people),
            fewest_groups=2,
            parts=True,
            bootstraps=-(-self.bootstraps // 2),
        )


def _firm(parts: dict[int, Theme], theme: str) -> dict[int, Theme]:
    """Two parts or more that have a name and that other draws of people find again, largest first; else none."""
    firm = [(group, part) for group, part in parts.items() if not part.unstable and not part.mixed]
    if len(firm) < 2:
        return {}
    firm.sort(key=lambda pair: (-pair[1].people, pair[1].name))
    return {group: replace(part, id=f"{theme}.{number}") for number, (group, part) in enumerate(firm, 1)}


def large_groups(labels: Labels, corpus: Corpus, fewest_people: float = FEWEST_PEOPLE) -> Labels:
    """Number the groups of enough people from 0; the points of smaller ones become unplaced (-1)."""
    counts = people_counts(labels, corpus.made_by)
    fewest = max(fewest_people, FEWEST_SHARE * len(corpus.people))
    numbers = np.full(len(counts) + 1, -1, dtype=np.int64)
    kept = np.flatnonzero(counts >= fewest)
    numbers[kept] = np.arange(len(kept))
    return numbers[labels]
