"""Whoever came onto the roll after it was frozen for an assembly cannot answer it as a member."""

from __future__ import annotations

import csv
import datetime
import io
import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from folkmoot.convene.links import link_rows
from folkmoot.listen import actions as listen
from folkmoot.listen import import_actions
from folkmoot.listen.turnout import turnout
from folkmoot.members import actions
from folkmoot.members.models import Member
from folkmoot.members.roll import Row
from tests.listen.test_answering import text
from tests.people import Cast, closed, opened, signed_in


def joins(cast: Cast, email: str = "rhys@lantern.example") -> Member:
    row = Row("Rhys Tan", email, "South/Marl", datetime.date(2020, 1, 1))
    actions.import_roll([row], file_digest="d" * 64, by=cast.maud, whole_roll=False)
    return Member.objects.get(email=email)


def fields_of(page: Any) -> dict[str, str]:
    """What the form of a page sends when its button is pressed."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.content.decode())
    return dict(found)


def test_she_gets_no_personal_link(cast: Cast) -> None:
    assembly = opened(cast.maud)
    joins(cast)
    links = list(csv.DictReader(io.StringIO("".join(link_rows(assembly)).lstrip("\ufeff"))))
    assert len(links) == 6
    assert "Rhys Tan" not in {row["name"] for row in links}
    assert (
        "6 members were on the roll"
        in signed_in(cast.maud).get(f"/a/{assembly.uuid}/links/").content.decode()
    )
    again = opened(cast.maud)
    assert "Rhys Tan" in "".join(link_rows(again))


def test_a_member_who_came_later_is_told_on_the_assemblys_page_and_when_she_answers(cast: Cast) -> None:
    for access, more in (("members", False), ("both", True)):
        assembly = opened(cast.maud, access=access)
        client = signed_in(joins(cast, f"rhys.{access}@lantern.example"))
        page = client.get(f"/a/{assembly.uuid}/").content.decode()
        assert "You came onto the roll after it was frozen for this assembly" in page
        assert "Answer now" not in page
        assert ("Sign out, and answer" in page) == more
        refused = client.post(f"/a/{assembly.uuid}/answer/1/", {"text": "Rents.", "version": "1"})
        assert refused.status_code == 409
        assert "you came onto the roll after it was frozen" in refused.content.decode()
        assert "Rents.</textarea>" in refused.content.decode()
        assert ("answer by the open link" in refused.content.decode()) == more
        assert assembly.participations.count() == 0
        assert "Answer now" in signed_in(cast.jean).get(f"/a/{assembly.uuid}/").content.decode()


@pytest.mark.parametrize("page", ["", "1/", "2/", "words/", "done/", "kept/"])
def test_she_is_told_at_the_door_before_she_writes(cast: Cast, page: str) -> None:
    assembly = opened(cast.maud, access="members")
    door = signed_in(joins(cast)).get(f"/a/{assembly.uuid}/answer/{page}")
    assert door.status_code == 403
    told = text(door)
    assert "You came onto the roll after it was frozen for this assembly." in told
    assert "This one is for members only." in told
    assert "Begin" not in told
    assert "open link" not in told
    assert "Sign in by a code" not in told
    assert b"<form" not in door.content
    let_in = signed_in(cast.jean).get(f"/a/{assembly.uuid}/answer/{page}", follow=True)
    assert let_in.status_code == 200
    assert "You came onto the roll after" not in text(let_in)


def test_from_the_door_she_signs_out_and_answers_by_the_open_link(cast: Cast) -> None:
    assembly = opened(cast.maud)
    client = signed_in(joins(cast))
    door = client.get(f"/a/{assembly.uuid}/answer/")
    assert "You can answer by the open link, like anybody who has it." in text(door)
    begin = client.post("/account/logout/", fields_of(door), follow=True)
    assert "You answer by the open link, without a name." in text(begin)
    assert client.post(f"/a/{assembly.uuid}/answer/1/", {"text": "Rents.", "version": "1"}).status_code == 302
    assert (turnout(assembly).members, turnout(assembly).link) == (0, 1)


def test_what_she_said_by_the_open_link_is_hers_again_once_she_signs_out(cast: Cast) -> None:
    assembly = opened(cast.maud)
    client, rhys = Client(), joins(cast)
    client.post(f"/a/{assembly.uuid}/answer/1/", {"text": "Warm homes.", "version": "1"})
    client.force_login(rhys, backend="allauth.account.auth_backends.AuthenticationBackend")
    door = client.get(f"/a/{assembly.uuid}/answer/1/")
    assert "Warm homes." not in text(door)
    client.post("/account/logout/", fields_of(door))
    assert "Warm homes." in text(client.get(f"/a/{assembly.uuid}/answer/1/"))


def test_before_the_opening_she_is_told_from_when_the_open_link_works(cast: Cast) -> None:
    assembly = opened(cast.maud, opens=timezone.now() + datetime.timedelta(days=1))
    told = text(signed_in(joins(cast)).get(f"/a/{assembly.uuid}/answer/"))
    assert "From then on you can answer by the open link" in told
    assert "Your link works from then on" not in told


def test_after_the_close_she_is_offered_no_other_way(cast: Cast) -> None:
    assembly = opened(cast.maud)
    rhys = joins(cast)
    told = text(signed_in(rhys).get(f"/a/{closed(assembly).uuid}/answer/"))
    assert "New answers are not taken in any more." in told
    assert "open link" not in told


def test_whatever_was_said_in_her_name_all_the_same_she_can_see(cast: Cast) -> None:
    assembly = opened(cast.maud)
    signed_in(cast.jean).post(f"/a/{assembly.uuid}/answer/1/", {"text": "Rents.", "version": "1"})
    rhys = joins(cast)
    assembly.participations.update(member=rhys)
    kept = signed_in(rhys).get(f"/a/{assembly.uuid}/answer/kept/")
    assert kept.status_code == 200
    assert "Rents." in text(kept)


def test_who_came_later_answers_by_the_open_link_like_anybody(cast: Cast) -> None:
    assembly = opened(cast.maud)
    client = signed_in(joins(cast))
    client.post("/account/logout/")
    assert client.post(f"/a/{assembly.uuid}/answer/1/", {"text": "Rents.", "version": "1"}).status_code == 302
    found = turnout(assembly)
    assert (found.people, found.members, found.link) == (1, 0, 1)


def test_answers_of_a_file_are_not_in_the_name_of_who_came_later(cast: Cast) -> None:
    assembly = opened(cast.maud)
    rhys = joins(cast)
    question = assembly.questions.get(way="open_text", closing=False)
    people = [
        import_actions.Incoming(
            answers=[(question, {"text": "On paper."}, assembly.moment())], member=member, channel="paper"
        )
        for member in (cast.jean, rhys)
    ]
    with pytest.raises(ValidationError, match="Rhys Tan was not on the roll when it was frozen"):
        import_actions.take_in(assembly, people, source="paper", file_digest="ab" * 32, by=cast.maud)
    import_actions.take_in(assembly, people[:1], source="paper", file_digest="ab" * 32, by=cast.maud)
    assert turnout(assembly).members == 1


def test_a_member_who_is_put_into_an_assembly_past_the_actions_counts_in_no_branch(cast: Cast) -> None:
    assembly = opened(cast.maud)
    person = listen.take_part(
        assembly, member=cast.jean, token_hash="x", started_at=assembly.moment(), seed=1
    )
    listen.respond(person, assembly.questions.get(way="open_text", closing=False), {"text": "Rents."})
    assembly.participations.update(member=joins(cast))
    found = turnout(assembly)
    assert (found.members, found.link) == (0, 1)
    assert sum(part.people or 0 for part in found.branches) == 0
