"""An organiser convenes an assembly in the site itself."""

from __future__ import annotations

import datetime
import html
import re
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from folkmoot.convene import actions
from folkmoot.convene.models import Assembly, Question
from folkmoot.listen.models import Statement
from folkmoot.publiclog.models import Entry
from tests.people import Cast, draft, opened, signed_in

LONDON = ZoneInfo("Europe/London")


def typed(days: int, hour: int) -> str:
    """So many days from now at this hour, as a browser sends it."""
    day = timezone.now().astimezone(LONDON).date() + datetime.timedelta(days=days)
    return f"{day:%Y-%m-%d}T{hour:02}:00"


def a_new_assembly(**changes: str) -> dict[str, str]:
    return {
        "title": "What should the Budget put first?",
        "purpose": "The executive meets the minister.\n\nWe want to know first.",
        "opens": typed(1, 9),
        "closes": typed(6, 20),
        "findings_due": typed(8, 20),
        "zone": "Europe/London",
        "access": "members",
    } | changes


def summary(page: str) -> str:
    found = re.search(r'<div class="errors".*?</div>', page, re.DOTALL)
    return html.unescape(found.group()) if found else ""


def error_at(page: str, field: str) -> str:
    found = re.search(rf'id="id_{field}_error">(.*?)</div>', page, re.DOTALL)
    return html.unescape(found.group(1)) if found else ""


def page_of(client: Client, name: str, assembly: Assembly, *more: object) -> str:
    response = client.get(reverse(f"convene:{name}", args=[assembly.uuid, *more]))
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def test_the_form_starts_with_a_timetable_that_usually_fits(cast: Cast) -> None:
    page = signed_in(cast.maud).get("/convene/new/").content.decode()
    assert f'value="{typed(1, 9)}"' in page
    assert f'value="{typed(6, 20)}"' in page
    assert f'value="{typed(8, 20)}"' in page
    assert '<option value="Europe/London" selected>' in page


def test_an_organiser_makes_a_draft_with_its_closing_question(cast: Cast) -> None:
    response = signed_in(cast.maud).post("/convene/new/", a_new_assembly())
    assembly = Assembly.objects.get()
    assert response.url == reverse("convene:edit", args=[assembly.uuid])
    assert assembly.is_draft
    assert assembly.created_by == cast.maud
    assert assembly.timetable.local(assembly.timetable.opens).strftime("%Y-%m-%dT%H:%M") == typed(1, 9)
    assert [question.closing for question in assembly.questions.all()] == [True]
    assert "What should we have asked?" in page_of(signed_in(cast.maud), "edit", assembly)


def test_the_same_local_time_is_another_moment_in_another_zone(cast: Cast) -> None:
    signed_in(cast.maud).post("/convene/new/", a_new_assembly(zone="Asia/Tokyo"))
    opens = Assembly.objects.get().timetable.opens
    assert opens.astimezone(ZoneInfo("Asia/Tokyo")).strftime("%Y-%m-%dT%H:%M") == typed(1, 9)


def test_bad_input_comes_back_filled_in_with_the_error_at_its_field_and_in_the_summary(cast: Cast) -> None:
    given = a_new_assembly(title="", closes=typed(0, 0), purpose="To <b>hear</b> everybody")
    response = signed_in(cast.maud).post("/convene/new/", given)
    page = response.content.decode()
    assert response.status_code == 200
    assert not Assembly.objects.exists()
    assert "This field is required." in error_at(page, "title")
    assert 'href="#id_title"' in summary(page)
    assert "To &lt;b&gt;hear&lt;/b&gt; everybody" in page
    assert f'value="{typed(0, 0)}"' in page


def test_it_must_close_after_it_opens(cast: Cast) -> None:
    given = a_new_assembly(opens=typed(5, 9), closes=typed(4, 9))
    page = signed_in(cast.maud).post("/convene/new/", given).content.decode()
    assert error_at(page, "closes") == "It must close after it opens."
    assert "It must close after it opens." in summary(page)


def test_a_close_that_has_passed_is_refused(cast: Cast) -> None:
    given = a_new_assembly(opens=typed(-4, 9), closes=typed(-3, 9))
    page = signed_in(cast.maud).post("/convene/new/", given).content.decode()
    assert "has passed" in error_at(page, "closes")


@pytest.mark.parametrize("nonsense", ["tomorrow", "2027-02-30T10:00", "0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_day_that_is_none_is_refused(cast: Cast, nonsense: str) -> None:
    page = signed_in(cast.maud).post("/convene/new/", a_new_assembly(opens=nonsense)).content.decode()
    assert error_at(page, "opens")
    assert nonsense in page


def test_a_zone_that_is_none_is_refused(cast: Cast) -> None:
    page = signed_in(cast.maud).post("/convene/new/", a_new_assembly(zone="Europe/Skelby")).content.decode()
    assert error_at(page, "zone")


@pytest.mark.parametrize(("moment", "says"), [("2027-03-28T01:30", "forward"), ("2027-10-31T01:30", "back")])
def test_a_time_that_the_clocks_skip_or_repeat_is_refused(cast: Cast, moment: str, says: str) -> None:
    given = a_new_assembly(opens=moment, closes="2027-11-20T20:00", findings_due="2027-11-21T20:00")
    page = signed_in(cast.maud).post("/convene/new/", given).content.decode()
    assert f"clocks go {says}" in error_at(page, "opens")
    assert "01:30" in error_at(page, "opens")
    assert not Assembly.objects.exists()


def test_questions_are_added_moved_changed_and_removed(cast: Cast) -> None:
    client = signed_in(cast.maud)
    client.post("/convene/new/", a_new_assembly())
    assembly = Assembly.objects.get()
    add = [
        ("open_text", {"text": "What comes first?", "help": "And why?"}),
        ("statements", {"text": "Do you agree?", "statements": "Pay first.\nRent first."}),
        (
            "priorities",
            {"text": "Rank three.", "options": "Pay\nRent\nCare", "manner": "rank", "limit": "3"},
        ),
    ]
    for way, given in add:
        response = client.post(reverse("convene:add", args=[assembly.uuid, way]), given)
        assert response.status_code == 302, summary(response.content.decode())
    first, second, third, _closing = assembly.questions.all()
    assert third.version.options["options"][1] == {"key": "o2", "text": {"en": "Rent"}}
    client.post(reverse("convene:move", args=[assembly.uuid, third.uuid]), {"direction": "earlier"})
    assert list(assembly.questions.filter(closing=False)) == [first, third, second]
    client.post(reverse("convene:move", args=[assembly.uuid, first.uuid]), {"direction": "later"})
    assert list(assembly.questions.filter(closing=False)) == [third, first, second]

    change = reverse("convene:question", args=[assembly.uuid, first.uuid])
    client.post(change, {"text": "What comes last?", "seen": seen(client, change)})
    assert Question.objects.get(pk=first.pk).text == "What comes last?"
    assert Question.objects.get(pk=first.pk).version.number == 1

    remove = reverse("convene:remove", args=[assembly.uuid, second.uuid])
    assert "Do you agree?" in client.get(remove).content.decode()
    assert Question.objects.filter(pk=second.pk).exists()
    client.post(remove)
    assert not Question.objects.filter(pk=second.pk).exists()


def seen(client: Client, address: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', client.get(address).content.decode())
    assert found
    return found.group(1)


def test_a_question_that_its_way_cannot_ask_comes_back_filled_in(cast: Cast) -> None:
    assembly = draft(cast.maud)
    given = {"text": "Rank.", "options": "Pay\nRent", "manner": "rank", "limit": "3"}
    address = reverse("convene:add", args=[assembly.uuid, "priorities"])
    page = signed_in(cast.maud).post(address, given).content.decode()
    assert "Give between 3 and 20" in error_at(page, "options")
    assert summary(page).count("<h2>") == 1
    assert "Pay\nRent</textarea>" in page
    assert assembly.questions.count() == 4


def test_there_is_no_way_of_listening_that_nobody_wrote(cast: Cast) -> None:
    address = reverse("convene:add", args=[draft(cast.maud).uuid, "telepathy"])
    assert signed_in(cast.maud).get(address).status_code == 404


def test_the_closing_question_stays_last_and_stays(cast: Cast) -> None:
    assembly = draft(cast.maud)
    closing = assembly.questions.get(closing=True)
    client = signed_in(cast.maud)
    client.post(reverse("convene:remove", args=[assembly.uuid, closing.uuid]))
    response = client.post(
        reverse("convene:move", args=[assembly.uuid, closing.uuid]), {"direction": "earlier"}, follow=True
    )
    assert "cannot be moved" in response.content.decode()
    assert list(assembly.questions.all())[-1] == closing


def test_who_may_answer_is_changed_while_it_is_a_draft_only(cast: Cast) -> None:
    assembly = draft(cast.maud, access="members")
    client, address = signed_in(cast.maud), reverse("convene:access", args=[assembly.uuid])
    client.post(address, {"access": "both"})
    assert Assembly.objects.get().access == "both"
    actions.open_assembly(assembly, by=cast.maud)
    page = client.post(address, {"access": "link"}).content.decode()
    assert "cannot be changed" in error_at(page, "access")
    assert Assembly.objects.get().access == "both"


def test_a_preview_shows_each_question_and_keeps_nothing(cast: Cast) -> None:
    assembly = draft(cast.maud)
    entries = Entry.objects.count()
    page = signed_in(cast.maud).get(reverse("convene:assembly", args=[assembly.uuid]) + "?preview")
    text = html.unescape(page.content.decode())
    for question in assembly.questions.all():
        assert question.text in text
    assert text.count("<fieldset disabled>") == 4
    assert "nothing is sent" in text
    assert "Care" in text
    assert text.count('class="statement"') == 1
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert "Open until" in text
    assert Assembly.objects.get().is_draft
    assert not Statement.objects.exists()
    assert Entry.objects.count() == entries


def test_opening_says_first_what_can_no_longer_be_changed(cast: Cast) -> None:
    assembly = draft(cast.maud)
    client, address = signed_in(cast.maud), reverse("convene:open", args=[assembly.uuid])
    page = client.get(address).content.decode()
    assert "close it earlier" in page
    assert "add, move or remove a question" in page
    assert Assembly.objects.get().is_draft
    client.post(address)
    assert not Assembly.objects.get().is_draft
    assert Assembly.objects.get().opened_by == cast.maud
    assert Statement.objects.count() == 4


def test_an_assembly_that_asks_nothing_cannot_be_opened(cast: Cast) -> None:
    client = signed_in(cast.maud)
    client.post("/convene/new/", a_new_assembly())
    address = reverse("convene:open", args=[Assembly.objects.get().uuid])
    assert "Add at least one question" in summary(client.post(address).content.decode())
    assert Assembly.objects.get().is_draft


def test_an_assembly_whose_close_has_passed_cannot_be_opened(cast: Cast) -> None:
    now = timezone.now()
    assembly = draft(
        cast.maud, opens=now - datetime.timedelta(days=2), closes=now - datetime.timedelta(days=1)
    )
    address = reverse("convene:open", args=[assembly.uuid])
    assert "has passed" in summary(signed_in(cast.maud).post(address).content.decode())
    assert Assembly.objects.get().is_draft


def test_an_assembly_is_opened_once(cast: Cast) -> None:
    assembly = opened(cast.maud)
    before = Entry.objects.count()
    response = signed_in(cast.maud).post(reverse("convene:open", args=[assembly.uuid]), follow=True)
    assert "opened already" in response.content.decode()
    assert Entry.objects.count() == before


PAGES = ["edit", "wording", "timetable", "access", "open", "links"]


@pytest.mark.parametrize("name", PAGES)
def test_the_workbench_is_for_organisers(cast: Cast, name: str) -> None:
    address = reverse(f"convene:{name}", args=[draft(cast.maud).uuid])
    stranger = Client().get(address)
    assert stranger.status_code == 302
    assert stranger.url.startswith(reverse("account_login"))
    assert address in stranger.url
    assert signed_in(cast.idris).get(address).status_code == 403
    assert signed_in(cast.bill).post(address).status_code == 403
    assert signed_in(cast.maud).get(address).status_code == 200
    assert signed_in(cast.nell).get(address).status_code == 200


def test_nobody_else_makes_an_assembly_or_touches_its_questions(cast: Cast) -> None:
    assembly = draft(cast.maud)
    first = assembly.questions.first()
    assert signed_in(cast.idris).post("/convene/new/", a_new_assembly()).status_code == 403
    assert Client().post("/convene/new/", a_new_assembly()).status_code == 302
    for name in ("question", "move", "remove"):
        address = reverse(f"convene:{name}", args=[assembly.uuid, first.uuid])
        assert signed_in(cast.idris).post(address, {"text": "Mine"}).status_code == 403
    assert Assembly.objects.count() == 1
    assert assembly.questions.count() == 4
    assert assembly.questions.first().text == first.text


def test_a_question_is_changed_at_its_own_assembly_only(cast: Cast) -> None:
    one, other = draft(cast.maud), draft(cast.maud)
    address = reverse("convene:question", args=[one.uuid, other.questions.first().uuid])
    assert signed_in(cast.maud).get(address).status_code == 404
