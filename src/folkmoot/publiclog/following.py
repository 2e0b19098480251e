"""A witness that goes to a log: has it only grown? It signs that, and hands its signature in. No Django here.

What it cannot read it takes for trouble on the way, not for a lie. It accuses a log by nothing but what the log
itself signed: two checkpoints of one length with two roots, or two of different lengths, with hashes that give the
longer one's root and another root than the shorter one's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from folkmoot.methods import InputError
from folkmoot.methods.transparency import Checkpoint, Note, Request
from folkmoot.methods.transparency.checkpoints import MOST_PROOF_LINES, hashes_to_text
from folkmoot.publiclog.remote import Before, Log, Post, post
from folkmoot.publiclog.witness import SAME_LENGTH, Evidence, Memory

# Before a log is accused it is read once more, after so many seconds.
PAUSE = 5.0
# An older state may be a copy on the way; after so many seconds the witness's keeper is to ask.
OLD_FOR = 3600
# So often it begins again where another process of the same witness signed meanwhile.
TURNS = 5

Wait = Callable[[float], None]


@dataclass(frozen=True)
class Visit:
    """What came of one look at the log. `wrong`: it contradicts what it signed before, and that is kept.

    `signed`: it only grew, and that was signed.
    """

    size: int
    words: str
    wrong: bool = False
    signed: bool = False


def visit(memory: Memory, log: Log, now: int, *, send: Post = post, wait: Wait = time.sleep) -> Visit:
    """Look at the log, check that it only grew, sign that, and hand the signature in.

    Raises InputError where it cannot be read, or is not signed by the key that is known: it is tried again later.
    """
    note = log.note()
    shown = Checkpoint.read(note.text)
    key = memory.key_of(shown.origin)
    if key is None or key not in note.signed_by([key]):
        raise InputError(
            f"the checkpoint at {log.address} is of {shown.origin} and not signed by a log that is followed here",
            remedy="If the log was restored under another name, its page says why. Start the witness with --key.",
        )
    for _turn in range(TURNS):
        seen = memory.note(shown.origin)
        before = _before(log, seen, note)
        if found := _contradiction(seen, note, before, now):
            return _accused(memory, log, found, send, wait)
        if seen and shown.size < Checkpoint.read(Note.read(seen).text).size:
            return _older(memory, log, shown, now, send)
        status, words = _ask(memory, seen, note, before, now)
        if status == 200:
            return Visit(shown.size, _hand_in(memory, log, shown.origin, send), signed=True)
        if status != 409:
            raise InputError(f"the checkpoint at {log.address} cannot be signed: {words}")
        # Another process of this witness has signed since: what it saw is read again.
    raise InputError(
        f"{log.address} was signed by another process of this witness again and again",
        remedy="It is tried again later.",
    )


def _heads(seen: str, note: Note) -> tuple[Checkpoint, Checkpoint]:
    """What was seen and what is shown, the shorter one first."""
    both = Checkpoint.read(Note.read(seen).text), Checkpoint.read(note.text)
    return both if both[0].size <= both[1].size else (both[1], both[0])


def _before(log: Log, seen: str, note: Note) -> Before | None:
    """What the longer log was at the shorter one's length; None where nothing was seen, or neither is longer.

    Raises InputError where the tiles do not tell; those of a log that shows an older state need not.
    """
    if not seen:
        return None
    one, other = _heads(seen, note)
    if one.size == other.size:
        return None
    try:
        return log.before(one.size, other)
    except InputError:
        if other == Checkpoint.read(note.text):
            raise
        return None


def _contradiction(seen: str, note: Note, before: Before | None, now: int) -> Evidence | None:
    """What proves that the log signed two logs that do not fit each other."""
    if not seen:
        return None
    one, other = _heads(seen, note)
    if one.size == other.size:
        why = SAME_LENGTH if one.root != other.root else ""
    else:
        why = "what it shows does not begin with what it showed" if before and before.root != one.root else ""
    hashes = hashes_to_text([before.root, *before.proof]) if before else ""
    return Evidence(one.origin, now, why, seen, str(note), hashes) if why else None


def _accused(memory: Memory, log: Log, found: Evidence, send: Post, wait: Wait) -> Visit:
    # At once: what was signed twice may not be shown twice.
    memory.keep(found)
    shown = Note.read(found.shown)
    if found.hashes:
        wait(PAUSE)
        again = _contradiction(found.seen, shown, _before(log, found.seen, shown), found.at)
        if again != found:
            raise InputError(f"{log.address} showed two logs that do not fit, and not a second time")
    # The site is shown its own signature: it then stops signing, and says so to everybody.
    status, _kind, _body = send(f"{log.address}/cosignature", found.seen.encode())
    told = "the site was told" if status == 409 else f"the site did not take it ({status})"
    size = Checkpoint.read(shown.text).size
    return Visit(
        size, f"THIS LOG WAS CHANGED: {found.why}. What proves it is kept (--show); {told}.", wrong=True
    )


def _older(memory: Memory, log: Log, shown: Checkpoint, now: int, send: Post) -> Visit:
    """It shows less than was seen: an old copy somewhere on the way, or a log that was cut.

    That proves nothing, since it was signed when it was true. But a site that was cut says so when it is shown
    what it had signed, and stops signing. Raises InputError where it has been so for long.
    """
    seen, last = memory.seen(shown.origin), memory.last_signed(shown.origin)
    assert seen is not None
    status, _kind, _body = send(f"{log.address}/cosignature", memory.note(shown.origin).encode())
    day = time.strftime("%Y-%m-%d %H:%M", time.gmtime(last))
    words = f"it shows an older state: {shown.size} entries, and it had {seen.size} on {day} UTC"
    if status == 409:
        words += "; the site was told, and says itself that it does not hold what it had signed"
    if now - last > OLD_FOR:
        raise InputError(words, remedy="If that stays so, ask the organisers what happened, in public.")
    return Visit(shown.size, f"{words}. Nothing is signed.")


def _ask(memory: Memory, seen: str, note: Note, before: Before | None, now: int) -> tuple[int, str]:
    old = Checkpoint.read(Note.read(seen).text).size if seen else 0
    proof = before.proof if before else ()
    if len(proof) > MOST_PROOF_LINES:
        raise InputError("the log is longer than any log can be")
    status, _kind, body = memory.add_checkpoint(Request(old, proof, note).body().encode(), now)
    return status, body.decode().strip()


def _hand_in(memory: Memory, log: Log, origin: str, send: Post) -> str:
    status, _kind, body = send(f"{log.address}/cosignature", memory.note(origin).encode())
    if status == 200:
        return "it only grew; signed, and shown on the site"
    return f"it only grew; signed, but the site does not show it: {body.decode(errors='replace').strip()}"
