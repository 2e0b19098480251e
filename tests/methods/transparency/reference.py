"""RFC 6962 once more, naively and by itself: every tree is worked out from its leaves, by recursion."""

from __future__ import annotations

import hashlib


def leaf(data: bytes) -> bytes:
    return hashlib.sha256(bytes([0]) + data).digest()


def pair(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(bytes([1]) + left + right).digest()


def parting(count: int) -> int:
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def head(data: list[bytes]) -> bytes:
    """MTH of section 2.1."""
    if not data:
        return hashlib.sha256(b"").digest()
    if len(data) == 1:
        return leaf(data[0])
    k = parting(len(data))
    return pair(head(data[:k]), head(data[k:]))


def path(m: int, data: list[bytes]) -> list[bytes]:
    """PATH of section 2.1.1."""
    if len(data) == 1:
        return []
    k = parting(len(data))
    if m < k:
        return [*path(m, data[:k]), head(data[k:])]
    return [*path(m - k, data[k:]), head(data[:k])]


def proof(m: int, data: list[bytes]) -> list[bytes]:
    """PROOF of section 2.1.2."""
    return [] if m in (0, len(data)) else subproof(m, data, True)


def subproof(m: int, data: list[bytes], whole: bool) -> list[bytes]:
    if m == len(data):
        return [] if whole else [head(data)]
    k = parting(len(data))
    if m <= k:
        return [*subproof(m, data[:k], whole), head(data[k:])]
    return [*subproof(m - k, data[k:], False), head(data[:k])]
