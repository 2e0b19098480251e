"""Sending: how what she says gets from a form to the actions, and what she is told where it does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from folkmoot.convene.models import Question
from folkmoot.listen import actions
from folkmoot.listen.actions import NotOpen, SignInFirst
from folkmoot.listen.models import Response
from folkmoot.listen.presence import Presence
from folkmoot.publiclog.together import together

Result = TypeVar("Result")


def send(
    request: HttpRequest, who: Presence, question: Question, content: dict[str, Any], version: Any
) -> Response:
    """Send her answer on, and say where it is kept aside as late. Raises NotTakenIn."""
    check_open(who)

    def act() -> Response:
        participation = who.take_part(request)
        return actions.respond(participation, question, content, version=version, seat=who.seat)[0]

    response = speaking(who, act)
    if response.late:
        messages.warning(
            request,
            _("This came after the close. You had begun before it, so it is kept aside and shown as late."),
        )
    return response


def speaking(who: Presence, act: Callable[[], Result]) -> Result:
    """Do an act of hers after others that wait. Where a link alone is refused, she is told. Raises NotTakenIn."""
    try:
        return together(act)
    except SignInFirst:
        participation = who.participation()
        if participation is not None:
            actions.tell_of_refusal(participation, who.token_hash)
        raise


def check_open(who: Presence) -> None:
    """Refuse somebody new after the close before a row of hers is made. Raises NotOpen."""
    if who.assembly.state != "closed" or who.begun < who.assembly.timetable.closes:
        return
    # On another device she may have begun in time.
    if who.participation() is None:
        raise NotOpen(_("This assembly has closed. Your answer was not taken in."))


def version_shown(question: Question, request: HttpRequest) -> Any:
    """The version that her form was made for; the latest where that is not said."""
    number = request.POST.get("version", "")
    shown = [version for version in question.versions.all() if str(version.number) == number]
    return shown[0] if shown else question.version


def unsaved() -> str:
    """The disk is full, or the database is away: nothing was taken in, and nobody is told that it was."""
    return _(
        "It could not be saved, and is not in. Nothing you typed is lost: wait a minute and send it again."
    )
