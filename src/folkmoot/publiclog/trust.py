"""Whom one is trusting: who else has seen the log, and whether anything is wrong with it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from folkmoot.publiclog import identity
from folkmoot.publiclog.models import Checkpoint, Cosignature, Erasure, Restoration, Sighting, WitnessChange


@dataclass(frozen=True)
class Seen:
    """An accepted witness, the last checkpoint it signed and when; None where it has not signed yet."""

    witness: WitnessChange
    size: int | None
    at: datetime.datetime | None


@dataclass(frozen=True)
class Trust:
    """`seen`: accepted witnesses that have signed, `waiting`: those that have not. `missing`: what was signed
    and is not here, while nobody has explained it. `checkpoint`: the last one under the present name."""

    checkpoint: Checkpoint | None
    seen: tuple[Seen, ...]
    waiting: tuple[Seen, ...]
    missing: Sighting | None
    restorations: tuple[Restoration, ...]
    erasures: int

    @property
    def length(self) -> int:
        """How much of the log may be told: what was signed of it.

        A number that grew with every answer would say to the second when somebody answered.
        """
        return self.checkpoint.size if self.checkpoint else 0

    @property
    def last(self) -> datetime.datetime | None:
        return max((each.at for each in self.seen if each.at), default=None)


def trust() -> Trust:
    origin, signed = identity.signer().name, latest()
    found = [_seen(witness, origin) for witness in WitnessChange.objects.standing().order_by("name", "pk")]
    return Trust(
        checkpoint=signed,
        seen=tuple(each for each in found if each.at),
        waiting=tuple(each for each in found if not each.at),
        missing=missing(),
        restorations=tuple(Restoration.objects.all()),
        # As of the last signature, as every number that is told.
        erasures=Erasure.objects.filter(at__lte=signed.at).count() if signed else 0,
    )


def missing() -> Sighting | None:
    """What was signed of the log and is not in it, while nobody has explained it: nothing is signed until then."""
    return Sighting.objects.filter(origin=identity.signer().name).order_by("size").last()


def _seen(witness: WitnessChange, origin: str) -> Seen:
    signed = Cosignature.objects.filter(key=witness.key, checkpoint__origin=origin)
    last = signed.select_related("checkpoint").order_by("checkpoint__size").last()
    return Seen(witness, last.checkpoint.size if last else None, last.at if last else None)


def note_of(checkpoint: Checkpoint) -> str:
    """The signed note with the lines of all witnesses that are accepted now."""
    keys = set(WitnessChange.objects.standing().values_list("key", flat=True))
    lines = checkpoint.cosignatures.filter(key__in=keys).values_list("line", flat=True)
    return checkpoint.note + "".join(lines)


def latest() -> Checkpoint | None:
    """The last checkpoint under the present name."""
    return Checkpoint.objects.filter(origin=identity.signer().name).order_by("size").last()


def covering(position: int) -> Checkpoint | None:
    """The checkpoint to show with the entry at this place: one that most witnesses signed, the newest of those."""
    rows = Checkpoint.objects.filter(origin=identity.signer().name, size__gt=position)
    keys = WitnessChange.objects.standing().values_list("key", flat=True)
    signed = Cosignature.objects.filter(checkpoint__in=rows, key__in=list(keys)).values_list(
        "checkpoint", flat=True
    )
    numbers: dict[int, int] = {}
    for checkpoint in signed:
        numbers[checkpoint] = numbers.get(checkpoint, 0) + 1
    if numbers:
        return rows.get(pk=max(numbers, key=lambda pk: (numbers[pk], pk)))
    return rows.order_by("size").last()
