"""How far an assembly is, and what one person has in the log."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from folkmoot.convene.models import Assembly
from folkmoot.listen.models import Participation, Response
from folkmoot.publiclog.models import Entry
from folkmoot.publiclog.receipts import Receipt


@dataclass(frozen=True)
class Day:
    date: str
    answers: int
    people: int


def answers_by_day(assembly: Assembly) -> list[Day]:
    """Answers in time and people who began, by day in the assembly's own time zone."""
    local = assembly.timetable.local
    answers = Response.objects.counted().filter(question__assembly=assembly).values_list("at", flat=True)
    began = assembly.participations.values_list("started_at", flat=True)
    by_day = Counter(local(at).date().isoformat() for at in answers)
    people = Counter(local(at).date().isoformat() for at in began)
    return [Day(day, by_day[day], people[day]) for day in sorted(by_day | people)]


def receipts(participation: Participation) -> list[Receipt]:
    """What the log holds of this person, in its order."""
    things = [
        *participation.responses.values_list("uuid", flat=True),
        *participation.statements.values_list("uuid", flat=True),
        *participation.consents.values_list("uuid", flat=True),
    ]
    return [Receipt.of(entry) for entry in Entry.objects.filter(item__in=things).order_by("position")]
