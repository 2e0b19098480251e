"""The roll, bringing it in, and who holds which role."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from folkmoot.members import actions
from folkmoot.members.branches import sizes
from folkmoot.members.forms import RoleForm
from folkmoot.members.models import ContactChange, Member, Role, RoleChange, RollImport
from folkmoot.members.own import own
from folkmoot.members.permissions import role_required

# So many imports, the newest first; every one stands in the record.
IMPORTS = 10
DUTIES = {
    Role.ORGANISER: gettext_lazy("Brings in the roll, convenes assemblies and publishes their findings."),
    Role.FACILITATOR: gettext_lazy(
        "Watches answers come in, asks for an analysis, reads drafts of findings."
    ),
    Role.MODERATOR: gettext_lazy("Reads drafts of findings."),
    Role.AUDITOR: gettext_lazy("Reads drafts of findings, to check them."),
    Role.ADMINISTRATOR: gettext_lazy("Gives roles and takes them back, and stands in for organisers."),
}


@login_required
def roll(request: HttpRequest) -> HttpResponse:
    """Organisers see how large the roll is and how it came about, other members their own entry."""
    if not request.user.holds(Role.ORGANISER, Role.ADMINISTRATOR):
        return own(request)
    on_the_roll = Member.objects.on_the_roll()
    context = {
        "members": on_the_roll.count(),
        "without": on_the_roll.filter(branch=None).count(),
        "branches": sizes(),
        "waiting": ContactChange.objects.waiting().count(),
        "imports": RollImport.objects.select_related("by").order_by("-pk")[:IMPORTS],
    }
    return render(request, "members/roll.html", context)


@login_required
def officers(request: HttpRequest) -> HttpResponse:
    """Who holds which role, for every member; administrators give roles here."""
    form = RoleForm(request.POST or None)
    if request.method == "POST":
        return _give(request, form)
    return _officers_page(request, form)


@role_required(Role.ADMINISTRATOR)
def _give(request: HttpRequest, form: RoleForm) -> HttpResponse:
    if not form.is_valid() or form.member is None:
        return _officers_page(request, form)
    change = actions.give_role(form.member, form.cleaned_data["role"], by=request.user)
    if change:
        messages.success(request, _("%(change)s. It is in the record.") % {"change": change})
    return redirect("members:officers")


@require_POST
@role_required(Role.ADMINISTRATOR)
def take_back(request: HttpRequest, change: uuid.UUID) -> HttpResponse:
    """End the role that this change gave."""
    given = get_object_or_404(RoleChange.objects.select_related("member"), uuid=change, given=True)
    try:
        taken = actions.take_role_back(given.member, given.role, by=request.user)
    except ValueError as error:
        messages.error(request, str(error))
        return redirect("members:officers")
    if taken:
        text = _("%(member)s is no longer %(role)s. It is in the record.")
        values = {"member": taken.member.name, "role": taken.get_role_display().lower()}
        messages.success(request, text % values)
    return redirect("members:officers")


def _officers_page(request: HttpRequest, form: RoleForm) -> HttpResponse:
    holders: dict[str, list[RoleChange]] = {role: [] for role in Role.values}
    standing = RoleChange.objects.standing().filter(member__left__isnull=True)
    for change in standing.select_related("member__branch", "by").order_by("member__name", "pk"):
        holders[change.role].append(change)
    context: dict[str, Any] = {
        "form": form,
        "roles": [(Role(role), DUTIES[role], held) for role, held in holders.items()],
        "administers": request.user.is_administrator,
    }
    return render(request, "members/officers.html", context)
