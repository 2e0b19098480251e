"""A response is split into points; every point is an exact stretch of it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.methods.themes.points import plain, sameness_key, split_points


def points_of(text: str) -> list[str]:
    return [text[start:end] for start, end in split_points(text)]


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("More buses. Lower rents!", ["More buses.", "Lower rents!"]),
        (
            "Mr. Hill of St. Ives spoke. We heard 3.5 hours.",
            ["Mr. Hill of St. Ives spoke.", "We heard 3.5 hours."],
        ),
        ("Buses, e.g. at night, are late.", ["Buses, e.g. at night, are late."]),
        ("Really? yes, really.", ["Really? yes, really."]),
        ("He said “no.” We said yes.", ["He said “no.”", "We said yes."]),
        ("It was J. Hill and I. Then we left.", ["It was J. Hill and I.", "Then we left."]),
        ("公車太少。我們需要更多！", ["公車太少。", "我們需要更多！"]),
        ("- buses\n- rents\n• pay", ["buses", "rents", "pay"]),
        ("1. buses 2. rents 3. pay", ["buses", "rents", "pay"]),
        ("Three things: 1) buses; 2) rents", ["Three things:", "buses;", "rents"]),
        ("We have waited since 2. May came and went", ["We have waited since 2.", "May came and went"]),
        (
            "we should ban it because it is cruel. it also costs too much.",
            ["we should ban it because it is cruel.", "it also costs too much."],
        ),
        ("it is so bad! they should stop it now", ["it is so bad!", "they should stop it now"]),
        ("it starts at 6.30 a.m. and ends at nine", ["it starts at 6.30 a.m. and ends at nine"]),
        ("we pay approx. five pounds for a ticket", ["we pay approx. five pounds for a ticket"]),
        ("it is cruel. and so on. we pay for it", ["it is cruel.", "and so on. we pay for it"]),
        ("Well... it depends on the rain", ["Well... it depends on the rain"]),
        ("buses; lower rents; pay for carers", ["buses", "lower rents", "pay for carers"]),
        (
            "We waited an hour for the bus; nobody ever told us why",
            ["We waited an hour for the bus; nobody ever told us why"],
        ),
        ("Buses / rents / pay", ["Buses", "rents", "pay"]),
        ("his/her pay / wages", ["his/her pay / wages"]),
        ("1 buses 2 rents 3 pay", ["buses", "rents", "pay"]),
        ("1 bus every 2 hours for 3 villages", ["1 bus every 2 hours for 3 villages"]),
        ("- buses - rents", ["buses", "rents"]),
        ("• buses • rents", ["buses", "rents"]),
        ("pasted words that\nwrap here", ["pasted words that\nwrap here"]),
        ("Buses\nRents", ["Buses", "Rents"]),
        ("<p>Buses first.</p><p>Then <b>rents</b></p>", ["Buses first.", "Then <b>rents</b>"]),
        ("", []),
        ("   \n\t ", []),
        ("?!… 😀", []),
    ],
)
def test_a_response_is_split_where_a_reader_would(text: str, points: list[str]) -> None:
    assert points_of(text) == points


def test_a_sentence_too_long_for_the_model_is_cut_where_one_takes_breath() -> None:
    text = "we waited for the bus in the rain, " * 60
    points = points_of(text)
    assert len(points) > 1
    assert all(len(point) < 900 and point.endswith(",") for point in points[:-1])


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_no_letter_or_digit_is_left_out_except_a_list_marker(text: str) -> None:
    spans = split_points(text)
    assert spans == sorted(spans)
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@given(st.lists(st.sampled_from(["Bus", "rent", "pay.", "why?", "Mr.", "a,", "\n"]), max_size=40))
def test_every_word_is_in_some_point(words: list[str]) -> None:
    text = " ".join(words)
    inside = "".join(text[start:end] for start, end in split_points(text))
    assert [c for c in inside if c.isalnum()] == [c for c in text if c.isalnum()]


def test_case_marks_and_mark_up_do_not_make_another_point() -> None:
    assert sameness_key("<b>No more</b>  ZERO hours!!") == sameness_key("no more zero hours.")
    assert sameness_key("no more hours") != sameness_key("more hours")


def test_control_characters_and_entities_are_not_words() -> None:
    assert plain("pay\x00 &amp; rent\u200b <br/> now") == "pay & rent now"
