"""Somebody with a thousand answers to read does it with the keyboard; and without a script by the same forms."""

from __future__ import annotations

import pytest

from folkmoot.understand.models import ThemeDecision
from folkmoot.understand.review import Reading
from tests.browser.conftest import DESK
from tests.understand.written import question_of, written

pytestmark = pytest.mark.browser


@pytest.fixture
def assembly(cast):
    return written(cast)


def themes(assembly) -> dict:
    return Reading.of(question_of(assembly)).themes


def test_a_reviewer_goes_through_answers_moves_one_and_marks_the_theme_as_read_by_keys(cast, assembly, visit):
    page = visit(cast.maud, size=DESK)
    first, second = list(themes(assembly))[:2]
    page.goto(f"/a/{assembly.uuid}/themes/{question_of(assembly).uuid}/{first}/")
    for key in "jjk":
        page.keyboard.press(key)
    answers = page.locator("[data-answer]")
    assert page.evaluate("document.activeElement.matches('[data-answer]')")
    words = answers.nth(0).inner_text().strip()
    page.keyboard.press("m")
    assert answers.nth(0).locator("input").is_checked()
    page.locator("[name=move-to]").select_option(second)
    page.keyboard.press("Enter")
    page.get_by_text("Moved.").wait_for()
    moved = ThemeDecision.objects.get(what="move")
    response, start, end = moved.reach["points"][0]
    assert Reading.of(question_of(assembly)).texts[response].text[start:end] == words
    assert page.locator("[data-answer]").count() == answers.count()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.get_by_text("Marked as read.").wait_for()
    assert ThemeDecision.objects.filter(what="review").count() == 1


def test_letters_in_a_field_are_letters_and_r_renames(cast, assembly, visit):
    page = visit(cast.maud, size=DESK)
    theme = next(iter(themes(assembly)))
    page.goto(f"/a/{assembly.uuid}/themes/{question_of(assembly).uuid}/{theme}/")
    page.keyboard.press("r")
    page.keyboard.type("jam and marmalade")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="jam and marmalade", level=1).wait_for()
    assert list(ThemeDecision.objects.values_list("what", flat=True)) == ["rename"]


def test_without_a_script_a_point_is_moved_with_the_form(cast, assembly, visit):
    page = visit(cast.maud, scripts=False)
    first, second = list(themes(assembly))[:2]
    page.goto(f"/a/{assembly.uuid}/themes/{question_of(assembly).uuid}/{first}/")
    assert not page.locator("[data-keys]").is_visible()
    page.locator("[name=point]").first.check()
    page.locator("[name=move-to]").select_option(second)
    page.get_by_role("button", name="Move", exact=True).click()
    page.get_by_text("Moved.").wait_for()
    assert ThemeDecision.objects.get().what == "move"


def test_a_check_is_done_with_three_keys(cast, assembly, visit):
    page = visit(cast.maud, size=DESK)
    theme = next(iter(themes(assembly)))
    page.goto(f"/a/{assembly.uuid}/themes/{question_of(assembly).uuid}/{theme}/")
    page.locator("summary", has_text="Check how right").click()
    page.get_by_role("button", name="Check this theme").click()
    for place, key in enumerate("ynu"):
        page.get_by_text(f"Answer {place + 1} of").wait_for()
        # The script shows what the keys are once it listens.
        page.locator("[data-keys]").wait_for()
        page.keyboard.press(key)
    page.get_by_text("Answer 4 of").wait_for()
    begun = ThemeDecision.objects.get(what="check")
    assert list(begun.verdicts.values_list("verdict", flat=True)) == ["yes", "no", "unsure"]
