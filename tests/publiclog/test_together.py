"""Answers that come at once share one commit; what goes wrong with one harms no other."""

from __future__ import annotations

import threading
import uuid

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import translation

from folkmoot.publiclog import together as module
from folkmoot.publiclog.actions import record
from folkmoot.publiclog.models import Entry, Erasure, Head
from folkmoot.publiclog.together import together


def act(mark: str = "a"):
    made = Erasure.objects.create(item=uuid.uuid4(), kind="response", ground="g", authority=mark, tie=True)
    return record(made)


def at_once(number: int, do) -> list[object]:
    """Let so many threads begin while somebody else leads, so that they are done in one group."""
    results: list[object] = [None] * number

    def run(place: int) -> None:
        try:
            results[place] = together(lambda: do(place))
        except Exception as problem:
            results[place] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[place]) for place in range(number)]
    with module._leading:
        for thread in threads:
            thread.start()
        while len(module._queue) < number:
            pass
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def commits(monkeypatch):
    """Counts the transactions that are led."""
    led = []
    lead = module._lead
    monkeypatch.setattr(module, "_lead", lambda: (led.append(len(module._queue)), lead())[1])
    return led


@pytest.mark.django_db(transaction=True)
def test_many_answers_at_once_are_one_commit(commits):
    Head.objects.get_or_create(pk=Head.THE_ONE)
    before = Entry.objects.count()
    entries = at_once(20, lambda place: act(str(place)))
    assert commits == [20]
    assert sorted(entry.position for entry in entries) == list(range(before, before + 20))
    for place, entry in enumerate(entries):
        assert Erasure.objects.get(uuid=entry.item).authority == str(place)


@pytest.mark.django_db(transaction=True)
def test_what_goes_wrong_with_one_harms_no_other(commits):
    def do(place: int):
        entry = act(str(place))
        if place % 5 == 0:
            raise ValueError(f"no {place}")
        return entry

    results = at_once(20, do)
    wrong = [result for result in results if isinstance(result, ValueError)]
    assert sorted(map(str, wrong)) == ["no 0", "no 10", "no 15", "no 5"]
    kept = {result.position for result in results if isinstance(result, Entry)}
    assert kept == set(Entry.objects.values_list("position", flat=True)) & kept
    assert len(kept) == 16
    assert Head.objects.get().length == Entry.objects.count()


@pytest.mark.django_db(transaction=True)
def test_nobody_is_told_that_it_is_in_when_the_commit_fails(monkeypatch):
    def broken(*args: object) -> None:
        raise OperationalError("database or disk is full")

    before = Entry.objects.count()
    with monkeypatch.context() as patch:
        patch.setattr("django.db.backends.base.base.BaseDatabaseWrapper._commit", broken)
        results = at_once(6, lambda place: act(str(place)))
    assert [type(result) for result in results] == [OperationalError] * 6
    assert Entry.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_more_than_a_group_are_done_one_group_after_the_other(commits):
    results = at_once(module.AT_ONCE + 5, lambda place: act())
    assert [result for result in results if not isinstance(result, Entry)] == []
    assert {result.position for result in results} <= set(Entry.objects.values_list("position", flat=True))
    assert len(commits) == 2


@pytest.mark.django_db(transaction=True)
def test_whoever_leads_a_group_that_she_is_not_in_waits_for_her_own(monkeypatch):
    """Nobody is told that hers is in because others' are: with groups of one every leader meets that."""
    monkeypatch.setattr(module, "AT_ONCE", 1)
    results = at_once(12, lambda place: act(str(place)))
    assert [result for result in results if not isinstance(result, Entry)] == []
    assert {Erasure.objects.get(uuid=each.item).authority for each in results} == set(map(str, range(12)))


@pytest.mark.django_db(transaction=True)
def test_each_speaks_its_own_language():
    seen = []

    def do(place: int) -> None:
        seen.append(translation.get_language())

    def run(language: str) -> None:
        with translation.override(language):
            together(lambda: do(0))
        connection.close()

    threads = [threading.Thread(target=run, args=[language]) for language in ("cy", "en-gb")]
    with module._leading:
        for thread in threads:
            thread.start()
        while len(module._queue) < 2:
            pass
    for thread in threads:
        thread.join()
    assert sorted(seen) == ["cy", "en-gb"]


@pytest.mark.django_db
def test_inside_a_transaction_it_is_simply_done():
    with transaction.atomic():
        assert isinstance(together(act), Entry)
