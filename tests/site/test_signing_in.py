"""A member signs in by a code from her mail; whether an address is on the roll is nobody's business."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.people import Cast, signed_in

Ask = Callable[[Client, str], str]


@pytest.fixture(autouse=True)
def forget_earlier_requests() -> None:
    """Codes are limited by the minute, and tests are quicker than people."""
    cache.clear()


@pytest.fixture
def ask_for_code(django_capture_on_commit_callbacks) -> Ask:
    """Asks for a code and gives what the visitor sees then; mail leaves after the commit."""

    def ask(client: Client, address: str) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(reverse("account_login"), {"login": address}, follow=True)
        assert answer.status_code == 200
        return answer.content.decode()

    return ask


def test_a_member_signs_in_by_a_code_from_her_mail(cast: Cast, ask_for_code: Ask) -> None:
    client = Client()
    page = ask_for_code(client, cast.jean.email)
    assert "Type the code" in page
    message = mail.outbox[-1]
    assert message.to == [cast.jean.email]
    code = message.subject.split()[0]
    assert code in message.body
    answer = client.post(reverse("account_confirm_login_code"), {"code": code})
    assert answer.status_code == 302
    assert int(client.session["_auth_user_id"]) == cast.jean.pk


def test_a_stranger_sees_what_a_member_sees_and_gets_no_mail(cast: Cast, ask_for_code: Ask) -> None:
    member, stranger = (
        ask_for_code(Client(), address) for address in (cast.jean.email, "else@lantern.example")
    )
    assert len(mail.outbox) == 1
    assert _anonymous(stranger, "else@lantern.example") == _anonymous(member, cast.jean.email)


def test_a_wrong_code_is_told_by_the_field_and_in_the_summary(cast: Cast, ask_for_code: Ask) -> None:
    client = Client()
    ask_for_code(client, cast.jean.email)
    page = client.post(reverse("account_confirm_login_code"), {"code": "WRONG"}).content.decode()
    assert 'href="#id_code"' in page
    assert 'id="id_code_error"' in page
    assert "_auth_user_id" not in client.session


def test_an_address_that_is_none_is_told(cast: Cast, ask_for_code: Ask) -> None:
    page = ask_for_code(Client(), "jean at lantern")
    assert "<title>Error: Sign in" in page
    assert 'value="jean at lantern"' in page


def test_signing_out_asks_first(cast: Cast) -> None:
    client = signed_in(cast.jean)
    assert "Sign out?" in client.get(reverse("account_logout")).content.decode()
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_a_member_may_look_after_passkeys(cast: Cast, ask_for_code: Ask) -> None:
    client = Client()
    ask_for_code(client, cast.jean.email)
    client.post(reverse("account_confirm_login_code"), {"code": mail.outbox[-1].subject.split()[0]})
    for name in ("mfa_index", "mfa_list_webauthn", "mfa_add_webauthn"):
        page = client.get(reverse(name)).content.decode()
        assert "passkey" in page, name
        assert "Jean Petrie" in page, name


def test_nobody_signs_up(cast: Cast) -> None:
    page = Client().get(reverse("account_signup")).content.decode()
    assert "Nobody signs up here" in page


def test_a_visitor_is_not_offered_what_an_organiser_is(cast: Cast) -> None:
    visitor = Client().get(reverse("account_login")).content.decode()
    assert 'aria-current="page">Sign in' in visitor
    assert "Sign out" not in visitor


def test_the_sign_in_page_runs_no_script_of_its_own(cast: Cast) -> None:
    answer = Client().get(reverse("account_login"))
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    for script in re.findall(r"<script\b[^>]*>", answer.content.decode()):
        assert "src=" in script or 'type="application/json"' in script


def _anonymous(page: str, address: str) -> str:
    """The page without the address and the tokens that differ from visit to visit."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.replace(address, ""))
