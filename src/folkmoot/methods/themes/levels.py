"""Two levels: themes, and within a large theme the sub-themes that hold together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from folkmoot.methods.themes.corpus import Corpus, occurrences_by_row, part_of_corpus
from folkmoot.methods.themes.describe import Grouped, describe, name_groups
from folkmoot.methods.themes.embedding import Progress, Vectors
from folkmoot.methods.themes.grouping import Labels, centroids
from folkmoot.methods.themes.model import STEADY, Theme
from folkmoot.methods.themes.uncertainty import Regrouping, bootstrap, people_counts
from folkmoot.methods.themes.vocabulary import place_names

FEWEST_PEOPLE, FEWEST_SHARE = 5, 0.001
DIVISIBLE, FEWEST_OF_THEME = 40, 0.08
"""A theme of fewer unique points is read as it is; a sub-theme has at least this share of the theme's people."""


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
    faint_will_do: bool = True
    places: frozenset[str] = frozenset()
    fewest_groups: int = 0

    def themes_of(
        self, corpus: Corpus, regrouping: Regrouping, *, prefix: str = "t", progress: Progress | None = None
    ) -> tuple[Grouped, dict[int, Theme]]:
        """Group the points of a corpus; name, count and quote each group that is large enough."""
        everything = np.ones(len(corpus.texts), dtype=bool)
        labels = large_groups(regrouping.group(everything, self.seed), corpus, self.fewest_people)
        grouped = Grouped(corpus, regrouping.vectors, labels, centroids(regrouping.vectors, labels))
        if len(grouped.centres) < self.fewest_groups:
            return grouped, {}
        intervals, stability = bootstrap(
            regrouping, labels, draws=self.bootstraps, seed=self.seed, progress=progress
        )
        if int((np.round(stability, 6) >= STEADY).sum()) < self.fewest_groups:
            return grouped, {}
        names = name_groups(
            grouped,
            self.question,
            self.language,
            self.embed,
            faint_will_do=self.faint_will_do,
            places=self.places,
        )
        return grouped, describe(grouped, names, intervals, stability, prefix)

    def divide(
        self, grouped: Grouped, themes: dict[int, Theme], progress: Progress | None = None
    ) -> tuple[dict[int, Theme], dict[int, str]]:
        """Themes with their sub-themes, and the sub-theme's id of each row that is in one."""
        instances = occurrences_by_row(grouped.corpus)
        reading = replace(self, places=place_names(grouped.corpus.texts, grouped.labels))
        divided: dict[int, Theme] = {}
        subtheme: dict[int, str] = {}
        for number, (group, theme) in enumerate(themes.items(), 1):
            rows = grouped.rows(group)
            parts: dict[int, Theme] = {}
            if len(rows) >= DIVISIBLE:
                corpus = part_of_corpus(grouped.corpus, rows, instances)
                inner, parts = reading._subthemes(corpus, grouped.vectors[rows], theme)
                for part, found in parts.items():
                    subtheme |= dict.fromkeys(rows[inner.rows(part)].tolist(), found.id)
            divided[group] = replace(theme, subthemes=tuple(parts.values()))
            if progress is not None:
                progress("checking", number, len(themes))
        return divided, subtheme

    def _subthemes(self, corpus: Corpus, vectors: Vectors, theme: Theme) -> tuple[Grouped, dict[int, Theme]]:
        """Two parts or more that other draws of people (half as many as for themes) find again, else none."""
        regrouping = Regrouping.of(vectors, corpus.made_by, None, self.seed)
        within = replace(self, question=f"{self.question} {theme.name if not theme.mixed else ''}")
        fewest = max(self.fewest_people, FEWEST_OF_THEME * theme.people)
        within = replace(
            within,
            fewest_people=fewest,
            fewest_groups=2,
            faint_will_do=False,
            bootstraps=-(-self.bootstraps // 2),
        )
        inner, parts = within.themes_of(corpus, regrouping, prefix=f"{theme.id}.")
        firm = [(group, part) for group, part in parts.items() if not part.unstable and not part.mixed]
        if len(firm) < 2:
            return inner, {}
        firm.sort(key=lambda pair: (-pair[1].people, pair[1].name))
        return inner, {
            group: replace(part, id=f"{theme.id}.{number}") for number, (group, part) in enumerate(firm, 1)
        }


def large_groups(labels: Labels, corpus: Corpus, fewest_people: float = FEWEST_PEOPLE) -> Labels:
    """Number the groups of enough people from 0; the points of smaller ones become unplaced (-1)."""
    counts = people_counts(labels, corpus.made_by)
    fewest = max(fewest_people, FEWEST_SHARE * len(corpus.people))
    numbers = np.full(len(counts) + 1, -1, dtype=np.int64)
    kept = np.flatnonzero(counts >= fewest)
    numbers[kept] = np.arange(len(kept))
    return numbers[labels]
