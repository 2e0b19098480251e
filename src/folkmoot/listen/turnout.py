"""Who took part, against the roll: numbers for the dashboard and, with small cells emptied, for findings."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from folkmoot.convene.models import Assembly
from folkmoot.listen.models import Channel, Participation, Response
from folkmoot.listen.small_cells import SMALL, emptied
from folkmoot.members.models import FrozenEntry

YEARS = ("under 2", "2 to 10", "over 10")


@dataclass(frozen=True)
class Part:
    """A part of the roll and how many of it took part; None where a number was emptied."""

    name: str
    roll: int | None
    people: int | None


@dataclass(frozen=True)
class Turnout:
    """`people`: members and visitors by the open link together. A member of two channels is one member.

    `members` are those on the roll that was frozen when the assembly opened, and `roll` is how many are on it: the
    branches and the years of membership add up to both.
    """

    people: int
    members: int
    link: int
    roll: int
    channels: tuple[Part, ...]
    branches: tuple[Part, ...]
    membership: tuple[Part, ...]

    def published(self) -> dict[str, object]:
        """As plain values with every small cell emptied, and what would give one away by subtraction."""
        return {
            "people": self.people,
            "members": self.members,
            "link": self.link,
            "roll": self.roll,
            "channels": [{"name": part.name, "people": part.people} for part in suppress(self.channels)],
            "branches": [_plain(part) for part in suppress(self.branches)],
            "membership": [_plain(part) for part in suppress(self.membership)],
        }


def _plain(part: Part) -> dict[str, object]:
    return {"name": part.name, "roll": part.roll, "people": part.people}


def suppress(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Empty the numbers of one to nine people, and the next smallest until none follows from the total.

    Two that are empty can still be told from their sum: two people in all are one and one. So whoever knows
    the total and this rule is left at least two possible numbers for each small cell, as long as there is
    another number to empty. Columns are treated apart. A part of the roll that is itself small loses both.
    """
    small = {n for n, part in enumerate(parts) if part.roll is not None and part.roll < SMALL}
    roll = emptied([part.roll for part in parts])
    people = emptied([part.people for part in parts], small)
    return tuple(Part(part.name, roll[number], people[number]) for number, part in enumerate(parts))


def turnout(assembly: Assembly) -> Turnout:
    """Everybody who gave at least one answer in time."""
    took_part = _took_part(assembly)
    roll = _frozen(assembly)
    members = set(took_part.filter(member__isnull=False).values_list("member", flat=True))
    answered = {member: roll[member] for member in members & roll.keys()}
    # Nobody else can answer as a member; were she in the database, she would not count in any branch.
    link = took_part.filter(member__isnull=True).count() + len(members - roll.keys())
    opening = assembly.timetable.opens.date()
    return Turnout(
        people=len(answered) + link,
        members=len(answered),
        link=link,
        roll=len(roll),
        channels=_channels(took_part),
        branches=_parts([row[0] for row in roll.values()], [row[0] for row in answered.values()]),
        membership=_by_years(
            [_years(row[1], opening) for row in roll.values()],
            [_years(row[1], opening) for row in answered.values()],
        ),
    )


def _frozen(assembly: Assembly) -> dict[int, tuple[str, datetime.date]]:
    """Branch and day of joining of each member, as they were when the roll was frozen."""
    entries = FrozenEntry.objects.filter(roll__assembly=assembly.uuid)
    return {pk: (branch, joined) for pk, branch, joined in entries.values_list("member", "branch", "joined")}


def _took_part(assembly: Assembly) -> QuerySet[Participation]:
    answered = Response.objects.counted().filter(participation=OuterRef("pk"))
    return Participation.objects.filter(Exists(answered), assembly=assembly)


def _channels(took_part: QuerySet[Participation]) -> tuple[Part, ...]:
    counted = Counter(took_part.values_list("channel", flat=True))
    return tuple(Part(channel.value, None, counted[channel]) for channel in Channel if counted[channel])


def _parts(roll: Sequence[str], answered: Sequence[str]) -> tuple[Part, ...]:
    of_roll, of_answers = Counter(roll), Counter(answered)
    return tuple(Part(name, of_roll[name], of_answers[name]) for name in sorted(of_roll | of_answers))


def _by_years(roll: Sequence[str], answered: Sequence[str]) -> tuple[Part, ...]:
    of_roll, of_answers = Counter(roll), Counter(answered)
    return tuple(Part(name, of_roll[name], of_answers[name]) for name in YEARS) if roll else ()


def _years(joined: datetime.date, day: datetime.date) -> str:
    years = (day - joined).days / 365.25
    return YEARS[0] if years < 2 else YEARS[1] if years <= 10 else YEARS[2]
