"""Rules that compare each two: examples that the papers give, and circles that anybody can work out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from folkmoot.methods.counting import FixedOrder, LotNeeded, Rankings, count, rank
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
