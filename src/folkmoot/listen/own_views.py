"""What somebody is shown of her own once she has answered: her slip, her receipts, all that is kept; erasing it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from folkmoot.convene.models import Assembly
from folkmoot.listen import actions
from folkmoot.listen.actions import SignInFirst
from folkmoot.listen.door import seated
from folkmoot.listen.models import Participation, Response
from folkmoot.listen.presence import Presence
from folkmoot.listen.progress import everything_of, receipts
from folkmoot.listen.sending import speaking
from folkmoot.publiclog.models import Entry
from folkmoot.publiclog.receipts import square
from folkmoot.publiclog.trust import trust
from folkmoot.publiclog.views import as_file


@require_GET
@seated
def done(request: HttpRequest, assembly: Assembly, who: Presence) -> HttpResponse:
    """The slip at the end: it is made from what the log holds, so it is true by the time it is shown."""
    participation = who.participation()
    given = receipts(participation, who.sees) if participation else []
    found = trust() if given else None
    responses = participation.said(who.sees)[0] if participation else Response.objects.none()
    context = {
        "assembly": assembly,
        "name": who.member.name.split()[0] if who.member and who.member.name else "",
        "receipts": given,
        "square": square(given[0]) if given else "",
        "trust": found,
        "signed": not found or all(one.position < found.length for one in given),
        "linked": not who.sure,
        "steps": assembly.questions.count(),
        "late": responses.filter(late=True).exists(),
    }
    return render(request, "listen/done.html", context)


@require_GET
@seated
def receipt(request: HttpRequest, assembly: Assembly, who: Presence, item: uuid.UUID) -> HttpResponse:
    """The file of one receipt, for the browser that answered or for her who signed in."""
    participation = who.participation()
    if participation is None or item not in {one.item for one in receipts(participation, who.sees)}:
        raise Http404
    return as_file(get_object_or_404(Entry, item=item))


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def kept(request: HttpRequest, assembly: Assembly, who: Presence) -> HttpResponse:
    """All that is kept of somebody in this assembly, to read, to take along, and to have erased.

    Whoever has only the personal link is shown, and can have erased, what came from that browser.
    """
    participation = who.participation()
    if request.method == "POST" and participation is not None and participation.has_said(who.sees):
        return _erase(request, assembly, who, participation)
    held = everything_of(participation, who.sees) if participation else []
    return render(request, "listen/kept.html", {"assembly": assembly, "held": held, "linked": not who.sure})


def _erase(
    request: HttpRequest, assembly: Assembly, who: Presence, participation: Participation
) -> HttpResponse:
    if request.POST.get("sure") != "yes":
        messages.error(request, _("Tick the box first: what is erased cannot be brought back."))
        return redirect("listen:kept", assembly=assembly.uuid)
    ground, authority = _on_whose_word(who)
    try:
        speaking(who, lambda: actions.erase(participation, ground=ground, authority=authority, seat=who.sees))
    except SignInFirst:
        messages.error(
            request,
            _(
                "Nothing was erased. You have answered signed in, and from then on your personal link alone "
                "changes nothing. Sign in by a code first."
            ),
        )
        return redirect("listen:kept", assembly=assembly.uuid)
    erased = (
        _("All that you had said here is erased.")
        if who.sees is None
        else _("All that had been sent from this browser is erased.")
    )
    messages.success(request, erased)
    return redirect("listen:begin", assembly=assembly.uuid)


def _on_whose_word(who: Presence) -> tuple[str, str]:
    """The ground and the authority of an erasure, as the log tells them: what is known, and no more."""
    if who.member is None:
        return _("whoever had said it asked for it"), _("whoever answered in that browser by the open link")
    if who.sure:
        return _("the member in whose name it was said asked for it"), _("the member, signed in")
    return _("whoever holds the personal link asked for it"), _("whoever holds the personal link")
