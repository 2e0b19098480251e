"""Who sits here: what signing out, a shared device and a link opened twice do to somebody's seat."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from folkmoot.convene import actions as convene
from folkmoot.convene.models import Assembly
from folkmoot.listen import voices
from folkmoot.listen.models import Participation, Response
from folkmoot.publiclog.models import Entry
from tests.listen.test_answering import address, link_of, text
from tests.people import opened, signed_in


@pytest.fixture
def assembly(cast):
    cache.clear()
    return opened(cast.maud)


def sign_out(client: Client) -> None:
    """What signing out does to a browser: the session ends, other cookies stay."""
    client.session.flush()
    del client.cookies["sessionid"]


def test_whoever_comes_after_she_signed_out_does_not_read_her_answer(cast, assembly):
    convene.invite(assembly, [cast.jean])
    client = signed_in(cast.jean)
    client.post(address(assembly, "1/"), {"text": "Only mine."})
    sign_out(client)
    page = client.get(address(assembly, "1/"))
    assert page.status_code == 200
    assert "Only mine." not in text(page)
    client.post(address(assembly, "1/"), {"text": "Somebody else."})
    assert list(Participation.objects.values_list("member__name", flat=True)) == ["Jean Petrie", None]


def test_after_signing_out_of_a_members_assembly_the_page_says_how_to_come_back(cast):
    assembly = opened(cast.maud, access=Assembly.Access.MEMBERS)
    convene.invite(assembly, [cast.jean])
    client = signed_in(cast.jean)
    client.post(address(assembly, "1/"), {"text": "Only mine."})
    sign_out(client)
    page = client.get(address(assembly, "1/"))
    assert page.status_code == 403
    assert "Open the personal link that you were sent, or sign in" in text(page)


def test_after_signing_out_a_link_seats_her_and_shows_nothing_she_said_signed_in(cast, assembly, client):
    client.get(link_of(assembly, cast.jean))
    client.force_login(cast.jean, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post(address(assembly, "1/"), {"text": "Mine."})
    sign_out(client)
    page = text(client.get(address(assembly)))
    assert "You answer as a member: Jean Petrie" in page
    assert "You came by your personal link." in page
    assert "Mine." not in text(client.get(address(assembly, "1/")))
    assert client.post(address(assembly, "1/"), {"text": "Whose?"}).status_code == 409
    assert Participation.objects.get().member == cast.jean


def test_somebody_elses_session_does_not_take_over_a_link(cast, assembly, client):
    client.get(link_of(assembly, cast.jean))
    client.post(address(assembly, "1/"), {"text": "Jean speaking."})
    client.force_login(cast.idris, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "Jean speaking." not in text(client.get(address(assembly, "1/")))
    client.post(address(assembly, "1/"), {"text": "Idris speaking."})
    assert set(Participation.objects.values_list("member__name", flat=True)) == {"Jean Petrie", "Idris Bowen"}


def test_emptying_an_answer_takes_it_back_and_every_version_stays(cast, assembly):
    client = signed_in(cast.jean)
    for words in ("Not so fast.", "", ""):
        client.post(address(assembly, "1/"), {"text": words})
    assert list(Response.objects.values_list("number", "content")) == [
        (1, {"text": "Not so fast."}),
        (2, {"text": ""}),
    ]
    assert Response.objects.standing().get().content == {"text": ""}
    assert Entry.objects.filter(kind="response").count() == 2
    assert "Not so fast." not in text(client.get(address(assembly, "1/")))


def test_priorities_that_were_taken_back_are_not_counted_among_those_who_ranked(cast, assembly):
    jean, idris = signed_in(cast.jean), signed_in(cast.idris)
    for client in (jean, idris):
        client.post(address(assembly, "3/"), {"o1": "1", "o2": "2"})
    jean.post(address(assembly, "3/"), {})
    question = assembly.questions.get(way="priorities")
    assert [row.ranking for row in voices.rankings(question)] == [["o1", "o2"]]
    assert Response.objects.counted().count() == 3
