"""The papers of an election as they pass from hand to hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods.counting.ballots import BoolArray, IntArray, Rankings

Rows = NDArray[np.intp]


class Papers:
    """Each paper's line, how many papers that line stands for, and the place up to which it has been read."""

    def __init__(self, profile: Rankings) -> None:
        self.nobody = len(profile.candidates)
        # One column more, always empty, so that reading on never runs over the edge.
        empty = np.full((len(profile.order), 1), self.nobody, profile.order.dtype)
        self.order = np.concatenate([profile.order, empty], axis=1)
        self.counts: IntArray = profile.counts
        self.place = np.zeros(len(self.order), np.int32)

    def open_to(self, continuing: Iterable[int]) -> BoolArray:
        """A mask of those who may receive papers; nobody always may."""
        mask = np.zeros(self.nobody + 1, bool)
        mask[[*continuing, self.nobody]] = True
        return mask

    def first(self, continuing: Iterable[int]) -> Iterator[tuple[int, Rows, int]]:
        """All papers by their first preference: candidate, rows, number of papers."""
        self.place[:] = -1
        return self.pass_on(np.arange(len(self.order)), continuing)

    def pass_on(self, rows: Rows, continuing: Iterable[int]) -> Iterator[tuple[int, Rows, int]]:
        """Papers by their next preference among the continuing: candidate (or `nobody`), rows, papers."""
        holder = self._read_on(rows, self.open_to(continuing))
        sorting = np.argsort(holder, kind="stable")
        ends = np.cumsum(np.bincount(holder, minlength=self.nobody + 1))
        start = 0
        for candidate, end in enumerate(ends.tolist()):
            if end > start:
                parcel = rows[sorting[start:end]]
                yield candidate, parcel, int(self.counts[parcel].sum())
            start = end

    def _read_on(self, rows: Rows, may_receive: BoolArray) -> NDArray[np.generic]:
        place = self.place[rows] + 1
        holder = self.order[rows, place]
        waiting = np.flatnonzero(~may_receive[holder])
        while waiting.size:
            place[waiting] += 1
            holder[waiting] = self.order[rows[waiting], place[waiting]]
            waiting = waiting[~may_receive[holder[waiting]]]
        self.place[rows] = place
        return holder
