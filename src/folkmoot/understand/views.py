"""Asking for an analysis and watching it."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from folkmoot.convene.models import Assembly
from folkmoot.members.models import Member, Role
from folkmoot.members.permissions import role_required
from folkmoot.understand import actions, theme_actions


@role_required(Role.ORGANISER, Role.FACILITATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: HttpRequest, assembly: uuid.UUID) -> HttpResponse:
    """How far the latest analysis is; POST asks for a new one."""
    found = get_object_or_404(Assembly.objects.convened().with_clock().with_versions(), uuid=assembly)
    if request.method == "POST":
        actions.ask(found)
        return redirect("understand:progress", assembly=found.uuid)
    latest = found.analyses.order_by("-pk").first()
    context = {
        "assembly": found,
        "analysis": latest,
        "under_way": latest is not None and latest.state in (latest.State.WAITING, latest.State.RUNNING),
        "done": found.analyses.done().order_by("-pk").first(),
        "since": actions.spoken(found) - latest.responses if latest else actions.spoken(found),
        "may_review": isinstance(request.user, Member) and theme_actions.may_review(found, request.user),
        "problem": actions.failure(latest) if latest and latest.state == latest.State.FAILED else "",
    }
    return render(request, "understand/progress.html", context)
