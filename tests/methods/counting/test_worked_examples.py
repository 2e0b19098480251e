"""Examples that the papers give, and small elections whose result anybody can work out."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from folkmoot.methods import InputError
from folkmoot.methods.counting import (
    Budget,
    Choices,
    FixedOrder,
    LotNeeded,
    LotOrder,
    Marks,
    Project,
    Rankings,
    Rule,
    count,
    find_rules,
    rank,
    read_blt,
    to_text,
)
from folkmoot.methods.lots import Lot
from tests.methods.counting.conformance import prefer, rankings


def lettered(letters: str, *lines: tuple[int, str]) -> Rankings:
    return rank(letters, [(papers, [letters.index(each) + 1 for each in order]) for papers, order in lines])


def in_letters(profile: Rankings, numbers: tuple[int, ...]) -> str:
    return "".join(profile.candidates[number - 1] for number in numbers)


# -- Schulze


SCHULZE_45 = lettered(
    "abcde", (5, "acbed"), (5, "adecb"), (8, "bedac"), (3, "cabed"),
    (7, "caebd"), (2, "cbade"), (7, "dceba"), (8, "ebadc"),
)  # fmt: skip


def test_schulze_gives_the_order_of_the_example_with_45_papers() -> None:
    found = count(SCHULZE_45, "schulze", seats=5)
    assert in_letters(SCHULZE_45, found.elected) == "eacbd"
    assert found.pairwise is not None
    assert found.pairwise["1"] == {"2": 20, "3": 26, "4": 30, "5": 22}
    # The strongest paths that the example lists for a: to b by d, c; to c, d and e.
    assert found.details["strengths"]["1"] == {"2": 28, "3": 28, "4": 30, "5": 24}
    assert found.details["beats_everybody"] is None


def test_schulze_gives_the_winner_of_the_example_with_21_papers() -> None:
    profile = lettered("abcd", (8, "acdb"), (2, "badc"), (4, "cdba"), (4, "dbac"), (3, "dcba"))
    found = count(profile, "schulze", seats=1)
    assert in_letters(profile, found.elected) == "d"
    assert found.details["strengths"]["4"] == {"1": 13, "2": 19, "3": 13}


def test_unranked_candidates_are_level_and_last() -> None:
    profile = rank(("Ada", "Ben", "Cam"), [(2, [1]), (1, [[2, 3], 1])])
    found = count(profile, "schulze", seats=1)
    assert found.pairwise == {"1": {"2": 2, "3": 2}, "2": {"1": 1, "3": 0}, "3": {"1": 1, "2": 0}}


# -- ranked pairs


def test_ranked_pairs_passes_over_the_comparison_that_closes_a_circle() -> None:
    # a beats b by 30, b beats c by 20, c beats a by 10: the last would close the circle.
    profile = lettered("abc", (35, "abc"), (25, "bca"), (20, "cab"), (5, "cba"), (15, "acb"))
    table = count(profile, "ranked-pairs", seats=3)
    margins = {
        (x, y): table.pairwise[x][y] - table.pairwise[y][x] for x, y in (("1", "2"), ("2", "3"), ("3", "1"))
    }
    assert margins == {("1", "2"): 40, ("2", "3"): 20, ("3", "1"): 0}
    assert in_letters(profile, table.elected) == "abc"


def test_ranked_pairs_settles_the_clearest_first() -> None:
    profile = lettered("abc", (40, "abc"), (35, "bca"), (25, "cab"))
    found = count(profile, "ranked-pairs", seats=3)
    # b beats c 75 to 25, a beats b 65 to 35, c beats a 60 to 40, which is passed over.
    assert in_letters(profile, found.elected) == "abc"
    notes = [note for stage in found.stages for note in stage.notes]
    assert notes == ["b above c.", "a above b.", "c above a contradicts clearer comparisons: passed over."]


def test_ranked_pairs_gives_the_winners_of_a_published_paradox() -> None:
    # M. Schulze to the election-methods list, 10 June 1998: six more papers with a last make a the winner.
    papers = [(37, "cabd"), (20, "bdac"), (18, "adcb"), (15, "bdca"), (7, "dacb"), (3, "cbad")]
    before = lettered("abcd", *papers)
    assert in_letters(before, count(before, "ranked-pairs", seats=1).elected) == "c"
    after = lettered("abcd", *papers, (6, "bdca"))
    assert in_letters(after, count(after, "ranked-pairs", seats=1).elected) == "a"


def test_equal_comparisons_that_contradict_each_other_need_an_order() -> None:
    circle = lettered("abc", (1, "abc"), (1, "bca"), (1, "cab"))
    with pytest.raises(LotNeeded):
        count(circle, "ranked-pairs", seats=1)
    assert count(circle, "ranked-pairs", seats=1, ties=FixedOrder(["3", "1", "2"])).elected == (3,)


def test_no_lot_is_asked_for_where_a_circle_lies_below_whoever_is_elected() -> None:
    # a beats b, c and d by 3 to 0; b beats c, c beats d and d beats b, each by 2 to 1.
    profile = lettered("abcd", (1, "abcd"), (1, "acdb"), (1, "adbc"))
    found = count(profile, "ranked-pairs", seats=1)
    assert (found.elected, found.ties) == ((1,), ())
    assert found.stages[1].notes == (
        "b, c, d: equal comparisons contradict each other, and are left open, for nobody of these can be elected.",
    )
    with pytest.raises(LotNeeded, match=r"between 2 \(b\), 3 \(c\), 4 \(d\)"):
        count(profile, "ranked-pairs", seats=2)
    second = count(profile, "ranked-pairs", seats=2, ties=FixedOrder("3241"))
    assert in_letters(profile, second.elected) == "ab"
    assert [tie.drawn for tie in second.ties] == [("3", "2", "4")]


@settings(max_examples=120, deadline=None, derandomize=True)
@given(st.data())
def test_ranked_pairs_without_a_lot_elects_what_every_order_would_have_elected(data: st.DataObject) -> None:
    """And with one what settling all equal comparisons in its order gives, written down in another way."""
    profile = data.draw(rankings(equal_places=True, candidates=4))
    seats = data.draw(st.integers(1, 3))
    numbers = list(range(1, len(profile.candidates) + 1))
    results = {plain_ranked_pairs(profile, order)[:seats] for order in permutations(numbers)}
    try:
        assert {count(profile, "ranked-pairs", seats=seats).elected} == results
    except LotNeeded:
        order = data.draw(st.permutations(numbers))
        found = count(profile, "ranked-pairs", seats=seats, ties=FixedOrder([str(each) for each in order]))
        assert found.elected == plain_ranked_pairs(profile, order)[:seats]


def plain_ranked_pairs(profile: Rankings, order: Sequence[int]) -> tuple[int, ...]:
    """Each comparison in turn, the clearest first and equals by the order: all that close no circle."""
    place = {number: at for at, number in enumerate(order)}
    ahead = {(a, b): prefer(profile, a, b) - prefer(profile, b, a) for a in order for b in order if a != b}
    settled: set[tuple[int, int]] = set()

    def leads(a: int, b: int) -> bool:
        return a == b or any(x == a and leads(y, b) for x, y in settled)

    for a, b in sorted(ahead, key=lambda pair: (-ahead[pair], place[pair[0]], -place[pair[1]])):
        if ahead[a, b] > 0 and not leads(b, a):
            settled.add((a, b))
    left, chosen = list(order), list[int]()
    while left:
        chosen.append(
            next(each for each in left if not any(leads(other, each) for other in left if other != each))
        )
        left.remove(chosen[-1])
    return tuple(chosen)


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


# -- budgets


def budget(money: int, costs: dict[str, int], *approvals: tuple[int, str]) -> Budget:
    ids = list(costs)
    projects = tuple(Project(id, id.upper(), cost) for id, cost in costs.items())
    return Budget(projects, money, {frozenset(ids.index(each) for each in ids_): n for n, ids_ in approvals})


def test_equal_shares_gives_a_third_of_voters_a_third_of_the_money() -> None:
    # 60 of 90 want a, b and c, 30 want d; with 90 to spend, most votes first would buy a, b and c.
    profile = budget(90, {"a": 30, "b": 30, "c": 30, "d": 30}, (60, "abc"), (30, "d"))
    order = FixedOrder(["a", "b", "c", "d"])
    assert count(profile, "equal-shares", ties=order).funded == ("a", "b", "d")
    assert count(profile, "greedy-budget").funded == ("a", "b", "c")


def test_what_nobody_wants_is_not_funded() -> None:
    profile = budget(100, {"a": 10, "b": 10}, (1, "a"))
    assert count(profile, "equal-shares").funded == ("a",)
    assert count(profile, "greedy-budget").funded == ("a",)


def test_equal_votes_that_do_not_all_fit_need_an_order() -> None:
    profile = budget(10, {"a": 10, "b": 10}, (1, "a"), (1, "b"))
    with pytest.raises(LotNeeded):
        count(profile, "greedy-budget")
    assert count(profile, "greedy-budget", ties=FixedOrder(["b", "a"])).funded == ("b",)


def test_a_lot_of_a_run_that_was_given_up_is_told_for_it_decided_when_to_stop() -> None:
    # 10 for five voters: a share of 2 buys project 0 alone. With 3 each, 1 and 2 are equal as second purchase:
    # where 1 is first, 0 and 1 are bought; where 2 is, so is 1, and 11 would overspend: shares stay below.
    costs = {"0": 5, "1": 3, "2": 3, "3": 10}
    profile = budget(10, costs, (2, "0"), (1, "012"), (1, "13"), (1, "023"))
    for order, funded in (("0123", ("0", "1")), ("0213", ("0",))):
        found = count(profile, "equal-shares", ties=FixedOrder(order))
        assert found.funded == funded
        told = [tie for tie in found.ties if tie.between == ("1", "2")]
        assert [(tie.by, tie.chosen, "".join(tie.drawn)) for tie in told] == [("lot", order[1], order[1:3])]
        assert "No tie had to be broken" not in to_text(found)


# -- marks and motions


def marks(*papers: tuple[int, list[int]]) -> Marks:
    rows = np.array([row for _, row in papers])
    return Marks(("Ada", "Ben", "Cam"), rows, np.array([number for number, _ in papers]))


def test_approvals_are_added_up_and_other_marks_are_invalid() -> None:
    found = count(marks((3, [1, 1, 0]), (2, [0, 1, 1]), (1, [2, 0, 0])), "approval", seats=2)
    assert found.elected == (2, 1)
    assert (found.valid, found.invalid) == (5, 1)
    assert found.stages[0].totals == {"1": "3", "2": "5", "3": "2"}


def test_scores_above_the_highest_mark_are_invalid() -> None:
    found = count(marks((1, [5, 0, 1]), (1, [6, 0, 0])), "score", seats=1)
    assert (found.elected, found.invalid) == ((1,), 1)
    found = count(marks((1, [5, 0, 1]), (1, [6, 9, 0])), "score", seats=1, options={"highest": 10})
    assert (found.elected, found.invalid) == ((1,), 0)


def test_a_paper_that_spends_too_many_dots_is_invalid() -> None:
    found = count(
        marks((2, [3, 3, 0]), (1, [0, 0, 7])), "points", seats=1, options={"dots": 6}, ties=FixedOrder("21")
    )
    assert (found.elected, found.invalid) == ((2,), 1)


def test_a_proportional_ranking_brings_the_smaller_group_up_second() -> None:
    # Six approve a and b, four approve c: after a, b counts 6/2 and c 4.
    found = count(marks((6, [1, 1, 0]), (4, [0, 0, 1])), "proportional-ranking", ties=FixedOrder("123"))
    assert found.elected == (1, 3, 2)
    assert [stage.totals for stage in found.stages][1] == {"2": "3", "3": "4"}


@pytest.mark.parametrize(
    ("votes", "options", "carried"),
    [
        ((10, 9, 50), {}, True),
        ((10, 10, 0), {}, False),
        ((0, 0, 5), {}, False),
        ((20, 10, 5), {"majority": "two-thirds"}, True),
        ((19, 10, 0), {"majority": "two-thirds"}, False),
        ((50, 2, 1), {"majority": "absolute", "entitled": 100}, False),
        ((51, 2, 1), {"majority": "absolute", "entitled": 100}, True),
        ((10, 1, 1), {"quorum": 12}, True),
        ((10, 1, 0), {"quorum": 12}, False),
    ],
)
def test_a_motion_needs_its_majority_and_its_quorum(
    votes: tuple[int, int, int], options: dict[str, str | int], carried: bool
) -> None:
    found = count(Choices(*votes), "motion", options=options)
    assert found.details["carried"] is carried
    assert found.elected == ((1,) if carried else ())


def test_an_absolute_majority_needs_to_know_who_is_entitled() -> None:
    with pytest.raises(InputError, match="all who are entitled"):
        count(Choices(1, 0, 0), "motion", options={"majority": "absolute"})
    with pytest.raises(InputError, match="12 voted and 10 are entitled"):
        count(Choices(12, 0, 0), "motion", options={"entitled": 10})


# -- what cannot be counted


def test_what_a_rule_cannot_take_is_said() -> None:
    level = rank(("Ada", "Ben"), [(1, [[1, 2]])])
    with pytest.raises(InputError, match="takes no equal places"):
        count(level, "meek-stv", seats=1)
    with pytest.raises(InputError, match="approval counts marks"):
        count(level, "approval", seats=1)
    with pytest.raises(InputError, match="elects one, not 2"):
        count(rank(("Ada", "Ben"), [(1, [1])]), "alternative-vote", seats=2)
    with pytest.raises(InputError, match="the number of seats is not known"):
        count(rank(("Ada", "Ben"), [(1, [1])]), "ers97")
    with pytest.raises(InputError, match="there is no rule plurality"):
        count(level, "plurality")
    with pytest.raises(InputError, match="ers97 has no option colour"):
        count(rank(("Ada", "Ben"), [(1, [1])]), "ers97", seats=1, options={"colour": "red"})
