"""A member answers on her phone: with the keyboard alone, without scripts, and over a bad connection."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

from folkmoot.convene import actions as convene
from folkmoot.listen.models import Consent, Participation, Response, Statement, Vote
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_every_page import barriers
from tests.listen.test_came_later import joins
from tests.people import opened

pytestmark = pytest.mark.browser


@pytest.fixture
def assembly(cast):
    return opened(cast.maud)


def link(assembly, member) -> str:
    return f"/i/{convene.invite(assembly, [member])[0][1]}/"


def tab_to(page: Page, name: str, role: str | None = None, limit: int = 60) -> None:
    """Press Tab until the thing with this text has the focus, and see that the focus shows."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => {
              const it = document.activeElement, style = getComputedStyle(it);
              const label = it.labels && it.labels[0] ? it.labels[0].innerText : "";
              return {text: [it.innerText, it.value, label, it.getAttribute("aria-label")].join(" "),
                      shown: style.outlineStyle !== "none" || style.boxShadow !== "none"};
            }"""
        )
        if name in found["text"]:
            assert found["shown"], f"the focus on “{name}” cannot be seen"
            return
    raise AssertionError(f"Tab never reached “{name}”")


def counted(query, number: int) -> None:
    """Wait until the database holds so many: a batch of votes is sent a moment later."""
    for _ in range(100):
        if query.count() == number:
            return
        time.sleep(0.1)
    raise AssertionError(f"{query.count()} in place of {number}")


@pytest.mark.parametrize(("size", "scripts"), [(PHONE, True), (DESK, False)])
def test_all_three_ways_with_the_keyboard_only(cast, assembly, visit, size, scripts):
    page = visit(size=size, scripts=scripts)
    page.goto(link(assembly, cast.jean))
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    if scripts:
        tab_to(page, "Begin")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("What should the Budget")
        tab_to(page, "Your answer")
        page.keyboard.type("Warm homes, and a bus that comes.")
        tab_to(page, "Save and go on")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Do you agree?")
        for choice in ("Agree", "Disagree", "Not sure", "Agree"):
            tab_to(page, choice)
            page.keyboard.press("Enter")
        counted(Vote.objects, 4)
        expect(page.get_by_text("You have voted on all statements")).to_be_visible()
        tab_to(page, "Go on to the next question")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Put the three")
        tab_to(page, "Pay")
        page.keyboard.press("1")
        tab_to(page, "Save and go on")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("What should we have asked")
        tab_to(page, "Your answer")
        page.keyboard.type("Who pays for it.")
        tab_to(page, "Save and finish")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("May we print")
        tab_to(page, "Yes, you may")
        page.keyboard.press("Space")
        tab_to(page, "Finish")
        page.keyboard.press("Enter")
    else:
        without_scripts(page)
    expect(page.get_by_text("Thank you, Jean.").first).to_be_visible()
    assert re.search(r"[A-Z]+-\d+", page.inner_text("main"))
    assert Participation.objects.get().member == cast.jean
    assert Vote.objects.count() == 4
    assert Response.objects.filter(question__way="priorities").get().content == {"ranking": ["o1"]}
    assert Response.objects.filter(question__way="open_text").count() == 2
    assert Consent.objects.get().given


def without_scripts(page: Page) -> None:
    """The same by plain links and buttons."""
    page.get_by_role("link", name="Begin").press("Enter")
    page.get_by_label("Your answer").fill("Warm homes, and a bus that comes.")
    page.get_by_role("button", name="Save and go on").press("Enter")
    for choice in ("Agree", "Disagree", "Not sure", "Agree"):
        page.get_by_role("button", name=choice, exact=True).press("Enter")
    page.get_by_role("link", name="Go on to the next question").press("Enter")
    page.get_by_label("Pay").select_option("1")
    page.get_by_role("button", name="Save and go on").press("Enter")
    page.get_by_label("Your answer").fill("Who pays for it.")
    page.get_by_role("button", name="Save and finish").press("Enter")
    page.get_by_label("Yes, you may print them").press("Space")
    page.get_by_role("button", name="Finish").press("Enter")


def on_statements(page: Page, assembly, member) -> None:
    page.goto(link(assembly, member))
    page.goto(f"/a/{assembly.uuid}/answer/2/")


def test_saved_is_said_only_after_the_server_said_so(cast, assembly, visit):
    page = visit()
    on_statements(page, assembly, cast.jean)
    page.get_by_role("button", name="Agree", exact=True).click()
    expect(page.locator("[data-status]")).to_have_text("Saved")
    assert Vote.objects.count() == 1


def test_a_lost_connection_loses_no_vote(cast, assembly, visit):
    page = visit()
    on_statements(page, assembly, cast.jean)
    page.route("**/vote/", lambda route: route.abort())
    page.get_by_role("button", name="Agree", exact=True).click()
    page.get_by_role("button", name="Disagree", exact=True).click()
    expect(page.locator("[data-status]")).to_contain_text("Not saved yet")
    assert Vote.objects.count() == 0
    page.unroute("**/vote/")
    counted(Vote.objects, 2)
    expect(page.locator("[data-status]")).to_have_text("Saved")


def test_votes_of_a_closed_tab_are_sent_when_she_comes_back(cast, assembly, visit):
    page = visit()
    on_statements(page, assembly, cast.jean)
    page.route("**/vote/", lambda route: route.abort())
    page.get_by_role("button", name="Agree", exact=True).click()
    page.goto("about:blank")
    page.unroute("**/vote/")
    page.goto(f"/a/{assembly.uuid}/answer/2/")
    # It may be sent twice, from the old page and from the new one: the last one counts, and they are the same.
    counted(Vote.objects.values("statement").distinct(), 1)
    assert set(Vote.objects.values_list("value", flat=True)) == {1}


def test_leaving_the_page_sends_what_waits(cast, assembly, visit):
    page = visit()
    on_statements(page, assembly, cast.jean)
    page.get_by_role("button", name="Agree", exact=True).click()
    page.get_by_role("link", name="Go on to the next question").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Put the three")
    counted(Vote.objects, 1)


def test_single_keys_vote_only_once_they_are_asked_for(cast, assembly, visit):
    page = visit()
    on_statements(page, assembly, cast.jean)
    page.keyboard.press("a")
    expect(page.locator("[data-progress]")).to_contain_text("voted on 0 of 4")
    page.get_by_label("Let me vote with the keys").check()
    page.locator("blockquote.statement").focus()
    for key in "adn":
        page.keyboard.press(key)
    counted(Vote.objects, 3)
    assert sorted(Vote.objects.values_list("value", flat=True)) == [-1, 0, 1]
    page.get_by_label("Add a statement of your own").fill("and")
    counted(Vote.objects, 3)


def test_ones_own_statement_and_a_changed_vote(cast, assembly, visit):
    page = visit()
    on_statements(page, assembly, cast.jean)
    page.get_by_label("Add a statement of your own").fill("Trams should come first.")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("Your statement is in.")).to_be_visible()
    expect(page.locator("[data-text]")).to_have_text("Trams should come first.")
    page.get_by_role("button", name="Agree", exact=True).click()
    counted(Vote.objects, 1)
    page.reload()
    page.locator("summary", has_text="Your vote so far").click()
    page.get_by_role("link", name=re.compile("Change.*Trams")).click()
    page.get_by_role("button", name="Disagree", exact=True).click()
    counted(Vote.objects, 2)
    mine = Statement.objects.get(text="Trams should come first.")
    assert list(mine.votes.values_list("value", flat=True)) == [1, -1]


def test_what_was_typed_survives_a_reload(cast, assembly, visit):
    page = visit()
    page.goto(link(assembly, cast.jean))
    page.goto(f"/a/{assembly.uuid}/answer/1/")
    page.get_by_label("Your answer").press_sequentially("Half a thought")
    page.reload()
    expect(page.get_by_label("Your answer")).to_have_value("Half a thought")


def test_points_left_are_counted_while_one_shares_them_out(cast, visit):
    from tests.people import draft

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
    page = visit()
    page.goto(link(assembly, cast.jean))
    page.goto(f"/a/{assembly.uuid}/answer/4/")
    page.get_by_label("Thing 1").fill("7")
    expect(page.get_by_text("Points left to share out: 3")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_who_came_onto_the_roll_later_is_told_before_she_writes_and_how_to_answer(
    cast, assembly, visit, scripts
):
    page = visit(joins(cast), scripts=scripts)
    page.goto(f"/a/{assembly.uuid}/answer/1/")
    expect(page.get_by_role("heading", level=1)).to_have_text("You cannot answer this as a member")
    expect(page.get_by_text("You came onto the roll after it was frozen for this assembly.")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_count(0)
    if scripts:
        assert barriers(page) == []
    page.get_by_role("button", name="Sign out and answer by the open link").click()
    expect(page.get_by_text("You answer by the open link, without a name.")).to_be_visible()
    page.get_by_role("link", name="Begin").click()
    page.get_by_label("Your answer").fill("Warm homes.")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Do you agree?")
    assert Participation.objects.get().member is None
