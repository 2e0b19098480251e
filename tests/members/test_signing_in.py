"""The roll decides who may sign in: an import lets people in, and leaving shuts the door at once."""

from __future__ import annotations

import datetime

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from folkmoot.members import actions
from folkmoot.members.models import Member
from folkmoot.members.roll import Row
from tests.people import Cast, signed_in

DAY = datetime.date(2019, 5, 1)


@pytest.fixture(autouse=True)
def forget_earlier_requests() -> None:
    cache.clear()


@pytest.fixture
def ask(django_capture_on_commit_callbacks):
    def ask(client: Client, address: str) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(reverse("account_login"), {"login": address}, follow=True)
        return answer.content.decode()

    return ask


def only(*members: Member) -> list[Row]:
    return [Row(each.name, each.email, each.branch.path, each.joined) for each in members if each.branch]


def signs_in(client: Client, code: str) -> bool:
    client.post(reverse("account_confirm_login_code"), {"code": code})
    return "_auth_user_id" in client.session


def test_a_member_from_the_file_signs_in_however_she_writes_her_address(cast: Cast, ask) -> None:
    rows = [Row("Rhys Tan", "rhys@lantern.example", "", DAY)]
    actions.import_roll(rows, file_digest="d" * 64, by=cast.maud, whole_roll=False)
    client = Client()
    ask(client, "Rhys@Lantern.example")
    assert signs_in(client, mail.outbox[-1].subject.split()[0])
    assert "Rhys Tan" in client.get("/members/").content.decode()


def test_a_code_opens_no_other_door_and_not_twice(cast: Cast, ask) -> None:
    jean, stranger = Client(), Client()
    ask(jean, cast.jean.email)
    code = mail.outbox[-1].subject.split()[0]
    ask(stranger, cast.idris.email)
    assert not signs_in(stranger, code)
    assert signs_in(jean, code)


def test_guessing_codes_ends(cast: Cast, ask) -> None:
    client = Client()
    ask(client, cast.jean.email)
    code = mail.outbox[-1].subject.split()[0]
    for _guess in range(5):
        assert not signs_in(client, "WRONG1")
    assert not signs_in(client, code)


def test_who_left_cannot_sign_in_and_is_signed_out(cast: Cast, ask) -> None:
    inside = signed_in(cast.jean)
    assert inside.get("/members/").status_code == 200
    waiting = Client()
    ask(waiting, cast.jean.email)
    code = mail.outbox[-1].subject.split()[0]
    rest = only(cast.maud, cast.idris, cast.ada, cast.bill, cast.nell)
    actions.import_roll(rest, file_digest="d" * 64, by=cast.maud, whole_roll=True)
    assert inside.get("/members/").status_code == 302
    assert not signs_in(waiting, code)
    client = Client()
    sent = len(mail.outbox)
    ask(client, cast.jean.email)
    assert not any(signs_in(client, each.subject.split()[0]) for each in mail.outbox[sent:])
