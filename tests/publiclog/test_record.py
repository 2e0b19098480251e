"""Everybody can read what organisers and officers did; what members said is only counted."""

from __future__ import annotations

import datetime
import html
import re
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from folkmoot.convene import actions as convene
from folkmoot.convene.models import Assembly
from folkmoot.listen.models import Statement
from folkmoot.members import actions as members
from folkmoot.members.models import Member, Role, RollChange, RollImport
from folkmoot.publiclog import kinds
from folkmoot.publiclog.actions import sign
from folkmoot.publiclog.models import Checkpoint, Entry
from tests.people import Cast, draft, opened, signed_in


def record_page(query: str = "") -> str:
    answer = Client().get(f"/record/{query}")
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def reworded(assembly: Assembly, cast: Cast, title: str) -> None:
    convene.reword(
        assembly, title={"en": title}, purpose={"en": "Why"}, reason="It was too long", by=cast.maud
    )


def test_the_record_of_a_new_installation_says_so(db: None) -> None:
    page = record_page()
    assert "Nothing yet." in page
    assert "The log was not signed yet." in page
    assert "The organisers keep this log. Until a branch keeps a copy, you are trusting them." in page


def test_everything_that_officers_did_is_told_the_newest_first(cast: Cast) -> None:
    members.give_role(cast.jean, Role.MODERATOR, by=cast.nell)
    members.take_role_back(cast.jean, Role.MODERATOR, by=cast.nell)
    assembly = opened(cast.maud)
    reworded(assembly, cast, "What first?")
    members.import_roll([], file_digest="d" * 64, by=cast.maud, whole_roll=False)
    page = record_page()
    told = [
        "Maud Okafor brought the roll up to date: 6 members (0 added, 0 changed, 0 left)",
        "Maud Okafor changed the title and purpose: What first?. Reason given: It was too long",
        "Maud Okafor opened the assembly “",
        "Nell Varga took back from Jean Petrie the role of moderator",
        "Nell Varga made Jean Petrie moderator",
        "Maud Okafor became organiser",
    ]
    places = [page.index(line) for line in told]
    assert places == sorted(places)


def test_what_members_said_is_counted_and_never_told(cast: Cast) -> None:
    opened(cast.maud)
    assert Statement.objects.count() == 4
    sign()
    page = record_page()
    assert "<li>4 statements</li>" in page
    assert "Rent should come first." not in page


def test_a_thousand_answers_are_written_with_a_comma(db: None) -> None:
    assert kinds.named("response").count(2314) == "2,314 answers"
    assert kinds.named("response").count(1) == "1 answer"
    assert kinds.named("consent").count(2) == "2 choices whether words may be printed"


@pytest.mark.parametrize("voice", [kind.name for kind in kinds.every() if kind.voice])
def test_every_kind_of_voice_says_how_many_in_words(voice: str) -> None:
    assert kinds.named(voice).several is not None


def test_the_record_keeps_to_one_assembly_when_asked(cast: Cast) -> None:
    one, other = opened(cast.maud), opened(cast.maud, title={"en": "Where do buses go?"})
    sign()
    page = record_page(f"?assembly={one.uuid}")
    assert "What should the Budget put first?" in page
    assert "Where do buses go?" not in page
    assert "became organiser" not in page
    assert "<li>4 statements</li>" in page
    assert "<li>8 statements</li>" in record_page()
    assert "Where do buses go?" in record_page(f"?assembly={other.uuid}")


@pytest.mark.parametrize("asked", ["nonsense", str(uuid.UUID(int=7))])
def test_an_assembly_that_is_not_there_is_not_found(cast: Cast, asked: str) -> None:
    assert Client().get(f"/record/?assembly={asked}").status_code == 404


def test_a_draft_is_not_in_the_record(cast: Cast) -> None:
    assembly = draft(cast.maud, title={"en": "Not yet said"})
    assert Client().get(f"/record/?assembly={assembly.uuid}").status_code == 404
    assert "Not yet said" not in record_page()


def test_a_page_holds_fifty_acts_and_reads_each_kind_once(cast: Cast, django_assert_max_num_queries) -> None:
    assembly = opened(cast.maud)
    for number in range(60):
        reworded(Assembly.objects.get(pk=assembly.pk), cast, f"Wording {number}")
    with django_assert_max_num_queries(20):
        first = record_page()
    assert first.count("changed the title and purpose") == 50
    assert "Page 1 of 2" in first
    second = record_page(f"?page=2&assembly={assembly.uuid}")
    assert f'href="?page=1&assembly={assembly.uuid}"' in second
    assert "opened the assembly" in second


def test_a_roll_of_thousands_can_be_shown(cast: Cast) -> None:
    roll = RollImport.objects.get()
    new = [Member(name=f"M {n}", email=f"m{n}@lantern.example", joined=cast.maud.joined) for n in range(1200)]
    RollChange.objects.bulk_create(
        RollChange(roll_import=roll, member=member) for member in Member.objects.bulk_create(new)
    )
    assert "The roll was brought up to date" in record_page()


def test_what_is_no_longer_kept_has_its_place_still(cast: Cast) -> None:
    Entry.objects.filter(position=0).update(item=uuid.UUID(int=9))
    assert "What stood here is no longer kept" in record_page()


def test_an_act_is_told_at_once_and_numbered_once_it_is_signed_over(cast: Cast) -> None:
    sign()
    members.give_role(cast.jean, Role.MODERATOR, by=cast.nell)
    number = Entry.objects.order_by("position").last().position
    page = record_page()
    assert "Nell Varga made Jean Petrie moderator" in page
    assert "It gets its number in the log with the next signature." in page
    assert f"No. {number} in the log" not in page
    sign(at_once=True)
    page = record_page()
    assert f"No. {number} in the log" in page
    assert "with the next signature" not in page


@pytest.mark.parametrize("signed", [True, False])
def test_no_page_tells_strangers_to_the_second_that_somebody_answered(cast: Cast, signed: bool) -> None:
    """With the rows of a bundle, which say each answer's place, numbers that grow would say when it was given."""
    assembly = opened(cast.maud)
    if signed:
        sign()
    end = Entry.objects.count()
    pages = [
        "/",
        f"/a/{assembly.uuid}/",
        "/log/key",
        "/log/",
        "/record/",
        f"/record/?assembly={assembly.uuid}",
    ]
    pages += ["/log/checkpoint", f"/log/tile/0/000.p/{end + 1}", f"/log/tile/entries/000.p/{end + 1}"]
    # Somebody who guesses places finds out nothing either.
    pages += [f"/receipts/check/?place={place}&hash={'0' * 64}" for place in (end, end + 1)]
    before = [seen_by_a_stranger(page) for page in pages]
    jean = signed_in(cast.jean)
    jean.post(f"/a/{assembly.uuid}/answer/1/", {"text": "Rents."})
    jean.post(f"/a/{assembly.uuid}/answer/words/", {"may_print": "yes"})
    assert Entry.objects.count() == end + 2
    assert [seen_by_a_stranger(page) for page in pages] == before
    Checkpoint.objects.update(at=timezone.now() - datetime.timedelta(minutes=2))
    sign()
    after = [seen_by_a_stranger(page) for page in pages]
    assert [page for page, was, now in zip(pages, before, after, strict=True) if was != now] == pages[3:9]


def seen_by_a_stranger(page: str) -> tuple[int, str]:
    answer = Client().get(page)
    content = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode(errors="replace"))
    return answer.status_code, content
