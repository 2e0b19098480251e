"""Names are whole phrases that many of a theme's people used, or there is no name."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from folkmoot.methods.themes.describe import naming_order
from folkmoot.methods.themes.grammar import Grammar, english_root
from folkmoot.methods.themes.language import stop_words
from folkmoot.methods.themes.shortlist import read_shortlists
from folkmoot.methods.themes.spelling import without_slips
from folkmoot.methods.themes.title import Candidate, title, various
from folkmoot.methods.themes.tokens import Tokens
from folkmoot.methods.themes.vocabulary import Vocabulary, read_vocabulary
from folkmoot.methods.themes.words import clauses, words


def vocabulary_of(*texts: str, question: str = "") -> Vocabulary:
    """The vocabulary of texts that two people wrote each."""
    labels = np.zeros(len(texts), dtype=np.int64)
    stops, people = stop_words(["en"]), np.full(len(texts), 2)
    split = [clauses(text) for text in texts]
    return read_vocabulary(split, question, stops, labels, Grammar.of("en"), people=people)


def candidate(
    text: str,
    *,
    people: int = 20,
    share: float = 0.5,
    fit: float = 0.95,
    reach: float = 0.6,
    start: int = 0,
    thing: bool = True,
    vague: bool = False,
) -> Candidate:
    """A phrase that a share of a hundred people speak of, from the `start`th on; `reach` are near to it."""
    said, near = np.zeros(100), np.zeros(100)
    said[start : start + round(100 * share)] = 0.01
    near[start : start + round(100 * max(share, reach))] = 0.01
    return Candidate(tuple(text.split()), text, 1.0, people, share, fit, thing, vague, said, near)


def mended(text: str, *others: str) -> str:
    tokens = Tokens.of([[words(one)] for one in (text, *others)])
    people = np.ones(len(others) + 1, dtype=np.int64)
    mend = without_slips(tokens, stop_words(["en"]) | {"form"}, people)
    return " ".join(mend.words[code] for code in mend.code[mend.is_word & (mend.text == 0)])


def test_swapped_letters_are_read_as_the_common_word_they_stand_for() -> None:
    assert mended("teh bus", *["the train"] * 6) == "the bus"
    assert mended("buses becuase", *["because"] * 6) == "buses because"


def test_a_letter_left_out_of_a_long_word_is_put_back() -> None:
    assert mended("hosptal beds", *["hospital"] * 20) == "hospital beds"
    assert mended("a coast path", *["cost"] * 50) == "a coast path"


def test_a_slip_that_many_repeat_is_weighed_by_people() -> None:
    tokens = Tokens.of([[["immirgation"]], [["immigration"]], [["buses"]]])
    mend = without_slips(tokens, frozenset(), np.array([9, 90, 5]))
    assert [word for word in mend.words if word] == ["immigration", "immigration", "buses"]
    assert without_slips(tokens, frozenset(), np.array([40, 90, 5])) is tokens


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


def test_a_quality_or_a_doing_is_no_name() -> None:
    assert title([candidate("dangerous", thing=False)], set()) is None
    assert title([candidate("dangerous", thing=False), candidate("crossing", share=0.3)], set()) == "Crossing"


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


def test_what_something_is_can_be_a_name_but_not_how_it_is() -> None:
    found = vocabulary_of(
        "it is age discrimination", "this is age discrimination", "it is cruel", "they are cruel"
    )
    assert ("age", "discrimination") not in found.pieces
    assert found.thing(("discrimination",)) == 1
    assert found.thing(("cruel",)) == 0


def test_those_who_are_called_by_a_quality_can_be_named() -> None:
    found = vocabulary_of("a shelter for the homeless", "the homeless sleep there", "help for the poor")
    assert found.thing(("homeless",)) > 0.4
    assert found.thing(("help", "for", "the", "poor")) == 1


def test_a_demand_is_a_name_where_it_is_made_and_no_other_doing() -> None:
    found = vocabulary_of(
        "Abolish ticket fees",
        "please abolish ticket fees",
        "they spread diseases",
        "this will spread diseases",
    )
    assert ("abolish", "ticket", "fee") not in found.pieces
    assert ("spread", "disease") in found.pieces


@pytest.mark.parametrize(
    "fragment",
    ["met your rep", "give people the buses", "homes cheaper", "free at the bus stop", "boss abolish fees"],
)
def test_a_fragment_is_broken(fragment: str) -> None:
    assert Grammar.of("en").is_broken(fragment.split())


@pytest.mark.parametrize(
    "whole", ["right to die", "cost of living crisis", "close the tax loopholes", "affordable homes"]
)
def test_a_whole_phrase_is_not_broken(whole: str) -> None:
    assert not Grammar.of("en").is_broken(whole.split())


def test_a_right_is_named_by_what_it_is_to() -> None:
    found = vocabulary_of("the right to die", "our right to die", "a right", question="Should people vote?")
    assert ("right",) in found.faint
    assert ("right", "to", "die") not in found.faint
    assert found.thing(("right", "to", "die")) == 1


def test_a_phrase_that_says_no_more_than_its_end_is_no_name() -> None:
    found = vocabulary_of("it is a form of murder", "another form of murder", "the price of murder")
    assert found.is_broken(("form", "of", "murder"))
    assert not found.is_broken(("price", "of", "murder"))


@pytest.mark.parametrize(
    "family",
    [
        "regulate regulates regulated regulation regulations",
        "discriminates discrimination discriminatory",
        "safe safer safety unsafe",
        "ethics ethical unethical",
        "vote voting voted",
        "overpopulation overpopulated",
    ],
)
def test_words_of_one_family_have_one_root(family: str) -> None:
    assert len(set(map(english_root, family.split()))) == 1


@pytest.mark.parametrize(
    "pair", ["home homeless", "teach teacher", "river rival", "bus business", "nation native"]
)
def test_words_of_two_families_have_two_roots(pair: str) -> None:
    assert len(set(map(english_root, pair.split()))) == 2


def test_a_quality_that_things_are_said_to_have_speaks_for_its_phrase() -> None:
    found = vocabulary_of(
        "it is cruel", "so cruel!", "that is cruel", "a cruel practice", "green jobs", "our green jobs"
    )
    assert found.telling(("cruel", "practice")) == {"cruel"}
    assert found.telling(("green", "job")) == {"green", "job"}


def test_a_last_word_that_says_little_does_not_narrow_what_a_phrase_speaks_of() -> None:
    found = vocabulary_of("ethical issues", "these ethical issues", "private schools", "our private schools")
    assert found.telling(("ethical", "issue")) == {english_root("ethics")}
    assert len(found.telling(("private", "school"))) == 2


def test_what_the_question_is_shortened_to_names_nothing() -> None:
    found = vocabulary_of("IP lasts too long", question="Should intellectual property end?")
    assert ("ip",) in found.faint


def test_the_question_in_two_words_names_nothing() -> None:
    found = vocabulary_of("home schooling works", question="Should homeschooling be banned?")
    assert found.says_the_question(("home", "schooling"))
    assert not found.says_the_question(("schooling", "work"))


def test_a_thing_is_written_as_it_stands_alone() -> None:
    found = vocabulary_of("drug dealers", "drug crimes", "drug users", "drug laws", "the drugs", "more drugs")
    assert found.written[("drug",)] == "drugs"


def shortlist_of(*texts: str, question: str = "") -> dict[str, float]:
    """The phrases that may name these texts, beside as many others, and what share speaks of each."""
    others = ["gardens", "a swing", "more benches", "a pond", "paths", "tall oaks", "hedges", "a fountain"]
    split = [clauses(text) for text in (*texts, *others)]
    labels = np.array([0] * len(texts) + [1] * len(others))
    found = read_vocabulary(split, question, stop_words(["en"]), labels, Grammar.of("en"))
    listed = read_shortlists(found, labels, np.ones_like(labels), 1).of[0]
    return {found.written[one.phrase]: one.share for one in listed}


def test_all_words_of_a_family_speak_of_what_it_is_about() -> None:
    found = shortlist_of(
        "regulate them", "a regulation", "the regulations", "it is unregulated", "cheap fares"
    )
    assert found["regulations"] == pytest.approx(0.8)


def test_a_family_is_named_by_the_thing_that_others_called_it() -> None:
    vocabulary = shortlist_of("it is safer", "that makes it safer", "safer for all", "safety", "a lamp")
    assert "safety" in vocabulary
    assert "safer" not in vocabulary


def test_a_word_that_says_little_elsewhere_is_listed_where_most_speak_of_it() -> None:
    assert "ideas" in shortlist_of("their ideas", "an idea", "ideas are free", "stolen ideas", "songs")
    assert "year" not in shortlist_of("every year", "each year", "a year", "next year", "songs")


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
    assert title([candidate("bus"), candidate("lido", share=0.3, reach=0.3, start=60)], taken) == "Bus"
    assert title([candidate("bus"), candidate("ferry", share=0.1)], taken) == "Bus"
    assert title([candidate("bus"), candidate("lucky dip", people=2, share=0.3)], taken) == "Bus"


def test_a_name_of_several_words_stands_alone() -> None:
    assert title([candidate("waiting lists"), candidate("hospital")], set()) == "Waiting lists"


@pytest.mark.parametrize(
    "weak",
    [
        candidate("box", share=0.2, fit=0.6),
        candidate("lucky dip", share=0.05, reach=0.5),
        candidate("aniseed", people=2, share=0.2, fit=0.8, reach=0.3),
        candidate("ward round", share=0.5, fit=0.5),
        candidate("mandate", share=0.2, fit=0.9, reach=0.3),
        candidate("idea", share=0.5, vague=True),
    ],
)
def test_what_few_say_or_the_others_do_not_mean_names_nothing(weak: Candidate) -> None:
    assert title([weak], set()) is None


def test_what_most_mean_names_a_theme_though_few_say_it() -> None:
    assert title([candidate("violence", share=0.08, fit=0.9, reach=0.7)], set()) == "Violence"
    assert title([candidate("violence", people=2, share=0.08, fit=0.9, reach=0.7)], set()) is None


def test_a_word_that_says_little_elsewhere_names_what_nearly_all_speak_of_if_nothing_else_does() -> None:
    vague = candidate("ideas", share=0.9, vague=True)
    assert title([vague], set()) == "Ideas"
    assert title([vague, candidate("theft", share=0.3)], set()) == "Theft"


def test_two_fair_phrases_name_a_theme_together_where_neither_does_alone() -> None:
    fair = [
        candidate("learning", share=0.13, fit=0.74, reach=0.3),
        candidate("school", share=0.17, fit=0.72, reach=0.3, start=13),
    ]
    assert title(fair, set()) == "Learning and school"
    assert title(fair[:1], set()) is None


def test_two_fair_phrases_that_have_nothing_to_do_with_each_other_name_nothing() -> None:
    odd = [
        candidate("boys", share=0.15, fit=0.7, reach=0.35),
        candidate("tax", share=0.15, fit=0.7, reach=0.35, start=40),
    ]
    assert title(odd, set()) is None


def test_whoever_has_one_good_phrase_chooses_a_name_first() -> None:
    rent = candidate("rent", reach=0.9)
    named = [
        [rent, candidate("damp")],
        [candidate("mould", fit=0.1)],
        [rent],
        [candidate("lifts", reach=0.8)],
    ]
    assert naming_order(named, np.array([40, 30, 20, 10]), [0, 1, 2, 3]) == [2, 3, 0, 1]


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
    assert title([candidate("deterrent"), both[1]], {"Deterrence"}) == "Deterrent and discrimination"
    assert title(both[:1], {"Fairness ordinance"}) is None
    assert title(both, {"Discrimination and fairness ordinance", "Fairness ordinance"}) == "Discrimination"
    assert title(both[:1], {"Fairness ordinance"}, part=True) is None


def test_a_fairly_common_phrase_will_do_where_nothing_better_names_a_theme_but_not_a_part_of_one() -> None:
    fair = candidate("streets", share=0.26, fit=0.65, reach=0.55)
    assert title([fair], set()) == "Streets"
    assert title([fair], {"Streets"}) is None
    assert title([fair], set(), part=True) is None


def test_what_nothing_names_says_what_some_of_its_people_said() -> None:
    few = [candidate(text, people=3, share=0.05, fit=0.5) for text in ("party", "candidates", "voice")]
    assert various(few, set()) == "Various: party, candidates"
    assert various(few, {"Various: party, candidates"}) == "Various: candidates, voice"
    assert various([], set()) == "Various: read the quotes"


def test_what_english_words_mostly_are_is_read_without_loading_the_package_that_says_it() -> None:
    program = (
        "import sys; from folkmoot.methods.themes.grammar import english_kind as kind; "
        "print(kind('barbaric'), kind('forest'), kind('Abolish'), kind('safer'), kind('zorbly'), kind('zorbs'), "
        "sorted({'textblob', 'nltk'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said == "quality thing doing quality quality thing []\n"
