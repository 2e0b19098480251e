"""Voting on statements and putting one's own: more than one go in one step."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from folkmoot.convene.models import Assembly, Question
from folkmoot.listen import actions, ways
from folkmoot.listen.actions import NotTakenIn, SignInFirst
from folkmoot.listen.door import seated
from folkmoot.listen.forms import StatementForm
from folkmoot.listen.presence import Presence
from folkmoot.listen.sending import check_open, send, speaking, unsaved, version_shown
from folkmoot.listen.step_page import asked, show
from folkmoot.listen.ways.statements import progress_and_next

logger = logging.getLogger(__name__)


@require_POST
@seated
def vote(request: HttpRequest, assembly: Assembly, who: Presence, step: int) -> HttpResponse:
    """One vote, or a batch: `vote-<statement>=agree`. JSON for those that ask for it, else back to the step."""
    question, _steps = asked(assembly, step)
    if question.way != "statements":
        raise Http404
    wants_json = "application/json" in request.headers.get("Accept", "")
    way = ways.named("statements")
    form = way.answer_form(question.version, who.seed, data=request.POST)
    content = way.content(form) if form.is_valid() else None
    problem, status, late = "", 200, False
    if content is None:
        problem, status = _("Choose agree, disagree or not sure."), 422
    else:
        try:
            late = send(request, who, question, content, version_shown(question, request)).late
        except NotTakenIn as refusal:
            problem, status = refusal.messages[0], 409
        except ValidationError as wrong:
            problem, status = wrong.messages[0], 422
        except DatabaseError:
            logger.exception("votes could not be saved")
            problem, status = unsaved(), 503
    if not wants_json:
        if problem:
            messages.error(request, problem)
        return redirect("listen:step", assembly=assembly.uuid, step=step)
    if problem:
        return JsonResponse({"problem": problem}, status=status)
    return JsonResponse(_vote_answer(request, who, question, late))


def _vote_answer(request: HttpRequest, who: Presence, question: Question, late: bool) -> dict[str, Any]:
    answer: dict[str, Any] = {"saved": True, "late": late}
    if "ahead" in request.POST:
        found = progress_and_next(question.version, who.participation(), seat=who.sees)
        answer |= {"voted": found["voted"], "total": found["total"], "ahead": found["upcoming"]}
    return answer


@require_POST
@seated
def put(request: HttpRequest, assembly: Assembly, who: Presence, step: int) -> HttpResponse:
    """Somebody's own statement: shown to others at once; one that is there already is shown to her instead."""
    question, steps = asked(assembly, step)
    if question.way != "statements":
        raise Http404
    form, refused = StatementForm(request.POST), {}
    if form.is_valid():
        try:
            check_open(who)
            text = form.cleaned_data["text"]
            statement, made = speaking(
                who,
                lambda: actions.put_statement(
                    question, text, participation=who.take_part(request), seat=who.seat
                ),
            )
        except SignInFirst as refusal:
            refused = {"refused": refusal.messages[0], "sign_in": True, "status": 409}
        except ValidationError as problem:
            form.add_error("text", problem.messages)
        except DatabaseError:
            logger.exception("a statement could not be saved")
            form.add_error("text", unsaved())
        else:
            note = (
                _("Your statement is in. Others are asked about it from now on. What do you say yourself?")
                if made
                else _("Somebody has put this already. You can vote on it here.")
            )
            messages.success(request, note)
            here = reverse("listen:step", args=[assembly.uuid, step])
            return redirect(f"{here}?show={statement.uuid}")
    way_form = ways.named(question.way).answer_form(question.version, who.seed)
    context = {"put_form": form, "status": 422} | refused
    return show(request, assembly, who, question, step, steps, way_form, **context)
