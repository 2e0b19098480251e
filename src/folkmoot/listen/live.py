"""Where opinion stands while people still vote: the worker keeps it vote by vote, all others read what it wrote.

The worker holds the exact state of each open question in memory (methods/opinions/live.py) and takes in only
what came since, in the order of the log: no entry can slip in behind one that was read. What web processes
need of it, how much each statement wants to be asked next and how the votes stand, is one row a question,
written anew after each round. It follows from the votes and can be thrown away at any time.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from folkmoot.convene.models import Assembly, Question
from folkmoot.listen.models import LiveOpinion, Statement, Vote
from folkmoot.listen.small_cells import SMALL
from folkmoot.methods.opinions import chart
from folkmoot.methods.opinions.live import MOST_STATEMENTS, LiveState
from folkmoot.methods.opinions.priorities import priority
from folkmoot.methods.opinions.snapshot import Snapshot
from folkmoot.publiclog import store
from folkmoot.publiclog.models import Entry

logger = logging.getLogger(__name__)

AT_ONCE = 500  # log entries whose votes are read by one query
FRESH = 2.0  # seconds for which a process keeps what it read
LISTED = 3
UNSEEN = float(priority(0, 0, 0, 0.0))  # how much a statement without a vote wants to be asked


# -- the worker's side


@dataclass
class Followed:
    """The state of one question, and how long the log was when it was read."""

    state: LiveState
    length: int


class Follower:
    """All questions that people are voting on, as the worker keeps them in memory."""

    def __init__(self) -> None:
        self.followed: dict[int, Followed] = {}
        self.length = -1

    def follow(self) -> int:
        """Take in the votes that came since the last time; how many questions were written anew."""
        length = store.length()
        if length == self.length:
            return 0
        questions = voted_on_now()
        open_now = {question.pk for question in questions}
        for gone in self.followed.keys() - open_now:
            del self.followed[gone]
        LiveOpinion.objects.exclude(question__in=open_now).delete()
        written = sum(self._follow(question, length) for question in questions)
        self.length = length
        return written

    def _follow(self, question: Question, length: int) -> bool:
        statements = list(Statement.objects.filter(question=question).values_list("uuid", "moderated_out"))
        if len(statements) > MOST_STATEMENTS:
            # Too many for a state in memory: the analyses write their weights now and then instead.
            self.followed.pop(question.pk, None)
            LiveOpinion.objects.filter(question=question).delete()
            return False
        known = self.followed.get(question.pk)
        since = None if known is None else _since(question.assembly.uuid, known.length, length)
        if known is not None and since == []:
            known.length = length
            return False
        if known is None or since is None:
            known = self.followed[question.pk] = Followed(LiveState(), length)
            votes = _in_order(Vote.objects.filter(response__question=question))
        else:
            votes = _brought_by(question, since)
        state = known.state
        for name, out in statements:
            state.add_statement(str(name))
            state.moderate(str(name), out=out)
        state.take_many(*votes)
        known.length = length
        _write(question, known)
        return True


def voted_on_now() -> list[Question]:
    """The questions with statements of every assembly that is open."""
    running = [one for one in Assembly.objects.convened().with_clock() if one.state == "open"]
    return list(Question.objects.filter(assembly__in=running, way="statements").select_related("assembly"))


def _since(assembly: uuid.UUID, start: int, end: int) -> list[uuid.UUID] | None:
    """The responses that the log gained; None where something was erased, so that all is read again."""
    gained = Entry.objects.of_assembly(assembly).filter(position__gte=start, position__lt=end)
    found: list[uuid.UUID] = []
    for kind, item in gained.values_list("kind", "item"):
        if kind == "erasure":
            return None
        if kind in ("response", "statement"):
            found.append(item)
    return found


Columns = tuple[Sequence[str], Sequence[str], Sequence[int]]


def _brought_by(question: Question, items: Sequence[uuid.UUID]) -> Columns:
    """The votes that these responses brought, in their order: the last one of a person counts."""
    place = {item: number for number, item in enumerate(items)}
    rows: list[tuple[int, str, str, int]] = []
    for start in range(0, len(items), AT_ONCE):
        some = items[start : start + AT_ONCE]
        votes = Vote.objects.filter(response__uuid__in=some, response__question=question)
        rows += [(place[item], *vote) for item, *vote in _rows(votes, "response__uuid")]
    rows.sort(key=lambda row: row[0])
    return _columns(row[1:] for row in rows)


def _in_order(votes: QuerySet[Vote]) -> Columns:
    return _columns(vote for _number, *vote in _rows(votes.order_by("response__number"), "response__number"))


def _rows(votes: QuerySet[Vote], first: str) -> Iterable[tuple[Any, str, str, int]]:
    counted = votes.filter(response__late=False)
    rows = counted.values_list(first, "response__who", "statement__uuid", "value")
    return ((key, who, str(statement), value) for key, who, statement, value in rows.iterator(20_000))


def _columns(rows: Iterable[Sequence[Any]]) -> Columns:
    table = list(rows)
    return [row[0] for row in table], [row[1] for row in table], [row[2] for row in table]


def _write(question: Question, known: Followed) -> None:
    snapshot = known.state.refresh()
    crowd = ""
    if snapshot.included >= SMALL:
        _people, positions = known.state.positions(snapshot)
        crowd = chart.crowd(positions)
    with transaction.atomic():
        LiveOpinion.objects.update_or_create(
            question=question,
            defaults={
                "length": known.length,
                "snapshot": snapshot.to_bytes(),
                "crowd": crowd,
                "at": timezone.now(),
            },
        )


# -- everybody else's


_read: dict[int, tuple[float, Snapshot | None]] = {}


def current(question: int) -> Snapshot | None:
    """The latest snapshot of a question (its number), kept for two seconds; None where there is none."""
    until, kept = _read.get(question, (0.0, None))
    now = time.monotonic()
    if now >= until:
        body = LiveOpinion.objects.filter(question=question).values_list("snapshot", flat=True).first()
        kept = None if body is None else Snapshot.from_bytes(bytes(body))
        _read[question] = (now + FRESH, kept)
    return kept


@dataclass(frozen=True)
class SoFar:
    """How one question's votes stand: statements with how many agree and disagree, of how many; the crowd."""

    question: Question
    people: int
    votes: int
    shared: Sequence[tuple[Statement, int, int, int]]
    split: Sequence[tuple[Statement, int, int, int]]
    crowd: str
    at: Any


def so_far(assembly: Assembly) -> list[SoFar]:
    """How the votes of an assembly stand; nothing of a statement on which fewer than ten people voted."""
    rows = LiveOpinion.objects.filter(question__assembly=assembly).select_related("question")
    return [_told(row) for row in rows.order_by("question__pk")]


def _told(row: LiveOpinion) -> SoFar:
    snapshot = Snapshot.from_bytes(bytes(row.snapshot))
    counts = snapshot.counts
    votes = zip(
        snapshot.statements,
        counts.agrees.tolist(),
        counts.disagrees.tolist(),
        counts.seen.tolist(),
        snapshot.out.tolist(),
        strict=True,
    )
    judged = [vote[:4] for vote in votes if vote[3] >= SMALL and not vote[4]]
    shared = sorted(
        (vote for vote in judged if 2 * vote[1] > vote[3]),
        key=lambda vote: (-(vote[1] + 1) / (vote[3] + 2), vote[0]),
    )
    split = sorted(
        (vote for vote in judged if 4 * min(vote[1], vote[2]) >= vote[3]),
        key=lambda vote: (-min(vote[1], vote[2]) / vote[3], vote[0]),
    )
    named = {
        str(one.uuid): one
        for one in Statement.objects.filter(
            uuid__in=[vote[0] for vote in (*shared[:LISTED], *split[:LISTED])]
        )
    }

    def shown(found: Sequence[tuple[str, int, int, int]]) -> list[tuple[Statement, int, int, int]]:
        return [(named[name], *rest) for name, *rest in found[:LISTED] if name in named]

    return SoFar(
        row.question, snapshot.participants, snapshot.votes, shown(shared), shown(split), row.crowd, row.at
    )
