"""Turn groups of points into themes that can be read: names, people, quotes, points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods.themes.corpus import Corpus, Occurrence, id_order, occurrences_by_row, person_of
from folkmoot.methods.themes.embedding import Vectors
from folkmoot.methods.themes.grammar import Grammar
from folkmoot.methods.themes.grouping import Labels
from folkmoot.methods.themes.language import stop_words
from folkmoot.methods.themes.model import Point, Quote, Theme
from folkmoot.methods.themes.naming import name_themes
from folkmoot.methods.themes.quotes import Sayable, choose_quotes
from folkmoot.methods.themes.shortlist import Shortlists, read_shortlists
from folkmoot.methods.themes.title import MIXED, Candidate, is_good, title, various
from folkmoot.methods.themes.uncertainty import people_counts
from folkmoot.methods.themes.vocabulary import read_vocabulary

COMMON_THREAD = 0.5
"""Below this share of points nearer to their own centre than to any other, a group has no common thread."""
COHESION = 0.1
"""Nor has one without a good name whose points are not so much nearer to each other (cosine) than any points are."""


@dataclass(frozen=True)
class Grouped:
    """Unique points with their vectors, their group (-1: unplaced) and the groups' centres."""

    corpus: Corpus
    vectors: Vectors
    labels: Labels
    centres: Vectors

    def rows(self, group: int) -> NDArray[np.int64]:
        return np.flatnonzero(self.labels == group)

    def similarity(self, group: int) -> NDArray[np.float64]:
        """Cosine of each of the group's points to its centre, rounded so that bytes are stable."""
        cosines = self.vectors[self.rows(group)].astype(np.float64) @ self.centres[group].astype(np.float64)
        return np.asarray(np.round(cosines, 6))


@dataclass(frozen=True)
class Name:
    text: str
    phrases: tuple[str, ...]
    mixed: bool


def phrases_of(
    grouped: Grouped,
    question: str,
    language: str,
    *,
    parts: bool = False,
    places: frozenset[str] = frozenset(),
) -> Shortlists:
    """The phrases that may name each group."""
    stops, grammar = stop_words([language]), Grammar.of(language)
    people, themes = made(grouped), len(grouped.centres)
    vocabulary = read_vocabulary(
        grouped.corpus.clauses, question, stops, grouped.labels, grammar, places, people
    )
    return read_shortlists(vocabulary, grouped.labels, people, themes, parts=parts)


def made(grouped: Grouped) -> Labels:
    """How many people made each point."""
    return np.asarray(grouped.corpus.made_by.sum(axis=1)).ravel().astype(np.int64)


def name_groups(
    grouped: Grouped,
    phrases: Shortlists,
    embedded: Mapping[str, Vectors],
    *,
    parts: bool = False,
) -> list[Name]:
    """A name for each group, no two alike but those of groups that nothing names."""
    people = made(grouped)
    named = name_themes(phrases, grouped.labels, people, grouped.vectors, grouped.centres, embedded)
    counts = people_counts(grouped.labels, grouped.corpus.made_by)
    usual = nearness(grouped.vectors[grouped.labels >= 0])
    names: dict[int, Name] = {}
    first_rows = [int(grouped.rows(group)[0]) for group in range(len(named))]
    for group in naming_order(named, counts, first_rows):
        phrases_said = tuple(candidate.text for candidate in named[group])
        taken = {name.text for name in names.values()}
        text = title(named[group], taken, part=parts)
        if text is not None:
            names[group] = Name(text, phrases_said, mixed=False)
            continue
        close = nearness(grouped.vectors[grouped.rows(group)]) >= usual + COHESION
        thread = close and is_own(grouped, group)
        names[group] = Name(various(named[group], taken) if thread else MIXED, phrases_said, mixed=True)
    return [names[group] for group in range(len(named))]


def naming_order(
    named: Sequence[Sequence[Candidate]], counts: NDArray[np.int64], first_rows: Sequence[int]
) -> list[int]:
    """Groups in the order in which they choose a name: those with one good phrase first, who have no other choice.

    Then whom their phrase reaches most; those without a good one last.
    """
    good = [[one.reach for one in found if is_good(one)] for found in named]
    return sorted(
        range(len(named)),
        key=lambda group: (
            not good[group],
            len(good[group]),
            -max(good[group], default=0.0),
            -counts[group],
            first_rows[group],
        ),
    )


def nearness(vectors: Vectors) -> float:
    """The mean cosine of any two different points."""
    total = vectors.sum(axis=0, dtype=np.float64)
    number = len(vectors)
    return float((total @ total - number) / max(number * (number - 1), 1))


def is_own(grouped: Grouped, group: int) -> bool:
    """Whether most points are nearer to the centre of the others in their group than to any other centre."""
    rows = grouped.rows(group)
    if len(rows) < 3 or len(grouped.centres) < 2:
        return True
    own = grouped.vectors[rows].astype(np.float64)
    without = own.sum(axis=0) - own
    lengths = np.linalg.norm(without, axis=1)
    to_own = np.einsum("ij,ij->i", own, without) / np.where(lengths > 0, lengths, 1.0)
    to_others = own @ np.delete(grouped.centres, group, axis=0).T
    return bool((to_own > to_others.max(axis=1)).mean() >= COMMON_THREAD)


def describe(
    grouped: Grouped,
    names: Sequence[Name],
    intervals: NDArray[np.int64],
    stability: NDArray[np.float64],
    prefix: str = "t",
) -> dict[int, Theme]:
    """The theme of each group, numbered by how many people raised it, then by name."""
    counts = people_counts(grouped.labels, grouped.corpus.made_by)
    first = [int(grouped.rows(group)[0]) for group in range(len(names))]
    order = sorted(range(len(names)), key=lambda group: (-counts[group], names[group].text, first[group]))
    instances = occurrences_by_row(grouped.corpus)
    themes = {}
    for number, group in enumerate(order, 1):
        here = [occurrence for row in grouped.rows(group) for occurrence in instances[row]]
        ids = sorted({occurrence.response.id for occurrence in here}, key=id_order)
        themes[group] = Theme(
            id=f"{prefix}{number}",
            name=names[group].text,
            phrases=names[group].phrases,
            people=int(counts[group]),
            interval=(int(intervals[group][0]), int(intervals[group][1])),
            stability=round(float(stability[group]), 6),
            mixed=names[group].mixed,
            responses=tuple(ids),
            quotes=quotes_of(grouped, group, instances),
        )
    return themes


def quotes_of(grouped: Grouped, group: int, instances: dict[int, list[Occurrence]]) -> tuple[Quote, ...]:
    """Quotes as exact stretches of the first response that holds each chosen point."""
    sayable = [_sayable(int(row), instances[row]) for row in grouped.rows(group)]
    people = {point.row: point.people for point in sayable}
    quotes = []
    for row, place in choose_quotes(sayable, grouped.vectors, grouped.centres[group]):
        said = instances[row][0]
        quotes.append(Quote(said.response.id, *said.span, said.words, place, people[row]))
    return tuple(quotes)


def _sayable(row: int, instances: Sequence[Occurrence]) -> Sayable:
    people = {person_of(instance.response) for instance in instances}
    return Sayable(row, instances[0].words, person_of(instances[0].response), len(people))


def placed_points(
    grouped: Grouped, themes: dict[int, Theme], subtheme: Mapping[int, str]
) -> tuple[Point, ...]:
    """Every point of every response with its theme, how near it lies, whether that is far, and its sub-theme.

    `subtheme` gives the sub-theme's id of each row that is in one.
    """
    similarity: dict[int, float] = {}
    far: set[int] = set()
    for group in themes:
        rows, cosines = grouped.rows(group), grouped.similarity(group)
        similarity |= dict(zip(rows.tolist(), cosines.tolist(), strict=True))
        middle = np.median(cosines)
        spread = 1.4826 * np.median(np.abs(cosines - middle))
        far |= set(rows[cosines < middle - 2.5 * spread].tolist())
    labels = grouped.labels.tolist()
    return tuple(
        Point(
            said.response.id,
            *said.span,
            themes[labels[said.row]].id if labels[said.row] >= 0 else None,
            similarity.get(said.row),
            said.row in far,
            subtheme.get(said.row),
        )
        for said in grouped.corpus.occurrences
    )
