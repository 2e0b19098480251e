"""How far an assembly is, and what one person has in the log."""

from __future__ import annotations

import datetime
import uuid
from collections import Counter
from dataclasses import dataclass

from folkmoot.convene.models import Assembly
from folkmoot.listen.models import Consent, Participation, Response, Statement
from folkmoot.methods.transparency import canonical
from folkmoot.publiclog import kinds
from folkmoot.publiclog.models import Entry
from folkmoot.publiclog.receipts import Receipt


@dataclass(frozen=True)
class Day:
    date: datetime.date
    answers: int
    people: int


def answers_by_day(assembly: Assembly) -> list[Day]:
    """Answers in time and people who began, by day in the assembly's own time zone."""
    local = assembly.timetable.local
    answers = Response.objects.counted().filter(question__assembly=assembly).values_list("at", flat=True)
    began = assembly.participations.values_list("started_at", flat=True)
    by_day = Counter(local(at).date() for at in answers)
    people = Counter(local(at).date() for at in began)
    return [Day(day, by_day[day], people[day]) for day in sorted(by_day | people)]


def receipts(participation: Participation, seat: str | None = None) -> list[Receipt]:
    """What the log holds of this person, in its order; of one seat what came from there."""
    things = [item for rows in participation.said(seat) for item in rows.values_list("uuid", flat=True)]
    return [Receipt.of(entry) for entry in Entry.objects.filter(item__in=things).order_by("position")]


@dataclass(frozen=True)
class Held:
    """A thing that is kept of somebody: when it came, its public id, what it is and what it says."""

    at: datetime.datetime
    item: uuid.UUID
    what: str
    content: str


def everything_of(participation: Participation, seat: str | None = None) -> list[Held]:
    """All that one person said in an assembly, or said from one seat, every version, in the order it came."""
    responses, statements, consents = participation.said(seat)
    things = [
        *responses.select_related("question", "version", "participation"),
        *statements.select_related("question"),
        *consents,
    ]
    return sorted((_held(thing) for thing in things), key=lambda held: held.at)


def _held(thing: Response | Statement | Consent) -> Held:
    kind = kinds.of(thing)
    return Held(thing.at, thing.uuid, kind.name, canonical(kind.content(thing)).decode())
