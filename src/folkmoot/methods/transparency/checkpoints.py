"""What the log signs: checkpoints, which say how long it is and the root of its tree, and before that promises of
a place; and what is asked of witnesses.

Source: C2SP tlog-checkpoint and tlog-witness. A promise is a signed note of our own, with a first line that no
checkpoint has: what a witness or a client reads as a checkpoint can never be one.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass

from folkmoot.methods import InputError
from folkmoot.methods.transparency.notes import BadNoteError, Note
from folkmoot.methods.transparency.tiles import HASH

MOST_PROOF_LINES = 63
PROMISE = "folkmoot.promise/1"
# What a signed number of 64 bits holds: no log is longer, and databases keep no larger numbers.
MOST_LEAVES = 2**63 - 1


@dataclass(frozen=True)
class Checkpoint:
    """A log's name, how many leaves it has, and the root hash of its tree (32 bytes)."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def read(cls, text: str) -> Checkpoint:
        """From a note's text; lines after the third are passed over. Raises BadNoteError."""
        lines = text.split("\n")
        if len(lines) < 4 or not all(lines[:-1]):
            raise BadNoteError("the note is no checkpoint: it has not three lines of text")
        size = _size(lines[1], "the checkpoint’s second line is not a number of leaves")
        return cls(lines[0], size, _hash(lines[2], "the checkpoint’s third line is not a root hash"))


def _size(text: str, wrong: str) -> int:
    if not re.fullmatch("0|[1-9][0-9]{0,18}", text, re.ASCII):
        raise BadNoteError(wrong)
    if int(text) > MOST_LEAVES:
        raise BadNoteError(f"{text} leaves are more than any log can have")
    return int(text)


@dataclass(frozen=True)
class Promise:
    """That the log of this name holds the leaf with this hash (32 bytes) at this place.

    A later log that does not is convicted by it: both bear the signature of the same key.
    """

    origin: str
    index: int
    leaf_hash: bytes

    @property
    def text(self) -> str:
        """The lines that are signed."""
        return f"{PROMISE}\n{self.origin}\n{self.index}\n{base64.b64encode(self.leaf_hash).decode()}\n"


def _hash(text: str, wrong: str) -> bytes:
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if len(content) != HASH or base64.b64encode(content).decode() != text:
        raise BadNoteError(wrong)
    return content


@dataclass(frozen=True)
class Request:
    """What is asked of a witness: the size it saw last, a proof from there, and the note to cosign."""

    old: int
    proof: tuple[bytes, ...]
    note: Note

    @property
    def checkpoint(self) -> Checkpoint:
        return Checkpoint.read(self.note.text)

    def body(self) -> str:
        lines = "".join(base64.b64encode(each).decode() + "\n" for each in self.proof)
        return f"old {self.old}\n{lines}\n{self.note}"

    @classmethod
    def read(cls, body: str) -> Request:
        """Raises BadNoteError that says what cannot be read."""
        head, parted, note = body.partition("\n\n")
        first, *lines = head.split("\n")
        wrong = "the request does not begin with the size that was seen last"
        if not parted or not first.startswith("old "):
            raise BadNoteError(wrong)
        old = _size(first.removeprefix("old "), wrong)
        if len(lines) > MOST_PROOF_LINES:
            raise BadNoteError(f"the proof has more than {MOST_PROOF_LINES} lines")
        proof = tuple(_hash(line, "a line of the proof is not a hash") for line in lines)
        return cls(old, proof, Note.read(note))


def hashes_to_text(hashes: Sequence[bytes]) -> str:
    """Hashes one a line, in base64."""
    return "".join(base64.b64encode(each).decode() + "\n" for each in hashes)


def hashes_from_text(text: str) -> list[bytes]:
    """Raises InputError where a line is not a hash."""
    try:
        return [_hash(line, "not a hash") for line in text.splitlines()]
    except BadNoteError:
        raise InputError("a line of a proof is not a hash", remedy="Download the bundle again.") from None
