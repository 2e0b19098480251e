"""What may happen when people answer. An answer is acknowledged only after its transaction."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from folkmoot.convene.models import Assembly, Question, QuestionVersion
from folkmoot.listen import tasks, told, ways
from folkmoot.listen.models import (
    LONGEST_STATEMENT,
    Batch,
    Channel,
    Consent,
    Given,
    OtherBrowser,
    Participation,
    PseudonymKey,
    Response,
    Statement,
    Vote,
    statement_key,
)
from folkmoot.members.actions import post
from folkmoot.members.models import FrozenEntry, FrozenRoll, Member
from folkmoot.publiclog.actions import erase as erase_voice
from folkmoot.publiclog.actions import logged, private, record, record_all, untie
from folkmoot.publiclog.models import Entry


class NotTakenIn(ValidationError):
    """What was sent is not taken in, and this is why."""


class NotOpen(NotTakenIn):
    """The assembly takes no answers now: not yet, or no longer."""


class SignInFirst(NotTakenIn):
    """She answered signed in: since then her personal link alone changes nothing."""


@private("that somebody takes part is shown by her answer")
def take_part(
    assembly: Assembly,
    *,
    member: Member | None,
    token_hash: str | None,
    started_at: datetime.datetime,
    seed: int,
    channel: str = Channel.WEB,
) -> Participation:
    """The participation of this member or this cookie, made when there is none yet.

    Raises NotOpen for a member who came onto the roll after it was frozen for this assembly.
    """
    who = {"member": member, "channel": channel} if member else {"token_hash": token_hash, "channel": channel}
    participation = Participation.objects.filter(assembly=assembly, **who).first()
    if participation:
        return participation
    if member and FrozenRoll.objects.leaves_out(assembly.uuid, member):
        raise NotOpen(_came_later(assembly))
    try:
        with transaction.atomic():
            made = {"token_hash": token_hash} | who
            participation = Participation.objects.create(
                assembly=assembly, started_at=started_at, seed=seed, **made
            )
            if member:
                post(**told.answered(participation))
            return participation
    except IntegrityError:
        # The same person pressed twice at once: the other press made it.
        return Participation.objects.get(assembly=assembly, **who)


def _came_later(assembly: Assembly) -> str:
    told = _(
        "Your answer was not taken in: you came onto the roll after it was frozen for this assembly, so you cannot "
        "answer it as a member."
    )
    if not assembly.for_link:
        return told
    return told + " " + _("Sign out, and answer by the open link: those answers are counted apart.")


@private("she alone is told")
@transaction.atomic
def tell_of_refusal(participation: Participation, seat: str) -> None:
    """Tell a member, once for each browser, that an answer by her personal link was refused."""
    _browser, new = OtherBrowser.objects.get_or_create(participation=participation, token_hash=seat)
    if new and participation.member:
        post(**told.refused(participation))


def _let_speak(participation: Participation, seat: str | None) -> None:
    """Let this seat (see Given) speak in her name; by a link only until she answers signed in.

    She is told where another browser spoke last. Raises SignInFirst.
    """
    if connection.features.has_select_for_update:
        # Held until the commit: two answers at once from one person are both kept, one after the other, and
        # none slips in by a link while she answers signed in. The embedded database lets one act in at a time.
        Participation.objects.select_for_update().filter(pk=participation.pk).first()
    if seat is None or seat == Given.SIGNED_IN:
        return
    _check_link_speaks(participation)
    last = participation.given.last()
    if (last.seat if last else participation.token_hash) != seat:
        post(**told.answered_elsewhere(participation))


def _check_link_speaks(participation: Participation) -> None:
    if participation.given.filter(seat=Given.SIGNED_IN).exists():
        raise SignInFirst(
            _(
                "It was not taken in. You have answered signed in, and from then on your personal link alone "
                "changes nothing. Sign in by a code and send it again."
            )
        )


def _given(participation: Participation, thing: Response | Statement | Consent, seat: str | None) -> None:
    if seat is not None:
        Given.objects.create(participation=participation, item=thing.uuid, seat=seat)


@logged("response")
@transaction.atomic
def respond(
    participation: Participation,
    question: Question,
    content: dict[str, Any],
    *,
    version: QuestionVersion | None = None,
    seat: str | None = None,
) -> tuple[Response, Entry]:
    """Take an answer in as the next version of this person's answer; `seat` is where it came from (Given).

    Raises NotOpen before the opening and for what was begun after the close, SignInFirst for a link's seat
    once she answered signed in, ValidationError for content that is no answer. What was begun before the close
    and came after it is kept aside (`late`).
    """
    late = _check_open(participation)
    way = ways.named(question.way)
    version = version or question.version
    way.check(version, content)
    _let_speak(participation, seat)
    response = Response(
        participation=participation,
        question=question,
        version=version,
        number=_next_number(participation, question),
        who=PseudonymKey.objects.of(question).pseudonym(participation),
        content=way.kept(content),
        late=late,
    )
    response.save(force_insert=True)
    way.store(response, content)
    _given(participation, response, seat)
    return response, record(response)


def _check_open(participation: Participation) -> bool:
    """Whether what comes now is late."""
    assembly = participation.assembly
    state = assembly.state
    if state in ("draft", "announced"):
        raise NotOpen(_("This assembly is not open yet."))
    if state == "closed" and participation.started_at >= assembly.timetable.closes:
        raise NotOpen(_("This assembly has closed. Your answer was not taken in."))
    return state == "closed"


def _next_number(participation: Participation, question: Question) -> int:
    earlier = Response.objects.filter(participation=participation, question=question)
    return (earlier.aggregate(last=models.Max("number"))["last"] or 0) + 1


@logged("statement")
@transaction.atomic
def put_statement(
    question: Question,
    text: str,
    *,
    participation: Participation | None = None,
    by: Member | None = None,
    seat: str | None = None,
) -> tuple[Statement, bool]:
    """Put a statement, shown to others at once; one that is there already is given back (made: False)."""
    if participation is not None and _check_open(participation):
        raise NotOpen(_("This assembly has closed. Statements can no longer be added."))
    if participation is not None:
        _let_speak(participation, seat)
    text = " ".join(text.split())
    if not text or len(text) > LONGEST_STATEMENT:
        raise ValidationError({"text": _("A statement has between 1 and 400 characters.")})
    statement, made = Statement.objects.get_or_create(
        question=question,
        key=statement_key(text),
        defaults={
            "text": text,
            "participation": participation,
            "who": PseudonymKey.objects.of(question).pseudonym(participation) if participation else "",
            "by": by,
        },
    )
    if made:
        if participation is not None:
            _given(participation, statement, seat)
        record(statement)
    elif participation is not None:
        _forget_silent(participation)
    return statement, made


def _forget_silent(participation: Participation) -> None:
    """Whoever has said nothing takes no part: nothing in the log would tell of her."""
    said = (participation.responses, participation.statements, participation.consents)
    if not any(each.exists() for each in said):
        participation.delete()


@logged("consent")
@transaction.atomic
def consent(participation: Participation, given: bool, *, seat: str | None = None) -> Consent:
    """Keep the choice whether words may be printed, without the name. The last choice counts."""
    _let_speak(participation, seat)
    choice = Consent.objects.create(participation=participation, given=given)
    _given(participation, choice, seat)
    record(choice)
    return choice


@logged("erasure")
@transaction.atomic
def erase(participation: Participation, *, ground: str, authority: str, seat: str | None = None) -> int:
    """Erase all that one person said in an assembly, by right, and every tie to her; how many things.

    For the seat of a link only what came from there; raises SignInFirst once she answered signed in. Statements
    she put stay, since others voted on them, under a pseudonym that leads to nobody any more. She is told.
    """
    if seat is not None:
        _check_link_speaks(participation)
    responses, statements, consents = participation.said(seat)
    things, put = [*responses, *consents], list(statements.select_related("question__assembly"))
    for thing in things:
        erase_voice(thing, ground=ground, authority=authority)
    for statement in put:
        untie(statement, ground=ground, authority=authority)
    Statement.objects.filter(pk__in=[statement.pk for statement in put]).update(participation=None)
    if participation.member:
        post(**told.erased(participation, authority=authority, all_of_it=seat is None))
    if participation.has_said():
        participation.given.filter(seat=seat).delete()
    else:
        participation.delete()
    return len(things)


@private("a hint for what to ask next, recomputed by every analysis")
def route(weights: dict[Any, float]) -> None:
    """Write how much each statement (by its public id) wants to be asked next."""
    statements = list(Statement.objects.filter(uuid__in=list(weights)).only("pk", "uuid"))
    for statement in statements:
        statement.weight = weights[statement.uuid]
    Statement.objects.bulk_update(statements, ["weight"], batch_size=500)


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
