"""Who may change the roll: now, and when it was frozen. Reads only."""

from __future__ import annotations

from django.db.models import Min

from folkmoot.members.models import FrozenRoll, Member, Role, RoleChange
from folkmoot.publiclog.models import Entry

OFFICES = (Role.ORGANISER, Role.ADMINISTRATOR)


def administrators() -> set[int]:
    standing = RoleChange.objects.standing().filter(role=Role.ADMINISTRATOR, member__left__isnull=True)
    return set(standing.values_list("member_id", flat=True))


def at_the_freeze() -> set[int] | None:
    """Who held such an office when the first of the rolls that are frozen now was; None where none is frozen.

    By places in the log: whoever took office later, made by an officer for that very purpose, is not among them.
    """
    frozen = list(FrozenRoll.objects.standing().values_list("uuid", flat=True))
    if not frozen:
        return None
    freezes = Entry.objects.filter(kind="roll-freeze", item__in=frozen)
    first = freezes.aggregate(first=Min("position"))["first"] or 0
    changes = {change.uuid: change for change in RoleChange.objects.filter(role__in=OFFICES)}
    earlier = Entry.objects.filter(kind="role", item__in=list(changes), position__lt=first)
    held = {}
    for item in earlier.order_by("position").values_list("item", flat=True):
        held[changes[item].member_id, changes[item].role] = changes[item].given
    return {member for (member, _role), given in held.items() if given}


def may_ask(by: Member | None) -> bool:
    """Whether she may ask for what a second officer must agree to."""
    held = at_the_freeze()
    return by is None or held is None or by.pk in held


def who_can_agree(asked_by: Member | None) -> list[Member]:
    """The officers who can be the second one to what she asks for."""
    standing = RoleChange.objects.standing().filter(role__in=OFFICES)
    found = Member.objects.on_the_roll().filter(pk__in=standing.values("member"))
    held = at_the_freeze()
    if held is not None:
        found = found.filter(pk__in=held)
    return [officer for officer in found if officer != asked_by]
