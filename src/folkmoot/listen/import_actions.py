"""What may happen when many people's answers, or statements, come in from a file."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from folkmoot.convene.models import Assembly, Question, QuestionVersion
from folkmoot.listen import tasks, ways
from folkmoot.listen.models import (
    Batch,
    Channel,
    Consent,
    Participation,
    PseudonymKey,
    Response,
    Statement,
    Vote,
    statement_key,
)
from folkmoot.members.models import FrozenEntry, Member
from folkmoot.publiclog.actions import logged, record_all


@dataclass(frozen=True)
class Incoming:
    """One person of an import: her answers with their times, in the order in which she gave them."""

    answers: Sequence[tuple[Question, dict[str, Any], datetime.datetime]]
    member: Member | None = None
    channel: str = Channel.WEB
    started_at: datetime.datetime | None = None
    consents: Sequence[tuple[bool, datetime.datetime]] = ()
    seed: int = 0


@dataclass(frozen=True)
class Brought:
    """A statement of an import. `id` is the one it had there; `author` names a person of the import."""

    id: str
    text: str
    author: str = ""
    moderated_out: bool = False
    at: datetime.datetime | None = None


@logged("statement")
@transaction.atomic
def bring_statements(question: Question, statements: Sequence[Brought]) -> dict[str, Statement]:
    """Bring in statements by the ids they had. Two with the same words stay two, as they were voted on."""
    pseudonyms = PseudonymKey.objects.of(question)
    taken = set(question.statements.values_list("key", flat=True))
    made = []
    for statement in statements:
        key = statement_key(statement.text)
        if key in taken:
            key = statement_key(f"imported {statement.id} {statement.text}")
        taken.add(key)
        made.append(
            Statement(
                question=question,
                text=statement.text,
                key=key,
                who=pseudonyms.pseudonym_of_imported(statement.author) if statement.author else "",
                moderated_out=statement.moderated_out,
                brought=True,
                at=statement.at or timezone.now(),
            )
        )
    Statement.objects.bulk_create(made, batch_size=500)
    record_all(made)
    return {statement.id: row for statement, row in zip(statements, made, strict=True)}


@dataclass
class _Rows:
    participations: list[Participation] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)
    votes: list[Vote] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)


@logged("import", "response", "consent")
@transaction.atomic
def take_in(
    assembly: Assembly,
    people: Iterable[Incoming],
    *,
    source: str,
    file_digest: str,
    by: Member | None = None,
    tell: bool = True,
    progress: Callable[[int], None] | None = None,
) -> Batch:
    """Bring in many people's answers at once, all or none: a leaf for each answer and one for the file.

    Who says nothing is passed over. Members among them are told that an answer was given in their name; without
    `tell` nobody is, for people who do not exist. Raises ValidationError where one came onto the roll after it
    was frozen.
    """
    batch = Batch.objects.create(assembly=assembly, source=source, file_digest=file_digest, people=0, by=by)
    questions = list(assembly.questions.prefetch_related("versions"))
    context = {
        question.pk: (question, question.version, PseudonymKey.objects.of(question)) for question in questions
    }
    statements = dict(Statement.objects.filter(question__assembly=assembly).values_list("uuid", "pk"))
    keyed = {str(uuid): pk for uuid, pk in statements.items()}
    rows = _Rows()
    for number, person in enumerate(people, 1):
        if person.answers or person.consents:
            _add_person(rows, person, batch, context, keyed)
        if progress and number % 100 == 0:
            progress(number)
    _check_on_the_frozen_roll(assembly, rows.participations)
    Participation.objects.bulk_create(rows.participations, batch_size=500)
    Response.objects.bulk_create(rows.responses, batch_size=500)
    Vote.objects.bulk_create(rows.votes, batch_size=2000)
    Consent.objects.bulk_create(rows.consents, batch_size=500)
    batch.people = len(rows.participations)
    batch.save(update_fields=["people"])
    # In the order of their public ids, which is none: neighbours in the log are not one person's answers.
    things: list[Any] = [*rows.responses, *rows.consents]
    things.sort(key=lambda thing: thing.uuid)
    record_all([batch, *things])
    if tell and any(participation.member_id for participation in rows.participations):
        # One job for all of them: the queue does tens of jobs a second.
        transaction.on_commit(lambda: tasks.tell_members.enqueue(batch=batch.pk), robust=True)
    return batch


def _check_on_the_frozen_roll(assembly: Assembly, people: Iterable[Participation]) -> None:
    members = {person.member.pk: person.member for person in people if person.member}
    if not members:
        return
    frozen = FrozenEntry.objects.filter(roll__assembly=assembly.uuid)
    if later := members.keys() - set(frozen.values_list("member_id", flat=True)):
        raise ValidationError(
            _(
                "%(member)s was not on the roll when it was frozen for this assembly. Bring her answer in without "
                "her name."
            )
            % {"member": members[min(later)]}
        )


def _add_person(
    rows: _Rows,
    person: Incoming,
    batch: Batch,
    context: dict[int, tuple[Question, QuestionVersion, PseudonymKey]],
    statements: dict[str, int],
) -> None:
    participation = Participation(
        assembly=batch.assembly,
        channel=person.channel,
        member=person.member,
        batch=batch,
        seed=person.seed,
        started_at=person.started_at or timezone.now(),
    )
    rows.participations.append(participation)
    numbers: dict[int, int] = {}
    for question, content, at in person.answers:
        _question, version, key = context[question.pk]
        way = ways.named(question.way)
        way.check(version, content)
        numbers[question.pk] = numbers.get(question.pk, 0) + 1
        response = Response(
            participation=participation,
            question=question,
            version=version,
            number=numbers[question.pk],
            who=key.pseudonym(participation),
            content=way.kept(content),
            at=at,
        )
        rows.responses.append(response)
        rows.votes += [
            Vote(response=response, statement_id=statements[statement], value=value)
            for statement, value in content.get("votes", {}).items()
        ]
    rows.consents += [
        Consent(participation=participation, given=given, at=at) for given, at in person.consents
    ]
