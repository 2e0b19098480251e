"""What this room puts in the public log."""

from __future__ import annotations

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from folkmoot.members.models import RoleChange, RollImport
from folkmoot.publiclog.kinds import Kind, register


def _role_line(change: RoleChange) -> str:
    if change.by is None:
        line = _("%(member)s became %(role)s") if change.given else _("%(member)s is no longer %(role)s")
    elif change.given:
        line = _("%(by)s made %(member)s %(role)s")
    else:
        line = _("%(by)s took back from %(member)s the role of %(role)s")
    who = change.by.name if change.by else ""
    return line % {"member": change.member.name, "role": change.get_role_display().lower(), "by": who}


def _roll_line(roll: RollImport) -> str:
    line = ngettext(
        "The roll was brought up to date: %(members)s member",
        "The roll was brought up to date: %(members)s members",
        roll.members,
    )
    if roll.by:
        line = ngettext(
            "%(by)s brought the roll up to date: %(members)s member",
            "%(by)s brought the roll up to date: %(members)s members",
            roll.members,
        )
    line += " " + _("(%(added)s added, %(changed)s changed, %(left)s left)")
    return line % {
        "by": roll.by.name if roll.by else "",
        "members": intcomma(roll.members),
        "added": intcomma(roll.added),
        "changed": intcomma(roll.changed),
        "left": intcomma(roll.left),
    }


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
        related=("member", "by"),
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
        related=("by",),
        assembly=lambda roll: None,
    )
)
