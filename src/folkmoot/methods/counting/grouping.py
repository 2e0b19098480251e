"""Papers that say the same put together, in a settled order, and written for the digest.

However papers were grouped, split or shuffled in a file, this gives the same lines and the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import rfc8785
from numpy.typing import NDArray

# So many lines are written at a time, that memory stays small.
CHUNK = 50_000
Table = NDArray[Any]


def group(order: Table, level: Table | None, counts: Table, nobody: int) -> tuple[Table, Table | None, Table]:
    """Equal rows together and sorted: places, which are level with the one before, and how many."""
    if not len(order):
        return order, level, counts
    if level is not None:
        order = _in_order_of_number(order, level)
    # Nothing more is 0, so that a shorter ranking comes before a longer one that begins like it.
    codes = np.where(order == nobody, 0, order.astype(np.uint32) + 1)
    codes = codes.astype(">u2") if level is None else (codes * 2 + level).astype(">u4")
    packed = _packed(codes)
    sorting = np.lexsort(packed.T[::-1])
    ordered = packed[sorting]
    new = np.concatenate([[True], (ordered[1:] != ordered[:-1]).any(axis=1)])
    totals = np.add.reduceat(counts[sorting], np.flatnonzero(new))
    rows = sorting[new]
    return order[rows], None if level is None else level[rows], totals


def _packed(codes: Table) -> Table:
    """Rows of big-endian codes as rows of 64-bit words that sort alike."""
    whole = 8 // codes.itemsize
    spare = -codes.shape[1] % whole
    padded = np.ascontiguousarray(np.pad(codes, ((0, 0), (0, spare))))
    return padded.view(">u8").astype(np.uint64)


def _in_order_of_number(order: Table, level: Table) -> Table:
    """Candidates that share a place, by number: 3=1 says the same as 1=3."""
    settled = order.copy()
    for row in np.flatnonzero(level.any(axis=1)):
        place = np.cumsum(~level[row])
        settled[row] = order[row][np.lexsort((order[row], place))]
    return settled


def places_of(order: list[int], level: list[bool] | None, nobody: int) -> list[list[int]]:
    """One row as the numbers at each place."""
    places: list[list[int]] = []
    for at, candidate in enumerate(order):
        if candidate == nobody:
            break
        if level is not None and level[at]:
            places[-1].append(candidate + 1)
        else:
            places.append([candidate + 1])
    return places


def json_lines(order: Table, level: Table | None, counts: Table, nobody: int) -> Iterator[bytes]:
    """The grouped papers as canonical JSON: [[papers,[number,[level numbers],…]],…]."""
    order, level, counts = group(order, level, counts, nobody)
    yield b"["
    for start in range(0, len(order), CHUNK):
        part = slice(start, start + CHUNK)
        text = (
            _plain(order[part], counts[part], nobody)
            if level is None
            else _with_level(order[part], level[part], counts[part], nobody)
        )
        yield text if start == 0 else b"," + text
    yield b"]"


def _plain(order: Table, counts: Table, nobody: int) -> bytes:
    """The same bytes as rfc8785 gives, from a table of characters with the unused ones left out."""
    later = _characters([f",{number + 1}" for number in range(nobody)] + [""])
    first = _characters([f"{number + 1}" for number in range(nobody)] + [""])
    numbers, which = np.unique(counts, return_inverse=True)
    heads = _characters([f",[{number},[" for number in numbers.tolist()])[which.ravel()]
    tails = np.broadcast_to(_characters(["]]"]), (len(order), 2))
    cells = later[order[:, 1:]].reshape(len(order), -1)
    table = np.concatenate([heads, first[order[:, 0]], cells, tails], axis=1).ravel()
    return bytes(table[table != 0].tobytes()[1:])


def _characters(words: list[str]) -> Table:
    width = max(len(word) for word in words) or 1
    return np.frombuffer(b"".join(word.encode().ljust(width, b"\0") for word in words), np.uint8).reshape(
        len(words), width
    )


def _with_level(order: Table, level: Table, counts: Table, nobody: int) -> bytes:
    rows = zip(counts.tolist(), order.tolist(), level.tolist(), strict=True)
    lines = [
        [count, [place if len(place) > 1 else place[0] for place in places_of(row, equal, nobody)]]
        for count, row, equal in rows
    ]
    return rfc8785.dumps(lines)[1:-1]
