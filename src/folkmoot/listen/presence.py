"""Who is answering: a member who signed in or opened her personal link, or somebody with the open link.

A signed cookie for each assembly says who and since when, so that looking writes nothing to the database
and "begun before the close" can be shown. Nothing about anybody's address is kept.
"""

from __future__ import annotations

import datetime
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from folkmoot.convene.models import Assembly, Invitation
from folkmoot.listen import actions
from folkmoot.listen.models import Given, Participation
from folkmoot.members.models import FrozenRoll, Member

SALT = "folkmoot.listen.presence"
KEPT_FOR = 60 * 60 * 24 * 120
# A hall shares one address: so many new people from one address in ten minutes are still let in.
CROWD, CROWD_SECONDS = 300, 600


class NotLetIn(Exception):
    """Somebody cannot answer here; `reason` is forged, left, revoked or uninvited."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class CrowdedError(Exception):
    """Very many new people from one address in a short time: they are asked to wait a minute."""


@dataclass(frozen=True)
class Presence:
    assembly: Assembly
    member: Member | None
    token: str
    begun: datetime.datetime
    # Her personal link seats her here without signing in; one who signed in leaves her seat on signing out.
    linked: bool = False
    # Whether it is sure to be she: a link can be opened by whoever has it, and organisers can list the links.
    sure: bool = True

    @property
    def token_hash(self) -> str:
        return hashlib.sha256(self.token.encode()).hexdigest()

    @property
    def seat(self) -> str | None:
        """From where a member's things are given; None by the open link, where a cookie is a person."""
        if self.member is None:
            return None
        return Given.SIGNED_IN if self.sure else self.token_hash

    @property
    def sees(self) -> str | None:
        """The one seat of which everything may be shown here again; None where all of hers may be."""
        return None if self.sure else self.token_hash

    @property
    def stored_under(self) -> str:
        """Names this seat in the browser's own storage, so that nobody is given what another one typed."""
        return self.token_hash[:12]

    @property
    def seed(self) -> int:
        """Orders options for this person; the same on each device of a member."""
        whom = self.member.uuid.bytes if self.member else self.token.encode()
        digest = hashlib.sha256(settings.SECRET_KEY.encode() + self.assembly.uuid.bytes + whom).digest()
        return int.from_bytes(digest[:4]) >> 1

    def participation(self) -> Participation | None:
        """Her participation, if she has answered anything yet."""
        who = {"member": self.member} if self.member else {"token_hash": self.token_hash}
        found = Participation.objects.filter(assembly=self.assembly, channel="web", **who).first()
        return self._belonging(found)

    def came_later(self) -> bool:
        """Whether she came onto the roll after it was frozen for this assembly: nothing is taken in from her."""
        if self.member is None or not FrozenRoll.objects.leaves_out(self.assembly.uuid, self.member):
            return False
        return self.participation() is None

    def take_part(self, request: HttpRequest) -> Participation:
        """Her participation, made with her first answer. Raises CrowdedError, and NotOpen by `actions`."""
        found = self.participation()
        if found is None:
            if self.member is None:
                _wait_in_a_crowd(self.assembly, request)
            found = self._belonging(
                actions.take_part(
                    self.assembly,
                    member=self.member,
                    token_hash=self.token_hash,
                    started_at=self.begun,
                    seed=self.seed,
                )
            )
        assert found is not None
        return found

    def _belonging(self, found: Participation | None) -> Participation | None:
        # The assembly is at hand already, with its clock and its versions.
        if found is not None:
            found.assembly = self.assembly
            found.member = self.member
        return found

    def remember(self, response: HttpResponse) -> None:
        """Set the cookie that knows her again."""
        value = signing.dumps(
            {
                "assembly": str(self.assembly.uuid),
                "member": str(self.member.uuid) if self.member else None,
                "token": self.token,
                "begun": int(self.begun.timestamp()),
                "linked": self.linked,
            },
            salt=SALT,
        )
        response.set_cookie(
            cookie_name(self.assembly),
            value,
            max_age=KEPT_FOR,
            httponly=True,
            secure=settings.SECURE,
            samesite="Lax",
        )


def cookie_name(assembly: Assembly) -> str:
    return f"seat-{assembly.uuid.hex[:16]}"


def by_link(assembly: Assembly, member: Member) -> Presence:
    """Somebody who just opened her personal link."""
    return _new(assembly, member, linked=True)


def find(request: HttpRequest, assembly: Assembly) -> Presence:
    """Who is answering. Whoever is signed in is herself, whatever link was opened here. Raises NotLetIn."""
    kept = _kept(request, assembly)
    user = request.user
    if isinstance(user, Member) and assembly.for_members:
        return _signed_in(assembly, user, kept)
    if kept and kept["member"]:
        if kept["linked"]:
            return _by_her_link(assembly, kept)
        # She signed in here and has signed out since: whoever sits here now is not taken for her.
        kept = None
    if not assembly.for_link:
        raise NotLetIn("uninvited")
    return Presence(assembly, None, kept["token"], _begun(kept)) if kept else _new(assembly, None)


def _signed_in(assembly: Assembly, member: Member, kept: dict[str, Any] | None) -> Presence:
    if kept and kept["member"] == str(member.uuid):
        return Presence(assembly, member, kept["token"], _begun(kept), kept["linked"])
    return _new(assembly, member)


def _by_her_link(assembly: Assembly, kept: dict[str, Any]) -> Presence:
    member = Member.objects.on_the_roll().filter(uuid=kept["member"], is_active=True).first()
    if member is None:
        raise NotLetIn("left")
    if not Invitation.objects.filter(assembly=assembly, member=member).exists():
        raise NotLetIn("revoked")
    return Presence(assembly, member, kept["token"], _begun(kept), linked=True, sure=False)


def _begun(kept: dict[str, Any]) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(kept["begun"], datetime.UTC)


def _new(assembly: Assembly, member: Member | None, *, linked: bool = False) -> Presence:
    return Presence(assembly, member, secrets.token_urlsafe(16), assembly.moment(), linked, sure=not linked)


def _kept(request: HttpRequest, assembly: Assembly) -> dict[str, Any] | None:
    """What the cookie says; None without one. Raises NotLetIn for one that was not set here."""
    value = request.COOKIES.get(cookie_name(assembly))
    if not value:
        return None
    try:
        kept: dict[str, Any] = signing.loads(value, salt=SALT)
    except signing.BadSignature:
        raise NotLetIn("forged") from None
    if kept["assembly"] != str(assembly.uuid) or "linked" not in kept:
        raise NotLetIn("forged")
    return kept


def _wait_in_a_crowd(assembly: Assembly, request: HttpRequest) -> None:
    """Count new people by address in memory only, for ten minutes. Raises CrowdedError."""
    key = f"crowd:{assembly.pk}:{hashlib.sha256(_address(request).encode()).hexdigest()}"
    cache.add(key, 0, CROWD_SECONDS)
    if cache.incr(key) > CROWD:
        raise CrowdedError


def _address(request: HttpRequest) -> str:
    if settings.FOLKMOOT.trusted_proxy and (forwarded := request.META.get("HTTP_X_FORWARDED_FOR")):
        # The last one is what our own proxy saw; those before it are hearsay.
        return str(forwarded).rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
