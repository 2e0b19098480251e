"""What both addresses are told when an address on the roll is changed. It says nothing of anybody's opinion."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from folkmoot.members.models import ContactChange


def mails(change: ContactChange, what: str) -> list[dict[str, str]]:
    """One mail to the old address and one to the new; `what` is what happened, in a sentence."""
    home = settings.FOLKMOOT.url.rstrip("/")
    body = [
        what
        % {
            "before": change.before,
            "after": change.after,
            "who": change.by.name if change.by else _("A file"),
        },
        _("Reason given: %s") % change.reason,
        _(
            "From then on codes for signing in are sent to the new address. If you did not ask for this, tell an "
            "officer of your branch and the organisers at once, and not only the one named above."
        ),
        f"{home}/members/",
    ]
    return [
        {"subject": _("Your address on the roll"), "body": "\n\n".join(body) + "\n", "to": address}
        for address in (change.before, change.after)
    ]


def proposed() -> str:
    return _(
        "%(who)s wants to change your address on the roll from %(before)s to %(after)s. A second officer must agree."
    )


def done() -> str:
    return _("Your address on the roll was changed from %(before)s to %(after)s, as %(who)s had asked.")


def refused() -> str:
    return _("Your address on the roll stays %(before)s. A second officer did not agree to %(after)s.")
