"""The record: everything that organisers and officers did, for everybody to read."""

from __future__ import annotations

import uuid

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from folkmoot.publiclog import kinds
from folkmoot.publiclog.models import Entry
from folkmoot.publiclog.record import acts, lines, voices

A_PAGE = 50


def record(request: HttpRequest) -> HttpResponse:
    """A page of acts, the newest first; `?assembly=` keeps to one assembly."""
    assembly = _assembly(request.GET.get("assembly", ""))
    page = Paginator(acts(assembly), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "assembly": kinds.named("assembly").find(assembly) if assembly else None,
        "page": page,
        "acts": lines(page.object_list),
        "voices": voices(assembly),
    }
    return render(request, "publiclog/record.html", context)


def _assembly(text: str) -> uuid.UUID | None:
    """The public id of an assembly that the log knows; drafts are not in it."""
    if not text:
        return None
    try:
        assembly = uuid.UUID(text)
    except ValueError:
        raise Http404 from None
    if not Entry.objects.of_assembly(assembly).exists():
        raise Http404
    return assembly
