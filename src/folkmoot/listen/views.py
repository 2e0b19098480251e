"""Answering: one question a page, with or without JavaScript, on an old phone, in two minutes."""

from __future__ import annotations

import logging
import math
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from folkmoot.convene.models import Assembly, Invitation, Question
from folkmoot.listen import actions, presence, ways
from folkmoot.listen.actions import NotOpen, NotTakenIn, SignInFirst
from folkmoot.listen.forms import ConsentForm, StatementForm
from folkmoot.listen.live import so_far
from folkmoot.listen.models import Participation, Response, Statement
from folkmoot.listen.presence import CrowdedError, NotLetIn, Presence
from folkmoot.listen.progress import answers_by_day
from folkmoot.listen.turnout import turnout
from folkmoot.listen.ways.statements import progress_and_next, votes_of
from folkmoot.members.models import Role
from folkmoot.members.permissions import role_required
from folkmoot.publiclog.together import together

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponse]
Result = TypeVar("Result")


def seated(view: View) -> View:
    """Give the view the assembly and whoever is answering; tell those who cannot why and what to do."""

    @wraps(view)
    def wrapped(request: HttpRequest, assembly: uuid.UUID, **rest: Any) -> HttpResponse:
        found = _assembly(assembly)
        try:
            who = presence.find(request, found)
        except NotLetIn as refusal:
            return _refuse(request, found, refusal.reason)
        # What she sends goes on: where it is refused, the answer is a page that still holds her words.
        if request.method != "POST" and who.came_later():
            return _refuse(request, found, "later")
        if found.state == "announced":
            return _refuse(request, found, "early")
        try:
            response = view(request, found, who, **rest)
        except CrowdedError:
            return render(request, "listen/crowded.html", {"assembly": found}, status=429)
        who.remember(response)
        return response

    return never_cache(wrapped)


def _assembly(public_id: uuid.UUID) -> Assembly:
    found = Assembly.objects.at_hand(public_id)
    if found is None:
        raise Http404
    return found


def _refuse(request: HttpRequest, assembly: Assembly, reason: str) -> HttpResponse:
    status = 200 if reason == "early" else 403
    response = render(request, "listen/refused.html", {"assembly": assembly, "reason": reason}, status=status)
    # Who signs out, or comes when it has opened, has her seat here still.
    if reason not in ("early", "later"):
        response.delete_cookie(presence.cookie_name(assembly))
    return response


@require_GET
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """A personal link: it seats its member and shows the way in."""
    invitation = Invitation.objects.holding(token)
    if invitation is None:
        return render(request, "listen/refused.html", {"reason": "unknown"}, status=404)
    assembly = _assembly(invitation.assembly.uuid)
    if invitation.member.left or not invitation.member.is_active:
        return _refuse(request, assembly, "left")
    response = redirect("listen:begin", assembly=assembly.uuid)
    # One who was seated here already keeps the moment at which she began.
    if not _sits_here(request, assembly, invitation):
        presence.by_link(assembly, invitation.member).remember(response)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _sits_here(request: HttpRequest, assembly: Assembly, invitation: Invitation) -> bool:
    try:
        who = presence.find(request, assembly)
    except NotLetIn:
        return False
    return who.member == invitation.member and presence.cookie_name(assembly) in request.COOKIES


@require_GET
@seated
def begin(request: HttpRequest, assembly: Assembly, who: Presence) -> HttpResponse:
    questions = list(assembly.questions.all())
    seconds = sum(ways.named(question.way).seconds for question in questions)
    context = {
        "assembly": assembly,
        "who": who,
        "steps": len(questions),
        "minutes": max(1, math.ceil(seconds / 60)),
        "answered": _has_said(who),
    }
    return render(request, "listen/begin.html", context)


def _has_said(who: Presence) -> bool:
    """Whether there is anything of hers that may be shown here: a link alone does not tell that she answered."""
    participation = who.participation()
    return participation is not None and participation.has_said(who.sees)


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def step(request: HttpRequest, assembly: Assembly, who: Presence, step: int) -> HttpResponse:
    question, steps = _question(assembly, step)
    participation = who.participation()
    seed = participation.seed if participation else who.seed
    way, version = ways.named(question.way), question.version
    standing = _standing(who, participation, question)
    if request.method != "POST":
        form = way.answer_form(version, seed, standing=standing)
        return _step_page(request, assembly, who, question, step, steps, form)
    version = _version_shown(question, request)
    form = way.answer_form(version, seed, data=request.POST, standing=standing)
    if not form.is_valid():
        return _step_page(request, assembly, who, question, step, steps, form, status=422)
    content = way.content(form)
    if content is not None and content != standing:
        try:
            _respond(request, who, question, content, version)
        except NotTakenIn as refusal:
            context = {"refused": refusal.messages[0], "kept": form}
            context["sign_in"] = isinstance(refusal, SignInFirst)
            return _step_page(request, assembly, who, question, step, steps, form, status=409, **context)
        except DatabaseError:
            logger.exception("an answer could not be saved")
            context = {"refused": unsaved(), "kept": form}
            return _step_page(request, assembly, who, question, step, steps, form, status=503, **context)
    return redirect(_after(assembly, step, steps))


def _question(assembly: Assembly, step: int) -> tuple[Question, int]:
    questions = list(assembly.questions.all())
    if not 1 <= step <= len(questions):
        raise Http404
    question = questions[step - 1]
    question.assembly = assembly
    return question, len(questions)


def _standing(
    who: Presence, participation: Participation | None, question: Question
) -> dict[str, Any] | None:
    """Her last answer to this question, late or not: what she sees again, where it may be shown here."""
    if participation is None:
        return None
    last = Response.objects.filter(participation=participation, question=question).order_by("-number").first()
    return last.content if last and _may_see(who, participation, last.uuid) else None


def _may_see(who: Presence, participation: Participation, item: uuid.UUID) -> bool:
    return who.sees is None or participation.given.filter(item=item, seat=who.sees).exists()


def unsaved() -> str:
    """The disk is full, or the database is away: nothing was taken in, and nobody is told that it was."""
    return _(
        "It could not be saved, and is not in. Nothing you typed is lost: wait a minute and send it again."
    )


def _version_shown(question: Question, request: HttpRequest) -> Any:
    """The version that her form was made for; the latest where that is not said."""
    number = request.POST.get("version", "")
    shown = [version for version in question.versions.all() if str(version.number) == number]
    return shown[0] if shown else question.version


def _respond(
    request: HttpRequest, who: Presence, question: Question, content: dict[str, Any], version: Any
) -> Response:
    _check_open(who)

    def act() -> Response:
        participation = who.take_part(request)
        return actions.respond(participation, question, content, version=version, seat=who.seat)[0]

    response = speaking(who, act)
    if response.late:
        messages.warning(
            request,
            _("This came after the close. You had begun before it, so it is kept aside and shown as late."),
        )
    return response


def speaking(who: Presence, act: Callable[[], Result]) -> Result:
    """Do an act of hers after others that wait. Where a link alone is refused, she is told. Raises NotTakenIn."""
    try:
        return together(act)
    except SignInFirst:
        participation = who.participation()
        if participation is not None:
            actions.tell_of_refusal(participation, who.token_hash)
        raise


def _check_open(who: Presence) -> None:
    """Refuse somebody new after the close before a row of hers is made. Raises NotOpen."""
    if who.assembly.state != "closed" or who.begun < who.assembly.timetable.closes:
        return
    # On another device she may have begun in time.
    if who.participation() is None:
        raise NotOpen(_("This assembly has closed. Your answer was not taken in."))


def _step_page(
    request: HttpRequest,
    assembly: Assembly,
    who: Presence,
    question: Question,
    step: int,
    steps: int,
    form: Any,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    way = ways.named(question.way)
    participation = who.participation()
    context = {
        "assembly": assembly,
        "question": question,
        "version": question.version,
        "way": way,
        "form": form,
        "step": step,
        "steps": steps,
        "seat": who.stored_under,
        "closed": assembly.state == "closed",
    }
    if question.way == "statements":
        context |= _statements_context(request, question, participation, who)
    else:
        context |= way.context(question.version, participation)
    return render(request, "listen/step.html", context | more, status=status)


def _statements_context(
    request: HttpRequest, question: Question, participation: Participation | None, who: Presence
) -> dict[str, Any]:
    shown = _uuid(request.GET.get("show", ""))
    context = progress_and_next(question.version, participation, show=shown, seed=who.seed, seat=who.sees)
    context["votes"] = votes_of(question, participation, who.sees) if participation else []
    context["put_form"] = StatementForm()
    return context


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _after(assembly: Assembly, step: int, steps: int) -> str:
    if step < steps:
        return reverse("listen:step", args=[assembly.uuid, step + 1])
    return reverse("listen:consent", args=[assembly.uuid])


@require_POST
@seated
def vote(request: HttpRequest, assembly: Assembly, who: Presence, step: int) -> HttpResponse:
    """One vote, or a batch: `vote-<statement>=agree`. JSON for those that ask for it, else back to the step."""
    question, _steps = _question(assembly, step)
    if question.way != "statements":
        raise Http404
    wants_json = "application/json" in request.headers.get("Accept", "")
    way = ways.named("statements")
    form = way.answer_form(question.version, who.seed, data=request.POST)
    content = way.content(form) if form.is_valid() else None
    problem, status, late = "", 200, False
    if content is None:
        problem, status = _("Choose agree, disagree or not sure."), 422
    else:
        try:
            late = _respond(request, who, question, content, _version_shown(question, request)).late
        except NotTakenIn as refusal:
            problem, status = refusal.messages[0], 409
        except ValidationError as wrong:
            problem, status = wrong.messages[0], 422
        except DatabaseError:
            logger.exception("votes could not be saved")
            problem, status = unsaved(), 503
    if not wants_json:
        if problem:
            messages.error(request, problem)
        return redirect("listen:step", assembly=assembly.uuid, step=step)
    if problem:
        return JsonResponse({"problem": problem}, status=status)
    return JsonResponse(_vote_answer(request, who, question, late))


def _vote_answer(request: HttpRequest, who: Presence, question: Question, late: bool) -> dict[str, Any]:
    answer: dict[str, Any] = {"saved": True, "late": late}
    if "ahead" in request.POST:
        found = progress_and_next(question.version, who.participation(), seat=who.sees)
        answer |= {"voted": found["voted"], "total": found["total"], "ahead": found["upcoming"]}
    return answer


@require_POST
@seated
def put(request: HttpRequest, assembly: Assembly, who: Presence, step: int) -> HttpResponse:
    """Somebody's own statement: shown to others at once; one that is there already is shown to her instead."""
    question, steps = _question(assembly, step)
    if question.way != "statements":
        raise Http404
    form, refused = StatementForm(request.POST), {}
    if form.is_valid():
        try:
            _check_open(who)
            text = form.cleaned_data["text"]
            statement, made = speaking(
                who,
                lambda: actions.put_statement(
                    question, text, participation=who.take_part(request), seat=who.seat
                ),
            )
        except SignInFirst as refusal:
            refused = {"refused": refusal.messages[0], "sign_in": True, "status": 409}
        except ValidationError as problem:
            form.add_error("text", problem.messages)
        except DatabaseError:
            logger.exception("a statement could not be saved")
            form.add_error("text", unsaved())
        else:
            note = (
                _("Your statement is in. Others are asked about it from now on. What do you say yourself?")
                if made
                else _("Somebody has put this already. You can vote on it here.")
            )
            messages.success(request, note)
            here = reverse("listen:step", args=[assembly.uuid, step])
            return redirect(f"{here}?show={statement.uuid}")
    way_form = ways.named(question.way).answer_form(question.version, who.seed)
    context = {"put_form": form, "status": 422} | refused
    return _step_page(request, assembly, who, question, step, steps, way_form, **context)


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def consent(request: HttpRequest, assembly: Assembly, who: Presence) -> HttpResponse:
    """Whether words may be printed: asked of those who wrote some, with no default."""
    participation = who.participation()
    if participation is None or not participation.has_written(who.sees):
        return redirect("listen:done", assembly=assembly.uuid)
    last = participation.consents.last()
    if last and not _may_see(who, participation, last.uuid):
        last = None
    initial = {"may_print": "yes" if last.given else "no"} if last else {}
    form, refused = ConsentForm(request.POST or None, initial=initial), ""
    if request.method == "POST" and form.is_valid():
        choice = form.cleaned_data["may_print"]
        try:
            if choice and (last is None or last.given != (choice == "yes")):
                speaking(who, lambda: actions.consent(participation, choice == "yes", seat=who.seat))
        except SignInFirst as refusal:
            refused = refusal.messages[0]
        except DatabaseError:
            logger.exception("a consent could not be saved")
            form.add_error(None, unsaved())
        else:
            return redirect("listen:done", assembly=assembly.uuid)
    context = {
        "assembly": assembly,
        "form": form,
        "steps": assembly.questions.count(),
        "seat": who.stored_under,
        "refused": refused,
    }
    return render(request, "listen/consent.html", context, status=409 if refused else 200)


@role_required(Role.ORGANISER, Role.FACILITATOR)
@require_GET
def dashboard(request: HttpRequest, assembly: uuid.UUID) -> HttpResponse:
    """How many have answered, never who."""
    found = _assembly(assembly)
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
