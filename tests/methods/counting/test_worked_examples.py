"""Budgets, marks and motions: small votes whose result anybody can work out; and what no rule can take."""

from __future__ import annotations

import numpy as np
import pytest

from folkmoot.methods import InputError
from folkmoot.methods.counting import (
    Budget,
    Choices,
    FixedOrder,
    LotNeeded,
    Marks,
    Project,
    count,
    rank,
    to_text,
)

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
