"""Whoever holds the database changes one value, drops or adds one row, or swaps two: each time it is found."""

from __future__ import annotations

import json
import random

import pytest
from django.db import connection, transaction

from folkmoot.listen import import_actions
from folkmoot.listen.models import Response
from folkmoot.methods.transparency import commitment
from folkmoot.publiclog import kinds, store
from folkmoot.publiclog.actions import covered, sign
from folkmoot.publiclog.audit import audit
from folkmoot.publiclog.models import Entry, Tile
from tests.people import opened
from tests.publiclog.tampering import (
    NOT_FOUND,
    NOT_MISSED,
    Undo,
    added,
    changed,
    columns,
    dropped,
    everything,
    swapped,
    tables,
    turned,
)


@pytest.fixture
def full(cast):
    """Every kind of thing is in the log, the findings are published, and a witness has signed."""
    return everything(cast)


def test_nothing_is_wrong_before_anything_is_changed(full):
    found = audit()
    assert found.wrong == []
    assert len(found.checked) >= 7


def test_every_kind_is_in_the_log_and_every_table_has_rows(full):
    """So that what follows tries every table."""
    assert {kind.name for kind in kinds.every()} == set(Entry.objects.values_list("kind", flat=True))
    assert [model.__name__ for model in tables() if not model._base_manager.exists()] == []


def test_every_changed_value_is_found(full):
    """In every column of every table, the rows' own numbers among them."""
    draw = random.Random(1)
    tries = [each for model in tables() for each in changed(model, draw, 2)]
    assert len(tries) > 300
    assert [what for what, found in tries if not found] == []
    covered = {f"{model.__name__}.{field.name}" for model in tables() for field in columns(model)}
    # Only what the database itself refuses was not tried.
    assert covered - {what.split(" of ")[0] for what, _found in tries} <= REFUSED


# Every other place may be taken: versions of one number, the same members on the other roll, and people who have
# answered the same question. The last one has a test of its own among the attacks.
REFUSED = {"FrozenEntry.roll", "QuestionVersion.question", "Wording.assembly", "Response.participation"}


def test_every_dropped_row_is_found(full):
    draw = random.Random(2)
    tries = {model: list(dropped(model, draw, 3)) for model in tables()}
    assert all(tries.values())
    assert sum(map(len, tries.values())) > 70
    missed = [
        what for model, each in tries.items() if model not in NOT_MISSED for what, found in each if not found
    ]
    assert missed == []


def test_every_added_row_is_found(full):
    draw = random.Random(3)
    tries = {model: list(added(model, draw, 2)) for model in tables()}
    assert all(tries.values())
    assert sum(map(len, tries.values())) > 40
    missed = [
        what for model, each in tries.items() if model not in NOT_FOUND for what, found in each if not found
    ]
    assert missed == []


def test_every_swapped_value_is_found(full):
    draw = random.Random(4)
    tries = [each for model in tables() for each in swapped(model, draw, 2)]
    assert len(tries) > 80
    assert [what for what, found in tries if not found] == []


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
        import_actions.Incoming(answers=[(text, {"text": f"Buses, {number}."}, assembly.moment())])
        for number in range(300)
    ]
    import_actions.take_in(assembly, people, source="a file", file_digest="ab" * 32, by=cast.maud)
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
