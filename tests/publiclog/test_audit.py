"""Whoever holds the database changes one value, drops or adds one row, or swaps two: each time it is found."""

from __future__ import annotations

import datetime
import json
import random
import uuid
from collections.abc import Iterator

import pytest
from django.db import connection, models, transaction

from folkmoot.convene import actions as convene
from folkmoot.listen import actions as listen
from folkmoot.listen.models import Participation, Response, Statement, Vote
from folkmoot.members import actions as members
from folkmoot.members.models import FrozenEntry, Member, RollChange
from folkmoot.methods.transparency import COSIGNATURE, Signer
from folkmoot.publiclog import kinds
from folkmoot.publiclog.actions import accept_witness, sign, take_cosignatures
from folkmoot.publiclog.audit import audit
from folkmoot.publiclog.models import (
    Checkpoint,
    Cosignature,
    Entry,
    Head,
    Tile,
)
from folkmoot.publish import actions as publish
from folkmoot.understand import actions as understand
from tests.people import opened

# Not logged, and this is why. Everything else in these tables is covered.
NOT_COVERED = {
    # The database's own numbers: rows are known by their public ids.
    "id",
    # How much a statement wants to be asked next: a hint, recomputed by every analysis.
    "Statement.weight",
    # What Django keeps of its own: nobody has a password, and when somebody signed in last is nobody's business.
    "Member.password",
    "Member.last_login",
    # When a checkpoint was signed is said by nobody but this installation; witnesses say when they saw it.
    "Checkpoint.at",
}
BESIDE = [Entry, Head, Checkpoint, Cosignature, FrozenEntry, Member, Participation, RollChange, Vote]
WITNESS = Signer("skelby.example/witness", COSIGNATURE, bytes(range(32)))


@pytest.fixture
def full(cast):
    """Every kind of thing is in the log, the findings are published, and a witness has signed."""
    assembly = opened(cast.maud)
    text, votes, ranks = (
        assembly.questions.get(way=way, closing=False) for way in ("open_text", "statements", "priorities")
    )
    statements = [str(statement.uuid) for statement in Statement.objects.filter(question=votes)]
    people = []
    for number, member in enumerate([cast.jean, cast.idris, None, None]):
        person = listen.take_part(
            assembly,
            member=member,
            token_hash=str(number),
            started_at=assembly.moment(),
            seed=number,
        )
        listen.respond(person, text, {"text": f"Care workers need {number} more pounds an hour."})
        listen.respond(person, votes, {"votes": {s: (number + n) % 3 - 1 for n, s in enumerate(statements)}})
        listen.respond(person, ranks, {"ranking": ["o1", "o2"] if number % 2 else ["o3"]})
        listen.consent(person, bool(number % 2))
        people.append(person)
    listen.put_statement(votes, "Trams first.", participation=people[0])
    listen.put_statement(votes, "Trains first.", participation=people[3])
    timetable = assembly.timetable
    convene.retime(
        assembly,
        opens=timetable.opens,
        closes=timetable.closes + datetime.timedelta(days=1),
        findings_due=timetable.findings_due + datetime.timedelta(days=1),
        zone=timetable.zone,
        reason="The post was late.",
        by=cast.maud,
    )
    incoming = listen.Incoming(answers=[(text, {"text": "On paper."}, assembly.moment())], channel="paper")
    listen.take_in(assembly, [incoming], source="a stack of paper", file_digest="ab" * 32, by=cast.maud)
    members.take_role_back(cast.bill, "facilitator", by=cast.nell)
    change = members.change_contact(cast.jean, "jean@else.example", reason="She moved.", by=cast.maud)
    members.rule_contact(change, approved=True, reason="She rang.", by=cast.nell)
    convene.give_links(assembly, by=cast.maud)
    understand.analyse(understand.ask(assembly))
    publish.publish(assembly, by=cast.maud)
    accept_witness(name="Skelby branch", key=str(WITNESS.key), address="", authority="Nell")
    listen.erase(people[3], ground="she asked", authority="herself")
    publish.withdraw_erased()
    understand.analyse(understand.ask(assembly))
    publish.publish(assembly, by=cast.maud, changed="Without what was erased.")
    checkpoint = sign(at_once=True)
    text = checkpoint.note.split("\n\n")[0] + "\n"
    take_cosignatures(checkpoint.note + WITNESS.line(text, 1_700_000_000), source="Skelby branch")
    return assembly


def tables() -> list[type[models.Model]]:
    return [*dict.fromkeys([*(kind.model for kind in kinds.every()), *BESIDE])]


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


def columns(model: type[models.Model]) -> Iterator[models.Field]:
    for field in model._meta.concrete_fields:
        if {field.name, f"{model.__name__}.{field.name}"} & NOT_COVERED:
            continue
        yield field


def other(field: models.Field, value: object, draw: random.Random) -> object:
    """Another value that this column may hold."""
    if isinstance(field, models.ForeignKey | models.OneToOneField):
        keys = field.related_model._default_manager.values_list("pk", flat=True)
        choice = [key for key in keys if key != value] + ([None] if field.null and value else [])
        return draw.choice(choice) if choice else value
    if value is None:
        return {
            models.UUIDField: uuid.UUID(int=draw.getrandbits(128)),
            models.BinaryField: draw.randbytes(32),
            models.DateTimeField: datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC),
            models.DateField: datetime.date(2020, 1, 1),
            models.JSONField: {"text": "x"},
        }.get(type(field), "x")
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.DateTimeField | models.DateField):
        return value + datetime.timedelta(days=draw.choice([-1, 1, 30]))
    if isinstance(field, models.UUIDField):
        return uuid.UUID(int=draw.getrandbits(128))
    if isinstance(field, models.BinaryField):
        return turned(bytes(value), draw)
    if isinstance(field, models.SmallIntegerField):
        return draw.choice([each for each in (-1, 0, 1) if each != value])
    if isinstance(field, models.IntegerField):
        return value + draw.choice([1, 7])
    if isinstance(field, models.JSONField):
        return {**value, "more": 1} if isinstance(value, dict) else {"text": "x"}
    text = str(value)
    place = draw.randrange(len(text) + 1)
    return text[:place] + draw.choice("aZ7") + text[place + 1 :] if text else "x"


def turned(content: bytes, draw: random.Random) -> bytes:
    place = draw.randrange(len(content))
    return content[:place] + bytes([content[place] ^ (1 << draw.randrange(8))]) + content[place + 1 :]


class Undo(Exception):
    """Takes everything back that a superuser did."""


def write(model: type[models.Model], pk: object, field: models.Field, value: object) -> bool:
    """One UPDATE past everything that Folkmoot knows; False where the database itself refuses it."""
    prepared = field.get_db_prep_save(value, connection)
    table, column = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(field.column)
    key = connection.ops.quote_name(model._meta.pk.column)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", [prepared, pk])
            return cursor.rowcount == 1
    except Exception:
        return False


def tried(model: type[models.Model], draw: random.Random, rows: int) -> Iterator[tuple[str, bool]]:
    """Change each column of some rows; whether the audit found it. Everything is taken back."""
    keys = list(model._default_manager.values_list("pk", flat=True))
    for pk in draw.sample(keys, min(rows, len(keys))):
        for field in columns(model):
            value = model._default_manager.filter(pk=pk).values_list(field.attname, flat=True).get()
            new = other(field, value, draw)
            if new == value:
                continue
            try:
                with transaction.atomic():
                    if not write(model, pk, field, new):
                        continue
                    yield f"{model.__name__}.{field.name} of {pk}: {value!r} → {new!r}", bool(audit().wrong)
                    raise Undo
            except Undo:
                continue


@pytest.mark.django_db(transaction=False)
def test_every_changed_value_is_found(full):
    draw = random.Random(1)
    tries = [each for model in tables() for each in tried(model, draw, 4)]
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
    from folkmoot.methods.transparency import commitment
    from folkmoot.publiclog import store
    from folkmoot.publiclog.actions import covered

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
