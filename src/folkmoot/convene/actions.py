"""What may happen to an assembly. Nothing that people see is overwritten once it was opened."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from folkmoot.convene import ways
from folkmoot.convene.models import (
    Assembly,
    Invitation,
    LinksGiven,
    Question,
    QuestionVersion,
    Timetable,
    Version,
    Wording,
)
from folkmoot.members.actions import extend_freeze, freeze_roll
from folkmoot.members.models import Member
from folkmoot.publiclog.actions import logged, private, record, record_all

Texts = dict[str, str]
AnyVersion = TypeVar("AnyVersion", bound=Version)


@private("a draft is its author's until it is opened")
@transaction.atomic
def draft_assembly(
    *,
    title: Texts,
    purpose: Texts,
    opens: datetime.datetime,
    closes: datetime.datetime,
    findings_due: datetime.datetime,
    zone: str,
    access: str = Assembly.Access.MEMBERS,
    language: str = "en",
    by: Member | None,
) -> Assembly:
    """An assembly that only organisers see, with its closing question. Raises ValidationError by field."""
    _check_times(opens, closes, findings_due, zone)
    assembly = Assembly.objects.create(access=access, language=language, created_by=by)
    Wording.objects.create(assembly=assembly, title=title, purpose=purpose, by=by)
    Timetable.objects.create(
        assembly=assembly, opens=opens, closes=closes, findings_due=findings_due, zone=zone, by=by
    )
    closing = Question.objects.create(assembly=assembly, position=0, way="open_text", closing=True)
    QuestionVersion.objects.create(question=closing, text={language: _("What should we have asked?")}, by=by)
    return assembly


def _check_times(
    opens: datetime.datetime, closes: datetime.datetime, findings_due: datetime.datetime, zone: str
) -> None:
    problems = {}
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        problems["zone"] = _("There is no time zone called “%s”. Choose one such as Europe/London.") % zone
    if closes <= opens:
        problems["closes"] = _("It must close after it opens.")
    if findings_due < closes:
        problems["findings_due"] = _("The findings cannot be due before it closes.")
    if problems:
        raise ValidationError(problems)


@logged("wording")
@transaction.atomic
def reword(
    assembly: Assembly, *, title: Texts, purpose: Texts, reason: str = "", by: Member | None
) -> Wording:
    """Change the title or the purpose: in place while a draft, as a new version afterwards."""
    current = assembly.wording
    if (current.title, current.purpose) == (title, purpose):
        return current
    return _change(assembly, current, {"title": title, "purpose": purpose}, reason=reason, by=by)


@logged("timetable")
@transaction.atomic
def retime(
    assembly: Assembly,
    *,
    opens: datetime.datetime,
    closes: datetime.datetime,
    findings_due: datetime.datetime,
    zone: str,
    reason: str = "",
    by: Member | None,
) -> Timetable:
    """Change the timetable: extended at will until it closes, not shortened once opened.

    A closed assembly stays closed: its roll is frozen no more, and what one officer changed since would count in
    it. Raises ValidationError by field.
    """
    _check_times(opens, closes, findings_due, zone)
    current = assembly.timetable
    new = {"opens": opens, "closes": closes, "findings_due": findings_due, "zone": zone}
    if all(getattr(current, field) == value for field, value in new.items()):
        return current
    if not assembly.is_draft:
        _check_not_reopening(assembly, current, closes)
        _check_no_shortening(assembly, current, opens, closes)
    if not assembly.is_draft and closes != current.closes:
        extend_freeze(assembly.uuid, until=closes)
    return _change(assembly, current, new, reason=reason, by=by)


def _check_not_reopening(assembly: Assembly, current: Timetable, closes: datetime.datetime) -> None:
    # By the clock of this moment: the form was looked at a while ago.
    now = Assembly.objects.filter(pk=assembly.pk).values_list(Now(), flat=True).get()
    if closes != current.closes and now >= current.closes:
        told = _("It closed on %s and stays closed. Convene a new assembly to ask again.")
        closed = date_format(current.local(current.closes), "l j F Y, H:i")
        raise ValidationError({"closes": told % closed})


def _check_no_shortening(
    assembly: Assembly, current: Timetable, opens: datetime.datetime, closes: datetime.datetime
) -> None:
    problems = {}
    if closes < current.closes:
        problems["closes"] = _(
            "People were told that it closes on %s. You can extend it, not shorten it."
        ) % date_format(current.local(current.closes), "l j F Y, H:i")
    if opens != current.opens and assembly.moment() >= current.opens:
        problems["opens"] = _("It has opened already: the opening can no longer be moved.")
    elif closes - opens < current.closes - current.opens:
        problems.setdefault(
            "opens",
            _("People would have less time to answer than they were told. Let it close later as well."),
        )
    if problems:
        raise ValidationError(problems)


def _check_still_draft(assembly: Assembly) -> None:
    """Raises ValidationError where it was opened, even since it was read. It is held until the commit."""
    opened = Assembly.objects.select_for_update().values_list("opened_at", flat=True).get(pk=assembly.pk)
    if opened:
        raise ValidationError(_("The assembly was opened meanwhile. Load the page again first."))


@private("a draft is its author's until it is opened")
@transaction.atomic
def change_access(assembly: Assembly, access: str) -> None:
    """Say who may answer. Raises ValidationError by field once the assembly was opened."""
    if not assembly.is_draft:
        raise ValidationError({"access": _("Who may answer cannot be changed once the assembly was opened.")})
    _check_still_draft(assembly)
    assembly.access = Assembly.Access(access)
    assembly.save(update_fields=["access"])


@private("a draft is its author's until it is opened")
@transaction.atomic
def add_question(
    assembly: Assembly,
    *,
    way: str,
    text: Texts,
    help: Texts | None = None,
    options: dict[str, Any] | None = None,
    by: Member | None,
) -> Question:
    """Add a question before the closing one. Raises ValidationError once the assembly was opened."""
    if not assembly.is_draft:
        raise ValidationError(_("Questions cannot be added once the assembly was opened."))
    _check_still_draft(assembly)
    position = assembly.questions.filter(closing=False).count() + 1
    question = Question.objects.create(assembly=assembly, position=position, way=way)
    QuestionVersion.objects.create(
        question=question, text=text, help=help or {}, options=options or {}, by=by
    )
    return question


@logged("question", "statement")
@transaction.atomic
def reword_question(
    question: Question,
    *,
    text: Texts,
    help: Texts,
    options: dict[str, Any],
    reason: str = "",
    by: Member | None,
) -> QuestionVersion:
    """Change a question: in place while a draft, as a new version that stays visible afterwards."""
    current = question.version
    new = {"text": text, "help": help, "options": options}
    if all(getattr(current, field) == value for field, value in new.items()):
        return current
    if not question.assembly.is_draft:
        ways.named(question.way).check_revision(current.options, options)
    version = _change(question.assembly, current, new, reason=reason, by=by)
    if not question.assembly.is_draft:
        ways.named(question.way).prepare(version, by)
    return version


@private("a draft is its author's until it is opened")
@transaction.atomic
def remove_question(question: Question) -> None:
    """Take a question out of a draft. Raises ValidationError for the closing one and once opened."""
    if not question.assembly.is_draft or question.closing:
        raise ValidationError(_("This question cannot be removed."))
    _check_still_draft(question.assembly)
    question.delete()


@private("a draft is its author's until it is opened")
@transaction.atomic
def move_question(question: Question, *, earlier: bool) -> None:
    """Swap a question with the one before or after it. Raises ValidationError once opened."""
    if not question.assembly.is_draft or question.closing:
        raise ValidationError(_("This question cannot be moved."))
    _check_still_draft(question.assembly)
    order = list(question.assembly.questions.filter(closing=False))
    here = order.index(question)
    there = here - 1 if earlier else here + 1
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
    for position, each in enumerate(order, 1):
        Question.objects.filter(pk=each.pk).update(position=position)


def _change(
    assembly: Assembly, current: AnyVersion, new: dict[str, Any], *, reason: str, by: Member | None
) -> AnyVersion:
    """Write the new values over a draft's, or beside what people have already seen."""
    if assembly.is_draft:
        _check_still_draft(assembly)
        for field, value in new.items():
            setattr(current, field, value)
        current.by, current.at = by, timezone.now()
        current.save()
        return current
    if not reason.strip():
        raise ValidationError({"reason": _("People have seen the old version. Say why you change it.")})
    version = _successor(current, new, reason=reason.strip(), by=by)
    # Whoever has the versions at hand sees by this that there is a new one.
    Assembly.objects.filter(pk=assembly.pk).update(revision=F("revision") + 1)
    record(version)
    return version


def _successor(current: AnyVersion, new: dict[str, Any], *, reason: str, by: Member | None) -> AnyVersion:
    belongs = {
        field.name: getattr(current, field.name)
        for field in current._meta.fields
        if field.name in ("assembly", "question")
    }
    try:
        with transaction.atomic():
            made: AnyVersion = type(current).objects.create(  # type: ignore[attr-defined]
                **belongs, **new, number=current.number + 1, reason=reason, by=by
            )
            return made
    except IntegrityError:
        # The number is unique, so two officers who press at once cannot hide each other's version.
        raise ValidationError(
            _("Somebody else changed this at the same moment. Load the page again and look at it first.")
        ) from None


@logged("assembly", "wording", "timetable", "question", "statement", "roll-freeze")
@transaction.atomic
def open_assembly(assembly: Assembly, *, by: Member | None, at: datetime.datetime | None = None) -> Assembly:
    """Make a draft public: from here on every change is a new version that stays visible.

    Where members are asked, the roll is frozen as it is: who, under which address, in which branch.
    """
    assembly = Assembly.objects.select_for_update().with_versions().get(pk=assembly.pk)
    if not assembly.is_draft:
        raise ValidationError(_("This assembly was opened already."))
    if not assembly.questions.filter(closing=False).exists():
        raise ValidationError(_("Add at least one question before you open the assembly."))
    assembly.opened_at, assembly.opened_by = at or timezone.now(), by
    assembly.save(update_fields=["opened_at", "opened_by"])
    versions = [question.version for question in assembly.questions.all()]
    for version in versions:
        ways.named(version.question.way).prepare(version, by)
    record_all([assembly, assembly.wording, assembly.timetable, *versions])
    if assembly.for_members:
        freeze_roll(assembly.uuid, until=assembly.timetable.closes, by=by)
    return assembly


@private("who was invited is on the roll; the links are secret")
@transaction.atomic
def invite(assembly: Assembly, members: Iterable[Member]) -> list[tuple[Member, str]]:
    """A personal link's token for each member, the same whenever it is asked for."""
    pairs = [(member, Invitation.token(assembly, member)) for member in members]
    Invitation.objects.bulk_create(
        [
            Invitation(assembly=assembly, member=member, token_hash=Invitation.digest(token))
            for member, token in pairs
        ],
        ignore_conflicts=True,
        batch_size=500,
    )
    return pairs


@logged("links")
@transaction.atomic
def give_links(assembly: Assembly, *, by: Member) -> LinksGiven:
    """Say in the record that somebody takes the personal links along: whoever has one can answer with it."""
    members = Member.objects.seated(assembly.uuid).count()
    given = LinksGiven.objects.create(assembly=assembly, members=members, by=by)
    record(given)
    return given
