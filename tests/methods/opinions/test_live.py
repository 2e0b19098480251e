"""The live map is the batch map, whatever happened on the way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from folkmoot.methods import InputError
from folkmoot.methods.opinions import MOST_STATEMENTS, LiveState, Snapshot, Votes, draw_next, live

from .cast import camps, map_as_polis, noise, two_camps, votes_of

PEOPLE = st.sampled_from([str(number) for number in range(24)] + ["ann", "bea"])
STATEMENTS = st.sampled_from([str(number) for number in range(11)] + ["rent"])
CAST = st.sampled_from([1, 0, -1])
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("take"), PEOPLE, STATEMENTS, CAST),
        st.tuples(st.just("take"), PEOPLE, STATEMENTS, CAST),
        st.tuples(st.just("all"), PEOPLE, CAST),
        st.tuples(st.just("withdraw"), PEOPLE, STATEMENTS),
        st.tuples(st.just("forget"), PEOPLE),
        st.tuples(st.just("moderate"), STATEMENTS, st.booleans()),
        st.tuples(st.just("background"), STATEMENTS, st.booleans()),
        st.tuples(st.just("refresh")),
    ),
    max_size=150,
)


def assert_is_the_batch_map(state: LiveState, votes: Votes, **options: object) -> None:
    snapshot = state.refresh()
    batch = map_as_polis(votes, **options)
    assert snapshot.statements == batch.statements
    assert (snapshot.participants, snapshot.votes) == (len(batch.participants), batch.votes)
    assert snapshot.included == batch.included.sum()
    for ours, theirs in (
        (snapshot.centre, batch.centre),
        (snapshot.axes, batch.axes),
        (snapshot.statement_positions, batch.statement_positions),
        (snapshot.priorities, batch.priorities),
    ):
        assert np.abs(ours - theirs).max(initial=0.0) <= 1e-9
    for way in ("agrees", "passes", "disagrees"):
        assert getattr(snapshot.counts, way).tolist() == getattr(batch.overall, way).tolist()
    participants, positions = state.positions(snapshot)
    assert participants == batch.participants
    assert np.abs(positions - batch.positions).max(initial=0.0) <= 1e-9


@settings(max_examples=150, deadline=None)
@given(events=EVENTS)
def test_after_any_events_the_map_is_that_of_the_votes_that_stand(events):
    state, cast, out, behind = LiveState(), dict[str, dict[str, int]](), set[str](), set[str]()
    for event in events:
        match event:
            case "take", person, statement, vote:
                state.take(person, statement, vote)
                cast.setdefault(person, {})[statement] = vote
            case "all", person, vote:
                names = [str(number) for number in range(9)]
                state.take_many([person] * 9, names, [vote] * 9)
                cast.setdefault(person, {}).update(dict.fromkeys(names, vote))
            case "withdraw", person, statement:
                state.withdraw(person, statement)
                cast.get(person, {}).pop(statement, None)
            case "forget", person:
                state.forget(person)
                cast.pop(person, None)
            case "moderate", statement, yes:
                state.moderate(statement, out=yes)
                (out.add if yes else out.discard)(statement)
            case "background", statement, yes:
                state.mark_background(statement, background=yes)
                (behind.add if yes else behind.discard)(statement)
            case _:
                state.refresh()
    assert_is_the_batch_map(state, votes_of(cast), moderated_out=out, background=behind)


def rows_of(votes: Votes) -> list[tuple[str, str, int]]:
    people = np.repeat(np.arange(len(votes.participants)), votes.per_participant)
    return [
        (votes.participants[person], votes.statements[statement], int(vote))
        for person, statement, vote in zip(people, votes.indices, votes.values, strict=True)
    ]


@pytest.mark.parametrize("seed", range(3))
def test_votes_one_by_one_in_any_order_give_the_map_of_all_at_once(seed, monkeypatch):
    monkeypatch.setattr(live, "WAITING_CELLS", 1 << 12)  # added up many times on the way
    votes = camps((90, 60), statements=50, present=0.4, seed=seed)[0]
    rows = rows_of(votes)
    rng = np.random.default_rng(seed)
    state = LiveState()
    for place in rng.permutation(len(rows)):
        person, statement, vote = rows[place]
        if rng.random() < 0.2:  # changes her mind
            state.take(person, statement, int(rng.integers(-1, 2)))
        state.take(person, statement, vote)
    assert_is_the_batch_map(state, votes)


def test_votes_in_batches_give_the_map_of_all_at_once(monkeypatch):
    monkeypatch.setattr(live, "WAITING_CELLS", 1 << 11)
    votes = noise(200, 70, 0.3, uneven=True, seed=4)
    rows = rows_of(votes)
    state = LiveState()
    for start in range(0, len(rows), 700):
        people, statements, cast = zip(*rows[start : start + 700], strict=True)
        state.take_many(people, statements, [-vote for vote in cast])
        state.take_many(people, statements, cast)
    assert_is_the_batch_map(state, votes)


@pytest.mark.parametrize("statements", [12, 600])
def test_a_state_begun_with_votes_goes_on_as_one_that_took_them(statements):
    votes = two_camps(statements=statements)
    begun, took = LiveState.from_votes(votes, ["new"]), LiveState()
    took.take_many(*zip(*rows_of(votes), strict=True))
    took.add_statement("new")
    assert begun.refresh().to_bytes() == took.refresh().to_bytes()
    for state in (begun, took):
        state.take("0", "new", 1)
        state.withdraw("1", "3")
    assert begun.refresh().to_bytes() == took.refresh().to_bytes()
    assert_is_the_batch_map(begun, took.votes())


def test_moderation_out_and_back_in_leaves_the_map_as_it_was():
    state = LiveState.from_votes(two_camps())
    before = state.refresh()
    state.moderate("3", out=True)
    between = state.refresh()
    state.moderate("3", out=False)
    assert between.to_bytes() != before.to_bytes() == state.refresh().to_bytes()
    assert (between.axes[:, 3] == 0).all()
    assert "3" not in between.routing_weights


def test_a_snapshot_travels_as_bytes():
    state = LiveState.from_votes(two_camps(), ["new"], moderated_out=["2"], background=["4"])
    snapshot = state.refresh()
    read = Snapshot.from_bytes(snapshot.to_bytes())
    assert read.to_bytes() == snapshot.to_bytes()
    assert (read.waiting, read.moderated_out, read.background) == (("new",), ("2",), ("4",))
    assert read.place({"1": 1, "3": -1}) == snapshot.place({"1": 1, "3": -1})
    assert read.routing_weights == snapshot.routing_weights


@pytest.mark.parametrize(
    ("change", "said"), [(lambda data: data[:-3], "cut short"), (lambda data: b"{}\n" + data, "no snapshot")]
)
def test_other_bytes_are_refused(change, said):
    with pytest.raises(InputError, match=said) as caught:
        Snapshot.from_bytes(change(LiveState.from_votes(two_camps()).refresh().to_bytes()))
    assert caught.value.remedy


def test_a_person_is_placed_by_her_votes_where_the_batch_map_places_her():
    votes = two_camps()
    snapshot = LiveState.from_votes(votes, moderated_out=["5"]).refresh()
    batch = map_as_polis(votes, moderated_out=["5"])
    for number in (0, 17, 49):
        cells = slice(int(votes.indptr[number]), int(votes.indptr[number + 1]))
        names = [votes.statements[at] for at in votes.indices[cells]]
        cast = dict(zip(names, votes.values[cells].tolist(), strict=True))
        assert snapshot.place(cast) == pytest.approx(batch.positions[number], abs=1e-9)
    assert snapshot.place({}) == snapshot.place({"unknown": 1}) == (0.0, 0.0)


def test_positions_on_an_older_map_leave_out_what_it_does_not_know():
    state = LiveState.from_votes(two_camps())
    older = state.refresh()
    before = dict(zip(*state.positions(older), strict=True))
    state.take("0", "new", 1)
    after = dict(zip(*state.positions(older), strict=True))
    assert after["0"] == pytest.approx(before["0"], abs=1e-12)


def test_the_next_statement_is_drawn_by_weight_among_those_not_voted_on():
    state = LiveState.from_votes(two_camps(), ["new"], moderated_out=["2"], background=["4"])
    snapshot = state.refresh()
    assert snapshot.routing_weights["4"] == 49
    assert snapshot.routing_weights["new"] == pytest.approx(5.0625)
    rng = np.random.default_rng(1)
    seen = ["0", "1", "3"]
    drawn = [snapshot.next_statement(seen, rng) for _ in range(300)]
    assert set(drawn) <= set(snapshot.routing_weights) - set(seen)
    assert "2" not in drawn
    assert snapshot.next_statement(list(snapshot.routing_weights), rng) is None
    first, second = np.random.default_rng(2), np.random.default_rng(2)
    assert snapshot.next_statement(seen, first) == draw_next(snapshot.routing_weights, seen, second)


def test_no_votes_may_be_taken_at_once():
    state = LiveState.from_votes(two_camps())
    before = state.refresh().to_bytes()
    state.take_many([], [], [])
    assert state.refresh().to_bytes() == before


def test_nobody_voting_is_a_map_with_nothing_on_it():
    empty = LiveState(["a", "b"]).refresh()
    assert (empty.statements, empty.waiting, empty.participants) == ((), ("a", "b"), 0)
    assert empty.place({"a": 1}) == (0.0, 0.0)
    assert empty.next_statement(["a"], np.random.default_rng(0)) == "b"
    assert Snapshot.from_bytes(empty.to_bytes()).waiting == ("a", "b")
    assert LiveState().positions()[1].shape == (0, 2)


def test_taking_back_what_is_not_there_changes_nothing():
    state = LiveState.from_votes(two_camps())
    before = state.refresh().to_bytes()
    state.withdraw("nobody", "3")
    state.withdraw("0", "nothing")
    state.forget("nobody")
    assert state.refresh().to_bytes() == before


@pytest.mark.parametrize("vote", [2, -2, "1", None, 0.5])
def test_a_vote_that_is_none_is_refused_and_changes_nothing(vote):
    state = LiveState.from_votes(two_camps())
    before = state.refresh().to_bytes()
    with pytest.raises(InputError, match="none of 1, 0, −1"):
        state.take("0", "3", vote)
    with pytest.raises(InputError):
        state.take_many(["0", "1"], ["3", "3"], [1, vote])
    assert state.refresh().to_bytes() == before


def test_columns_of_unequal_length_are_refused():
    with pytest.raises(InputError, match="2 people, 1 statements and 2 votes"):
        LiveState().take_many(["a", "b"], ["1"], [1, 1])


def test_more_statements_than_a_live_map_holds_are_refused_with_a_remedy():
    state = LiveState(str(number) for number in range(MOST_STATEMENTS))
    state.take("ann", "1999", 1)
    for refuse in (lambda: state.take("ann", "one more", 1), lambda: state.add_statement("one more")):
        with pytest.raises(InputError, match="2,001 statements are too many") as caught:
            refuse()
        assert caught.value.remedy
    many = Votes.from_rows(["ann"] * 2001, [str(number) for number in range(2001)], [1] * 2001)
    with pytest.raises(InputError, match="too many"):
        LiveState.from_votes(many)
    assert state.refresh().votes == 1
