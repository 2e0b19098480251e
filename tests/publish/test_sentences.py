"""Numbers become the sentences that get quoted."""

from __future__ import annotations

import pytest

from folkmoot.publish import sentences as say
from tests.publish.example import about

SPEECH = say.Speech(["We want better pay for carers.", "Ask the NHS, or Germany."])
WHO = {"people": 1104, "members": 1031, "link": 73, "roll": 3012}


def spaced(sentence: str) -> str:
    """With ordinary spaces, as one types."""
    return sentence.replace(say.NO_BREAK, " ")


def test_the_headline_comes_from_what_was_ranked() -> None:
    found = {"from": "priorities", "question": "q1", "option": "Pay"}
    told = say.headline(found, "Lantern Union", "both")
    assert told == "Pay first, say Lantern Union members who answered."


def test_the_headline_comes_from_what_was_voted_on_where_nothing_was_ranked() -> None:
    found = {"from": "statements", "question": "q1", "statement": "s1", "direction": "agree"}
    told = say.headline(found, "Lantern Union", "members", "An evening bus in every town.")
    assert told == "Most Lantern Union members who answered agree: “An evening bus in every town.”"
    against = say.headline(found | {"direction": "disagree"}, "Lantern Union", "members", "Freeze pay.")
    assert against == "Most Lantern Union members who answered disagree: “Freeze pay.”"


def test_an_open_link_speaks_for_no_members() -> None:
    told = say.headline({"from": "priorities", "option": "Pay."}, "Lantern Union", "link")
    assert told == "Pay first, say people who answered."


def test_a_first_choice_is_a_count_before_a_percentage_of_its_own_total() -> None:
    told = say.first_choice(1018, {"text": "Pay", "first": 417}, "rank", SPEECH)
    assert spaced(told) == "Of 1,018 people who ranked priorities, 417 (41 %) put pay first."


def test_a_percent_sign_never_stands_alone_on_a_line() -> None:
    assert say.percent(417, 1018) == "41\N{NO-BREAK SPACE}%"


def test_points_are_told_as_points() -> None:
    told = say.first_choice(40, {"text": "NHS", "first": 12}, "points", SPEECH)
    assert spaced(told) == "Of 40 people who shared out points, 12 (30 %) gave most to “NHS”."


def test_a_first_choice_of_too_few_is_not_counted() -> None:
    told = say.first_choice(30, {"text": "Pay", "first": None}, "rank", SPEECH)
    assert told == "Pay came first over all places together, for 30 people who answered this."


def test_an_option_over_all_places_is_told_from_the_one_most_put_first() -> None:
    first, most = {"text": "Pay", "first": 30}, {"text": "Germany", "first": 40}
    told = say.other_first(first, most, 100, SPEECH)
    assert spaced(told) == (
        "More people, 40 (40 %), put “Germany” first; over all places together pay stands higher."
    )


def test_names_keep_their_capital_inside_a_sentence() -> None:
    assert SPEECH.inside("Pay") == "pay"
    assert SPEECH.inside("Germany") == "“Germany”"
    assert SPEECH.inside("NHS") == "“NHS”"


def test_a_vote_tells_its_own_total_and_whether_the_groups_stand_together() -> None:
    row = {"text": "Publish the votes.", "seen": 689, "agree": 571, "disagree": 70, "unsure": 48}
    told = spaced(say.vote(row, "agree", 3))
    assert told == (
        "Of 689 who voted on it, 571 (83 %) agree: “Publish the votes.”; so do most in all three groups."
    )
    assert "both groups" in say.vote(row, "agree", 2)
    assert say.vote(row, "agree").endswith("“Publish the votes.”")


def test_where_people_differ_all_three_answers_are_told() -> None:
    row = {"text": "Set land taxes.", "seen": 665, "agree": 312, "disagree": 287, "unsure": 66}
    assert say.split(row) == "312 agree, 287 disagree, 66 not sure"
    assert spaced(say.divided(row)) == (
        "They differ most on “Set land taxes”: of 665 who voted on it, 312 (47 %) agree, 287 (43 %) "
        "disagree, 66 are not sure."
    )


def test_who_answered_is_no_opinion_poll() -> None:
    told = f"{say.who_answered(WHO, 'both')} {say.no_poll()}"
    assert spaced(told) == (
        "1,104 people: 1,031 of 3,012 members (34 %), 73 by open link. "
        "They chose to take part; this is not an opinion poll."
    )


@pytest.mark.parametrize(
    ("access", "changes", "told"),
    [
        ("members", {}, "1,104 people: 1,031 of 3,012 members (34 %)."),
        ("link", {"people": 73}, "73 people: 73 by open link."),
        ("both", {"link": None}, "1,104 people: 1,031 of 3,012 members (34 %), fewer than 10 by open link."),
        ("both", {"people": None}, "Fewer than 10 people."),
    ],
)
def test_who_answered_for_every_access(access: str, changes: dict, told: str) -> None:
    assert spaced(say.who_answered(WHO | changes, access)) == told


def test_two_hidden_numbers_are_not_called_small() -> None:
    told = say.who_answered(WHO | {"people": 60, "members": None, "link": None}, "both")
    assert "fewer" not in told
    assert told.startswith("60 people, members and others by open link")


def test_raising_is_not_agreeing() -> None:
    theme = {
        "name": "Rents",
        "phrases": ["rents"],
        "people": 214,
        "interval": [190, 236],
        "mixed": False,
    }
    told = f"{say.raised(theme, 988)} {say.raising()}"
    assert told == (
        "214 of 988 writers raised rents (190–236, depending on how answers are grouped). "
        "Raising is not agreeing."
    )


def test_a_theme_of_too_few_is_fewer_than_ten() -> None:
    theme = {"name": "bees", "people": None, "interval": None, "mixed": False}
    assert say.raised(theme, 988) == "Fewer than 10 of 988 writers raised bees."


def test_a_theme_without_a_thread_is_not_named() -> None:
    theme = {"name": "Mixed: no common thread", "people": 30, "interval": [20, 40], "mixed": True}
    assert "no phrase says what they share; read the quotes" in say.raised(theme, 988)


def test_who_was_not_heard() -> None:
    row = {"part": "membership", "name": "under 2", "roll": 934, "people": 144}
    assert spaced(say.not_heard(row, WHO)) == "Members of under two years: 31 % of the roll, 14 % of answers."
    branch = {"part": "branches", "name": "North/Skelby", "roll": 300, "people": 20}
    assert spaced(say.not_heard(branch, WHO)) == "North / Skelby: 10 % of the roll, 2 % of answers."


def test_a_group_is_told_in_tenths_and_by_what_it_holds() -> None:
    inside = {"seen": 241, "agree": 198, "disagree": 30, "unsure": 13}
    outside = {"seen": 640, "agree": 158, "disagree": 400, "unsure": 82}
    entry = {"statement": "s1", "direction": "agree", "inside": inside, "outside": outside}
    assert say.group_opening({"letter": "A", "size": 471}, 1104) == "Group A, 4 in 10 of those on the map"
    assert spaced(say.holding(entry, "Borrow now.")) == (
        "Agrees with “Borrow now”, unlike the others: 198 of 241 (82 %), the others 158 of 640 (25 %)."
    )
    alike = entry | {"outside": {"seen": 100, "agree": 60, "disagree": 40, "unsure": 0}}
    assert say.holding(alike, "Borrow now.").startswith("Agrees with “Borrow now”, more than the others")
    against = entry | {"direction": "disagree", "inside": outside, "outside": inside}
    assert say.holding(against, "Borrow now.").startswith("Disagrees with “Borrow now”, unlike the others")
    weak = entry | {"inside": {"seen": 20, "agree": 9, "disagree": 8, "unsure": 3}}
    assert say.holding(weak, "Borrow now.").startswith("Leans further towards “Borrow now” than the others")


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [(0, 50, "0 %"), (1, 1000, "under 1 %"), (999, 1000, "over 99 %"), (50, 50, "100 %"), (1, 0, "–")],
)
def test_a_percentage_never_hides_somebody(part: int, whole: int, told: str) -> None:
    assert spaced(say.percent(part, whole)) == told


@pytest.mark.parametrize(
    ("published", "told"),
    [
        (None, "The findings are due by 5 March 2026."),
        ("2026-03-05T12:00:00+00:00", "The findings were promised by 5 March 2026 and came in time."),
        ("2026-03-05T15:00:00+00:00", "came hours later."),
        ("2026-03-07T12:00:00+00:00", "came 2 days late."),
    ],
)
def test_a_promise_is_held_against_the_date(published: str | None, told: str) -> None:
    assert say.due(about(), published).endswith(told)


def test_days_are_told_in_the_time_zone_of_the_assembly() -> None:
    assert say.day("2026-03-01T23:30:00+00:00", "Asia/Tokyo") == "2 March 2026"
    assert say.day(1772409600, "Europe/London") == "2 March 2026"


def test_a_size_is_told_in_kilobytes_and_megabytes() -> None:
    assert say.size(120_400) == "120 KB"
    assert say.size(1_310_000) == "1.3 MB"
