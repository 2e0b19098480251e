"""The roll of the Lantern Union: branches of very unequal size, names from all over Britain."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Callable

import numpy as np

from folkmoot.site.demonstration.model import Member, Officer
from folkmoot.site.demonstration.wording import sections

# Two branches are so small that a table by branch has to keep their figures back.
BRANCHES = {
    "North/Skelby": 612,
    "North/Thrapwick": 318,
    "North/Cold Ashmoor": 142,
    "North/Kirkallan": 87,
    "South/Marl": 455,
    "South/Saltmere": 264,
    "South/Dunholt": 61,
    "South/Saltmere Ferries": 17,
    "East/Brackwater": 371,
    "East/Mallowby": 193,
    "East/Fenny Oake": 118,
    "West/Llanferin": 207,
    "West/Porthpellow": 96,
    "West/Hexleigh Vale": 52,
    "West/Tarnmills": 19,
}
OFFICERS = (
    ("Maud Okafor", "North/Skelby", "organiser"),
    ("Bill Hartley", "North/Thrapwick", "facilitator"),
    ("Idris Bowen", "West/Llanferin", "moderator"),
    ("Ada Quill", "South/Marl", "auditor"),
    ("Nell Varga", "East/Brackwater", "administrator"),
)
RECENT = 0.31
"""The share of the roll that joined in the last two years."""


def call_roll(rng: np.random.Generator, today: datetime.date, scale: float) -> list[Member]:
    """Everybody on the roll, the officers first."""
    places = [(name, branch) for name, branch, _role in OFFICERS]
    sizes = {branch: max(4, round(size * scale)) for branch, size in BRANCHES.items()}
    name = _names(rng)
    for branch, size in sizes.items():
        for _ in range(size - sum(place == branch for _name, place in places[: len(OFFICERS)])):
            places.append((name(), branch))
    recent = _recent(rng, len(places))
    taken: Counter[str] = Counter()
    return [
        Member(name, _email(name, taken), branch, today - datetime.timedelta(days=_days(rng, new)))
        for (name, branch), new in zip(places, recent, strict=True)
    ]


def is_recent(member: Member, today: datetime.date) -> bool:
    return (today - member.joined).days < 730


def officers(members: list[Member]) -> tuple[Officer, ...]:
    return tuple(
        Officer(member.email, role) for member, (_name, _branch, role) in zip(members, OFFICERS, strict=False)
    )


def _names(rng: np.random.Generator) -> Callable[[], str]:
    """Names as families give them: mostly both from one part of the world, sometimes from two."""
    parts = sections("names.txt")
    chances = np.array([float(weight.split()[0]) for weight in parts])
    chances /= chances.sum()
    lists = [(lines[0].split(), lines[1].split()) for lines in parts.values()]

    def name() -> str:
        one = int(rng.choice(len(lists), p=chances))
        other = int(rng.choice(len(lists), p=chances)) if rng.random() < 0.12 else one
        return f"{rng.choice(lists[one][0])} {rng.choice(lists[other][1])}"

    return name


def _recent(rng: np.random.Generator, count: int) -> list[bool]:
    chosen = rng.choice(np.arange(len(OFFICERS), count), round(RECENT * count), replace=False)
    flags = np.zeros(count, dtype=bool)
    flags[chosen] = True
    return [bool(flag) for flag in flags]


def _days(rng: np.random.Generator, new: bool) -> int:
    """Days since joining; nobody stands so near to two years that a few days would decide."""
    if new:
        return int(rng.integers(20, 660))
    return 790 + int(min(rng.gamma(1.6, 2600), 15000))


def _email(name: str, taken: Counter[str]) -> str:
    plain = re.sub(r"[^a-z.]", "", name.lower().replace(" ", "."))
    taken[plain] += 1
    return f"{plain}{taken[plain] if taken[plain] > 1 else ''}@lantern.example"
