"""Equal shares keeps its axiom: a group that pays for its projects with its part of the money is heard.

Extended justified representation up to one project (Peters, Pierczyński and Skowron 2021, definition 3.2 with
utility = cost), tried on every set of projects of small budgets.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from folkmoot.methods.counting import Budget, FixedOrder, Project, count
from folkmoot.methods.counting.rules.equal_shares import EqualShares
from tests.methods.counting.conformance import budgets


def unheard(profile: Budget, funded: set[int]) -> list[tuple[int, ...]]:
    """Sets of projects whose common supporters could pay for them, and of whom nobody has as much."""
    costs = [project.cost for project in profile.projects]
    found = []
    for size in range(1, len(costs) + 1):
        for wanted in itertools.combinations(range(len(costs)), size):
            group = {chosen: n for chosen, n in profile.approvals.items() if set(wanted) <= chosen}
            cost = sum(costs[each] for each in wanted)
            if not group or sum(group.values()) * profile.budget < cost * profile.valid:
                continue
            if not any(satisfied(chosen, funded, wanted, costs) for chosen in group):
                found.append(wanted)
    return found


def satisfied(chosen: frozenset[int], funded: set[int], wanted: tuple[int, ...], costs: list[int]) -> bool:
    has = sum(costs[each] for each in chosen & funded)
    cost = sum(costs[each] for each in wanted)
    return has >= cost or any(has + costs[each] > cost for each in wanted if each not in funded)


@pytest.mark.parametrize("completion", ["none", "add1u", "add1u-utilitarian"])
def test_no_group_that_could_pay_goes_unheard(completion: str) -> None:
    @settings(max_examples=150, deadline=None, derandomize=True)
    @given(budgets())
    def check(profile: Budget) -> None:
        order = FixedOrder([project.id for project in profile.projects])
        found = count(profile, "equal-shares", ties=order, options={"completion": completion})
        funded = {at for at, project in enumerate(found.projects) if project.funded}
        assert unheard(profile, funded) == []

    check()


@settings(max_examples=150, deadline=None, derandomize=True)
@given(budgets(), st.sampled_from([1, 7, 40]))
def test_units_that_are_passed_over_would_have_changed_nothing(small: Budget, unit: int) -> None:
    """Raising shares one by one, which takes long where the unit is small, gives the same."""
    projects = tuple(replace(each, cost=each.cost * unit) for each in small.projects)
    profile = replace(small, projects=projects, budget=small.budget * unit)
    order = FixedOrder([project.id for project in projects])
    rule = EqualShares(profile, order)
    start, added = Fraction(profile.budget, profile.valid), 0
    bought, _ = rule.run(start)
    reach = sum(projects[each].cost <= profile.budget for each in rule.supports)
    while len(bought) < reach:
        richer, _ = rule.run(start + added + 1)
        if rule.spent(richer) > profile.budget:
            break
        bought, added = richer, added + 1
    found = count(profile, "equal-shares", ties=order)
    assert found.funded == tuple(sorted(projects[each.project].id for each in bought))
    assert found.details["raised_by"] == added


def test_a_project_that_costs_more_than_there_is_does_not_keep_the_count_going() -> None:
    projects = (Project("a", "Path", 60), Project("b", "Bridge", 10**12))
    found = count(Budget(projects, 100, {frozenset({0, 1}): 2}), "equal-shares")
    assert (found.funded, found.details["raised_by"]) == (("a",), 0)


def test_a_tiny_unit_of_money_takes_few_steps() -> None:
    projects = (Project("a", "Path", 3 * 10**11), Project("b", "Bridge", 4 * 10**11))
    found = count(Budget(projects, 5 * 10**11, {frozenset({0}): 3, frozenset({1}): 3}), "equal-shares")
    # a costs each of its three voters 10¹¹; their share was a sixth of the money.
    assert found.funded == ("a",)
    assert found.details["raised_by"] == 49_999_999_999


def test_most_votes_first_leaves_a_third_of_voters_unheard() -> None:
    """So the check can fail."""
    projects = tuple(Project(id, id, 30) for id in "abcd")
    profile = Budget(projects, 90, {frozenset({0, 1, 2}): 60, frozenset({3}): 30})
    assert count(profile, "greedy-budget").funded == ("a", "b", "c")
    assert unheard(profile, {0, 1, 2}) == [(3,)]
