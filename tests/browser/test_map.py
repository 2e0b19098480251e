"""The opinion map by mouse, by keyboard, and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from folkmoot.listen import actions as listen
from folkmoot.listen.models import Statement
from folkmoot.publish import actions as publish
from folkmoot.understand import actions as understand
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_every_page import barriers
from tests.people import closed, opened

pytestmark = pytest.mark.browser


@pytest.fixture
def findings(cast) -> str:
    assembly = opened(cast.maud)
    question = assembly.questions.get(way="statements")
    for number in range(6):
        listen.put_statement(question, f"Statement number {number} is right.", by=cast.maud)
    names = [str(row.uuid) for row in Statement.objects.filter(question=question).order_by("pk")]
    for number in range(60):
        person = listen.take_part(
            assembly, member=None, token_hash=str(number), started_at=assembly.moment(), seed=number
        )
        camp = 1 if number % 2 else -1
        listen.respond(
            person, question, {"votes": {s: camp if n % 2 else -camp for n, s in enumerate(names)}}
        )
    assembly = closed(assembly)
    understand.analyse(understand.ask(assembly))
    publish.publish(assembly, by=cast.maud)
    return f"/a/{assembly.uuid}/findings/"


def test_a_statement_shows_its_pattern_by_keyboard_and_by_mouse(findings, visit):
    page = visit(size=DESK)
    page.goto(findings)
    page.locator("section[aria-labelledby=map] summary").click()
    first, second = page.locator(".patterns button").first, page.locator(".patterns button").last
    expect(page.locator(".discs > *")).to_have_count(0)
    first.focus()
    expect(page.locator(".discs .ground").nth(1)).to_be_attached()
    told = page.locator(".patterns [role=status]")
    expect(told).to_contain_text("Agree:")
    page.keyboard.press("Enter")
    expect(first).to_have_attribute("aria-pressed", "true")
    by_first = told.inner_text()
    second.hover()
    expect(told).to_have_text(second.get_attribute("data-told") or "")
    page.mouse.move(0, 0)
    expect(told).to_have_text(by_first)  # what was chosen stays
    page.keyboard.press("Escape")
    expect(first).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "dark"), (DESK, "light")])
def test_the_opened_map_has_no_barriers_and_no_sideways_scroll(findings, visit, size, scheme):
    page = visit(size=size, scheme=scheme)
    page.goto(findings)
    page.locator("section[aria-labelledby=map] summary").click()
    page.locator(".patterns button").first.click()
    expect(page.locator(".discs .ground").nth(1)).to_be_attached()
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_scripts_the_map_and_its_table_are_there_and_nothing_that_does_nothing(findings, visit):
    page = visit(scripts=False)
    page.goto(findings)
    page.locator("section[aria-labelledby=map] summary").click()
    expect(page.locator(".opinion-map")).to_be_visible()
    expect(page.get_by_text("What sets the groups apart, and how sure that is").first).to_be_visible()
    expect(page.locator(".patterns")).to_be_hidden()
