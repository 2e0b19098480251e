"""What everybody sees of an assembly: its page, and every version of what was said on it."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from folkmoot.convene import ways
from folkmoot.convene.models import Assembly
from folkmoot.convene.preview import previews
from folkmoot.convene.versions import changes, things
from folkmoot.members.models import FrozenRoll, Member, Role, RoleChange
from folkmoot.publiclog.models import Entry


def find(uuid: uuid.UUID) -> Assembly:
    return get_object_or_404(Assembly.objects.with_clock().with_versions(), uuid=uuid)


def _may_see(request: HttpRequest, uuid: uuid.UUID) -> Assembly:
    """The assembly; a draft is there for organisers only."""
    assembly = find(uuid)
    if assembly.is_draft and not _organises(request):
        raise Http404
    return assembly


def _organises(request: HttpRequest) -> bool:
    user = request.user
    return user.is_authenticated and user.holds(Role.ORGANISER, Role.ADMINISTRATOR)


def assembly(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    """The public page; with `?preview` organisers see each question as people will."""
    found = _may_see(request, uuid)
    draft = found.is_draft
    preview = _organises(request) and (draft or "preview" in request.GET)
    drawn = previews(found, request, request.user) if preview else []
    if draft:
        # Never saved: so that the page says what it will say once opened.
        found.opened_at = found.moment()
    context = {
        "assembly": found,
        "timetable": found.timetable,
        "questions": found.questions.all(),
        "minutes": minutes(found),
        "organisers": organisers(),
        "changes": changes(found),
        "published": Entry.objects.of_assembly(found.uuid).filter(kind="publication").exists(),
        "organises": _organises(request),
        "came_later": _came_later(request, found),
        "previews": drawn,
        "preview": preview,
        "draft": draft,
    }
    return render(request, "convene/assembly.html", context)


def _came_later(request: HttpRequest, assembly: Assembly) -> bool:
    """Whether she who is signed in is not on the roll that was frozen for it, and cannot answer as a member."""
    user = request.user
    return user.is_authenticated and FrozenRoll.objects.leaves_out(assembly.uuid, user)


def minutes(assembly: Assembly) -> int:
    """About how long it takes to answer everything, one at least."""
    seconds = sum(ways.named(question.way).seconds for question in assembly.questions.all())
    return max(1, round(seconds / 60))


def organisers() -> QuerySet[Member]:
    standing = RoleChange.objects.standing().filter(role=Role.ORGANISER)
    return Member.objects.filter(pk__in=standing.values("member"))


def versions(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    """Every version of everything: what changed since the opening, and how it began."""
    found = _may_see(request, uuid)
    context = {"assembly": found, "changes": changes(found), "things": things(found)}
    return render(request, "convene/versions.html", context)
