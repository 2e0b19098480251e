"""Who sees what of the roll, and who holds and gives which role."""

from __future__ import annotations

import datetime
import html
import re

import pytest
from django.test import Client

from folkmoot.members import actions
from folkmoot.members.branches import BranchSize, listed
from folkmoot.members.models import Branch, Member, Role, RoleChange
from folkmoot.publiclog.models import Entry
from tests.people import Cast, signed_in


def page_of(member: Member, address: str) -> str:
    answer = signed_in(member).get(address)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def error_at(page: str, field: str) -> str:
    found = re.search(rf'id="id_{field}_error">(.*?)</div>', page, re.DOTALL)
    return found.group(1) if found else ""


def give(client: Client, email: str, role: str) -> str:
    answer = client.post("/members/officers/", {"email": email, "role": role}, follow=True)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def many_in(path: str, number: int) -> None:
    branch = Branch.objects.at(path)
    Member.objects.bulk_create(
        [
            Member(
                name=f"M {n}", email=f"{path}-{n}@l.example", branch=branch, joined=datetime.date(2020, 1, 1)
            )
            for n in range(number)
        ]
    )


@pytest.mark.parametrize("address", ["/members/", "/members/officers/"])
def test_strangers_are_asked_to_sign_in(db: None, address: str) -> None:
    answer = Client().get(address)
    assert answer.status_code == 302
    assert answer.url == f"/account/login/?next={address}"


def test_organisers_see_how_many_members_each_branch_has(cast: Cast) -> None:
    for member in (cast.maud, cast.nell):
        page = page_of(member, "/members/")
        assert "6 members are on the roll." in page
        skelby, north = (
            re.search(rf'<th scope="row" dir="auto">{name}</th>(.*?)</tr>', page, re.DOTALL)
            for name in ("North / Skelby", "North")
        )
        assert skelby and re.findall(r">(\d+)<", skelby.group(1)) == ["2", "2"]
        assert north and re.findall(r">(\d+)<", north.group(1)) == ["0", "4"]


def test_who_left_is_counted_no_more(cast: Cast) -> None:
    Member.objects.filter(pk=cast.jean.pk).update(left=datetime.date(2026, 1, 1), is_active=False)
    assert "5 members are on the roll." in page_of(cast.maud, "/members/")


def test_the_last_imports_are_listed(cast: Cast) -> None:
    assert "6 added, 0 changed, 0 left: 6 on the roll." in page_of(cast.maud, "/members/")
    actions.import_roll([], file_digest="d" * 64, by=cast.nell, whole_roll=False)
    page = page_of(cast.maud, "/members/")
    assert "0 added, 0 changed, 0 left: 6 on the roll." in page
    assert "Brought in by Nell Varga." in page


def test_other_members_see_their_own_entry_and_no_small_branch(cast: Cast) -> None:
    many_in("West/Ford", 12)
    many_in("West/Weir", 9)
    page = page_of(cast.jean, "/members/")
    assert "jean@lantern.example" in page
    assert "31 May 2019" not in page
    assert "1 May 2019" in page
    assert "West / Ford" in page
    assert "West / Weir" not in page
    assert "Branches with fewer than 10 members are not listed" in page
    assert "maud@" not in page
    assert "on the roll." not in page


def sized(*members: int) -> list[BranchSize]:
    return [BranchSize(f"B{number}", size, size) for number, size in enumerate(members)]


@pytest.mark.parametrize(
    ("members", "without", "told"),
    [
        ([50, 40, 30], 0, [50, 40, 30]),
        ([50, 40, 3], 0, [50]),
        ([50, 40, 6, 4], 0, [50, 40]),
        ([50, 40, 3], 7, [50, 40]),
        ([50, 40], 3, [50]),
        ([12, 3], 0, []),
        ([50, 0], 0, [50]),
    ],
)
def test_what_is_left_out_cannot_be_reckoned_from_the_rest(
    members: list[int], without: int, told: list[int]
) -> None:
    shown = listed(sized(*members), on_the_roll=sum(members) + without)
    assert [branch.members for branch in shown] == told


def test_every_member_sees_who_holds_which_role(cast: Cast) -> None:
    actions.give_role(cast.jean, Role.MODERATOR, by=cast.nell)
    page = page_of(cast.idris, "/members/officers/")
    for name in ("Maud Okafor", "Ada Quill", "Bill Hartley", "Nell Varga", "Jean Petrie"):
        assert f'<th scope="row" dir="auto">{name}' in page
    assert '<td dir="auto">Nell Varga</td>' in page
    assert "Give a role" not in page
    assert "Take back" not in page


def test_an_administrator_gives_a_role_and_takes_it_back(cast: Cast) -> None:
    client = signed_in(cast.nell)
    assert "Jean Petrie: Moderator. It is in the record." in give(client, "JEAN@lantern.example", "moderator")
    change = RoleChange.objects.get(member=cast.jean)
    assert (change.role, change.by) == ("moderator", cast.nell)
    answer = client.post(f"/members/officers/{change.uuid}/take-back/", follow=True)
    assert "Jean Petrie is no longer moderator. It is in the record." in answer.content.decode()
    assert Member.objects.get(pk=cast.jean.pk).roles() == set()
    assert Entry.objects.filter(kind="role", item__in=cast.jean.role_changes.values("uuid")).count() == 2


def test_what_is_wrong_with_a_role_is_told_by_the_field(cast: Cast) -> None:
    client = signed_in(cast.nell)
    page = give(client, "else@lantern.example", "auditor")
    assert error_at(page, "email") == "Nobody on the roll has this address. Look it up in the roll."
    assert 'value="else@lantern.example"' in page
    assert error_at(give(client, "jean at lantern", "auditor"), "email").startswith("Write an email address")
    assert error_at(give(client, cast.jean.email, ""), "role") == "Choose a role."
    assert error_at(give(client, cast.jean.email, "queen"), "role") != ""
    assert error_at(give(client, cast.ada.email, "auditor"), "role") == "Ada Quill holds this role already."
    assert not RoleChange.objects.filter(member=cast.jean).exists()


def test_nobody_who_left_gets_a_role(cast: Cast) -> None:
    Member.objects.filter(pk=cast.jean.pk).update(left=datetime.date(2026, 1, 1), is_active=False)
    page = give(signed_in(cast.nell), cast.jean.email, "auditor")
    assert error_at(page, "email").startswith("Nobody on the roll")


def test_the_last_administrator_cannot_be_taken_away(cast: Cast) -> None:
    change = RoleChange.objects.get(member=cast.nell)
    answer = signed_in(cast.nell).post(f"/members/officers/{change.uuid}/take-back/", follow=True)
    assert "The last administrator stays." in answer.content.decode()
    assert Member.objects.get(pk=cast.nell.pk).is_administrator


def test_only_administrators_give_roles_and_take_them_back(cast: Cast) -> None:
    change = RoleChange.objects.get(member=cast.ada)
    for member in (cast.maud, cast.jean, cast.ada):
        client = signed_in(member)
        given = client.post("/members/officers/", {"email": member.email, "role": "administrator"})
        assert given.status_code == 403
        assert client.post(f"/members/officers/{change.uuid}/take-back/").status_code == 403
    assert signed_in(cast.nell).get(f"/members/officers/{change.uuid}/take-back/").status_code == 405
    assert RoleChange.objects.count() == 4
