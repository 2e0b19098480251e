"""Who takes part: which members, through which channel, when they begin, and which way they lean."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from folkmoot.site.demonstration.model import Member
from folkmoot.site.demonstration.roll import is_recent
from folkmoot.site.demonstration.statements import SHARES
from folkmoot.site.demonstration.timing import MINUTE, starts
from folkmoot.site.demonstration.voice import TOWNS, Voice, voice

BY_MEMBERS = 1031 / 1104
RECENT = 0.14
"""The share of members under two years among those members who answer."""
# How readily a branch answers beside the others: Skelby is quiet.
READINESS = {
    "North/Skelby": 0.62,
    "North/Thrapwick": 1.5,
    "East/Mallowby": 1.3,
    "West/Porthpellow": 1.6,
    "South/Marl": 0.9,
}
PAPER, PHONE, HALL = 60 / 1104, 16 / 1104, 24 / 1104
HALL_BRANCH = "North/Thrapwick"
HALL_HOUR = 31.6
"""Hours after the opening at which the branch meets and fills the questions in together."""
LATEST = datetime.timedelta(minutes=25)


@dataclass(frozen=True)
class Participant:
    key: str
    member: str | None
    channel: str
    started_at: datetime.datetime
    leaning: int
    voice: Voice


def call_together(
    rng: np.random.Generator,
    members: Sequence[Member],
    today: datetime.datetime,
    people: int,
    opens: datetime.datetime,
    closes: datetime.datetime,
) -> list[Participant]:
    """So many people, most of them members and some by the open link, in the order in which they begin."""
    answering: list[Member | None] = [*_members(rng, members, today.date(), round(BY_MEMBERS * people))]
    answering += [None] * (people - len(answering))
    order = rng.permutation(people).tolist()
    leanings = _leanings(rng, people)
    channels = _channels(rng, answering, people)
    moments = starts(rng, people, opens, closes - LATEST)
    found = []
    for number, place in enumerate(order):
        member, channel = answering[place], channels[place]
        town = _town(rng, member)
        hall = opens + datetime.timedelta(hours=HALL_HOUR) + int(rng.integers(0, 25)) * MINUTE
        found.append(
            Participant(
                key=f"p{number + 1:04}",
                member=member.email if member else None,
                channel=channel,
                started_at=hall if channel == "meeting" else moments[number],
                leaning=leanings[number],
                voice=voice(rng, town, leanings[number], members[0].name.split()[0]),
            )
        )
    return sorted(found, key=lambda one: (one.started_at, one.key))


def _members(
    rng: np.random.Generator, members: Sequence[Member], today: datetime.date, count: int
) -> list[Member]:
    """Members of every branch, new ones far less often than there are of them."""
    new = [member for member in members if is_recent(member, today)]
    settled = [member for member in members if not is_recent(member, today)]
    from_new = round(RECENT * count)
    return [*_drawn(rng, new, from_new), *_drawn(rng, settled, count - from_new)]


def _drawn(rng: np.random.Generator, members: Sequence[Member], count: int) -> list[Member]:
    weights = np.array([READINESS.get(member.branch, 1.0) for member in members])
    chosen = rng.choice(len(members), count, replace=False, p=weights / weights.sum())
    return [members[number] for number in sorted(chosen.tolist())]


def _leanings(rng: np.random.Generator, people: int) -> list[int]:
    sizes = [round(share * people) for share in SHARES[:-1]]
    sizes.append(people - sum(sizes))
    return [int(leaning) for leaning in rng.permutation(np.repeat(np.arange(len(sizes)), sizes))]


def _channels(rng: np.random.Generator, answering: Sequence[Member | None], people: int) -> list[str]:
    channels = ["web"] * people
    hall = [n for n, member in enumerate(answering) if member and member.branch == HALL_BRANCH]
    for number in hall[: round(HALL * people)]:
        channels[number] = "meeting"
    rest = [n for n, member in enumerate(answering) if member and channels[n] == "web"]
    elsewhere = rng.permutation(rest).tolist()
    paper = round(PAPER * people)
    for number in elsewhere[:paper]:
        channels[number] = "paper"
    for number in elsewhere[paper : paper + round(PHONE * people)]:
        channels[number] = "phone"
    return channels


def _town(rng: np.random.Generator, member: Member | None) -> str:
    town = member.branch.rpartition("/")[2] if member else ""
    return town if town in TOWNS else str(rng.choice(TOWNS))
