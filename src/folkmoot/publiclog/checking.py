"""Checking a receipt here: what the log of this site holds at its place, for those who take our word for it."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import uuid
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from folkmoot.methods import InputError
from folkmoot.methods.transparency import SALT_BYTES, BadNoteError, Checkpoint, Leaf, Note, Promise, leaf_hash
from folkmoot.publiclog import identity, kinds, store
from folkmoot.publiclog.actions import compare
from folkmoot.publiclog.models import Cosignature, Entry, Erasure, Restoration, WitnessChange
from folkmoot.publiclog.receipts import FORMAT, receipt_name
from folkmoot.publiclog.trust import covering, missing

LARGEST = 256 * 1024


@dataclass(frozen=True)
class Line:
    """One thing that was looked at, and whether it is as it should be."""

    good: bool
    text: str


@dataclass(frozen=True)
class Checked:
    name: str
    lines: tuple[Line, ...]

    @property
    def good(self) -> bool:
        return all(line.good for line in self.lines)


def read_file(content: bytes) -> dict[str, Any]:
    """The receipt in a file. Raises InputError that says what is wrong with it."""
    try:
        receipt = json.loads(content)
        if receipt["format"] != FORMAT:
            raise ValueError
        leaf = Leaf(**receipt["leaf"])
        texts = [leaf.type, leaf.item, leaf.commitment, receipt["salt"], receipt["content"]]
        texts.append(receipt["log"]["origin"])
        texts += ["" if note is None else note for note in (receipt["checkpoint"], receipt.get("promise"))]
        if not all(isinstance(text, str) for text in texts):
            raise ValueError
        if not all(type(number) is int for number in (leaf.epoch, receipt["index"])):
            raise ValueError
        if not 0 <= receipt["index"] < 2**53:
            raise ValueError
        uuid.UUID(leaf.item), bytes.fromhex(receipt["salt"])
    except (ValueError, KeyError, TypeError, RecursionError, AttributeError):
        raise InputError(
            _("That file is not a receipt"),
            remedy=_("Choose the file that you saved when you answered; its name begins with “receipt”."),
        ) from None
    return receipt


def check_file(receipt: dict[str, Any]) -> Checked:
    """Hold a whole receipt against the log."""
    leaf, place = Leaf(**receipt["leaf"]), int(receipt["index"])
    lines = []
    if receipt["salt"]:
        fits = _opens(receipt["salt"], receipt["content"], leaf.commitment)
        good, bad = (
            _("What you said is what was sealed."),
            _("What it says is not what was sealed: it was changed."),
        )
        lines.append(Line(fits, good if fits else bad))
    lines += _place(place, leaf_hash(leaf))
    if receipt["checkpoint"]:
        lines.append(_old_checkpoint(receipt["checkpoint"]))
    elif receipt.get("promise"):
        promised = Promise(receipt["log"]["origin"], place, bytes.fromhex(leaf_hash(leaf)))
        lines.append(_promised(promised, receipt["promise"]))
    return Checked(receipt_name(uuid.UUID(leaf.item)), tuple(lines))


def _opens(salt: str, content: str, sealed: str) -> bool:
    # Over the very signs, and with a salt of its one length: no word may move from the content into the salt.
    opening = bytes.fromhex(salt)
    try:
        found = hashlib.sha256(opening + content.encode()).hexdigest()
    except UnicodeEncodeError:
        return False
    return len(opening) == SALT_BYTES and found == sealed


def _old_checkpoint(note: str) -> Line:
    try:
        missing = compare(note, source=_("somebody’s receipt"))
        said = Checkpoint.read(Note.read(note).text)
    except BadNoteError:
        return Line(False, _("The checkpoint in it was not signed by this log."))
    if store.contains(said):
        return Line(True, _("The log that your receipt was signed under is the beginning of this one."))
    if missing:
        return Line(False, _("This log does not contain the log that your receipt was signed under."))
    return Line(
        False,
        _("Your receipt was signed under the log “%s”. This one does not contain all of it.") % said.origin,
    )


def _promised(promise: Promise, note: str) -> Line:
    try:
        read = Note.read(note)
        signed = read.text == promise.text and read.signed_by([identity.former(promise.origin)])
    except BadNoteError:
        signed = False
    if not signed:
        return Line(False, _("The promise in it is not of this entry, or was not signed by this log."))
    if _held(promise.index, promise.leaf_hash.hex()) is not None:
        return Line(True, _("Its place was promised under the log’s key, and the log keeps that promise."))
    return Line(
        False, _("Its place was promised under the log’s key, and the log does not keep that promise.")
    )


def check_place(place: str, hash_: str) -> Checked:
    """Hold a place and the hash of its entry, as the square on a receipt says them, against the log."""
    if not re.fullmatch(r"[0-9]{1,15}", place, re.ASCII) or not re.fullmatch(r"[0-9a-f]{64}", hash_):
        raise InputError(
            _("That is not a place in the log and a hash"),
            remedy=_("Copy both from your receipt: a number, and 64 letters and digits."),
        )
    entry = _held(int(place), hash_)
    # Without the right hash not even whether there is an entry is told: that would say when somebody answers.
    return Checked(receipt_name(entry.item) if entry else "", tuple(_place(int(place), hash_)))


def _held(position: int, hash_: str) -> Entry | None:
    """The entry at this place, where it is the one with this hash."""
    entry = Entry.objects.filter(position=position).first()
    return entry if entry is not None and leaf_hash(entry.leaf) == hash_ else None


def _place(position: int, hash_: str) -> list[Line]:
    entry = _held(position, hash_)
    if entry is None:
        return [
            Line(
                False,
                _("It is not at no. %s of the log. Keep your receipt and show it to others.") % position,
            ),
            *_lost(position),
        ]
    return [Line(True, _("It is in the log, at no. %s.") % position), *state(entry)]


def _lost(position: int) -> list[Line]:
    """What was said in public of entries that were lost from here on."""
    words = _(
        "On %(at)s UTC %(who)s said in public that a backup was restored: some or all entries of the log “%(name)s” "
        "from no. %(first)s on were lost. Yours may be among them: answer again where that is still possible."
    )
    return [
        Line(
            False,
            words
            % {
                "at": date_format(each.at.astimezone(datetime.UTC), "j F Y, H:i"),
                "who": each.authority,
                "name": each.before,
                "first": each.kept,
            },
        )
        for each in Restoration.objects.filter(kept__lte=position)
    ]


def state(entry: Entry) -> list[Line]:
    """How an entry stands now, in words: signed and seen, or not yet; erased, or kept."""
    lines = [_signed(entry)]
    if erasure := Erasure.objects.filter(item=entry.item, tie=False).first():
        lines.append(
            Line(
                True,
                _("What it held was erased: %(ground)s (%(authority)s). The place stays.")
                % {"ground": erasure.ground, "authority": erasure.authority},
            )
        )
    elif entry.salt is None or kinds.named(entry.kind).find(entry.item) is None:
        lines.append(Line(False, _("What it held is gone, and nobody said why.")))
    return lines


def _signed(entry: Entry) -> Line:
    checkpoint = covering(entry.position)
    if checkpoint is None:
        return _not_yet()
    keys = dict(WitnessChange.objects.standing().values_list("key", "name"))
    seen = Cosignature.objects.filter(checkpoint=checkpoint, key__in=keys).values_list("key", flat=True)
    if not seen:
        return Line(True, _("The log was signed over it. No witness has signed with it yet."))
    return Line(
        True, _("The log was signed over it, and these saw it: %s.") % ", ".join(keys[key] for key in seen)
    )


def _not_yet() -> Line:
    if missing():
        return Line(
            False, _("The log is not signed over it, and is not until it is said what was lost of it.")
        )
    return Line(
        True,
        _(
            "The log will be signed over it within a minute or two. Until then the file of the receipt holds a "
            "signed promise of its place; download it again after that."
        ),
    )
