"""The roll under attack while it is frozen: one officer alone takes nobody off it and puts nobody in her place."""

from __future__ import annotations

import csv
import datetime
import html
import io
import re
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from folkmoot.convene.links import link_rows
from folkmoot.convene.models import Assembly, Invitation
from folkmoot.listen import actions as listen
from folkmoot.listen.turnout import turnout
from folkmoot.members import actions, contact_actions, contacts, officers, tasks
from folkmoot.members.models import (
    ContactChange,
    ContactRuling,
    FrozenRoll,
    Member,
    Role,
    RollImport,
)
from folkmoot.members.roll import Row, row_of
from folkmoot.publiclog.audit import audit
from folkmoot.publiclog.models import Entry
from folkmoot.understand.where import BY_LINK, writers
from tests.people import Cast, closed, draft, opened, signed_in

DAY = datetime.date(2019, 5, 1)
EVIL = Row("Jean Petrie", "evil@else.example", "South/Marl", DAY + datetime.timedelta(days=1))


def all_but(*names: str) -> list[Row]:
    members = Member.objects.on_the_roll().select_related("branch")
    return [row_of(member) for member in members if member.name not in names]


def bring(rows: list[Row], *, by: Member, whole_roll: bool = True) -> RollImport:
    return actions.import_roll(rows, file_digest="d" * 64, by=by, whole_roll=whole_roll)


def answer(assembly: Assembly, member: Member | None, token: str = "x") -> None:
    person = listen.take_part(assembly, member=member, token_hash=token, started_at=assembly.moment(), seed=1)
    listen.respond(person, assembly.questions.get(way="open_text", closing=False), {"text": "Rents."})


def upload(client: Client, rows: list[Row], extent: str = "whole") -> str:
    lines = [f"{row.name},{row.email},{row.branch},{row.joined}" for row in rows]
    file = SimpleUploadedFile("roll.csv", "\n".join(["name,email,branch,joined", *lines]).encode())
    return html.unescape(client.post("/members/import/", {"file": file, "extent": extent}).content.decode())


def confirm(client: Client, page: str) -> str:
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    assert ticket
    answer = client.post("/members/import/", {"ticket": ticket[1]}, follow=True)
    return html.unescape(answer.content.decode())


@pytest.fixture
def told(django_capture_on_commit_callbacks):
    """Do something and give the mails that were sent after its commit."""

    def run(act) -> list[tuple[str, str]]:
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act()
        return [(each.to[0], each.body) for each in mail.outbox]

    return run


# -- somebody is put in another's place


def test_replacing_a_member_takes_more_than_one_officer(cast: Cast, told) -> None:
    """A file without Jean, but with a “Jean Petrie” who joined a day later under another address."""
    assembly = opened(cast.maud)
    mails = told(lambda: bring([*all_but("Jean Petrie"), EVIL], by=cast.maud))
    jean = Member.objects.get(pk=cast.jean.pk)
    assert (jean.left, jean.is_active) == (None, True)
    assert [to for to, _body in mails] == ["jean@lantern.example"]
    assert "Maud Okafor wants to take you off the roll. A second officer must agree." in mails[0][1]
    change = ContactChange.objects.waiting().get()
    assert (change.member, change.leaves, change.by) == (cast.jean, True, cast.maud)
    with pytest.raises(ValidationError, match="other than"):
        contact_actions.rule_leaving(change.roll_import, approved=True, by=cast.maud)

    links = list(csv.DictReader(io.StringIO("".join(link_rows(assembly)).lstrip("\ufeff"))))
    assert [row["email"] for row in links if row["name"] == "Jean Petrie"] == ["jean@lantern.example"]
    assert not Invitation.objects.filter(member__email=EVIL.email).exists()
    with pytest.raises(listen.NotOpen, match="came onto the roll after it was frozen"):
        answer(assembly, Member.objects.get(email=EVIL.email))
    answer(assembly, cast.jean)
    found = turnout(closed(assembly))
    assert (found.members, found.roll) == (1, 6)
    assert {part.name: (part.roll, part.people) for part in found.branches}["South/Marl"] == (2, 1)
    assert audit().wrong == []


def test_a_leaving_takes_effect_when_a_second_officer_agrees(cast: Cast, told) -> None:
    opened(cast.maud)
    actions.give_role(cast.jean, Role.FACILITATOR, by=cast.nell)
    brought = bring(all_but("Jean Petrie", "Idris Bowen"), by=cast.maud)
    assert (brought.left, brought.members) == (0, 6)
    mails = told(lambda: contact_actions.rule_leaving(brought, approved=True, reason="I rang.", by=cast.nell))
    assert {to for to, _body in mails} == {"jean@lantern.example", "idris@lantern.example"}
    assert all("You were taken off the roll, as Maud Okafor had asked." in body for _to, body in mails)
    for member in (cast.jean, cast.idris):
        member.refresh_from_db()
        assert member.left is not None
        assert not member.is_active
    assert Member.objects.get(pk=cast.jean.pk).roles() == set()
    made = RollImport.objects.latest("pk")
    assert (made.left, made.members, made.by) == (2, 4, cast.maud)
    assert Entry.objects.filter(kind="contact-ruling").count() == 2
    record = html.unescape(Client().get("/record/").content.decode())
    assert (
        "Maud Okafor asked that a member be taken off the roll. Reason given: It came with a file." in record
    )
    assert "Nell Varga agreed that a member be taken off the roll, as Maud Okafor had asked" in record
    assert audit().wrong == []


def test_an_address_that_no_server_takes_keeps_nobody_from_being_told(cast: Cast, monkeypatch) -> None:
    def refuse(subject: str, body: str, sender: None, to: list[str]) -> None:
        if to == ["maud@lantern.example"]:
            raise SMTPRecipientsRefused({})
        mail.outbox.append(mail.EmailMessage(subject, body, sender, to))

    monkeypatch.setattr(tasks, "send_mail", refuse)
    mails = contacts.left([cast.maud, cast.jean], by=cast.nell)
    with pytest.raises(RuntimeError, match="could not be sent: 1"):
        tasks.send_all(mails)
    assert [each.to for each in mail.outbox] == [["jean@lantern.example"]]


def test_who_is_refused_to_be_taken_off_stays(cast: Cast, told) -> None:
    opened(cast.maud)
    brought = bring(all_but("Jean Petrie"), by=cast.maud)
    mails = told(lambda: contact_actions.rule_leaving(brought, approved=False, by=cast.nell))
    assert [to for to, _body in mails] == ["jean@lantern.example"]
    assert "You stay on the roll." in mails[0][1]
    assert Member.objects.get(pk=cast.jean.pk).left is None
    with pytest.raises(ValidationError, match="does not wait"):
        contact_actions.rule_leaving(brought, approved=True, by=cast.nell)
    assert audit().wrong == []


def test_a_leaving_waits_once_and_no_address_slips_in_beside_it(cast: Cast) -> None:
    opened(cast.maud)
    bring(all_but("Jean Petrie"), by=cast.maud)
    bring(all_but("Jean Petrie"), by=cast.maud)
    assert ContactChange.objects.count() == 1
    with pytest.raises(ValidationError, match="waits"):
        contact_actions.change_contact(cast.jean, EVIL.email, reason="She moved.", by=cast.nell)


def test_a_member_settles_her_own_leaving(cast: Cast) -> None:
    opened(cast.maud)
    brought = bring(all_but("Jean Petrie", "Idris Bowen"), by=cast.maud)
    own = {change.member: change for change in brought.contacts.all()}
    jean, idris = signed_in(cast.jean), signed_in(cast.idris)
    assert "Yes, take me off the roll" in jean.get("/members/me/").content.decode()
    page = jean.post(f"/members/me/{own[cast.jean].uuid}/", {"ruling": "approve"}, follow=True)
    assert "You are off the roll." in page.content.decode()
    idris.post(f"/members/me/{own[cast.idris].uuid}/", {"ruling": "refuse"})
    left = set(Member.objects.exclude(left=None))
    assert left == {cast.jean}
    assert not ContactChange.objects.waiting().exists()
    assert audit().wrong == []


def test_the_last_administrator_is_not_taken_off_by_two_files(cast: Cast) -> None:
    actions.give_role(cast.jean, Role.ADMINISTRATOR, by=cast.nell)
    actions.give_role(cast.idris, Role.ORGANISER, by=cast.nell)
    opened(cast.maud)
    one = bring(all_but("Jean Petrie"), by=cast.maud)
    other = bring(all_but("Nell Varga"), by=cast.maud)
    contact_actions.rule_leaving(one, approved=True, by=cast.idris)
    with pytest.raises(ValidationError, match="last administrator"):
        contact_actions.rule_leaving(other, approved=True, by=cast.idris)
    assert Member.objects.get(pk=cast.nell.pk).left is None
    assert not ContactRuling.objects.filter(change__member=cast.nell).exists()


def test_who_left_meanwhile_is_not_taken_off_twice(cast: Cast) -> None:
    assembly = opened(cast.maud)
    brought = bring(all_but("Jean Petrie"), by=cast.maud)
    closed(assembly)
    assert bring(all_but("Jean Petrie"), by=cast.maud).left == 1
    number = RollImport.objects.count()
    contact_actions.rule_leaving(brought, approved=True, by=cast.nell)
    assert RollImport.objects.count() == number
    assert audit().wrong == []


def test_whoever_leaves_is_told_even_where_no_roll_is_frozen(cast: Cast, told) -> None:
    """The roll is changed before an assembly opens, too: then one officer does it, and the member knows."""
    mails = told(lambda: bring([*all_but("Jean Petrie"), EVIL], by=cast.maud))
    assert Member.objects.get(pk=cast.jean.pk).left is not None
    assert [to for to, _body in mails] == ["jean@lantern.example"]
    assert "You were taken off the roll: Maud Okafor brought in a file of all members" in mails[0][1]


# -- reconciled


def test_branches_reconcile_with_the_frozen_roll(cast: Cast) -> None:
    """Whatever is done to the roll meanwhile: who answered is counted where she stood, and the parts add up."""
    assembly = opened(cast.maud)
    answer(assembly, cast.jean, "1")
    answer(assembly, cast.idris, "2")
    answer(assembly, None, "3")
    jean = Row("Jean Petrie", "jean@lantern.example", "North/Skelby", datetime.date(2001, 1, 1))
    newcomers = [Row(f"New {n}", f"new{n}@lantern.example", "South/Marl", DAY) for n in range(12)]
    bring([jean, *newcomers], by=cast.maud, whole_roll=False)
    bring(all_but("Idris Bowen"), by=cast.maud)
    contact_actions.rule_leaving(RollImport.objects.latest("pk"), approved=True, by=cast.nell)
    found = turnout(closed(assembly))
    assert (found.people, found.members, found.link, found.roll) == (3, 2, 1, 6)
    assert {part.name: (part.roll, part.people) for part in found.branches} == {
        "North/Skelby": (2, 1),
        "North/Thrapwick": (2, 0),
        "South/Marl": (2, 1),
    }
    for parts in (found.branches, found.membership):
        assert sum(part.roll for part in parts) == found.roll
        assert sum(part.people for part in parts) == found.members
    assert "after" not in found.published()
    where = {
        writer.branch for writer in writers(assembly.questions.get(way="open_text", closing=False)).values()
    }
    assert where == {"South/Marl", "North/Skelby", BY_LINK}


# -- the second officer


def sock_puppet(cast: Cast) -> Member:
    row = Row("Second Officer", "second@lantern.example", "North/Skelby", DAY)
    bring([row], by=cast.nell, whole_roll=False)
    puppet = Member.objects.get(name="Second Officer")
    actions.give_role(puppet, Role.ORGANISER, by=cast.nell)
    return puppet


def test_who_took_office_after_the_freeze_is_no_second_officer(cast: Cast) -> None:
    opened(cast.maud)
    puppet = sock_puppet(cast)
    change = contact_actions.change_contact(cast.jean, EVIL.email, reason="She moved.", by=cast.nell)
    with pytest.raises(ValidationError, match="not an officer when it was"):
        contact_actions.rule_contact(change, approved=True, by=puppet)
    client = signed_in(puppet)
    page = html.unescape(client.get("/members/contact/").content.decode())
    assert "you were not an officer when it was" in page
    assert 'value="approve"' not in page
    client.post(f"/members/contact/{change.uuid}/", {"ruling": "approve"})
    cast.jean.refresh_from_db()
    assert cast.jean.email == "jean@lantern.example"
    contact_actions.rule_contact(change, approved=True, by=cast.maud)


def test_who_took_office_after_the_freeze_cannot_be_the_one_who_asks_either(cast: Cast) -> None:
    opened(cast.maud)
    puppet = sock_puppet(cast)
    with pytest.raises(ValidationError, match="not an officer when it was"):
        contact_actions.change_contact(cast.jean, EVIL.email, reason="She moved.", by=puppet)
    with pytest.raises(ValidationError, match="not an officer when it was"):
        bring(all_but("Jean Petrie"), by=puppet)
    assert not ContactChange.objects.exists()
    client = signed_in(puppet)
    page = upload(client, all_but("Jean Petrie"))
    assert "You were not an officer when it was frozen" in page
    assert "Bring it in" not in page
    # What no second officer must agree to she brings in like any other.
    page = confirm(client, upload(client, [Row("Rhys Tan", "rhys@lantern.example", "", DAY)], "some"))
    assert "1 added, 0 changed, 0 left." in page


def test_the_first_of_several_freezes_counts(cast: Cast) -> None:
    first = opened(cast.maud)
    puppet = sock_puppet(cast)
    opened(cast.maud)
    assert puppet.pk not in (officers.at_the_freeze() or set())
    closed(first)
    assert officers.at_the_freeze() == {cast.maud.pk, cast.nell.pk, puppet.pk}
    FrozenRoll.objects.update(until=first.moment() - datetime.timedelta(hours=1))
    assert officers.at_the_freeze() is None


def test_the_order_of_the_log_says_who_was_an_officer_not_the_clock(cast: Cast) -> None:
    opened(cast.maud)
    puppet = sock_puppet(cast)
    puppet.role_changes.update(at=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
    assert officers.at_the_freeze() == {cast.maud.pk, cast.nell.pk}


def test_who_lost_the_office_since_is_no_second_officer(cast: Cast) -> None:
    actions.give_role(cast.idris, Role.ORGANISER, by=cast.nell)
    opened(cast.maud)
    actions.take_role_back(cast.idris, Role.ORGANISER, by=cast.nell)
    change = contact_actions.change_contact(cast.jean, EVIL.email, reason="She moved.", by=cast.nell)
    assert officers.who_can_agree(cast.nell) == [cast.maud]
    with pytest.raises(ValidationError, match="organiser, an administrator or the member herself"):
        contact_actions.rule_contact(change, approved=True, by=Member.objects.get(pk=cast.idris.pk))


def test_what_was_asked_for_by_somebody_who_was_no_officer_at_the_freeze_is_asked_anew(cast: Cast) -> None:
    """Asked for before any roll was frozen, by one who had lost the office when it was."""
    actions.give_role(cast.idris, Role.ORGANISER, by=cast.nell)
    change = contact_actions.change_contact(cast.ada, EVIL.email, reason="She moved.", by=cast.idris)
    assert change.second
    actions.take_role_back(cast.idris, Role.ORGANISER, by=cast.nell)
    opened(cast.maud)
    with pytest.raises(ValidationError, match="ask for it yourself"):
        contact_actions.rule_contact(change, approved=True, by=cast.nell)


def test_with_a_single_officer_it_waits_for_the_member_or_for_the_close(cast: Cast) -> None:
    actions.take_role_back(cast.maud, Role.ORGANISER, by=cast.nell)
    assembly = opened(cast.nell)
    change = contact_actions.change_contact(cast.jean, EVIL.email, reason="She moved.", by=cast.nell)
    nell = signed_in(cast.nell)
    page = html.unescape(nell.get("/members/contact/").content.decode())
    assert "So only the member herself can agree; otherwise it waits until the assembly closes." in page
    assert "There is no other officer who can agree." in page
    assert 'value="approve"' not in page
    closed(assembly)
    page = nell.get("/members/contact/").content.decode()
    assert "No roll is frozen any more, so you can do it alone now." in page
    nell.post(f"/members/contact/{change.uuid}/", {"ruling": "approve"})
    cast.jean.refresh_from_db()
    assert cast.jean.email == EVIL.email


def test_who_asked_takes_it_back(cast: Cast) -> None:
    opened(cast.maud)
    change = contact_actions.change_contact(cast.jean, EVIL.email, reason="She moved.", by=cast.maud)
    maud = signed_in(cast.maud)
    assert "Take it back" in maud.get("/members/contact/").content.decode()
    maud.post(f"/members/contact/{change.uuid}/", {"ruling": "refuse"})
    assert not ContactChange.objects.waiting().exists()
    cast.jean.refresh_from_db()
    assert cast.jean.email == "jean@lantern.example"


# -- on the page


def test_the_preview_says_what_waits_and_for_whom(cast: Cast) -> None:
    opened(cast.maud)
    maud, nell = signed_in(cast.maud), signed_in(cast.nell)
    page = upload(maud, [*all_but("Jean Petrie"), EVIL])
    assert "1 member is to leave or to get another address: she is told, and it waits" in page
    assert "organiser or administrator when the roll was frozen: Nell Varga." in page
    assert "stays on the roll until then" in page
    assert "they cannot answer as members" in page
    assert "among those who leave and among those who are new: Jean Petrie." in page
    page = confirm(maud, page)
    assert (
        "1 added, 0 changed, 0 left. 1 change waits for a second officer, or for the member herself." in page
    )
    page = nell.get("/members/contact/").content.decode()
    assert "1 member, by a file of" in page
    assert "jean@lantern.example" in page
    brought = ContactChange.objects.get().roll_import
    where = f"/members/leaving/{brought.uuid}/"
    assert nell.post(where, {}).status_code == 400
    assert signed_in(cast.idris).post(where, {"ruling": "approve"}).status_code == 403
    page = nell.post(where, {"ruling": "approve"}, follow=True).content.decode()
    assert "They are off the roll, and are told." in page
    assert Member.objects.get(pk=cast.jean.pk).left is not None


def test_the_page_to_open_says_so_where_there_is_no_second_officer(cast: Cast) -> None:
    told = "There is no other officer who could agree."
    assembly = draft(cast.nell)
    where = f"/a/{assembly.uuid}/edit/open/"
    assert told not in signed_in(cast.nell).get(where).content.decode()
    actions.take_role_back(cast.maud, Role.ORGANISER, by=cast.nell)
    assert told in signed_in(cast.nell).get(where).content.decode()


def test_many_who_leave_by_one_file_are_told_in_one_job(cast: Cast, django_assert_max_num_queries) -> None:
    rows = [Row(f"Member {n}", f"m{n}@lantern.example", "South/Marl", DAY) for n in range(100)]
    bring(rows, by=cast.maud, whole_roll=False)
    opened(cast.maud)
    with django_assert_max_num_queries(200):
        brought = bring(all_but(*[row.name for row in rows]), by=cast.maud)
    assert brought.contacts.count() == 100
    with django_assert_max_num_queries(200):
        contact_actions.rule_leaving(brought, approved=True, by=cast.nell)
    assert Member.objects.on_the_roll().count() == 6
