"""A leaf of the public log: that something was said or done, without saying what.

Canonical JSON is RFC 8785; the leaf's hash is that of RFC 6962, section 2.1 (SHA-256 over 0x00 and the
leaf's bytes). The commitment hides its content behind a random salt of 32 bytes: a bare hash of a vote
would be guessed by trying the three votes there are.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

import rfc8785

SALT_BYTES = 32


def canonical(content: Any) -> bytes:
    """The one way to write this content down (RFC 8785). Raises ValueError for what JSON cannot hold."""
    return rfc8785.dumps(content)


def commitment(salt: bytes, content: Any) -> str:
    """SHA-256(salt ‖ canonical content) in hexadecimal. Raises ValueError for a salt that is not 32 bytes."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, this one {len(salt)}")
    return hashlib.sha256(salt + canonical(content)).hexdigest()


@dataclass(frozen=True)
class Leaf:
    """`epoch` is the hour in UTC since 1970, coarse so that the log does not say who was typing when."""

    type: str
    item: str
    epoch: int
    commitment: str

    def bytes(self) -> bytes:
        return canonical(asdict(self))


def leaf_hash(leaf: Leaf) -> str:
    """RFC 6962, section 2.1: SHA-256(0x00 ‖ leaf) in hexadecimal."""
    return hashlib.sha256(b"\x00" + leaf.bytes()).hexdigest()
