"""What this room puts in the public log."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from folkmoot.members.models import RoleChange, RollImport
from folkmoot.publiclog.kinds import Kind, register


def _role_line(change: RoleChange) -> str:
    line = _("%(member)s became %(role)s") if change.given else _("%(member)s is no longer %(role)s")
    return line % {"member": change.member.name, "role": change.get_role_display().lower()}


def _roll_line(roll: RollImport) -> str:
    return ngettext(
        "The roll was brought up to date: %(members)d member (%(added)d added, %(changed)d changed, %(left)d left)",
        "The roll was brought up to date: %(members)d members (%(added)d added, %(changed)d changed, %(left)d left)",
        roll.members,
    ) % {"members": roll.members, "added": roll.added, "changed": roll.changed, "left": roll.left}


register(
    Kind(
        name="role",
        model=RoleChange,
        content=lambda change: {
            "member": str(change.member.uuid),
            "role": change.role,
            "given": change.given,
            "by": str(change.by.uuid) if change.by else None,
        },
        show=_role_line,
        assembly=lambda change: None,
    )
)
register(
    Kind(
        name="roll",
        model=RollImport,
        content=lambda roll: {
            "file": roll.file_digest,
            "added": roll.added,
            "changed": roll.changed,
            "left": roll.left,
            "members": roll.members,
            "by": str(roll.by.uuid) if roll.by else None,
        },
        show=_roll_line,
        assembly=lambda roll: None,
    )
)
