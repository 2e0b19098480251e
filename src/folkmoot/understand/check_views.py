"""Checking a theme: one answer after the other, and nobody told which of them are in it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from folkmoot.members.permissions import role_required
from folkmoot.understand import check_actions
from folkmoot.understand.models import ThemeDecision
from folkmoot.understand.review import Reading
from folkmoot.understand.theme_page import address
from folkmoot.understand.theme_views import REVIEWERS, reviewer


@require_POST
@role_required(*REVIEWERS)
def begin_check(request: HttpRequest, assembly: uuid.UUID, question: uuid.UUID, theme: str) -> HttpResponse:
    """Draw a hundred answers by lot and begin; a check that was begun before is gone on with."""
    found, member = reviewer(request, assembly)
    reading = Reading.of(get_object_or_404(found.questions.filter(way="open_text"), uuid=question))
    if reading is None or theme not in reading.themes:
        raise Http404("there is no such theme")
    try:
        begun = check_actions.unfinished_check(reading, theme) or check_actions.begin_check(
            reading, theme, by=member
        )
    except ValidationError as problem:
        messages.warning(request, " ".join(problem.messages))
        return redirect(address(reading.question, theme))
    return redirect("understand:check", assembly=found.uuid, check=begun.uuid)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*REVIEWERS)
def check(request: HttpRequest, assembly: uuid.UUID, check: uuid.UUID) -> HttpResponse:
    """One answer to judge; after the last the check is finished."""
    found, member = reviewer(request, assembly)
    begun = get_object_or_404(
        ThemeDecision.objects.filter(question__assembly=found, what=ThemeDecision.What.CHECK), uuid=check
    )
    problem = ""
    if request.method == "POST":
        try:
            check_actions.judge(
                begun, _place(request.POST.get("place", "")), request.POST.get("vote", ""), by=member
            )
            if check_actions.next_to_judge(begun) is not None:
                return redirect("understand:check", assembly=found.uuid, check=begun.uuid)
            check_actions.finish_check(begun, by=member)
            messages.success(request, _("The check is finished. What it found stands with the theme."))
            return redirect(address(begun.question, begun.content["theme"]))
        except ValidationError as wrong:
            problem = " ".join(wrong.messages)
    return _show(request, begun, problem)


def _place(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else -1


def _show(request: HttpRequest, begun: ThemeDecision, problem: str) -> HttpResponse:
    sample = begun.reach["sample"]
    asked = _place(request.GET.get("place", ""))
    place = asked if 0 <= asked < len(sample) else check_actions.next_to_judge(begun)
    reading = Reading.of(begun.question)
    if place is None or reading is None:
        return redirect(address(begun.question, begun.content["theme"]))
    row = reading.texts.get(sample[place][0])
    context = {
        "assembly": begun.question.assembly,
        "question": begun.question,
        "theme": begun.content["before"],
        "answer": row.text if row else None,
        "place": place,
        "number": place + 1,
        "before": place - 1 if place else None,
        "sample": len(sample),
        "problem": problem,
    }
    return render(request, "understand/check.html", context, status=422 if problem else 200)
