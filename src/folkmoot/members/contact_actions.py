"""What may happen to a member's address, and to her place on the roll while it is frozen: never by one officer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from folkmoot.members import cells, changes, contacts, officers, tasks
from folkmoot.members.models import (
    Branch,
    ContactChange,
    ContactRuling,
    FrozenRoll,
    Member,
    Organisation,
    RoleChange,
    RollImport,
)
from folkmoot.members.passkey_actions import end_passkeys
from folkmoot.publiclog.actions import logged, private, record, record_all


@private("mail says nothing of what anybody answered")
def post_each(mails: list[contacts.Mail]) -> None:
    """Send these mails, in one job, once what they are about is committed."""
    if mails:
        transaction.on_commit(lambda: tasks.send_each.enqueue(mails=mails), robust=True)


@logged("contact", "passkey")
@transaction.atomic
def change_contact(member: Member, email: str, *, reason: str, by: Member) -> ContactChange:
    """Give a member another address: at once, or once a second officer agrees where a roll is frozen.

    Both addresses are told. Raises ValidationError by field.
    """
    Organisation.objects.hold_the_roll()
    try:
        email = cells.email(email.strip())
    except cells.UnfitError as unfit:
        raise ValidationError({"email": _(unfit.wrong) % {"value": email} + " " + _(unfit.advice)}) from None
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: both addresses are told, and it stands in the record.")})
    if member.contact_changes.waiting().exists():
        raise ValidationError(_("A change for this member waits for a second officer already."))
    _check_free(member, email)
    _check_may_ask(by)
    second = _who_needs_a_second(by)(member)
    change = _make(member, email, second=second, reason=reason.strip(), by=by)
    post_each(_mails(change))
    record(change)
    return change


@private("the import that it came with logs it")
def ask_by_file(
    made: RollImport, *, readdressed: Iterable[tuple[Member, str]], leaving: Iterable[Member]
) -> list[ContactChange]:
    """The changes that came with a file, but for members of whom one waits already; they are told.

    `leaving` are those who can only be taken off the roll when a second officer agrees. Raises ValidationError
    where the officer may not ask for it now.
    """
    waiting = set(ContactChange.objects.waiting().values_list("member_id", flat=True))
    wanted = [*readdressed, *((member, "") for member in leaving)]
    wanted = [(member, email) for member, email in wanted if member.pk not in waiting]
    if wanted:
        _check_may_ask(made.by)
    needed, reason = _who_needs_a_second(made.by), _("It came with a file.")
    asked = [
        _make(member, email, second=not email or needed(member), reason=reason, by=made.by, roll_import=made)
        for member, email in wanted
    ]
    post_each([mail for change in asked for mail in _mails(change)])
    return asked


def _make(
    member: Member,
    email: str,
    *,
    second: bool,
    reason: str,
    by: Member | None,
    roll_import: RollImport | None = None,
) -> ContactChange:
    change = ContactChange.objects.create(
        member=member,
        before=member.email,
        after=email,
        reason=reason,
        second=second,
        roll_import=roll_import,
        by=by,
    )
    if not second:
        _readdress(change)
    return change


def _mails(change: ContactChange) -> list[contacts.Mail]:
    return contacts.asked(change) if change.second else contacts.done(change)


def _who_needs_a_second(by: Member | None) -> Callable[[Member], bool]:
    """Of whom a second officer must look at a change: of everybody while a roll is frozen, of officers always."""
    if FrozenRoll.objects.standing().exists():
        return lambda member: True
    if by and by.is_administrator:
        # An officer's address opens her office, too; administrators give offices anyway.
        return lambda member: False
    held = set(RoleChange.objects.standing().values_list("member_id", flat=True))
    return lambda member: member.pk in held


def _check_may_ask(by: Member | None) -> None:
    if not officers.may_ask(by):
        # Otherwise an administrator would make somebody officer to ask, and agree herself.
        raise ValidationError(
            _(
                "The roll is frozen for an assembly that is open, and you were not an officer when it was. Until "
                "it closes, ask one who was."
            )
        )


def _check_free(member: Member, email: str) -> None:
    if email == member.email.lower():
        raise ValidationError({"email": _("That is her address already.")})
    if Member.objects.filter(email__iexact=email).exclude(pk=member.pk).exists():
        raise ValidationError({"email": _("Another member has this address.")})


@logged("contact-ruling", "roll", "role", "passkey")
@transaction.atomic
def rule_contact(change: ContactChange, *, approved: bool, reason: str = "", by: Member) -> ContactRuling:
    """Agree to a change as the second officer or as the member herself, or do not. The member is told.

    Raises ValidationError where it was ruled on, where `by` asked for it and a second officer is still needed, where
    one of the officers was none when the roll was frozen, and where the address has been taken meanwhile.
    """
    Organisation.objects.hold_the_roll()
    return _rule(ContactChange.objects.filter(pk=change.pk), approved=approved, reason=reason, by=by)[0]


@logged("contact-ruling", "roll", "role", "passkey")
@transaction.atomic
def rule_leaving(brought: RollImport, *, approved: bool, reason: str = "", by: Member) -> list[ContactRuling]:
    """The same for all whom one file would take off the roll, and of whom that waits still: all or none."""
    Organisation.objects.hold_the_roll()
    return _rule(brought.contacts.leaving(), approved=approved, reason=reason, by=by)


def _rule(
    found: models.QuerySet[ContactChange], *, approved: bool, reason: str, by: Member
) -> list[ContactRuling]:
    waiting = list(
        found.filter(second=True, ruling__isnull=True).select_related("member__branch", "by", "roll_import")
    )
    if not waiting:
        raise ValidationError(_("This change does not wait for anybody any more."))
    if approved:
        _check_may_agree(waiting, by)
    rulings = [
        ContactRuling.objects.create(change=change, approved=approved, reason=reason.strip(), by=by)
        for change in waiting
    ]
    effects = _take_effect(waiting) if approved else []
    mails = contacts.done if approved else contacts.refused
    post_each([mail for change in waiting for mail in mails(change)])
    record_all([*rulings, *effects])
    return rulings


@private("it reads")
def why_not(waiting: Sequence[ContactChange], *, by: Member) -> str:
    """Why she cannot agree to these changes; empty where she can."""
    try:
        _check_may_agree(waiting, by)
    except ValidationError as problem:
        return " ".join(problem.messages)
    return ""


def _check_may_agree(waiting: Sequence[ContactChange], by: Member) -> None:
    held, needed = officers.at_the_freeze(), _who_needs_a_second(by)
    for change in waiting:
        if by.pk == change.by_id:
            # Nobody needs to agree any more once no roll is frozen: then she may do it alone.
            if needed(change.member):
                raise ValidationError(_("It needs somebody other than the one who asked for it."))
        elif by.pk != change.member_id:
            # Whoever is signed in as the member reads the codes at her address as it stands.
            _check_second(change, by, held)


def _check_second(change: ContactChange, by: Member, held: set[int] | None) -> None:
    if not by.holds(*officers.OFFICES):
        raise ValidationError(_("It needs an organiser, an administrator or the member herself."))
    if held is None:
        return
    if by.pk not in held:
        raise ValidationError(
            _(
                "The roll is frozen for an assembly that is open, and you were not an officer when it was. Until it "
                "closes, only officers from before or the member herself can agree."
            )
        )
    if change.by_id and change.by_id not in held:
        raise ValidationError(
            _(
                "Who asked for it was not an officer when the roll was frozen. Do not agree, and ask for it yourself."
            )
        )


def _take_effect(waiting: Sequence[ContactChange]) -> list[models.Model]:
    """What is to be logged besides: who leaves does so as if it came with the file only now."""
    for change in waiting:
        if not change.leaves:
            _check_free(change.member, change.after)
            _readdress(change)
    leaving = [change for change in waiting if change.leaves and change.member.left is None]
    return _take_off(leaving) if leaving else []


def _readdress(change: ContactChange) -> None:
    member = change.member
    member.email = change.after
    member.save(update_fields=["email"])
    # What the sign-in kept of the old address: nobody is let in by it any more.
    EmailAddress.objects.filter(user=member).delete()
    earlier = member.contact_changes.effective().exclude(after="").exclude(pk=change.pk).last()
    if earlier:
        # Somebody else may have had her codes since, and have added a passkey by them. Those of before are hers.
        since = earlier.ruled.at if earlier.ruled else earlier.at
        end_passkeys(member, since=since)


def _take_off(leaving: Sequence[ContactChange]) -> list[models.Model]:
    by, brought = leaving[0].by, leaving[0].roll_import
    left = changes.leaving_today(change.member for change in leaving)
    administrators = officers.administrators()
    if administrators and administrators <= {member.pk for member, _changed in left}:
        raise ValidationError(_("The last administrator stays. Make somebody else administrator first."))
    changes.change(left, {branch.path: branch for branch in Branch.objects.all()})
    ended = changes.end_roles(left, by=by)
    made = RollImport.objects.create(
        by=by,
        file_digest=brought.file_digest if brought else "",
        added=0,
        changed=0,
        left=len(left),
        members=Member.objects.on_the_roll().count(),
    )
    changes.keep_trace(made, [], left)
    return [made, *ended]
