"""Signed notes: a text with signature lines below it, and the keys that make and check them.

Source: C2SP signed-note and, for witnesses, C2SP tlog-cosignature. What signs is told by one byte:
Ed25519 over the text (0x01), or Ed25519 over the time and the text (0x04). Another algorithm is another
entry in `SCHEMES`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from folkmoot.methods import InputError

ED25519, COSIGNATURE = 0x01, 0x04
MOST_SIGNATURES = 100
LARGEST = 64 * 1024
# The last second of the year 9999: no calendar here goes further.
LATEST = 253_402_300_799


@dataclass(frozen=True)
class Scheme:
    """`message` is what is signed: from the note's text and the time; None where no time is in the signature."""

    timed: bool
    message: Callable[[str, int], bytes]


SCHEMES = {
    ED25519: Scheme(False, lambda text, time: text.encode()),
    COSIGNATURE: Scheme(True, lambda text, time: f"cosignature/v1\ntime {time}\n{text}".encode()),
}


class BadNoteError(InputError):
    """A note that cannot be read, or that a key we know did not sign as it says."""


@dataclass(frozen=True)
class Key:
    """Whose signature counts: a name, the kind of signature, and 32 bytes of a public key."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys of one name apart; they name, they do not prove."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        blob = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{blob}"

    @classmethod
    def read(cls, text: str) -> Key:
        """A key as it is written down: name, id and base64, joined by plus. Raises InputError."""
        name, id_, blob = _parts(text.strip())
        try:
            content = base64.b64decode(blob, validate=True)
        except binascii.Error:
            content = b""
        if len(content) != 33 or content[0] not in SCHEMES:
            raise _no_key(text, "its last part is not a public key of a kind that is known here")
        key = cls(name, content[0], content[1:])
        if key.id.hex() != id_.lower():
            raise _no_key(text, "its middle part does not fit the rest: a letter is wrong or missing")
        return key

    def time_of(self, text: str, signature: bytes) -> int | None:
        """When it was signed (0 where that is not said); None where this is not this key's signature."""
        scheme = SCHEMES[self.kind]
        time = int.from_bytes(signature[:8]) if scheme.timed else 0
        proof = signature[8:] if scheme.timed else signature
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(proof, scheme.message(text, time))
        except (InvalidSignature, ValueError):
            return None
        return time


def _parts(text: str) -> tuple[str, str, str]:
    parts = text.split("+", 2)
    if len(parts) != 3 or not is_name(parts[0]):
        raise _no_key(text, "it is not a name, a plus, eight letters, a plus and a longer text")
    return parts[0], parts[1], parts[2]


def _no_key(text: str, why: str) -> InputError:
    shown = text if len(text) < 120 else text[:120] + "…"
    return InputError(f"“{shown}” is not a key: {why}", remedy="Copy the whole line as it was published.")


def is_name(name: str) -> bool:
    """Whether a key may be called so: not empty, no spaces, no plus, no control characters."""
    return bool(name) and not any(sign.isspace() or sign == "+" or sign < " " for sign in name)


@dataclass(frozen=True)
class Signer:
    """A private key with its name. Written down like a key, with PRIVATE+KEY+ before it."""

    name: str
    kind: int
    private: bytes

    @property
    def key(self) -> Key:
        public = Ed25519PrivateKey.from_private_bytes(self.private).public_key().public_bytes_raw()
        return Key(self.name, self.kind, public)

    def line(self, text: str, time: int = 0) -> str:
        """The signature line under this text; `time` in seconds since 1970 where the kind of signature says it."""
        scheme = SCHEMES[self.kind]
        signature = Ed25519PrivateKey.from_private_bytes(self.private).sign(scheme.message(text, time))
        stamp = time.to_bytes(8) if scheme.timed else b""
        blob = base64.b64encode(self.key.id + stamp + signature).decode()
        return f"\u2014 {self.name} {blob}\n"

    def __str__(self) -> str:
        blob = base64.b64encode(bytes([self.kind]) + self.private).decode()
        return f"PRIVATE+KEY+{self.name}+{self.key.id.hex()}+{blob}"

    @classmethod
    def read(cls, text: str) -> Signer:
        """A private key as `str` wrote it. Raises InputError, which does not repeat it."""
        try:
            name, id_, blob = _parts(text.strip().removeprefix("PRIVATE+KEY+"))
            content = base64.b64decode(blob, validate=True)
            if len(content) != 33 or content[0] not in SCHEMES:
                raise ValueError
            signer = cls(name, content[0], content[1:])
            if signer.key.id.hex() != id_:
                raise ValueError
        except (InputError, ValueError, binascii.Error):
            raise InputError(
                "the private key cannot be read",
                remedy="Restore its file from a backup of the data directory.",
            ) from None
        return signer


def new_signer(address: str, kind: int = ED25519) -> Signer:
    """A new key pair, called like the web address at which the log is, without its scheme."""
    name = address.partition("//")[2].rstrip("/") or address
    return Signer(f"{name}/log", kind, Ed25519PrivateKey.generate().private_bytes_raw())


@dataclass(frozen=True)
class Signature:
    name: str
    id: bytes
    content: bytes

    @property
    def line(self) -> str:
        return f"\u2014 {self.name} {base64.b64encode(self.id + self.content).decode()}\n"


@dataclass(frozen=True)
class Note:
    """A text that ends with a newline, and the signatures under it, of whomever they are."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def read(cls, note: str) -> Note:
        """Raises BadNoteError that says what is wrong with it."""
        if len(note) > LARGEST:
            raise BadNoteError("the note is too long to be one")
        if any(sign < " " and sign != "\n" for sign in note):
            raise BadNoteError("the note holds control characters")
        text, parted, lines = note.rpartition("\n\n")
        if not parted or not lines.endswith("\n"):
            raise BadNoteError("the note has no empty line between its text and its signatures")
        signatures = tuple(_signature(line) for line in lines.removesuffix("\n").split("\n"))
        if len(signatures) > MOST_SIGNATURES:
            raise BadNoteError(f"the note has more than {MOST_SIGNATURES} signatures")
        return cls(text + "\n", signatures)

    def __str__(self) -> str:
        return self.text + "\n" + "".join(signature.line for signature in self.signatures)

    def signed_by(self, keys: Iterable[Key]) -> dict[Key, int]:
        """Those of these keys that signed it, and when. Signatures of others are passed over.

        Raises BadNoteError where a signature is said to be of one of these keys and is not.
        """
        known = {(key.name, key.id): key for key in keys}
        found: dict[Key, int] = {}
        for signature in self.signatures:
            key = known.get((signature.name, signature.id))
            if key is None:
                continue
            time = key.time_of(self.text, signature.content)
            if time is None:
                raise BadNoteError(
                    f"the signature of {key.name} does not fit the note: one of them was changed"
                )
            if time > LATEST:
                raise BadNoteError(f"{key.name} signed at second {time} since 1970, which no calendar knows")
            found[key] = time
        return found


def _signature(line: str) -> Signature:
    mark, _, rest = line.partition(" ")
    name, _, blob = rest.partition(" ")
    try:
        content = base64.b64decode(blob, validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if mark != "\u2014" or not is_name(name) or len(content) < 5:
        raise BadNoteError("a signature line of the note cannot be read")
    # One way to write it alone: bits that base64 throws away must not make two notes of one.
    if base64.b64encode(content).decode() != blob:
        raise BadNoteError("a signature line of the note is not written as it must be")
    return Signature(name, content[:4], content[4:])
