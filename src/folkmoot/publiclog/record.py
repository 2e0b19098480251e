"""The log as people read it: what organisers and officers did, and how often members spoke."""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from folkmoot.publiclog import kinds
from folkmoot.publiclog.models import Entry, EntryQuerySet


@dataclass(frozen=True)
class Act:
    """A line of the record: its place in the log, the hour in which it was logged, and what was done.

    The place is None until the log was signed over it: places tell how many answers came before.
    """

    position: int | None
    hour: datetime.datetime
    text: str
    assembly: uuid.UUID | None


def acts(assembly: uuid.UUID | None) -> EntryQuerySet:
    """What organisers and officers did, the newest first."""
    names = [kind.name for kind in kinds.every() if not kind.voice]
    return _about(assembly).acts(names).order_by("-position")


def voices(assembly: uuid.UUID | None, signed_length: int) -> list[str]:
    """How many of each kind of voice are among what was signed of the log, in words: "2,314 answers"."""
    signed = _about(assembly).filter(position__lt=signed_length)
    counted = signed.order_by().values_list("kind").annotate(number=Count("pk"))
    numbers = dict(counted)
    return [kind.count(numbers[kind.name]) for kind in kinds.every() if kind.voice and kind.name in numbers]


def summaries(assembly: uuid.UUID | None) -> list[str]:
    """What was done of each kind that tells it in a line: "2 themes renamed"."""
    told = (kind.summary(assembly) for kind in kinds.every() if kind.summary is not None)
    return [line for line in told if line]


def _about(assembly: uuid.UUID | None) -> EntryQuerySet:
    entries = Entry.objects.all()
    return entries.filter(assembly=assembly) if assembly else entries


def lines(entries: Iterable[Entry], signed_length: int) -> list[Act]:
    """These entries in plain words. What they are about is read once for each kind."""
    entries = list(entries)
    items: dict[str, list[uuid.UUID]] = defaultdict(list)
    for entry in entries:
        items[entry.kind].append(entry.item)
    things = {name: kinds.named(name).find_many(wanted) for name, wanted in items.items()}
    return [_act(entry, things[entry.kind].get(entry.item), signed_length) for entry in entries]


def _act(entry: Entry, thing: object | None, signed_length: int) -> Act:
    hour = datetime.datetime.fromtimestamp(entry.epoch * 3600, datetime.UTC)
    text = _("What stood here is no longer kept") if thing is None else kinds.named(entry.kind).show(thing)
    return Act(entry.position if entry.position < signed_length else None, hour, text, entry.assembly)
