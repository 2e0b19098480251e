"""Somebody with a thousand answers to read does it with the keyboard; and without a script by the same forms."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from folkmoot.understand import theme_actions, theme_page
from folkmoot.understand.models import ThemeDecision
from folkmoot.understand.review import Reading
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_every_page import barriers
from tests.understand.written import question_of, written

pytestmark = pytest.mark.browser


@pytest.fixture
def assembly(cast):
    return written(cast)


def themes(assembly) -> dict:
    return Reading.of(question_of(assembly)).themes


def arrived(page: Page, text: str) -> None:
    """Wait until a page with these words is there, and its scripts listen."""
    page.get_by_text(text).first.wait_for()
    page.wait_for_load_state()


def headed(page: Page, name: str) -> None:
    page.get_by_role("heading", name=name, level=1).wait_for()
    page.wait_for_load_state()


def test_a_reviewer_goes_through_answers_moves_one_and_marks_the_theme_as_read_by_keys(cast, assembly, visit):
    page = visit(cast.maud, size=DESK)
    first, second = list(themes(assembly))[:2]
    page.goto(f"/a/{assembly.uuid}/themes/{question_of(assembly).uuid}/{first}/")
    for key in "jjk":
        page.keyboard.press(key)
    answers = page.locator("[data-answer]")
    expect(answers.nth(0)).to_be_focused()
    words = answers.nth(0).locator("label span").first.text_content().removesuffix("fits least").strip()
    page.keyboard.press("m")
    expect(answers.nth(0).locator("input")).to_be_checked()
    page.locator("[name=move-to]").select_option(second)
    page.keyboard.press("Enter")
    arrived(page, "Moved.")
    moved = ThemeDecision.objects.get(what="move")
    response, start, end = moved.reach["points"][0]
    assert Reading.of(question_of(assembly)).texts[response].text[start:end] == words
    assert page.locator("[data-answer]").count() == answers.count()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    arrived(page, "Marked as read.")
    assert ThemeDecision.objects.filter(what="review").count() == 1


def test_letters_in_a_field_are_letters_and_r_renames(cast, assembly, visit):
    page = visit(cast.maud, size=DESK)
    theme = next(iter(themes(assembly)))
    page.goto(f"/a/{assembly.uuid}/themes/{question_of(assembly).uuid}/{theme}/")
    page.keyboard.press("r")
    page.keyboard.type("jam and marmalade")
    page.keyboard.press("Enter")
    headed(page, "jam and marmalade")
    assert list(ThemeDecision.objects.values_list("what", flat=True)) == ["rename"]


def at(page: Page, answer: str | None) -> None:
    """Wait until one is at this answer."""
    where = "id => (document.activeElement.closest('[data-answer]')?.id ?? null) === id"
    page.wait_for_function(where, arg=answer)


def to_the_last(page: Page) -> None:
    """Press j until one is at the last answer of the page."""
    last = page.locator("[data-answer]").last.get_attribute("id")
    for _answer in range(page.locator("[data-answer]").count()):
        if page.evaluate("document.activeElement.closest('[data-answer]')?.id") == last:
            break
        page.keyboard.press("j")
    at(page, last)


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
    arrived(page, "Moved.")
    moved = ThemeDecision.objects.get(what="move")
    assert [moved.reach["points"][0][0], moved.content["to_name"]] == [shown[2].removeprefix("a-"), goes]
    at(page, shown[3])
    # Words of their own are split off, the theme is renamed, and put together with another.
    page.keyboard.press("s")
    page.keyboard.type(words_of_one_answer(assembly, moved.content["theme"]))
    page.keyboard.press("Tab")
    page.keyboard.type("something of its own")
    page.keyboard.press("Enter")
    arrived(page, "is a theme of its own now")
    page.keyboard.press("r")
    page.keyboard.type("what they wrote")
    page.keyboard.press("Enter")
    headed(page, "what they wrote")
    page.keyboard.press("p")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    arrived(page, "They are one theme now.")
    # Then everything is read, page after page and theme after theme, to the end.
    for _page in range(9):
        if page.get_by_text("All of it has been reviewed.").count():
            break
        before = page.url
        page.locator("[data-keys]").wait_for()
        to_the_last(page)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url, before=before: url != before)
    arrived(page, "All of it has been reviewed.")
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
    on_second = page.locator("[data-answer]").first.get_attribute("id")
    assert on_second != first
    at(page, on_second)
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
    arrived(page, "Somebody decided about")
    expect(page.locator(".errors")).to_be_focused()
    assert barriers(page) == []
    expect(page.locator("[name=rename-name]")).to_have_value("my name")
    page.get_by_role("button", name="Rename").click()
    headed(page, "my name")


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
    arrived(page, "They are one theme now.")
    page.get_by_role("button", name="Take that back").click()
    arrived(page, "Taken back.")
    headed(page, "what we wrote")
    page.get_by_role("button", name="Mark as read").click()
    arrived(page, "Marked as read.")
    acts = list(ThemeDecision.objects.values_list("what", flat=True))
    assert acts == ["rename", "merge", "undo", "review"]


def test_without_a_script_a_point_is_moved_with_the_form(cast, assembly, visit):
    page = visit(cast.maud, scripts=False)
    first, second = list(themes(assembly))[:2]
    page.goto(f"/a/{assembly.uuid}/themes/{question_of(assembly).uuid}/{first}/")
    expect(page.locator("[data-keys]")).to_be_hidden()
    page.locator("[name=point]").first.check()
    page.locator("[name=move-to]").select_option(second)
    page.get_by_role("button", name="Move", exact=True).click()
    arrived(page, "Moved.")
    assert ThemeDecision.objects.get().what == "move"


def test_a_check_is_done_with_three_keys(cast, assembly, visit):
    page = visit(cast.maud, size=DESK)
    theme = next(iter(themes(assembly)))
    page.goto(f"/a/{assembly.uuid}/themes/{question_of(assembly).uuid}/{theme}/")
    page.locator("summary", has_text="Check").click()
    page.get_by_role("button", name="Check this theme").click()
    for place, key in enumerate("ynu"):
        arrived(page, f"Answer {place + 1} of")
        # The script shows what the keys are once it listens.
        page.locator("[data-keys]").wait_for()
        page.keyboard.press(key)
    arrived(page, "Answer 4 of")
    begun = ThemeDecision.objects.get(what="check")
    assert list(begun.verdicts.values_list("verdict", flat=True)) == ["yes", "no", "unsure"]


def test_on_a_phone_the_bar_to_move_with_stays_in_sight_and_hides_no_focus(cast, assembly, visit):
    page, (first, second) = visit(cast.maud, size=PHONE), list(themes(assembly))[:2]
    page.goto(f"/a/{assembly.uuid}/themes/{question_of(assembly).uuid}/{first}/")
    answers, bar = page.locator("[data-answer]"), page.locator(".stay")
    for place in (2, answers.count() - 1):
        box = answers.nth(place).locator("[name=point]")
        box.focus()
        expect(box).to_be_in_viewport(ratio=1)
        expect(bar).to_be_in_viewport(ratio=1)
        assert bar.bounding_box()["height"] < PHONE["height"] / 6
        seen, covered = box.bounding_box(), bar.bounding_box()
        assert seen["y"] + seen["height"] <= covered["y"]
    box.check()
    page.locator("[name=move-to]").select_option(second)
    page.get_by_role("button", name="Move", exact=True).click()
    arrived(page, "Moved.")
    assert ThemeDecision.objects.get().what == "move"


def test_a_new_theme_is_named_where_it_is_chosen(cast, assembly, visit):
    page, theme = visit(cast.maud, size=PHONE), next(iter(themes(assembly)))
    page.goto(f"/a/{assembly.uuid}/themes/{question_of(assembly).uuid}/{theme}/")
    page.locator("[data-keys]").wait_for(state="attached")
    name = page.locator("[name=move-name]")
    expect(name).to_be_hidden()
    page.locator("[name=point]").first.check()
    page.locator("[name=move-to]").select_option("new")
    expect(name).to_be_visible()
    assert barriers(page) == []
    page.locator("[name=move-to]").press("Enter")
    expect(name).to_be_focused()
    page.keyboard.type("one of its own")
    page.keyboard.press("Enter")
    arrived(page, "is a theme of its own now")
    assert ThemeDecision.objects.get().content["name"] == "one of its own"


def test_the_rest_is_accepted_with_a_key_once_it_is_offered(cast, assembly, visit, monkeypatch):
    monkeypatch.setattr(theme_page, "A_PAGE", 5)
    page, theme = visit(cast.maud, size=DESK), next(iter(themes(assembly)))
    doubtful = len({one["response"] for one in Reading.of(question_of(assembly)).points[theme] if one["far"]})
    page.goto(f"/a/{assembly.uuid}/themes/{question_of(assembly).uuid}/{theme}/")
    page.locator("[data-keys]").wait_for()
    for _page in range((max(doubtful, 1) - 1) // 5):
        page.keyboard.press("a")
        page.keyboard.press("Enter")
        page.locator("[data-keys]").wait_for()
    page.locator("[data-accept]").scroll_into_view_if_needed()
    assert barriers(page) == []
    page.keyboard.press("a")
    arrived(page, "Marked as reviewed.")
    assert ThemeDecision.objects.get().what == "accept"


def test_what_can_be_pressed_is_large_enough_for_a_thumb(cast, assembly, visit):
    page, theme = visit(cast.maud, size=PHONE), next(iter(themes(assembly)))
    page.goto(f"/a/{assembly.uuid}/themes/{question_of(assembly).uuid}/{theme}/")
    page.evaluate("document.querySelectorAll('details').forEach((it) => { it.open = true })")
    pressed = page.locator(
        "main :is(button, .button, summary, select, input[type=search], .answers label):visible"
    )
    heights = {one.inner_text()[:30]: one.bounding_box()["height"] for one in pressed.all()}
    assert len(heights) > 10
    assert {text: height for text, height in heights.items() if height < 47.5} == {}
