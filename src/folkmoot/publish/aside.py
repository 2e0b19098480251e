"""Answers that are kept and not counted, as the members' bundle shows them, so that none is left out unseen.

Of what somebody replaced nothing is shown but the number of the answer that stands in its place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from folkmoot.listen.rows import Aside
from folkmoot.methods.transparency import canonical
from folkmoot.publiclog import kinds
from folkmoot.publiclog.models import Entry, Erasure
from folkmoot.publish.evidence import Heard
from folkmoot.publish.leaves import things_of

Person = tuple[str, str]


def given(heard: Sequence[Heard]) -> set[str]:
    """The public ids of the answers that are in the rows."""
    return {item for one in heard for item in one.answers.responses()}


def set_aside(entries: Sequence[Entry], heard: Sequence[Heard]) -> list[Aside]:
    """The answers of these entries that are not in the rows, but for those that somebody replaced."""
    counted = given(heard)
    rest = [entry for entry in entries if entry.kind == "response" and str(entry.item) not in counted]
    found = [_aside(thing) for thing in things_of([entry for entry in rest if entry.salt]).values()]
    last: dict[Person, int] = defaultdict(int)
    for person, number in _in_time(heard, found):
        last[person] = max(last[person], number)
    # A batch of votes is not replaced as a whole by the next one: each of them is shown.
    votes = {one.question["id"] for one in heard if one.question["way"] == "statements"}
    shown = [
        row for row in found if row.late or row.question in votes or row.number == last[row.question, row.who]
    ]
    return sorted(shown, key=lambda row: row.response)


def _in_time(heard: Sequence[Heard], found: Sequence[Aside]) -> Iterator[tuple[Person, int]]:
    """By question and pseudonym the numbers of the answers that came in time."""
    for one in heard:
        yield from (((one.question["id"], row.who), row.number) for row in one.answers.texts)
        yield from (((one.question["id"], row.who), row.number) for row in one.answers.rankings)
    yield from (((row.question, row.who), row.number) for row in found if not row.late)


def _aside(thing: Any) -> Aside:
    content = kinds.of(thing).content(thing)
    return Aside(
        response=str(thing.uuid),
        question=content["question"],
        who=content["who"],
        version=content["version"],
        number=content["number"],
        late=int(content["late"]),
        content=canonical(content["content"]).decode(),
    )


def erased_since(entries: Sequence[Entry], heard: Sequence[Heard]) -> bool:
    """Whether an answer that is in the rows was erased, or one was after the last of these entries."""
    erased = {entry.item for entry in entries if entry.kind == "response" and not entry.salt}
    if not erased:
        return False
    acts = {entry.item for entry in entries if entry.kind == "erasure"}
    told = Erasure.objects.filter(assembly=entries[0].assembly, tie=False).values_list("uuid", "item")
    in_public = {item for act, item in told if act in acts}
    return not (erased <= in_public and given(heard).isdisjoint(map(str, erased)))
