"""Whoever spoke may read all that is kept of her, and have it erased; that it was erased stays in the log."""

from __future__ import annotations

import json

import pytest
from django.core.cache import cache

from folkmoot.convene import actions as convene
from folkmoot.listen import actions as listen
from folkmoot.listen.models import Consent, Participation, Response, Statement, Vote
from folkmoot.listen.turnout import turnout
from folkmoot.publiclog.actions import broken, erase
from folkmoot.publiclog.models import Entry, Erasure
from folkmoot.publish import actions as publish
from folkmoot.understand import actions as understand
from tests.people import opened, signed_in

WORDS = "Nobody should have to choose between heating and eating in winter"


@pytest.fixture
def answered(cast):
    cache.clear()
    assembly = opened(cast.maud)
    jean = signed_in(cast.jean)
    address = f"/a/{assembly.uuid}/answer/"
    statement = Statement.objects.first()
    jean.post(f"{address}1/", {"text": WORDS})
    jean.post(f"{address}1/", {"text": WORDS + " at all"})
    jean.post(f"{address}2/vote/", {"statement": str(statement.uuid), "vote": "agree"})
    jean.post(f"{address}2/statement/", {"text": "Trams first."})
    jean.post(f"{address}words/", {"may_print": "yes"})
    return assembly, jean, f"{address}kept/"


def test_she_reads_everything_that_is_kept_of_her(answered, cast):
    _assembly, jean, address = answered
    page = jean.get(address).content.decode()
    assert page.count(WORDS) == 2
    assert "Trams first." in page
    assert "&quot;given&quot;:true" in page
    assert WORDS not in signed_in(cast.idris).get(address).content.decode()


def test_a_link_alone_does_not_show_or_erase_what_was_answered_elsewhere(answered, cast, client):
    assembly, _jean, address = answered
    token = convene.invite(assembly, [cast.jean])[0][1]
    client.get(f"/i/{token}/")
    for page in (address, f"/a/{assembly.uuid}/answer/1/", f"/a/{assembly.uuid}/answer/done/"):
        assert WORDS not in client.get(page).content.decode()
    assert "Nothing was sent from this browser." in client.get(address).content.decode()
    client.post(address, {"sure": "yes"})
    assert Response.objects.count() == 3


def test_the_browser_that_answered_by_a_link_sees_it_again(answered, cast, client):
    assembly, _jean, address = answered
    client.get(f"/i/{convene.invite(assembly, [cast.idris])[0][1]}/")
    client.post(f"/a/{assembly.uuid}/answer/1/", {"text": "Night buses."})
    assert "Night buses." in client.get(f"/a/{assembly.uuid}/answer/1/").content.decode()
    assert "Night buses." in client.get(address).content.decode()


def test_erasing_wants_to_be_meant(answered):
    _assembly, jean, address = answered
    page = jean.post(address, {}, follow=True).content.decode()
    assert "Tick the box first" in page
    assert Response.objects.count() == 3


def test_erased_is_erased_and_the_log_says_so(answered):
    assembly, jean, address = answered
    before = Entry.objects.count()
    jean.post(address, {"sure": "yes"})
    assert Response.objects.count() == Vote.objects.count() == Consent.objects.count() == 0
    assert Participation.objects.count() == 0
    mine = Statement.objects.get(text="Trams first.")
    assert mine.participation is None
    assert turnout(assembly).people == 0
    # Two answers, her votes and her consent; and that the statement was hers.
    assert Erasure.objects.filter(tie=False).count() == 4
    assert Erasure.objects.get(tie=True).item == mine.uuid
    assert Entry.objects.filter(kind="erasure").count() == 5
    assert Entry.objects.count() == before + 5
    assert Entry.objects.filter(salt=None).count() == 4
    assert jean.get("/record/").content.decode().count("erased for good") == 5


def test_what_was_erased_is_not_called_broken(answered):
    _assembly, jean, address = answered
    jean.post(address, {"sure": "yes"})
    assert Entry.objects.filter(salt=None).exists()
    assert broken(Entry.objects.all()) == []


def test_what_the_organisation_did_cannot_be_erased(answered):
    assembly, _jean, _address = answered
    with pytest.raises(ValueError, match="cannot be erased"):
        erase(assembly.timetable, ground="we would rather not", authority="us")


def test_published_files_are_withdrawn_and_the_next_version_is_without_it(answered, cast, client):
    assembly, jean, address = answered
    question = assembly.questions.get(way="open_text", closing=False)
    for number in range(12):
        person = listen.take_part(
            assembly, member=None, token_hash=str(number), started_at=assembly.moment(), seed=1
        )
        listen.respond(person, question, {"text": f"{WORDS}, says number {number}"})
        listen.consent(person, True)
    understand.analyse(understand.ask(assembly))
    first = publish.publish(assembly, by=cast.maud)
    where = f"/a/{assembly.uuid}/findings/1/"
    assert client.get(f"{where}public.zip").status_code == 200
    jean.post(address, {"sure": "yes"})
    publish.withdraw_erased()
    first.refresh_from_db()
    gone = client.get(f"{where}public.zip")
    assert gone.status_code == 410
    assert "asked for it" in gone.content.decode()
    assert not publish.folder_of(first).exists()
    assert first.digests
    assert f"{WORDS} at all" not in first.findings
    assert json.loads(first.findings)["who"]["people"] == 13
    assert publish.draft(assembly) is None
    understand.analyse(understand.ask(assembly))
    second = publish.publish(assembly, by=cast.maud, changed="One person had her answers erased.")
    assert json.loads(second.findings)["who"]["people"] == 12
    publish.withdraw_erased()
    second.refresh_from_db()
    assert second.withdrawn is None
