"""Who took part, without giving anybody away."""

from __future__ import annotations

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
