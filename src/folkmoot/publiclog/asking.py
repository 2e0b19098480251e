"""Asking witnesses that have an address for their signature, and what they have seen."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from folkmoot.methods import InputError, transparency
from folkmoot.publiclog import store
from folkmoot.publiclog.actions import RewoundError, compare
from folkmoot.publiclog.models import Checkpoint, Cosignature, WitnessChange
from folkmoot.publiclog.remote import Get, NotNowError, Post, get, post
from folkmoot.publiclog.trust import latest
from folkmoot.publiclog.witness import named
from folkmoot.publiclog.witness_actions import take_cosignatures

logger = logging.getLogger(__name__)

# So many seconds signing waits for witnesses that do not answer; they are asked again once a minute.
PATIENCE = 300.0
AGAIN = 60.0


def look_around(*, read: Get = get) -> list[str]:
    """Before anything is signed: has a witness seen more of this log than it holds now?

    Gives the names of those that did not answer: they are to be asked again.
    """
    checkpoint = latest()
    if checkpoint is None:
        return []
    witnesses = WitnessChange.objects.standing().exclude(address="")
    return [each.name for each in witnesses if not _learn(each, checkpoint.origin, read)]


def _learn(witness: WitnessChange, origin: str, read: Get) -> bool:
    """Hold what a witness has seen against this log; whether it answered."""
    try:
        status, _kind, body = read(f"{witness.address.rstrip('/')}/seen/{named(origin)}")
        if status == 200:
            compare(body.decode(), source=witness.name)
        if status < 500:
            return True
        logger.warning("%s cannot be asked what it has seen: it answered %s", witness.name, status)
    except NotNowError as problem:
        logger.warning("%s cannot be asked what it has seen: %s", witness.name, problem)
    except (InputError, UnicodeDecodeError) as problem:
        logger.warning("what %s says that it has seen cannot be read: %s", witness.name, problem)
        return True
    return False


class Lookout:
    """Asks every witness what it has seen until each has answered; `clock` in seconds.

    A restored backup is known by that, so signing waits for them, but not for ever: one that is gone for good
    must not stop the log.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until = clock() + PATIENCE
        self._next = clock()
        self._all_answered = False

    def may_sign(self, *, read: Get = get) -> bool:
        """Whether there is nothing more to wait for; asks those again that did not answer a minute ago."""
        if not self._all_answered and self._clock() >= self._next:
            self._all_answered = not look_around(read=read)
            self._next = self._clock() + AGAIN
        return self._all_answered or self._clock() >= self._until


def ask_witnesses(*, send: Post = post, read: Get = get) -> None:
    """Ask every witness that has not signed the latest checkpoint yet. Those that do not answer are passed over."""
    checkpoint = latest()
    if checkpoint is None:
        return
    for witness in WitnessChange.objects.standing().exclude(address=""):
        if checkpoint.cosignatures.filter(key=witness.key).exists():
            continue
        try:
            _ask(witness, checkpoint, send, read)
        except (InputError, RewoundError, UnicodeDecodeError) as problem:
            logger.warning("%s did not sign: %s", witness.name, problem)


def _ask(witness: WitnessChange, checkpoint: Checkpoint, send: Post, read: Get) -> None:
    signed = Cosignature.objects.filter(key=witness.key, checkpoint__origin=checkpoint.origin)
    old = signed.order_by("checkpoint__size").values_list("checkpoint__size", flat=True).last() or 0
    status, kind, body = send(_address(witness), _request(checkpoint, old))
    if status == 409 and kind.startswith("text/x.tlog.size"):
        old = _size(body)
        if old > checkpoint.size:
            # It says that it has seen a longer log. Its word alone stops nothing; our own signature does.
            _learn(witness, checkpoint.origin, read)
            return
        status, kind, body = send(_address(witness), _request(checkpoint, old))
    if status != 200:
        raise InputError(f"it answered {status}: {body.decode().strip()}")
    take_cosignatures(checkpoint.note + body.decode(), source=witness.name)


def _address(witness: WitnessChange) -> str:
    return f"{witness.address.rstrip('/')}/add-checkpoint"


def _request(checkpoint: Checkpoint, old: int) -> bytes:
    proof = store.tiles(checkpoint.size).consistency(min(old, checkpoint.size))
    note = transparency.Note.read(checkpoint.note)
    return transparency.Request(old, tuple(proof), note).body().encode()


def _size(body: bytes) -> int:
    text = body.decode().strip()
    if not text.isdecimal() or len(text) > 19:
        raise InputError("it answered with what is no size")
    return int(text)
