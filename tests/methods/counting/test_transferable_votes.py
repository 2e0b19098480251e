"""Transferable votes in small elections whose result anybody can work out: ties, withdrawals, equal places, Meek."""

from __future__ import annotations

from fractions import Fraction

import pytest

from folkmoot.methods.counting import (
    FixedOrder,
    LotNeeded,
    LotOrder,
    Rankings,
    Rule,
    count,
    find_rules,
    rank,
    read_blt,
    to_text,
)
from folkmoot.methods.lots import Lot

# -- Scottish ties, which no real ward had


def test_equals_with_fewest_votes_go_by_the_most_recent_stage_at_which_they_differed() -> None:
    # Cam and Dee stand at 5 after Eve's paper came to Dee; before, Dee had 4 and Cam 5: Dee goes out.
    lines = [(9, [1]), (8, [2]), (5, [3]), (4, [4]), (1, [5, 4])]
    found = count(
        rank(("Ada", "Ben", "Cam", "Dee", "Eve"), lines), "scottish-stv", seats=1, ties=FixedOrder([])
    )
    assert found.stages[2].action == "Exclusion of Dee"
    assert [(tie.stage, tie.chosen, tie.by) for tie in found.ties] == [(3, "4", "earlier stage")]


def test_of_two_stages_at_which_they_differed_the_later_decides() -> None:
    # Cam 4 and Dee 5; then Eve's two papers come to Cam, 6 and 5; then one of Fay's to Dee, 6 and 6.
    lines = [(13, [1]), (12, [2]), (4, [3]), (5, [4]), (2, [5, 3]), (1, [6, 4]), (2, [6, 1])]
    names = ("Ada", "Ben", "Cam", "Dee", "Eve", "Fay")
    found = count(rank(names, lines), "scottish-stv", seats=1, ties=FixedOrder([]))
    assert [stage.action for stage in found.stages[1:4]] == [
        "Exclusion of Eve",
        "Exclusion of Fay",
        "Exclusion of Dee",
    ]


def test_ers97_looks_back_to_the_earliest_stage_instead() -> None:
    # As above, but Ben's 11 are fewer than Cam's and Dee's together; at the first stage Cam had fewer than Dee.
    lines = [(13, [1]), (11, [2]), (4, [3]), (5, [4]), (2, [5, 3]), (1, [6, 4]), (2, [6, 1])]
    names = ("Ada", "Ben", "Cam", "Dee", "Eve", "Fay")
    found = count(rank(names, lines), "ers97", seats=1, ties=FixedOrder([]))
    assert [stage.action for stage in found.stages[1:4]] == [
        "Exclusion of Eve",
        "Exclusion of Fay",
        "Exclusion of Cam",
    ]


def test_the_larger_surplus_goes_first_and_equal_ones_go_by_the_lot() -> None:
    lines = [(10, [1, 3]), (10, [2, 4]), (3, [3]), (2, [4])]
    profile = rank(("Ada", "Ben", "Cam", "Dee"), lines)
    with pytest.raises(LotNeeded, match=r"stage 2 between 1 \(Ada\), 2 \(Ben\)"):
        count(profile, "scottish-stv", seats=3)
    assert count(profile, "scottish-stv", seats=3, ties=FixedOrder(["2", "1", "3", "4"])).stages[
        1
    ].acted_on == ("2",)
    assert count(profile, "scottish-stv", seats=3, ties=FixedOrder(["1", "2", "3", "4"])).stages[
        1
    ].acted_on == ("1",)


def test_a_lot_breaks_ties_by_its_published_order() -> None:
    profile = rank(("Ada", "Ben", "Cam"), [(1, [1]), (1, [2]), (1, [3])], title="Chair")
    lot = Lot("2026-11-23 closing prices", "Chair")
    found = count(profile, "alternative-vote", ties=LotOrder(lot))
    assert found.stages[1].acted_on == (lot.order(2, ["1", "2", "3"])[-1],)
    assert found.lot is not None
    assert found.lot["seed"] == "2026-11-23 closing prices"


def test_those_between_whom_a_lot_is_needed_are_named_in_the_order_of_their_numbers() -> None:
    names = [f"Candidate {number}" for number in range(1, 11)]
    lines = [(2 if number in (6, 10) else 3, [number]) for number in range(1, 11)]
    with pytest.raises(LotNeeded, match=r"between 6 \(Candidate 6\), 10 \(Candidate 10\)"):
        count(rank(names, lines), "alternative-vote")


def test_a_withdrawn_candidate_hands_on_every_paper() -> None:
    profile = rank(("Ada", "Ben", "Cam"), [(5, [1, 2]), (4, [3]), (1, [1])], withdrawn=[1])
    found = count(profile, "scottish-stv", seats=1)
    assert found.elected == (2,)
    assert (found.valid, found.invalid) == (9, 1)
    assert found.candidates[0].status == "withdrawn"
    assert "1" not in found.stages[0].totals


@pytest.mark.parametrize(
    "rule", [rule for rule in find_rules().values() if rule.ballots is Rankings], ids=lambda rule: rule.name
)
def test_nobody_is_elected_where_everybody_withdrew(rule: Rule) -> None:
    profile = rank(("Ada", "Ben"), [(1, [1]), (2, [2, 1])], withdrawn=[1, 2], seats=1)
    found = count(profile, rule)
    assert (found.elected, found.valid, found.invalid) == ((), 0, 3)
    assert "nobody" in to_text(found)


# -- equal places


UNCERTAIN = [
    (6, [1, [2, 3], 4]),
    (5, [2, 1, [3, 4]]),
    (4, [[3, 4], 1]),
    (3, [3, 4]),
    (2, [4, 3]),
    (1, [[1, 2, 3, 4]]),
]
CUT = [(6, [1]), (5, [2, 1]), (3, [3, 4]), (2, [4, 3])]


@pytest.mark.parametrize("rule", ["scottish-stv", "ers97", "alternative-vote"])
def test_a_shared_first_place_makes_a_paper_invalid_and_a_later_one_ends_it(rule: str) -> None:
    names = ("Ada", "Ben", "Cam", "Dee")
    marked, by_hand = rank(names, UNCERTAIN, seats=1), rank(names, CUT, invalid=5, seats=1)
    found, expected = count(marked, rule), count(by_hand, rule)
    assert (found.valid, found.invalid) == (16, 5)
    assert (found.stages, found.elected, found.digest) == (expected.stages, expected.elected, expected.digest)
    assert found.details["equal_places"] == {"invalid": 5, "cut": 11}
    told = "5 invalid, for the first place is shared; 11 counted up to the place that is shared"
    assert f"Papers with equal places: {told}\n" in to_text(found)
    assert "Papers with equal places" not in to_text(expected)


def test_a_place_is_not_shared_with_somebody_who_withdrew() -> None:
    profile = rank(("Ada", "Ben", "Cam"), [(3, [[1, 2], 3]), (2, [3])], withdrawn=[2], seats=1)
    for rule in ("ers97", "meek-stv"):
        found = count(profile, rule)
        assert (found.elected, found.valid, found.stages[0].totals["1"][0]) == ((1,), 5, "3")
        assert "equal_places" not in found.details


# -- Meek

# The small election with which Algorithm 123 shows the form of its files (section 3.1). It prints no result with it.
ALGORITHM_123 = (
    b"4 2\n-2\n3 1 3 4 0\n4 1 3 2 0\n2 4 1 3 0\n1 2 0\n2 2 4 3 1 0\n1 3 4 2 0\n0\n"
    b'"Adam"\n"Basil"\n"Charlotte"\n"Donald"\n"Title"\n'
)


def test_meek_counts_the_election_of_algorithm_123_as_by_hand() -> None:
    # Without Basil: 7 for Adam, then Charlotte, 3 of them then Donald; 4 for Donald; 1 for Charlotte, then Donald; one
    # names nobody else. Of 12 votes a third is the quota. Adam keeps 4/7 of his 7, and 3 go to Charlotte: she has 4,
    # cut off after the ninth decimal, and so has Donald, which is just below the quota. She goes out: her own paper
    # and 3/7 of three papers pass to Donald, who has 4 + 1 + 9/7.
    found = count(read_blt(ALGORITHM_123), "meek-stv")
    assert (found.valid, found.invalid, found.elected, found.ties) == (12, 1, (1, 4), ())
    assert found.stages[0].totals == {"1": "7.000000000", "3": "1.000000000", "4": "4.000000000"}
    assert found.stages[1].totals == {"1": "4.000000004", "3": "3.999999996", "4": "4.000000000"}
    assert found.stages[1].details["keep"] == {"1": "0.571428572"}
    assert found.stages[2].acted_on == ("3",)
    assert abs(Fraction(found.stages[2].totals["4"]) - (4 + 1 + Fraction(9, 7))) < Fraction(1, 10**7)


def test_meek_counts_a_paper_for_a_candidate_out_as_if_it_had_never_named_him() -> None:
    with_eve = rank(("Ada", "Ben", "Cam", "Eve"), [(9, [1, 2]), (4, [2]), (5, [3]), (2, [4, 3]), (1, [4, 2])])
    without = rank(("Ada", "Ben", "Cam"), [(9, [1, 2]), (4, [2]), (7, [3]), (1, [2])])
    assert count(with_eve, "meek-stv", seats=2).elected == count(without, "meek-stv", seats=2).elected


@pytest.mark.parametrize("rule", ["alternative-vote", "scottish-stv", "ers97", "meek-stv"])
def test_a_tie_for_exclusion_is_told_at_the_stage_of_the_exclusion(rule: str) -> None:
    profile = rank(("Ada", "Ben", "Cam"), [(4, [1]), (3, [2, 1]), (3, [3])])
    found = count(profile, rule, seats=1, ties=FixedOrder("132"))
    assert [(tie.stage, tie.chosen) for tie in found.ties] == [(2, "2")]
    assert found.stages[1].acted_on == ("2",)


def test_meek_elected_candidates_keep_a_quota_each() -> None:
    lines = [(60, [1, 2]), (26, [2]), (25, [3]), (9, [4])]
    found = count(rank(("Ada", "Ben", "Cam", "Dee"), lines), "meek-stv", seats=2)
    # 120 papers, two places: the quota is the next above 40. Ada keeps 2/3 of each paper, Ben gets 1/3 of 60.
    assert found.stages[0].quota == "40.000000001"
    assert found.stages[1].totals["1"] >= "40.000000000"
    assert found.elected == (1, 2)
