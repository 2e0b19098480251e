"""What people put first: counted exactly, whatever the order of the answers."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.methods import InputError, priorities

OPTIONS = ["pay", "rent", "care", "buses"]
partial = st.lists(st.permutations(OPTIONS), max_size=30).flatmap(
    lambda orders: st.tuples(*[st.integers(0, 4).map(lambda n, o=order: o[:n]) for order in orders])
)


def test_a_worked_example():
    # Places: pay 1, 1, 3.5 (the mean of what is left); rent 2, 3.5, 3.5; care 3, 2, 1; buses 4, 3.5, 2.
    found = priorities.rank([["pay", "rent", "care", "buses"], ["pay", "care"], ["care", "buses"]], OPTIONS)
    by_key = {option.key: option for option in found.options}
    assert by_key["pay"].first == 2
    assert by_key["pay"].mean_rank == pytest.approx(5.5 / 3)
    assert by_key["care"].mean_rank == pytest.approx(2.0)
    assert by_key["buses"].mean_rank == pytest.approx(9.5 / 3)
    assert by_key["pay"].borda == pytest.approx((3 + 3 + 0.5) / 9)
    assert found.order == ("pay", "care", "rent", "buses")
    assert found.pairwise["care"]["pay"] == 1
    assert found.pairwise["pay"]["care"] == 2
    assert found.pairwise["buses"]["rent"] == 1
    assert found.pairwise_shares["pay"]["buses"] == pytest.approx(2 / 3)


@given(partial)
def test_places_add_up_to_what_there_is_to_give(rankings):
    found = priorities.rank(rankings, OPTIONS)
    if rankings:
        assert sum(option.mean_rank for option in found.options) == pytest.approx(10)
    assert sum(option.first for option in found.options) == sum(1 for ranking in rankings if ranking)


@given(partial)
def test_the_order_of_answers_does_not_matter(rankings):
    here, there = priorities.rank(rankings, OPTIONS), priorities.rank(rankings[::-1], OPTIONS)
    assert priorities.to_json(here, version="1") == priorities.to_json(there, version="1")


def test_points_are_summed_and_a_shared_top_is_nobodys_first():
    found = priorities.share_out([{"pay": 6, "rent": 4}, {"rent": 5, "care": 5}, {}], OPTIONS)
    by_key = {option.key: option for option in found.options}
    assert (by_key["rent"].points, by_key["rent"].first, by_key["rent"].chosen) == (9, 0, 2)
    assert by_key["pay"].first == 1
    assert found.order[0] == "rent"


def test_an_unknown_option_is_named():
    with pytest.raises(InputError, match="ranking 2: “tea” is not one of the options"):
        priorities.rank([["pay"], ["tea"]], OPTIONS)


def test_nobody_ranked():
    found = priorities.rank([], OPTIONS)
    assert json.loads(priorities.to_json(found, version="1"))["people"] == 0
    assert found.options[0].mean_rank is None
