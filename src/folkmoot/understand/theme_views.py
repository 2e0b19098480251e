"""The pages on which people decide about themes. They work without a script; with it they are quick."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from folkmoot.convene.models import Assembly, Question
from folkmoot.members.models import Member, Role
from folkmoot.members.permissions import role_required
from folkmoot.understand import theme_actions
from folkmoot.understand.deciding import Stale
from folkmoot.understand.forms import (
    NEW,
    AcceptForm,
    MergeForm,
    MoveForm,
    OfReading,
    RenameForm,
    ReviewForm,
    SplitForm,
)
from folkmoot.understand.models import ThemeDecision, ThemeReviewers
from folkmoot.understand.review import UNPLACED, Reading, parse_point, readings
from folkmoot.understand.taken import ACCEPT, Key
from folkmoot.understand.theme_page import Page, address, last_decision, show, where_to_read

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
        "readings": [_listed(reading) for reading in readings(found)],
        "facilitators": ThemeReviewers.objects.include_facilitators(found),
        "may_say_who": member.is_organiser,
    }
    return render(request, "understand/themes.html", context)


def _listed(reading: Reading) -> dict[str, Any]:
    """One question's themes, with where to go on reading."""
    following = reading.next_to_review
    return {
        "reading": reading,
        "last": last_decision(reading),
        "to_read": where_to_read(reading, following) if following else "",
        "begun": any(line["by"] for line in reading.listed),
    }


@require_POST
@role_required(Role.ORGANISER)
def reviewers(request: HttpRequest, assembly: uuid.UUID) -> HttpResponse:
    """Let facilitators decide about themes, too, or organisers alone."""
    found, member = reviewer(request, assembly)
    theme_actions.let_facilitators_review(found, request.POST.get("facilitators") == "yes", by=member)
    messages.success(request, _("It stands in the record."))
    return redirect("understand:themes", assembly=found.uuid)


@require_POST
@role_required(*REVIEWERS)
def take_back(request: HttpRequest, assembly: uuid.UUID, question: uuid.UUID, number: int) -> HttpResponse:
    """Take the last decision about a question's themes back."""
    found, member = reviewer(request, assembly)
    decision = get_object_or_404(
        ThemeDecision.objects.filter(question__assembly=found, question__uuid=question), number=number
    )
    try:
        theme_actions.take_back(decision, by=member)
        messages.success(request, _("Taken back. The record shows that it was decided, and taken back."))
    except ValidationError as problem:
        messages.warning(request, " ".join(problem.messages))
    now = Reading.of(decision.question)
    if decision.content["theme"] is None:
        return redirect(address(decision.question, None))
    there = now.went_to(decision.content["theme"]) if now else None
    if there is None:
        return redirect("understand:themes", assembly=found.uuid)
    return redirect(address(decision.question, there))


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
        return _gone(request, reading, theme)
    return show(Page(request, member, reading, theme), FORMS)


def _gone(request: HttpRequest, reading: Reading, theme: str) -> HttpResponse:
    """To the theme that a former one became; else to the list."""
    there = reading.went_to(theme)
    if there is not None:
        return redirect(address(reading.question, there))
    messages.warning(request, _("That theme is no longer there. These are the themes now."))
    return redirect("understand:themes", assembly=reading.question.assembly.uuid)


def _decide(
    request: HttpRequest, member: Member, asked: Question, latest: Reading, theme: str
) -> HttpResponse:
    """One act on what the page showed, even if the answers were read again meanwhile."""
    act = request.POST.get("act", "")
    if act not in ACTS:
        raise Http404("there is no such act")
    reading = _as_shown(request, act, asked) or latest
    # A page that told to look again shows the theme under the id that it has since.
    here = theme if theme == UNPLACED else reading.went_to(theme)
    if here is None:
        return _gone(request, latest, theme)
    page = Page(request, member, reading, here)
    form_class, decide = ACTS[act]
    form = form_class(reading, here, request.POST)
    if form.is_valid():
        try:
            return decide(page, form)
        except Stale as problem:
            return _look_again(page, form, problem)
        except ValidationError as problem:
            _add_errors(form, problem)
    return show(page, FORMS, form)


def _as_shown(request: HttpRequest, act: str, asked: Question) -> Reading | None:
    """The reading as it stood when the page was made."""
    try:
        reading = Reading.of(asked, uuid.UUID(request.POST.get(f"{act}-analysis", "")))
    except ValueError:
        return None
    seen = request.POST.get(f"{act}-decisions", "")
    # Longer numbers are nobody's page.
    return reading.as_seen(int(seen)) if reading and seen.isdecimal() and len(seen) < 9 else reading


def _look_again(page: Page, form: OfReading, problem: Stale) -> HttpResponse:
    """The theme as it stands now, with what was filled in; once more, and it is decided."""
    latest = Reading.of(page.reading.question)
    there = page.theme if latest is None or page.theme == UNPLACED else latest.went_to(page.theme)
    if latest is None or there is None:
        messages.warning(page.request, _("That theme is no longer there. These are the themes now."))
        return redirect("understand:themes", assembly=page.reading.question.assembly.uuid)
    newer = form.as_of(latest, there)
    newer.add_error(None, problem)
    return show(Page(page.request, page.member, latest, there), FORMS, newer)


def _add_errors(form: OfReading, problem: ValidationError) -> None:
    """At the field that they are about, where the form has it."""
    if not hasattr(problem, "error_dict"):
        form.add_error(None, problem)
        return
    for field, errors in problem.error_dict.items():
        form.add_error(field if field in form.fields else None, errors)


# -- the acts


def _rename(page: Page, form: OfReading) -> HttpResponse:
    name = form.cleaned_data["name"]
    decision = theme_actions.rename_theme(page.reading, page.theme, name=name, by=page.member)
    return _done(page, decision, _("Renamed. Both names stand in the record and in the findings."))


def _merge(page: Page, form: OfReading) -> HttpResponse:
    decision = theme_actions.merge_themes(
        page.reading,
        page.theme,
        form.cleaned_data["others"],
        name=form.cleaned_data["name"],
        by=page.member,
    )
    return _done(page, decision, _("They are one theme now."))


def _split(page: Page, form: OfReading) -> HttpResponse:
    decision = theme_actions.split_theme(
        page.reading,
        page.key,
        phrase=form.cleaned_data["phrase"],
        name=form.cleaned_data["name"],
        by=page.member,
    )
    return _done(page, decision, _("“%s” is a theme of its own now.") % decision.content["name"])


def _move(page: Page, form: OfReading) -> HttpResponse:
    ticked = [key for text in page.request.POST.getlist("point") if (key := parse_point(text))]
    points = page.with_same(ticked)
    to, name = form.cleaned_data["to"], form.cleaned_data["name"]
    if to == NEW and not name:
        raise ValidationError({"name": _("Give the new theme a name.")})
    if (to in ("", NEW)) != bool(name):
        raise ValidationError({"to": _("Choose a theme, or give a new one a name: one of the two.")})
    if name:
        decision = theme_actions.split_theme(page.reading, page.key, points=points, name=name, by=page.member)
        return _done(page, decision, _("“%s” is a theme of its own now.") % decision.content["name"], ticked)
    target = None if to == UNPLACED else to
    decision = theme_actions.move_points(page.reading, page.key, points, to=target, by=page.member)
    return _done(page, decision, _("Moved."), ticked)


def _review(page: Page, form: OfReading) -> HttpResponse:
    """Marked as read; where only what is new was looked at after a part was accepted, no more is said of that."""
    before = page.reading.reviewed(page.theme)
    if page.asked("new") and before and before["what"] == ACCEPT:
        return _accept_rest(page, [one.response for one in page.chosen or ()])
    theme_actions.review_theme(page.reading, page.key, by=page.member)
    return _on_to_the_next(page, _("Marked as read."))


def _accept(page: Page, form: OfReading) -> HttpResponse:
    return _accept_rest(page, page.read)


def _accept_rest(page: Page, read: Sequence[str]) -> HttpResponse:
    theme_actions.accept_theme(page.reading, page.theme, read=read, by=page.member)
    return _on_to_the_next(
        page, _("Marked as reviewed. It is told that you read a part and accepted the rest.")
    )


def _on_to_the_next(page: Page, told: str) -> HttpResponse:
    """To the next theme that somebody should review."""
    messages.success(page.request, told)
    now = Reading.of(page.reading.question)
    following = now.next_to_review if now else None
    if now is None or following is None:
        return redirect("understand:themes", assembly=page.reading.question.assembly.uuid)
    return redirect(where_to_read(now, following))


def _done(page: Page, decision: ThemeDecision, told: str, after: Sequence[Key] = ()) -> HttpResponse:
    """Back to the theme, under the id that it has since somebody decided about it, and to where one was."""
    messages.success(page.request, told)
    now = Reading.of(page.reading.question)
    theme = decision.content["theme"]
    if now is None or (theme is not None and theme not in now.themes):
        return redirect("understand:themes", assembly=page.reading.question.assembly.uuid)
    return redirect(Page(page.request, page.member, now, theme or UNPLACED).going_on(after, page))


Act = tuple[type[OfReading], Callable[[Page, OfReading], HttpResponse]]
ACTS: dict[str, Act] = {
    "rename": (RenameForm, _rename),
    "merge": (MergeForm, _merge),
    "split": (SplitForm, _split),
    "move": (MoveForm, _move),
    "review": (ReviewForm, _review),
    "accept": (AcceptForm, _accept),
}
FORMS = {act: form_class for act, (form_class, _decide_on) in ACTS.items()}
