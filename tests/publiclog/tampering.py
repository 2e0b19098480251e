"""What somebody with the database's password may do to it: one value, one row, and everything taken back."""

from __future__ import annotations

import datetime
import random
import uuid
from collections.abc import Iterator

from django.db import connection, models, transaction

from folkmoot.convene import actions as convene
from folkmoot.convene.models import Assembly
from folkmoot.listen import actions as listen
from folkmoot.listen.models import Participation, Statement, Vote
from folkmoot.members import actions as members
from folkmoot.members import contact_actions
from folkmoot.members.models import FrozenEntry, Member, RollChange
from folkmoot.methods.transparency import COSIGNATURE, Signer
from folkmoot.publiclog import kinds
from folkmoot.publiclog.actions import accept_witness, sign, take_cosignatures
from folkmoot.publiclog.audit import audit
from folkmoot.publiclog.models import Checkpoint, Cosignature, Entry, Head
from folkmoot.publish import actions as publish
from folkmoot.understand import actions as understand
from folkmoot.understand import theme_actions
from folkmoot.understand.review import Reading
from tests.people import Cast, opened

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


def everything(cast: Cast) -> Assembly:
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
    change = contact_actions.change_contact(cast.jean, "jean@else.example", reason="She moved.", by=cast.maud)
    contact_actions.rule_contact(change, approved=True, reason="She rang.", by=cast.nell)
    convene.give_links(assembly, by=cast.maud)
    understand.analyse(understand.ask(assembly))
    theme_actions.review_theme(Reading.of(text), None, by=cast.maud)
    theme_actions.let_facilitators_review(assembly, True, by=cast.maud)
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
