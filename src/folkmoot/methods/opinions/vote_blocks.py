"""Products of the votes with tall tables, a block of participants at a time.

A block's votes are widened to floating point only while they are used, so that votes stay at five bytes each
and may lie on disk (memory-mapped); blocks are always added up in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from folkmoot.methods.opinions.votes import Votes

Floats = NDArray[np.float64]
Found = TypeVar("Found")

BLOCK = 1 << 19  # votes widened at once
THREADS = 2


@dataclass(frozen=True, eq=False)
class VoteBlocks:
    """Votes (participants × statements, absent = not seen), each with how often it counts.

    `weights` is None (each vote once) or a whole number a vote, as in a bootstrap sample.
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    values: NDArray[np.int8]
    width: int
    weights: NDArray[np.int8] | None = None

    @classmethod
    def of(cls, votes: Votes) -> VoteBlocks:
        return cls(votes.indptr, votes.indices, votes.values, votes.shape[1])

    @property
    def height(self) -> int:
        return len(self.indptr) - 1

    @cached_property
    def total(self) -> float:
        """How many votes there are, each as often as it counts."""
        return float(len(self.values) if self.weights is None else self.weights.sum(dtype=np.int64))

    @cached_property
    def squares(self) -> float:
        """The sum of the squares of the votes: how many are decided."""
        decided = self.values != 0
        return float(decided.sum() if self.weights is None else self.weights[decided].sum(dtype=np.int64))

    @cached_property
    def sums(self) -> Floats:
        """Each participant's number of votes, and their sum (participants × 2)."""
        ones = np.ones((self.width, 1))
        return self.by_participant(ones, ones)

    def where(self, kept: NDArray[np.bool_]) -> VoteBlocks:
        """Only some of the votes; participants and statements keep their numbers."""
        before = np.concatenate([[0], np.cumsum(kept)])
        weights = None if self.weights is None else self.weights[kept]
        return VoteBlocks(before[self.indptr], self.indices[kept], self.values[kept], self.width, weights)

    def of_statements(self, statements: NDArray[np.int64]) -> VoteBlocks:
        """Only some of the statements, numbered anew in the order given."""
        number = np.full(self.width, -1, dtype=np.int32)
        number[statements] = np.arange(len(statements), dtype=np.int32)
        kept = self.where(number[self.indices] >= 0)
        return VoteBlocks(kept.indptr, number[kept.indices], kept.values, len(statements), kept.weights)

    def of_people(self, people: NDArray[np.int64]) -> VoteBlocks:
        """Only some of the participants, in the order given."""
        counts = np.diff(self.indptr)[people]
        indptr = np.concatenate([[0], np.cumsum(counts)])
        places = np.repeat(self.indptr[people] - indptr[:-1], counts) + np.arange(indptr[-1])
        weights = None if self.weights is None else self.weights[places]
        return VoteBlocks(indptr, self.indices[places], self.values[places], self.width, weights)

    def weighted(self, weights: NDArray[np.int8]) -> VoteBlocks:
        return VoteBlocks(self.indptr, self.indices, self.values, self.width, weights)

    @property
    def rows(self) -> NDArray[np.int64]:
        """The participant of each vote."""
        return np.repeat(np.arange(self.height), np.diff(self.indptr))

    def blocks(self) -> Iterator[slice]:
        """Runs of participants with about a block of votes together."""
        start = 0
        while start < self.height:
            stop = int(np.searchsorted(self.indptr, self.indptr[start] + BLOCK, side="right")) - 1
            stop = min(max(stop, start + 1), self.height)
            yield slice(start, stop)
            start = stop

    @cached_property
    def whole(self) -> tuple[sparse.csr_array, sparse.csr_array]:
        """The matrices of all participants, kept where they are but one block."""
        return self.widened(slice(0, self.height))

    def matrices(self, people: slice) -> tuple[sparse.csr_array, sparse.csr_array]:
        """Who saw what (1 where there is a vote) and what they voted, for a run of participants."""
        return self.whole if people == slice(0, self.height) else self.widened(people)

    def widened(self, people: slice) -> tuple[sparse.csr_array, sparse.csr_array]:
        cells = slice(int(self.indptr[people.start]), int(self.indptr[people.stop]))
        starts = (self.indptr[people.start : people.stop + 1] - cells.start).astype(np.int32)
        shape = (people.stop - people.start, self.width)
        indices = self.indices[cells]
        seen = np.ones(len(indices)) if self.weights is None else self.weights[cells].astype(np.float64)
        cast = self.values[cells] * seen
        return (
            sparse.csr_array((seen, indices, starts), shape=shape),
            sparse.csr_array((cast, indices, starts), shape=shape),
        )

    def each(self, work: Callable[[slice], Found]) -> list[Found]:
        """Do something with each block, in as many threads as help; results in the blocks' order."""
        runs = list(self.blocks())
        if len(runs) < 2:
            return [work(run) for run in runs]
        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(work, runs))

    def by_participant(self, of_seen: Floats, of_cast: Floats) -> Floats:
        """Add up, for each participant, rows of one table over statements seen, of another times the vote.

        Both tables are statements × something; the sums stand side by side, participants × both widths.
        """

        def work(people: slice) -> Floats:
            seen, cast = self.matrices(people)
            return np.hstack([seen @ of_seen, cast @ of_cast])

        found = self.each(work)
        return np.vstack(found) if found else np.zeros((0, of_seen.shape[1] + of_cast.shape[1]))

    def by_statement(self, of_seen: Floats, of_cast: Floats) -> Floats:
        """The same for each statement, over the participants who saw it."""
        total = np.zeros((self.width, of_seen.shape[1] + of_cast.shape[1]))

        def work(people: slice) -> Floats:
            seen, cast = self.matrices(people)
            return np.hstack([seen.T @ of_seen[people], cast.T @ of_cast[people]])

        for part in self.each(work):
            total += part
        return total
