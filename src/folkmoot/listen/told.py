"""What a member is told when an answer is given in her name: by whom ever, and never what it said."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from folkmoot.listen.models import Participation


def answered(participation: Participation) -> dict[str, str]:
    """The mail that goes out with the first answer in an assembly, on the site or on paper."""
    return _mail(
        participation,
        _("An answer was given in your name in “%(title)s” (%(channel)s)."),
        {"channel": str(participation.get_channel_display()).lower()},
    )


def answered_elsewhere(participation: Participation) -> dict[str, str]:
    """The mail when her personal link is used in another browser than before."""
    return _mail(
        participation,
        _("Your personal link for “%(title)s” was used to answer in another browser than before."),
        {},
    )


def _mail(participation: Participation, first: str, more: dict[str, str]) -> dict[str, str]:
    assembly, member = participation.assembly, participation.member
    assert member is not None
    home = settings.FOLKMOOT.url.rstrip("/")
    with override(assembly.language):
        lines = [
            first % {"title": assembly.title, **more},
            _("If that was you, there is nothing to do. All that was said in your name, with your receipts:"),
            f"{home}/receipts/",
            _(
                "If it was not you, sign in there with a code and change the answer: the last one counts. And tell "
                "the organisers and a branch officer at once, for somebody may have your link."
            ),
        ]
        return {
            "subject": _("An answer was given in your name"),
            "body": "\n\n".join(lines) + "\n",
            "to": member.email,
        }
