"""People decide about themes: on pages that work without a script, each act logged under a name."""

from __future__ import annotations

import re

import pytest

from folkmoot.listen import actions as listen
from folkmoot.publiclog.models import Entry
from folkmoot.understand import actions, theme_actions
from folkmoot.understand.models import ThemeDecision
from folkmoot.understand.review import Reading
from tests.people import signed_in
from tests.understand.written import ABOUT, question_of, written


@pytest.fixture
def assembly(cast):
    return written(cast)


def reading(assembly) -> Reading:
    return Reading.of(question_of(assembly))


def themes(assembly) -> dict[str, str]:
    """The id of each theme by what it is about."""
    found = {}
    for key, theme in reading(assembly).themes.items():
        words = " ".join(reading(assembly).texts[one].text for one in theme["responses"])
        found[max(ABOUT, key=lambda topic: words.count(ABOUT[topic][:8]))] = key
    return found


def place(assembly, theme: str = "") -> str:
    rest = f"{question_of(assembly).uuid}/{theme}/" if theme else ""
    return f"/a/{assembly.uuid}/themes/{rest}"


def decide(client, assembly, theme: str, act: str, **given):
    data = {"act": act, f"{act}-analysis": str(reading(assembly).analysis.uuid)}
    return client.post(place(assembly, theme), data | given)


def points(assembly, theme: str | None) -> list[str]:
    return [":".join(map(str, key)) for key in reading(assembly).keys(theme)]


def test_a_theme_is_renamed_and_the_method_keeps_its_own(cast, assembly):
    rents, maud = themes(assembly)["rents"], signed_in(cast.maud)
    proposed = reading(assembly).themes[rents]["name"]
    answer = decide(maud, assembly, rents, "rename", **{"rename-name": "high rents"})
    page = maud.get(answer["Location"]).content.decode()
    assert '<h1 dir="auto">high rents</h1>' in page
    assert f"The method proposed it as “{proposed}”" in page
    record = maud.get(f"/record/?assembly={assembly.uuid}").content.decode()
    assert "Maud Okafor renamed the theme" in record
    assert "high rents" in record
    assert "0 answers hidden" in record
    assert "1 theme renamed" in record
    assert reading(assembly).method["themes"][int(rents[1:]) - 1]["name"] == proposed


def test_every_decision_is_a_row_of_its_own_in_the_log(cast, assembly):
    rents, maud = themes(assembly)["rents"], signed_in(cast.maud)
    decide(maud, assembly, rents, "rename", **{"rename-name": "rents"})
    rents = themes(assembly)["rents"]
    decide(maud, assembly, rents, "rename", **{"rename-name": "high rents"})
    assert list(ThemeDecision.objects.values_list("content__name", flat=True)) == ["rents", "high rents"]
    logged = Entry.objects.filter(kind="theme_decision").values_list("item", flat=True)
    assert set(logged) == set(ThemeDecision.objects.values_list("uuid", flat=True))


def test_themes_are_put_together(cast, assembly):
    found = themes(assembly)
    answer = decide(
        signed_in(cast.maud),
        assembly,
        found["rents"],
        "merge",
        **{"merge-others": [found["pay"]], "merge-name": "making ends meet"},
    )
    assert answer.status_code == 302
    both = next(one for one in reading(assembly).now["themes"] if one["name"] == "making ends meet")
    assert (both["people"], both["interval"]) == (28, None)
    assert len(reading(assembly).themes) == 2


@pytest.mark.parametrize("from_the_smaller", [True, False])
def test_themes_put_together_are_called_as_the_larger_unless_a_name_is_given(
    cast, assembly, from_the_smaller
):
    found, maud = themes(assembly), signed_in(cast.maud)
    some = points(assembly, found["rents"])[:3]
    decide(maud, assembly, found["rents"], "move", point=some, **{"move-to": found["pay"]})
    found = themes(assembly)
    larger = reading(assembly).themes[found["pay"]]["name"]
    here, there = (found["rents"], found["pay"]) if from_the_smaller else (found["pay"], found["rents"])
    assert 'name="merge-name" maxlength="80"' in maud.get(place(assembly, here)).content.decode()
    decide(maud, assembly, here, "merge", **{"merge-others": [there], "merge-name": ""})
    assert {one["name"]: one["people"] for one in reading(assembly).now["themes"]}[larger] == 28


def test_a_theme_without_a_name_gives_none_to_what_is_put_together(cast, assembly):
    now, found = reading(assembly), themes(assembly)
    small, large = sorted((found["rents"], found["buses"]), key=lambda key: now.themes[key]["people"])
    now.themes[large] |= {"mixed": True, "people": 99}
    both = theme_actions.merge_themes(now, large, [small], name=" ", by=cast.maud)
    assert both.content["name"] == now.themes[small]["name"]


def test_a_theme_is_split_by_a_phrase_and_by_ticking(cast, assembly):
    found, maud = themes(assembly), signed_in(cast.maud)
    decide(maud, assembly, found["rents"], "split", **{"split-phrase": "town 3", "split-name": "town three"})
    ticked = points(assembly, found["pay"])[:2]
    decide(maud, assembly, found["pay"], "move", point=ticked, **{"move-name": "two of them", "move-to": ""})
    one = points(assembly, found["buses"])[:1]
    decide(
        maud, assembly, found["buses"], "move", point=one, **{"move-name": "one of them", "move-to": "new"}
    )
    sizes = {one["name"]: one["people"] for one in reading(assembly).now["themes"]}
    assert (sizes["town three"], sizes["two of them"], sizes["one of them"]) == (1, 2, 1)
    split = ThemeDecision.objects.get(content__name="town three")
    assert split.reach["phrase"] == "town 3"


def test_points_are_moved_and_moved_out_of_all_themes(cast, assembly):
    found, maud = themes(assembly), signed_in(cast.maud)
    one, two = points(assembly, found["rents"])[:2]
    decide(maud, assembly, found["rents"], "move", point=[one], **{"move-to": found["pay"]})
    found = themes(assembly)
    decide(maud, assembly, found["rents"], "move", point=[two], **{"move-to": "unplaced"})
    sizes = {key: reading(assembly).themes[key]["people"] for key in themes(assembly).values()}
    assert sorted(sizes.values())[0] == 12
    assert points(assembly, None) == [two]
    page = maud.get(place(assembly, "unplaced")).content.decode()
    assert "of town" not in page
    assert reading(assembly).texts[two.split(":")[0]].text in page


def test_a_theme_is_marked_as_read_and_the_next_one_comes(cast, assembly):
    found, maud = themes(assembly), signed_in(cast.maud)
    seen = set()
    address = place(assembly, next(iter(reading(assembly).themes)))
    for _ in found:
        theme = address.rstrip("/").rpartition("/")[2]
        seen.add(theme)
        address = decide(maud, assembly, theme, "review")["Location"]
    assert address == place(assembly)
    assert len(seen) == len(found)
    assert all(theme["reviewed"]["by_name"] == "Maud Okafor" for theme in reading(assembly).now["themes"])


def test_a_later_reading_keeps_what_people_decided_and_lists_what_is_new(cast, assembly):
    maud, found = signed_in(cast.maud), themes(assembly)
    decide(maud, assembly, found["rents"], "rename", **{"rename-name": "high rents"})
    rents = themes(assembly)["rents"]
    decide(maud, assembly, rents, "review")
    moved = points(assembly, themes(assembly)["pay"])[0]
    decide(maud, assembly, themes(assembly)["pay"], "move", point=[moved], **{"move-to": rents})
    late = listen.take_part(assembly, member=None, token_hash="l", started_at=assembly.moment(), seed=9)
    listen.respond(late, question_of(assembly), {"text": ABOUT["rents"].format(n=99)})
    actions.analyse(actions.ask(assembly))
    theme = reading(assembly).themes[rents]
    assert (theme["name"], theme["people"], theme["new"]) == ("high rents", 16, 1)
    page = maud.get(place(assembly, rents) + "?new=1").content.decode()
    assert page.count("data-answer") == 1
    assert "town 99" in page


def test_a_page_that_was_open_while_all_was_read_again_still_means_the_same(cast, assembly):
    maud, found = signed_in(cast.maud), themes(assembly)
    before = str(reading(assembly).analysis.uuid)
    extra = [
        listen.take_part(assembly, member=None, token_hash=f"e{n}", started_at=assembly.moment(), seed=n)
        for n in range(20)
    ]
    for n, person in enumerate(extra):
        listen.respond(person, question_of(assembly), {"text": ABOUT["pay"].format(n=200 + n)})
    actions.analyse(actions.ask(assembly))
    data = {"act": "rename", "rename-analysis": before, "rename-name": "high rents"}
    assert maud.post(place(assembly, found["rents"]), data).status_code == 302
    renamed = next(one for one in reading(assembly).now["themes"] if one["name"] == "high rents")
    assert all("rents" in reading(assembly).texts[one].text for one in renamed["responses"])


@pytest.mark.parametrize(
    ("act", "given", "told"),
    [
        ("rename", {"rename-name": " !! "}, "Give the theme a name."),
        ("rename", {"rename-name": ""}, "This field is required."),
        ("rename", {"rename-name": "x" * 90}, "at most 80"),
        ("merge", {"merge-name": "both"}, "Choose at least one other theme"),
        ("split", {"split-phrase": "zebra crossing", "split-name": "zebras"}, "No point of this theme holds"),
        ("split", {"split-phrase": "rents", "split-name": "all"}, "That is the whole theme"),
        ("move", {"move-to": "unplaced"}, "Tick the points"),
        ("move", {"move-to": "", "move-name": ""}, "one of the two"),
        ("move", {"move-to": "unplaced", "move-name": "both"}, "one of the two"),
        ("move", {"move-to": "new", "move-name": ""}, "Give the new theme a name."),
    ],
)
def test_what_cannot_be_done_is_told_at_its_field_and_nothing_is_lost(cast, assembly, act, given, told):
    answer = decide(signed_in(cast.maud), assembly, themes(assembly)["rents"], act, **given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page
    assert "<title>Error:" in re.sub(r"\s+", " ", page).replace("<title> ", "<title>")
    for value in given.values():
        assert not value or value in ("unplaced", "new") or f'value="{value}"' in page
    assert ThemeDecision.objects.count() == 0


def test_a_name_that_another_theme_has_is_refused(cast, assembly):
    found = themes(assembly)
    other = reading(assembly).themes[found["pay"]]["name"]
    answer = decide(
        signed_in(cast.maud), assembly, found["rents"], "rename", **{"rename-name": other.upper()}
    )
    assert "Another theme has this name" in answer.content.decode()


def test_a_theme_that_is_gone_leads_back_to_the_list(cast, assembly):
    maud = signed_in(cast.maud)
    assert maud.get(place(assembly, "t99"))["Location"] == place(assembly)
    assert decide(maud, assembly, "t99", "review")["Location"] == place(assembly)
    assert ThemeDecision.objects.count() == 0


def test_organisers_decide_others_do_not_and_facilitators_where_they_are_let(cast, assembly, client):
    address, theme = place(assembly), place(assembly, "t1")
    assert client.get(address).status_code == 302
    for member in (cast.jean, cast.ada, cast.nell, cast.bill):
        assert signed_in(member).get(address).status_code == 403
        assert signed_in(member).post(theme, {"act": "review"}).status_code == 403
    assert signed_in(cast.bill).post(address + "reviewers/", {"facilitators": "yes"}).status_code == 403
    signed_in(cast.maud).post(address + "reviewers/", {"facilitators": "yes"})
    assert signed_in(cast.bill).get(theme).status_code == 200
    assert signed_in(cast.ada).get(theme).status_code == 403
    assert "let facilitators decide about themes" in client.get("/record/").content.decode()
    signed_in(cast.maud).post(address + "reviewers/", {"facilitators": "no"})
    assert signed_in(cast.bill).get(theme).status_code == 403


def test_what_several_wrote_word_for_word_is_shown_once_and_moved_together(cast, assembly):
    pledge = "I support the rents pledge: landlords in every town ask far too high a rent of carers."
    for number in range(12):
        person = listen.take_part(
            assembly, member=None, token_hash=f"p{number}", started_at=assembly.moment(), seed=number
        )
        listen.respond(person, question_of(assembly), {"text": pledge})
    actions.analyse(actions.ask(assembly))
    found = reading(assembly)
    pledged = {row.response for row in found.rows if row.text == pledge}
    theme = next(key for key, one in found.themes.items() if pledged <= set(one["responses"]))
    maud = signed_in(cast.maud)
    page = maud.get(place(assembly, theme)).content.decode()
    assert page.count("I support the rents pledge") == 1
    assert "12 answers say exactly this" in page
    ticked = [one for one in points(assembly, theme) if one.split(":")[0] in pledged and f'"{one}"' in page]
    decide(maud, assembly, theme, "move", point=ticked, **{"move-to": "unplaced"})
    assert pledged <= set(reading(assembly).now["unplaced"])


def test_after_a_move_one_is_where_one_was(cast, assembly):
    maud, rents = signed_in(cast.maud), themes(assembly)["rents"]
    page = maud.get(place(assembly, rents)).content.decode()
    all_of_it = re.findall(r'name="point" value="([^"]+)"', page)
    given = {"point": all_of_it[4:6], "move-to": "unplaced"}
    there = decide(maud, assembly, rents, "move", **given)["Location"]
    assert there.endswith("#a-" + all_of_it[6].split(":")[0])
    assert there.partition("#")[2] in maud.get(there).content.decode()


def test_the_button_to_mark_as_read_stands_after_the_last_answer_and_not_beside_a_search(cast, assembly):
    maud, rents = signed_in(cast.maud), place(assembly, themes(assembly)["rents"])
    page = maud.get(rents).content.decode()
    assert page.rindex("data-answer") < page.index("Mark as read")
    assert "Mark as read" not in maud.get(rents + "?q=town").content.decode()


def test_the_list_leads_to_what_nobody_has_read(cast, assembly):
    maud = signed_in(cast.maud)
    first = next(iter(reading(assembly).themes))
    page = maud.get(place(assembly)).content.decode()
    assert f'href="{place(assembly, first)}">Start reading' in page
    for theme in [*reading(assembly).themes, "unplaced"]:
        decide(maud, assembly, theme, "review")
    assert "All of it has been reviewed." in maud.get(place(assembly)).content.decode()
    late = listen.take_part(assembly, member=None, token_hash="l", started_at=assembly.moment(), seed=9)
    listen.respond(late, question_of(assembly), {"text": ABOUT["rents"].format(n=99)})
    actions.analyse(actions.ask(assembly))
    page = maud.get(place(assembly)).content.decode()
    assert f'href="{place(assembly, themes(assembly)["rents"])}?new=1">Go on reading' in page


def test_a_search_stays_after_a_decision(cast, assembly):
    maud, rents = signed_in(cast.maud), themes(assembly)["rents"]
    found = {":".join(map(str, key)) for key in reading(assembly).with_phrase(rents, "town 3")}
    other = next(one for one in points(assembly, rents) if one not in found)
    data = {"act": "move", "move-to": "unplaced"}
    data |= {"move-analysis": str(reading(assembly).analysis.uuid)}
    answer = maud.post(place(assembly, rents) + "?q=town+3", data | {"point": other})
    assert answer["Location"].endswith("/?q=town+3#a-" + found.pop().split(":")[0])


def test_every_answer_can_be_read_and_searched_inside(cast, assembly):
    maud, rents = signed_in(cast.maud), themes(assembly)["rents"]
    page = maud.get(place(assembly, rents)).content.decode()
    assert page.count("data-answer") == 14
    found = maud.get(place(assembly, rents) + "?q=TOWN++3").content.decode()
    assert found.count("data-answer") == 1
    assert "town 3 " in found


def test_a_filter_is_never_offered_nor_obeyed_that_leaves_fewer_than_ten(cast, assembly):
    maud, found = signed_in(cast.maud), themes(assembly)
    small = maud.get(place(assembly, found["rents"]))
    assert 'name="part"' not in small.content.decode()
    refused = maud.get(place(assembly, found["rents"]) + "?part=branch:/South/Marl").content.decode()
    assert refused.count("data-answer") == 0
    assert "fewer than ten answers" in refused


def test_answers_are_kept_to_a_branch_of_ten_or_more(cast):
    assembly = written(cast, each=22)
    maud, rents = signed_in(cast.maud), themes(assembly)["rents"]
    page = maud.get(place(assembly, rents)).content.decode()
    assert "North / Skelby (11)" in page
    kept = maud.get(place(assembly, rents) + "?part=branch:/North/Skelby").content.decode()
    assert kept.count("data-answer") == 11
    few = maud.get(place(assembly, rents) + "?part=branch:/North/Skelby&q=town+4").content.decode()
    assert few.count("data-answer") == 0


def test_the_list_shows_what_fits_no_theme_as_plainly_as_a_theme(cast, assembly):
    page = signed_in(cast.maud).get(place(assembly)).content.decode()
    assert "What fits no theme" in page
    assert page.count('<th scope="row"') == len(reading(assembly).themes) + 1
