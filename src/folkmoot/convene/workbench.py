"""The organisers' workbench: a draft is put together, opened, and changed in everybody's sight."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from folkmoot.convene import actions, ways
from folkmoot.convene.forms import (
    AccessFields,
    NewAssembly,
    Opening,
    TimetableChange,
    WordingChange,
    new_question_form,
    question_form,
    question_values,
    usual_timetable,
)
from folkmoot.convene.links import link_rows
from folkmoot.convene.models import Assembly, Question, Timetable
from folkmoot.convene.versions import changes, setup_lines
from folkmoot.convene.views import find, minutes
from folkmoot.members.models import Member
from folkmoot.members.officers import who_can_agree
from folkmoot.members.permissions import organisers_only


@organisers_only
def new(request: HttpRequest) -> HttpResponse:
    initial = usual_timetable(timezone.now()) | {"access": Assembly.Access.MEMBERS}
    form = NewAssembly(_sent(request), initial=initial)
    if form.is_valid():
        values = form.cleaned_data
        language = _written_language(request)
        values |= {name: {language: values[name]} for name in ("title", "purpose")}
        made = _try(form, actions.draft_assembly, **values, language=language, by=request.user)
        if made:
            return redirect("convene:edit", made.uuid)
    return render(request, "convene/new.html", {"form": form})


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _written_language(request: HttpRequest) -> str:
    return getattr(request, "LANGUAGE_CODE", "en").partition("-")[0]


def _try(form: forms.Form, action: Any, *args: Any, **kwargs: Any) -> Any:
    """What the action gives back, or None with its complaint beside the field that it is about."""
    try:
        return action(*args, **kwargs)
    except ValidationError as error:
        form.add_error(None, error)
        return None


@organisers_only
def edit(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    found = find(uuid)
    questions = [
        {
            "question": question,
            "version": question.version,
            "way": ways.named(question.way),
            "setup": setup_lines(question.version),
        }
        for question in found.questions.all()
    ]
    context = {
        "assembly": found,
        "timetable": found.timetable,
        "questions": questions,
        "ways": [ways.named(name) for name, _label in ways.choices()],
        "minutes": minutes(found),
        "changes": changes(found),
    }
    return render(request, "convene/edit.html", context)


@organisers_only
def wording(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    found = find(uuid)
    current = found.wording
    form = WordingChange(current, found, _sent(request), initial=WordingChange.values(current))
    if form.is_valid():
        values, language = form.cleaned_data, found.language
        changed = _try(
            form,
            actions.reword,
            found,
            title=current.title | {language: values["title"]},
            purpose=current.purpose | {language: values["purpose"]},
            reason=values.get("reason", ""),
            by=request.user,
        )
        if changed:
            return _saved(request, found, changed, current)
    return _change_page(request, found, form, _("Title and purpose"))


@organisers_only
def timetable(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    found = find(uuid)
    current: Timetable = found.timetable
    form = TimetableChange(current, found, _sent(request), initial=TimetableChange.values(current))
    if form.is_valid():
        values = form.cleaned_data
        del values["seen"]
        changed = _try(form, actions.retime, found, **values, by=request.user)
        if changed:
            return _saved(request, found, changed, current)
    return _change_page(request, found, form, _("Timetable"))


@organisers_only
def access(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    found = find(uuid)
    form = AccessFields(_sent(request), initial={"access": found.access})
    if form.is_valid():
        _try(form, actions.change_access, found, form.cleaned_data["access"])
        if not form.errors:
            messages.success(request, _("Saved."))
            return redirect("convene:edit", found.uuid)
    return _change_page(request, found, form, _("Who may answer"))


def _saved(request: HttpRequest, assembly: Assembly, changed: Any, before: Any) -> HttpResponse:
    if changed.pk != before.pk:
        messages.success(request, _("Saved as a new version. The old one stays visible beside it."))
    elif assembly.is_draft:
        messages.success(request, _("Saved."))
    else:
        messages.info(request, _("Nothing was changed: it says the same as before."))
    return redirect("convene:edit", assembly.uuid)


def _change_page(request: HttpRequest, assembly: Assembly, form: forms.Form, what: str) -> HttpResponse:
    context = {"assembly": assembly, "form": form, "what": what}
    return render(request, "convene/change.html", context)


# Questions.


def _question(assembly: Assembly, question_uuid: uuid.UUID) -> Question:
    for each in assembly.questions.all():
        if each.uuid == question_uuid:
            return each
    raise Http404


@organisers_only
def add_question(request: HttpRequest, uuid: uuid.UUID, way: str) -> HttpResponse:
    found = find(uuid)
    if way not in dict(ways.choices()):
        raise Http404
    form = new_question_form(way)(_sent(request))
    if form.is_valid():
        values = _question_values(form, way, found.language)
        if _try(form, actions.add_question, found, way=way, **values, by=request.user):
            messages.success(request, _("The question was added."))
            return redirect("convene:edit", found.uuid)
    context = {"assembly": found, "form": form, "what": _("New question"), "way": ways.named(way)}
    return render(request, "convene/change.html", context)


def _question_values(form: forms.Form, way: str, language: str) -> dict[str, Any]:
    cleaned = form.cleaned_data
    return {
        "text": {language: cleaned["text"]},
        "help": {language: cleaned["help"]} if cleaned["help"] else {},
        "options": ways.named(way).options(cleaned, language),
    }


@organisers_only
def question(request: HttpRequest, uuid: uuid.UUID, question: uuid.UUID) -> HttpResponse:
    found = find(uuid)
    asked = _question(found, question)
    current, way = asked.version, asked.way
    form = question_form(way)(
        current, found, _sent(request), initial=question_values(current, found.language)
    )
    if form.is_valid():
        values = _question_values(form, way, found.language)
        reason = form.cleaned_data.get("reason", "")
        changed = _try(form, actions.reword_question, asked, **values, reason=reason, by=request.user)
        if changed:
            return _saved(request, found, changed, current)
    context = {"assembly": found, "form": form, "what": _("Question"), "way": ways.named(way)}
    return render(request, "convene/change.html", context)


@organisers_only
@require_POST
def move(request: HttpRequest, uuid: uuid.UUID, question: uuid.UUID) -> HttpResponse:
    found = find(uuid)
    asked = _question(found, question)
    return _act(
        request, found, actions.move_question, asked, earlier=request.POST.get("direction") == "earlier"
    )


@organisers_only
def remove(request: HttpRequest, uuid: uuid.UUID, question: uuid.UUID) -> HttpResponse:
    found = find(uuid)
    asked = _question(found, question)
    if request.method == "POST":
        return _act(request, found, actions.remove_question, asked)
    return render(request, "convene/remove.html", {"assembly": found, "question": asked})


def _act(request: HttpRequest, assembly: Assembly, action: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    try:
        action(*args, **kwargs)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("convene:edit", assembly.uuid)


# Opening, and asking people in.


@organisers_only
def open_page(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    """Says in plain words what can no longer be changed silently; opens when sent."""
    found = find(uuid)
    if not found.is_draft:
        messages.info(request, _("This assembly was opened already."))
        return redirect("convene:edit", found.uuid)
    form = Opening(found, _sent(request))
    if form.is_valid() and _try(form, actions.open_assembly, found, by=request.user):
        messages.success(request, _("It is open to be seen. Every change from now on stays visible."))
        return redirect("convene:edit", found.uuid)
    context = {
        "assembly": found,
        "timetable": found.timetable,
        "form": form,
        "minutes": minutes(found),
        "alone": found.for_members and not who_can_agree(request.user),
    }
    return render(request, "convene/open.html", context)


@organisers_only
def links(request: HttpRequest, uuid: uuid.UUID) -> HttpResponseBase:
    """Says how to merge the personal links into a mailing; gives the file when asked by a button."""
    found = find(uuid)
    available = found.for_members and found.state in ("announced", "open")
    if request.method == "POST" and available:
        actions.give_links(found, by=request.user)
        response = StreamingHttpResponse(link_rows(found), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="personal-links.csv"'
        # Whoever holds a link can answer with it: no copy is to stay on the way.
        response["Cache-Control"] = "no-store"
        return response
    context = {
        "assembly": found,
        "available": available,
        "members": Member.objects.seated(found.uuid).count(),
    }
    return render(request, "convene/links.html", context, status=409 if request.method == "POST" else 200)
