"""The roll is the real attack: addresses that are changed are logged, told to both, and need two once it is frozen."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import html
import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from folkmoot.convene import actions as convene
from folkmoot.members import actions, contact_actions, freezing, history
from folkmoot.members.models import (
    Branch,
    ContactChange,
    FrozenEntry,
    FrozenRoll,
    Member,
    RollChange,
)
from folkmoot.members.roll import Row, read_roll, row_of
from folkmoot.methods.transparency import tree
from folkmoot.publiclog.actions import sign
from folkmoot.publiclog.audit import audit
from folkmoot.publiclog.models import Entry
from tests.people import opened, signed_in

pytestmark = pytest.mark.django_db

NEW = "jean.petrie@else.example"


@pytest.fixture
def told(django_capture_on_commit_callbacks):
    """Do something and give the mails that were sent after its commit."""

    def run(act) -> list[tuple[str, str]]:
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act()
        return [(each.to[0], each.body) for each in mail.outbox]

    return run


# -- changes of address


def test_without_an_open_assembly_it_takes_effect_at_once_and_both_addresses_are_told(cast, told):
    mails = told(lambda: contact_actions.change_contact(cast.jean, NEW, reason="She moved.", by=cast.maud))
    cast.jean.refresh_from_db()
    assert cast.jean.email == NEW
    assert [to for to, _body in mails] == ["jean@lantern.example", NEW]
    for _to, body in mails:
        assert "was changed from jean@lantern.example to jean.petrie@else.example" in body
        assert "Maud Okafor" in body
        assert "She moved." in body
    assert audit().wrong == []


def test_the_record_names_the_officer_and_neither_member_nor_address(cast):
    contact_actions.change_contact(cast.jean, NEW, reason="She moved.", by=cast.maud)
    page = Client().get("/record/").content.decode()
    assert "Maud Okafor changed the address of a member. Reason given: She moved." in page
    assert "Jean" not in page
    assert "jean" not in page


def test_the_old_address_no_longer_lets_anybody_in(cast):
    jean = signed_in(cast.jean)
    EmailAddress.objects.create(user=cast.jean, email=cast.jean.email, verified=True, primary=True)
    assert jean.get("/receipts/").status_code == 200
    contact_actions.change_contact(cast.jean, NEW, reason="She moved.", by=cast.maud)
    assert jean.get("/receipts/").status_code == 302
    assert not EmailAddress.objects.filter(email="jean@lantern.example").exists()


@pytest.mark.parametrize(
    ("email", "reason", "why"),
    [
        ("nonsense", "Why not.", "not an email address"),
        ("jean@lantern.example", "Why not.", "her address already"),
        ("IDRIS@lantern.example", "Why not.", "Another member"),
        (NEW, "  ", "Say why"),
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(cast, email, reason, why):
    with pytest.raises(ValidationError, match=why):
        contact_actions.change_contact(cast.jean, email, reason=reason, by=cast.maud)
    assert ContactChange.objects.count() == 0
    assert Entry.objects.filter(kind="contact").count() == 0


def test_while_the_roll_is_frozen_a_second_officer_must_agree(cast, told):
    opened(cast.maud)
    mails = told(lambda: contact_actions.change_contact(cast.jean, NEW, reason="She moved.", by=cast.maud))
    cast.jean.refresh_from_db()
    assert cast.jean.email == "jean@lantern.example"
    assert len(mails) == 2
    assert all("A second officer must agree" in body for _to, body in mails)
    change = ContactChange.objects.waiting().get()
    mails = told(lambda: contact_actions.rule_contact(change, approved=True, by=cast.nell))
    cast.jean.refresh_from_db()
    assert cast.jean.email == NEW
    assert [to for to, _body in mails] == ["jean@lantern.example", NEW]
    assert audit().wrong == []


def test_neither_the_first_officer_nor_anybody_without_an_office_is_the_second(cast):
    opened(cast.maud)
    change = contact_actions.change_contact(cast.jean, NEW, reason="She moved.", by=cast.maud)
    with pytest.raises(ValidationError, match="other than"):
        contact_actions.rule_contact(change, approved=True, by=cast.maud)
    for by in (cast.idris, cast.bill):
        with pytest.raises(ValidationError, match="organiser, an administrator or the member herself"):
            contact_actions.rule_contact(change, approved=True, by=by)
    assert ContactChange.objects.waiting().count() == 1


def test_the_member_herself_agrees_with_the_address_as_it_stands(cast, told):
    """Whoever is signed in as her has read a code that was sent there."""
    opened(cast.maud)
    mails = told(lambda: contact_actions.change_contact(cast.jean, NEW, reason="She moved.", by=cast.maud))
    assert "Sign in with a code, which still comes to jean@lantern.example" in mails[0][1]
    change = ContactChange.objects.get()
    jean = signed_in(cast.jean)
    assert "Yes, change it" in jean.get("/members/me/").content.decode()
    where = f"/members/me/{change.uuid}/"
    assert signed_in(cast.idris).post(where, {"ruling": "approve"}).status_code == 404
    assert jean.post(where, {}).status_code == 400
    page = jean.post(where, {"ruling": "approve"}, follow=True).content.decode()
    assert "Your address was changed: sign in with it." in page
    assert jean.get("/members/me/").status_code == 302
    cast.jean.refresh_from_db()
    assert cast.jean.email == NEW
    assert change.ruling.by == cast.jean
    assert audit().wrong == []


def test_the_member_herself_says_no(cast):
    opened(cast.maud)
    change = contact_actions.change_contact(cast.jean, NEW, reason="She moved.", by=cast.maud)
    page = signed_in(cast.jean).post(f"/members/me/{change.uuid}/", {"ruling": "refuse"}, follow=True)
    assert "All stays as it is." in page.content.decode()
    assert "Yes, change it" not in page.content.decode()
    cast.jean.refresh_from_db()
    assert cast.jean.email == "jean@lantern.example"


def test_an_officer_who_changes_her_own_needs_another_too(cast):
    opened(cast.maud)
    change = contact_actions.change_contact(cast.maud, "maud@else.example", reason="I moved.", by=cast.maud)
    with pytest.raises(ValidationError, match="other than"):
        contact_actions.rule_contact(change, approved=True, by=cast.maud)
    contact_actions.rule_contact(change, approved=True, by=cast.nell)
    cast.maud.refresh_from_db()
    assert cast.maud.email == "maud@else.example"


def test_a_refusal_stays_in_the_record_and_changes_nothing(cast):
    opened(cast.maud)
    change = contact_actions.change_contact(cast.jean, NEW, reason="She moved.", by=cast.maud)
    contact_actions.rule_contact(change, approved=False, reason="She says not.", by=cast.nell)
    cast.jean.refresh_from_db()
    assert cast.jean.email == "jean@lantern.example"
    assert "did not agree" in Client().get("/record/").content.decode()
    with pytest.raises(ValidationError, match="does not wait"):
        contact_actions.rule_contact(change, approved=True, by=cast.nell)
    assert audit().wrong == []


def test_an_address_taken_meanwhile_is_told(cast):
    opened(cast.maud)
    change = contact_actions.change_contact(cast.jean, NEW, reason="She moved.", by=cast.maud)
    row = Row("Rhys Tan", NEW, "", datetime.date(2020, 1, 1))
    actions.import_roll([row], file_digest="d" * 64, by=cast.nell, whole_roll=False)
    with pytest.raises(ValidationError, match="Another member"):
        contact_actions.rule_contact(change, approved=True, by=cast.nell)


def test_one_change_waits_at_a_time(cast):
    opened(cast.maud)
    contact_actions.change_contact(cast.jean, NEW, reason="She moved.", by=cast.maud)
    with pytest.raises(ValidationError, match="waits"):
        contact_actions.change_contact(cast.jean, "j@else.example", reason="Again.", by=cast.nell)


def test_once_the_assembly_has_closed_one_officer_is_enough(cast):
    assembly = opened(cast.maud)
    FrozenRoll.objects.filter(assembly=assembly.uuid).update(until=timezone.now())
    assert not contact_actions.change_contact(cast.jean, NEW, reason="She moved.", by=cast.maud).second


def test_an_extension_keeps_the_roll_frozen(cast):
    assembly = opened(cast.maud)
    timetable = assembly.timetable
    later = timetable.closes + datetime.timedelta(days=2)
    convene.retime(
        assembly,
        opens=timetable.opens,
        closes=later,
        findings_due=later,
        zone=timetable.zone,
        reason="More time.",
        by=cast.maud,
    )
    assert FrozenRoll.objects.get().until == later
    assert audit().wrong == []


def test_an_organiser_cannot_take_an_office_by_changing_its_holders_address(cast):
    """With the administrator's codes coming to her she could give herself any role."""
    change = contact_actions.change_contact(cast.nell, "maud@else.example", reason="She moved.", by=cast.maud)
    assert change.second
    cast.nell.refresh_from_db()
    assert cast.nell.email == "nell@lantern.example"
    row = Row("Nell Varga", "maud@else.example", "North/Thrapwick", datetime.date(2019, 5, 1))
    ContactChange.objects.all().delete()
    bring([each for each in with_numbers() if each.name != "Nell Varga"] + [row], cast)
    cast.nell.refresh_from_db()
    assert cast.nell.email == "nell@lantern.example"
    assert not contact_actions.change_contact(
        cast.ada, "ada@else.example", reason="She moved.", by=cast.nell
    ).second


# -- on the page


def test_two_officers_do_it_on_the_page(cast):
    opened(cast.maud)
    maud, nell = signed_in(cast.maud), signed_in(cast.nell)
    sent = {"member": "jean@lantern.example", "email": NEW, "reason": "She moved."}
    page = maud.post("/members/contact/", sent, follow=True).content.decode()
    assert "It waits until a second officer, or the member herself, agrees." in page
    assert "It needs somebody other than the one who asked for it." in page
    assert "Who can agree: Nell Varga, or the member herself." in page
    assert "1 change waits" in maud.get("/members/").content.decode()
    change = ContactChange.objects.get()
    where = f"/members/contact/{change.uuid}/"
    maud.post(where, {"ruling": "approve"})
    assert ContactChange.objects.waiting().exists()
    assert "She moved." in nell.get("/members/contact/").content.decode()
    assert nell.post(where, {}).status_code == 400
    nell.post(where, {"ruling": "approve", "reason": "I rang her."})
    cast.jean.refresh_from_db()
    assert cast.jean.email == NEW
    page = signed_in(cast.jean).get("/members/").content.decode()
    assert "Nell Varga agreed: it is in force." in page
    assert "I rang her." in page


def test_only_officers_change_addresses(cast):
    sent = {"member": "jean@lantern.example", "email": NEW, "reason": "She moved."}
    for member in (cast.jean, cast.ada, cast.bill):
        assert signed_in(member).get("/members/contact/").status_code == 403
        assert signed_in(member).post("/members/contact/", sent).status_code == 403
    assert Client().post("/members/contact/", sent).status_code == 302
    opened(cast.maud)
    change = contact_actions.change_contact(cast.jean, NEW, reason="She moved.", by=cast.maud)
    for member in (cast.jean, cast.idris):
        answer = signed_in(member).post(f"/members/contact/{change.uuid}/", {"ruling": "approve"})
        assert answer.status_code == 403
    assert ContactChange.objects.waiting().exists()


def test_a_form_that_does_not_fit_comes_back_filled_in(cast):
    maud = signed_in(cast.maud)
    for sent in (
        {"member": "nobody@lantern.example", "email": NEW, "reason": "She moved."},
        {"member": "jean@lantern.example", "email": "nonsense", "reason": "She moved."},
        {"member": "jean@lantern.example", "email": "idris@lantern.example", "reason": "She moved."},
    ):
        page = maud.post("/members/contact/", sent).content.decode()
        assert "She moved." in page
        assert 'class="errors"' in page or "error" in page
    assert ContactChange.objects.count() == 0


# -- files


def with_numbers(**numbers: str) -> list[Row]:
    rows = []
    for member in Member.objects.select_related("branch"):
        row = row_of(member)
        key = row.email.partition("@")[0]
        rows.append(Row(row.name, row.email, row.branch, row.joined, None, numbers.get(key, row.number)))
    return rows


def bring(rows: list[Row], cast, *, whole_roll: bool = True):
    return actions.import_roll(rows, file_digest="d" * 64, by=cast.maud, whole_roll=whole_roll)


def test_a_member_is_known_by_her_number_whatever_her_address(cast, told):
    bring(with_numbers(jean="1204"), cast)
    row = Row("Jean Petrie", NEW, "South/Marl", datetime.date(2019, 5, 1), None, "1204")
    mails = told(lambda: bring([row], cast, whole_roll=False))
    cast.jean.refresh_from_db()
    assert (cast.jean.email, cast.jean.number) == (NEW, "1204")
    assert Member.objects.count() == 6
    assert {to for to, _body in mails} == {"jean@lantern.example", NEW}
    assert ContactChange.objects.get().roll_import is not None
    assert audit().wrong == []


def test_a_whole_roll_with_another_address_for_the_same_person_is_no_new_member(cast):
    rows = [row for row in with_numbers() if row.name != "Jean Petrie"]
    rows.append(Row("Jean Petrie", NEW, "South/Marl", datetime.date(2019, 5, 1)))
    difference = actions.compare_roll(rows, whole_roll=True)
    assert [(each.before.email, each.after.email, each.guessed) for each in difference.readdressed] == [
        ("jean@lantern.example", NEW, True)
    ]
    assert not difference.added
    assert not difference.leaving
    bring(rows, cast)
    assert Member.objects.count() == 6


def test_a_number_that_comes_with_a_guessed_address_is_kept(cast):
    opened(cast.maud)
    rows = [row for row in with_numbers() if row.name != "Jean Petrie"]
    rows.append(Row("Jean Petrie", NEW, "South/Marl", datetime.date(2019, 5, 1), None, "1204"))
    bring(rows, cast)
    cast.jean.refresh_from_db()
    assert (cast.jean.number, cast.jean.email) == ("1204", "jean@lantern.example")
    bring(rows, cast)
    assert ContactChange.objects.get().after == NEW
    assert audit().wrong == []


def test_many_addresses_in_one_file_cost_few_queries_each(cast, django_assert_max_num_queries):
    rows = [
        Row(
            f"Member {n}", f"member{n}@lantern.example", "South/Marl", datetime.date(2020, 1, 1), None, str(n)
        )
        for n in range(100)
    ]
    bring(rows, cast, whole_roll=False)
    moved = [dataclasses.replace(row, email=f"member{row.number}@else.example") for row in rows]
    with django_assert_max_num_queries(600):
        bring(moved, cast, whole_roll=False)
    assert Member.objects.filter(email__endswith="@else.example").count() == 100
    assert Entry.objects.filter(kind="contact").count() == 100


def test_the_preview_says_of_whom_a_change_waits_already(cast):
    bring(with_numbers(jean="1204"), cast)
    opened(cast.maud)
    contact_actions.change_contact(cast.jean, "j@else.example", reason="She moved.", by=cast.maud)
    text = f"name,email,branch,joined,number\nJean Petrie,{NEW},South/Marl,2019-05-01,1204\n"
    assert "<small>waits already</small>" in upload(cast, text)
    row = Row("Jean Petrie", NEW, "South/Marl", datetime.date(2019, 5, 1), None, "1204")
    bring([row], cast, whole_roll=False)
    assert ContactChange.objects.get().after == "j@else.example"


def test_two_who_are_alike_are_not_taken_for_one(cast):
    rows = [row for row in with_numbers() if row.name != "Jean Petrie"]
    twin = Row("Jean Petrie", NEW, "South/Marl", datetime.date(2019, 5, 1))
    rows += [twin, Row("Jean Petrie", "other@else.example", "South/Marl", datetime.date(2019, 5, 1))]
    difference = actions.compare_roll(rows, whole_roll=True)
    assert difference.readdressed == ()
    assert len(difference.added) == 2
    partly = actions.compare_roll([twin], whole_roll=False)
    assert [each.email for each in partly.added] == [NEW]


def test_a_file_during_a_freeze_only_asks_for_other_addresses(cast):
    opened(cast.maud)
    rows = [row for row in with_numbers() if row.name not in ("Jean Petrie", "Idris Bowen")]
    rows.append(Row("Jean Petrie", NEW, "South/Marl", datetime.date(2019, 5, 1)))
    rows.append(Row("Idris Bowen", "idris@lantern.example", "South/Marl", datetime.date(2019, 5, 1)))
    bring(rows, cast)
    cast.jean.refresh_from_db()
    cast.idris.refresh_from_db()
    assert cast.jean.email == "jean@lantern.example"
    assert str(cast.idris.branch) == "South / Marl"
    assert ContactChange.objects.waiting().get().after == NEW
    bring(rows, cast)
    assert ContactChange.objects.count() == 1
    assert audit().wrong == []


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (Row("Jean", "idris@lantern.example", "", datetime.date(2019, 5, 1), None, "1"), "another member"),
        (Row("Jean", "jean@lantern.example", "", datetime.date(2019, 5, 1), None, "9"), "with the number 1"),
    ],
)
def test_rows_that_contradict_the_roll_are_listed_and_nothing_is_brought_in(cast, row, why):
    bring(with_numbers(jean="1", idris="2"), cast)
    difference = actions.compare_roll([row], whole_roll=False)
    assert why in difference.conflicts[0].reason
    with pytest.raises(ValidationError, match=why):
        bring([row], cast, whole_roll=False)
    page = upload(cast, f"name,email,branch,joined,number\n{row.name},{row.email},,2019-05-01,{row.number}\n")
    assert "These rows contradict the roll" in page
    assert f"Row 2, {row.name}, {row.email}: " in page
    assert "Bring it in" not in page


def upload(cast, text: str) -> str:
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("roll.csv", text.encode(), content_type="text/csv")
    answer = signed_in(cast.maud).post("/members/import/", {"file": file, "extent": "some"})
    return answer.content.decode()


def test_the_preview_shows_who_gets_another_address(cast):
    bring(with_numbers(jean="1204"), cast)
    page = upload(cast, f"name,email,branch,joined,Member No\nJean Petrie,{NEW},South/Marl,2019-05-01,1204\n")
    assert "Who gets another address" in page
    assert "number 1204" in page
    assert re.search(r"Other address</dt><dd>1<.*As before</dt><dd>0<", page, re.DOTALL)


def test_a_number_stands_once_in_a_file():
    text = "name,email,branch,joined,number\nA,a@x.example,,2019-05-01,7\nB,b@x.example,,2019-05-01,7\n"
    roll = read_roll(text.encode(), today=datetime.date(2026, 1, 1))
    assert [str(problem) for problem in roll.problems] == [
        "Row 3: The number “7” stands in row 2 already. Keep one of the two; each member has a number of their "
        "own, or none."
    ]


# -- the frozen roll


def test_the_roll_is_committed_to_when_an_assembly_opens(cast):
    assembly = opened(cast.maud)
    roll = FrozenRoll.objects.get(assembly=assembly.uuid)
    assert roll.members == 6
    entry = Entry.objects.get(kind="roll-freeze")
    assert entry.assembly == assembly.uuid
    entries = list(roll.entries.select_related("member"))
    assert freezing.root(entries) == roll.root
    assert "The roll was frozen for the assembly: 6 members" in Client().get("/record/").content.decode()


def test_an_assembly_for_the_open_link_alone_freezes_nothing(cast):
    opened(cast.maud, access="link")
    assert FrozenRoll.objects.count() == 0


def test_a_member_can_prove_how_she_stood(cast):
    assembly = opened(cast.maud)
    entry = FrozenEntry.objects.select_related("roll", "member").get(member=cast.jean)
    leaf = tree.of_leaf(bytes.fromhex(freezing.committed(entry)))
    path = [bytes.fromhex(each) for each in freezing.proof(entry)]
    assert tree.is_included(leaf, entry.position, 6, path, bytes.fromhex(entry.roll.root))
    jean = signed_in(cast.jean)
    assert "You on frozen rolls" in jean.get("/members/").content.decode()
    page = html.unescape(jean.get(f"/members/frozen/{assembly.uuid}/").content.decode())
    shown = re.search(r"<code>(\{.*\})</code>", page)
    assert shown
    note = hashlib.sha256(bytes.fromhex(entry.opens) + shown[1].encode()).hexdigest()
    for part in (entry.roll.root, entry.opens, note, *freezing.proof(entry)):
        assert part in page
    assert note == freezing.committed(entry)


def test_a_frozen_entry_is_shown_to_the_member_alone(cast):
    assembly = opened(cast.maud)
    row = Row("Rhys Tan", "rhys@lantern.example", "South/Marl", datetime.date(2020, 1, 1))
    bring([row], cast, whole_roll=False)
    where = f"/members/frozen/{assembly.uuid}/"
    assert signed_in(Member.objects.get(name="Rhys Tan")).get(where).status_code == 404
    page = signed_in(cast.maud).get(where).content.decode()
    assert "maud@lantern.example" in page
    assert "jean@" not in page
    assert Client().get(where).status_code == 302


def test_an_officer_sees_her_own_entry_too(cast):
    contact_actions.change_contact(cast.maud, "maud@else.example", reason="She moved.", by=cast.nell)
    page = signed_in(Member.objects.get(pk=cast.maud.pk)).get("/members/me/").content.decode()
    assert "from maud@lantern.example to maud@else.example" in page
    assert "asked for by Nell Varga" in page


def test_whoever_changes_the_roll_past_the_actions_is_found(cast):
    opened(cast.maud)
    sign(at_once=True)
    assert audit().wrong == []
    Member.objects.filter(pk=cast.jean.pk).update(email=NEW)
    assert any("her email is not the one that was logged last" in line for line in audit().wrong)
    Member.objects.filter(pk=cast.jean.pk).update(email="jean@lantern.example")
    FrozenEntry.objects.filter(member=cast.jean).update(email=NEW)
    assert any("do not give the root" in line for line in audit().wrong)


def test_what_was_brought_in_before_there_were_numbers_is_no_difference(cast):
    trace = RollChange.objects.filter(member=cast.jean).get()
    without = {name: value for name, value in trace.after.items() if name != "number"}
    RollChange.objects.filter(pk=trace.pk).update(after=without)
    assert list(history.differences()) == []
    Member.objects.filter(pk=cast.jean.pk).update(number="7")
    assert [line.split(": ")[1] for line in history.differences()] == [
        "her number is not the one that was logged last"
    ]


def test_a_member_added_past_the_actions_is_found(cast):
    Member.objects.create(name="Ghost", email="ghost@lantern.example", joined=datetime.date(2020, 1, 1))
    assert any("she was added" in line for line in audit().wrong)


def test_every_column_of_the_roll_is_watched(cast):
    opened(cast.maud)
    bring(
        [Row("Rhys Tan", "rhys@lantern.example", "East/Holt", datetime.date(2020, 1, 1))],
        cast,
        whole_roll=False,
    )
    other = Branch.objects.exclude(pk=cast.jean.branch_id).first()
    for change in (
        {"name": "Jane"},
        {"email": NEW},
        {"number": "7"},
        {"branch": other},
        {"joined": datetime.date(2001, 1, 1)},
        {"left": datetime.date(2025, 1, 1)},
        {"is_active": False},
    ):
        before = {name: getattr(Member.objects.get(pk=cast.jean.pk), name) for name in change}
        Member.objects.filter(pk=cast.jean.pk).update(**change)
        assert audit().wrong, change
        Member.objects.filter(pk=cast.jean.pk).update(**before)
        assert audit().wrong == []
    trace = RollChange.objects.filter(member=cast.jean).first()
    RollChange.objects.filter(pk=trace.pk).update(after={**trace.after, "branch": "East/Holt"})
    assert audit().wrong


def test_links_that_are_taken_along_stand_in_the_record(cast):
    assembly = opened(cast.maud)
    signed_in(cast.maud).post(f"/a/{assembly.uuid}/links/")
    page = Client().get("/record/").content.decode()
    assert "Maud Okafor downloaded 6 personal links" in page
