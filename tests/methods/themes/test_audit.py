"""A check of a theme says how right it is, and how surely."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.methods import InputError
from folkmoot.methods.themes.audit import audit_theme, draw_sample, wilson

IN, OUT = [f"in{n}" for n in range(200)], [f"out{n}" for n in range(800)]


def judged(yes_in: int, no_in: int, yes_out: int, no_out: int, unsure: int = 0):
    verdicts = ["yes"] * yes_in + ["no"] * no_in + ["unsure"] * unsure
    inner = {f"in{n}": verdict for n, verdict in enumerate(verdicts)}
    outer = {f"out{n}": verdict for n, verdict in enumerate(["yes"] * yes_out + ["no"] * no_out)}
    both = inner | outer
    return audit_theme(both, {name: name.startswith("in") for name in both}, inside=200, outside=800)


def test_the_worked_example_of_a_stratified_sample():
    """45 of 50 inside belong, 1 of 50 outside does: 200 × 0.9 + 800 × 0.02 = 196."""
    found = judged(45, 5, 1, 49)
    assert (found.precision, found.corrected) == (0.9, 196.0)
    assert found.recall == pytest.approx(180 / 196, abs=1e-6)
    low, high = found.corrected_interval
    assert low < 196 < high


def test_no_mistake_among_fifty_is_not_no_mistake_at_all():
    found = judged(50, 0, 0, 50)
    assert (found.precision, found.recall, found.corrected) == (1.0, 1.0, 200.0)
    assert found.precision_interval[0] < 0.96
    assert found.recall_interval[0] < 0.9
    assert found.corrected_interval[0] < 200 < found.corrected_interval[1]


def test_wilson_is_the_textbooks_where_the_whole_is_endless_and_exact_where_all_were_judged():
    """Wilson's interval of 81 of 263 is 0.2553 to 0.3662 (Newcombe 1998, Statistics in Medicine 17, table I)."""
    low, high = wilson(81, 263, of=10**12)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    assert wilson(7, 10, of=10) == (0.7, 0.7)


def test_who_is_unsure_widens_the_interval_and_moves_no_share():
    sure, unsure = judged(40, 5, 1, 49), judged(40, 5, 1, 49, unsure=5)
    assert unsure.precision == sure.precision
    assert unsure.precision_interval[0] < sure.precision_interval[0]
    assert unsure.precision_interval[1] > sure.precision_interval[1]
    assert unsure.unsure == 5


def test_where_nothing_was_judged_nothing_is_said():
    found = audit_theme({}, {}, inside=10, outside=10)
    assert (found.precision, found.recall, found.corrected, found.corrected_interval) == (
        None,
        None,
        None,
        None,
    )


def test_a_theme_in_which_nothing_belongs_has_no_recall():
    found = judged(0, 50, 0, 50)
    assert (found.precision, found.recall, found.recall_interval) == (0.0, None, None)
    assert found.corrected == 0


def test_the_sample_is_half_in_and_half_out_and_the_same_in_any_order():
    drawn = draw_sample(IN, OUT, seed=5)
    assert sum(name.startswith("in") for name in drawn.sample) == 50
    assert len(set(drawn.sample)) == 100
    assert draw_sample(random.Random(1).sample(IN, 200), OUT[::-1], seed=5) == drawn
    assert draw_sample(IN, OUT, seed=6) != drawn


def test_where_one_part_is_small_the_other_fills_the_sample():
    assert len(draw_sample(IN[:7], OUT, seed=1).sample) == 100
    assert len(draw_sample(IN, OUT[:7], seed=1).sample) == 100
    assert len(draw_sample(IN[:3], OUT[:4], seed=1).sample) == 7
    assert draw_sample([], [], seed=1).sample == ()


def test_the_order_does_not_say_which_is_in():
    firsts = [
        sum(name.startswith("in") for name in draw_sample(IN, OUT, seed=n).sample[:50]) for n in range(60)
    ]
    assert 23 < sum(firsts) / len(firsts) < 27


def test_bad_input_is_told():
    with pytest.raises(InputError, match="no verdict"):
        audit_theme({"a": "maybe"}, {"a": True}, inside=1, outside=1)
    with pytest.raises(InputError, match="were judged of a part"):
        audit_theme({"a": "yes", "b": "no"}, {"a": True, "b": True}, inside=1, outside=1)
    with pytest.raises(InputError, match="or twice"):
        draw_sample(["a"], ["a"], seed=1)


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 20))
def test_every_estimate_lies_in_its_interval(yes_in, yes_out, unsure):
    found = judged(yes_in, 50 - yes_in, yes_out, 50 - yes_out, unsure=unsure)
    for value, interval in (
        (found.precision, found.precision_interval),
        (found.recall, found.recall_interval),
        (found.corrected, found.corrected_interval),
    ):
        if interval is not None:
            assert interval[0] - 1e-6 <= value <= interval[1] + 1e-6
    assert 0 <= found.corrected_interval[0] <= found.corrected_interval[1] <= 1000


@pytest.mark.parametrize(("right", "missed"), [(0.95, 0.02), (0.7, 0.1), (1.0, 0.0), (0.5, 0.005)])
def test_the_intervals_hold_the_truth_about_as_often_as_they_say(right, missed):
    generator = np.random.default_rng(3)
    truth = {name: place < 200 * right for place, name in enumerate(IN)}
    truth |= {name: place < 800 * missed for place, name in enumerate(OUT)}
    belongs = sum(truth.values())
    recall = sum(truth[name] for name in IN) / belongs
    hits = recalls = 0
    for _ in range(300):
        drawn = draw_sample(IN, OUT, seed=int(generator.integers(2**31))).sample
        verdicts = {name: "yes" if truth[name] else "no" for name in drawn}
        inner = {name: name.startswith("in") for name in drawn}
        found = audit_theme(verdicts, inner, inside=200, outside=800)
        hits += found.corrected_interval[0] <= belongs <= found.corrected_interval[1]
        recalls += found.recall_interval[0] <= recall + 1e-6 and recall - 1e-6 <= found.recall_interval[1]
    assert hits / 300 > 0.9
    assert recalls / 300 > 0.9
