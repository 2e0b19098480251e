"""What may happen to passkeys: whoever has one can sign in as its member, so each coming and going is logged."""

from __future__ import annotations

import datetime
import hashlib

from allauth.mfa.models import Authenticator
from django.db import transaction

from folkmoot.members.models import Member, PasskeyChange
from folkmoot.methods.transparency import canonical
from folkmoot.publiclog.actions import logged, private, record


@logged("passkey")
@transaction.atomic
def note_passkey(passkey: Authenticator, *, added: bool) -> PasskeyChange:
    """Commit to a passkey that its member has just added or taken away, in the same transaction."""
    change = PasskeyChange.objects.create(member=passkey.user, digest=digest(passkey), added=added)
    record(change)
    return change


@logged("passkey")
@transaction.atomic
def end_passkeys(member: Member, *, since: datetime.datetime) -> None:
    """Let nobody sign in any more by what was added as this member's since then, and say so in the log."""
    for found in Authenticator.objects.filter(user=member, created_at__gte=since).order_by("pk"):
        if found.type != Authenticator.Type.RECOVERY_CODES:
            note_passkey(found, added=False)
        found.delete()


@private("it reads")
def digest(passkey: Authenticator) -> str:
    """SHA-256 of what the sign-in knows of a passkey, but for its name and when it was used."""
    known = {name: value for name, value in passkey.data.items() if name != "name"}
    return hashlib.sha256(canonical([passkey.pk, passkey.type, known])).hexdigest()
