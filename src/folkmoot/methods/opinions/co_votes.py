"""How often people voted on the same two statements, and what they voted: all that the axes depend on.

Whole numbers, so that votes can be added, changed and taken back in any order with the same result to the
last bit.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from folkmoot.methods.opinions.vote_blocks import THREADS
from folkmoot.methods.opinions.votes import Votes

Floats = NDArray[np.float64]
Counts = NDArray[np.int32]
Codes = NDArray[np.uint8]  # people × statements: 0 no vote, 1 disagree, 2 pass, 3 agree

NO_VOTE, PASSED = 0, 2
VALUE = np.array([0, -1, 0, 1], dtype=np.int32)  # of each code
# two sums in one number: 1 for each vote in the low half, what was voted in the high half
SEEN_AND_CAST = np.array([0, 1, 1, 1], dtype=np.int32) + (VALUE << 16)
MOST_CHANGED = 1 << 13  # people, twice whom is well within half a number
CELLS = 1 << 22  # widened at once
FEW = 1 << 14  # people whose sums fit a quarter of 64 bits
MULTIPLIED = 16  # pairs in a full table that are multiplied in the time of one picked from a sparse one


@dataclass(frozen=True, eq=False)
class Changes:
    """Some people's rows of votes before and after, and the cells that differ: where, and from what to what."""

    before: Codes
    after: Codes
    person: NDArray[np.int64]
    statement: NDArray[np.int64]
    old: Codes
    new: Codes

    @classmethod
    def between(cls, before: Codes, after: Codes) -> Changes:
        person, statement = np.divmod(np.flatnonzero(before != after), after.shape[1])
        cells = (person, statement)
        return cls(before, after, person, statement, before[cells], after[cells])

    @property
    def more(self) -> NDArray[np.int64]:
        """By how many votes each person has more than before."""
        came, went = (
            np.bincount(self.person[codes > NO_VOTE], minlength=len(self.after))
            for codes in (self.new, self.old)
        )
        return came - went

    def counts(self, was: NDArray[np.bool_], counted: NDArray[np.bool_]) -> NDArray[np.int64]:
        """How many more votes of each code those cast on each statement who are counted (codes × statements).

        `was` tells who was counted before: whole rows come and go with those who are so no longer, or newly.
        """
        width = self.after.shape[1]
        stayed = (was & counted)[self.person]
        places = self.statement[stayed]
        found = number_of(self.new[stayed], places, width) - number_of(self.old[stayed], places, width)
        for rows, sign in ((self.after[counted & ~was], 1), (self.before[was & ~counted], -1)):
            found += sign * number_of(rows, np.broadcast_to(np.arange(width), rows.shape), width)
        return found


def number_of(codes: Codes, statements: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    """How often each code stands on each statement: codes × statements."""
    cells = codes.astype(np.int64) * width + statements
    return np.bincount(cells.ravel(), minlength=len(VALUE) * width).reshape(len(VALUE), width)


@dataclass(frozen=True, eq=False)
class CoVotes:
    """Sums over the people who voted on both of two statements, statements × statements.

    `both` is how many they are, `sums` the sum of their votes on the first of the two, `products` the sum of
    the products of their votes. On the diagonal: how many voted, the sum of votes, how many did not pass.
    """

    both: Counts
    sums: Counts
    products: Counts

    @classmethod
    def empty(cls, width: int) -> CoVotes:
        return cls(*(np.zeros((width, width), dtype=np.int32) for _ in range(3)))

    def grown(self, width: int) -> CoVotes:
        """The same with room for more statements."""
        larger = CoVotes.empty(width)
        old = len(self.both)
        for table, wider in zip(self.tables, larger.tables, strict=True):
            wider[:old, :old] = table
        return larger

    def of(self, statements: NDArray[np.int64]) -> CoVotes:
        """Only some of the statements, in the order given."""
        return CoVotes(*(table[np.ix_(statements, statements)] for table in self.tables))

    @property
    def tables(self) -> tuple[Counts, Counts, Counts]:
        return self.both, self.sums, self.products

    def change(self, changes: Changes) -> None:
        """Add what changes as the rows of at most `MOST_CHANGED` people become others; in place.

        With Δ = after − before, afterᵀ·after − beforeᵀ·before = Δᵀ·after + (Δᵀ·before)ᵀ: the cost is that of
        the votes that changed, not of all that these people cast.
        """
        new, old, width = changes.new, changes.old, changes.after.shape[1]
        changed, number = np.unique(changes.statement, return_inverse=True)
        seen = (new > NO_VOTE).astype(np.int32) - (old > NO_VOTE)
        place, shape = (number, changes.person), (len(changed), len(changes.after))
        of_seen = sparse.csr_array((seen, place), shape=shape)
        of_cast = sparse.csr_array((VALUE[new] - VALUE[old], place), shape=shape)
        was, became = SEEN_AND_CAST[changes.before], SEEN_AND_CAST[changes.after]
        seen_by_seen, _ = unpacked(of_seen @ became)
        seen_by_seen_before, seen_by_cast_before = unpacked(of_seen @ was)
        cast_by_seen, cast_by_cast = unpacked(of_cast @ became)
        _, cast_by_cast_before = unpacked(of_cast @ was)
        self.both[changed, :width] += seen_by_seen
        self.both[:width, changed] += seen_by_seen_before.T
        self.sums[changed, :width] += cast_by_seen
        self.sums[:width, changed] += seen_by_cast_before.T
        self.products[changed, :width] += cast_by_cast
        self.products[:width, changed] += cast_by_cast_before.T

    def centred_products(self, centre: Floats, standing: NDArray[np.bool_]) -> Floats:
        """Sums of products of (vote − mean), where a missing vote stands for the mean and so counts 0.

        Over the people who voted on both i and j: Σ (vᵢ − μᵢ)(vⱼ − μⱼ) = Σ vᵢvⱼ − μⱼ Σ vᵢ − μᵢ Σ vⱼ + n μᵢμⱼ.
        """
        crossed = self.sums * centre
        found = self.products - (crossed + crossed.T) + self.both * np.outer(centre, centre)
        found[~standing] = 0.0
        found[:, ~standing] = 0.0
        return np.asarray(found, dtype=np.float64)


def unpacked(sums: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The lowest 16 bits of sums, with their sign, and what stands above them."""
    low = ((sums + (1 << 15)) & 0xFFFF) - (1 << 15)
    return low, (sums - low) >> 16


def pairs_of(votes: Votes) -> int:
    """How much counting all pairs of votes costs: about as much as so many pairs that one person cast."""
    people, width = votes.shape
    per_person = votes.per_participant
    return min(int(per_person @ per_person), people * width**2 // MULTIPLIED)


def count_co_votes(votes: Votes) -> CoVotes:
    """Count all pairs of votes, blocks of people at a time, in as many threads as help."""
    people, width = votes.shape
    per_person = votes.per_participant
    narrow = people * width**2 <= MULTIPLIED * int(per_person @ per_person)
    step = min(max(CELLS // max(width, 1), 1), FEW) if narrow else FEW
    blocks = [slice(start, min(start + step, people)) for start in range(0, people, step)]
    count = count_narrow if narrow else count_wide
    found = CoVotes.empty(width)
    with ThreadPoolExecutor(THREADS) as pool:
        # a thread of its own starts with memory of its own, which takes longer to get than one block to count
        each = pool.map if len(blocks) > 1 else map
        for some in range(0, len(blocks), THREADS):
            for counted in each(lambda rows: count(votes, rows), blocks[some : some + THREADS]):
                for table, more in zip(found.tables, counted, strict=True):
                    table += more
    return found


def count_narrow(votes: Votes, rows: slice) -> tuple[Counts, ...]:
    """In single precision, which holds whole numbers up to more people than there are in a block."""
    codes = codes_of(votes, rows)
    seen, cast = (codes > NO_VOTE).astype(np.float32), VALUE[codes].astype(np.float32)
    return tuple(np.rint(table).astype(np.int32) for table in (seen.T @ seen, cast.T @ seen, cast.T @ cast))


def count_wide(votes: Votes, rows: slice) -> tuple[Counts, ...]:
    """All three sums in one sparse product of whole numbers, a quarter of 64 bits each.

    (1 + 2¹⁶ vᵢ)(1 + 2³² vⱼ) = 1 + 2¹⁶ vᵢ + 2³² vⱼ + 2⁴⁸ vᵢvⱼ.
    """
    cells = slice(int(votes.indptr[rows.start]), int(votes.indptr[rows.stop]))
    starts = (votes.indptr[rows.start : rows.stop + 1] - cells.start).astype(np.int32)
    shape = (rows.stop - rows.start, votes.shape[1])
    values, indices = votes.values[cells].astype(np.int64), votes.indices[cells]
    first = sparse.csr_array((1 + (values << 16), indices, starts), shape=shape)
    second = sparse.csr_array((1 + (values << 32), indices, starts), shape=shape)
    both, rest = unpacked((first.T @ second).toarray())
    sums, rest = unpacked(rest)
    _, products = unpacked(rest)
    return both.astype(np.int32), sums.astype(np.int32), products.astype(np.int32)


def codes_of(votes: Votes, rows: slice) -> Codes:
    """The votes of a run of people as a table of codes, one byte a cell."""
    cells = slice(int(votes.indptr[rows.start]), int(votes.indptr[rows.stop]))
    counts = np.diff(votes.indptr[rows.start : rows.stop + 1])
    codes = np.zeros((len(counts), votes.shape[1]), dtype=np.uint8)
    codes[np.repeat(np.arange(len(counts)), counts), votes.indices[cells]] = votes.values[cells] + PASSED
    return codes
