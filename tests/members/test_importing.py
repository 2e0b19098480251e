"""The roll is brought in after a look: all of it or nothing, and as it was shown."""

from __future__ import annotations

import datetime
import html
import os
import re
import stat
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from folkmoot.members import actions, uploads
from folkmoot.members.models import Branch, Member, Role, RoleChange, RollChange, RollImport
from folkmoot.members.roll import LIMIT, Row
from folkmoot.publiclog.actions import broken
from folkmoot.publiclog.models import Entry
from tests.people import Cast, signed_in

HEADER = "name,email,branch,joined\n"
DAY = datetime.date(2019, 5, 1)


def row(name: str, branch: str = "North/Skelby", joined: datetime.date = DAY) -> Row:
    return Row(name, f"{name.split()[0].lower()}@lantern.example", branch, joined)


def as_they_are() -> list[Row]:
    """The cast as a file that changes nothing."""
    members = Member.objects.select_related("branch")
    return [
        Row(each.name, each.email, each.branch.path if each.branch else "", each.joined) for each in members
    ]


def bring_in(rows: list[Row], *, by: Member, whole_roll: bool = True) -> RollImport:
    return actions.import_roll(rows, file_digest="d" * 64, by=by, whole_roll=whole_roll)


def as_csv(rows: list[Row]) -> str:
    return HEADER + "".join(f"{each.name},{each.email},{each.branch},{each.joined}\n" for each in rows)


def upload(client: Client, text: str, extent: str = "whole") -> str:
    file = SimpleUploadedFile("roll.csv", text.encode(), content_type="text/csv")
    answer = client.post("/members/import/", {"file": file, "extent": extent})
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def ticket_of(page: str) -> str:
    found = re.search(r'name="ticket" value="([^"]+)"', page)
    assert found
    return found.group(1)


def later_imports():
    """Those after the one that brought the cast in."""
    return RollImport.objects.exclude(file_digest="ca" * 32)


def kept_files() -> list[Path]:
    return sorted((Path(settings.CACHE) / "uploads").glob("*"))


@pytest.fixture(autouse=True)
def no_files_of_earlier_tests() -> None:
    for path in kept_files():
        path.unlink()


def test_the_difference_names_who_is_new_changed_kept_and_missing(cast: Cast) -> None:
    rows = [row("Maud Okafor"), row("Idris Bowen", "South/Marl/Old Town"), row("Rhys Tan"), row("Nell Varga")]
    difference = actions.compare_roll(rows, whole_roll=True)
    assert [each.name for each in difference.added] == ["Rhys Tan"]
    assert [each.fields for each in difference.changed] == [
        [("branch", "North/Skelby", "South/Marl/Old Town")],
        [("branch", "North/Thrapwick", "North/Skelby")],
    ]
    assert [each.name for each in difference.kept] == ["Maud Okafor"]
    assert [each.name for each in difference.missing] == ["Jean Petrie", "Ada Quill", "Bill Hartley"]
    assert difference.branches == ("South/Marl/Old Town",)
    assert Member.objects.count() == 6


def test_a_whole_roll_is_brought_in_with_a_trace_of_every_change(cast: Cast) -> None:
    rows = [each for each in as_they_are() if each.name != "Jean Petrie"]
    made = bring_in([*rows, row("Rhys Tan", "East/Holt")], by=cast.maud)
    assert (made.added, made.changed, made.left, made.members) == (1, 0, 1, 6)
    rhys = Member.objects.get(name="Rhys Tan")
    assert rhys.branch is not None
    assert (rhys.branch.path, rhys.branch.parent) == ("East/Holt", Branch.objects.get(path="East"))
    cast.jean.refresh_from_db()
    assert cast.jean.left is not None
    assert not cast.jean.is_active
    traces = {trace.member.name: (trace.before, trace.after) for trace in RollChange.objects.all()}
    assert traces["Rhys Tan"][0] is None
    assert traces["Rhys Tan"][1]["branch"] == "East/Holt"
    assert (traces["Jean Petrie"][0]["left"], traces["Jean Petrie"][1]["left"]) == (
        None,
        str(cast.jean.left),
    )
    assert Entry.objects.about(made.uuid).get().kind == "roll"
    assert broken(Entry.objects.all()) == []


def test_nobody_leaves_when_only_some_are_in_the_file(cast: Cast) -> None:
    made = bring_in([row("Rhys Tan")], by=cast.maud, whole_roll=False)
    assert (made.added, made.left, made.members) == (1, 0, 7)


def test_the_same_file_again_changes_nothing(cast: Cast) -> None:
    rows = [*as_they_are(), row("Rhys Tan")]
    bring_in(rows, by=cast.maud)
    again = actions.compare_roll(rows, whole_roll=True)
    assert not (again.added or again.changed or again.missing or again.branches)
    assert len(again.kept) == 7


def test_who_left_comes_back_as_the_same_member_without_her_old_role(cast: Cast) -> None:
    rows = as_they_are()
    bring_in([each for each in rows if each.name != "Bill Hartley"], by=cast.maud)
    last = RoleChange.objects.filter(member=cast.bill).last()
    assert last is not None
    assert (last.given, last.by) == (False, cast.maud)
    assert Entry.objects.about(last.uuid).exists()
    difference = actions.compare_roll(rows, whole_roll=True)
    assert [each.returns for each in difference.changed] == [True]
    bring_in(rows, by=cast.maud)
    bill = Member.objects.get(pk=cast.bill.pk)
    assert (bill.left, bill.is_active, bill.roles()) == (None, True, set())


def test_the_last_administrator_stays(cast: Cast) -> None:
    rows = [each for each in as_they_are() if each.name != "Nell Varga"]
    assert [each.name for each in actions.compare_roll(rows, whole_roll=True).staying] == ["Nell Varga"]
    made = bring_in(rows, by=cast.maud)
    nell = Member.objects.get(pk=cast.nell.pk)
    assert (made.left, nell.left, nell.is_administrator) == (0, None, True)


def test_an_administrator_leaves_when_another_stays(cast: Cast) -> None:
    actions.give_role(cast.jean, Role.ADMINISTRATOR, by=cast.nell)
    rows = [each for each in as_they_are() if each.name != "Nell Varga"]
    assert bring_in(rows, by=cast.maud).left == 1
    with pytest.raises(ValueError, match="last administrator"):
        actions.take_role_back(cast.jean, Role.ADMINISTRATOR, by=cast.jean)


@pytest.mark.django_db(transaction=True)
def test_nothing_of_a_failed_import_remains(cast: Cast) -> None:
    before, log = as_they_are(), Entry.objects.count()
    spoilt = Row("Two Of Her", "rhys@lantern.example", "Nowhere", DAY)
    with pytest.raises(Exception, match=r"UNIQUE|unique"):
        bring_in([*before[:2], row("Rhys Tan"), spoilt], by=cast.maud)
    assert as_they_are() == before
    assert Entry.objects.count() == log
    assert not Branch.objects.filter(path="Nowhere").exists()
    assert not later_imports().exists()


def test_three_thousand_members_come_in_at_once(cast: Cast, django_assert_max_num_queries) -> None:
    rows = [Row(f"Member {n}", f"m{n}@lantern.example", f"North/Branch {n % 40}", DAY) for n in range(3000)]
    with django_assert_max_num_queries(120):
        assert bring_in(rows, by=cast.maud, whole_roll=False).added == 3000
    changed = [Row(each.name, each.email, "North/Merged", each.joined) for each in rows]
    with django_assert_max_num_queries(65):
        assert bring_in(changed, by=cast.maud, whole_roll=False).changed == 3000


def test_an_organiser_looks_and_then_brings_in(cast: Cast) -> None:
    client = signed_in(cast.maud)
    page = upload(client, as_csv([*as_they_are()[1:], row("Rhys Tan", "East/Holt")]))
    assert "Rhys Tan" in page
    assert "East/Holt" in page
    assert "cannot sign in any more" in page
    assert not Member.objects.filter(name="Rhys Tan").exists()
    (file,) = kept_files()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    answer = client.post("/members/import/", {"ticket": ticket_of(page)}, follow=True)
    assert "The roll is up to date: 1 added, 0 changed, 1 left." in answer.content.decode()
    assert Member.objects.filter(name="Rhys Tan").exists()
    assert kept_files() == []
    assert later_imports().get().by == cast.maud


def test_every_bad_row_is_listed_and_nothing_is_kept(cast: Cast) -> None:
    text = as_csv(as_they_are()) + "Rhys Tan,rhys@,East,2019-05-31\nNobody,no@body.example,East,soon\n"
    page = upload(signed_in(cast.maud), text)
    assert "2 rows do not fit" in page
    assert "<title>Error: Bring in a roll" in page
    assert '<th scope="row">8</th><td dir="auto">“rhys@” is not an email address.</td>' in page
    assert '<th scope="row">9</th><td dir="auto">“soon” is not a date.</td>' in page
    assert "6 other rows are as they should be." in page
    assert kept_files() == []
    assert not later_imports().exists()


def test_a_file_without_a_column_is_told_by_the_field(cast: Cast) -> None:
    page = upload(signed_in(cast.maud), "name,branch,joined\nJean,Marl,2019-05-31\n")
    assert 'id="id_file_error">That file has no email column. Add one and upload again.</div>' in page
    assert 'href="#id_file"' in page


def test_whether_it_is_the_whole_roll_must_be_said(cast: Cast) -> None:
    page = upload(signed_in(cast.maud), as_csv(as_they_are()), extent="")
    assert "Say whether everybody is in the file." in page


def test_a_roll_that_is_the_same_has_nothing_to_confirm(cast: Cast) -> None:
    page = upload(signed_in(cast.maud), as_csv(as_they_are()))
    assert "there is nothing to bring in" in page
    assert 'name="ticket"' not in page
    assert kept_files() == []


def test_a_file_without_most_of_the_roll_is_asked_about(cast: Cast) -> None:
    question = "Is everybody in this file?"
    page = upload(signed_in(cast.maud), as_csv(as_they_are()[:2]))
    assert "3 members would leave." in page
    assert question in page
    assert question not in upload(signed_in(cast.maud), as_csv([*as_they_are(), row("Rhys Tan")]))
    assert question not in upload(signed_in(cast.maud), as_csv([row("Rhys Tan")]), extent="some")


def test_changing_ones_mind_deletes_the_file(cast: Cast) -> None:
    client = signed_in(cast.maud)
    ticket = ticket_of(upload(client, as_csv([row("Rhys Tan")])))
    client.post("/members/import/", {"ticket": ticket, "cancel": "1"})
    assert kept_files() == []
    assert not later_imports().exists()


def test_what_was_shown_cannot_be_exchanged(cast: Cast) -> None:
    client = signed_in(cast.maud)
    ticket = ticket_of(upload(client, as_csv([row("Rhys Tan")]), extent="some"))
    for forged in (ticket[:-2], "nonsense", ""):
        answer = client.post("/members/import/", {"ticket": forged}, follow=True)
        assert "That file is no longer here. Upload it again." in answer.content.decode()
    answer = signed_in(cast.nell).post("/members/import/", {"ticket": ticket}, follow=True)
    assert "That file is no longer here." in answer.content.decode()
    (file,) = kept_files()
    file.write_text(as_csv([row("Mallory Pike")]))
    client.post("/members/import/", {"ticket": ticket})
    assert not later_imports().exists()


def test_a_file_is_brought_in_once(cast: Cast) -> None:
    client = signed_in(cast.maud)
    ticket = ticket_of(upload(client, as_csv([row("Rhys Tan")]), extent="some"))
    client.post("/members/import/", {"ticket": ticket})
    client.post("/members/import/", {"ticket": ticket})
    assert later_imports().count() == 1


def test_a_roll_that_changed_meanwhile_is_shown_again(cast: Cast) -> None:
    client = signed_in(cast.maud)
    page = upload(client, as_csv([row("Rhys Tan"), row("Zoe Finch")]), extent="some")
    bring_in([row("Zoe Finch")], by=cast.nell, whole_roll=False)
    answer = client.post("/members/import/", {"ticket": ticket_of(page)}).content.decode()
    assert "The roll was changed meanwhile. Look at the difference again." in answer
    assert not Member.objects.filter(name="Rhys Tan").exists()
    client.post("/members/import/", {"ticket": ticket_of(answer)})
    assert Member.objects.filter(name="Rhys Tan").exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_confirm_at_once_the_second_looks_again(cast: Cast, monkeypatch) -> None:
    maud, nell = signed_in(cast.maud), signed_in(cast.nell)
    one = ticket_of(upload(maud, as_csv([row("Rhys Tan")]), extent="some"))
    other = ticket_of(upload(nell, as_csv([row("Rhys Pugh")]), extent="some"))
    together = threading.Barrier(2, timeout=20)
    import_roll = actions.import_roll

    def at_once(*rows, **given):
        together.wait()
        return import_roll(*rows, **given)

    monkeypatch.setattr(actions, "import_roll", at_once)
    pages: list[str] = []

    def press(client: Client, ticket: str) -> None:
        pages.append(client.post("/members/import/", {"ticket": ticket}).content.decode())
        connections.close_all()

    presses = [threading.Thread(target=press, args=each) for each in ((maud, one), (nell, other))]
    for each in presses:
        each.start()
    for each in presses:
        each.join()
    assert later_imports().get().added == 1
    # Who was first is led to the roll, an answer without a page.
    (again,) = [page for page in pages if page]
    assert "The roll was changed meanwhile." in again


def test_a_message_writes_large_numbers_with_commas(cast: Cast) -> None:
    client = signed_in(cast.maud)
    rows = [Row(f"Member {n}", f"m{n}@lantern.example", "North", DAY) for n in range(1001)]
    ticket = ticket_of(upload(client, as_csv(rows), extent="some"))
    answer = client.post("/members/import/", {"ticket": ticket}, follow=True).content.decode()
    assert "1,001 added, 0 changed, 0 left." in answer


def test_a_file_over_20_mb_is_told_by_the_field(cast: Cast) -> None:
    page = upload(signed_in(cast.maud), "x" * (LIMIT + 1))
    assert 'id="id_file_error">That file is larger than 20 MB.' in page
    assert kept_files() == []


def test_a_file_that_nobody_confirmed_is_deleted_after_a_day(cast: Cast) -> None:
    upload(signed_in(cast.maud), as_csv([row("Rhys Tan")]))
    uploads.sweep()
    (file,) = kept_files()
    long_ago = time.time() - uploads.KEPT_SECONDS - 1
    os.utime(file, (long_ago, long_ago))
    uploads.sweep()
    assert kept_files() == []


def test_only_organisers_and_administrators_bring_in_a_roll(cast: Cast) -> None:
    assert Client().get("/members/import/").url.startswith("/account/login/")
    for member in (cast.jean, cast.ada, cast.bill):
        assert signed_in(member).get("/members/import/").status_code == 403
    for member in (cast.maud, cast.nell):
        assert signed_in(member).get("/members/import/").status_code == 200
