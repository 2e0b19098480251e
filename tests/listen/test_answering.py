"""Answering through the real addresses, without JavaScript: what a member with an old phone does."""

from __future__ import annotations

import datetime
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from folkmoot.convene import actions as convene
from folkmoot.convene.models import Assembly, Invitation, Timetable
from folkmoot.listen import actions, live, presence
from folkmoot.listen.models import Consent, Participation, Response, Statement, Vote
from folkmoot.members.models import Member
from folkmoot.methods.transparency import leaf_hash
from folkmoot.publiclog.actions import broken
from folkmoot.publiclog.models import Entry
from folkmoot.publiclog.receipts import receipt_name
from tests.people import closed, draft, opened, signed_in


@pytest.fixture
def assembly(cast):
    cache.clear()
    return opened(cast.maud)


def address(assembly, rest: str = "") -> str:
    return f"/a/{assembly.uuid}/answer/{rest}"


def link_of(assembly, member) -> str:
    return f"/i/{convene.invite(assembly, [member])[0][1]}/"


def text(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_a_member_answers_by_her_personal_link_in_two_minutes(cast, assembly, client):
    page = client.get(link_of(assembly, cast.jean), follow=True)
    assert "You answer as a member: Jean Petrie" in text(page)
    assert Participation.objects.count() == 0
    after = client.post(address(assembly, "1/"), {"text": "Warm homes.\r\nAnd a bus."}, follow=True)
    assert after.redirect_chain[-1][0].endswith("/answer/2/")
    first = Statement.objects.first()
    client.post(address(assembly, "2/vote/"), {"statement": str(first.uuid), "vote": "agree"})
    client.post(address(assembly, "3/"), {"o1": "2", "o3": "1"})
    client.post(address(assembly, "4/"), {"text": "Why the hurry?"})
    last = client.post(address(assembly, "words/"), {"may_print": "yes"}, follow=True)
    participation = Participation.objects.get()
    assert "Thank you, Jean. Your answer is in." in text(last)
    assert receipt_name(participation.responses.first().uuid) in text(last)
    assert participation.member == cast.jean
    contents = {r.question.position: r.content for r in Response.objects.all()}
    assert contents == {
        1: {"text": "Warm homes.\nAnd a bus."},
        2: None,
        3: {"ranking": ["o3", "o1"]},
        0: {"text": "Why the hurry?"},
    }
    assert Vote.objects.get().value == 1
    assert Consent.objects.get().given


def test_the_receipt_lists_what_the_log_holds(cast, assembly):
    client = signed_in(cast.jean)
    client.post(address(assembly, "1/"), {"text": "Warm homes."})
    entry = Entry.objects.get(kind="response")
    page = text(client.get(address(assembly, "done/")))
    assert leaf_hash(entry.leaf) in page
    assert "<svg" in page
    file = client.get(address(assembly, f"receipt/{entry.item}/"))
    assert entry.commitment in text(file)
    assert bytes(entry.salt).hex() in text(file)
    assert Client().get(address(assembly, f"receipt/{entry.item}/")).status_code in (403, 404)
    assert broken(Entry.objects.all()) == []


def test_looking_writes_nothing(cast, assembly, client):
    for rest in ("", "1/", "2/", "3/", "4/", "words/", "done/"):
        client.get(address(assembly, rest))
    assert Participation.objects.count() == 0


def test_an_open_link_is_one_participation_a_cookie(assembly):
    first, second = Client(), Client()
    for client in (first, first, second):
        client.get(address(assembly))
        client.post(address(assembly, "1/"), {"text": f"Warm homes {id(client)}."})
    assert Participation.objects.filter(member=None).count() == 2
    assert "Thank you. Your answer is in." in text(first.get(address(assembly, "done/")))


def test_by_link_and_signed_in_she_is_the_same(cast, assembly, client):
    client.get(link_of(assembly, cast.jean))
    client.post(address(assembly, "1/"), {"text": "By link."})
    signed_in(cast.jean).post(address(assembly, "1/"), {"text": "Signed in."})
    assert Participation.objects.count() == 1
    assert list(Response.objects.values_list("number", "content")) == [
        (1, {"text": "By link."}),
        (2, {"text": "Signed in."}),
    ]


def test_every_version_stays_and_the_same_again_makes_none(cast, assembly):
    client = signed_in(cast.jean)
    for words in ("One.", "Two.", "Two."):
        client.post(address(assembly, "1/"), {"text": words})
    assert list(Response.objects.values_list("number", flat=True)) == [1, 2]
    standing = Response.objects.standing().get()
    assert standing.content == {"text": "Two."}
    assert "Two." in text(client.get(address(assembly, "1/")))


def test_skipping_is_fine(cast, assembly):
    client = signed_in(cast.jean)
    for step in range(1, 5):
        client.post(address(assembly, f"{step}/"), {"text": "  "})
    assert Response.objects.count() == 0
    assert "You have not sent anything" in text(client.get(address(assembly, "done/")))


def test_too_long_an_answer_comes_back_filled_in(cast, assembly):
    words = "long " * 1100
    page = signed_in(cast.jean).post(address(assembly, "1/"), {"text": words})
    assert page.status_code == 422
    assert "5,000 fit" in text(page) or "5000 fit" in text(page)
    assert "long long long" in text(page)
    assert Response.objects.count() == 0


def test_a_line_ends_in_one_character_and_a_long_paste_is_not_cut_off(cast, assembly):
    client = signed_in(cast.jean)
    words = "\r\n".join(["word"] * 1000)
    assert len(words) > 5000 > len(words.replace("\r\n", "\n"))
    assert client.post(address(assembly, "1/"), {"text": words}).status_code == 302
    assert Response.objects.get().content == {"text": words.replace("\r\n", "\n")}
    for step in (1, 2):
        assert "maxlength" not in text(client.get(address(assembly, f"{step}/")))


def test_two_options_at_one_place_are_told_by_name(cast, assembly):
    page = signed_in(cast.jean).post(address(assembly, "3/"), {"o1": "1", "o2": "1"})
    assert page.status_code == 422
    assert "are both at place 1" in text(page)
    assert 'value="1" selected' in text(page)


def test_options_are_shuffled_for_each_person_and_stay_so(cast, assembly):
    def order(client: Client) -> list[str]:
        return re.findall(r'<select name="(o\d)"', text(client.get(address(assembly, "3/"))))

    orders = set()
    for member in Member.objects.all():
        client = signed_in(member)
        before = order(client)
        client.post(address(assembly, "1/"), {"text": "x"})
        assert order(client) == before == order(signed_in(member))
        orders.add(tuple(before))
    assert len(orders) > 1


def test_points_shared_out_beyond_the_limit_are_refused(cast):
    assembly = draft(cast.maud)
    options = [{"key": f"o{n}", "text": {"en": f"Thing {n}"}} for n in (1, 2, 3)]
    convene.add_question(
        assembly,
        way="priorities",
        text={"en": "Share ten points."},
        options={"manner": "points", "limit": 10, "options": options},
        by=cast.maud,
    )
    assembly = convene.open_assembly(assembly, by=cast.maud)
    client = signed_in(cast.jean)
    page = client.post(address(assembly, "4/"), {"o1": "8", "o2": "5"})
    assert "You shared out 13 points; there are 10. Take 3 away." in text(page)
    client.post(address(assembly, "4/"), {"o1": "8", "o2": "2"})
    assert Response.objects.get().content == {"points": {"o1": 8, "o2": 2}}


# -- statements


def test_votes_come_in_batches_and_the_last_one_counts(cast, assembly):
    client = signed_in(cast.jean)
    one, two = Statement.objects.all()[:2]
    batch = {f"vote-{one.uuid}": "agree", f"vote-{two.uuid}": "unsure", "ahead": "1"}
    answer = client.post(address(assembly, "2/vote/"), batch, headers={"Accept": "application/json"}).json()
    assert (answer["saved"], answer["voted"], answer["total"]) == (True, 2, 4)
    assert {str(one.uuid), str(two.uuid)}.isdisjoint(row["id"] for row in answer["ahead"])
    client.post(address(assembly, "2/vote/"), {"statement": str(one.uuid), "vote": "disagree"})
    assert list(Vote.objects.filter(statement=one).values_list("value", flat=True)) == [1, -1]
    assert Entry.objects.filter(kind="response").count() == 2


def test_what_comes_next_costs_the_same_however_many_have_voted(cast, assembly):
    question = assembly.questions.get(way="statements")
    for n in range(30):
        actions.put_statement(question, f"Statement {n}.", by=cast.maud)
    every = {f"vote-{one.uuid}": "agree" for one in Statement.objects.all()}
    client, page = signed_in(cast.jean), address(assembly, "2/vote/")
    client.post(page, {name: every[name] for name in list(every)[:3]})
    one = {list(every)[3]: "agree", "ahead": "1"}
    # What was read of the live opinion is kept for two seconds, however busy the machine is.
    live._read.clear()
    with CaptureQueriesContext(connection) as before:
        first = client.post(page, one, headers={"Accept": "application/json"}).json()
    for other in (cast.idris, cast.ada):
        signed_in(other).post(page, every)
    live._read.clear()
    with CaptureQueriesContext(connection) as after:
        again = client.post(page, one, headers={"Accept": "application/json"}).json()
    assert len(before) == len(after)
    assert (first["voted"], first["total"]) == (again["voted"], again["total"]) == (4, 34)
    assert not any("EXISTS" in query["sql"] for query in after)


@pytest.mark.parametrize("wrong", [{"vote": "perhaps"}, {"vote": "agree"}, {}, {"vote-nonsense": "agree"}])
def test_a_vote_that_is_none_changes_nothing(cast, assembly, wrong):
    answer = signed_in(cast.jean).post(
        address(assembly, "2/vote/"), wrong, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 422
    assert answer.json()["problem"]
    assert Response.objects.count() == 0 == Vote.objects.count()


def test_a_vote_on_another_assemblys_statement_is_refused(cast, assembly):
    elsewhere = Statement.objects.filter(question__assembly=opened(cast.maud)).first()
    answer = signed_in(cast.jean).post(
        address(assembly, "2/vote/"),
        {"statement": str(elsewhere.uuid), "vote": "agree"},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 422
    assert Vote.objects.count() == 0


def test_ones_own_statement_is_shown_to_others_at_once(cast, assembly):
    client = signed_in(cast.jean)
    page = client.post(address(assembly, "2/statement/"), {"text": "Trams  should come first."}, follow=True)
    assert "Your statement is in." in text(page)
    assert "Trams should come first." in text(page)
    mine = Statement.objects.get(text="Trams should come first.")
    assert mine.who and mine.participation.member == cast.jean
    assert mine in Statement.objects.shown()


def test_an_identical_statement_is_merged_with_a_note(cast, assembly):
    page = signed_in(cast.jean).post(
        address(assembly, "2/statement/"), {"text": "pay should come FIRST!!"}, follow=True
    )
    assert "Somebody has put this already." in text(page)
    assert "Pay should come first." in text(page)
    assert Statement.objects.count() == 4


def test_an_empty_statement_is_told_what_to_do(cast, assembly):
    page = signed_in(cast.jean).post(address(assembly, "2/statement/"), {"text": ""})
    assert "Write your statement first." in text(page)


def test_statements_are_escaped(cast, assembly):
    client = signed_in(cast.jean)
    client.post(address(assembly, "2/statement/"), {"text": "<script>alert(1)</script>"})
    mine = Statement.objects.get(text__contains="alert")
    page = client.get(address(assembly, f"2/?show={mine.uuid}")).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


# -- time


def test_before_the_opening_the_page_says_when(cast):
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    assembly = opened(cast.maud, opens=tomorrow)
    client = signed_in(cast.jean)
    assert "not open yet" in text(client.get(address(assembly)))
    client.post(address(assembly, "1/"), {"text": "Early."})
    assert Response.objects.count() == 0


def test_what_was_begun_before_the_close_is_kept_aside(cast, assembly, client):
    client.get(link_of(assembly, cast.jean))
    client.get(address(assembly, "1/"))
    shut(assembly, after=presence_begun(client, assembly))
    page = client.post(address(assembly, "1/"), {"text": "Nearly in time."}, follow=True)
    assert "kept aside" in text(page)
    assert Response.objects.get().late
    assert Response.objects.standing().count() == 0
    assert Entry.objects.filter(kind="response").count() == 1


def presence_begun(client: Client, assembly: Assembly) -> datetime.datetime:
    from django.core import signing

    value = client.cookies[presence.cookie_name(assembly)].value
    return datetime.datetime.fromtimestamp(signing.loads(value, salt=presence.SALT)["begun"], datetime.UTC)


def shut(assembly: Assembly, *, after: datetime.datetime) -> None:
    """Close it just after somebody began."""
    closes = after + datetime.timedelta(milliseconds=1)
    Timetable.objects.filter(assembly=assembly).update(
        opens=closes - datetime.timedelta(days=1), closes=closes, findings_due=closes
    )
    Assembly.objects.filter(pk=assembly.pk).update(revision=assembly.revision + 1)


def test_begun_on_one_device_in_time_is_kept_aside_from_another(cast, assembly):
    signed_in(cast.jean).post(address(assembly, "1/"), {"text": "In time."})
    shut(assembly, after=timezone.now())
    page = signed_in(cast.jean).post(address(assembly, "1/"), {"text": "A second thought."}, follow=True)
    assert "kept aside" in text(page)
    assert list(Response.objects.values_list("content__text", "late")) == [
        ("In time.", False),
        ("A second thought.", True),
    ]
    assert Response.objects.standing().get().content == {"text": "In time."}


def test_what_was_begun_after_the_close_is_told_and_shown_back(cast, assembly):
    over = closed(assembly)
    page = signed_in(cast.jean).post(address(over, "1/"), {"text": "Too late, alas."})
    assert page.status_code == 409
    assert "Your answer was not taken in." in text(page)
    assert "Too late, alas." in text(page)
    assert Participation.objects.count() == 0


# -- who may


def test_a_forged_cookie_is_told_what_to_do(assembly, client):
    client.cookies[presence.cookie_name(assembly)] = "somebody:else:entirely"
    page = client.get(address(assembly))
    assert page.status_code == 403
    assert "Open the personal link in your mail once more" in text(page)


def test_a_cookie_of_another_assembly_does_not_fit(cast, assembly, client):
    other = opened(cast.maud)
    client.get(link_of(other, cast.jean))
    client.cookies[presence.cookie_name(assembly)] = client.cookies[presence.cookie_name(other)].value
    assert client.get(address(assembly)).status_code == 403


def test_an_unknown_link_says_so(assembly, client):
    page = client.get("/i/nonsense/")
    assert page.status_code == 404
    assert "This link does not work" in text(page)


def test_a_link_that_was_taken_back_does_not_work_any_more(cast, assembly, client):
    client.get(link_of(assembly, cast.jean))
    Invitation.objects.all().delete()
    assert client.get(address(assembly, "1/")).status_code == 403


def test_somebody_who_left_the_roll_is_told(cast, client):
    assembly = opened(cast.maud, access=Assembly.Access.MEMBERS)
    path = link_of(assembly, cast.jean)
    client.get(path)
    Member.objects.filter(pk=cast.jean.pk).update(left=timezone.now().date(), is_active=False)
    for page in (client.get(address(assembly, "1/")), client.get(path)):
        assert page.status_code == 403
        assert "not on the roll any more" in text(page)


def test_strangers_do_not_get_into_a_members_assembly(cast, client):
    assembly = opened(cast.maud, access=Assembly.Access.MEMBERS)
    page = client.get(address(assembly))
    assert page.status_code == 403
    assert "This assembly is for members" in text(page)
    client.post(address(assembly, "1/"), {"text": "Let me in."})
    assert Response.objects.count() == 0


def test_a_crowd_at_one_address_is_asked_to_wait(assembly, monkeypatch):
    monkeypatch.setattr(presence, "CROWD", 3)
    answers = [Client().post(address(assembly, "1/"), {"text": f"{n}"}) for n in range(5)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 429, 429]
    assert "wait a minute" in text(answers[-1])


def test_drafts_are_nobodys_to_answer(cast, client):
    assert client.get(address(draft(cast.maud))).status_code == 404


# -- consent


def test_consent_has_no_default_and_may_be_left_open(cast, assembly):
    client = signed_in(cast.jean)
    client.post(address(assembly, "1/"), {"text": "Warm homes."})
    assert "checked" not in text(client.get(address(assembly, "words/")))
    client.post(address(assembly, "words/"), {})
    assert Consent.objects.count() == 0
    for choice in ("yes", "yes", "no"):
        client.post(address(assembly, "words/"), {"may_print": choice})
    assert list(Consent.objects.values_list("given", flat=True)) == [True, False]


def test_consent_is_not_asked_of_those_who_wrote_nothing(cast, assembly):
    client = signed_in(cast.jean)
    client.post(address(assembly, "3/"), {"o1": "1"})
    assert client.get(address(assembly, "words/")).status_code == 302


# -- two at once


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_are_both_kept(cast, assembly):
    question = assembly.questions.get(way="open_text", closing=False)
    person = actions.take_part(
        assembly, member=cast.jean, token_hash=None, started_at=assembly.moment(), seed=1
    )

    def say(words: str) -> None:
        try:
            actions.respond(person, question, {"text": words})
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(say, [f"Answer {n}." for n in range(8)]))
    assert sorted(Response.objects.values_list("number", flat=True)) == list(range(1, 9))
    assert Response.objects.standing().get().number == 8
    places = list(Entry.objects.order_by("position").values_list("position", flat=True))
    assert places == list(range(len(places)))


@pytest.mark.django_db(transaction=True)
def test_pressing_twice_at_once_is_one_person(cast, assembly):
    def begin(_n: int) -> int:
        try:
            return actions.take_part(
                assembly, member=cast.jean, token_hash=None, started_at=assembly.moment(), seed=1
            ).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(begin, range(8)))) == 1


# -- the dashboard


def test_the_dashboard_shows_how_many_and_never_who(cast, assembly):
    jean = signed_in(cast.jean)
    jean.post(address(assembly, "1/"), {"text": "Warm homes."})
    jean.post(address(assembly, "2/statement/"), {"text": "Trams should come first."})
    page = text(signed_in(cast.maud).get(f"/a/{assembly.uuid}/dashboard/"))
    assert "1 of 6 members." in page
    assert "5 statements have been put so far. 1 of them by somebody who answered." in page
    assert "Jean" not in page
    assert "4 days left" in page
    assert signed_in(cast.idris).get(f"/a/{assembly.uuid}/dashboard/").status_code == 403
