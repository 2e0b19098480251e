"""The log keeps one salted commitment for every public act, in the act's own transaction."""

from __future__ import annotations

import hashlib

import pytest
from django.db import transaction

from folkmoot.listen import actions as listen
from folkmoot.listen.models import Response
from folkmoot.methods.transparency import canonical
from folkmoot.publiclog import kinds
from folkmoot.publiclog.actions import broken, record
from folkmoot.publiclog.models import Entry, Head
from tests.people import opened


def test_opening_an_assembly_is_logged_with_all_that_people_see(cast):
    assembly = opened(cast.maud)
    of_this = Entry.objects.of_assembly(assembly.uuid)
    logged = list(of_this.values_list("kind", flat=True))
    assert logged.count("assembly") == logged.count("wording") == logged.count("timetable") == 1
    assert logged.count("question") == 4
    assert logged.count("statement") == 4


def test_places_have_no_gaps_and_match_the_head(cast):
    opened(cast.maud)
    places = list(Entry.objects.order_by("position").values_list("position", flat=True))
    assert places == list(range(len(places)))
    assert Head.objects.get().length == len(places)


def test_the_commitment_is_the_salted_hash_of_the_content(cast):
    opened(cast.maud)
    entry = Entry.objects.filter(kind="timetable").get()
    timetable = kinds.named("timetable").find(entry.item)
    row = hashlib.sha256(bytes(entry.seal) + canonical({"row": timetable.pk})).hexdigest()
    content = canonical(kinds.named("timetable").content(timetable) | {"sealed": row})
    assert entry.commitment == hashlib.sha256(bytes(entry.salt) + content).hexdigest()


def test_an_act_that_fails_leaves_no_entry(cast):
    before = Head.objects.get().length
    with pytest.raises(RuntimeError, match="changed her mind"), transaction.atomic():
        opened(cast.maud)
        raise RuntimeError("changed her mind")
    assert Head.objects.get().length == before == Entry.objects.count()


def test_a_changed_answer_is_found(cast):
    assembly = opened(cast.maud)
    question = assembly.questions.get(way="open_text", closing=False)
    person = listen.take_part(
        assembly, member=cast.jean, token_hash=None, started_at=assembly.moment(), seed=1
    )
    listen.respond(person, question, {"text": "Warm homes."})
    assert broken(Entry.objects.all()) == []
    Response.objects.update(content={"text": "Cold homes."})
    assert [entry.kind for entry in broken(Entry.objects.all())] == ["response"]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_recorded_outside_a_transaction(cast):
    assembly = opened(cast.maud)
    with pytest.raises(RuntimeError, match="inside the transaction"):
        record(assembly.timetable)
