"""What every rule must do, and what those do that promise it. A new rule is tried by the same checks."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, zip_longest

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from folkmoot.methods.counting import (
    Budget,
    Choices,
    Count,
    FixedOrder,
    LotNeeded,
    Marks,
    Profile,
    Project,
    Rankings,
    Rule,
    Stage,
    count,
    rank,
    to_html,
    to_json,
    to_text,
)

Check = Callable[[Rule], None]
Line = tuple[int, list[int]]
SOME = settings(max_examples=25, deadline=None, derandomize=True)
NAMES = ("Ada", "Ben", "Cam", "Dee", "Eve", "Fay")


# -- elections made up


@st.composite
def rankings(draw: st.DrawFn, *, equal_places: bool = False, candidates: int = len(NAMES)) -> Rankings:
    """Papers of any length; `equal_places`: some of them put candidates level with the one before."""
    names = NAMES[: draw(st.integers(2, candidates))]
    orders = st.permutations(range(1, len(names) + 1))
    level = st.lists(st.booleans(), min_size=len(names), max_size=len(names)) if equal_places else st.just([])
    line = st.tuples(st.integers(1, 9), orders, st.integers(1, len(names)), level)
    lines = draw(st.lists(line, min_size=1, max_size=10))
    return rank(names, [(number, in_places(order[:length], level)) for number, order, length, level in lines])


def in_places(order: list[int], level: list[bool]) -> list[list[int]]:
    """The order with each candidate that is level put beside the one before it."""
    places: list[list[int]] = []
    for number, beside in zip_longest(order, level[: len(order)], fillvalue=False):
        if beside and places:
            places[-1].append(number)
        else:
            places.append([number])
    return places


@st.composite
def marks(draw: st.DrawFn) -> Marks:
    names = NAMES[: draw(st.integers(2, len(NAMES)))]
    paper = st.lists(st.integers(0, 1), min_size=len(names), max_size=len(names))
    papers = draw(st.lists(paper, min_size=1, max_size=10))
    counts = draw(st.lists(st.integers(1, 9), min_size=len(papers), max_size=len(papers)))
    return Marks(names, np.array(papers), np.array(counts))


@st.composite
def budgets(draw: st.DrawFn) -> Budget:
    costs = draw(st.lists(st.integers(1, 30), min_size=1, max_size=6))
    projects = tuple(Project(f"p{at}", f"Project {at}", cost) for at, cost in enumerate(costs))
    chosen = st.frozensets(st.integers(0, len(costs) - 1), min_size=1)
    approvals = draw(st.dictionaries(chosen, st.integers(1, 4), min_size=1, max_size=6))
    return Budget(projects, draw(st.integers(1, 60)), approvals)


@st.composite
def choices(draw: st.DrawFn) -> Choices:
    return Choices(*(draw(st.integers(0, 50)) for _ in range(3)))


MADE = {Marks: marks, Budget: budgets, Choices: choices}


def profiles(rule: Rule) -> st.SearchStrategy[Profile]:
    if rule.ballots is Rankings:
        return rankings(equal_places=rule.equal_places != "refuse")
    return MADE[rule.ballots]()


def in_order(profile: Profile) -> FixedOrder:
    """The candidates as they are numbered, or the projects as they are listed."""
    if isinstance(profile, Budget):
        return FixedOrder([project.id for project in profile.projects])
    return FixedOrder([str(number) for number in range(1, len(profile.candidates) + 1)])


def result(rule: Rule, profile: Profile, seats: int = 1, ties: FixedOrder | None = None) -> Count:
    places = 1 if rule.seats == "one" else seats
    return count(profile, rule, seats=places, ties=ties or in_order(profile))


def first_preferences(profile: Rankings, number: int) -> int:
    return sum(papers for papers, places in profile.lines() if places[0] == [number])


# -- every rule


def elects_as_many_as_there_are_places(rule: Rule) -> None:
    @SOME
    @given(profiles(rule), st.integers(1, 4))
    def check(profile: Profile, seats: int) -> None:
        found = result(rule, profile, seats)
        assert len(set(found.elected)) == len(found.elected)
        if rule.seats != "none":
            assert len(found.elected) == min(found.seats, len(profile.candidates))

    check()


def says_the_same_however_papers_are_shuffled_and_split(rule: Rule) -> None:
    @SOME
    @given(profiles(rule), st.randoms(use_true_random=False))
    def check(profile: Profile, chance: object) -> None:
        other = shuffled(profile, chance)
        assert to_json(result(rule, profile, 2)) == to_json(result(rule, other, 2))

    check()


def shuffled(profile: Profile, chance: object) -> Profile:
    """The same papers one by one, in another order."""
    if isinstance(profile, Rankings):
        papers = [(1, places) for number, places in profile.lines() for _ in range(number)]
        chance.shuffle(papers)
        return rank(profile.candidates, papers)
    if isinstance(profile, Marks):
        rows = np.repeat(np.arange(len(profile.counts)), profile.counts).tolist()
        chance.shuffle(rows)
        return replace(profile, marks=profile.marks[rows], counts=np.ones(len(rows), np.int64))
    if isinstance(profile, Budget):
        lines = list(profile.approvals.items())
        chance.shuffle(lines)
        return replace(profile, approvals=dict(lines))
    return profile


def does_not_care_how_candidates_are_numbered(rule: Rule) -> None:
    @SOME
    @given(profiles(rule), st.randoms(use_true_random=False), st.integers(1, 3))
    def check(profile: Profile, chance: object, seats: int) -> None:
        found = result(rule, profile, seats)
        renamed, ties = renumbered(profile, chance)
        again = result(rule, renamed, seats, ties)
        assert names_chosen(again) == names_chosen(found)

    check()


def names_chosen(found: Count) -> set[str]:
    return {*found.funded, *(found.name_of(str(number)) for number in found.elected)}


def renumbered(profile: Profile, chance: object) -> tuple[Profile, FixedOrder]:
    """Other numbers for the same candidates, and the same order for ties as before."""
    if isinstance(profile, Choices):
        return profile, in_order(profile)
    if isinstance(profile, Budget):
        old = list(range(len(profile.projects)))
        chance.shuffle(old)
        new = {place: at for at, place in enumerate(old)}
        approvals = {frozenset(new[each] for each in chosen): n for chosen, n in profile.approvals.items()}
        projects = tuple(profile.projects[place] for place in old)
        return replace(profile, projects=projects, approvals=approvals), in_order(profile)
    old = list(range(len(profile.candidates)))
    chance.shuffle(old)
    names = tuple(profile.candidates[place] for place in old)
    ties = FixedOrder([str(old.index(place) + 1) for place in range(len(old))])
    if isinstance(profile, Marks):
        return replace(profile, candidates=names, marks=profile.marks[:, old]), ties
    lines = [(n, [[old.index(each - 1) + 1 for each in place] for place in p]) for n, p in profile.lines()]
    return rank(names, lines), ties


def breaks_ties_in_the_order_that_it_was_handed(rule: Rule) -> None:
    """Everybody has one paper: the first in the order are elected, and nobody without an order."""
    if rule.ballots in (Choices, Budget):
        return
    size = 4
    for order in (["3", "1", "4", "2"], ["2", "4", "1", "3"]):
        profile = everybody_equal(rule, size)
        seats = 1 if rule.seats == "one" else 2
        found = count(profile, rule, seats=seats, ties=FixedOrder(order))
        assert {str(number) for number in found.elected} == set(order[:seats])
        assert found.ties
        assert {tie.by for tie in found.ties} == {"lot"}
        with pytest.raises(LotNeeded, match="a lot is needed at stage"):
            count(profile, rule, seats=seats)


def everybody_equal(rule: Rule, size: int) -> Profile:
    if rule.ballots is Rankings:
        return rank(NAMES[:size], [(1, [number]) for number in range(1, size + 1)])
    return Marks(NAMES[:size], np.eye(size, dtype=np.int64), np.ones(size, np.int64))


def writes_a_sheet_that_names_everybody(rule: Rule) -> None:
    @settings(SOME, max_examples=8)
    @given(profiles(rule))
    def check(profile: Profile) -> None:
        found = result(rule, profile, 2)
        form = json.loads(to_json(found))
        assert form["format"] == "folkmoot.count/1"
        assert form["digest"] == found.digest
        for sheet in (to_text(found), to_html(found)):
            assert found.digest in sheet
            if isinstance(profile, Rankings | Marks):
                assert all(name in sheet for name in profile.candidates)

    check()


# -- rules that promise it


def conserves_votes_to_the_last_digit(rule: Rule) -> None:
    @SOME
    @given(profiles(rule), st.integers(1, 4))
    def check(profile: Profile, seats: int) -> None:
        found = result(rule, profile, seats)
        assert found.valid + found.invalid == profile.valid + profile.invalid
        for stage in found.stages:
            held = sum(Fraction(total) for total in stage.totals.values())
            assert held + Fraction(stage.non_transferable) == found.valid
        for before, after in pairwise(found.stages):
            assert plus_transfers(before, after) == all_votes(after)

    check()


def all_votes(stage: Stage) -> dict[str | None, Fraction]:
    """By candidate, and for None what is not transferable."""
    return {key: Fraction(total) for key, total in [*stage.totals.items(), (None, stage.non_transferable)]}


def plus_transfers(before: Stage, after: Stage) -> dict[str | None, Fraction]:
    """The votes at one stage, and what the transfers of the next say that was taken and given."""
    votes = all_votes(before)
    for each in after.transfers:
        [source] = each.sources
        votes[source] -= Fraction(each.votes)
        votes[each.target] += Fraction(each.votes)
        if each.value is not None and Fraction(each.value):
            assert each.papers * Fraction(each.value) == Fraction(each.votes)
    return votes


def elects_whoever_has_a_droop_quota_of_first_preferences(rule: Rule) -> None:
    @SOME
    @given(profiles(rule), st.integers(1, 4))
    def check(profile: Rankings, seats: int) -> None:
        found = result(rule, profile, seats)
        for number in range(1, len(profile.candidates) + 1):
            if first_preferences(profile, number) * (found.seats + 1) > profile.valid:
                assert number in found.elected

    check()


def elects_whoever_more_than_half_put_first(rule: Rule) -> None:
    @SOME
    @given(profiles(rule))
    def check(profile: Rankings) -> None:
        firsts = [first_preferences(profile, each + 1) for each in range(len(profile.candidates))]
        assume(2 * max(firsts) > profile.valid)
        assert result(rule, profile).elected == (firsts.index(max(firsts)) + 1,)

    check()


def elects_whoever_beats_everybody_in_pairs(rule: Rule) -> None:
    @settings(SOME, max_examples=60)
    @given(profiles(rule))
    def check(profile: Rankings) -> None:
        numbers = range(1, len(profile.candidates) + 1)
        ahead = {(a, b): prefer(profile, a, b) for a in numbers for b in numbers if a != b}
        winners = [a for a in numbers if all(ahead[a, b] > ahead[b, a] for b in numbers if b != a)]
        assume(winners)
        assert list(result(rule, profile).elected) == winners

    check()


def prefer(profile: Rankings, a: int, b: int) -> int:
    total = 0
    for papers, places in profile.lines():
        at = {number: place for place, numbers in enumerate(places) for number in numbers}
        total += papers * (at.get(a, 99) < at.get(b, 99))
    return total


def never_spends_more_than_there_is(rule: Rule) -> None:
    @settings(SOME, max_examples=60)
    @given(profiles(rule))
    def check(profile: Budget) -> None:
        found = result(rule, profile)
        assert sum(project.cost for project in found.projects if project.funded) <= profile.budget

    check()


ALWAYS: tuple[Check, ...] = (
    elects_as_many_as_there_are_places,
    says_the_same_however_papers_are_shuffled_and_split,
    does_not_care_how_candidates_are_numbered,
    breaks_ties_in_the_order_that_it_was_handed,
    writes_a_sheet_that_names_everybody,
)
PROMISED: dict[str, Check] = {
    "conserves": conserves_votes_to_the_last_digit,
    "droop": elects_whoever_has_a_droop_quota_of_first_preferences,
    "majority": elects_whoever_more_than_half_put_first,
    "condorcet": elects_whoever_beats_everybody_in_pairs,
    "never overspends": never_spends_more_than_there_is,
}


def checks_of(rule: Rule) -> list[Check]:
    """Those that this rule must pass."""
    return [*ALWAYS, *(check for name, check in PROMISED.items() if name in rule.promises)]
