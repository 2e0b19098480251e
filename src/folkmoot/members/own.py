"""A member's own entry: as it stands, what was done to it, and how it stood when rolls were frozen."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from folkmoot.members.branches import SMALLEST, listed, sizes
from folkmoot.members.freezing import committed, content, proof
from folkmoot.members.models import FrozenEntry, Member
from folkmoot.methods.transparency import canonical
from folkmoot.publiclog import kinds

# So many frozen rolls, the newest first.
ROLLS = 10


@login_required
def own(request: HttpRequest) -> HttpResponse:
    """What the roll says of whoever asks, and how large the branches are as far as that gives nobody away."""
    member, branches = request.user, sizes()
    seen = listed(branches, on_the_roll=Member.objects.on_the_roll().count())
    frozen = FrozenEntry.objects.filter(member=member).select_related("roll").order_by("-roll__pk")[:ROLLS]
    context = {
        "branches": seen,
        "hidden": len(seen) < sum(1 for branch in branches if branch.members),
        "smallest": SMALLEST,
        "contacts": member.contact_changes.select_related("by", "ruling__by").order_by("-pk"),
        "frozen": [(entry, kinds.named("assembly").find(entry.roll.assembly)) for entry in frozen],
    }
    return render(request, "members/own_entry.html", context)


@login_required
def frozen(request: HttpRequest, assembly: uuid.UUID) -> HttpResponse:
    """How she stood on the roll that was frozen for an assembly, with all that proves it."""
    entry = get_object_or_404(
        FrozenEntry.objects.select_related("roll", "member"), roll__assembly=assembly, member=request.user
    )
    context = {
        "entry": entry,
        "assembly": kinds.named("assembly").find(assembly),
        "content": canonical(content(entry)).decode(),
        "note": committed(entry),
        "path": proof(entry),
    }
    return render(request, "members/frozen.html", context)
