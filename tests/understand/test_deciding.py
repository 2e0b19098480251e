"""Two people deciding at once, taking back, and what must not be done to themes."""

from __future__ import annotations

import re
import threading

import pytest
from django.db import connections
from django.test import Client

from folkmoot.publiclog.models import Entry
from folkmoot.understand import actions, check_actions, shown, theme_actions
from folkmoot.understand.deciding import Stale
from folkmoot.understand.models import ThemeDecision
from folkmoot.understand.where import writers
from tests.people import opened, signed_in
from tests.understand.test_review import decide, place, points, reading, themes
from tests.understand.written import question_of, written


@pytest.fixture
def assembly(cast):
    return written(cast)


def form_of(client: Client, address: str, act: str) -> dict[str, str]:
    """The hidden fields of a form as a page carries them."""
    page = client.get(address).content.decode()
    hidden = re.findall(rf'name="({act}-(?:analysis|decisions))" value="([^"]*)"', page)
    return {"act": act, **dict(hidden)}


# -- two at once


def test_whoever_renames_what_somebody_renamed_meanwhile_is_shown_it_and_may_then_decide(cast, assembly):
    rents, maud = place(assembly, themes(assembly)["rents"]), signed_in(cast.maud)
    theme_actions.let_facilitators_review(assembly, True, by=cast.maud)
    stale = form_of(maud, rents, "rename")
    bill = signed_in(cast.bill)
    bill.post(rents, form_of(bill, rents, "rename") | {"rename-name": "what Bill calls it"})
    answer = maud.post(rents, stale | {"rename-name": "what Maud calls it"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Somebody decided about" in page
    assert '<h1 dir="auto">what Bill calls it</h1>' in page
    assert 'value="what Maud calls it"' in page
    again = dict(re.findall(r'name="(rename-(?:analysis|decisions))" value="([^"]*)"', page))
    theme = place(assembly, themes(assembly)["rents"])
    maud.post(theme, {"act": "rename", **again, "rename-name": "what Maud calls it"})
    names = [(one.content["before"], one.content["name"]) for one in ThemeDecision.objects.all()]
    assert names[1] == ("what Bill calls it", "what Maud calls it")


def test_nobody_marks_as_read_what_came_into_the_theme_since_she_opened_it(cast, assembly):
    found, maud = themes(assembly), signed_in(cast.maud)
    stale = form_of(maud, place(assembly, found["rents"]), "review")
    now = reading(assembly)
    theme_actions.move_points(now, found["pay"], now.keys(found["pay"])[:1], to=found["rents"], by=cast.maud)
    assert maud.post(place(assembly, found["rents"]), stale).status_code == 422
    assert not ThemeDecision.objects.filter(what="review").exists()


def test_decisions_about_two_themes_do_not_stand_in_each_others_way(cast, assembly):
    found, maud = themes(assembly), signed_in(cast.maud)
    stale = form_of(maud, place(assembly, found["rents"]), "rename")
    decide(maud, assembly, found["pay"], "rename", **{"rename-name": "better pay"})
    assert maud.post(place(assembly, found["rents"]), stale | {"rename-name": "rents"}).status_code == 302


def test_points_are_moved_into_a_theme_that_somebody_renamed_meanwhile(cast, assembly):
    found, maud = themes(assembly), signed_in(cast.maud)
    stale = form_of(maud, place(assembly, found["rents"]), "move")
    decide(maud, assembly, found["pay"], "rename", **{"rename-name": "better pay"})
    given = {"point": points(assembly, found["rents"])[0], "move-to": found["pay"]}
    assert maud.post(place(assembly, found["rents"]), stale | given).status_code == 302
    assert {one["name"]: one["people"] for one in reading(assembly).now["themes"]}["better pay"] == 15


def test_a_theme_that_somebody_put_into_another_leads_there(cast, assembly):
    found, maud = themes(assembly), signed_in(cast.maud)
    stale = form_of(maud, place(assembly, found["rents"]), "rename")
    now = reading(assembly)
    theme_actions.merge_themes(now, found["pay"], [found["rents"]], name="money", by=cast.maud)
    both = next(key for key, one in reading(assembly).themes.items() if one["name"] == "money")
    assert maud.get(place(assembly, found["rents"]))["Location"] == place(assembly, both)
    answer = maud.post(place(assembly, found["rents"]), stale | {"rename-name": "rents"})
    assert '<h1 dir="auto">money</h1>' in answer.content.decode()
    assert ThemeDecision.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_in_the_same_moment_one_is_told_to_look_again(cast):
    assembly = written(cast)
    seen, told = reading(assembly), []
    theme = next(iter(seen.themes))
    begin = threading.Barrier(2)

    def rename(name: str) -> None:
        begin.wait()
        try:
            theme_actions.rename_theme(seen, theme, name=name, by=cast.maud)
        except Stale as problem:
            told.append(problem)
        finally:
            connections.close_all()

    both = [threading.Thread(target=rename, args=[name]) for name in ("one", "two")]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert (len(told), ThemeDecision.objects.count()) == (1, 1)


# -- taking back


def take_back(client: Client, assembly, number: int):
    return client.post(f"{place(assembly)}{question_of(assembly).uuid}/decisions/{number}/take-back/")


def decided_without_undo(assembly) -> dict:
    return {key: value for key, value in reading(assembly).now.items() if key != "method"}


@pytest.mark.parametrize("act", ["rename", "merge", "split", "move", "review"])
def test_the_last_decision_is_taken_back_and_both_stay_in_the_record(cast, assembly, act):
    found, maud = themes(assembly), signed_in(cast.maud)
    before = decided_without_undo(assembly)
    given = {
        "rename": {"rename-name": "high rents"},
        "merge": {"merge-others": [found["pay"]], "merge-name": "money"},
        "split": {"split-phrase": "town 3", "split-name": "town three"},
        "move": {"point": points(assembly, found["rents"])[:2], "move-to": "unplaced"},
        "review": {},
    }[act]
    decide(maud, assembly, found["rents"], act, **given)
    assert decided_without_undo(assembly) != before
    list_of_themes = maud.get(place(assembly)).content.decode()
    assert "Take that back" in list_of_themes
    take_back(maud, assembly, 1)
    assert decided_without_undo(assembly) == before
    record = maud.get(f"/record/?assembly={assembly.uuid}").content.decode()
    assert "Maud Okafor took back: Maud Okafor" in record
    assert "taken back once" in record
    assert Entry.objects.filter(kind="theme_decision").count() == 2


def test_only_the_last_decision_is_taken_back_and_those_before_it_in_turn(cast, assembly):
    maud = signed_in(cast.maud)
    for name in ("one", "two", "three"):
        decide(maud, assembly, themes(assembly)["rents"], "rename", **{"rename-name": name})
    page = maud.get(take_back(maud, assembly, 1)["Location"]).content.decode()
    assert "Only the last decision can be taken back" in page
    take_back(maud, assembly, 3)
    take_back(maud, assembly, 2)
    assert reading(assembly).themes[themes(assembly)["rents"]]["name"] == "one"
    # What was taken back, and a taking back, cannot be taken back.
    for number in (2, 3, 4):
        take_back(maud, assembly, number)
    assert ThemeDecision.objects.count() == 5
    assert take_back(maud, assembly, 99).status_code == 404


def test_a_check_cannot_be_taken_back(cast, assembly):
    seen = reading(assembly)
    begun = check_actions.begin_check(seen, next(iter(seen.themes)), by=cast.maud)
    maud = signed_in(cast.maud)
    take_back(maud, assembly, begun.number)
    assert "Take that back" not in maud.get(place(assembly)).content.decode()
    assert ThemeDecision.objects.count() == 1


def test_what_was_taken_back_stays_so_in_a_later_reading(cast, assembly):
    found, maud = themes(assembly), signed_in(cast.maud)
    decide(maud, assembly, found["rents"], "merge", **{"merge-others": [found["pay"]], "merge-name": "money"})
    take_back(maud, assembly, 1)
    actions.analyse(actions.ask(assembly))
    assert len(reading(assembly).themes) == 3


# -- what must not be done


def test_markup_in_a_name_is_only_letters(cast, assembly):
    maud = signed_in(cast.maud)
    evil = '<script>alert("x")</script>'
    decide(maud, assembly, themes(assembly)["rents"], "rename", **{"rename-name": evil})
    theme = themes(assembly)["rents"]
    for address in (
        place(assembly, theme),
        place(assembly),
        place(assembly, themes(assembly)["pay"]),
        "/record/",
    ):
        page = maud.get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_a_name_of_five_thousand_letters_is_refused_and_comes_back(cast, assembly):
    answer = decide(
        signed_in(cast.maud), assembly, themes(assembly)["rents"], "rename", **{"rename-name": "ab " * 1700}
    )
    assert answer.status_code == 422
    assert "at most 80" in answer.content.decode()


def test_a_theme_is_never_put_together_with_itself(cast, assembly):
    rents = themes(assembly)["rents"]
    answer = decide(
        signed_in(cast.maud), assembly, rents, "merge", **{"merge-others": [rents], "merge-name": "rents"}
    )
    assert answer.status_code == 422
    assert ThemeDecision.objects.count() == 0


def test_a_whole_theme_is_not_split_off_by_ticking_all_of_it(cast, assembly):
    rents = themes(assembly)["rents"]
    given = {"point": points(assembly, rents), "move-name": "all of them", "move-to": ""}
    answer = decide(signed_in(cast.maud), assembly, rents, "move", **given)
    assert "That is the whole theme" in answer.content.decode()
    assert ThemeDecision.objects.count() == 0


def test_a_theme_is_emptied_by_moving_all_of_it_and_the_list_comes_back(cast, assembly):
    found, maud = themes(assembly), signed_in(cast.maud)
    given = {"point": points(assembly, found["rents"]), "move-to": found["pay"]}
    assert decide(maud, assembly, found["rents"], "move", **given)["Location"] == place(assembly)
    assert len(reading(assembly).themes) == 2
    now = reading(assembly).now
    assert sum(len(one["responses"]) for one in now["themes"]) + len(now["unplaced"]) == 44


def test_points_of_another_theme_or_of_nothing_are_not_moved(cast, assembly):
    found, maud = themes(assembly), signed_in(cast.maud)
    for wrong in (points(assembly, found["pay"])[:1], ["x:1:2"], ["::"], [""], ["a:٣:٤"]):
        given = {"point": wrong, "move-to": "unplaced"}
        assert decide(maud, assembly, found["rents"], "move", **given).status_code == 422
    assert ThemeDecision.objects.count() == 0


def test_nothing_is_decided_from_another_site(cast, assembly):
    maud = Client(enforce_csrf_checks=True)
    maud.cookies = signed_in(cast.maud).cookies
    rents = themes(assembly)["rents"]
    assert decide(maud, assembly, rents, "review").status_code == 403
    assert maud.post(f"{place(assembly, rents)}check/").status_code == 403
    assert take_back(maud, assembly, 1).status_code == 403
    assert ThemeDecision.objects.count() == 0


def test_a_facilitator_who_may_decide_in_one_assembly_may_not_in_another(cast, assembly):
    other, bill = opened(cast.maud), signed_in(cast.bill)
    theme_actions.let_facilitators_review(other, True, by=cast.maud)
    rents, question = themes(assembly)["rents"], question_of(assembly)
    seen = reading(assembly)
    theme_actions.rename_theme(seen, themes(assembly)["pay"], name="better pay", by=cast.maud)
    assert bill.get(place(other)).status_code == 200
    for address in (place(assembly), place(assembly, rents)):
        assert bill.get(address).status_code == 403
    assert decide(bill, assembly, rents, "review").status_code == 403
    assert take_back(bill, assembly, 1).status_code == 403
    # Nor through the address of the assembly in which she may.
    through = f"/a/{other.uuid}/themes/{question.uuid}/"
    assert bill.get(f"{through}{rents}/").status_code == 404
    assert bill.post(f"{through}{rents}/check/").status_code == 404
    assert bill.post(f"{through}decisions/1/take-back/").status_code == 404
    assert ThemeDecision.objects.count() == 1


# -- what branches and channels must not give away


class Somebody:
    """Who wrote an answer, as filters look at it."""

    def __init__(self, participation: int, branch: str, channel: str = "web") -> None:
        self.participation, self.branch, self.channel = participation, branch, channel


def parts_offered(monkeypatch, *groups: tuple[str, str, int]) -> list[str]:
    """The filters that are offered where so many wrote in each branch and channel."""
    people = [
        Somebody(len(groups) * 1000 * place + number, branch, channel)
        for place, (branch, channel, count) in enumerate(groups)
        for number in range(count)
    ]
    who = {str(number): one for number, one in enumerate(people)}
    monkeypatch.setattr(shown, "writers", lambda question: who)
    answers = [shown.ShownAnswer(response, [], []) for response in who]
    return [value for value, _words in shown.parts(_NoReading(), answers)]


class _NoReading:
    question = None


def test_what_is_left_beside_the_filters_is_never_one_to_nine_people(monkeypatch):
    # Web alone would leave three who did not come by it.
    assert parts_offered(monkeypatch, ("A", "web", 90), ("A", "paper", 1), ("A", "phone", 2)) == []
    assert parts_offered(monkeypatch, ("A", "web", 30), ("B", "web", 20), ("C", "web", 3)) == ["branch:/A"]
    assert parts_offered(monkeypatch, ("A", "web", 30), ("B", "web", 20)) == ["branch:/A", "branch:/B"]


def test_a_branch_and_a_channel_together_never_leave_one_to_nine_people(monkeypatch):
    # Four of A came on paper: whoever had both lists would know which.
    both = [("A", "web", 30), ("A", "paper", 4), ("B", "web", 20), ("B", "paper", 20)]
    assert parts_offered(monkeypatch, *both) == ["branch:/A", "branch:/B"]
    both[1] = ("A", "paper", 14)
    assert parts_offered(monkeypatch, *both) == ["branch:/A", "branch:/B", "channel:paper", "channel:web"]


def test_every_filter_and_search_that_can_be_asked_for_shows_none_or_ten(cast):
    assembly = written(cast, each=25)
    maud, who, offered = signed_in(cast.maud), writers(question_of(assembly)), []
    for theme in [*reading(assembly).themes, "unplaced"]:
        page = maud.get(place(assembly, theme)).content.decode()
        values = re.findall(r'<option value="((?:branch|channel):[^"]+)"', page)
        for value in [
            *values,
            "branch:/South/Marl",
            "branch:link",
            "channel:web",
            "branch:",
            "x",
            "branch:/nowhere",
        ]:
            for search in ("", "town", "1"):
                asked = {"part": value, "q": search, "new": ""}
                found = maud.get(place(assembly, theme), asked).content.decode()
                people = {who[one].participation for one in re.findall(r'id="a-([0-9a-f-]{36})"', found)}
                assert not people or len(people) >= 10
        offered += values
    assert offered
