"""The roll decides who may sign in: an import lets people in, and leaving shuts the door at once."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from folkmoot.members import actions, contact_actions
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


def test_a_code_that_was_sent_to_an_address_of_before_opens_no_door(cast: Cast, ask) -> None:
    """Jean's address is an attacker's for a minute, who keeps the code until it is hers again."""
    contact_actions.change_contact(cast.jean, "evil@else.example", reason="She moved.", by=cast.maud)
    evil = Client()
    ask(evil, "evil@else.example")
    code = mail.outbox[-1].subject.split()[0]
    assert mail.outbox[-1].to == ["evil@else.example"]
    contact_actions.change_contact(cast.jean, "jean@lantern.example", reason="A slip.", by=cast.maud)
    assert not signs_in(evil, code)
    page = evil.get(reverse("account_login")).content.decode()
    assert "That code was sent to another address. Ask for a new one." in page
    jean = Client()
    ask(jean, "jean@lantern.example")
    assert signs_in(jean, mail.outbox[-1].subject.split()[0])


def test_a_passkey_that_came_with_another_address_ends_with_it(cast: Cast) -> None:
    """Those of before the first change are hers and stay; those added since may be somebody else's."""
    hers = Authenticator.objects.create(user=cast.jean, type="webauthn", data={})
    contact_actions.change_contact(cast.jean, "evil@else.example", reason="She moved.", by=cast.maud)
    assert list(Authenticator.objects.all()) == [hers]
    Authenticator.objects.create(user=cast.jean, type="webauthn", data={})
    Authenticator.objects.create(user=cast.jean, type="recovery_codes", data={})
    contact_actions.change_contact(cast.jean, "jean@lantern.example", reason="A slip.", by=cast.maud)
    assert list(Authenticator.objects.all()) == [hers]


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


def test_codes_are_not_asked_for_without_end(cast: Cast, ask) -> None:
    for _time in range(3):
        ask(Client(), cast.jean.email)
    assert len(mail.outbox) == 3
    assert "alert" in ask(Client(), cast.jean.email)
    assert len(mail.outbox) == 3
    ask(Client(), cast.idris.email)
    assert mail.outbox[-1].to == [cast.idris.email]


@pytest.mark.parametrize("address", ["/account/email/", "/account/password/set/", "/account/password/reset/"])
def test_nobody_changes_an_address_or_gets_a_password(cast: Cast, address: str) -> None:
    jean = signed_in(cast.jean)
    given = {"email": cast.jean.email, "password1": "Xk29dj!kdPQ", "password2": "Xk29dj!kdPQ"}
    for client in (jean, Client()):
        assert client.get(address).status_code == 404
        assert client.post(address, given).status_code == 404
    assert mail.outbox == []


def test_a_member_cannot_be_on_the_roll_twice_by_another_address(cast: Cast) -> None:
    jean = signed_in(cast.jean)
    jean.post("/account/email/", {"action_add": "", "email": "other@lantern.example"})
    jean.post("/account/email/", {"action_primary": "", "email": "other@lantern.example"})
    assert Member.objects.get(pk=cast.jean.pk).email == "jean@lantern.example"
    made = actions.import_roll(only(cast.jean), file_digest="d" * 64, by=cast.maud, whole_roll=False)
    assert made.added == 0


@pytest.mark.parametrize(("proxy", "seen"), [("true", "81.2.3.4"), ("false", "10.0.0.1")])
def test_requests_are_counted_by_the_address_that_our_own_proxy_saw(
    proxy: str, seen: str, tmp_path: Path
) -> None:
    code = (
        "import django; django.setup()\n"
        "from allauth.account.adapter import get_adapter\n"
        "from django.test import RequestFactory\n"
        "request = RequestFactory().get('/', REMOTE_ADDR='10.0.0.1',"
        " HTTP_X_FORWARDED_FOR='6.6.6.6, 81.2.3.4')\n"
        "print(get_adapter(request).get_client_ip(request))\n"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FOLKMOOT_")} | {
        "DJANGO_SETTINGS_MODULE": "folkmoot.site.settings",
        "FOLKMOOT_DATA": str(tmp_path),
        "FOLKMOOT_TRUSTED_PROXY": proxy,
    }
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == seen
