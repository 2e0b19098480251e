"""A roll between its preview and its import: what was looked at is what is brought in, or nothing is."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.core import signing

KEPT_SECONDS = 24 * 60 * 60
SALT = "folkmoot.members.uploads"
NAME = re.compile(r"roll-[0-9a-f]{32}\.csv")


class GoneError(LookupError):
    """The file is no longer there, was used already, or is not what was shown."""


@dataclass(frozen=True)
class Ticket:
    """What somebody saw before she confirmed: which file, taken as what, and the difference it made."""

    member: int
    file: str
    digest: str
    whole_roll: bool
    difference: str

    def signed(self) -> str:
        return signing.dumps(asdict(self), salt=SALT)

    @classmethod
    def read(cls, text: str, *, member: int) -> Ticket:
        """Raises GoneError for a ticket that is forged, a day old, or somebody else's."""
        try:
            ticket = cls(**signing.loads(text, salt=SALT, max_age=KEPT_SECONDS))
        except (signing.BadSignature, TypeError):
            raise GoneError from None
        if ticket.member != member:
            raise GoneError
        return ticket


def keep(data: bytes) -> str:
    """Keep a file that only this program may read; its name."""
    sweep()
    name = f"roll-{secrets.token_hex(16)}.csv"
    _directory().mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(_directory() / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    return name


def read(ticket: Ticket) -> bytes:
    """The file that was shown. Raises GoneError where it is gone or another."""
    try:
        data = _path(ticket.file).read_bytes()
    except FileNotFoundError:
        raise GoneError from None
    if hashlib.sha256(data).hexdigest() != ticket.digest:
        raise GoneError
    return data


def forget(name: str) -> None:
    _path(name).unlink(missing_ok=True)


def sweep() -> None:
    """Delete what was never confirmed and is a day old."""
    long_ago = time.time() - KEPT_SECONDS
    for path in _directory().glob("roll-*.csv"):
        if path.stat().st_mtime < long_ago:
            path.unlink(missing_ok=True)


def _path(name: str) -> Path:
    if not NAME.fullmatch(name):
        raise GoneError
    return _directory() / name


def _directory() -> Path:
    return Path(settings.CACHE) / "uploads"
