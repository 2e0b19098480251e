"""Whoever holds the database changes one value, drops or adds one row, or swaps two: each time it is found."""

from __future__ import annotations

import json
import random
import uuid

import pytest
from django.db import connection, transaction

from folkmoot.listen import actions as listen
from folkmoot.listen.models import Response
from folkmoot.methods.transparency import commitment
from folkmoot.publiclog import kinds, store
from folkmoot.publiclog.actions import covered, sign
from folkmoot.publiclog.audit import audit
from folkmoot.publiclog.models import Checkpoint, Cosignature, Entry, Tile
from tests.people import opened
from tests.publiclog.tampering import Undo, everything, tables, tried, turned


@pytest.fixture
def full(cast):
    """Every kind of thing is in the log, the findings are published, and a witness has signed."""
    return everything(cast)


def test_nothing_is_wrong_before_anything_is_changed(full):
    found = audit()
    assert found.wrong == []
    assert len(found.checked) >= 7


def test_every_kind_is_in_the_log(full):
    """So that what follows tries every table."""
    missing = {kind.name for kind in kinds.every()} - set(Entry.objects.values_list("kind", flat=True))
    assert missing <= UNTRIED


# Tried in their own tests, with what is needed to make them.
UNTRIED = {"restoration"}


def test_every_changed_value_is_found(full):
    draw = random.Random(1)
    tries = [each for model in tables() for each in tried(model, draw, 3)]
    assert len(tries) > 250
    assert [what for what, found in tries if not found] == []


def test_every_dropped_row_is_found(full):
    draw = random.Random(2)
    missed, number = [], 0
    for model in tables():
        keys = list(model._default_manager.values_list("pk", flat=True))
        for pk in draw.sample(keys, min(3, len(keys))):
            with pytest.raises(Undo), transaction.atomic():
                table = connection.ops.quote_name(model._meta.db_table)
                key = connection.ops.quote_name(model._meta.pk.column)
                with connection.cursor() as cursor:
                    cursor.execute(f"DELETE FROM {table} WHERE {key} = %s", [pk])
                number += 1
                if not audit().wrong and model not in (Cosignature, Checkpoint):
                    missed.append(f"{model.__name__} {pk}")
                raise Undo
    assert number > 35
    assert missed == []


def test_every_added_row_is_found(full):
    missed = []
    for kind in kinds.every():
        for thing in kind.model._default_manager.all():
            if not kind.due(thing):
                continue
            try:
                with transaction.atomic():
                    thing.pk, thing.uuid = None, uuid.uuid4()
                    thing.save(force_insert=True)
                    if not audit().wrong:
                        missed.append(f"{kind.name} like {thing}")
                    raise Undo
            except Exception:
                continue
            break
    assert missed == []


@pytest.mark.parametrize(
    "field", ["who", "participation_id", "content", "at", "number", "version_id", "question_id"]
)
def test_two_answers_that_swap_a_value_are_found(full, field):
    rows = list(Response.objects.order_by("pk"))
    pairs = [(a, b) for a in rows for b in rows if a.pk < b.pk and getattr(a, field) != getattr(b, field)]
    number = 0
    for one, two in random.Random(3).sample(pairs, min(6, len(pairs))):
        with pytest.raises(Undo), transaction.atomic():
            values = {one.pk: getattr(two, field), two.pk: getattr(one, field)}
            if field in ("participation_id", "question_id", "number"):
                Response.objects.filter(pk=one.pk).update(number=90)
            try:
                with transaction.atomic():
                    for pk, value in values.items():
                        Response.objects.filter(pk=pk).update(**{field: value})
            except Exception:
                raise Undo from None
            number += 1
            assert audit().wrong, (field, one.pk, two.pk)
            raise Undo
    assert number or not pairs


def test_two_entries_that_swap_places_are_found(full):
    entries = list(Entry.objects.order_by("position"))
    draw = random.Random(4)
    for _ in range(10):
        one, two = draw.sample(entries, 2)
        with pytest.raises(Undo), transaction.atomic():
            Entry.objects.filter(pk__in=[one.pk, two.pk]).delete()
            one_place, two_place = one.position, two.position
            swapped = [
                Entry(position=two_place, **rest(one)),
                Entry(position=one_place, **rest(two)),
            ]
            Entry.objects.bulk_create(swapped)
            assert audit().wrong
            raise Undo


def rest(entry: Entry) -> dict[str, object]:
    return {
        field.name: getattr(entry, field.name) for field in Entry._meta.fields if field.name != "position"
    }


def test_a_changed_tile_is_found(cast):
    """Three hundred answers fill the first tile of the tree."""
    assembly = opened(cast.maud)
    text = assembly.questions.get(way="open_text", closing=False)
    people = [
        listen.Incoming(answers=[(text, {"text": f"Buses, {number}."}, assembly.moment())])
        for number in range(300)
    ]
    listen.take_in(assembly, people, source="a file", file_digest="ab" * 32, by=cast.maud)
    sign(at_once=True)
    assert audit().wrong == []
    tile = Tile.objects.get()
    for change in (
        {"hashes": turned(bytes(tile.hashes), random.Random(5))},
        {"root": turned(bytes(tile.root), random.Random(6))},
        {"level": 1},
        {"number": 1},
    ):
        with pytest.raises(Undo), transaction.atomic():
            Tile.objects.filter(pk=tile.pk).update(**change)
            assert audit().wrong, change
            raise Undo
    with pytest.raises(Undo), transaction.atomic():
        tile.delete()
        assert audit().wrong
        raise Undo


def test_the_whole_log_written_anew_is_found_by_what_was_signed(full):
    """Somebody changes an answer and makes its commitment, its leaf and the tree fit again."""
    entry = Entry.objects.filter(kind="response", salt__isnull=False).first()
    thing = kinds.named("response").find(entry.item)
    thing.content = {"text": "I love the executive."}
    thing.save()
    entry.commitment = commitment(bytes(entry.salt), covered(thing, bytes(entry.seal)))
    entry.save()
    Tile.objects.all().delete()
    store.grow()
    assert any("is not the beginning of this one" in line for line in audit().wrong)


def test_json_columns_are_compared_by_what_they_say(full):
    """A database may write JSON with other spaces: that is no change."""
    response = Response.objects.filter(content__isnull=False).first()
    table = connection.ops.quote_name(Response._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET content = %s WHERE id = %s",
            [json.dumps(response.content, indent=3), response.pk],
        )
    assert audit().wrong == []
