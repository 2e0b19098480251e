"""After the opening every change stays visible: who, when, why, before and after."""

from __future__ import annotations

import datetime
import html
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from folkmoot.convene import actions
from folkmoot.convene.models import Assembly, Question, QuestionVersion, Timetable, Wording
from folkmoot.convene.moments import in_zone
from folkmoot.members.actions import extend_freeze, give_role, take_role_back
from folkmoot.members.models import FrozenRoll, Role
from folkmoot.publiclog.models import Entry
from tests.convene.test_convening import error_at, page_of, seen, summary
from tests.people import Cast, closed, draft, opened, signed_in

DAY = datetime.timedelta(days=1)


def timetable_of(assembly: Assembly, **later: datetime.timedelta) -> dict[str, str]:
    """The timetable as its form shows it, some moments moved."""
    timetable = Assembly.objects.get(pk=assembly.pk).timetable
    moments = ("opens", "closes", "findings_due")
    shown = {
        name: timetable.local(getattr(timetable, name)) + later.get(name, datetime.timedelta())
        for name in moments
    }
    return {name: f"{moment:%Y-%m-%dT%H:%M}" for name, moment in shown.items()} | {"zone": timetable.zone}


def send(client: Client, assembly: Assembly, name: str, *more: object, **given: str) -> str:
    """Open the form, change it and send it; the page that comes back."""
    address = reverse(f"convene:{name}", args=[assembly.uuid, *more])
    response = client.post(address, {"seen": seen(client, address)} | given, follow=True)
    return html.unescape(response.content.decode())


def test_a_timetable_is_extended_and_both_versions_stay(cast: Cast) -> None:
    assembly = opened(cast.maud)
    before = assembly.timetable
    given = timetable_of(assembly, closes=DAY, findings_due=DAY)
    page = send(signed_in(cast.maud), assembly, "timetable", **given, reason="The post was late.")
    assert "Saved as a new version" in page
    first, second = Timetable.objects.order_by("number")
    assert (first.closes, second.number) == (before.closes, 2)
    # Typed to the minute; what was not touched keeps its seconds.
    assert second.opens == before.opens
    assert second.closes == (before.closes + DAY).replace(second=0, microsecond=0)
    assert (second.by, second.reason) == (cast.maud, "The post was late.")
    assert Entry.objects.about(second.uuid).get().kind == "timetable"


def test_shortening_is_refused_beside_the_field(cast: Cast) -> None:
    assembly = opened(cast.maud)
    page = send(
        signed_in(cast.maud), assembly, "timetable", **timetable_of(assembly, closes=-DAY), reason="Enough."
    )
    assert "You can extend it, not shorten it." in error_at(page, "closes")
    assert 'href="#id_closes"' in summary(page)
    assert "Enough." in page
    assert Timetable.objects.count() == 1


def test_an_opening_that_has_been_is_not_moved(cast: Cast) -> None:
    assembly = opened(cast.maud)
    page = send(
        signed_in(cast.maud), assembly, "timetable", **timetable_of(assembly, opens=-DAY), reason="Why not."
    )
    assert "can no longer be moved" in error_at(page, "opens")


def test_opening_later_without_closing_later_is_shortening(cast: Cast) -> None:
    assembly = opened(cast.maud, opens=timezone.now() + DAY)
    client = signed_in(cast.maud)
    given = timetable_of(assembly, opens=DAY)
    page = send(client, assembly, "timetable", **given, reason="Not ready.")
    assert "less time to answer" in error_at(page, "opens")
    given = timetable_of(assembly, opens=DAY, closes=2 * DAY, findings_due=2 * DAY)
    send(client, assembly, "timetable", **given, reason="Not ready.")
    assert Timetable.objects.count() == 2


def test_after_the_opening_a_change_needs_a_reason(cast: Cast) -> None:
    assembly = opened(cast.maud)
    page = send(signed_in(cast.maud), assembly, "wording", title="Another", purpose="Another", reason="")
    assert "Say why you change it" in error_at(page, "reason")
    assert 'value="Another"' in page
    assert Wording.objects.count() == 1


def test_a_draft_needs_no_reason_and_keeps_no_versions(cast: Cast) -> None:
    assembly = draft(cast.maud)
    send(signed_in(cast.maud), assembly, "wording", title="Another", purpose="More")
    assert Wording.objects.get().title == {"en": "Another"}
    assert Wording.objects.get().number == 1


def test_what_says_the_same_is_no_new_version(cast: Cast) -> None:
    assembly = opened(cast.maud)
    page = send(
        signed_in(cast.maud),
        assembly,
        "wording",
        title=assembly.title,
        purpose=assembly.purpose,
        reason="Nothing really",
    )
    assert "Nothing was changed" in page
    assert Wording.objects.count() == 1


def test_other_languages_stay_when_one_is_reworded(cast: Cast) -> None:
    texts = {"en": "Pay", "cy": "Cyflog"}
    assembly = opened(cast.maud, title=texts, purpose=texts)
    send(signed_in(cast.maud), assembly, "wording", title="Wages", purpose="Pay", reason="Clearer.")
    assert Assembly.objects.get().wording.title == {"en": "Wages", "cy": "Cyflog"}


def test_two_officers_who_change_it_at_once_lose_no_version(cast: Cast) -> None:
    assembly = opened(cast.maud)
    maud, nell = signed_in(cast.maud), signed_in(cast.nell)
    address = reverse("convene:wording", args=[assembly.uuid])
    loaded = seen(nell, address)
    send(maud, assembly, "wording", title="By Maud", purpose="One", reason="First.")

    mine = {"title": "By Nell", "purpose": "Two", "reason": "Second.", "seen": loaded}
    response = nell.post(address, mine)
    page = html.unescape(response.content.decode())
    assert "Maud Okafor changed this while you were writing" in summary(page)
    assert "By Maud" in page
    assert 'value="By Nell"' in page
    assert Assembly.objects.get().title == "By Maud"

    # She has looked at it and sends hers again: a third version, the second stays.
    again = mine | {"seen": response.context["form"].data["seen"]}
    assert nell.post(address, again).status_code == 302
    assert list(Wording.objects.values_list("title__en", flat=True)) == [
        "What should the Budget put first?",
        "By Maud",
        "By Nell",
    ]


def test_two_officers_do_not_overwrite_each_other_in_a_draft(cast: Cast) -> None:
    assembly = draft(cast.maud)
    nell, address = signed_in(cast.nell), reverse("convene:wording", args=[assembly.uuid])
    loaded = seen(nell, address)
    send(signed_in(cast.maud), assembly, "wording", title="By Maud", purpose="One")
    page = nell.post(address, {"title": "By Nell", "purpose": "Two", "seen": loaded}).content.decode()
    assert "changed this while you were writing" in summary(page)
    assert Assembly.objects.get().title == "By Maud"


def test_two_changes_built_on_the_same_version_never_share_a_number(cast: Cast) -> None:
    opened(cast.maud)
    one, other = (Assembly.objects.with_versions().get() for _ in range(2))
    change = {"purpose": {"en": "More"}, "reason": "Because.", "by": cast.maud}
    actions.reword(one, title={"en": "One"}, **change)
    with pytest.raises(ValidationError, match="at the same moment"):
        actions.reword(other, title={"en": "Other"}, **change)
    assert Assembly.objects.get().title == "One"


def test_a_draft_that_was_opened_meanwhile_is_not_written_over(cast: Cast) -> None:
    draft(cast.maud)
    stale = Assembly.objects.get()
    actions.open_assembly(Assembly.objects.get(), by=cast.maud)
    with pytest.raises(ValidationError, match="opened meanwhile"):
        actions.reword(stale, title={"en": "Slipped in"}, purpose={}, by=cast.maud)
    with pytest.raises(ValidationError, match="opened meanwhile"):
        actions.add_question(stale, way="open_text", text={"en": "Slipped in"}, by=cast.maud)
    assert Assembly.objects.get().title == "What should the Budget put first?"


def test_a_question_is_reworded_and_both_wordings_stay(cast: Cast) -> None:
    assembly = opened(cast.maud)
    question = assembly.questions.first()
    send(
        signed_in(cast.maud),
        assembly,
        "question",
        question.uuid,
        text="What comes first?",
        help="Be short.",
        reason="Shorter.",
    )
    texts = QuestionVersion.objects.filter(question=question).values_list("text__en", flat=True)
    assert list(texts) == ["What should the Budget put first, and why?", "What comes first?"]


@pytest.mark.parametrize(
    "options", ["Pay\nRent\nCare", "Rent\nPay\nCare\nBuses", "Tax\nPay\nRent\nCare\nBuses"]
)
def test_options_that_people_have_ranked_do_not_move(cast: Cast, options: str) -> None:
    assembly = opened(cast.maud)
    question = Question.objects.get(way="priorities")
    given = {"text": "Rank.", "options": options, "manner": "rank", "limit": "3", "reason": "Better."}
    page = send(signed_in(cast.maud), assembly, "question", question.uuid, **given)
    assert "not moved or taken away" in error_at(page, "options")
    assert question.versions.count() == 1


def test_an_option_is_added_at_the_end(cast: Cast) -> None:
    assembly = opened(cast.maud)
    question = Question.objects.get(way="priorities")
    given = {"text": "Rank.", "manner": "rank", "limit": "3", "reason": "Forgotten."}
    given["options"] = "Fair pay\nRent\nCare\nBuses\nTax"
    send(signed_in(cast.maud), assembly, "question", question.uuid, **given)
    options = Question.objects.get(pk=question.pk).version.options["options"]
    assert [option["key"] for option in options] == ["o1", "o2", "o3", "o4", "o5"]
    assert options[0]["text"] == {"en": "Fair pay"}


def test_a_statement_that_was_put_is_not_taken_out_of_the_list(cast: Cast) -> None:
    assembly = opened(cast.maud)
    question = Question.objects.get(way="statements")
    given = {"text": "Do you agree?", "statements": "Pay should come first.", "reason": "Fewer."}
    page = send(signed_in(cast.maud), assembly, "question", question.uuid, **given)
    assert "has been put to people already" in error_at(page, "statements")


def test_every_version_is_shown_with_who_when_and_why(cast: Cast) -> None:
    assembly = opened(cast.maud)
    client = signed_in(cast.maud)
    send(client, assembly, "wording", title="Wages first?", purpose="One", reason="To be <clear>.")
    given = timetable_of(assembly, closes=DAY, findings_due=DAY)
    send(client, assembly, "timetable", **given, reason="The post was late.")
    raw = Client().get(reverse("convene:versions", args=[assembly.uuid])).content.decode()
    assert "To be &lt;clear&gt;." in raw
    page = html.unescape(raw)
    assert page.index("The wording, version 2") < page.index("The timetable, version 2")
    assert page.count("Changed by Maud Okafor on") == 2
    assert "The post was late." in page
    assert "<mark>Wages first?</mark>" in page
    assert page.count("What should the Budget put first?") >= 2
    assert "As it was opened" in page


def test_the_public_page_says_that_something_was_changed(cast: Cast) -> None:
    assembly = opened(cast.maud)
    assert "was changed on" not in page_of(Client(), "assembly", assembly)
    given = timetable_of(assembly, closes=DAY, findings_due=DAY)
    send(signed_in(cast.maud), assembly, "timetable", **given, reason="The post was late.")
    page = page_of(Client(), "assembly", assembly)
    assert "The timetable was changed on" in page
    assert reverse("convene:versions", args=[assembly.uuid]) in page


@pytest.mark.parametrize("access", ["both", "link"])
def test_a_closed_assembly_stays_closed(cast: Cast, access: str) -> None:
    """Its roll is frozen no more: what one officer changed since then must not count in it."""
    assembly = closed(opened(cast.maud, access=access))
    given = timetable_of(assembly, closes=3 * DAY, findings_due=4 * DAY)
    page = send(signed_in(cast.maud), assembly, "timetable", **given, reason="A branch was left out.")
    assert "stays closed. Convene a new assembly to ask again." in error_at(page, "closes")
    assert Assembly.objects.get().state == "closed"
    assert Timetable.objects.count() == 1


def test_findings_can_still_be_put_off_after_the_close(cast: Cast) -> None:
    assembly = closed(opened(cast.maud))
    send(
        signed_in(cast.maud), assembly, "timetable", **timetable_of(assembly, findings_due=DAY), reason="Ill."
    )
    found = Assembly.objects.get()
    assert (found.state, found.timetable.number) == ("closed", 2)


def test_an_assembly_that_closes_while_its_form_is_filled_in_stays_closed(cast: Cast) -> None:
    assembly = closed(opened(cast.maud))
    assembly.now = assembly.timetable.closes - DAY
    assert assembly.is_open
    later = timezone.now() + DAY
    with pytest.raises(ValidationError, match="stays closed"):
        actions.retime(
            assembly,
            opens=assembly.timetable.opens,
            closes=later,
            findings_due=later,
            zone="Europe/London",
            reason="More time.",
            by=cast.maud,
        )
    assert Assembly.objects.get().state == "closed"


def test_a_roll_that_is_frozen_no_more_is_not_frozen_again(cast: Cast) -> None:
    assembly = opened(cast.maud)
    FrozenRoll.objects.update(until=timezone.now() - DAY)
    later = timezone.now() + 9 * DAY
    with pytest.raises(ValidationError, match="not frozen any more"):
        extend_freeze(assembly.uuid, until=later)
    assert FrozenRoll.objects.get().until < timezone.now()


def test_an_organiser_who_loses_the_office_loses_the_workbench(cast: Cast) -> None:
    assembly = opened(cast.maud)
    give_role(cast.idris, Role.ORGANISER, by=cast.nell)
    address = reverse("convene:edit", args=[assembly.uuid])
    assert signed_in(cast.idris).get(address).status_code == 200
    take_role_back(cast.idris, Role.ORGANISER, by=cast.nell)
    assert signed_in(cast.idris).get(address).status_code == 403


@pytest.mark.parametrize(
    ("local", "zone", "moment"),
    [
        ("2027-03-28T00:59", "Europe/London", "2027-03-28T00:59"),
        ("2027-03-28T02:00", "Europe/London", "2027-03-28T01:00"),
        ("2027-10-31T00:59", "Europe/London", "2027-10-30T23:59"),
        ("2027-10-31T02:00", "Europe/London", "2027-10-31T02:00"),
        ("2027-01-10T12:00", "Asia/Kathmandu", "2027-01-10T06:15"),
    ],
)
def test_a_local_time_is_one_moment(local: str, zone: str, moment: str) -> None:
    found = in_zone(datetime.datetime.fromisoformat(local), zone)
    assert found == datetime.datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("local", "zone", "says"),
    [
        ("2027-03-28T01:00", "Europe/London", "does not come"),
        ("2027-03-28T01:59", "Europe/London", "does not come"),
        ("2027-10-31T01:00", "Europe/London", "comes twice"),
        ("2027-10-31T01:59", "Europe/London", "comes twice"),
        ("2027-03-14T02:30", "America/New_York", "does not come"),
        ("2027-04-04T01:45", "Australia/Lord_Howe", "comes twice"),
        ("2011-12-30T12:00", "Pacific/Apia", "does not come"),
    ],
)
def test_a_local_time_that_is_none_or_two_is_refused(local: str, zone: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        in_zone(datetime.datetime.fromisoformat(local), zone)
