from __future__ import annotations

import numpy as np
import pytest

from folkmoot.methods.opinions import draw_next, priority, routing_weights

from .cast import map_as_polis, two_camps


def test_a_new_statement_weighs_more_than_one_that_many_saw():
    new, old = priority([0, 200], [0, 50], [0, 400], [0.0, 0.0])
    assert new == pytest.approx((0.5 * 0.5 * 9) ** 2)
    assert new > old


def test_a_statement_that_parts_people_weighs_more():
    quiet, loud = priority(50, 5, 100, [0.0, 3.0])
    assert loud == pytest.approx(16 * quiet)


def test_a_background_statement_has_a_fixed_weight():
    assert priority([9, 9], [0, 0], [10, 10], 0.0, [True, False])[0] == 49


def test_weights_of_a_map_are_its_priorities():
    found = map_as_polis(two_camps(), background=["3"])
    weights = routing_weights(found, statements=["new", "3"])
    assert weights["3"] == 49
    assert weights["new"] == pytest.approx(5.0625)
    assert [weights[name] for name in found.statements] == found.priorities.tolist()


def test_counts_alone_give_weights_before_there_is_a_map():
    found = map_as_polis(two_camps())
    alone = routing_weights(found.overall, background=["0"])
    informed = routing_weights(found.overall, extremity=found.extremity)
    assert alone["0"] == 49
    assert alone["1"] < informed["1"]
    counts = found.overall
    expected = priority(counts.agrees, counts.passes, counts.seen, 0.0)
    assert [alone[name] for name in counts.statements[1:]] == expected[1:].tolist()


def test_what_somebody_voted_on_is_never_drawn_again():
    weights = {"a": 1000.0, "b": 1.0, "c": 1.0}
    rng = np.random.default_rng(1)
    assert {draw_next(weights, ["a"], rng) for _ in range(50)} == {"b", "c"}
    assert draw_next(weights, ["a", "b", "c"], rng) is None


def test_statements_are_drawn_as_often_as_they_weigh():
    rng = np.random.default_rng(2)
    drawn = [draw_next({"10": 3.0, "9": 1.0}, (), rng) for _ in range(4000)]
    assert drawn.count("10") / 4000 == pytest.approx(0.75, abs=0.03)


def test_the_same_generator_draws_the_same_whatever_the_order_of_weights():
    first = draw_next({"1": 1.0, "2": 2.0, "3": 3.0}, {"2"}, np.random.default_rng(5))
    second = draw_next({"3": 3.0, "2": 2.0, "1": 1.0}, ["2"], np.random.default_rng(5))
    assert first == second


def test_weightless_statements_can_still_be_drawn():
    assert draw_next({"1": 0.0, "2": 0.0}, ["1"], np.random.default_rng(0)) == "2"
