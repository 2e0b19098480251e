"""Bringing in the roll: a file is looked at first, and brought in as it was shown."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from folkmoot.members import actions, officers, uploads
from folkmoot.members.differences import ChangedMeanwhileError, Difference
from folkmoot.members.forms import RollUpload
from folkmoot.members.models import ContactChange, FrozenRoll
from folkmoot.members.permissions import organisers_only
from folkmoot.members.roll import Roll, read_roll
from folkmoot.members.uploads import GoneError, Ticket
from folkmoot.methods import InputError

# Of a file that fits nowhere so many rows are listed; the page says how many more there are.
LISTED = 2000
# When a larger part of the roll would leave, the file is probably not the whole roll.
MANY_LEAVE = 0.1


@organisers_only
def bring_in(request: HttpRequest) -> HttpResponse:
    """A file is uploaded, its problems or its difference are shown, and what was shown is confirmed."""
    if "ticket" in request.POST:
        return _confirm(request)
    sent = request.method == "POST"
    form = RollUpload(request.POST, request.FILES) if sent else RollUpload()
    if not form.is_valid():
        return _page(request, form)
    data = form.cleaned_data["file"].read()
    try:
        roll = read_roll(data, today=_today())
    except InputError as error:
        form.add_error("file", str(error))
        return _page(request, form)
    if roll.problems:
        return _page(request, form, roll=roll)
    return _preview(request, roll, uploads.keep(data), form.whole_roll)


def _confirm(request: HttpRequest) -> HttpResponse:
    try:
        ticket = Ticket.read(request.POST["ticket"], member=request.user.pk)
        roll = read_roll(uploads.read(ticket), today=_today())
    except GoneError:
        messages.error(request, _("That file is no longer here. Upload it again."))
        return redirect("members:import")
    if "cancel" in request.POST:
        uploads.forget(ticket.file)
        messages.info(request, _("Nothing was changed, and the file was deleted."))
        return redirect("members:roll")
    try:
        made = actions.import_roll(
            roll.rows,
            file_digest=roll.digest,
            by=request.user,
            whole_roll=ticket.whole_roll,
            confirmed=ticket.difference,
        )
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect("members:import")
    except ChangedMeanwhileError:
        messages.warning(request, _("The roll was changed meanwhile. Look at the difference again."))
        return _preview(request, roll, ticket.file, ticket.whole_roll)
    uploads.forget(ticket.file)
    text = _("The roll is up to date: %(added)s added, %(changed)s changed, %(left)s left.")
    numbers = {"added": made.added, "changed": made.changed, "left": made.left}
    said = [text % {what: intcomma(number) for what, number in numbers.items()}]
    if waiting := made.contacts.waiting().count():
        waits = ngettext(
            "%(number)s change waits for a second officer, or for the member herself.",
            "%(number)s changes wait for a second officer, or for the members themselves.",
            waiting,
        )
        said.append(waits % {"number": intcomma(waiting)})
    messages.success(request, " ".join(said))
    return redirect("members:roll")


def _preview(request: HttpRequest, roll: Roll, file: str, whole_roll: bool) -> HttpResponse:
    difference = actions.compare_roll(roll.rows, whole_roll=whole_roll)
    ticket = Ticket(
        member=request.user.pk,
        file=file,
        digest=roll.digest,
        whole_roll=whole_roll,
        difference=difference.fingerprint,
    )
    if difference.conflicts or not _changes_something(difference, whole_roll):
        uploads.forget(file)
    standing = len(difference.kept) + len(difference.changed) + len(difference.missing)
    leaving = difference.leaving if whole_roll else ()
    frozen = FrozenRoll.objects.standing().exists()
    waiting = set(ContactChange.objects.waiting().values_list("member__email", flat=True))
    asks = {row.email for row in leaving} | {each.before.email for each in difference.readdressed}
    context = {
        "difference": difference,
        "many_leave": len(leaving) > MANY_LEAVE * standing,
        "leaving": leaving,
        # Rather one person whose address changed, whose rows could not be told to be hers.
        "namesakes": sorted({row.name for row in leaving} & {row.name for row in difference.added}),
        "staying": difference.staying if whole_roll else (),
        "changes": _changes_something(difference, whole_roll) and not difference.conflicts,
        "as_before": len(difference.kept) - _only_readdressed(difference),
        "frozen": frozen,
        "waiting": waiting,
        # What only comes into force when a second officer agrees, and who that can be.
        "asks": frozen and asks - waiting,
        "may_ask": officers.may_ask(request.user),
        "seconds": officers.who_can_agree(request.user) if frozen else [],
        "rows": len(roll.rows),
        "whole_roll": whole_roll,
        "ticket": ticket.signed(),
    }
    return render(request, "members/preview.html", context)


def _only_readdressed(difference: Difference) -> int:
    """How many are as before but for their address."""
    kept = {row.email for row in difference.kept}
    return sum(each.before.email in kept for each in difference.readdressed)


def _changes_something(difference: Difference, whole_roll: bool) -> bool:
    changes = difference.added or difference.changed or difference.readdressed
    return bool(changes or (whole_roll and difference.leaving))


def _page(request: HttpRequest, form: RollUpload, roll: Roll | None = None) -> HttpResponse:
    context: dict[str, Any] = {"form": form}
    if roll:
        context |= {
            "problems": roll.problems[:LISTED],
            "number": len({problem.row for problem in roll.problems}),
            "more": max(0, len(roll.problems) - LISTED),
            "fitting": len(roll.rows),
        }
    return render(request, "members/import.html", context)


def _today() -> datetime.date:
    return timezone.now().astimezone(ZoneInfo(settings.FOLKMOOT.time_zone)).date()
