"""What may happen to the roll and the roles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from folkmoot.members import tasks
from folkmoot.members.differences import Changed, ChangedMeanwhileError, Difference, compare
from folkmoot.members.models import Branch, Member, Organisation, Role, RoleChange, RollChange, RollImport
from folkmoot.members.roll import Row
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


@logged("role")
@transaction.atomic
def begin(*, organisation: str, name: str, email: str) -> Member:
    """Set up an installation: its organisation and a first member who holds every office but auditor."""
    name_organisation(organisation)
    member, _made = Member.objects.get_or_create(
        email=email.strip().lower(), defaults={"name": name, "joined": timezone.now().date()}
    )
    for role in (Role.ADMINISTRATOR, Role.ORGANISER, Role.FACILITATOR, Role.MODERATOR):
        give_role(member, role, by=None)
    return member


@private("it reads")
def compare_roll(rows: Sequence[Row]) -> Difference:
    """What a file would change on the roll as it stands now."""
    return _compare(rows, _members_by_email())


def _compare(rows: Sequence[Row], members: dict[str, Member]) -> Difference:
    administrators = _administrators()
    return compare(
        rows,
        {email: _row(member) for email, member in members.items()},
        administrators={email for email, member in members.items() if member.pk in administrators},
        branches=set(Branch.objects.values_list("path", flat=True)),
    )


def _members_by_email() -> dict[str, Member]:
    """Everybody who is or was on the roll, in the order in which they came."""
    members = Member.objects.select_related("branch").order_by("pk")
    return {member.email.lower(): member for member in members}


def _row(member: Member) -> Row:
    branch = member.branch.path if member.branch else ""
    return Row(member.name, member.email.lower(), branch, member.joined, member.left)


@logged("roll", "role")
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

    Where the file is the whole roll, those who are not in it leave, and their roles end. `confirmed` is the
    fingerprint of the difference that somebody looked at: raises ChangedMeanwhileError where it is another now.
    """
    _hold_the_roll()
    members = _members_by_email()
    difference = _compare(rows, members)
    if confirmed is not None and difference.fingerprint != confirmed:
        raise ChangedMeanwhileError
    branches = _branches(difference)
    today = timezone.now().date()
    leaving = [
        Changed(row, Row(row.name, row.email, row.branch, row.joined, today))
        for row in (difference.leaving if whole_roll else ())
    ]
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
    record_all([made, *ended])
    return made


def _branches(difference: Difference) -> dict[str, Branch]:
    """Every branch by its path; those that are missing are made, those above first."""
    branches = {branch.path: branch for branch in Branch.objects.all()}
    for path in difference.branches:
        above, _slash, name = path.rpartition("/")
        branches[path] = Branch.objects.create(path=path, name=name, parent=branches.get(above))
    return branches


def _add(rows: Iterable[Row], branches: dict[str, Branch]) -> list[Member]:
    added = [
        Member(name=row.name, email=row.email, branch=branches.get(row.branch), joined=row.joined)
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
        member.is_active = member.left is None
        touched.append(member)
    fields = ["name", "branch", "joined", "left", "is_active"]
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
    traces = [RollChange(roll_import=made, member=member, after=_row(member).as_json()) for member in added]
    traces += [
        RollChange(roll_import=made, member=member, before=each.before.as_json(), after=each.after.as_json())
        for member, each in changed
    ]
    RollChange.objects.bulk_create(traces, batch_size=AT_ONCE)
