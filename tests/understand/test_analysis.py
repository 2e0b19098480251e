"""The worker reads what was said: by itself, one at a time, and again when it was killed."""

from __future__ import annotations

import datetime
import json

import pytest
from django.utils import timezone

from folkmoot.listen import actions as listen
from folkmoot.listen.models import Participation, Statement
from folkmoot.understand import actions
from folkmoot.understand.models import Analysis, Result
from tests.people import closed, opened, signed_in

TOPICS = ("The rent is too high for care workers.", "Buses stop at six in our town.", "Pay us a real wage.")


@pytest.fixture
def spoken(cast):
    """An assembly in which twelve people wrote, voted and ranked."""
    assembly = opened(cast.maud)
    text, votes, ranks = (assembly.questions.get(way=way, closing=False) for way in WAYS)
    statements = [str(statement.uuid) for statement in Statement.objects.filter(question=votes)]
    for number in range(12):
        person = listen.take_part(
            assembly, member=None, token_hash=f"{number}", started_at=assembly.moment(), seed=number
        )
        listen.respond(person, text, {"text": TOPICS[number % 3]})
        listen.respond(
            person, votes, {"votes": {s: 1 if (number + n) % 3 else -1 for n, s in enumerate(statements)}}
        )
        listen.respond(person, ranks, {"ranking": ["o1", "o3"] if number % 2 else ["o2"]})
    return assembly


WAYS = ("open_text", "statements", "priorities")


def test_an_assembly_with_answers_is_due_by_itself(spoken):
    assert actions.due() == [spoken]


def test_what_somebody_erased_is_kept_by_no_analysis_though_nothing_was_published(spoken):
    actions.analyse(actions.ask(spoken))
    person = Participation.objects.get(assembly=spoken, token_hash="0")
    listen.erase(person, ground="She asked for it.", authority="the member, signed in")
    actions.tick()
    assert not Result.objects.filter(analysis__assembly=spoken).exists()
    again = actions.ask(spoken)
    actions.analyse(again)
    actions.tick()
    rows = Result.objects.get(analysis=again, name="texts.csv").body
    assert rows.count("\n") == 12


def test_one_analysis_at_a_time(spoken):
    assert actions.ask(spoken) == actions.ask(spoken)
    assert Analysis.objects.count() == 1
    assert actions.due() == []


def test_an_analysis_reads_every_question_and_keeps_the_rows_it_read(spoken):
    analysis = actions.ask(spoken)
    actions.analyse(analysis)
    analysis.refresh_from_db()
    assert (analysis.state, analysis.problem, analysis.progress) == ("done", "", 1.0)
    files = {(result.question.way, result.name): result.body for result in analysis.results.all()}
    assert json.loads(files["priorities", "priorities.json"])["people"] == 12
    assert json.loads(files["statements", "opinions.json"])["counts"]["votes"] == 48
    assert files["open_text", "texts.csv"].count("\n") == 13


def test_what_is_read_tells_listening_what_to_ask_next(spoken):
    before = set(Statement.objects.values_list("weight", flat=True))
    actions.analyse(actions.ask(spoken))
    assert before == {1.0}
    assert set(Statement.objects.values_list("weight", flat=True)) != before


def test_two_workers_never_do_the_same_one(spoken):
    analysis = actions.ask(spoken)
    Analysis.objects.update(state=Analysis.State.RUNNING)
    actions.analyse(analysis)
    assert analysis.results.count() == 0


def test_it_rests_between_two_while_the_assembly_is_open(spoken):
    actions.analyse(actions.ask(spoken))
    question = spoken.questions.get(way="open_text", closing=False)
    person = listen.take_part(spoken, member=None, token_hash="x", started_at=spoken.moment(), seed=1)
    listen.respond(person, question, {"text": "One more thing."})
    assert actions.due() == []
    Analysis.objects.update(finished_at=timezone.now() - datetime.timedelta(minutes=10))
    assert actions.due() == [spoken]


def test_nothing_new_is_not_read_again(spoken):
    actions.analyse(actions.ask(spoken))
    Analysis.objects.update(finished_at=timezone.now() - datetime.timedelta(hours=1))
    assert actions.due() == []


def test_the_close_brings_one_last_reading(spoken):
    actions.analyse(actions.ask(spoken))
    over = closed(spoken)
    assert actions.due() == [over]
    actions.analyse(actions.ask(over))
    assert actions.due() == []


def test_a_killed_analysis_is_taken_up_again(spoken):
    analysis = actions.ask(spoken)
    long_ago = timezone.now() - datetime.timedelta(minutes=30)
    Analysis.objects.update(state=Analysis.State.RUNNING, alive_at=long_ago)
    actions.tick()
    analysis.refresh_from_db()
    assert analysis.state == Analysis.State.WAITING


def test_a_failure_is_told_and_loses_nothing(spoken, monkeypatch):
    def break_down(*args: object, **kwargs: object) -> None:
        raise MemoryError("no room")

    monkeypatch.setitem(actions.READINGS, "priorities", break_down)
    analysis = actions.ask(spoken)
    actions.analyse(analysis)
    analysis.refresh_from_db()
    assert analysis.state == "failed"
    assert "no room" in actions.failure(analysis)
    assert analysis.results.count() == 0


def test_the_same_answers_give_the_same_bytes(spoken):
    bodies = []
    for _ in range(2):
        analysis = actions.ask(spoken)
        actions.analyse(analysis)
        bodies.append({(r.question_id, r.name): r.body for r in analysis.results.all()})
    assert bodies[0] == bodies[1]
    assert len(bodies[0]) >= 7


def test_organisers_see_how_far_it_is(cast, spoken, client):
    analysis = actions.ask(spoken)
    Analysis.objects.filter(pk=analysis.pk).update(step="reading", progress=0.4)
    page = signed_in(cast.maud).get(f"/a/{spoken.uuid}/analysis/").content.decode()
    assert "40 per cent done" in page
    assert "Reading what people wrote" in page
    assert client.get(f"/a/{spoken.uuid}/analysis/").status_code == 302
    assert signed_in(cast.jean).get(f"/a/{spoken.uuid}/analysis/").status_code == 403
