"""A theme is checked blind, on answers drawn by lot, and what that found is published with it."""

from __future__ import annotations

import json
import re

import pytest
from django.core.exceptions import ValidationError

from folkmoot.publish import actions as publish
from folkmoot.understand import check_actions, theme_actions
from folkmoot.understand.models import ThemeDecision
from folkmoot.understand.review import Reading
from tests.people import signed_in
from tests.publish.test_verification import bundle, check
from tests.understand.written import question_of, written


@pytest.fixture
def assembly(cast):
    return written(cast)


def begun(cast, assembly) -> ThemeDecision:
    reading = Reading.of(question_of(assembly))
    return check_actions.begin_check(reading, next(iter(reading.themes)), by=cast.maud)


def judge_all(cast, one: ThemeDecision, wrong: int = 1) -> ThemeDecision:
    """As the theme has it, but for so many in it that do not belong there."""
    for place, (_response, inner) in enumerate(one.reach["sample"]):
        belongs = inner and wrong <= 0
        wrong -= inner
        check_actions.judge(one, place, "yes" if belongs else "no", by=cast.maud)
    return check_actions.finish_check(one, by=cast.maud)


def test_a_check_is_in_the_log_before_anything_is_judged(cast, assembly, client):
    one = begun(cast, assembly)
    assert "Maud Okafor began to check the theme" in client.get("/record/").content.decode()
    assert one.content["seed"] == int.from_bytes(one.uuid.bytes[:6])
    assert "inside" not in one.content


def test_nothing_on_the_page_says_which_answers_are_in_the_theme(cast, assembly):
    maud, one = signed_in(cast.maud), begun(cast, assembly)
    shown = {True: set(), False: set()}
    for place, (response, inner) in enumerate(one.reach["sample"]):
        page = maud.get(f"/a/{assembly.uuid}/themes/checks/{one.uuid}/?place={place}").content.decode()
        text = Reading.of(one.question).texts[response].text
        page = (
            page.partition("<main")[2]
            .replace(text, "")
            .replace(f'value="{place}"', "")
            .replace(f"{place + 1} of", "")
        )
        shown[inner].add(page.replace(f"?place={place - 1}", "").replace(response, "").split("csrf")[0])
    assert len(shown[True] | shown[False]) <= 2


def test_no_verdict_is_made_easier_to_choose_than_another(cast, assembly):
    one = begun(cast, assembly)
    page = signed_in(cast.maud).get(f"/a/{assembly.uuid}/themes/checks/{one.uuid}/").content.decode()
    buttons = re.findall(r'<button name="vote" value="(\w+)"([^>]*)>', page)
    assert [value for value, _rest in buttons] == ["yes", "no", "unsure"]
    assert len({rest for _value, rest in buttons}) == 1


def test_a_whole_check_through_its_pages_ends_at_the_theme(cast, assembly):
    maud = signed_in(cast.maud)
    reading = Reading.of(question_of(assembly))
    theme = next(iter(reading.themes))
    place = f"/a/{assembly.uuid}/themes/{question_of(assembly).uuid}/{theme}/check/"
    address = maud.post(place)["Location"]
    sample = ThemeDecision.objects.get(what="check").reach["sample"]
    assert len(sample) == 44
    for number, (_response, inner) in enumerate(sample):
        answer = maud.post(address, {"place": number, "vote": "yes" if inner else "no"})
        assert answer.status_code == 302
    page = maud.get(answer["Location"]).content.decode()
    assert "Last checked by Maud Okafor" in page
    found = ThemeDecision.objects.get(what="checked").reach["found"]
    assert (found["precision"], found["recall"]) == (1.0, 1.0)


def test_a_check_that_was_begun_is_gone_on_with_and_a_verdict_can_be_changed(cast, assembly):
    maud, one = signed_in(cast.maud), begun(cast, assembly)
    address = f"/a/{assembly.uuid}/themes/checks/{one.uuid}/"
    assert maud.post(address, {"place": 0, "vote": "maybe"}).status_code == 422
    assert maud.post(address, {"place": "999", "vote": "yes"}).status_code == 422
    maud.post(address, {"place": 0, "vote": "yes"})
    maud.post(address, {"place": 0, "vote": "unsure"})
    assert "Answer 2 of" in maud.get(address).content.decode()
    again = maud.post(f"/a/{assembly.uuid}/themes/{one.question.uuid}/{one.content['theme']}/check/")
    assert again["Location"] == address
    assert signed_in(cast.jean).get(address).status_code == 403


def test_a_check_is_not_finished_before_every_answer_was_judged(cast, assembly):
    one = begun(cast, assembly)
    with pytest.raises(ValidationError, match="judged once"):
        check_actions.finish_check(one, by=cast.maud)
    judge_all(cast, one)
    with pytest.raises(ValidationError):
        check_actions.judge(one, 0, "yes", by=cast.maud)
    with pytest.raises(ValidationError):
        check_actions.finish_check(one, by=cast.maud)


def test_what_a_check_found_is_published_and_recomputes(cast, assembly, client):
    one = begun(cast, assembly)
    judge_all(cast, one, wrong=2)
    published = publish.publish(assembly, by=cast.maud)
    page = client.get(f"/a/{assembly.uuid}/findings/1/themes/1-{one.content['theme']}/").content.decode()
    assert "Maud Okafor judged 44 answers drawn by lot" in page
    assert "Corrected by this, about" in page
    files = bundle(published, "members.zip")
    assert check(files).wrong == []
    decisions = json.loads(files["question-1/decisions.json"])
    decisions[-1]["reach"]["found"]["precision"] = 1.0
    assert not check(files | {"question-1/decisions.json": json.dumps(decisions).encode()}).verifies


def test_what_people_changed_after_a_check_is_told_beside_what_it_found(cast, assembly, client):
    one = begun(cast, assembly)
    judge_all(cast, one)
    after = "After that people changed what the theme holds"
    theme = one.content["theme"]
    publish.publish(assembly, by=cast.maud)
    assert after not in client.get(f"/a/{assembly.uuid}/findings/1/themes/1-{theme}/").content.decode()
    reading = Reading.of(one.question)
    theme_actions.move_points(reading, theme, reading.keys(theme)[:2], to=None, by=cast.maud)
    publish.publish(assembly, by=cast.maud, changed="Two points were moved.")
    assert after in client.get(f"/a/{assembly.uuid}/findings/2/themes/1-{theme}/").content.decode()


def test_a_theme_without_a_common_thread_is_named_before_it_is_checked(cast, assembly, monkeypatch):
    reading = Reading.of(question_of(assembly))
    first = next(iter(reading.themes))
    reading.themes[first]["mixed"] = True
    monkeypatch.setattr(Reading, "of", classmethod(lambda cls, *given: reading))
    maud = signed_in(cast.maud)
    address = f"/a/{assembly.uuid}/themes/{reading.question.uuid}/{first}/"
    assert "Check this theme" not in maud.get(address).content.decode()
    answer = maud.post(f"{address}check/", follow=True)
    assert "Name it first" in answer.content.decode()
    assert not ThemeDecision.objects.exists()
