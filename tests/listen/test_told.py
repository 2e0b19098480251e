"""A member is told when an answer is given in her name, and never what it said."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client

from folkmoot.convene.actions import invite
from folkmoot.listen import import_actions
from tests.people import opened, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def assembly(cast):
    return opened(cast.maud)


def answer(client: Client, assembly, text: str) -> None:
    steps = list(assembly.questions.all())
    step = next(n for n, question in enumerate(steps, 1) if question.way == "open_text")
    client.post(f"/a/{assembly.uuid}/answer/{step}/", {"text": text})


def by_link(assembly, member) -> Client:
    client = Client()
    [(_member, token)] = invite(assembly, [member])
    client.get(f"/i/{token}/")
    return client


def test_her_first_answer_is_told_to_her_once(assembly, cast, django_capture_on_commit_callbacks):
    client = by_link(assembly, cast.jean)
    with django_capture_on_commit_callbacks(execute=True):
        answer(client, assembly, "Rents are too high.")
        answer(client, assembly, "Rents are far too high.")
    [told] = mail.outbox
    assert told.to == [cast.jean.email]
    assert told.subject == "An answer was given in your name"
    assert assembly.title in told.body
    assert "/receipts/" in told.body
    assert "Rents" not in told.body


def test_her_link_used_in_another_browser_is_told_once_more(
    assembly, cast, django_capture_on_commit_callbacks
):
    first, other = by_link(assembly, cast.jean), by_link(assembly, cast.jean)
    with django_capture_on_commit_callbacks(execute=True):
        answer(first, assembly, "Rents.")
        answer(other, assembly, "I love the executive.")
        answer(other, assembly, "I love the executive very much.")
    assert len(mail.outbox) == 2
    assert "another browser" in mail.outbox[1].body
    assert mail.outbox[1].to == [cast.jean.email]


def test_once_she_signed_in_another_browser_is_hers(assembly, cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer(by_link(assembly, cast.jean), assembly, "Rents.")
        answer(signed_in(cast.jean), assembly, "Rents, please.")
    assert len(mail.outbox) == 1


def test_somebody_with_the_open_link_has_no_address_to_tell(
    assembly, cast, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer(Client(), assembly, "Rents.")
    assert mail.outbox == []


def test_members_whose_paper_was_typed_in_are_told(assembly, cast, django_capture_on_commit_callbacks):
    question = assembly.questions.get(way="open_text", closing=False)
    people = [
        import_actions.Incoming(
            answers=[(question, {"text": "Rents."}, assembly.moment())], member=member, channel="paper"
        )
        for member in (cast.jean, cast.idris, None)
    ]
    with django_capture_on_commit_callbacks(execute=True):
        import_actions.take_in(assembly, people, source="a stack", file_digest="ab" * 32, by=cast.maud)
    assert sorted(each.to[0] for each in mail.outbox) == sorted([cast.jean.email, cast.idris.email])
    assert all("(paper)" in each.body and "Rents" not in each.body for each in mail.outbox)


def test_people_who_do_not_exist_get_no_mail(assembly, cast, django_capture_on_commit_callbacks):
    question = assembly.questions.get(way="open_text", closing=False)
    person = import_actions.Incoming(
        answers=[(question, {"text": "Rents."}, assembly.moment())], member=cast.jean, channel="paper"
    )
    with django_capture_on_commit_callbacks(execute=True):
        import_actions.take_in(
            assembly, [person], source="x", file_digest="ab" * 32, by=cast.maud, tell=False
        )
    assert mail.outbox == []
