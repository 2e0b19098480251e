"""What may happen to the log: appending, inside the transaction of the act that is recorded."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.db import connection, models, transaction

from folkmoot.methods.transparency import SALT_BYTES, commitment, sealed
from folkmoot.publiclog import kinds
from folkmoot.publiclog.models import Entry, Erasure, Head

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
    # The last thing before the commit: from here to there nobody else can append.
    start = _take_places(len(drafts))
    for place, entry in enumerate(drafts, start):
        entry.position = place
    if len(drafts) == 1:
        drafts[0].save(force_insert=True)
    else:
        Entry.objects.bulk_create(drafts, batch_size=500)
    return drafts


def _draft(thing: Any, epoch: int) -> Entry:
    kind = kinds.of(thing)
    salt = os.urandom(SALT_BYTES)
    seal = os.urandom(SALT_BYTES) if kind.sealed else None
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
    """What the commitment covers: the thing's content, and sealed beside it what nobody is given."""
    kind = kinds.of(thing)
    content = kind.content(thing)
    if kind.sealed is None or seal is None:
        return content
    return content | {"sealed": sealed(bytes(seal), kind.sealed(thing))}


def _take_places(number: int) -> int:
    # One statement instead of two: this is on the way of every vote. Both databases know RETURNING.
    table = connection.ops.quote_name(Head._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET length = length + %s WHERE id = %s RETURNING length", [number, Head.THE_ONE]
        )
        row = cursor.fetchone()
    if row is None:
        # The first migration makes this row; a database that was emptied gets it again.
        return Head.objects.create(pk=Head.THE_ONE, length=Entry.objects.count() + number).length - number
    return int(row[0]) - number


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
