"""Where do I stand: one's own place on a published map, for oneself alone."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from folkmoot.convene import actions as convene
from folkmoot.listen import actions as listen
from folkmoot.listen.models import Statement
from folkmoot.publish import actions as publish
from folkmoot.publish.sentences import NO_BREAK
from folkmoot.understand import actions as understand
from tests.people import Cast, closed, opened, signed_in


@pytest.fixture
def published(cast: Cast) -> Any:
    """Two camps of twenty; Idris is in the first, Jean voted on one statement alone, Ada not at all."""
    cache.clear()
    assembly = opened(cast.maud)
    question = assembly.questions.get(way="statements")
    for number in range(8):
        listen.put_statement(question, f"Statement number {number} is right.", by=cast.maud)
    names = [str(row.uuid) for row in Statement.objects.filter(question=question).order_by("pk")]

    def vote(camp: int, *, member: Any = None, token: str | None = None, only: int | None = None) -> None:
        person = listen.take_part(
            assembly, member=member, token_hash=token, started_at=assembly.moment(), seed=1
        )
        votes = {name: camp if place % 2 else -camp for place, name in enumerate(names)}
        listen.respond(person, question, {"votes": dict(list(votes.items())[:only])})

    for number in range(40):
        vote(1 if number % 2 else -1, token=f"{number}")
    vote(1, member=cast.idris)
    vote(-1, member=cast.jean, only=1)
    assembly = closed(assembly)
    understand.analyse(understand.ask(assembly))
    return publish.publish(assembly, by=cast.maud)


def address(publication: Any) -> str:
    return reverse("publish:stand", args=[publication.assembly.uuid, publication.number])


def read(answer: Any) -> str:
    text = html.unescape(re.sub(r"<[^>]*>", " ", answer.content.decode()))
    return " ".join(text.replace(NO_BREAK, " ").split())


def test_who_answered_sees_her_place_her_group_and_her_votes_beside_the_others(
    published: Any, cast: Cast
) -> None:
    answer = signed_in(cast.idris).get(address(published))
    text = read(answer)
    assert re.search(r"You are in group [AB], with 5 in 10 of those on the map\.", text)
    assert "you belong there with a likelihood of" in text
    assert 'class="own"' in answer.content.decode()
    assert "Your votes beside those of the others" in text
    assert "Statement number 7 is right. agree 21 (51 %)" in text
    assert "no-store" in answer["Cache-Control"]


def test_who_voted_on_too_little_is_told_so(published: Any, cast: Cast) -> None:
    answer = signed_in(cast.jean).get(address(published))
    assert "You voted on too few statements to be placed in a group" in read(answer)
    assert 'class="own"' not in answer.content.decode()


def test_who_did_not_answer_and_strangers_see_no_place(published: Any, cast: Cast) -> None:
    for client in (signed_in(cast.ada), Client()):
        answer = client.get(address(published))
        assert answer.status_code == 200
        assert "This browser does not know who you are" in read(answer)
        assert 'class="own"' not in answer.content.decode()


def test_a_personal_link_opened_elsewhere_does_not_show_her_place(published: Any, cast: Cast) -> None:
    # Whoever holds the link, an organiser who listed them for instance, opens it in a browser of his own.
    token = convene.invite(published.assembly, [cast.idris])[0][1]
    client = Client()
    client.get(f"/i/{token}/")
    assert 'class="own"' not in client.get(address(published)).content.decode()


def test_after_an_erasure_nothing_is_kept_to_draw_a_place_from(published: Any, cast: Cast) -> None:
    understand.forget(published.assembly)
    assert "What this map was made from is no longer kept" in read(
        signed_in(cast.idris).get(address(published))
    )


def test_the_findings_lead_to_ones_own_place(published: Any) -> None:
    page = Client().get(reverse("publish:findings", args=[published.assembly.uuid])).content.decode()
    assert f'href="{address(published)}"' in page
