"""What may happen to the log: appending, inside the transaction of the act that is recorded."""

from __future__ import annotations

import datetime
import functools
import os
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from folkmoot.methods import transparency
from folkmoot.methods.transparency import SALT_BYTES, Signer, commitment, sealed, tree
from folkmoot.publiclog import copies, identity, kinds, store
from folkmoot.publiclog.models import (
    Checkpoint,
    Entry,
    Erasure,
    Head,
    Restoration,
    Sighting,
)

# A checkpoint at most so often: more of them would say more exactly who was typing when.
BETWEEN = datetime.timedelta(seconds=60)

Action = TypeVar("Action", bound=Callable[..., Any])


def logged(*kind_names: str) -> Callable[[Action], Action]:
    """Mark an action as public: it appends entries of these kinds. A test finds the unmarked."""

    def mark(action: Action) -> Action:
        action.logged = kind_names  # type: ignore[attr-defined]
        return action

    return mark


def private(reason: str) -> Callable[[Action], Action]:
    """Mark an action as deliberately not logged, and say why."""

    def mark(action: Action) -> Action:
        action.private = reason  # type: ignore[attr-defined]
        return action

    return mark


@private("it is the log itself")
def record(thing: models.Model) -> Entry:
    """Commit to this thing in the log. To be the last line of its act, in the act's own transaction."""
    return record_all([thing])[0]


@private("it is the log itself")
def record_all(things: Sequence[models.Model]) -> list[Entry]:
    """Commit to these things in this order. Raises RuntimeError outside a transaction."""
    if not things:
        return []
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("the log is appended to inside the transaction of the act that it records")
    epoch = int(time.time() // 3600)
    drafts = [_draft(thing, epoch) for thing in things]
    with connection.cursor() as cursor:
        # The last thing before the commit: from here to there nobody else can append.
        start = _take_places(cursor, len(drafts))
        for place, entry in enumerate(drafts, start):
            entry.position = place
        _insert(cursor, drafts)
    return drafts


def _take_places(cursor: Any, number: int) -> int:
    # One statement instead of two: this is on the way of every vote. Both databases know RETURNING.
    cursor.execute(_taking(connection.vendor), [number, Head.THE_ONE])
    row = cursor.fetchone()
    if row is None:
        # The first migration makes this row; a database that was emptied gets it again.
        return Head.objects.create(pk=Head.THE_ONE, length=Entry.objects.count() + number).length - number
    return int(row[0]) - number


def _insert(cursor: Any, entries: list[Entry]) -> None:
    # By hand instead of by the ORM: this is on the way of every vote, and takes a third of the time.
    native = connection.features.has_native_uuid_field
    rows: list[tuple[Any, ...]] = [
        (
            entry.position,
            entry.kind,
            entry.item if native else entry.item.hex,
            entry.epoch,
            entry.commitment,
            entry.salt,
            entry.seal,
            entry.assembly if native or entry.assembly is None else entry.assembly.hex,
        )
        for entry in entries
    ]
    cursor.executemany(_inserting(connection.vendor), rows)
    for entry in entries:
        entry._state.adding, entry._state.db = False, connection.alias


@functools.cache
def _taking(vendor: str) -> str:
    table = connection.ops.quote_name(Head._meta.db_table)
    return f"UPDATE {table} SET length = length + %s WHERE id = %s RETURNING length"


@functools.cache
def _inserting(vendor: str) -> str:
    quote, fields = connection.ops.quote_name, Entry._meta.concrete_fields
    columns = ", ".join(quote(str(field.column)) for field in fields)
    values = ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {quote(Entry._meta.db_table)} ({columns}) VALUES ({values})"


def _draft(thing: Any, epoch: int) -> Entry:
    kind = kinds.of(thing)
    drawn = os.urandom(2 * SALT_BYTES)
    salt, seal = drawn[:SALT_BYTES], drawn[SALT_BYTES:]
    return Entry(
        kind=kind.name,
        item=thing.uuid,
        epoch=epoch,
        salt=salt,
        seal=seal,
        commitment=commitment(salt, covered(thing, seal)),
        assembly=kind.assembly(thing),
    )


@private("it reads")
def covered(thing: Any, seal: bytes | None) -> dict[str, Any]:
    """What the commitment covers: the thing's content, and sealed beside it what nobody is given.

    The row's own number is sealed, too: where the last of several rows counts, it says which one that is.
    """
    kind = kinds.of(thing)
    content = kind.content(thing)
    if seal is None:
        return content
    hidden = kind.sealed(thing) if kind.sealed else {}
    return content | {"sealed": sealed(bytes(seal), hidden | {"row": thing.pk})}


@logged("erasure")
@transaction.atomic
def erase(thing: Any, *, ground: str, authority: str) -> Erasure:
    """Erase a voice for good, with the salt that could show what it was; that it was erased stays.

    Raises ValueError for a kind that cannot be erased: what the organisation did.
    """
    kind = kinds.of(thing)
    if kind.erase is None:
        raise ValueError(f"a {kind.name} cannot be erased")
    erasure = Erasure.objects.create(
        item=thing.uuid,
        kind=kind.name,
        ground=ground,
        authority=authority,
        assembly=kind.assembly(thing),
    )
    Entry.objects.about(thing.uuid).update(salt=None, seal=None)
    kind.erase(thing)
    record(erasure)
    return erasure


@logged("erasure")
@transaction.atomic
def untie(thing: Any, *, ground: str, authority: str) -> Erasure:
    """Say that whose a thing was is erased; the thing itself stays, since others have answered to it."""
    kind = kinds.of(thing)
    erasure = Erasure.objects.create(
        item=thing.uuid,
        kind=kind.name,
        ground=ground,
        authority=authority,
        tie=True,
        assembly=kind.assembly(thing),
    )
    record(erasure)
    return erasure


@private("it reads")
def broken(entries: Iterable[Entry]) -> list[Entry]:
    """The entries whose thing no longer matches what was committed to; erased ones are not among them."""
    wrong = []
    for entry in entries:
        if entry.salt is None:
            continue
        thing = kinds.named(entry.kind).find(entry.item)
        if thing is None or not _matches(entry, thing):
            wrong.append(entry)
    return wrong


def _matches(entry: Entry, thing: Any) -> bool:
    seal = bytes(entry.seal) if entry.seal else None
    return commitment(bytes(entry.salt or b""), covered(thing, seal)) == entry.commitment


class RewoundError(Exception):
    """This log does not contain what was signed of it before: nothing is signed until that is explained."""


@private("a checkpoint is about the log and cannot be in it")
def sign(*, at_once: bool = False) -> Checkpoint | None:
    """Sign how long the log is, where it has grown and the last time is a minute ago; the latest checkpoint.

    `at_once` does not wait for the minute: what is being published must be covered. None where the log is
    empty. Raises RewoundError where the log is shorter than, or another than, what was signed before.
    """
    signer = identity.signer()
    _check_not_rewound(signer)
    store.grow()
    with transaction.atomic():
        # Held until the commit, so that two workers do not sign at the same moment.
        head = Head.objects.select_for_update().filter(pk=Head.THE_ONE).first()
        length = head.length if head else 0
        last = Checkpoint.objects.filter(origin=signer.name).order_by("size").last()
        if not length or (last and last.size == length):
            return last
        if last and not at_once and timezone.now() - last.at < BETWEEN:
            return last
        text = transparency.Checkpoint(signer.name, length, store.tiles(length).root()).text
        made = Checkpoint.objects.create(
            number=(Checkpoint.objects.aggregate(last=models.Max("number"))["last"] or 0) + 1,
            origin=signer.name,
            size=length,
            root=transparency.Checkpoint.read(text).root.hex(),
            note=f"{text}\n{signer.line(text)}",
        )
    copies.keep(made.note)
    return made


@private("it goes into a receipt until a checkpoint covers it, and says nothing that the log does not hold")
def promise(entry: Entry) -> str | None:
    """Sign that this entry, which is committed, has its place: what a receipt holds before the log is signed over it.

    None where this log does not contain what was signed before: its places cannot be vouched for.
    """
    signer = identity.signer()
    try:
        _check_not_rewound(signer)
    except RewoundError:
        return None
    text = transparency.Promise(signer.name, entry.position, tree.of_leaf(entry.leaf.bytes())).text
    return f"{text}\n{signer.line(text)}"


def _check_not_rewound(signer: Signer) -> None:
    """Hold the log against the last checkpoint it knows and against the copy beside the database."""
    known = [("its own database", Checkpoint.objects.filter(origin=signer.name).order_by("size").last())]
    notes = [(source, checkpoint.note) for source, checkpoint in known if checkpoint]
    if copy := copies.kept():
        notes.append(("the copy beside the database", copy))
    for source, note in notes:
        try:
            compare(note, source=source)
        except transparency.BadNoteError as problem:
            raise RewoundError(
                _(
                    "The key of this log is not the one that signed before. Bring secrets/log back from a backup."
                )
            ) from problem
    if Sighting.objects.filter(origin=signer.name).exists():
        raise RewoundError(_("This log does not contain all that was signed of it before."))


@private("it is kept to be shown on the log's page until it is explained")
def compare(note: str, *, source: str) -> Sighting | None:
    """Keep a checkpoint that we signed and this log does not contain; None where it does.

    Raises BadNoteError where it was not signed here.
    """
    read = transparency.Note.read(note)
    said = transparency.Checkpoint.read(read.text)
    if not read.signed_by([identity.former(said.origin)]):
        raise transparency.BadNoteError("the checkpoint was not signed by this log")
    origin = identity.signer().name
    if said.origin != origin and Restoration.objects.filter(before=said.origin).exists():
        # Under a former name: that something was lost then was told already.
        return None
    if said.origin == origin and store.contains(said):
        return None
    return Sighting.objects.get_or_create(
        origin=origin,
        size=said.size,
        root=said.root.hex(),
        defaults={"note": note, "source": source},
    )[0]


@logged("restoration")
@transaction.atomic
def declare_restored(*, reason: str, authority: str) -> Restoration:
    """Say in public that the log goes on from a backup, and what was lost; from here on it has a new name.

    Raises ValueError where nothing is missing.
    """
    before = identity.signer().name
    seen = Sighting.objects.filter(origin=before).order_by("size").last()
    if seen is None:
        raise ValueError(_("This log contains all that was signed of it: there is nothing to explain."))
    restoration = Restoration.objects.create(
        origin=identity.next_origin(),
        before=before,
        seen=seen.size,
        seen_root=seen.root,
        kept=_still_here(seen.size),
        reason=reason,
        authority=authority,
    )
    record(restoration)
    return restoration


def _still_here(most: int) -> int:
    """How many entries are sure to be what they were: as many as the last signature covered that still fits.

    Not how long the log is: answers that came in since the backup was restored stand where others were lost.
    """
    signed = transparency.Checkpoint
    for row in Checkpoint.objects.filter(size__lte=most).order_by("-size").iterator():
        if store.contains(signed(row.origin, row.size, bytes.fromhex(row.root))):
            return row.size
    return 0
