"""Names are whole phrases that many of a theme's people used, or there is no name."""

from __future__ import annotations

import numpy as np
import pytest

from folkmoot.methods.themes.language import stop_words
from folkmoot.methods.themes.title import Candidate, loose_title, title, various
from folkmoot.methods.themes.vocabulary import Neighbourhood, Vocabulary, read_vocabulary
from folkmoot.methods.themes.words import clauses, without_slips, words


def vocabulary_of(*texts: str, question: str = "") -> Vocabulary:
    labels = np.zeros(len(texts), dtype=np.int64)
    return read_vocabulary(
        [clauses(text) for text in texts], question, stop_words(["en"]), labels, Neighbourhood.of("en")
    )


def candidate(text: str, *, people: int = 20, share: float = 0.5, fit: float = 0.95) -> Candidate:
    return Candidate(tuple(text.split()), text, 1.0, people, share, fit)


def mended(text: str, *others: str) -> str:
    split = [[words(one)] for one in (text, *others)]
    return " ".join(without_slips(split, stop_words(["en"]) | {"form"})[0][0])


def test_swapped_letters_are_read_as_the_common_word_they_stand_for() -> None:
    assert mended("teh bus", *["the train"] * 6) == "the bus"
    assert mended("buses becuase", *["because"] * 6) == "buses because"


def test_a_letter_left_out_of_a_long_word_is_put_back() -> None:
    assert mended("hosptal beds", *["hospital"] * 20) == "hospital beds"
    assert mended("a coast path", *["cost"] * 50) == "a coast path"


def test_a_slip_that_many_repeat_is_weighed_by_people() -> None:
    split = [[["immirgation"]], [["immigration"]], [["buses"]]]
    mend = [text[0][0] for text in without_slips(split, frozenset(), [9, 90, 5])]
    assert mend == ["immigration", "immigration", "buses"]
    assert without_slips(split, frozenset(), [40, 90, 5]) is split


def test_a_short_form_with_an_apostrophe_is_mended() -> None:
    assert mended("I dno't mind", *["don't"] * 6) == "I don't mind"


def test_what_the_towns_name_is_shortened_to_names_nothing() -> None:
    found = vocabulary_of("BG needs parks", question="What does our town of Bowling Green need?")
    assert ("bg",) not in found.written
    assert ("park",) in found.written


def test_an_abbreviation_keeps_its_capitals() -> None:
    found = vocabulary_of(
        "the NHS dentist",
        "our nhs bills",
        "an NHS desk",
        "by road",
        "on road",
        "a road",
        "one ROAD",
        "a road",
    )
    assert found.written[("nhs",)] == "NHS"
    assert found.written[("road",)] == "road"


def test_a_lone_quality_is_no_name() -> None:
    assert title([candidate("dangerous")], set()) is None
    assert (
        title([candidate("dangerous"), candidate("crossing", share=0.3)], set()) == "Dangerous and crossing"
    )


def test_a_rare_word_is_left_alone_where_no_word_is_far_commoner() -> None:
    assert mended("the trial", *["trail"] * 3) == "the trial"


def test_a_word_on_a_list_is_never_a_slip() -> None:
    assert mended("a form", *["from"] * 100) == "a form"


def test_a_piece_of_a_longer_phrase_is_told() -> None:
    found = vocabulary_of(
        "I want to join a waiting list today", "we join a waiting list", "they join a waiting list again"
    )
    assert ("join", "a", "waiting") in found.pieces
    assert ("waiting", "list") not in found.pieces


def test_what_stands_after_a_subject_is_a_piece_of_a_sentence() -> None:
    found = vocabulary_of(
        "it punishes people who wait", "this is how it punishes people here", "it punishes people"
    )
    assert ("punishe", "people") in found.pieces or ("punish", "people") in found.pieces


def test_a_copied_sentence_is_told_from_words_in_several_places() -> None:
    found = vocabulary_of(
        "The buses to Marl pass a shipyard with nobody in it",
        "The buses to Skelby pass a shipyard with nobody in it",
        "Cheaper buses",
    )
    assert ("shipyard",) in found.fixed
    assert ("bus",) not in found.fixed


def test_numbers_and_times_alone_say_little() -> None:
    found = vocabulary_of("Everyone under thirty waits a month", "A pension at sixty")
    assert {("thirty",), ("month",), ("sixty",)} <= found.faint
    assert ("pension",) not in found.faint


def test_four_words_are_a_phrase_only_around_a_joining_word() -> None:
    found = vocabulary_of("the cost of living crisis", "sheep jump green gates", "buses nobody likes anyway")
    assert ("cost", "of", "living", "crisis") in found.written
    assert not any(len(phrase) == 4 and "sheep" in phrase for phrase in found.written)
    assert ("buses", "nobody", "like") not in found.written


def test_a_name_of_one_word_takes_a_second_phrase_that_many_used() -> None:
    taken: set[str] = set()
    assert title([candidate("bus"), candidate("train", share=0.3)], taken) == "Bus and train"
    assert title([candidate("bus"), candidate("ferry", share=0.1)], taken) == "Bus"
    assert title([candidate("bus"), candidate("lucky dip", people=2, share=0.3)], taken) == "Bus"


def test_a_name_of_several_words_stands_alone() -> None:
    assert title([candidate("waiting lists"), candidate("hospital")], set()) == "Waiting lists"


@pytest.mark.parametrize(
    "weak",
    [
        candidate("box", share=0.2, fit=0.7),
        candidate("lucky dip", share=0.05),
        candidate("aniseed", people=2, share=0.4),
        candidate("ward round", share=0.5, fit=0.5),
    ],
)
def test_what_few_say_or_the_others_do_not_mean_names_nothing(weak: Candidate) -> None:
    assert title([weak], set()) is None


def test_two_fair_phrases_name_a_theme_together_where_neither_does_alone() -> None:
    fair = [candidate("learning", share=0.13, fit=0.83), candidate("school", share=0.17, fit=0.78)]
    assert title(fair, set()) == "Learning and school"
    assert title(fair[:1], set()) is None


def test_a_part_of_a_theme_is_not_named_by_one_word_of_a_few() -> None:
    few = [candidate("home", share=0.3)]
    assert title(few, set()) == "Home"
    assert title(few, set(), part=True) is None
    assert title([candidate("nurses", share=0.9)], set(), part=True) == "Nurses"


def test_a_name_in_use_takes_another_phrase_beside_it_and_never_a_number() -> None:
    both = [candidate("fairness ordinance"), candidate("discrimination", share=0.2)]
    assert title(both, {"Fairness ordinance"}) == "Fairness ordinance and discrimination"
    faint = candidate("churches", share=0.05, fit=0.5)
    assert title([both[0], faint], {"Fairness ordinance"}) == "Fairness ordinance and churches"
    assert title(both[:1], {"Fairness ordinance"}) is None
    assert title(both, {"Discrimination and fairness ordinance", "Fairness ordinance"}) == "Discrimination"
    assert title(both[:1], {"Fairness ordinance"}, part=True) is None


def test_a_fairly_common_phrase_that_fits_will_do_where_nothing_better_names_what_belongs_together() -> None:
    fair = candidate("streets", people=3, share=0.17, fit=0.75)
    assert title([fair], set()) is None
    assert loose_title([fair], set()) == "Streets"
    assert loose_title([fair], {"Streets"}) is None
    assert loose_title([candidate("dangerous", people=3, share=0.17, fit=0.75)], set()) is None


def test_what_nothing_names_says_what_some_of_its_people_said() -> None:
    few = [candidate(text, people=3, share=0.05, fit=0.5) for text in ("party", "candidates", "voice")]
    assert various(few, set()) == "Various: party, candidates"
    assert various(few, {"Various: party, candidates"}) == "Various: candidates, voice"
    assert various([], set()) == "Various: read the quotes"
