"""Another address for a member, and all that waits for a second officer: to read, to agree to, to refuse."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from folkmoot.members import contact_actions, officers
from folkmoot.members.forms import ContactForm
from folkmoot.members.models import ContactChange, FrozenRoll, Member, RollImport
from folkmoot.members.permissions import organisers_only


def settles(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let in what says yes or no, and nothing else: an empty form is no refusal."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("ruling") not in ("approve", "refuse"):
            return HttpResponseBadRequest()
        return view(request, *args, **kwargs)

    return require_POST(checked)


@dataclass(frozen=True)
class Waiting:
    """What one ruling settles: a change of address, or all who would leave by one file."""

    changes: Sequence[ContactChange]
    seconds: Sequence[Member]
    # Why the officer who looks cannot agree; empty where she can.
    obstacle: str

    @property
    def first(self) -> ContactChange:
        return self.changes[0]

    @property
    def members(self) -> list[Member]:
        return [change.member for change in self.changes]

    @classmethod
    def of(cls, changes: Sequence[ContactChange], by: Member) -> Waiting:
        members = {change.member_id for change in changes}
        seconds = [each for each in officers.who_can_agree(changes[0].by) if each.pk not in members]
        return cls(changes, seconds, contact_actions.why_not(changes, by=by))


def everything(by: Member) -> tuple[list[Waiting], list[Waiting]]:
    """The changes of address that wait, and the files by which somebody would leave."""
    found = ContactChange.objects.waiting().select_related("member__branch", "by", "roll_import")
    files: dict[int | None, list[ContactChange]] = {}
    for change in found.leaving():
        files.setdefault(change.roll_import_id, []).append(change)
    addresses = [Waiting.of([change], by) for change in found.exclude(after="")]
    return addresses, [Waiting.of(changes, by) for changes in files.values()]


@organisers_only
def contact(request: HttpRequest) -> HttpResponse:
    """Another address for a member; and what waits for a second officer."""
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (change := _ask(request, form)):
        done = _("The address was changed, and both addresses are told.")
        waits = _("Both addresses are told. It waits until a second officer, or the member herself, agrees.")
        messages.success(request, waits if change.second else done)
        return redirect("members:contact")
    addresses, leaving = everything(request.user)
    frozen = FrozenRoll.objects.standing().exists()
    context = {
        "form": form,
        "addresses": addresses,
        "leaving": leaving,
        "frozen": frozen,
        "may_ask": officers.may_ask(request.user),
        "seconds": officers.who_can_agree(request.user) if frozen else [],
    }
    return render(request, "members/contact.html", context)


def _ask(request: HttpRequest, form: ContactForm) -> ContactChange | None:
    cleaned = form.cleaned_data
    try:
        return contact_actions.change_contact(
            cleaned["member"], cleaned["email"], reason=cleaned["reason"], by=request.user
        )
    except ValidationError as problem:
        form.add_error(None, problem)
        return None


@settles
@organisers_only
def rule(request: HttpRequest, change: uuid.UUID) -> HttpResponse:
    """The second officer agrees to a change of address, or does not."""
    waiting = get_object_or_404(ContactChange.objects.waiting().exclude(after=""), uuid=change)
    _settle(
        request,
        contact_actions.rule_contact,
        waiting,
        agreed=_("The address was changed, and both addresses are told."),
        refused=_("The address stays as it is, and both addresses are told."),
    )
    return redirect("members:contact")


@settles
@organisers_only
def rule_leaving(request: HttpRequest, brought: uuid.UUID) -> HttpResponse:
    """The second officer agrees that those leave who do not stand in a file, or does not."""
    _settle(
        request,
        contact_actions.rule_leaving,
        get_object_or_404(RollImport, uuid=brought),
        agreed=_("They are off the roll, and are told."),
        refused=_("They stay on the roll, and are told."),
    )
    return redirect("members:contact")


@settles
@login_required
def answer(request: HttpRequest, change: uuid.UUID) -> HttpResponse:
    """The member herself agrees to what waits for her, or does not."""
    own = ContactChange.objects.waiting().filter(member=request.user)
    waiting = get_object_or_404(own, uuid=change)
    agreed = _("You are off the roll.") if waiting.leaves else _("Your address was changed: sign in with it.")
    if not _settle(
        request, contact_actions.rule_contact, waiting, agreed="", refused=_("All stays as it is.")
    ):
        return redirect("members:own")
    # It was her own address that let her in.
    logout(request)
    messages.success(request, agreed)
    return redirect("home")


def _settle(request: HttpRequest, act: Callable[..., Any], what: Any, *, agreed: str, refused: str) -> bool:
    """Whether it came into force."""
    approved = request.POST.get("ruling") == "approve"
    reason = request.POST.get("reason", "")[:400]
    try:
        act(what, approved=approved, reason=reason, by=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return False
    if text := agreed if approved else refused:
        messages.success(request, text)
    return approved
