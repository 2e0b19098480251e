"""The home page and what belongs to no stage."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from folkmoot.convene.models import Assembly
from folkmoot.members.models import Member, Role
from folkmoot.publish.models import Publication

# So many published findings, the newest first; every assembly's own page leads to its own.
FINDINGS = 30


def home(request: HttpRequest) -> HttpResponse:
    """What is open, what is announced, what was found; for organisers also what is being drafted."""
    organises = request.user.is_authenticated and request.user.holds(Role.ORGANISER, Role.ADMINISTRATOR)
    assemblies = Assembly.objects.with_clock().prefetch_related("wordings", "timetables")
    if not organises:
        assemblies = assemblies.convened()
    by_state: dict[str, list[Assembly]] = {"draft": [], "announced": [], "open": [], "closed": []}
    for assembly in assemblies:
        by_state[assembly.state].append(assembly)
    published = _latest_publications(by_state["open"] + by_state["closed"])
    context = {
        "organises": organises,
        "drafts": by_state["draft"],
        "announced": sorted(by_state["announced"], key=lambda each: each.timetable.opens),
        "open": sorted(by_state["open"], key=lambda each: each.timetable.closes),
        "awaited": [each for each in by_state["closed"] if each.pk not in published],
        "findings": _newest(by_state["open"] + by_state["closed"], published),
        "nothing": not any(by_state.values()),
        "members": Member.objects.on_the_roll().count() if organises else None,
    }
    return render(request, "home.html", context)


def _latest_publications(assemblies: list[Assembly]) -> dict[int, Publication]:
    """The last version of each assembly's findings; the findings themselves stay in the database."""
    found = Publication.objects.filter(assembly__in=assemblies).defer("findings").order_by("number")
    return {publication.assembly_id: publication for publication in found}


def _newest(
    assemblies: list[Assembly], published: dict[int, Publication]
) -> list[tuple[Assembly, Publication]]:
    pairs = [(each, published[each.pk]) for each in assemblies if each.pk in published]
    return sorted(pairs, key=lambda pair: pair[1].at, reverse=True)[:FINDINGS]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)
