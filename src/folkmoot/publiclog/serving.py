"""The log for machines: checkpoint, tiles and leaves, at the addresses of C2SP tlog-tiles.

A log that goes on after a restored backup has addresses of its own, as it has a name of its own: what others
kept of the old tiles, for ever as they were told, is never mixed with the new ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from folkmoot.methods.transparency import BadNoteError, tiles
from folkmoot.methods.transparency.notes import LARGEST
from folkmoot.publiclog import identity, store
from folkmoot.publiclog.actions import RewoundError
from folkmoot.publiclog.trust import latest, note_of
from folkmoot.publiclog.witness_actions import take_cosignatures

CHECKER = Path(__file__).with_name("verify_receipt.py")
FOR_EVER = "public, max-age=31536000, immutable"


def _text(content: str, status: int = 200) -> HttpResponse:
    answer = HttpResponse(content, content_type="text/plain; charset=utf-8", status=status)
    # So that a checker on another site's page may read it too; nothing here is private.
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


View = Callable[..., HttpResponse]


def of_this_log(view: View) -> View:
    """Serve below the address of the log as it is now; say where it went on below that of one that ended."""

    @wraps(view)
    def served(request: HttpRequest, *, number: int | None = None, **rest: object) -> HttpResponse:
        now = identity.number()
        if number == now:
            return view(request, **rest)
        if not identity.ended(number):
            raise Http404
        words = _(
            "A backup was restored, and this log ended. It goes on as %(name)s at %(address)s. Why is said at "
            "%(page)s."
        )
        told = {
            "name": identity.key().name,
            "address": request.build_absolute_uri(reverse("publiclog:checkpoint", kwargs={"number": now})),
            "page": request.build_absolute_uri(reverse("publiclog:log")),
        }
        return _text(words % told + "\n", 410)

    return served


@of_this_log
@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The last checkpoint, with the lines of witnesses."""
    found = latest()
    if found is None:
        return _text(_("Nothing has been signed yet.") + "\n", 404)
    answer = _text(note_of(found))
    answer["Cache-Control"] = "max-age=5"
    return answer


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """The public key of the log. Compare it with one that you have from elsewhere."""
    return _text(f"{identity.key()}\n")


@of_this_log
@require_safe
def tile(request: HttpRequest, level: str, place: str) -> HttpResponse:
    """A tile of the tree, full or partial; only what a checkpoint covers is there."""
    # No tree is higher than eight levels, and each is written in one way.
    if not re.fullmatch("[0-8]", level, re.ASCII):
        raise Http404
    index, width = _place(int(level), place)
    return _octets(store.fetch(int(level), index, width), full=width == tiles.WIDTH)


@of_this_log
@gzip_page
@require_safe
def entries(request: HttpRequest, place: str) -> HttpResponse:
    """The leaves of a tile of the lowest level."""
    index, width = _place(0, place)
    first = index * tiles.WIDTH
    return _octets(tiles.bundle(store.leaves(first, first + width)), full=width == tiles.WIDTH)


def _place(level: int, place: str) -> tuple[int, int]:
    found, signed = tiles.place(place), latest()
    if found is None or signed is None:
        raise Http404
    index, width = found
    if width > tiles.width_at(signed.size, level, index):
        raise Http404
    return index, width


def _octets(content: bytes, *, full: bool) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = FOR_EVER if full else "public, max-age=86400"
    return answer


@csrf_exempt
@require_POST
def cosignature(request: HttpRequest) -> HttpResponse:
    """Take a witness's line under one of our checkpoints; no session has a part in it.

    403: not ours, or of nobody who was accepted. 409: this log does not contain it, and will be held to it.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return _text(_("That is too long.") + "\n", 413)
    try:
        taken = take_cosignatures(request.body.decode(), source=_("a witness"))
    except (BadNoteError, UnicodeDecodeError) as problem:
        return _text(f"{problem}\n", 403)
    except RewoundError as problem:
        return _text(f"{problem}\n", 409)
    if not taken:
        refusal = _(
            "No accepted witness signed it. Give your key to the organisers, who accept it in public."
        )
        return _text(refusal + "\n", 403)
    return _text(", ".join(each.name for each in taken) + "\n")


@require_safe
def checker(request: HttpRequest) -> HttpResponse:
    """The one file with which anybody checks a receipt, without us."""
    answer = _text(CHECKER.read_text(encoding="utf-8"))
    answer["Content-Disposition"] = 'attachment; filename="verify_receipt.py"'
    return answer
