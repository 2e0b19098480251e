"""Whoever came onto the roll after it was frozen for an assembly cannot answer it as a member."""

from __future__ import annotations

import csv
import datetime
import io

import pytest
from django.core.exceptions import ValidationError

from folkmoot.convene.links import link_rows
from folkmoot.listen import actions as listen
from folkmoot.listen.turnout import turnout
from folkmoot.members import actions
from folkmoot.members.models import Member
from folkmoot.members.roll import Row
from tests.people import Cast, opened, signed_in


def joins(cast: Cast, email: str = "rhys@lantern.example") -> Member:
    row = Row("Rhys Tan", email, "South/Marl", datetime.date(2020, 1, 1))
    actions.import_roll([row], file_digest="d" * 64, by=cast.maud, whole_roll=False)
    return Member.objects.get(email=email)


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


def test_a_member_who_came_later_is_told_at_the_door_and_when_she_answers(cast: Cast) -> None:
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
        assert ("answer by the open link" in refused.content.decode()) == more
        assert assembly.participations.count() == 0
        assert "Answer now" in signed_in(cast.jean).get(f"/a/{assembly.uuid}/").content.decode()


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
        listen.Incoming(
            answers=[(question, {"text": "On paper."}, assembly.moment())], member=member, channel="paper"
        )
        for member in (cast.jean, rhys)
    ]
    with pytest.raises(ValidationError, match="Rhys Tan was not on the roll when it was frozen"):
        listen.take_in(assembly, people, source="paper", file_digest="ab" * 32, by=cast.maud)
    listen.take_in(assembly, people[:1], source="paper", file_digest="ab" * 32, by=cast.maud)
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
