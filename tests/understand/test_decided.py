"""What people decide about themes holds, whatever a later reading makes of the answers."""

from __future__ import annotations

import copy
import random
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.listen.rows import Text
from folkmoot.methods import InputError
from folkmoot.understand.decided import decided, has_phrase, key_of

MAUD = "Maud Okafor"


def row(name: str, text: str = "Rents are high. Buses are late.", who: str = "") -> Text:
    return Text(response=name, who=who or f"who {name}", version=1, number=1, text=text, may_print="yes")


def reading(themes: Mapping[str, Sequence[str]], unplaced: Sequence[str] = ()) -> dict[str, Any]:
    """A method's result in which each answer makes one point, its first fifteen characters."""
    points = [
        {"response": response, "start": 0, "end": 15, "theme": theme, "similarity": 0.5, "far": False}
        for theme, responses in themes.items()
        for response in responses
    ]
    points += [
        {"response": response, "start": 0, "end": 15, "theme": None, "similarity": None, "far": False}
        for response in unplaced
    ]
    found = [
        {
            "id": theme,
            "name": f"name of {theme}",
            "phrases": [f"name of {theme}"],
            "people": len(set(responses)),
            "interval": [1, 9],
            "stability": 0.7,
            "unstable": False,
            "mixed": False,
            "responses": sorted(set(responses)),
            "quotes": [
                {
                    "response": responses[0],
                    "start": 0,
                    "end": 15,
                    "text": "Rents are high.",
                    "place": "centre",
                }
            ],
        }
        for theme, responses in themes.items()
    ]
    points.sort(key=key_of)
    return {"format": "folkmoot.themes/1", "themes": found, "unplaced": list(unplaced), "points": points}


def keys(*responses: str) -> list[list[Any]]:
    return [[response, 0, 15] for response in responses]


class Book:
    """Decisions, numbered as they come."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def add(self, what: str, *, adopts=(), points=(), phrase: str = "", **content: Any) -> Book:
        self.rows.append(
            {
                "number": len(self.rows) + 1,
                "what": what,
                "by_name": MAUD,
                "at": "2026-03-03T10:00:00+00:00",
                "content": {
                    "adopts": [{"theme": key, "proposed": name} for key, name, _points in adopts],
                    "before": "",
                    **content,
                },
                "reach": {
                    "adopts": {key: keys(*here) for key, _name, here in adopts},
                    "points": keys(*points),
                    "phrase": phrase,
                },
            }
        )
        return self


ROWS = [row(f"r{number:02}") for number in range(40)]
RENTS, BUSES, PAY = ([f"r{n:02}" for n in range(start, start + 8)] for start in (0, 8, 16))
FIRST = reading({"t1": RENTS, "t2": BUSES}, unplaced=["r30"])
ADOPT_RENTS, ADOPT_BUSES = ("A", "name of t1", RENTS), ("B", "name of t2", BUSES)


def shown(found: Mapping[str, Any]) -> dict[str, list[str]]:
    return {theme["name"]: theme["responses"] for theme in found["themes"]}


def test_without_decisions_it_is_the_methods_own_with_each_point_said_to_be_the_methods():
    found = decided(FIRST, ROWS, [])
    assert shown(found) == {"name of t1": RENTS, "name of t2": BUSES}
    assert found["unplaced"] == ["r30"]
    assert {point["assigned_by"] for point in found["points"]} == {"method"}
    assert all(theme["proposed"] == [theme["name"]] and not theme["decided"] for theme in found["themes"])
    assert [theme["interval"] for theme in found["themes"]] == [[1, 9], [1, 9]]


def test_a_renamed_theme_keeps_its_range_and_says_what_it_was_called():
    book = Book().add("rename", adopts=[ADOPT_RENTS], theme="A", before="name of t1", name="rents")
    found = decided(FIRST, ROWS, book.rows)
    renamed = next(theme for theme in found["themes"] if theme["id"] == "A")
    assert (renamed["name"], renamed["proposed"], renamed["interval"]) == ("rents", ["name of t1"], [1, 9])
    assert renamed["decided"][0]["by_name"] == MAUD
    assert renamed["quotes"][0]["text"] == "Rents are high."


def test_themes_put_together_count_each_person_once_and_have_no_range():
    rows = [row(f"r{number:02}", who="the same" if number in (0, 8) else "") for number in range(40)]
    adopts = [ADOPT_RENTS, ADOPT_BUSES]
    book = Book().add("merge", adopts=adopts, theme="A", name="town life", **{"from": ["B"]})
    (theme,) = decided(FIRST, rows, book.rows)["themes"]
    assert theme["people"] == 15
    assert (theme["interval"], theme["stability"]) == (None, None)
    assert theme["proposed"] == ["name of t1", "name of t2"]
    assert len(theme["quotes"]) == 2


def test_a_moved_point_stays_where_it_was_put_when_all_is_read_again():
    book = Book().add(
        "move", adopts=[ADOPT_RENTS, ADOPT_BUSES], points=["r03"], theme="A", to="B", to_name=""
    )
    later = reading({"t1": [*RENTS, "r31"], "t2": BUSES, "t3": PAY})
    found = decided(later, ROWS, book.rows)
    assert "r03" in shown(found)["name of t2"]
    assert "r31" in shown(found)["name of t1"]
    point = next(one for one in found["points"] if one["response"] == "r03")
    assert (point["assigned_by"], point["proposed"], point["theme"]) == ("person", "t1", "B")
    assert shown(found)["name of t3"] == PAY
    assert next(theme for theme in found["themes"] if theme["name"] == "name of t3")["decided"] == []


def test_what_is_new_in_a_decided_theme_is_listed_as_new():
    book = Book().add("rename", adopts=[ADOPT_RENTS], theme="A", name="rents")
    found = decided(reading({"t5": [*RENTS, "r31", "r32"]}), ROWS, book.rows)
    (theme,) = found["themes"]
    assert (theme["name"], theme["new"]) == ("rents", 2)
    assert [point["response"] for point in found["points"] if point["new"]] == ["r31", "r32"]
    seen = book.add("review", points=[*RENTS, "r31", "r32"], theme="A")
    (theme,) = decided(reading({"t5": [*RENTS, "r31", "r32"]}), ROWS, seen.rows)["themes"]
    assert (theme["new"], theme["reviewed"]["by_name"]) == (0, MAUD)


def test_an_adopted_theme_keeps_its_points_where_a_later_reading_takes_it_apart():
    book = Book().add("rename", adopts=[ADOPT_RENTS], theme="A", name="rents")
    later = reading({"t1": [*RENTS[:3], *PAY], "t2": RENTS[3:]})
    found = decided(later, ROWS, book.rows)
    assert shown(found) == {"rents": RENTS, "name of t1": PAY}
    by = {point["response"]: point["assigned_by"] for point in found["points"]}
    assert {by[one] for one in RENTS[:3]} == {"person"}
    assert {by[one] for one in RENTS[3:]} == {"method"}


def test_what_was_split_off_by_a_phrase_takes_later_points_that_hold_it():
    rows = [*ROWS, row("r50", "Council rents are high, too.")]
    rows[2] = row("r02", "COUNCIL  rents again.")
    book = Book().add(
        "split",
        adopts=[ADOPT_RENTS],
        points=["r02"],
        phrase="council rents",
        theme="A",
        into="C",
        name="council",
    )
    found = decided(reading({"t1": [*RENTS, "r50"]}), rows, book.rows)
    assert shown(found)["council"] == ["r02", "r50"]
    assert "r50" not in shown(found)["name of t1"]


def test_points_can_be_put_into_unplaced_and_taken_out_of_it():
    book = Book().add("move", adopts=[ADOPT_RENTS], points=["r01"], theme="A", to=None, to_name="")
    book.add("move", points=["r30"], theme=None, to="A", to_name="name of t1")
    found = decided(FIRST, ROWS, book.rows)
    assert found["unplaced"] == ["r01"]
    assert "r30" in shown(found)["name of t1"]
    assert [line["what"] for line in found["unplaced_decided"]] == ["move_in", "move_out"]


def test_unplaced_that_was_read_says_what_came_since():
    book = Book().add("review", points=["r30"], theme=None)
    assert decided(FIRST, ROWS, book.rows)["unplaced_new"] == 0
    later = reading({"t1": RENTS}, unplaced=["r30", "r33"])
    found = decided(later, ROWS, book.rows)
    assert found["unplaced_new"] == 1
    assert [point["response"] for point in found["points"] if point["new"]] == ["r33"]


@pytest.mark.parametrize(
    ("acts", "together"),
    [
        (("review", "review"), "review"),
        (("review", "accept"), "accept"),
        (("accept", "review"), "accept"),
        (("review", None), None),
        ((None, "accept"), None),
    ],
)
def test_themes_put_together_were_read_as_far_as_the_one_that_was_read_least(acts, together):
    book = Book().add("rename", adopts=[ADOPT_RENTS, ADOPT_BUSES], theme="A", name="rents")
    for theme, act in zip("AB", acts, strict=True):
        if act:
            book.add(act, theme=theme, read=12)
    book.add("merge", theme="A", name="both", **{"from": ["B"]})
    reviewed = next(
        one["reviewed"] for one in decided(FIRST, ROWS, book.rows)["themes"] if one["name"] == "both"
    )
    assert (reviewed and reviewed["what"]) == together


def test_offsets_that_a_newer_version_cuts_differently_still_find_their_place():
    book = Book().add("move", adopts=[ADOPT_RENTS], points=["r01"], theme="A", to=None, to_name="")
    later = copy.deepcopy(FIRST)
    for point in later["points"]:
        if point["response"] == "r01":
            point["end"] = 12
    assert "r01" in decided(later, ROWS, book.rows)["unplaced"]


def test_a_decision_about_a_merged_theme_is_about_the_one_it_went_into():
    book = Book().add("merge", adopts=[ADOPT_RENTS, ADOPT_BUSES], theme="A", name="both", **{"from": ["B"]})
    book.add("rename", theme="B", name="town life")
    assert list(shown(decided(FIRST, ROWS, book.rows))) == ["town life"]


def test_a_decision_about_a_theme_that_nobody_adopted_is_an_error():
    with pytest.raises(InputError, match="no decision before it adopted"):
        decided(FIRST, ROWS, Book().add("rename", theme="Z", name="x").rows)


def test_a_phrase_is_whole_words():
    assert has_phrase("The RENT  is high", "rent is")
    assert not has_phrase("Parental leave", "rent")
    assert not has_phrase("anything", "  ")


RESPONSES = st.sampled_from([one.response for one in ROWS])


@st.composite
def anything(draw: st.DrawFn) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A later reading of any shape, and decisions of every kind about two themes in any order."""
    where = draw(st.lists(st.sampled_from(["t1", "t2", "t3", None]), min_size=40, max_size=40))
    themes: dict[str, list[str]] = {}
    for one, theme in zip(ROWS, where, strict=True):
        if theme:
            themes.setdefault(theme, []).append(one.response)
    later = reading(themes, [one.response for one, theme in zip(ROWS, where, strict=True) if theme is None])
    book = Book().add("rename", adopts=[ADOPT_RENTS, ADOPT_BUSES], theme="A", name="rents")
    for _ in range(draw(st.integers(0, 6))):
        chosen = draw(st.lists(RESPONSES, max_size=6, unique=True))
        what = draw(st.sampled_from(["move", "review", "accept", "split", "merge"]))
        one, other = draw(st.sampled_from([("A", "B"), ("B", "A"), ("A", None), (None, "B")]))
        if what == "move":
            book.add("move", points=chosen, theme=one, to=other, to_name="")
        elif what == "review":
            book.add("review", points=chosen, theme=one)
        elif what == "accept":
            book.add("accept", points=chosen, theme=one or "A", read=None)
        elif what == "split":
            book.add(
                "split", points=chosen, theme=one or "A", into=f"C{len(book.rows)}", name="split", before=""
            )
        else:
            book.add("merge", theme=one or "A", name="both", **{"from": [other or "B"]})
    return later, book.rows


@given(anything(), st.integers(0, 1000))
def test_nothing_is_lost_and_the_order_of_rows_does_not_matter(case, seed):
    later, decisions = case
    found = decided(later, ROWS, decisions)
    assert [key_of(point) for point in found["points"]] == [key_of(point) for point in later["points"]]
    inside = {response for theme in found["themes"] for response in theme["responses"]}
    assert inside | set(found["unplaced"]) == {point["response"] for point in later["points"]}
    assert not inside & set(found["unplaced"])
    for theme in found["themes"]:
        own = {point["response"] for point in found["points"] if point["theme"] == theme["id"]}
        assert own == set(theme["responses"])
        assert theme["people"] == len(own) > 0
        assert theme["new"] <= len(own)
    shuffled = random.Random(seed).sample(decisions, len(decisions))
    assert decided(later, random.Random(seed).sample(ROWS, len(ROWS)), shuffled) == found


@given(anything())
def test_a_range_is_only_shown_where_the_theme_is_exactly_the_methods(case):
    later, decisions = case
    own = {frozenset(theme["responses"]) for theme in later["themes"]}
    for theme in decided(later, ROWS, decisions)["themes"]:
        assert (theme["interval"] is not None) == (frozenset(theme["responses"]) in own)
        assert (theme["stability"] is None) == (theme["interval"] is None)


@given(anything())
def test_nothing_that_was_given_is_changed(case):
    later, decisions = case
    before = copy.deepcopy((later, decisions))
    decided(later, ROWS, decisions)
    assert (later, decisions) == before


def divided() -> dict[str, Any]:
    """A theme of eight answers in two parts of three; the other two are in neither."""
    result = reading({"t1": RENTS, "t2": BUSES})
    parts = {"t1.1": RENTS[:3], "t1.2": RENTS[3:6]}
    for point in result["points"]:
        point["subtheme"] = next((part for part, here in parts.items() if point["response"] in here), None)
    result["themes"][0]["subthemes"] = [
        {**reading({part: here})["themes"][0], "id": part, "subthemes": []} for part, here in parts.items()
    ]
    return result


def test_the_parts_of_a_theme_are_counted_anew_where_people_changed_it():
    book = Book().add("rename", adopts=[ADOPT_RENTS], theme="A", before="name of t1", name="rents")
    whole = decided(divided(), ROWS, book.rows)["themes"]
    parts = next(theme for theme in whole if theme["id"] == "A")["subthemes"]
    assert [(part["people"], part["interval"]) for part in parts] == [(3, [1, 9]), (3, [1, 9])]
    book.add("move", points=RENTS[:2], theme="A", to=None, to_name="")
    rest = decided(divided(), ROWS, book.rows)["themes"]
    parts = next(theme for theme in rest if theme["id"] == "A")["subthemes"]
    assert [(part["id"], part["people"], part["interval"]) for part in parts] == [
        ("t1.2", 3, None),
        ("t1.1", 1, None),
    ]
    assert next(theme for theme in rest if theme["id"] == "t2")["subthemes"] == []
