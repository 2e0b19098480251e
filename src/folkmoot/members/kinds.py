"""What this room puts in the public log."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from folkmoot.members import freezing, history, signing_in
from folkmoot.members.models import (
    ContactChange,
    ContactRuling,
    FrozenRoll,
    PasskeyChange,
    RoleChange,
    RollChange,
    RollImport,
)
from folkmoot.methods.transparency import canonical
from folkmoot.publiclog.kinds import Kind, also_check, instant, register


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


def _roll_changes(roll: RollImport) -> dict[str, Any]:
    """Every change that a file brought, and when: so many that only their hash is kept beside."""
    rows = roll.changes.all()
    if "changes" not in getattr(roll, "_prefetched_objects_cache", {}):
        rows = rows.select_related("member")
    changes = sorted(
        ([str(change.member.uuid), change.before, change.after, change.pk] for change in rows),
        key=lambda change: str(change[0]),
    )
    return {"at": instant(roll.at), "changes": hashlib.sha256(canonical(changes)).hexdigest()}


def _contact_line(change: ContactChange) -> str:
    if change.leaves:
        line = _("%(who)s asked that a member be taken off the roll. Reason given: %(reason)s")
    elif change.second:
        line = _("%(who)s asked for a change of a member’s address. Reason given: %(reason)s")
    else:
        line = _("%(who)s changed the address of a member. Reason given: %(reason)s")
    return line % {"who": change.by.name if change.by else _("The installation"), "reason": change.reason}


def _ruling_line(ruling: ContactRuling) -> str:
    """Who ruled is named, but for the member herself: the record does not say whose address it is."""
    if ruling.by_id == ruling.change.member_id:
        who = _("The member herself")
    else:
        who = ruling.by.name
    first = ruling.change.by.name if ruling.change.by else _("a file")
    return _ruled(ruling) % {"who": who, "first": first}


def _ruled(ruling: ContactRuling) -> str:
    if ruling.change.leaves:
        if ruling.approved:
            return _("%(who)s agreed that a member be taken off the roll, as %(first)s had asked")
        return _("%(who)s did not agree that a member be taken off the roll, as %(first)s had asked")
    if ruling.approved:
        return _("%(who)s agreed to the change of a member’s address that %(first)s had asked for")
    return _("%(who)s did not agree to the change of a member’s address that %(first)s had asked for")


register(
    Kind(
        name="role",
        model=RoleChange,
        content=lambda change: {
            "member": str(change.member.uuid),
            "role": change.role,
            "given": change.given,
            "by": str(change.by.uuid) if change.by else None,
            "at": instant(change.at),
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
        sealed=_roll_changes,
        show=_roll_line,
        related=("by",),
        # One query with its members: thousands of them are too many for a list in a query.
        fetched=(Prefetch("changes", RollChange.objects.select_related("member")),),
        assembly=lambda roll: None,
    )
)
register(
    Kind(
        name="contact",
        model=ContactChange,
        content=lambda change: {
            "member": str(change.member.uuid),
            "before": change.before,
            "after": change.after,
            "reason": change.reason,
            "second": change.second,
            "import": str(change.roll_import.uuid) if change.roll_import else None,
            "by": str(change.by.uuid) if change.by else None,
            "at": instant(change.at),
        },
        confidential=True,
        show=_contact_line,
        related=("member", "roll_import", "by"),
        assembly=lambda change: None,
    )
)
register(
    Kind(
        name="contact-ruling",
        model=ContactRuling,
        content=lambda ruling: {
            "change": str(ruling.change.uuid),
            "approved": ruling.approved,
            "reason": ruling.reason,
            "by": str(ruling.by.uuid),
            "at": instant(ruling.at),
        },
        confidential=True,
        show=_ruling_line,
        related=("change__by", "by"),
        assembly=lambda ruling: None,
    )
)
register(
    Kind(
        name="roll-freeze",
        model=FrozenRoll,
        content=lambda roll: {
            "assembly": str(roll.assembly),
            "members": roll.members,
            "root": roll.root,
            "by": str(roll.by.uuid) if roll.by else None,
            "at": instant(roll.at),
        },
        show=lambda roll: (
            ngettext(
                "The roll was frozen for the assembly: %s member",
                "The roll was frozen for the assembly: %s members",
                roll.members,
            )
            % intcomma(roll.members)
        ),
        assembly=lambda roll: roll.assembly,
        wrong=freezing.wrong,
        related=("by",),
    )
)
register(
    Kind(
        name="passkey",
        model=PasskeyChange,
        content=lambda change: {
            "member": str(change.member.uuid),
            "passkey": change.digest,
            "added": change.added,
            "at": instant(change.at),
        },
        show=lambda change: (
            _("A member added a passkey") if change.added else _("A member took a passkey away")
        ),
        assembly=lambda change: None,
        whose=lambda change: change.member,
        voice=True,
        related=("member",),
        several=lambda number: (
            ngettext("%s passkey added or taken away", "%s passkeys added or taken away", number)
            % intcomma(number)
        ),
    )
)
also_check("every entry of the roll is as it was logged last", history.differences)
also_check("nobody signs in as a member but by her own address and passkeys", signing_in.differences)
