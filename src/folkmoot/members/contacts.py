"""What a member is told when her address is changed or she is taken off the roll: nothing of anybody's opinion.

Of an address both are told, the old and the new one.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _

from folkmoot.members.models import ContactChange, Member

Mail = dict[str, str]


def asked(change: ContactChange) -> list[Mail]:
    """That it waits, and that she can settle it herself."""
    what = (
        _("%(who)s wants to take you off the roll. A second officer must agree.")
        if change.leaves
        else _(
            "%(who)s wants to change your address on the roll from %(before)s to %(after)s. A second officer must "
            "agree."
        )
    )
    yourself = _(
        "You can agree or say no yourself. Sign in with a code, which still comes to %(before)s, and look at your "
        "entry on the roll."
    )
    # Who asked for her own needs somebody else.
    more = [] if change.by_id == change.member_id else [_said(yourself, change)]
    return _mails(change, _said(what, change), _reason(change), *more, _beware(change))


def done(change: ContactChange) -> list[Mail]:
    what = (
        _("You were taken off the roll, as %(who)s had asked.")
        if change.leaves
        else _("Your address on the roll was changed from %(before)s to %(after)s, as %(who)s had asked.")
    )
    return _mails(change, _said(what, change), _reason(change), _beware(change))


def refused(change: ContactChange) -> list[Mail]:
    what = (
        _("You stay on the roll. It was not agreed to that you be taken off.")
        if change.leaves
        else _("Your address on the roll stays %(before)s. It was not agreed to that it become %(after)s.")
    )
    return _mails(change, _said(what, change), _reason(change), _beware(change))


def left(members: Iterable[Member], *, by: Member | None) -> list[Mail]:
    """That they were taken off the roll at once, because they do not stand in a file that is the whole roll."""
    what = _(
        "You were taken off the roll: %(who)s brought in a file of all members in which you do not stand."
    )
    body = _body(what % {"who": _who(by)}, _gone())
    subject = _("You on the roll")
    return [{"subject": subject, "body": body, "to": member.email} for member in members]


def _mails(change: ContactChange, *lines: str) -> list[Mail]:
    subject = _("You on the roll") if change.leaves else _("Your address on the roll")
    return [
        {"subject": subject, "body": _body(*lines), "to": address}
        for address in (change.before, change.after)
        if address
    ]


def _said(what: str, change: ContactChange) -> str:
    return what % {"before": change.before, "after": change.after, "who": _who(change.by)}


def _body(*lines: str) -> str:
    return "\n\n".join([*lines, f"{settings.FOLKMOOT.url.rstrip('/')}/members/me/"]) + "\n"


def _who(by: Member | None) -> str:
    return by.name if by else _("A file")


def _reason(change: ContactChange) -> str:
    return _("Reason given: %s") % change.reason


def _beware(change: ContactChange) -> str:
    if change.leaves:
        return _gone()
    return _(
        "Once it is changed, codes for signing in are sent to the new address. If you did not ask for this, tell an "
        "officer of your branch and the organisers at once, and not only the one named above."
    )


def _gone() -> str:
    return _(
        "Whoever is not on the roll cannot sign in or answer any more; what she answered before stays. If this is a "
        "mistake, tell an officer of your branch and the organisers at once, and not only the one named above."
    )
