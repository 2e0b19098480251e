"""The pages on which people decide about themes. They work without a script; with it they are quick."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from folkmoot.convene.models import Assembly, Question
from folkmoot.listen.small_cells import SMALL
from folkmoot.members.models import Member, Role
from folkmoot.members.permissions import role_required
from folkmoot.publiclog import kinds
from folkmoot.understand import shown, theme_actions
from folkmoot.understand.forms import MergeForm, MoveForm, OfReading, RenameForm, ReviewForm, SplitForm
from folkmoot.understand.models import ThemeDecision, ThemeReviewers
from folkmoot.understand.review import UNPLACED, Reading, parse_point, readings

A_PAGE = 100
REVIEWERS = (Role.ORGANISER, Role.FACILITATOR)


def reviewer(request: HttpRequest, assembly: uuid.UUID) -> tuple[Assembly, Member]:
    """The assembly and whoever asks, where she may decide about its themes."""
    found = get_object_or_404(Assembly.objects.convened().with_clock().with_versions(), uuid=assembly)
    member = request.user
    if not isinstance(member, Member) or not theme_actions.may_review(found, member):
        raise PermissionDenied
    return found, member


@never_cache
@require_safe
@role_required(*REVIEWERS)
def themes(request: HttpRequest, assembly: uuid.UUID) -> HttpResponse:
    """All themes of an assembly: how many raised each, what is new, and whether somebody read it."""
    found, member = reviewer(request, assembly)
    context = {
        "assembly": found,
        "readings": readings(found),
        "facilitators": ThemeReviewers.objects.include_facilitators(found),
        "may_say_who": member.is_organiser,
    }
    return render(request, "understand/themes.html", context)


@require_POST
@role_required(Role.ORGANISER)
def reviewers(request: HttpRequest, assembly: uuid.UUID) -> HttpResponse:
    """Let facilitators decide about themes, too, or organisers alone."""
    found, member = reviewer(request, assembly)
    theme_actions.let_facilitators_review(found, request.POST.get("facilitators") == "yes", by=member)
    messages.success(request, _("It stands in the record."))
    return redirect("understand:themes", assembly=found.uuid)


@dataclass
class _Page:
    """One theme, or what fits none, with what is asked for on its page."""

    request: HttpRequest
    member: Member
    reading: Reading
    theme: str

    @property
    def key(self) -> str | None:
        return None if self.theme == UNPLACED else self.theme

    def address(self, theme: str | None) -> str:
        return address(self.reading.question, theme)


def address(question: Question, theme: str | None) -> str:
    return reverse("understand:theme", args=[question.assembly.uuid, question.uuid, theme or UNPLACED])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*REVIEWERS)
def theme(request: HttpRequest, assembly: uuid.UUID, question: uuid.UUID, theme: str) -> HttpResponse:
    """Every answer in one theme, and what can be decided about it."""
    found, member = reviewer(request, assembly)
    asked = get_object_or_404(found.questions.filter(way="open_text"), uuid=question)
    reading = Reading.of(asked)
    if reading is None:
        raise Http404("these answers have not been read yet")
    if request.method == "POST":
        return _decide(request, member, asked, reading, theme)
    if theme != UNPLACED and theme not in reading.themes:
        return _gone(request, found)
    return _show(_Page(request, member, reading, theme))


def _gone(request: HttpRequest, assembly: Assembly) -> HttpResponse:
    messages.warning(request, _("That theme is no longer there. These are the themes now."))
    return redirect("understand:themes", assembly=assembly.uuid)


def _decide(
    request: HttpRequest, member: Member, asked: Question, latest: Reading, theme: str
) -> HttpResponse:
    """One act on the reading that the page showed, even if the answers were read again meanwhile."""
    act = request.POST.get("act", "")
    if act not in ACTS:
        raise Http404("there is no such act")
    reading = _reading_shown(request.POST.get(f"{act}-analysis", ""), asked) or latest
    if theme != UNPLACED and theme not in reading.themes:
        return _gone(request, asked.assembly)
    page = _Page(request, member, reading, theme)
    form_class, decide = ACTS[act]
    form = form_class(reading, theme, request.POST)
    if form.is_valid():
        try:
            return decide(page, form)
        except ValidationError as problem:
            _add_errors(form, problem)
    return _show(page, form)


def _reading_shown(analysis: str, asked: Question) -> Reading | None:
    try:
        return Reading.of(asked, uuid.UUID(analysis))
    except ValueError:
        return None


def _add_errors(form: OfReading, problem: ValidationError) -> None:
    """At the field that they are about, where the form has it."""
    if not hasattr(problem, "error_dict"):
        form.add_error(None, problem)
        return
    for field, errors in problem.error_dict.items():
        form.add_error(field if field in form.fields else None, errors)


# -- the acts


def _rename(page: _Page, form: OfReading) -> HttpResponse:
    name = form.cleaned_data["name"]
    decision = theme_actions.rename_theme(page.reading, page.theme, name=name, by=page.member)
    return _done(page, decision, _("Renamed. Both names stand in the record and in the findings."))


def _merge(page: _Page, form: OfReading) -> HttpResponse:
    decision = theme_actions.merge_themes(
        page.reading,
        page.theme,
        form.cleaned_data["others"],
        name=form.cleaned_data["name"],
        by=page.member,
    )
    return _done(page, decision, _("They are one theme now."))


def _split(page: _Page, form: OfReading) -> HttpResponse:
    decision = theme_actions.split_theme(
        page.reading,
        page.key,
        phrase=form.cleaned_data["phrase"],
        name=form.cleaned_data["name"],
        by=page.member,
    )
    return _done(page, decision, _("“%s” is a theme of its own now.") % decision.content["name"])


def _move(page: _Page, form: OfReading) -> HttpResponse:
    points = [key for text in page.request.POST.getlist("point") if (key := parse_point(text))]
    to, name = form.cleaned_data["to"], form.cleaned_data["name"]
    if bool(to) == bool(name.strip()):
        raise ValidationError({"to": _("Choose a theme, or give a new one a name: one of the two.")})
    if name.strip():
        decision = theme_actions.split_theme(page.reading, page.key, points=points, name=name, by=page.member)
        return _done(page, decision, _("“%s” is a theme of its own now.") % decision.content["name"])
    target = None if to == UNPLACED else to
    decision = theme_actions.move_points(page.reading, page.key, points, to=target, by=page.member)
    return _done(page, decision, _("Moved."))


def _review(page: _Page, form: OfReading) -> HttpResponse:
    """Marked as read; on to the next theme that somebody should read."""
    theme_actions.review_theme(page.reading, page.key, by=page.member)
    messages.success(page.request, _("Marked as read."))
    now = Reading.of(page.reading.question)
    following = _to_read(now) if now else None
    if following is None:
        return redirect("understand:themes", assembly=page.reading.question.assembly.uuid)
    return redirect(page.address(following))


def _to_read(reading: Reading) -> str | None:
    """The largest theme that nobody has read, or that has something new."""
    for key, one in reading.themes.items():
        if one["reviewed"] is None or one["new"]:
            return key
    left = reading.points[None] and (reading.now["unplaced_reviewed"] is None or reading.now["unplaced_new"])
    return UNPLACED if left else None


def _done(page: _Page, decision: ThemeDecision, told: str) -> HttpResponse:
    """Back to the theme, under the id that it has since somebody decided about it."""
    messages.success(page.request, told)
    now = Reading.of(page.reading.question)
    theme = decision.content["theme"]
    if theme is not None and (now is None or theme not in now.themes):
        return redirect("understand:themes", assembly=page.reading.question.assembly.uuid)
    # With the same search as before.
    asked = page.request.GET.urlencode()
    return redirect(page.address(theme) + (f"?{asked}" if asked else ""))


Act = tuple[type[OfReading], Callable[[_Page, OfReading], HttpResponse]]
ACTS: dict[str, Act] = {
    "rename": (RenameForm, _rename),
    "merge": (MergeForm, _merge),
    "split": (SplitForm, _split),
    "move": (MoveForm, _move),
    "review": (ReviewForm, _review),
}


# -- showing a theme


def _show(page: _Page, failed: OfReading | None = None) -> HttpResponse:
    reading, theme = page.reading, page.theme
    everything = shown.answers(reading, theme)
    choices = shown.parts(reading, everything)
    chosen, too_few = _chosen(page, everything, choices)
    forms = {
        act: failed if failed is not None and failed.act == act else form_class(reading, theme)
        for act, (form_class, _decide_on) in ACTS.items()
        if theme != UNPLACED or act not in ("rename", "merge")
    }
    context = {
        "assembly": reading.question.assembly,
        "question": reading.question,
        "reading": reading,
        "unplaced": theme == UNPLACED,
        "theme": reading.now if theme == UNPLACED else reading.themes[theme],
        "id": theme,
        "forms": forms,
        "form": failed,
        "ticked": page.request.POST.getlist("point"),
        "answers": len(everything),
        "page": Paginator(chosen, A_PAGE).get_page(page.request.GET.get("page")),
        "parts": choices,
        "asked": {name: page.request.GET.get(name, "") for name in ("q", "part", "new", "sub")},
        "too_few": too_few,
        "following": _next(reading, theme),
        "history": _history(reading, page.key),
        "unfinished": None if theme == UNPLACED else theme_actions.unfinished_check(reading, theme),
    }
    return render(page.request, "understand/theme.html", context, status=422 if failed is not None else 200)


def _chosen(
    page: _Page, everything: list[shown.ShownAnswer], choices: list[tuple[str, str]]
) -> tuple[list[shown.ShownAnswer], bool]:
    """The answers that were asked for, and whether there were too few of a branch to show."""
    chosen, asked = everything, page.request.GET
    part = asked.get("part", "")
    if part:
        if part not in dict(choices):
            return [], True
        chosen = shown.kept_to(page.reading, chosen, part)
    if asked.get("new"):
        chosen = [one for one in chosen if one.is_new]
    if asked.get("sub"):
        chosen = shown.part_of_theme(page.reading, chosen, asked["sub"])
    if asked.get("q", "").strip():
        chosen = shown.holding(page.reading, chosen, asked["q"])
    if part and len(chosen) < SMALL:
        return [], True
    return chosen, False


def _history(reading: Reading, theme: str | None) -> list[tuple[datetime.datetime, str]]:
    """What was decided about a theme, oldest first, as the record tells it."""
    lines = reading.now["unplaced_decided"] if theme is None else reading.themes[theme]["decided"]
    rows = ThemeDecision.objects.of(reading.question).filter(number__in=[line["number"] for line in lines])
    return [(row.at, kinds.of(row).show(row)) for row in rows]


def _next(reading: Reading, theme: str) -> str:
    """The theme after this one in the list; Unplaced is the last."""
    order = [*reading.themes, UNPLACED]
    place = order.index(theme)
    return order[place + 1] if place + 1 < len(order) else order[0]
