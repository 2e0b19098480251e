"""Nothing that people write may break the finding or be lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from folkmoot.methods import InputError
from folkmoot.methods.themes import Lsa, Response, find_themes, summary, to_json

from .conftest import BUSES, HOMES, PAY
from .test_find_themes import check_coverage

TEMPLATE = "Save our library! It is the heart of the village."


def test_no_responses_give_no_themes() -> None:
    found = find_themes([])
    assert found.themes == found.unplaced == found.points == ()
    check_coverage([], found)


def test_three_responses_are_too_few_for_a_theme() -> None:
    responses = [Response(str(n), "More buses please.") for n in range(3)]
    found = find_themes(responses)
    assert found.themes == ()
    assert found.unplaced == ("0", "1", "2")


@pytest.mark.parametrize("with_model", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "Rents",
        "😀😀",
        "?!",
        "<script>alert('x')</script>",
        "\x00\x07 pay\x1b[31m",
        "אנחנו צריכים עוד אוטובוסים",
        "\u202eright to left",
        "a" * 5000,
        "word " * 1000,
        "公車" * 800,
        "&lt;b&gt; &amp;",
        "\ufeff\u200b",
        "1",
        "e\u0301" * 50,
    ],
)
def test_odd_texts_break_nothing_and_are_not_lost(hall, text: str, with_model: bool) -> None:
    responses = [*hall, Response("odd", text), Response("odd again", text)]
    embedder = None if with_model else Lsa([response.text for response in responses])
    found = find_themes(responses, embedder=embedder, bootstraps=2)
    check_coverage(responses, found)
    if not any(c.isalnum() for c in text):
        assert {"odd", "odd again"} <= set(found.unplaced)


@pytest.mark.parametrize("text", ["", "😀", "no", "No.", "Rents"])
def test_nothing_but_one_short_answer_from_everybody(text: str) -> None:
    responses = [Response(str(n), text) for n in range(40)]
    for embedder in (None, Lsa([text])) if text.isalpha() else (None,):
        found = find_themes(responses, embedder=embedder, bootstraps=2)
        check_coverage(responses, found)


def test_a_campaigns_text_from_900_people_counts_900_and_is_one_text(hall) -> None:
    campaign = [Response(f"c{n}", TEMPLATE, f"member {n}") for n in range(900)]
    found = find_themes([*hall, *campaign], bootstraps=3)
    check_coverage([*hall, *campaign], found)
    assert 900 <= found.themes[0].people <= found.counts.people
    assert found.counts.unique_points == 29
    quotes = [quote for theme in found.themes for quote in theme.quotes if quote.text in TEMPLATE]
    assert quotes
    assert {quote.people for quote in quotes} == {900}
    assert "the same from 900 people" in summary(found)
    assert {f"c{n}" for n in range(900)} <= set(found.themes[0].responses)


@pytest.mark.parametrize("length", [1, 2, 4, 5, 30, 31, 42, 90])
def test_a_campaigns_text_is_quoted_however_long_its_sentence_is(hall, length: int) -> None:
    sentence = " ".join(
        ("Save the old village library where our children learnt to read " * 9).split()[:length]
    )
    campaign = [Response(f"c{n}", sentence, f"member {n}") for n in range(900)]
    nearly = [Response(f"n{n}", f"{sentence} on {place}", f"friend {n}") for n, place in enumerate(PLACES)]
    found = find_themes([*hall, *campaign, *nearly], bootstraps=0)
    check_coverage([*hall, *campaign, *nearly], found)
    (quote,) = [quote for theme in found.themes for quote in theme.quotes if quote.people >= 900]
    assert (quote.text, quote.place) == (sentence, "repeated")


PLACES = (
    "Bridge Street, by the old bakery",
    "Mill Lane, near the school gate",
    "the Parade, beside the pharmacy",
)
ODD_WAYS: dict[str, Callable[[str], str]] = {
    "HTML": lambda said: f'<div class="x"><p>{said} &amp; soon</p><br/>\r\n<!-- {said} --></div>',
    "control characters": lambda said: f"\x00\x1b[31m{said}\x07\x85\ufeff",
    "another way of writing": lambda said: f"\u202e{said}\u202c תודה رجاء",
    "emoji": lambda said: f"😀👩\u200d👩\u200d👧 {said} 🚌🚌",
    "accents apart": lambda said: f"Cafe\u0301 {said} e\u0301",
    "rant": lambda said: f"{said} And so on and so forth, I say! " * 90,
}


@pytest.mark.parametrize("way", ODD_WAYS)
def test_odd_answers_are_quoted_letter_for_letter(way: str) -> None:
    said = [*BUSES, *HOMES, *PAY]
    responses = [Response(str(number), ODD_WAYS[way](text), f"p{number}") for number, text in enumerate(said)]
    found = find_themes(responses, bootstraps=2)
    check_coverage(responses, found)
    assert any(theme.quotes for theme in found.themes)
    made = {point.response for point in found.points}
    assert made == {response.id for response in responses}


@pytest.mark.parametrize(
    "text", ["Queremos más autobuses por la noche", "夜里需要更多的公共汽车", "نريد المزيد من الحافلات"]
)
def test_answers_in_other_languages_are_read_and_a_warning_says_how_well(text: str) -> None:
    responses = [Response(str(number), f"{text} {number % 4}.") for number in range(30)]
    found = find_themes(responses, bootstraps=2)
    check_coverage(responses, found)
    assert found.language.code != "en"
    assert found.language.warning


def test_an_id_that_comes_twice_is_refused() -> None:
    with pytest.raises(InputError, match="'7'"):
        find_themes([Response("7", "one"), Response("7", "two")])


def test_half_a_character_is_refused() -> None:
    with pytest.raises(InputError, match="half a character"):
        find_themes([Response("7", "pay \ud83d now")])


def test_a_person_called_like_a_response_is_not_merged_with_it() -> None:
    responses = [Response("1", "More buses."), Response("2", "Fewer cars.", person="1")]
    assert find_themes(responses).counts.people == 2


def test_bad_input_comes_out_the_same_in_any_order(hall) -> None:
    odd = [Response(f"odd{n}", text) for n, text in enumerate(["", "RENTS", "rents!", "Rents", "😀", "\x00"])]
    one, other = find_themes([*hall, *odd], bootstraps=2), find_themes([*odd[::-1], *hall], bootstraps=2)
    assert to_json(one) == to_json(other)
