"""The record, the log's own page, and receipts: for everybody to read and to check."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from folkmoot.methods import InputError
from folkmoot.publiclog import actions, identity, kinds, store, witness_actions
from folkmoot.publiclog.checking import check_file, check_place, read_file, state
from folkmoot.publiclog.forms import CheckForm, RestorationForm, WitnessForm
from folkmoot.publiclog.models import Entry, EntryQuerySet, WitnessChange
from folkmoot.publiclog.receipts import Receipt
from folkmoot.publiclog.record import acts, lines, summaries, voices
from folkmoot.publiclog.trust import trust

A_PAGE = 50


def record(request: HttpRequest) -> HttpResponse:
    """A page of acts, the newest first; `?assembly=` keeps to one assembly."""
    assembly = _assembly(request.GET.get("assembly", ""))
    page = Paginator(acts(assembly), A_PAGE).get_page(request.GET.get("page"))
    found = trust()
    context = {
        "assembly": kinds.named("assembly").find(assembly) if assembly else None,
        "page": page,
        "acts": lines(page.object_list, found.length),
        "voices": voices(assembly, found.length),
        "summaries": summaries(assembly),
        "trust": found,
    }
    return render(request, "publiclog/record.html", context)


def _assembly(text: str) -> uuid.UUID | None:
    """The public id of an assembly that the log knows; drafts are not in it."""
    if not text:
        return None
    try:
        assembly = uuid.UUID(text)
    except ValueError:
        raise Http404 from None
    if not Entry.objects.of_assembly(assembly).exists():
        raise Http404
    return assembly


def log(request: HttpRequest) -> HttpResponse:
    """What the log is, who has seen it, and what is missing from it if anything is."""
    context = {
        "trust": trust(),
        "key": identity.key(),
        "number": identity.number(),
        "address": request.build_absolute_uri("/").rstrip("/"),
        "administers": getattr(request.user, "is_administrator", False),
    }
    return render(request, "publiclog/log.html", context)


def check(request: HttpRequest) -> HttpResponse:
    """Check a receipt: from its file, or by its place and hash."""
    given = request.POST if request.method == "POST" else request.GET
    asked = request.method == "POST" or "place" in request.GET
    form = CheckForm(given or None, request.FILES or None) if asked else CheckForm()
    checked = None
    if asked and form.is_valid():
        try:
            file = form.cleaned_data["file"]
            checked = (
                check_file(read_file(file.read()))
                if file
                else check_place(form.cleaned_data["place"], form.cleaned_data["hash"])
            )
        except InputError as problem:
            form.add_error("file" if form.cleaned_data["file"] else "place", str(problem))
    status = 422 if asked and checked is None else 200
    return render(
        request, "publiclog/check.html", {"form": form, "checked": checked, "trust": trust()}, status=status
    )


@never_cache
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """Everything that a member has in the log, newest first, and how each stands."""
    page = Paginator(_belonging(request).order_by("-position"), A_PAGE).get_page(request.GET.get("page"))
    rows = [(Receipt.of(entry), _told(entry), _assembly_of(entry), state(entry)) for entry in page]
    return render(request, "publiclog/mine.html", {"page": page, "rows": rows, "trust": trust()})


def _belonging(request: HttpRequest) -> EntryQuerySet:
    items = [item for kind in kinds.every() if kind.belonging for item in kind.belonging(request.user)]
    return Entry.objects.filter(item__in=items)


def _told(entry: Entry) -> str:
    kind = kinds.named(entry.kind)
    thing = kind.find(entry.item) if kind.told else None
    return kind.told(thing) if kind.told and thing is not None else ""


def _assembly_of(entry: Entry) -> object | None:
    return kinds.named("assembly").find(entry.assembly) if entry.assembly else None


@never_cache
@login_required
def receipt(request: HttpRequest, item: uuid.UUID) -> HttpResponse:
    """The file of one receipt, for the member whose it is."""
    return as_file(get_object_or_404(_belonging(request), item=item))


def as_file(entry: Entry) -> HttpResponse:
    """A receipt as the small file that checkers read."""
    whole = Receipt.whole(entry, kinds.named(entry.kind).find(entry.item))
    answer = HttpResponse(whole.to_json(), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="receipt-{whole.name}.json"'
    answer["Cache-Control"] = "no-store"
    return answer


def administrators_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Strangers are asked to sign in, other members told no."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **rest: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_administrator:
            raise PermissionDenied
        return view(request, *args, **rest)

    return guarded


@administrators_only
def witnesses(request: HttpRequest) -> HttpResponse:
    """Accept a witness: give its name and key. It stands in the record."""
    form = WitnessForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            witness = witness_actions.accept_witness(**form.cleaned_data, authority=request.user.name)
        except InputError as problem:
            form.add_error("key", str(problem))
        else:
            messages.success(request, _("%s is a witness of this log. It is in the record.") % witness.name)
            return redirect("publiclog:witnesses")
    return render(request, "publiclog/witnesses.html", {"form": form, "trust": trust()})


@require_POST
@administrators_only
def end_witness(request: HttpRequest, witness: uuid.UUID) -> HttpResponse:
    standing = get_object_or_404(WitnessChange.objects.standing(), uuid=witness)
    witness_actions.end_witness(standing, authority=request.user.name)
    messages.success(request, _("%s is no longer shown as a witness. It is in the record.") % standing.name)
    return redirect("publiclog:witnesses")


@administrators_only
def restored(request: HttpRequest) -> HttpResponse:
    """Say in public that a backup was restored, so that the log goes on under another name."""
    found = trust()
    form = RestorationForm(request.POST or None)
    if request.method == "POST" and found.missing and form.is_valid():
        actions.declare_restored(reason=form.cleaned_data["reason"], authority=request.user.name)
        messages.success(request, _("It stands in the record, and the log goes on."))
        return redirect("publiclog:log")
    context = {"form": form, "trust": found, "length": store.length()}
    return render(request, "publiclog/restored.html", context)
