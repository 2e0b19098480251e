"""What may happen to the roll and the roles."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from folkmoot.members import tasks
from folkmoot.members.models import Member, Organisation, Role, RoleChange
from folkmoot.publiclog.actions import logged, private, record


@private("mail says nothing of what anybody answered")
def post(*, subject: str, body: str, to: str) -> None:
    """Send a mail once what it is about is committed."""
    transaction.on_commit(lambda: tasks.send.enqueue(subject=subject, body=body, to=to))


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
    if role == Role.ADMINISTRATOR and _administrators() == {member.pk}:
        raise ValueError("the last administrator cannot be removed: make somebody else administrator first")
    return _change_role(member, Role(role), given=False, by=by)


def _change_role(member: Member, role: Role, *, given: bool, by: Member | None) -> RoleChange | None:
    # The member's row is held, so that two officers who press at once make one change.
    member = Member.objects.select_for_update().get(pk=member.pk)
    if (role in member.roles()) == given:
        return None
    change = RoleChange.objects.create(member=member, role=role, given=given, by=by)
    record(change)
    return change


def _administrators() -> set[int]:
    standing = RoleChange.objects.standing().filter(role=Role.ADMINISTRATOR)
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
