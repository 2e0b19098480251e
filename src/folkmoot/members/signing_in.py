"""Whether the sign-in lets in those whom the roll and the log name: whoever adds a row past the program is found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from folkmoot.members.models import Member, PasskeyChange
from folkmoot.members.passkey_actions import digest


def differences() -> Iterator[str]:
    """A line for each address, password or passkey by which somebody else could sign in as a member."""
    addresses = EmailAddress.objects.values_list("email", "user__email", "user__uuid")
    for address, email, member in addresses.iterator():
        if email is None or address.lower() != email.lower():
            yield f"member {member}: the sign-in knows an address that is not hers on the roll"
    passwords = Member.objects.exclude(password="").exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    for member in passwords.values_list("uuid", flat=True):
        yield f"member {member}: she has a password, and nobody has one here"
    yield from _passkeys()


def _passkeys() -> Iterator[str]:
    """Every passkey was added by its member and not taken away since, and each of those is there."""
    # Recovery codes open nothing by themselves: they come after the code from her mail.
    keys = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES).select_related("user")
    there = Counter((key.user.uuid, digest(key)) for key in keys)
    logged: Counter[tuple[object, str]] = Counter()
    for member, known, added in PasskeyChange.objects.values_list("member__uuid", "digest", "added"):
        logged[member, known] += 1 if added else -1
    for member, known in there.keys() | logged.keys():
        if there[member, known] > logged[member, known]:
            yield f"member {member}: she did not add a passkey that lets her in: it was added or changed"
        elif there[member, known] < logged[member, known]:
            yield f"member {member}: a passkey that she added is gone or was changed"
