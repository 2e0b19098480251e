"""What a member is told when something is done in her name: by whom ever, and never what was said."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from folkmoot.listen.models import Participation

Mail = dict[str, str]


def mail(words: Callable[..., tuple[str, list[str]]]) -> Callable[..., Mail]:
    """Make a mail to the member of the subject and the paragraphs that this gives, in the assembly's language."""

    @wraps(words)
    def made(participation: Participation, **more: Any) -> Mail:
        assert participation.member is not None
        with override(participation.assembly.language):
            subject, lines = words(participation, **more)
            return {"subject": subject, "body": "\n\n".join(lines) + "\n", "to": participation.member.email}

    return made


@mail
def answered(participation: Participation) -> tuple[str, list[str]]:
    """With the first answer in an assembly, on the site or on paper."""
    first = _("An answer was given in your name in “%(title)s” (%(channel)s).") % {
        "title": participation.assembly.title,
        "channel": str(participation.get_channel_display()).lower(),
    }
    return _("An answer was given in your name"), [first, *_if_not_you()]


@mail
def answered_elsewhere(participation: Participation) -> tuple[str, list[str]]:
    """When her personal link is used in another browser than the last time."""
    first = _(
        "Your personal link for “%(title)s” was used to answer in another browser than before. What was answered "
        "there may stand in the place of what you answered yourself."
    )
    return _("An answer was given in your name"), [_titled(first, participation), *_if_not_you()]


@mail
def refused(participation: Participation) -> tuple[str, list[str]]:
    """When her personal link is used without signing in after she answered signed in."""
    first = _(
        "Somebody tried to answer in “%(title)s” by your personal link, without signing in. You have answered "
        "there signed in, so nothing was taken in."
    )
    return _("Your personal link was used"), [
        _titled(first, participation),
        _("If that was you, sign in by a code and send it again:"),
        _home("/"),
        _("If it was not you, tell the organisers and a branch officer, for somebody may have your link."),
    ]


@mail
def erased(participation: Participation, *, authority: str, all_of_it: bool) -> tuple[str, list[str]]:
    """When what was said in her name is erased, by whom ever."""
    first = (
        _("All that was said in your name in “%(title)s” was erased for good.")
        if all_of_it
        else _(
            "What was said in your name in “%(title)s”, by your personal link in one browser, was erased for good."
        )
    )
    return _("Something said in your name was erased"), [
        _titled(first, participation),
        _("Who asked for it: %(authority)s.") % {"authority": authority},
        _("If that was you, there is nothing to do. What is still there of what was said in your name:"),
        _home("/receipts/"),
        _(
            "If it was not you, tell the organisers and a branch officer at once, for somebody may have your link. "
            "It cannot be brought back; but until the close you can sign in by a code and answer again."
        ),
    ]


def _titled(text: str, participation: Participation) -> str:
    return text % {"title": participation.assembly.title}


def _home(path: str) -> str:
    return settings.FOLKMOOT.url.rstrip("/") + path


def _if_not_you() -> list[str]:
    return [
        _("If that was you, there is nothing to do. All that was said in your name, with your receipts:"),
        _home("/receipts/"),
        _(
            "If it was not you, sign in there with a code and change the answer: the last one counts, and from "
            "then on the link alone changes nothing. And tell the organisers and a branch officer at once, for "
            "somebody may have your link."
        ),
    ]
