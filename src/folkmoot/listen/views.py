"""Answering: one question a page, with or without JavaScript, on an old phone, in two minutes."""

from __future__ import annotations

import logging
import math

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from folkmoot.convene.models import Assembly, Invitation
from folkmoot.listen import actions, presence, ways
from folkmoot.listen.actions import NotTakenIn, SignInFirst
from folkmoot.listen.door import at_hand, refuse, seated
from folkmoot.listen.forms import ConsentForm
from folkmoot.listen.presence import NotLetIn, Presence
from folkmoot.listen.sending import send, speaking, unsaved, version_shown
from folkmoot.listen.step_page import after, asked, may_see, show, standing_of

logger = logging.getLogger(__name__)


@require_GET
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """A personal link: it seats its member and shows the way in."""
    invitation = Invitation.objects.holding(token)
    if invitation is None:
        return render(request, "listen/refused.html", {"reason": "unknown"}, status=404)
    assembly = at_hand(invitation.assembly.uuid)
    if invitation.member.left or not invitation.member.is_active:
        return refuse(request, assembly, "left")
    response = redirect("listen:begin", assembly=assembly.uuid)
    # One who was seated here already keeps the moment at which she began.
    if not _sits_here(request, assembly, invitation):
        presence.by_link(assembly, invitation.member).remember(response)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _sits_here(request: HttpRequest, assembly: Assembly, invitation: Invitation) -> bool:
    try:
        who = presence.find(request, assembly)
    except NotLetIn:
        return False
    return who.member == invitation.member and presence.cookie_name(assembly) in request.COOKIES


@require_GET
@seated
def begin(request: HttpRequest, assembly: Assembly, who: Presence) -> HttpResponse:
    questions = list(assembly.questions.all())
    seconds = sum(ways.named(question.way).seconds for question in questions)
    context = {
        "assembly": assembly,
        "who": who,
        "steps": len(questions),
        "minutes": max(1, math.ceil(seconds / 60)),
        "answered": _has_said(who),
    }
    return render(request, "listen/begin.html", context)


def _has_said(who: Presence) -> bool:
    """Whether there is anything of hers that may be shown here: a link alone does not tell that she answered."""
    participation = who.participation()
    return participation is not None and participation.has_said(who.sees)


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def step(request: HttpRequest, assembly: Assembly, who: Presence, step: int) -> HttpResponse:
    question, steps = asked(assembly, step)
    participation = who.participation()
    seed = participation.seed if participation else who.seed
    way, version = ways.named(question.way), question.version
    standing = standing_of(who, participation, question)
    if request.method != "POST":
        form = way.answer_form(version, seed, standing=standing)
        return show(request, assembly, who, question, step, steps, form)
    version = version_shown(question, request)
    form = way.answer_form(version, seed, data=request.POST, standing=standing)
    if not form.is_valid():
        return show(request, assembly, who, question, step, steps, form, status=422)
    content = way.content(form)
    if content is not None and content != standing:
        try:
            send(request, who, question, content, version)
        except NotTakenIn as refusal:
            context = {"refused": refusal.messages[0], "kept": form}
            context["sign_in"] = isinstance(refusal, SignInFirst)
            return show(request, assembly, who, question, step, steps, form, status=409, **context)
        except DatabaseError:
            logger.exception("an answer could not be saved")
            context = {"refused": unsaved(), "kept": form}
            return show(request, assembly, who, question, step, steps, form, status=503, **context)
    return redirect(after(assembly, step, steps))


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def consent(request: HttpRequest, assembly: Assembly, who: Presence) -> HttpResponse:
    """Whether words may be printed: asked of those who wrote some, with no default."""
    participation = who.participation()
    if participation is None or not participation.has_written(who.sees):
        return redirect("listen:done", assembly=assembly.uuid)
    last = participation.consents.last()
    if last and not may_see(who, participation, last.uuid):
        last = None
    initial = {"may_print": "yes" if last.given else "no"} if last else {}
    form, refused = ConsentForm(request.POST or None, initial=initial), ""
    if request.method == "POST" and form.is_valid():
        choice = form.cleaned_data["may_print"]
        try:
            if choice and (last is None or last.given != (choice == "yes")):
                speaking(who, lambda: actions.consent(participation, choice == "yes", seat=who.seat))
        except SignInFirst as refusal:
            refused = refusal.messages[0]
        except DatabaseError:
            logger.exception("a consent could not be saved")
            form.add_error(None, unsaved())
        else:
            return redirect("listen:done", assembly=assembly.uuid)
    context = {
        "assembly": assembly,
        "form": form,
        "steps": assembly.questions.count(),
        "seat": who.stored_under,
        "refused": refused,
    }
    return render(request, "listen/consent.html", context, status=409 if refused else 200)
