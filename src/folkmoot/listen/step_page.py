"""The page of one step: its question, the form, and what she said to it before."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from folkmoot.convene.models import Assembly, Question
from folkmoot.listen import ways
from folkmoot.listen.forms import StatementForm
from folkmoot.listen.models import Participation, Response
from folkmoot.listen.presence import Presence
from folkmoot.listen.ways.statements import progress_and_next, votes_of


def asked(assembly: Assembly, step: int) -> tuple[Question, int]:
    """The question of a step, and how many steps there are. Raises Http404."""
    questions = list(assembly.questions.all())
    if not 1 <= step <= len(questions):
        raise Http404
    question = questions[step - 1]
    question.assembly = assembly
    return question, len(questions)


def standing_of(
    who: Presence, participation: Participation | None, question: Question
) -> dict[str, Any] | None:
    """Her last answer to this question, late or not: what she sees again, where it may be shown here."""
    if participation is None:
        return None
    last = Response.objects.filter(participation=participation, question=question).order_by("-number").first()
    return last.content if last and may_see(who, participation, last.uuid) else None


def may_see(who: Presence, participation: Participation, item: uuid.UUID) -> bool:
    """Whether a thing of hers may be shown here: by a link alone only what came from there."""
    return who.sees is None or participation.given.filter(item=item, seat=who.sees).exists()


def show(
    request: HttpRequest,
    assembly: Assembly,
    who: Presence,
    question: Question,
    step: int,
    steps: int,
    form: Any,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The page, with more for its template where something she sent was refused."""
    way = ways.named(question.way)
    participation = who.participation()
    context = {
        "assembly": assembly,
        "question": question,
        "version": question.version,
        "way": way,
        "form": form,
        "step": step,
        "steps": steps,
        "seat": who.stored_under,
        "closed": assembly.state == "closed",
    }
    if question.way == "statements":
        context |= _statements_context(request, question, participation, who)
    else:
        context |= way.context(question.version, participation)
    return render(request, "listen/step.html", context | more, status=status)


def _statements_context(
    request: HttpRequest, question: Question, participation: Participation | None, who: Presence
) -> dict[str, Any]:
    shown = _uuid(request.GET.get("show", ""))
    context = progress_and_next(question.version, participation, show=shown, seed=who.seed, seat=who.sees)
    context["votes"] = votes_of(question, participation, who.sees) if participation else []
    context["put_form"] = StatementForm()
    return context


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def after(assembly: Assembly, step: int, steps: int) -> str:
    """Where she goes on to from this step."""
    if step < steps:
        return reverse("listen:step", args=[assembly.uuid, step + 1])
    return reverse("listen:consent", args=[assembly.uuid])
