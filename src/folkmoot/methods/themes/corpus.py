"""Responses taken apart into unique points, in an order that does not depend on the input's."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from folkmoot.methods import InputError
from folkmoot.methods.themes.model import Response
from folkmoot.methods.themes.points import Span, plain, sameness_key, split_points
from folkmoot.methods.themes.words import Clauses, clauses

SortKey = tuple[int, int, str]


def id_order(identifier: str) -> SortKey:
    """Ids that look like integers come first, as numbers."""
    if identifier.isascii() and identifier.isdigit() and len(identifier) < 19:
        return (0, int(identifier), identifier)
    return (1, 0, identifier)


@dataclass(frozen=True)
class Occurrence:
    """One point where it stands, and the row of the unique point that it is an instance of."""

    response: Response
    span: Span
    row: int

    @property
    def words(self) -> str:
        return self.response.text[slice(*self.span)]


@dataclass(frozen=True)
class Corpus:
    """`texts` are the unique points, sorted; `made_by` is points × people, 1 where one made the other.

    `clauses` are the words of each text.
    """

    responses: tuple[Response, ...]
    occurrences: tuple[Occurrence, ...]
    texts: tuple[str, ...]
    clauses: tuple[Clauses, ...]
    people: tuple[str, ...]
    made_by: sparse.csr_matrix


def part_of_corpus(
    corpus: Corpus, rows: NDArray[np.int64], instances: Mapping[int, Sequence[Occurrence]]
) -> Corpus:
    """The corpus of some unique points alone, numbered from 0; the people are the same."""
    here = [
        replace(occurrence, row=place)
        for place, row in enumerate(rows.tolist())
        for occurrence in instances[row]
    ]
    here.sort(key=lambda occurrence: (id_order(occurrence.response.id), occurrence.span))
    responses = tuple(dict.fromkeys(occurrence.response for occurrence in here))
    texts = tuple(corpus.texts[row] for row in rows.tolist())
    split = tuple(corpus.clauses[row] for row in rows.tolist())
    return Corpus(responses, tuple(here), texts, split, corpus.people, corpus.made_by[rows])


def occurrences_by_row(corpus: Corpus) -> dict[int, list[Occurrence]]:
    """Where each unique point stands, in the order of the responses."""
    found: dict[int, list[Occurrence]] = defaultdict(list)
    for occurrence in corpus.occurrences:
        found[occurrence.row].append(occurrence)
    return found


def person_of(response: Response) -> str:
    """Who wrote it; a response without a person is a person of its own, never merged with a named one."""
    return f"person {response.person}" if response.person is not None else f"response {response.id}"


def read_corpus(responses: Iterable[Response]) -> Corpus:
    """Take responses apart. Raises InputError for an id that comes twice or text that is no Unicode."""
    ordered = tuple(sorted(responses, key=lambda response: id_order(response.id)))
    _check(ordered)
    found = [(response, span) for response in ordered for span in split_points(response.text)]
    keys = [sameness_key(response.text[slice(*span)]) for response, span in found]
    rows = {key: row for row, key in enumerate(sorted(set(keys)))}
    people = tuple(sorted({person_of(response) for response in ordered}))
    column = {person: place for place, person in enumerate(people)}
    written: list[Counter[str]] = [Counter() for _ in rows]
    occurrences, pairs = [], set()
    for (response, span), key in zip(found, keys, strict=True):
        written[rows[key]][plain(response.text[slice(*span)])] += 1
        occurrences.append(Occurrence(response, span, rows[key]))
        pairs.add((rows[key], column[person_of(response)]))
    texts = tuple(min(forms.items(), key=lambda pair: (-pair[1], pair[0]))[0] for forms in written)
    split = tuple(map(clauses, texts))
    return Corpus(
        ordered, tuple(occurrences), texts, split, people, _incidence(pairs, len(rows), len(people))
    )


def _check(ordered: tuple[Response, ...]) -> None:
    for before, response in pairwise(ordered):
        if before.id == response.id:
            raise InputError(
                f"The id {response.id!r} stands on more than one response",
                remedy="Give every response an id of its own; responses of one person share `person`.",
            )
    for response in ordered:
        try:
            response.text.encode()
        except UnicodeEncodeError as error:
            raise InputError(
                f"The text has half a character at position {error.start}",
                where=f"response {response.id!r}",
                remedy="Read the file with the encoding it was written in.",
            ) from error


def _incidence(pairs: set[tuple[int, int]], rows: int, columns: int) -> sparse.csr_matrix:
    ordered = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    ones = np.ones(len(ordered))
    return sparse.csr_matrix((ones, (ordered[:, 0], ordered[:, 1])), shape=(rows, columns))
