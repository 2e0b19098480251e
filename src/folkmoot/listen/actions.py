"""What may happen when people answer. An answer is acknowledged only after its transaction."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from folkmoot.convene.models import Assembly, Question, QuestionVersion
from folkmoot.listen import told, ways
from folkmoot.listen.models import (
    LONGEST_STATEMENT,
    Channel,
    Consent,
    Given,
    OtherBrowser,
    Participation,
    PseudonymKey,
    Response,
    Statement,
    statement_key,
)
from folkmoot.members.actions import post
from folkmoot.members.models import FrozenRoll, Member
from folkmoot.publiclog.actions import erase as erase_voice
from folkmoot.publiclog.actions import logged, private, record, untie
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
