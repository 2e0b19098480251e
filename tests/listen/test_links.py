"""What a personal link may do in other hands: whoever first opened it does not own what the member says later."""

from __future__ import annotations

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from folkmoot.convene import actions as convene
from folkmoot.listen import actions
from folkmoot.listen.models import Consent, Given, Participation, Response, Statement, Vote
from folkmoot.publiclog.audit import audit
from folkmoot.publiclog.models import Erasure
from tests.listen.test_answering import address, link_of, text
from tests.people import opened, signed_in

HERS = "The executive is wrong about the pension fund"
THEIRS = "I agree with the executive"


@pytest.fixture
def assembly(cast):
    cache.clear()
    return opened(cast.maud)


@pytest.fixture
def organiser(cast, assembly):
    """Somebody who opened Jean's link before she did, and answered by it."""
    client = Client()
    client.get(link_of(assembly, cast.jean))
    client.post(address(assembly, "1/"), {"text": THEIRS})
    return client


@pytest.fixture
def jean(cast, assembly, organiser):
    """Jean, who was told by mail, signed in and said what she thinks."""
    client = signed_in(cast.jean)
    client.post(address(assembly, "1/"), {"text": HERS})
    statements = list(Statement.objects.all()[:2])
    client.post(address(assembly, "2/vote/"), {f"vote-{one.uuid}": "disagree" for one in statements})
    client.post(address(assembly, "2/statement/"), {"text": "Sack the treasurer."})
    client.post(address(assembly, "3/"), {"o4": "1"})
    client.post(address(assembly, "words/"), {"may_print": "no"})
    return client


def by_link(cast, assembly) -> Client:
    client = Client()
    client.get(link_of(assembly, cast.jean))
    return client


def everything(client: Client, assembly) -> str:
    pages = ["", "1/", "2/", "3/", "4/", "words/", "done/", "kept/"]
    return " ".join(text(client.get(address(assembly, page), follow=True)) for page in pages)


def test_a_browser_with_her_link_is_not_shown_what_she_says_signed_in(assembly, organiser, jean):
    shown = everything(organiser, assembly)
    assert HERS not in shown
    assert "Sack the treasurer" not in text(organiser.get(address(assembly, "kept/")))
    assert 'value="1" selected' not in text(organiser.get(address(assembly, "3/")))
    assert "Your vote so far" not in shown
    assert "Your 2 votes so far" not in shown
    assert "You have voted on 0 of 5 statements." in shown
    assert "checked" not in text(organiser.get(address(assembly, "words/")))
    assert HERS in everything(jean, assembly)
    assert THEIRS in text(jean.get(address(assembly, "kept/")))


def test_what_it_sent_itself_it_still_sees(assembly, organiser, jean):
    assert THEIRS in text(organiser.get(address(assembly, "kept/")))
    first, *hers = Response.objects.order_by("pk")
    page = text(organiser.get(address(assembly, "done/")))
    assert str(first.uuid) in page
    assert organiser.get(address(assembly, f"receipt/{first.uuid}/")).status_code == 200
    for one in [*hers, Statement.objects.last(), Consent.objects.get()]:
        assert str(one.uuid) not in page
        assert organiser.get(address(assembly, f"receipt/{one.uuid}/")).status_code == 404


def test_it_does_not_erase_what_she_said(assembly, organiser, jean, cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page = organiser.post(address(assembly, "kept/"), {"sure": "yes"}, follow=True)
    assert "Nothing was erased." in text(page)
    assert (Response.objects.count(), Erasure.objects.count()) == (4, 0)
    assert [each.to for each in mail.outbox] == [[cast.jean.email]]


def test_once_she_answered_signed_in_her_link_changes_nothing(
    assembly, organiser, jean, cast, django_capture_on_commit_callbacks
):
    consents, statements = Consent.objects.count(), Statement.objects.count()
    one = Statement.objects.first()
    with django_capture_on_commit_callbacks(execute=True):
        page = organiser.post(address(assembly, "1/"), {"text": THEIRS + "!"})
        assert page.status_code == 409
        assert "Sign in by a code and send it again." in text(page)
        assert THEIRS + "!" in text(page)
        vote = {"statement": str(one.uuid), "vote": "agree"}
        answer = organiser.post(address(assembly, "2/vote/"), vote, headers={"Accept": "application/json"})
        assert answer.status_code == 409
        assert "Sign in by a code" in answer.json()["problem"]
        put = organiser.post(address(assembly, "2/statement/"), {"text": "Long live the treasurer."})
        assert put.status_code == 409
        assert "Sign in by a code and send it again." in text(put)
        # Not back to where only forms are sent to.
        assert f'?next={address(assembly, "2/")}"' in text(put)
        assert "Long live the treasurer." in text(put)
        words = organiser.post(address(assembly, "words/"), {"may_print": "yes"})
        assert words.status_code == 409
        assert "Sign in by a code and send it again." in text(words)
    assert Response.objects.count() == 4
    assert (Consent.objects.count(), Statement.objects.count()) == (consents, statements)
    assert set(Vote.objects.values_list("value", flat=True)) == {Vote.DISAGREE}
    assert Response.objects.standing().filter(question__way="open_text").get().content == {"text": HERS}
    [told] = mail.outbox
    assert told.to == [cast.jean.email]
    assert "nothing was taken in" in told.body
    assert HERS not in told.body


def test_by_another_browser_it_is_refused_and_told_once_more(
    cast, assembly, organiser, jean, django_capture_on_commit_callbacks
):
    other = by_link(cast, assembly)
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            assert other.post(address(assembly, "1/"), {"text": THEIRS}).status_code == 409
    assert len(mail.outbox) == 1


def test_a_link_does_not_tell_whether_she_has_answered(cast, assembly):
    """Organisers can list the links, and are to see how many have answered, never who."""
    before = everything(by_link(cast, assembly), assembly)
    signed_in(cast.jean).post(address(assembly, "3/"), {"o4": "1"})
    signed_in(cast.jean).post(address(assembly, "1/"), {"text": HERS})
    assert words_of(everything(by_link(cast, assembly), assembly)) == words_of(before)


def words_of(page: str) -> str:
    """Without what differs by itself: forms' tokens, and the browser's own name for its seat."""
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|data-answering="[\w-]+"', "", page)


def test_between_two_browsers_with_her_link_each_is_shown_its_own(cast, assembly, organiser):
    other = by_link(cast, assembly)
    other.post(address(assembly, "1/"), {"text": HERS})
    assert HERS not in everything(organiser, assembly)
    assert THEIRS not in everything(other, assembly)
    assert HERS in text(other.get(address(assembly, "1/")))
    assert THEIRS not in text(organiser.get(address(assembly, "1/")))


def test_she_is_told_each_time_another_browser_speaks_after_hers(
    cast, assembly, organiser, django_capture_on_commit_callbacks
):
    hers, one = by_link(cast, assembly), Statement.objects.first()
    with django_capture_on_commit_callbacks(execute=True):
        hers.post(address(assembly, "1/"), {"text": HERS})
        hers.post(address(assembly, "1/"), {"text": HERS + "."})
    assert len(mail.outbox) == 1
    for number, (page, sent) in enumerate(
        [
            ("1/", {"text": THEIRS}),
            ("2/vote/", {"statement": str(one.uuid), "vote": "agree"}),
            ("2/statement/", {"text": "Long live the treasurer."}),
            ("words/", {"may_print": "yes"}),
        ]
    ):
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            organiser.post(address(assembly, page), sent)
        [told] = mail.outbox
        assert "in another browser than before" in told.body
        with django_capture_on_commit_callbacks(execute=True):
            hers.post(address(assembly, "1/"), {"text": f"{HERS} {number}"})


def test_the_same_again_by_a_browser_whose_answer_was_replaced_is_an_answer(cast, assembly, organiser):
    """Else it would be told that its answer is in, while another one stands."""
    by_link(cast, assembly).post(address(assembly, "1/"), {"text": HERS})
    organiser.post(address(assembly, "1/"), {"text": THEIRS})
    assert Response.objects.standing().get().content == {"text": THEIRS}
    assert Response.objects.count() == 3


def test_a_link_erases_what_came_from_its_own_browser_alone(
    cast, assembly, organiser, django_capture_on_commit_callbacks
):
    hers = by_link(cast, assembly)
    hers.post(address(assembly, "1/"), {"text": HERS})
    with django_capture_on_commit_callbacks(execute=True):
        page = organiser.post(address(assembly, "kept/"), {"sure": "yes"}, follow=True)
    assert "sent from this browser is erased" in text(page)
    assert Response.objects.get().content == {"text": HERS}
    assert HERS in text(hers.get(address(assembly, "kept/")))
    erasure = Erasure.objects.get()
    assert erasure.authority == "whoever holds the personal link"
    assert "person herself" not in erasure.ground + erasure.authority
    [told] = mail.outbox
    assert told.to == [cast.jean.email]
    assert "Who asked for it: whoever holds the personal link." in told.body
    assert THEIRS not in told.body
    hers.post(address(assembly, "1/"), {"text": HERS + "."})
    assert audit().wrong == []


def test_signed_in_she_erases_everything_that_was_said_in_her_name(
    cast, assembly, jean, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        jean.post(address(assembly, "kept/"), {"sure": "yes"})
    assert Response.objects.count() == Consent.objects.count() == Participation.objects.count() == 0
    assert Given.objects.count() == 0
    assert set(Erasure.objects.values_list("authority", flat=True)) == {"the member, signed in"}
    [told] = mail.outbox
    assert told.to == [cast.jean.email]
    assert "All that was said in your name" in told.body
    assert HERS not in told.body
    assert audit().wrong == []


def test_whoever_came_by_the_open_link_erases_without_anybody_to_tell(
    cast, assembly, django_capture_on_commit_callbacks
):
    client = Client()
    client.post(address(assembly, "1/"), {"text": HERS})
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address(assembly, "kept/"), {"sure": "yes"})
    assert Erasure.objects.get().authority == "whoever answered in that browser by the open link"
    assert mail.outbox == []


def test_what_was_begun_before_it_was_kept_who_sent_what_is_shown_signed_in_alone(cast, assembly, organiser):
    Given.objects.all().delete()
    assert THEIRS not in everything(organiser, assembly)
    assert THEIRS in text(signed_in(cast.jean).get(address(assembly, "1/")))
    participation = Participation.objects.get()
    assert not participation.has_said(participation.token_hash)


def test_an_answer_by_link_at_the_same_moment_does_not_slip_in_behind_hers(cast, assembly, organiser, jean):
    participation = Participation.objects.get()
    question = assembly.questions.get(way="open_text", closing=False)
    with pytest.raises(actions.SignInFirst):
        actions.respond(participation, question, {"text": THEIRS}, seat=participation.token_hash)
    assert Response.objects.count() == 4


def test_where_she_stands_is_not_shown_to_a_link_that_others_used_too(cast, assembly, organiser):
    from folkmoot.publish import actions as publish
    from folkmoot.understand import actions as understand

    understand.analyse(understand.ask(assembly))
    publish.publish(assembly, by=cast.maud)
    page = f"/a/{assembly.uuid}/findings/1/stand/"
    assert "Only you see this page" in text(organiser.get(page))
    signed_in(cast.jean).post(address(assembly, "1/"), {"text": HERS})
    assert "Only you see this page" not in text(organiser.get(page))
    assert "does not know who you are" in text(organiser.get(page))
    assert "Only you see this page" in text(signed_in(cast.jean).get(page))


def test_a_link_that_was_sent_again_is_another_browsers_too(cast, assembly, organiser, jean):
    again = Client()
    [(_member, token)] = convene.invite(assembly, [cast.jean])
    again.get(f"/i/{token}/")
    assert HERS not in everything(again, assembly)
