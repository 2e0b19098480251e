"""What a demonstration consists of: a roll, officers, and assemblies with those who took part."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Member:
    """Somebody on the roll; the branch is a path such as North/Skelby."""

    name: str
    email: str
    branch: str
    joined: datetime.date


@dataclass(frozen=True)
class Officer:
    """Which member, by email, holds which role."""

    email: str
    role: str


@dataclass(frozen=True)
class Option:
    key: str
    text: str


@dataclass(frozen=True)
class Question:
    """A question; `way` is open_text, statements or priorities, the last with `manner` rank or points."""

    key: str
    way: str
    text: str
    help: str = ""
    manner: str = ""
    limit: int = 0
    options: tuple[Option, ...] = ()
    closing: bool = False


@dataclass(frozen=True)
class Statement:
    """Something to agree or disagree with, put by the organisers (None) or by the person of that key."""

    key: str
    text: str
    by: str | None
    at: datetime.datetime


@dataclass(frozen=True)
class Answer:
    """One answer: {"text"}, {"votes": {statement: 1, 0 or −1}}, {"ranking": [option]} or {"points"}."""

    at: datetime.datetime
    question: str
    content: Mapping[str, Any]


@dataclass(frozen=True)
class Person:
    """Somebody who took part, with the answers in the order of time; `member` is an email.

    `leaning` (the number of a group) and `raised` (themes) are what the generator knows and the site is not
    told: findings can be compared with them.
    """

    key: str
    member: str | None
    channel: str
    started_at: datetime.datetime
    consent: bool | None
    answers: tuple[Answer, ...]
    leaning: int | None = None
    raised: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assembly:
    key: str
    title: str
    purpose: str
    opens: datetime.datetime
    closes: datetime.datetime
    findings_due: datetime.datetime
    zone: str
    access: str
    questions: tuple[Question, ...]
    statements: tuple[Statement, ...]
    people: tuple[Person, ...]


@dataclass(frozen=True)
class Demonstration:
    organisation: str
    members: tuple[Member, ...]
    officers: tuple[Officer, ...]
    assemblies: tuple[Assembly, ...]
