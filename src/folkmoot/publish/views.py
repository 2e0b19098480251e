"""Reading findings, the draft of them, and publishing it."""

from __future__ import annotations

import gzip
import hashlib
import json
import uuid
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_cookie

import folkmoot
from folkmoot.convene.models import Assembly
from folkmoot.listen import presence
from folkmoot.listen.models import Participation
from folkmoot.members.models import Member, Role
from folkmoot.members.permissions import role_required
from folkmoot.publish import actions, page
from folkmoot.publish import sentences as say
from folkmoot.publish.forms import PublicationForm
from folkmoot.publish.models import Publication
from folkmoot.publish.report import Report, tell
from folkmoot.publish.report.theme import theme_page
from folkmoot.publish.standing import standings

READERS_OF_DRAFTS = (Role.ORGANISER, Role.FACILITATOR, Role.MODERATOR, Role.AUDITOR)
TYPES = {"findings.pdf": "application/pdf", "public.zip": "application/zip", "members.zip": "application/zip"}
A_DAY = 24 * 60 * 60


# -- what is published


@require_safe
@vary_on_cookie
@gzip_page
def findings(request: HttpRequest, assembly: uuid.UUID) -> HttpResponseBase:
    """The latest version; before there is one, a page that says when there will be."""
    found = Publication.objects.filter(assembly__uuid=assembly).order_by("-number")
    latest = found.defer("findings").select_related("assembly", "by").first()
    if latest is None:
        return _nothing_yet(request, get_object_or_404(Assembly.objects.convened(), uuid=assembly))
    return _published(request, latest, latest.number)


@require_safe
@vary_on_cookie
@gzip_page
def version(request: HttpRequest, assembly: uuid.UUID, number: int) -> HttpResponseBase:
    """One version as it was published, with a note where it was corrected since."""
    publication = _publication(assembly, number)
    numbers = Publication.objects.filter(assembly=publication.assembly).values_list("number", flat=True)
    return _published(request, publication, max(numbers))


def _publication(assembly: uuid.UUID, number: int) -> Publication:
    found = Publication.objects.defer("findings").select_related("assembly", "by")
    return get_object_or_404(found, assembly__uuid=assembly, number=number)


def _nothing_yet(request: HttpRequest, assembly: Assembly) -> HttpResponse:
    timetable, may_draft = assembly.timetable, _may_read_drafts(request)
    context = {
        "assembly": assembly,
        "when": say.due({"zone": timetable.zone, "findings_due": timetable.findings_due.isoformat()}, None),
        "assembly_address": reverse("convene:assembly", args=[assembly.uuid]),
        "draft_address": reverse("publish:draft", args=[assembly.uuid]) if may_draft else "",
    }
    return render(request, "publish/none.html", context, status=404)


def _may_read_drafts(request: HttpRequest) -> bool:
    return isinstance(request.user, Member) and request.user.holds(*READERS_OF_DRAFTS)


def _published(request: HttpRequest, publication: Publication, latest: int) -> HttpResponseBase:
    """The page of a version. It never changes but for its frame, so a reader who has it gets 304."""
    tag = _tag(request, publication, latest)
    if tag is None:
        return _framed(request, publication, latest)
    if (answer := get_conditional_response(request, etag=tag)) is not None:
        return answer
    if request.user.is_authenticated:
        answer = _framed(request, publication, latest)
    else:
        answer = _kept(request, publication, latest, tag)
    answer.headers["ETag"] = tag
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _framed(request: HttpRequest, publication: Publication, latest: int) -> HttpResponse:
    newer = reverse("publish:findings", args=[publication.assembly.uuid])
    context = {
        "title": _("Findings: %(title)s") % {"title": publication.assembly.title},
        "body": _body(publication, latest),
        "newer": newer if publication.number < latest else "",
        "withdrawn": withdrawal(publication),
        "form": None,
    }
    return render(request, "publish/findings.html", context)


def _kept(request: HttpRequest, publication: Publication, latest: int, tag: str) -> HttpResponse:
    """For strangers the whole page is the same: it is kept, compressed already."""
    key = f"findings-page-{tag[3:-1]}-{request.path}"
    packed = cache.get(key)
    if packed is None:
        packed = gzip.compress(_framed(request, publication, latest).content, compresslevel=6, mtime=0)
        cache.set(key, packed, A_DAY)
    accepted = "gzip" in request.headers.get("Accept-Encoding", "")
    answer = HttpResponse(packed if accepted else gzip.decompress(packed))
    patch_vary_headers(answer, ("Accept-Encoding",))
    if accepted:
        answer.headers["Content-Encoding"] = "gzip"
    return answer


def _tag(request: HttpRequest, publication: Publication, latest: int) -> str | None:
    """What the page depends on: the version, the versions after it, the reader's name and language."""
    if settings.DEBUG or (hasattr(request, "session") and request.session.get("_messages")):
        return None
    parts = [publication.uuid, latest, publication.withdrawn is not None, request.user.pk, get_language()]
    parts += [
        folkmoot.__version__,
        *(sorted(request.user.roles()) if isinstance(request.user, Member) else []),
    ]
    # Weak: the same page goes out compressed and plain.
    return f'W/"{hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:32]}"'


def _body(publication: Publication, latest: int) -> str:
    """The findings as the main part of a page, kept once made."""
    key = f"findings-{publication.uuid}-{latest}-{get_language()}-{folkmoot.__version__}"
    return cache.get_or_set(key, lambda: page.body(_report(publication)), A_DAY) or ""


def _report(publication: Publication) -> Report:
    assembly, number = publication.assembly.uuid, publication.number
    versions = {each.number: actions.about_publication(each) for each in _versions(publication)}
    stated = versions[number] | {
        "sizes": _sizes(publication),
        "versions": list(versions.values()),
        "folder": reverse("publish:version", args=[assembly, number]),
    }
    return tell(
        json.loads(publication.findings),
        stated,
        chart_address=lambda name: reverse("publish:chart", args=[assembly, number, name]),
    )


def _versions(publication: Publication) -> Any:
    found = Publication.objects.filter(assembly=publication.assembly).defer("findings")
    return found.select_related("by", "assembly").order_by("number")


def _sizes(publication: Publication) -> dict[str, int]:
    folder = actions.folder_of(publication)
    return {name: (folder / name).stat().st_size for name in publication.digests if (folder / name).is_file()}


def withdrawal(publication: Publication) -> str:
    """Why and since when the files of a version are withdrawn; empty where they are not."""
    withdrawn = publication.withdrawn
    if withdrawn is None:
        return ""
    return _("The files of this version were withdrawn on %(day)s: %(ground)s") % {
        "day": say.day(withdrawn.at.isoformat(), publication.assembly.timetable.zone),
        "ground": withdrawn.ground,
    }


@require_safe
@vary_on_cookie
@gzip_page
def theme(
    request: HttpRequest, assembly: uuid.UUID, number: int, question: int, theme: str
) -> HttpResponseBase:
    """One theme of a version with its words, or what fits no theme."""
    publication = _publication(assembly, number)
    found = theme_page(json.loads(publication.findings), question, theme)
    if found is None:
        raise Http404("this version has no such theme")
    newest = Publication.objects.filter(assembly=publication.assembly).order_by("-number").first()
    corrected = newest is not None and newest.number > number
    context = {
        "theme": found,
        "title": publication.assembly.title,
        "number": number,
        "findings_address": reverse("publish:version", args=[assembly, number]),
        "newer": reverse("publish:findings", args=[assembly]) if corrected else "",
    }
    return render(request, "publish/theme.html", context)


@require_safe
def chart(request: HttpRequest, assembly: uuid.UUID, number: int, name: str) -> HttpResponseBase:
    """One chart as a picture to pass on."""
    publication = _publication(assembly, number)
    key = f"charts-{publication.uuid}-{get_language()}-{folkmoot.__version__}"
    pictures = cache.get_or_set(key, lambda: _pictures(publication), A_DAY) or {}
    if name not in pictures:
        raise Http404(f"this version has no chart called {name}")
    tag = f'"{hashlib.sha256(pictures[name].encode()).hexdigest()[:32]}"'
    answer = HttpResponse(pictures[name], content_type="image/svg+xml")
    answer.headers["ETag"] = tag
    return get_conditional_response(request, etag=tag, response=answer) or answer


def _pictures(publication: Publication) -> dict[str, str]:
    report = _report(publication)
    return {name: page.picture(report, name) for name in report.figures}


@require_safe
def file(request: HttpRequest, assembly: uuid.UUID, number: int, name: str) -> HttpResponseBase:
    """A file of a version, whole: the rows for members and auditors, the others for everybody."""
    publication = _publication(assembly, number)
    if name not in publication.digests or name not in TYPES:
        raise Http404(f"this version has no file called {name}")
    if name == "members.zip":
        if not isinstance(request.user, Member):
            return redirect_to_login(request.get_full_path())
        if not request.user.sees_rows:
            raise PermissionDenied
    if publication.withdrawn is not None:
        return _withdrawn(request, publication, name)
    tag = f'"{publication.digests[name]}"'
    if (answer := get_conditional_response(request, etag=tag)) is not None:
        return answer
    stream = (actions.folder_of(publication) / name).open("rb")
    download = FileResponse(
        stream, content_type=TYPES[name], as_attachment=name != "findings.pdf", filename=name
    )
    download.headers["ETag"] = tag
    if name == "members.zip":
        download.headers["Cache-Control"] = "private, no-cache"
    return download


def _withdrawn(request: HttpRequest, publication: Publication, name: str) -> HttpResponse:
    context = {
        "withdrawn": withdrawal(publication),
        "digest": publication.digests[name],
        "findings_address": reverse("publish:version", args=[publication.assembly.uuid, publication.number]),
    }
    return render(request, "publish/withdrawn.html", context, status=410)


@require_safe
@never_cache
def stand(request: HttpRequest, assembly: uuid.UUID, number: int) -> HttpResponse:
    """Where the reader stands on the maps of a version: for whoever answered here, and for nobody else."""
    publication = _publication(assembly, number)
    participation = _own_participation(request, publication.assembly)
    context = {
        "title": publication.assembly.title,
        "findings_address": reverse("publish:version", args=[assembly, number]),
        "sign_in": f"{reverse('account_login')}?{urlencode({'next': request.path})}",
        "standings": None if participation is None else standings(publication, participation),
    }
    return render(request, "publish/stand.html", context)


def _own_participation(request: HttpRequest, assembly: Assembly) -> Participation | None:
    """The reader's own. A link can be opened by whoever has it: then all of it must have come from this browser."""
    try:
        who = presence.find(request, assembly)
    except presence.NotLetIn:
        return None
    found = who.participation()
    if found is not None and who.sees is not None and not found.all_came_from(who.sees):
        return None
    return found


# -- the draft, and publishing it


@require_safe
@role_required(*READERS_OF_DRAFTS)
def draft(request: HttpRequest, assembly: uuid.UUID) -> HttpResponseBase:
    """The findings as they would be published now."""
    found = get_object_or_404(Assembly.objects.convened().with_versions(), uuid=assembly)
    return _drafted(request, found, _form(found))


@require_POST
@role_required(Role.ORGANISER)
def publish(request: HttpRequest, assembly: uuid.UUID) -> HttpResponseBase:
    """Publish the draft as the next version."""
    found = get_object_or_404(Assembly.objects.convened().with_versions(), uuid=assembly)
    form = _form(found, request.POST)
    if form.is_valid():
        try:
            publication = actions.publish(
                found, by=_member(request), changed=form.cleaned_data.get("changed", "")
            )
            return redirect("publish:version", assembly=found.uuid, number=publication.number)
        except ValidationError as problem:
            form.add_error(None, problem)
    return _drafted(request, found, form)


def _member(request: HttpRequest) -> Member:
    """Whoever passed the guard of a view for some roles."""
    if not isinstance(request.user, Member):
        raise PermissionDenied
    return request.user


def _form(assembly: Assembly, data: Any = None) -> PublicationForm:
    return PublicationForm(data, correcting=assembly.publications.exists())


def _drafted(request: HttpRequest, assembly: Assembly, form: PublicationForm) -> HttpResponse:
    found = actions.draft(assembly)
    if found is None:
        progress = reverse("understand:progress", args=[assembly.uuid])
        return render(request, "publish/no_draft.html", {"assembly": assembly, "progress_address": progress})
    finished = found.analysis.finished_at or found.analysis.asked_at
    report = tell(found.findings, None, made_at=finished.isoformat())
    may_publish = _member(request).is_organiser
    context = {
        "title": _("Draft: %(title)s") % {"title": assembly.title},
        "body": page.body(report, publishing=may_publish),
        "form": form if may_publish else None,
        "assembly": assembly,
        "correcting": "changed" in form.fields,
        "publish_address": reverse("publish:publish", args=[assembly.uuid]),
    }
    answer = render(request, "publish/findings.html", context)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
