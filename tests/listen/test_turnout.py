"""Who took part, without giving anybody away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.listen import actions
from folkmoot.listen.turnout import Part, suppress, turnout
from tests.people import opened

parts = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8).map(
    lambda pairs: [Part(str(n), max(pair), min(pair)) for n, pair in enumerate(pairs)]
)


@given(parts)
def test_no_small_cell_is_left(given_parts):
    for part in suppress(given_parts):
        assert part.roll is None or part.roll == 0 or part.roll >= 10
        assert part.people is None or part.people == 0 or part.people >= 10


@given(parts)
def test_no_emptied_cell_follows_from_the_others(given_parts):
    for column in ("roll", "people"):
        emptied = [n for n, part in enumerate(suppress(given_parts)) if getattr(part, column) is None]
        rest = [getattr(part, column) for n, part in enumerate(given_parts) if n not in emptied]
        assert len(emptied) != 1 or not any(rest)


@given(parts)
def test_each_small_cell_could_be_at_least_two_numbers(given_parts):
    counts = [part.people for part in given_parts]
    shown = [part.people for part in suppress([Part(part.name, None, part.people) for part in given_parts])]
    rest = [count for count in shown if count]
    ceiling = min(rest, default=max(counts, default=0))
    bounds = {
        n: (1, 9) if counts[n] < 10 else (10, ceiling) for n, count in enumerate(shown) if count is None
    }
    total = sum(counts[n] for n in bounds)
    for n, (least, most) in bounds.items():
        others = [bounds[other] for other in bounds if other != n]
        lowest = max(least, total - sum(high for _low, high in others))
        highest = min(most, total - sum(low for low, _high in others))
        assert counts[n] >= 10 or lowest < highest or not rest


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((1, 1, 20, 30), [None, None, None, 30]),
        ((9, 9, 20, 30), [None, None, None, 30]),
        ((4, 5, 20, 30), [None, None, 20, 30]),
        ((1, 10, 20, 30), [None, None, None, 30]),
        ((4, 10, 10, 30), [None, None, None, 30]),
        ((0, 12, 20, 30), [0, 12, 20, 30]),
        ((1, 1), [None, None]),
    ],
)
def test_two_that_follow_from_their_sum_take_another_with_them(counts, shown):
    parts = [Part(str(n), None, count) for n, count in enumerate(counts)]
    assert [part.people for part in suppress(parts)] == shown


def test_the_next_smallest_goes_with_a_small_one():
    shown = suppress([Part("a", 40, 30), Part("b", 50, 4), Part("c", 60, 12)])
    assert [part.people for part in shown] == [30, None, None]


def test_a_member_counts_once_and_a_visitor_apart(cast):
    assembly = opened(cast.maud)
    question = assembly.questions.get(way="open_text", closing=False)
    for member, token, channel in ((cast.jean, None, "web"), (cast.jean, None, "paper"), (None, "x", "web")):
        person = actions.take_part(
            assembly, member=member, token_hash=token, started_at=assembly.moment(), seed=1, channel=channel
        )
        actions.respond(person, question, {"text": "Warm homes."})
    actions.take_part(assembly, member=cast.idris, token_hash=None, started_at=assembly.moment(), seed=1)
    found = turnout(assembly)
    assert (found.people, found.members, found.link, found.roll) == (2, 1, 1, 6)
    assert {part.name: part.people for part in found.channels} == {"web": 2, "paper": 1}
    assert {part.name: (part.roll, part.people) for part in found.branches} == {
        "North/Skelby": (2, 0),
        "North/Thrapwick": (2, 0),
        "South/Marl": (2, 1),
    }
