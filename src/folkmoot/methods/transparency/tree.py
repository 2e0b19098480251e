"""The Merkle tree over the log's leaves: its root, and the proofs that a leaf is in it and that it only grew.

Source: RFC 6962, section 2.1, and RFC 9162, section 2.1 (the same tree; 9162 writes the checks as loops).
Hashes are SHA-256 as 32 bytes. A tree is read through `Node`: the hash of the complete subtree over the
leaves `index · 2^height` to `(index + 1) · 2^height`, wherever it is kept.
"""

from __future__ import annotations

import bisect
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

Node = Callable[[int, int], bytes]

EMPTY = hashlib.sha256().digest()


def of_leaf(entry: bytes) -> bytes:
    """The hash of a leaf from its bytes: SHA-256(0x00 ‖ entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def of_pair(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node from its two children: SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def _below(width: int) -> int:
    """The largest power of two smaller than the width: where RFC 6962 parts a range."""
    return 1 << ((width - 1).bit_length() - 1)


def root(size: int, node: Node) -> bytes:
    """The hash of the whole tree of the first `size` leaves."""
    return _range(0, size, node) if size else EMPTY


def _range(start: int, end: int, node: Node) -> bytes:
    # `start` is a multiple of every power of two that the range is parted by: both callers see to it.
    width = end - start
    if width & (width - 1) == 0:
        height = width.bit_length() - 1
        return node(height, start >> height)
    middle = start + _below(width)
    return of_pair(_range(start, middle, node), _range(middle, end, node))


def inclusion(index: int, size: int, node: Node) -> list[bytes]:
    """The hashes that lead from one leaf to the root (RFC 6962, 2.1.1), the lowest first.

    Raises ValueError for a leaf that the tree does not have.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _below(end - start)
        if index < middle:
            proof.append(_range(middle, end, node))
            end = middle
        else:
            proof.append(_range(start, middle, node))
            start = middle
    return proof[::-1]


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], whole: bytes) -> bool:
    """Whether the proof leads from this leaf hash at this place to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    here, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            found = of_pair(sibling, found)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            found = of_pair(found, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and found == whole


def consistency(earlier: int, size: int, node: Node) -> list[bytes]:
    """The hashes that show that a tree of `earlier` leaves is the beginning of this one (RFC 6962, 2.1.2).

    Empty where the earlier one is empty or the same. Raises ValueError where it is the longer one.
    """
    if not 0 <= earlier <= size:
        raise ValueError(f"a tree of {earlier} leaves is not the beginning of one of {size}")
    if earlier in (0, size):
        return []
    proof: list[bytes] = []
    start, end, whole = 0, size, True
    while earlier != end:
        middle = start + _below(end - start)
        if earlier <= middle:
            proof.append(_range(middle, end, node))
            end = middle
        else:
            proof.append(_range(start, middle, node))
            start, whole = middle, False
    if not whole:
        proof.append(_range(start, end, node))
    return proof[::-1]


def is_consistent(earlier: int, size: int, proof: Sequence[bytes], before: bytes, after: bytes) -> bool:
    """Whether the proof shows that root `before` became root `after` by growing (RFC 9162, 2.1.4.2)."""
    if not 0 <= earlier <= size:
        return False
    if earlier == size:
        return not proof and before == after
    if earlier == 0:
        return not proof and before == EMPTY
    steps = list(proof)
    if earlier & (earlier - 1) == 0:
        steps.insert(0, before)
    if not steps:
        return False
    here, last = earlier - 1, size - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old = new = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            old, new = of_pair(sibling, old), of_pair(sibling, new)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            new = of_pair(new, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and old == before and new == after


def cover(size: int, indices: Iterable[int], node: Node) -> list[bytes]:
    """What must be known beside many leaves to work out the root: one proof for all of them.

    It holds the hash of every largest subtree without one of these leaves, from left to right. For k leaves
    of n it is shorter than k single proofs: where all are given, it is empty.
    """
    wanted = sorted(set(indices))
    if wanted and not (wanted[0] >= 0 and wanted[-1] < size):
        raise ValueError(f"a tree of {size} leaves has no leaf {wanted[-1] if wanted[0] >= 0 else wanted[0]}")
    return list(_gaps(0, size, wanted, 0, len(wanted), node)) if size else []


def _gaps(start: int, end: int, wanted: list[int], low: int, high: int, node: Node) -> Iterator[bytes]:
    if low == high:
        yield _range(start, end, node)
        return
    if end - start == 1:
        return
    middle = start + _below(end - start)
    parting = _first_from(wanted, middle, low, high)
    yield from _gaps(start, middle, wanted, low, parting, node)
    yield from _gaps(middle, end, wanted, parting, high, node)


def _first_from(wanted: Sequence[int], place: int, low: int, high: int) -> int:
    return bisect.bisect_left(wanted, place, low, high)


def covered_root(size: int, leaves: Mapping[int, bytes], hashes: Sequence[bytes]) -> bytes | None:
    """The root that these leaf hashes, at their places, and a `cover` give; None where the cover does not fit."""
    if not size:
        return EMPTY if not leaves and not hashes else None
    wanted = sorted(leaves)
    if wanted and not (wanted[0] >= 0 and wanted[-1] < size):
        return None
    rest = iter(hashes)
    try:
        found = _join(0, size, wanted, 0, len(wanted), leaves, rest)
    except StopIteration:
        return None
    return found if next(rest, None) is None else None


def _join(
    start: int,
    end: int,
    wanted: list[int],
    low: int,
    high: int,
    leaves: Mapping[int, bytes],
    rest: Iterator[bytes],
) -> bytes:
    if low == high:
        return next(rest)
    if end - start == 1:
        return leaves[start]
    middle = start + _below(end - start)
    parting = _first_from(wanted, middle, low, high)
    left = _join(start, middle, wanted, low, parting, leaves, rest)
    return of_pair(left, _join(middle, end, wanted, parting, high, leaves, rest))


def rows_above(hashes: Sequence[bytes]) -> list[list[bytes]]:
    """These hashes and every complete row above them: row h holds the complete subtrees of height h."""
    rows = [list(hashes)]
    while len(rows[-1]) > 1:
        below = rows[-1]
        rows.append([of_pair(below[n], below[n + 1]) for n in range(0, len(below) - 1, 2)])
    return rows


def in_memory(hashes: Sequence[bytes]) -> Node:
    """Read a tree whose leaf hashes are all at hand."""
    rows = rows_above(hashes)
    return lambda height, index: rows[height][index]
