"""The live state of opinion: the worker's, and what others read of it."""

from __future__ import annotations

import random
import uuid

import pytest
from django.urls import reverse

from folkmoot.convene.models import Question
from folkmoot.listen import actions, live, voices
from folkmoot.listen.models import LiveOpinion, Statement, Vote
from folkmoot.listen.ways.statements import progress_and_next
from folkmoot.methods import opinions
from folkmoot.methods.opinions.snapshot import Snapshot
from tests.people import closed, opened, signed_in


@pytest.fixture(autouse=True)
def nothing_at_hand():
    live._read.clear()
    yield
    live._read.clear()


@pytest.fixture
def question(cast) -> Question:
    return opened(cast.maud).questions.get(way="statements")


def names(question: Question) -> list[str]:
    return [str(row.uuid) for row in Statement.objects.filter(question=question).order_by("pk")]


def person(question: Question, token: str):
    assembly = question.assembly
    return actions.take_part(assembly, member=None, token_hash=token, started_at=assembly.moment(), seed=1)


def vote(question: Question, who, votes: dict[str, int]) -> None:
    actions.respond(who, question, {"votes": votes})


def of(question: Question) -> Snapshot:
    return Snapshot.from_bytes(bytes(LiveOpinion.objects.get(question=question).snapshot))


def batch(question: Question) -> opinions.OpinionMap:
    rows = voices.votes(question)
    votes = opinions.Votes.from_rows(
        [row.who for row in rows], [row.statement for row in rows], [row.value for row in rows]
    )
    return opinions.map_opinions(votes, mode="polis")


def test_what_is_followed_vote_by_vote_is_what_a_whole_reading_finds(question):
    chance, follower, put = random.Random(3), live.Follower(), names(question)
    people = [person(question, str(number)) for number in range(20)]
    for _round in range(4):
        for who in people:
            vote(question, who, {name: chance.choice((1, 0, -1)) for name in chance.sample(put, 3)})
        assert follower.follow() == 1
        found, whole = of(question), batch(question)
        assert found.centre == pytest.approx(whole.centre, abs=1e-12)
        assert found.axes == pytest.approx(whole.axes, abs=1e-9)
        assert found.routing_weights == pytest.approx(
            dict(zip(whole.statements, whole.priorities.tolist(), strict=True)), rel=1e-9
        )
    assert follower.follow() == 0  # nothing came


def test_only_what_came_since_is_read(question, django_assert_max_num_queries):
    follower, put = live.Follower(), names(question)
    for number in range(12):
        vote(question, person(question, str(number)), dict.fromkeys(put, 1))
    follower.follow()
    late = person(question, "late")
    vote(question, late, {put[0]: -1})
    with django_assert_max_num_queries(20) as asked:
        follower.follow()
    assert not any("response__number" in one["sql"] for one in asked.captured_queries)
    assert of(question).counts.disagrees.sum() == 1


def test_after_an_erasure_all_is_read_again(question, cast):
    follower, put = live.Follower(), names(question)
    kept, gone = person(question, "kept"), person(question, "gone")
    vote(question, kept, {put[0]: 1})
    vote(question, gone, {put[0]: 1, put[1]: -1})
    follower.follow()
    assert of(question).participants == 2
    actions.erase(gone, ground="She asked for it.", authority="herself")
    follower.follow()
    assert of(question).participants == 1
    assert of(question).counts.disagrees.sum() == 0


def test_the_next_statement_follows_the_votes_of_a_moment_ago(question):
    put = names(question)
    for number in range(30):
        # Everybody passes on the first, which then hardly wants to be asked.
        vote(question, person(question, str(number)), {put[0]: 0, put[1]: 1 if number % 2 else -1})
    live.Follower().follow()
    weights = live.current(question.pk).routing_weights
    assert weights[put[0]] < 0.1 * weights[put[1]]
    assert weights[put[2]] == pytest.approx(live.UNSEEN)
    first = [progress_and_next(question.version, None, seed=seed)["statement"].uuid for seed in range(200)]
    assert first.count(uuid.UUID(put[0])) < 5 < first.count(uuid.UUID(put[2]))


def test_a_statement_that_was_just_put_is_asked_though_no_snapshot_knows_it(question, cast):
    for number in range(12):
        vote(question, person(question, str(number)), dict.fromkeys(names(question), 1))
    live.Follower().follow()
    new, _is_new = actions.put_statement(question, "The late bus should run on Sundays.", by=cast.maud)
    shown = [progress_and_next(question.version, None, seed=seed)["statement"] for seed in range(100)]
    assert new in shown


def test_a_process_asks_for_the_snapshot_once_in_a_while(question, django_assert_num_queries):
    vote(question, person(question, "a"), {names(question)[0]: 1})
    live.Follower().follow()
    live.current(question.pk)
    with django_assert_num_queries(0):
        assert live.current(question.pk) is not None


def test_beyond_two_thousand_statements_the_analyses_route_as_before(question, monkeypatch):
    monkeypatch.setattr(live, "MOST_STATEMENTS", 3)
    vote(question, person(question, "a"), {names(question)[0]: 1})
    assert live.Follower().follow() == 0
    assert live.current(question.pk) is None


def test_nothing_is_kept_of_what_has_closed(question):
    vote(question, person(question, "a"), {names(question)[0]: 1})
    follower = live.Follower()
    follower.follow()
    other = closed(question.assembly)
    follower.length = -1
    follower.follow()
    assert not LiveOpinion.objects.filter(question__assembly=other).exists()


def test_organisers_see_how_the_votes_stand_and_nothing_of_a_few(question, cast):
    put = names(question)
    for number in range(12):
        votes = {put[0]: 1, put[1]: 1 if number % 2 else -1}
        vote(question, person(question, str(number)), votes | ({put[2]: 1} if number < 9 else {}))
    live.Follower().follow()
    page = (
        signed_in(cast.maud).get(reverse("listen:dashboard", args=[question.assembly.uuid])).content.decode()
    )
    texts = dict(Statement.objects.filter(question=question).values_list("uuid", "text"))
    assert "How the votes stand now" in page
    assert f"{texts[uuid.UUID(put[0])]} <small>12 of 12</small>" in page
    assert f"{texts[uuid.UUID(put[1])]} <small>6 agree, 6 disagree, of 12</small>" in page
    assert texts[uuid.UUID(put[2])] not in page
    assert 'class="points ungrouped"' in page
    assert Vote.objects.count() == 33
