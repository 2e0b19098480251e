"""The cast: a few members of the Lantern Union who appear in every test."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.test import Client
from django.utils import timezone

from folkmoot.convene import actions as convene
from folkmoot.convene.models import Assembly, Timetable, _at_hand
from folkmoot.members.actions import give_role, import_roll, name_organisation
from folkmoot.members.models import FrozenRoll, Member, Role
from folkmoot.members.roll import Row
from folkmoot.methods.transparency import commitment
from folkmoot.publiclog.actions import covered
from folkmoot.publiclog.models import Entry


@dataclass
class Cast:
    """Maud organises, Idris and Jean are members, Ada audits, Bill facilitates, Nell administers."""

    maud: Member
    idris: Member
    jean: Member
    ada: Member
    bill: Member
    nell: Member


def gather() -> Cast:
    name_organisation("Lantern Union")
    people = {
        "maud": ("Maud Okafor", "North/Skelby"),
        "idris": ("Idris Bowen", "North/Skelby"),
        "jean": ("Jean Petrie", "South/Marl"),
        "ada": ("Ada Quill", "South/Marl"),
        "bill": ("Bill Hartley", "North/Thrapwick"),
        "nell": ("Nell Varga", "North/Thrapwick"),
    }
    joined = datetime.date(2019, 5, 1)
    rows = [Row(name, f"{key}@lantern.example", branch, joined) for key, (name, branch) in people.items()]
    import_roll(rows, file_digest="ca" * 32, by=None, whole_roll=True)
    cast = Cast(**{key: Member.objects.get(email=f"{key}@lantern.example") for key in people})
    give_role(cast.maud, Role.ORGANISER, by=None)
    give_role(cast.ada, Role.AUDITOR, by=None)
    give_role(cast.bill, Role.FACILITATOR, by=None)
    give_role(cast.nell, Role.ADMINISTRATOR, by=None)
    return cast


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def draft(by: Member, **changes: object) -> Assembly:
    """An assembly about the Budget with all three ways of listening, opening an hour ago, not yet opened."""
    now = timezone.now()
    given: dict = {
        "title": {"en": "What should the Budget put first?"},
        "purpose": {"en": "The executive meets the minister in March."},
        "opens": now - datetime.timedelta(hours=1),
        "closes": now + datetime.timedelta(days=5),
        "findings_due": now + datetime.timedelta(days=7),
        "zone": "Europe/London",
        "access": Assembly.Access.BOTH,
    } | changes
    assembly = convene.draft_assembly(**given, by=by)
    convene.add_question(
        assembly, way="open_text", text={"en": "What should the Budget put first, and why?"}, by=by
    )
    convene.add_question(
        assembly,
        way="statements",
        text={"en": "Do you agree?"},
        options={"first": [f"{thing} should come first." for thing in ("Pay", "Rent", "Care", "Buses")]},
        by=by,
    )
    convene.add_question(
        assembly,
        way="priorities",
        text={"en": "Put the three most important in order."},
        options={
            "manner": "rank",
            "limit": 3,
            "options": [
                {"key": f"o{n}", "text": {"en": text}}
                for n, text in enumerate(("Pay", "Rent", "Care", "Buses"), 1)
            ],
        },
        by=by,
    )
    return Assembly.objects.get(pk=assembly.pk)


def opened(by: Member, **changes: object) -> Assembly:
    return convene.open_assembly(draft(by, **changes), by=by)


def closed(assembly: Assembly, *, ago: datetime.timedelta = datetime.timedelta(minutes=1)) -> Assembly:
    """The same assembly as it will be after its close: time passes by moving the timetable, past all rules."""
    closes = timezone.now() - ago
    Timetable.objects.filter(assembly=assembly).update(
        opens=closes - datetime.timedelta(days=5), closes=closes, findings_due=closes
    )
    FrozenRoll.objects.filter(assembly=assembly.uuid).update(until=closes)
    # Processes that have its versions at hand would see the change by its number.
    _at_hand.clear()
    _as_if_it_had_always_been_so(assembly)
    return Assembly.objects.get(pk=assembly.pk)


def _as_if_it_had_always_been_so(assembly: Assembly) -> None:
    """The log would tell that the timetable was moved past it: before it is signed it can be made to fit."""
    for timetable in Timetable.objects.filter(assembly=assembly):
        entry = Entry.objects.get(item=timetable.uuid)
        entry.commitment = commitment(bytes(entry.salt), covered(timetable, bytes(entry.seal)))
        entry.save()
