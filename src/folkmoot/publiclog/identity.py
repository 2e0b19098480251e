"""Under which name and with which key this log signs."""

from __future__ import annotations

import itertools
from dataclasses import replace

from django.conf import settings

from folkmoot.methods.transparency import Checkpoint, Key, Note, Signer
from folkmoot.publiclog.models import Restoration, Sighting


def signer() -> Signer:
    """The key made at set-up. After a restored backup the log goes on under another name with the same key."""
    first = Signer.read(settings.LOG_KEY)
    last = Restoration.objects.last()
    return replace(first, name=last.origin) if last else first


def key() -> Key:
    return signer().key


def number() -> int | None:
    """Which log it is, 2 after the first restored backup; None while it is the first. Its address ends so, too."""
    first, now = Signer.read(settings.LOG_KEY).name, signer().name
    return None if now == first else int(now.removeprefix(f"{first}/"))


def ended(number: int | None) -> bool:
    """Whether this one went on under another number, since a backup was restored."""
    first = Signer.read(settings.LOG_KEY).name
    return Restoration.objects.filter(before=first if number is None else f"{first}/{number}").exists()


def former(origin: str) -> Key:
    """The key under another name that this log may have had."""
    return replace(key(), name=origin)


def next_origin() -> str:
    """The name after the next restoration; one that was never used, not even in what was lost."""
    first = Signer.read(settings.LOG_KEY).name
    used = {Checkpoint.read(Note.read(seen.note).text).origin for seen in Sighting.objects.all()}
    used |= set(Restoration.objects.values_list("origin", flat=True))
    return next(name for number in itertools.count(2) if (name := f"{first}/{number}") not in used)
