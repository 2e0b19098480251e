"""The door: whoever answers gets her seat there, and whoever cannot is told why and what to do."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from folkmoot.convene.models import Assembly
from folkmoot.listen import presence
from folkmoot.listen.presence import CrowdedError, NotLetIn

View = Callable[..., HttpResponse]


def seated(view: View) -> View:
    """Give the view the assembly and whoever is answering; tell those who cannot why and what to do."""

    @wraps(view)
    def wrapped(request: HttpRequest, assembly: uuid.UUID, **rest: Any) -> HttpResponse:
        found = at_hand(assembly)
        try:
            who = presence.find(request, found)
        except NotLetIn as refusal:
            return refuse(request, found, refusal.reason)
        # What she sends goes on: where it is refused, the answer is a page that still holds her words.
        if request.method != "POST" and who.came_later():
            return refuse(request, found, "later")
        if found.state == "announced":
            return refuse(request, found, "early")
        try:
            response = view(request, found, who, **rest)
        except CrowdedError:
            return render(request, "listen/crowded.html", {"assembly": found}, status=429)
        who.remember(response)
        return response

    return never_cache(wrapped)


def at_hand(public_id: uuid.UUID) -> Assembly:
    """The assembly with this public id. Raises Http404."""
    found = Assembly.objects.at_hand(public_id)
    if found is None:
        raise Http404
    return found


def refuse(request: HttpRequest, assembly: Assembly, reason: str) -> HttpResponse:
    """The page that says why she cannot answer (a reason of NotLetIn, early or later) and what to do."""
    status = 200 if reason == "early" else 403
    response = render(request, "listen/refused.html", {"assembly": assembly, "reason": reason}, status=status)
    # Who signs out, or comes when it has opened, has her seat here still.
    if reason not in ("early", "later"):
        response.delete_cookie(presence.cookie_name(assembly))
    return response
