"""How one person writes: her town and job, her capitals and commas, her lists and her slips of the finger."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

TOWNS = (
    *("Skelby", "Thrapwick", "Cold Ashmoor", "Kirkallan", "Marl", "Saltmere", "Dunholt", "Brackwater"),
    *("Mallowby", "Fenny Oake", "Llanferin", "Porthpellow", "Hexleigh Vale", "Tarnmills", "Oldernshaw"),
)
JOBS = {
    "care": (
        *("a care assistant", "a home carer", "a support worker", "a night carer", "a ward cleaner"),
        *("a hospital porter", "a senior carer", "a care home cook", "an activities coordinator"),
    ),
    "transport": (
        *("a bus driver", "a train guard", "a depot cleaner", "a bus mechanic", "a ticket office clerk"),
        *("a signaller", "a delivery driver", "a platform assistant", "a ferry deckhand"),
    ),
    "utilities": (
        *("a meter reader", "a gas engineer", "a water treatment operator", "a sewer worker"),
        *("a call handler", "an electrician", "a cable jointer", "a refuse collector"),
    ),
}
SECTORS = {0: (0.5, 0.28, 0.22), 1: (0.3, 0.34, 0.36), 2: (0.38, 0.36, 0.26)}
"""Chances of care, transport and utilities, by leaning."""
OLDER = (
    *("my mum", "my dad", "my nan", "my mother-in-law", "my grandad", "my auntie", "our neighbour Joan"),
    *("my neighbour", "the old man next door", "my sister", "my dad's wife", "my uncle", "my gran"),
)
CHILDREN = (
    "my daughter",
    "my son",
    "my eldest",
    "our youngest",
    "my niece",
    "our lad",
    "my stepson",
    "our girl",
)
TEENS = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen")
BUSES = ("14", "52", "X7", "9A", "31", "28", "6", "40", "77", "B3", "12", "105")
# Words that keep their capital in the middle of a sentence.
KEPT = re.compile(
    r"(?:I\b|I'|[A-Z]{2}|A&E|GP|NHS|" + "|".join(("Christmas", "Sunday", "Saturday", "Britain")) + ")"
)
EMOJI = ("🙏", "😡", "💪", "✊", "🤷", "😢", "👍", "❤️")
SLIPS = {
    "the ": "teh ",
    "a lot": "alot",
    "because": "becuase",
    "their": "thier",
    "should": "shoud",
    "and ": "adn ",
}
SLIPS |= {"don't": "dont", "can't": "cant", "people": "poeple", "really": "realy", "definitely": "definately"}


@dataclass(frozen=True)
class Voice:
    slots: dict[str, str]
    small: bool
    shouts: bool
    bare: bool
    curly: bool
    slips: bool
    wordy: float
    emoji: str


def voice(rng: np.random.Generator, town: str, leaning: int, organiser: str) -> Voice:
    """Somebody of that town; one in ten writes without capitals, one in forty with nothing else."""
    manner = rng.random()
    return Voice(
        slots=_slots(rng, town, leaning, organiser),
        small=0.025 <= manner < 0.12,
        shouts=manner < 0.025,
        bare=bool(rng.random() < 0.16),
        curly=bool(rng.random() < 0.35),
        slips=bool(rng.random() < 0.12),
        wordy=float(rng.random()),
        emoji=str(rng.choice(EMOJI)) if rng.random() < 0.04 else "",
    )


def _slots(rng: np.random.Generator, town: str, leaning: int, organiser: str) -> dict[str, str]:
    sector = str(rng.choice(list(JOBS), p=SECTORS[leaning]))
    job = str(rng.choice(JOBS[sector]))
    others = [name for name in TOWNS if name != town]
    return {
        "town": town,
        "othertown": str(rng.choice(others)),
        "region": str(rng.choice(["North", "South", "East", "West"])),
        "a job": job,
        "job": job.split(" ", 1)[1],
        "jobs": _plural(job.split(" ", 1)[1]),
        "relative": str(rng.choice(OLDER)),
        "child": str(rng.choice(CHILDREN)),
        "teen": str(rng.choice(TEENS)),
        "bus": str(rng.choice(BUSES)),
        "surname": str(rng.choice(["Hargreave", "Bellamy", "Osei", "Tindall", "Kowal", "Mistry", "Pugh"])),
        "first": organiser,
        **_numbers(rng),
    }


def _numbers(rng: np.random.Generator) -> dict[str, str]:
    ranges = {"years": (3, 32), "smallyears": (2, 10), "age": (24, 60), "late": (60, 66), "old": (79, 95)}
    ranges |= {"childage": (22, 36), "months": (5, 23), "weeks": (6, 31), "nights": (20, 39)}
    pounds = {"rent": (650, 1180, 10), "rise": (60, 230, 5), "bill": (170, 420, 2), "taxi": (28, 66, 1)}
    pounds |= {"scan": (280, 690, 10), "carehome": (980, 1490, 10)}
    found = {name: str(int(rng.integers(*span))) for name, span in ranges.items()}
    return found | {name: f"£{int(rng.choice(np.arange(*span))):,}" for name, span in pounds.items()}


def _plural(job: str) -> str:
    return job + "s"


def joined(opener: str, sentence: str) -> str:
    """An opener and the sentence after it, which loses its capital unless it must keep it."""
    first = sentence if KEPT.match(sentence) else sentence[:1].lower() + sentence[1:]
    return f"{opener} {first}"


def in_own_hand(text: str, voice: Voice, rng: np.random.Generator) -> str:
    """The text as this person types it."""
    if voice.slips:
        text = _slipped(text, rng)
    if voice.shouts and len(text) < 200:
        text = text.upper()
    elif voice.small:
        text = text.lower()
    if voice.bare:
        text = text.rstrip(".")
    if voice.emoji:
        text = f"{text} {voice.emoji}"
    return text.replace("'", "’") if voice.curly else text


def _slipped(text: str, rng: np.random.Generator) -> str:
    there = [right for right in SLIPS if right in text]
    for right in there[: int(rng.integers(1, 3))]:
        text = text.replace(right, SLIPS[right], 1)
    if len(text) > 40 and rng.random() < 0.5:
        place = int(rng.integers(10, len(text) - 10))
        if text[place - 1 : place + 2].isalpha():
            text = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    return text
