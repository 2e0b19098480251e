"""A leaf of the public log: that something was said or done, without saying what.

Canonical JSON is RFC 8785; the leaf's hash is that of RFC 6962, section 2.1 (SHA-256 over 0x00 and the
leaf's bytes). The commitment hides its content behind a random salt of 32 bytes: a bare hash of a vote
would be guessed by trying the three votes there are.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from json.encoder import encode_basestring
from typing import Any

import rfc8785

from folkmoot.methods import InputError
from folkmoot.methods.transparency.tree import of_leaf

SALT_BYTES = 32
PLAIN = re.compile(r"[A-Za-z0-9_-]*").fullmatch


def canonical(content: Any) -> bytes:
    """The one way to write this content down (RFC 8785). Raises ValueError for what JSON cannot hold."""
    try:
        return _written(content).encode()
    except _NotPlainError:
        return rfc8785.dumps(content)


class _NotPlainError(Exception):
    """There is a number that is not whole, or a key that sorts otherwise in UTF-16."""


def _written(content: Any) -> str:
    """The same for what is plain, in a tenth of the time: every leaf is written here, and read again by audits."""
    kind = type(content)
    if kind is str:
        return encode_basestring(content)
    if kind is dict:
        if not all(type(key) is str and key.isascii() for key in content):
            raise _NotPlainError
        members = [f"{encode_basestring(key)}:{_written(content[key])}" for key in sorted(content)]
        return "{" + ",".join(members) + "}"
    if kind is list:
        return "[" + ",".join(map(_written, content)) + "]"
    if content is None:
        return "null"
    if kind is bool:
        return "true" if content else "false"
    if kind is int and abs(content) < 2**53:
        return str(content)
    raise _NotPlainError


def sealed(seal: bytes, content: Any) -> str:
    """What is covered and never shown: SHA-256(seal ‖ canonical content), the seal as random as a salt."""
    return commitment(seal, content)


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
        """Canonical JSON. Leaves are many, and theirs is plain: four keys in order, nothing to escape."""
        if not PLAIN(self.type + self.item + self.commitment):
            return canonical(asdict(self))
        text = f'{{"commitment":"{self.commitment}","epoch":{self.epoch:d},"item":"{self.item}","type":"{self.type}"}}'
        return text.encode()


def read_leaf(entry: bytes) -> Leaf:
    """A leaf from its bytes. Raises InputError for what is not a leaf in its one canonical form."""
    try:
        leaf = Leaf(**json.loads(entry))
        if not (isinstance(leaf.epoch, int) and leaf.bytes() == entry):
            raise ValueError
    except (ValueError, TypeError, RecursionError, AttributeError):
        raise InputError("an entry of the log is not a leaf in its canonical form") from None
    return leaf


def leaf_hash(leaf: Leaf) -> str:
    """RFC 6962, section 2.1: SHA-256(0x00 ‖ leaf) in hexadecimal."""
    return of_leaf(leaf.bytes()).hex()
