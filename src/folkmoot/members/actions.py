"""What may happen to the roll and the roles."""

from __future__ import annotations

import datetime
import hashlib
import json
import uuid
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from folkmoot.members import changes, contact_actions, contacts, freezing, officers, tasks
from folkmoot.members.differences import ChangedMeanwhileError, Difference, compare
from folkmoot.members.models import (
    Branch,
    FrozenEntry,
    FrozenRoll,
    Member,
    Organisation,
    Role,
    RoleChange,
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
    Organisation.objects.hold_the_roll()
    if role == Role.ADMINISTRATOR and officers.administrators() == {member.pk}:
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
    administrators = officers.administrators()
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
    Organisation.objects.hold_the_roll()
    members = _members_by_email()
    difference = _compare(rows, members, whole_roll)
    if difference.conflicts:
        raise ValidationError([str(each) for each in difference.conflicts])
    if confirmed is not None and difference.fingerprint != confirmed:
        raise ChangedMeanwhileError
    branches = changes.branches_of(difference)
    going = [members[row.email] for row in difference.leaving] if whole_roll else []
    # While a roll is frozen nobody is taken off by one officer: she asks, and a second one agrees.
    waits = FrozenRoll.objects.standing().exists()
    leaving = [] if waits else changes.leaving_today(going)
    changed = [(members[each.before.email], each) for each in difference.changed] + leaving
    added = changes.add(difference.added, branches)
    changes.change(changed, branches)
    ended = changes.end_roles(leaving, by=by)
    made = RollImport.objects.create(
        by=by,
        file_digest=file_digest,
        added=len(difference.added),
        changed=len(difference.changed),
        left=len(leaving),
        members=Member.objects.on_the_roll().count(),
    )
    changes.keep_trace(made, added, changed)
    readdressed = [(members[each.before.email], each.after.email) for each in difference.readdressed]
    asked = contact_actions.ask_by_file(made, readdressed=readdressed, leaving=going if waits else ())
    contact_actions.post_each(contacts.left([member for member, _left in leaving], by=by))
    record_all([made, *ended, *asked])
    return made


@logged("roll-freeze")
@transaction.atomic
def freeze_roll(assembly: uuid.UUID, *, until: datetime.datetime, by: Member | None) -> FrozenRoll:
    """Commit to the roll as it is for an assembly that opens: who, under which address, in which branch."""
    Organisation.objects.hold_the_roll()
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
    Organisation.objects.hold_the_roll()
    frozen = FrozenRoll.objects.filter(assembly=assembly)
    if frozen.exists() and not frozen.standing().update(until=until):
        raise ValidationError(_("Its roll is not frozen any more. Convene a new assembly."))
