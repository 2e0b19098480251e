"""What may happen to those who keep watch over the log: they are accepted, they sign, they are accepted no longer."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from folkmoot.methods import InputError, transparency
from folkmoot.publiclog.actions import RewoundError, compare, logged, private, record
from folkmoot.publiclog.models import Checkpoint, Cosignature, WitnessChange

# A witness's clock may be ahead of ours by so much.
AHEAD = datetime.timedelta(hours=1)


@logged("witness")
@transaction.atomic
def accept_witness(*, name: str, key: str, address: str, authority: str) -> WitnessChange:
    """Show the signatures of this witness from now on. Raises InputError for what is not a witness's key."""
    read = transparency.Key.read(key)
    if read.kind != transparency.COSIGNATURE:
        raise InputError(
            _("This is the key of a log, not of a witness."), remedy=_("Ask the witness for hers.")
        )
    change = WitnessChange.objects.create(
        name=name, key=str(read), address=address, accepted=True, authority=authority
    )
    record(change)
    return change


@logged("witness")
@transaction.atomic
def end_witness(witness: WitnessChange, *, authority: str) -> WitnessChange:
    """No longer show the signatures of this witness; those it gave stay where they are."""
    change = WitnessChange.objects.create(
        name=witness.name, key=witness.key, address=witness.address, accepted=False, authority=authority
    )
    record(change)
    return change


@private("it is a witness's act; it stands under the checkpoint")
def take_cosignatures(note: str, *, source: str) -> list[WitnessChange]:
    """Keep the lines of accepted witnesses under one of our checkpoints; whose they are.

    Raises BadNoteError where the note is not ours or its time is still to come, RewoundError where this log does
    not contain it.
    """
    read = transparency.Note.read(note)
    said = transparency.Checkpoint.read(read.text)
    witnesses = {transparency.Key.read(each.key): each for each in WitnessChange.objects.standing()}
    times = {key: _moment(key, seconds) for key, seconds in read.signed_by(witnesses).items()}
    if compare(note, source=source):
        raise RewoundError(_("This log does not contain that checkpoint."))
    checkpoint = Checkpoint.objects.filter(origin=said.origin, size=said.size).first()
    if checkpoint is None:
        raise transparency.BadNoteError("that checkpoint was never published here")
    lines = {(each.name, each.id): each.line for each in read.signatures}
    for key, at in times.items():
        Cosignature.objects.get_or_create(
            checkpoint=checkpoint, key=str(key), defaults={"line": lines[key.name, key.id], "at": at}
        )
    return [witnesses[key] for key in times]


def _moment(key: transparency.Key, seconds: int) -> datetime.datetime:
    """When a witness says that it signed. Raises BadNoteError for what is still to come."""
    at = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    if at > timezone.now() + AHEAD:
        raise transparency.BadNoteError(
            f"{key.name} says that it signed on {at:%Y-%m-%d at %H:%M} UTC, which is still to come. Set its clock."
        )
    return at
