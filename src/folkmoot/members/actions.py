"""What may happen to the roll and the roles."""

from __future__ import annotations

import datetime
import hashlib
import json
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from folkmoot.members import cells, contacts, freezing, tasks
from folkmoot.members.differences import Changed, ChangedMeanwhileError, Difference, Readdressed, compare
from folkmoot.members.models import (
    Branch,
    ContactChange,
    ContactRuling,
    FrozenEntry,
    FrozenRoll,
    Member,
    Organisation,
    Role,
    RoleChange,
    RollChange,
    RollImport,
)
from folkmoot.members.roll import Row, row_of
from folkmoot.publiclog.actions import logged, private, record, record_all

AT_ONCE = 500


@private("mail says nothing of what anybody answered")
def post(*, subject: str, body: str, to: str) -> None:
    """Send a mail once what it is about is committed."""
    # What it is about is in by then: that it cannot be told is no reason to say that it is not.
    transaction.on_commit(lambda: tasks.send.enqueue(subject=subject, body=body, to=to), robust=True)


@private("it comes before the first member")
@transaction.atomic
def name_organisation(name: str) -> Organisation:
    organisation = Organisation.objects.here()
    organisation.name = name
    organisation.save()
    return organisation


@logged("role")
@transaction.atomic
def give_role(member: Member, role: str, *, by: Member | None) -> RoleChange | None:
    """Give a role; None where she holds it already."""
    return _change_role(member, Role(role), given=True, by=by)


@logged("role")
@transaction.atomic
def take_role_back(member: Member, role: str, *, by: Member) -> RoleChange | None:
    """End a role; None where she does not hold it. Raises ValueError for the last administrator."""
    _hold_the_roll()
    if role == Role.ADMINISTRATOR and _administrators() == {member.pk}:
        raise ValueError(_("The last administrator stays. Make somebody else administrator first."))
    return _change_role(member, Role(role), given=False, by=by)


def _change_role(member: Member, role: Role, *, given: bool, by: Member | None) -> RoleChange | None:
    # The member's row is held, so that two officers who press at once make one change.
    member = Member.objects.select_for_update().get(pk=member.pk)
    if (role in member.roles()) == given:
        return None
    change = RoleChange.objects.create(member=member, role=role, given=given, by=by)
    record(change)
    return change


def _hold_the_roll() -> None:
    # Whoever changes it waits for whoever changes it, so that the last administrator is seen to be the last.
    list(Organisation.objects.select_for_update())


def _administrators() -> set[int]:
    standing = RoleChange.objects.standing().filter(role=Role.ADMINISTRATOR, member__left__isnull=True)
    return set(standing.values_list("member_id", flat=True))


@logged("role", "roll")
@transaction.atomic
def begin(*, organisation: str, name: str, email: str) -> Member:
    """Set up an installation: its organisation and a first member who holds every office but auditor."""
    name_organisation(organisation)
    today = timezone.now().date()
    row = Row(name, email.strip().lower(), "", today)
    if not Member.objects.filter(email=row.email).exists():
        # By the same road as everybody, so that her place on the roll is logged.
        digest = hashlib.sha256(json.dumps(row.as_json(), sort_keys=True).encode()).hexdigest()
        import_roll([row], file_digest=digest, by=None, whole_roll=False)
    member = Member.objects.get(email=row.email)
    for role in (Role.ADMINISTRATOR, Role.ORGANISER, Role.FACILITATOR, Role.MODERATOR):
        give_role(member, role, by=None)
    return member


@private("it reads")
def compare_roll(rows: Sequence[Row], *, whole_roll: bool) -> Difference:
    """What a file would change on the roll as it stands now."""
    return _compare(rows, _members_by_email(), whole_roll)


def _compare(rows: Sequence[Row], members: dict[str, Member], whole_roll: bool) -> Difference:
    administrators = _administrators()
    return compare(
        rows,
        {email: row_of(member) for email, member in members.items()},
        administrators={email for email, member in members.items() if member.pk in administrators},
        branches=set(Branch.objects.values_list("path", flat=True)),
        whole_roll=whole_roll,
    )


def _members_by_email() -> dict[str, Member]:
    """Everybody who is or was on the roll, in the order in which they came."""
    members = Member.objects.select_related("branch").order_by("pk")
    return {member.email.lower(): member for member in members}


@logged("roll", "role", "contact")
@transaction.atomic
def import_roll(
    rows: Sequence[Row],
    *,
    file_digest: str,
    by: Member | None,
    whole_roll: bool,
    confirmed: str | None = None,
) -> RollImport:
    """Bring the roll up to date from a file, all of it or nothing; every change of a member is kept.

    Where the file is the whole roll, those who are not in it leave, and their roles end. Another address is a
    change of contact like any other. `confirmed` is the fingerprint of the difference that somebody looked at:
    raises ChangedMeanwhileError where it is another now, ValidationError where rows contradict the roll.
    """
    _hold_the_roll()
    members = _members_by_email()
    difference = _compare(rows, members, whole_roll)
    if difference.conflicts:
        raise ValidationError([str(each) for each in difference.conflicts])
    if confirmed is not None and difference.fingerprint != confirmed:
        raise ChangedMeanwhileError
    branches = _branches(difference)
    today = timezone.now().date()
    leaving = [Changed(row, replace(row, left=today)) for row in (difference.leaving if whole_roll else ())]
    changed = [*difference.changed, *leaving]
    added = _add(difference.added, branches)
    _change_members(changed, members, branches)
    ended = _end_roles([members[each.before.email] for each in leaving], by=by)
    made = RollImport.objects.create(
        by=by,
        file_digest=file_digest,
        added=len(difference.added),
        changed=len(difference.changed),
        left=len(leaving),
        members=Member.objects.on_the_roll().count(),
    )
    _keep_trace(made, added, [(members[each.before.email], each) for each in changed])
    contacts_changed = _readdress(
        made, [(members[each.before.email], each) for each in difference.readdressed]
    )
    record_all([made, *ended, *contacts_changed])
    return made


def _readdress(made: RollImport, readdressed: list[tuple[Member, Readdressed]]) -> list[ContactChange]:
    """The changes of address that came with a file, but for members of whom one waits already."""
    waiting = set(ContactChange.objects.waiting().values_list("member_id", flat=True))
    second, reason = _who_needs_a_second(made.by), _("It came with a file.")
    return [
        _make_contact_change(
            member, each.after.email, second=second(member), reason=reason, by=made.by, roll_import=made
        )
        for member, each in readdressed
        if member.pk not in waiting
    ]


@logged("contact")
@transaction.atomic
def change_contact(member: Member, email: str, *, reason: str, by: Member) -> ContactChange:
    """Give a member another address: at once, or once a second officer agrees where a roll is frozen.

    Both addresses are told. Raises ValidationError by field.
    """
    _hold_the_roll()
    try:
        email = cells.email(email.strip())
    except cells.UnfitError as unfit:
        raise ValidationError({"email": _(unfit.wrong) % {"value": email} + " " + _(unfit.advice)}) from None
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: both addresses are told, and it stands in the record.")})
    if member.contact_changes.waiting().exists():
        raise ValidationError(_("A change of this member’s address waits for a second officer already."))
    _check_free(member, email)
    second = _who_needs_a_second(by)(member)
    change = _make_contact_change(member, email, second=second, reason=reason.strip(), by=by)
    record(change)
    return change


def _make_contact_change(
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
    for mail in contacts.mails(change, contacts.proposed() if change.second else contacts.done()):
        post(**mail)
    if not change.second:
        _take_effect(change)
    return change


def _who_needs_a_second(by: Member | None) -> Callable[[Member], bool]:
    """Of whom a second officer must look at a change: of everybody while a roll is frozen, of officers always."""
    if FrozenRoll.objects.standing().exists():
        return lambda member: True
    if by and by.is_administrator:
        # An officer's address opens her office, too; administrators give offices anyway.
        return lambda member: False
    officers = set(RoleChange.objects.standing().values_list("member_id", flat=True))
    return lambda member: member.pk in officers


def _check_free(member: Member, email: str) -> None:
    if email == member.email.lower():
        raise ValidationError({"email": _("That is her address already.")})
    if Member.objects.filter(email__iexact=email).exclude(pk=member.pk).exists():
        raise ValidationError({"email": _("Another member has this address.")})


def _take_effect(change: ContactChange) -> None:
    member = change.member
    member.email = change.after
    member.save(update_fields=["email"])
    # What the sign-in kept of the old address: nobody is let in by it any more.
    EmailAddress.objects.filter(user=member).delete()


@logged("contact-ruling")
@transaction.atomic
def rule_contact(change: ContactChange, *, approved: bool, reason: str = "", by: Member) -> ContactRuling:
    """Agree to a change of address as the second officer, or do not. Both addresses are told.

    Raises ValidationError where it was ruled on, where `by` is the first officer or the member herself, and where
    the address has been taken meanwhile.
    """
    _hold_the_roll()
    change = ContactChange.objects.select_related("member", "by").get(pk=change.pk)
    if not change.second or change.ruled:
        raise ValidationError(_("This change does not wait for anybody any more."))
    if by.pk in (change.by_id, change.member_id):
        raise ValidationError(
            _("It needs an officer other than the one who asked for it and the member herself.")
        )
    if approved:
        _check_free(change.member, change.after)
    ruling = ContactRuling.objects.create(change=change, approved=approved, reason=reason.strip(), by=by)
    record(ruling)
    for mail in contacts.mails(change, contacts.done() if approved else contacts.refused()):
        post(**mail)
    if approved:
        _take_effect(change)
    return ruling


@logged("roll-freeze")
@transaction.atomic
def freeze_roll(assembly: uuid.UUID, *, until: datetime.datetime, by: Member | None) -> FrozenRoll:
    """Commit to the roll as it is for an assembly that opens: who, under which address, in which branch."""
    _hold_the_roll()
    members = list(Member.objects.on_the_roll().select_related("branch"))
    roll = FrozenRoll(assembly=assembly, members=len(members), until=until, by=by)
    found = freezing.entries(roll, members)
    roll.root = freezing.root(found)
    roll.save(force_insert=True)
    FrozenEntry.objects.bulk_create(found, batch_size=AT_ONCE)
    record(roll)
    return roll


@private("it follows from the timetable, which is logged")
@transaction.atomic
def extend_freeze(assembly: uuid.UUID, *, until: datetime.datetime) -> None:
    """Keep the roll of an assembly frozen until it closes, wherever that was moved to.

    Raises ValidationError where it is frozen no more: since then one officer could change an address.
    """
    _hold_the_roll()
    frozen = FrozenRoll.objects.filter(assembly=assembly)
    if frozen.exists() and not frozen.standing().update(until=until):
        raise ValidationError(_("Its roll is not frozen any more. Convene a new assembly."))


def _branches(difference: Difference) -> dict[str, Branch]:
    """Every branch by its path; those that are missing are made, those above first."""
    branches = {branch.path: branch for branch in Branch.objects.all()}
    for path in difference.branches:
        above, _slash, name = path.rpartition("/")
        branches[path] = Branch.objects.create(path=path, name=name, parent=branches.get(above))
    return branches


def _add(rows: Iterable[Row], branches: dict[str, Branch]) -> list[Member]:
    added = [
        Member(
            name=row.name,
            email=row.email,
            number=row.number,
            branch=branches.get(row.branch),
            joined=row.joined,
        )
        for row in rows
    ]
    return Member.objects.bulk_create(added, batch_size=AT_ONCE)


def _change_members(
    changed: Iterable[Changed], members: dict[str, Member], branches: dict[str, Branch]
) -> None:
    touched = []
    for each in changed:
        member = members[each.before.email]
        member.name, member.branch = each.after.name, branches.get(each.after.branch)
        member.joined, member.left = each.after.joined, each.after.left
        member.number = each.after.number
        member.is_active = member.left is None
        touched.append(member)
    fields = ["number", "name", "branch", "joined", "left", "is_active"]
    # All of them exist, so nothing is added; `bulk_update` does the same in ten times as long.
    Member.objects.bulk_create(
        touched, update_conflicts=True, unique_fields=["pk"], update_fields=fields, batch_size=AT_ONCE
    )


def _end_roles(leaving: list[Member], *, by: Member | None) -> list[RoleChange]:
    gone = {member.pk for member in leaving}
    return [
        RoleChange.objects.create(member=change.member, role=change.role, given=False, by=by)
        for change in RoleChange.objects.standing().select_related("member")
        if change.member_id in gone
    ]


def _keep_trace(made: RollImport, added: list[Member], changed: list[tuple[Member, Changed]]) -> None:
    traces = [RollChange(roll_import=made, member=member, after=row_of(member).as_json()) for member in added]
    traces += [
        RollChange(roll_import=made, member=member, before=each.before.as_json(), after=each.after.as_json())
        for member, each in changed
    ]
    RollChange.objects.bulk_create(traces, batch_size=AT_ONCE)
