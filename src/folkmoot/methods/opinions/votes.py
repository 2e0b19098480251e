"""Who voted what on which statement, held sparsely."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from folkmoot.methods import InputError

AGREE, PASS, DISAGREE = 1, 0, -1
BLOCK = 1 << 18  # votes counted at once
LONGEST_NUMBER = 18  # digits that surely fit 64 bits; longer ids sort as text


def id_key(name: str) -> tuple[int, int, str]:
    """Sort ids that look like integers as numbers, and before all others."""
    digits = name.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER:
        return 0, int(name), name
    return 1, 0, name


@dataclass(frozen=True, eq=False)
class Votes:
    """The votes of everybody who voted, on every statement with a vote: five bytes a vote.

    Rows of participants, in compressed form: the votes of participant i are
    `values[indptr[i]:indptr[i + 1]]` (1 agree, 0 pass, −1 disagree) on the statements numbered
    `indices[indptr[i]:indptr[i + 1]]`, ascending. Participants and statements are sorted by id, so the same
    votes in any order are the same arrays.
    """

    participants: tuple[str, ...]
    statements: tuple[str, ...]
    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    values: NDArray[np.int8]

    @classmethod
    def from_rows(
        cls, participants: Iterable[str], statements: Iterable[str], values: Sequence[int] | NDArray[Any]
    ) -> Votes:
        """Collect votes from three equally long columns; the last vote of a person on a statement counts."""
        people, rows = number_names(participants)
        asked, columns = number_names(statements)
        return cls.from_codes(people, asked, rows, columns, values)

    @classmethod
    def from_codes(
        cls,
        participants: Sequence[str],
        statements: Sequence[str],
        rows: ArrayLike,
        columns: ArrayLike,
        values: ArrayLike,
    ) -> Votes:
        """Collect votes given by numbers into two lists of distinct ids; the last of each pair counts.

        Participants and statements without a vote are left out. Raises InputError for unequal lengths and
        for values other than 1, 0, −1.
        """
        row, column = np.asarray(rows, dtype=np.int64), np.asarray(columns, dtype=np.int64)
        vote = checked_values(values)
        if not len(row) == len(column) == len(vote):
            raise InputError(f"{len(row)} participants, {len(column)} statements and {len(vote)} votes")
        people, row = sort_names(participants, row)
        asked, column = sort_names(statements, column)
        row, column, vote = last_of_each_pair(row, column, vote, len(asked))
        indptr = np.zeros(len(people) + 1, dtype=np.int64)
        np.cumsum(np.bincount(row, minlength=len(people)), out=indptr[1:])
        indices = column.astype(np.int32)
        for array in (indptr, indices, vote):
            array.flags.writeable = False
        return cls(people, asked, indptr, indices, vote)

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.participants), len(self.statements)

    @property
    def per_participant(self) -> NDArray[np.int64]:
        """How many statements each participant voted on."""
        return np.diff(self.indptr)

    def __len__(self) -> int:
        return len(self.values)


def number_names(names: Iterable[str]) -> tuple[list[str], NDArray[np.int64]]:
    """Number distinct names from 0 as they come."""
    number: dict[str, int] = {}
    codes = np.fromiter((number.setdefault(name, len(number)) for name in names), dtype=np.int64)
    return list(number), codes


def checked_values(values: ArrayLike) -> NDArray[np.int8]:
    given = np.asarray(values)
    wrong = np.flatnonzero(~np.isin(given, (AGREE, PASS, DISAGREE)))
    if len(wrong):
        raise InputError(
            f"the vote {given[wrong[0]]} is none of 1, 0, −1",
            where=f"vote {wrong[0] + 1}",
            remedy="Write 1 for agree, 0 for pass and −1 for disagree.",
        )
    return given.astype(np.int8)


def sort_names(names: Sequence[str], codes: NDArray[np.int64]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Keep the names that occur, sorted by id, and number the codes anew."""
    used = np.flatnonzero(np.bincount(codes, minlength=len(names)))
    order = sorted(used.tolist(), key=lambda code: id_key(names[code]))
    place = np.zeros(len(names), dtype=np.int64)
    place[order] = np.arange(len(order))
    return tuple(names[code] for code in order), place[codes]


def last_of_each_pair(
    row: NDArray[np.int64], column: NDArray[np.int64], vote: NDArray[np.int8], width: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int8]]:
    """Keep the last vote of each participant on each statement, sorted by both."""
    pair = row * width + column
    if len(pair) and not (pair[1:] > pair[:-1]).all():
        order = stable_order(column)
        order = order[stable_order(row[order])]
        pair = pair[order]
        last = np.ones(len(pair), dtype=bool)
        last[:-1] = pair[1:] != pair[:-1]
        kept = order[last]
        row, column, vote = row[kept], column[kept], vote[kept]
    return row, column, vote


def stable_order(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The order that sorts small whole numbers, equal ones as they come: in one pass, by counting them."""
    count = int(codes.max(initial=-1)) + 1
    line = sparse.csr_array((np.arange(len(codes)), codes, [0, len(codes)]), shape=(1, max(count, 1)))
    return np.asarray(line.tocsc().data)


def count_choices(votes: Votes, group: NDArray[np.int64] | None = None, groups: int = 1) -> NDArray[np.int64]:
    """How many disagreed, passed and agreed on each statement: groups × 3 × statements, of all or by group."""
    width = len(votes.statements)
    found = np.zeros(groups * 3 * width, dtype=np.int64)
    for start in range(0, len(votes), BLOCK):
        part = slice(start, start + BLOCK)
        cells = (votes.values[part].astype(np.int64) + 1) * width + votes.indices[part]
        if group is not None:
            first, last = (
                np.searchsorted(votes.indptr, (start, min(start + BLOCK, len(votes)) - 1), "right") - 1
            )
            many = np.diff(votes.indptr[first : last + 2].clip(start, start + BLOCK))
            cells += np.repeat(group[first : last + 1] * (3 * width), many)
        found += np.bincount(cells, minlength=len(found))
    return found.reshape(groups, 3, width)
