"""What organisers see of an assembly while it is answered."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from folkmoot.listen.door import at_hand
from folkmoot.listen.live import so_far
from folkmoot.listen.models import Statement
from folkmoot.listen.progress import answers_by_day
from folkmoot.listen.turnout import turnout
from folkmoot.members.models import Role
from folkmoot.members.permissions import role_required


@role_required(Role.ORGANISER, Role.FACILITATOR)
@require_GET
def dashboard(request: HttpRequest, assembly: uuid.UUID) -> HttpResponse:
    """How many have answered, never who."""
    found = at_hand(assembly)
    numbers = turnout(found)
    statements = Statement.objects.shown().filter(question__assembly=found)
    context = {
        "assembly": found,
        "turnout": numbers,
        "shown": numbers.published(),
        "quiet": _quiet(numbers),
        "days": answers_by_day(found),
        "statements": statements.count(),
        "added": statements.exclude(who="").count(),
        "left": found.timetable.closes - found.moment(),
        "so_far": so_far(found),
    }
    return render(request, "listen/dashboard.html", context)


def _quiet(numbers: Any) -> list[str]:
    """Branches of which far fewer answered than elsewhere; those too small to tell are left out."""
    if not numbers.roll or not numbers.members:
        return []
    usual = numbers.members / numbers.roll
    found = [
        (part.people / part.roll, part.name)
        for part in numbers.branches
        if part.roll and part.roll >= 20 and part.people is not None and part.people / part.roll < usual / 2
    ]
    return [name.rpartition("/")[2] for _share, name in sorted(found)[:3]]
