"""The demonstration brought into an empty installation, through the same actions that people use."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from folkmoot.convene import actions as convene
from folkmoot.convene.models import Assembly, Question
from folkmoot.listen import import_actions
from folkmoot.listen.models import Statement
from folkmoot.members import actions as members
from folkmoot.members.models import Member, Organisation, Role, RoleChange
from folkmoot.methods import InputError
from folkmoot.publish import actions as publish
from folkmoot.publish.models import Publication
from folkmoot.site import demonstration as told
from folkmoot.understand import actions as understand
from folkmoot.understand.models import Analysis

Tell = Callable[[str, float], None]


def load(tell: Tell | None = None, *, people: int | None = None) -> None:
    """Fill an empty installation. What is there already stays; what was interrupted is finished.

    Raises InputError for an installation that somebody uses for something else.
    """
    tell = tell or (lambda step, done: None)
    tell("reading the roll", 0.0)
    _fill(tell, people)
    for assembly in Assembly.objects.convened().with_versions():
        if assembly.state == "closed" and not assembly.publications.exists():
            _publish(assembly, tell)
    tell("ready", 1.0)


@transaction.atomic
def _fill(tell: Tell, people: int | None) -> None:
    here = Organisation.objects.here()
    size = {} if people is None else {"people": people}
    if here.pk is None:
        union = told.lantern_union(today=timezone.now(), **size)
        _gather(union)
        for number, assembly in enumerate(union.assemblies):
            tell("taking answers in", 0.2 + 0.2 * number)
            _hear(assembly)
    elif here.name != "Lantern Union":
        raise InputError(
            f"this installation belongs to {here.name}",
            remedy="Give the demonstration a data directory of its own: FOLKMOOT_DATA=… folkmoot demo",
        )


def _gather(union: told.Demonstration) -> None:
    members.name_organisation(union.organisation)
    lines = "\n".join(f"{m.name},{m.email},{m.branch},{m.joined}" for m in union.members)
    members.import_roll(
        [members.Row(m.name, m.email, m.branch, m.joined) for m in union.members],
        file_digest=hashlib.sha256(lines.encode()).hexdigest(),
        by=None,
        whole_roll=True,
    )
    for officer in union.officers:
        members.give_role(Member.objects.get(email=officer.email), officer.role, by=None)


def organiser() -> Member:
    """The member who signs in as the demonstration's organiser."""
    return RoleChange.objects.standing().filter(role=Role.ORGANISER).order_by("pk")[0].member


def _hear(assembly: told.Assembly) -> Assembly:
    by = organiser()
    made = convene.draft_assembly(
        title={"en": assembly.title},
        purpose={"en": assembly.purpose},
        opens=assembly.opens,
        closes=assembly.closes,
        findings_due=assembly.findings_due,
        zone=assembly.zone,
        access=assembly.access,
        by=by,
    )
    questions = {question.key: _ask(made, assembly, question, by) for question in assembly.questions}
    convene.open_assembly(made, by=by, at=assembly.opens)
    statements = {}
    for question in questions.values():
        if question.way == "statements":
            statements = _statements(assembly, question)
    roll = {member.email: member for member in Member.objects.all()}
    people = [_person(person, questions, statements, roll) for person in assembly.people]
    import_actions.take_in(
        made, people, source="the demonstration", file_digest=_digest(assembly), by=by, tell=False
    )
    return made


def _ask(made: Assembly, assembly: told.Assembly, question: told.Question, by: Member) -> Question:
    if question.closing:
        return made.questions.get(closing=True)
    options: dict[str, Any] = {}
    if question.way == "statements":
        options = {"first": [statement.text for statement in assembly.statements if statement.by is None]}
    elif question.way == "priorities":
        options = {
            "manner": question.manner,
            "limit": question.limit,
            "options": [{"key": option.key, "text": {"en": option.text}} for option in question.options],
        }
    return convene.add_question(
        made,
        way=question.way,
        text={"en": question.text},
        help={"en": question.help} if question.help else {},
        options=options,
        by=by,
    )


def _statements(assembly: told.Assembly, question: Question) -> dict[str, str]:
    """The public id of each statement by its key: the organisers' are there since the opening."""
    first = {row.text: row for row in Statement.objects.filter(question=question)}
    later = import_actions.bring_statements(
        question,
        [
            import_actions.Brought(statement.key, statement.text, statement.by, at=statement.at)
            for statement in assembly.statements
            if statement.by is not None
        ],
    )
    return {
        statement.key: str((later.get(statement.key) or first[statement.text]).uuid)
        for statement in assembly.statements
    }


def _person(
    person: told.Person,
    questions: dict[str, Question],
    statements: dict[str, str],
    roll: dict[str, Member],
) -> import_actions.Incoming:
    answers = []
    for answer in person.answers:
        content = dict(answer.content)
        if "votes" in content:
            content = {"votes": {statements[key]: value for key, value in content["votes"].items()}}
        answers.append((questions[answer.question], content, answer.at))
    last = max([person.started_at, *(answer.at for answer in person.answers)])
    return import_actions.Incoming(
        answers=answers,
        member=roll[person.member] if person.member else None,
        channel=person.channel,
        started_at=person.started_at,
        consents=[] if person.consent is None else [(person.consent, last)],
        seed=int.from_bytes(hashlib.sha256(person.key.encode()).digest()[:3]),
    )


def _digest(assembly: told.Assembly) -> str:
    return hashlib.sha256(repr(assembly.people).encode()).hexdigest()


def _publish(assembly: Assembly, tell: Tell) -> None:
    tell("reading the answers", 0.5)
    analysis = understand.ask(assembly)
    understand.analyse(analysis)
    analysis.refresh_from_db()
    if analysis.state != Analysis.State.DONE:
        raise InputError(
            f"the answers could not be read: {analysis.problem or analysis.state}",
            remedy="Try again in a minute.",
        )
    tell("publishing", 0.9)
    publish.publish(assembly, by=organiser())


def describe() -> str:
    """The addresses, and how to sign in."""
    home = settings.FOLKMOOT.url.rstrip("/")
    lines = [f"The site:              {home}/"]
    for publication in Publication.objects.all():
        path = reverse("publish:findings", args=[publication.assembly.uuid])
        lines.append(f"Published findings:    {home}{path}")
    for assembly in Assembly.objects.convened().with_clock().with_versions():
        if assembly.is_open:
            lines.append(f"Open, answer at once:  {home}{reverse('listen:begin', args=[assembly.uuid])}")
    lines.append(f"Sign in:               {home}{reverse('account_login')}")
    lines.append(f"  as the organiser:    {organiser().email} (the code is printed here when you ask for it)")
    return "\n".join(lines)
