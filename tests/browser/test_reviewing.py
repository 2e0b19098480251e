"""Somebody with a thousand answers to read does it with the keyboard; and without a script by the same forms."""

from __future__ import annotations

import pytest

from folkmoot.understand import theme_actions, theme_page
from folkmoot.understand.models import ThemeDecision
from folkmoot.understand.review import Reading
from tests.browser.conftest import DESK
from tests.browser.test_every_page import barriers
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


def at(page) -> str:
    """Which answer one is at, or nothing."""
    return page.evaluate("document.activeElement.closest('[data-answer]')?.id ?? ''")


def test_a_whole_question_is_reviewed_by_keyboard_alone_without_losing_ones_place(cast, assembly, visit):
    page, question = visit(cast.maud, size=DESK), question_of(assembly)
    page.goto(f"/a/{assembly.uuid}/themes/")
    # To the first thing to do, as without a mouse.
    page.get_by_role("link", name="Start reading").first.focus()
    page.keyboard.press("Enter")
    page.locator("[data-keys]").wait_for()
    # The third answer goes to the second theme in the list, chosen by its first letters.
    shown = page.locator("[data-answer]").evaluate_all("all => all.map(one => one.id)")
    goes = list(themes(assembly).values())[1]["name"]
    for key in ("j", "j", "j", "m"):
        page.keyboard.press(key)
    page.keyboard.type(goes[:6])
    page.keyboard.press("Enter")
    page.get_by_text("Moved.").wait_for()
    moved = ThemeDecision.objects.get(what="move")
    assert [moved.reach["points"][0][0], moved.content["to_name"]] == [shown[2].removeprefix("a-"), goes]
    assert at(page) == shown[3]
    # Words of their own are split off, the theme is renamed, and put together with another.
    page.keyboard.press("s")
    page.keyboard.type(words_of_one_answer(assembly, moved.content["theme"]))
    page.keyboard.press("Tab")
    page.keyboard.type("something of its own")
    page.keyboard.press("Enter")
    page.get_by_text("is a theme of its own now").wait_for()
    page.keyboard.press("r")
    page.keyboard.type("what they wrote")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="what they wrote", level=1).wait_for()
    page.keyboard.press("p")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.get_by_text("They are one theme now.").wait_for()
    # Then everything is read, theme after theme, to the end.
    for _theme in [*themes(assembly), "unplaced"]:
        if page.get_by_text("All of it has been read.").count():
            break
        before = page.url
        page.locator("[data-keys]").wait_for()
        for _answer in range(page.locator("[data-answer]").count()):
            page.keyboard.press("j")
        assert at(page) == page.locator("[data-answer]").last.get_attribute("id")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url, before=before: url != before)
    page.get_by_text("All of it has been read.").first.wait_for()
    done = list(ThemeDecision.objects.filter(question=question).values_list("what", flat=True))
    assert done[:4] == ["move", "split", "rename", "merge"]
    assert set(done[4:]) == {"review"}


def words_of_one_answer(assembly, theme: str) -> str:
    """The number in an answer of a theme, which stands in no other."""
    reading = Reading.of(question_of(assembly))
    texts = [reading.texts[response].text for response in reading.themes[theme]["responses"]]
    return next(word for text in texts for word in text.split() if word.isdigit())


def test_j_goes_on_to_the_next_page_and_enter_marks_nothing_as_read_before_the_last(
    cast, assembly, visit, monkeypatch
):
    monkeypatch.setattr(theme_page, "A_PAGE", 5)
    page, theme = visit(cast.maud, size=DESK), next(iter(themes(assembly)))
    page.goto(f"/a/{assembly.uuid}/themes/{question_of(assembly).uuid}/{theme}/")
    page.locator("[data-keys]").wait_for()
    first = page.locator("[data-answer]").first.get_attribute("id")
    for _answer in range(6):
        page.keyboard.press("j")
    page.wait_for_url("**/?page=2")
    page.wait_for_function("document.activeElement.matches('[data-answer]')")
    assert at(page) == page.locator("[data-answer]").first.get_attribute("id") != first
    page.keyboard.press("Enter")
    page.wait_for_url("**/?page=3")
    assert not ThemeDecision.objects.exists()


def test_a_stale_decision_is_told_at_the_top_with_the_focus_on_it(cast, assembly, visit):
    page, theme = visit(cast.maud), next(iter(themes(assembly)))
    page.goto(f"/a/{assembly.uuid}/themes/{question_of(assembly).uuid}/{theme}/")
    seen = Reading.of(question_of(assembly))
    theme_actions.rename_theme(seen, theme, name="somebody else's name", by=cast.maud)
    page.locator("summary", has_text="Rename").click()
    page.locator("[name=rename-name]").fill("my name")
    page.get_by_role("button", name="Rename").click()
    page.get_by_text("Somebody decided about").first.wait_for()
    assert page.evaluate("document.activeElement.matches('.errors')")
    assert barriers(page) == []
    assert page.locator("[name=rename-name]").input_value() == "my name"
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("heading", name="my name", level=1).wait_for()


def test_without_a_script_everything_is_decided_with_forms_and_taken_back(cast, assembly, visit):
    page = visit(cast.maud, scripts=False)
    first, second = list(themes(assembly))[:2]
    page.goto(f"/a/{assembly.uuid}/themes/{question_of(assembly).uuid}/{first}/")
    page.locator("summary", has_text="Rename").click()
    page.locator("[name=rename-name]").fill("what we wrote")
    page.get_by_role("button", name="Rename").click()
    page.locator("summary", has_text="Put together").click()
    page.locator(f"[name=merge-others][value={second}]").check()
    page.get_by_role("button", name="Put together").click()
    page.get_by_text("They are one theme now.").wait_for()
    page.get_by_role("button", name="Take that back").click()
    page.get_by_text("Taken back.").wait_for()
    assert page.get_by_role("heading", name="what we wrote", level=1).is_visible()
    page.get_by_role("button", name="Mark as read").click()
    page.get_by_text("Marked as read.").wait_for()
    acts = list(ThemeDecision.objects.values_list("what", flat=True))
    assert acts == ["rename", "merge", "undo", "review"]


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
