"""What somebody with the database's password may do to it: one value, one row, and everything taken back."""

from __future__ import annotations

import contextlib
import datetime
import itertools
import random
import uuid
from collections.abc import Callable, Iterable, Iterator

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import DatabaseError, connection, models, transaction

from folkmoot.convene import actions as convene
from folkmoot.convene.models import Assembly, Invitation
from folkmoot.listen import actions as listen
from folkmoot.listen import import_actions
from folkmoot.listen.models import Participation, PseudonymKey, Statement, Vote
from folkmoot.members import actions as members
from folkmoot.members import contact_actions
from folkmoot.members.models import FrozenEntry, Member, RollChange
from folkmoot.members.passkey_actions import note_passkey
from folkmoot.members.roll import Row
from folkmoot.methods import transparency
from folkmoot.methods.transparency import COSIGNATURE, Signer
from folkmoot.publiclog import identity, kinds, store
from folkmoot.publiclog.actions import compare, declare_restored, sign
from folkmoot.publiclog.audit import audit
from folkmoot.publiclog.models import Checkpoint, Cosignature, Entry, Head, Sighting
from folkmoot.publiclog.witness_actions import accept_witness, take_cosignatures
from folkmoot.publish import actions as publish
from folkmoot.understand import actions as understand
from folkmoot.understand import theme_actions
from folkmoot.understand.review import Reading
from tests.people import Cast, opened

# Not logged, and this is why. Everything else in these tables is covered.
NOT_COVERED = {
    # How much a statement wants to be asked next: a hint, recomputed by every analysis.
    "Statement.weight",
    # When somebody signed in last, and with what, is nobody's business.
    "Member.last_login",
    "Authenticator.last_used_at",
    "Authenticator.created_at",
    # What django-allauth keeps of an address; it decides nothing here, since nobody proves one.
    "EmailAddress.verified",
    "EmailAddress.primary",
    # When a checkpoint was signed is said by nobody but this installation; witnesses say when they saw it.
    "Checkpoint.at",
    # Who showed what the log does not contain, and when: the signature under it is what counts.
    "Sighting.source",
    "Sighting.at",
    # Numbers of rows that nothing points to and nothing is sorted by: what counts of these has other names.
    *(f"{model}.id" for model in ("Vote", "FrozenEntry", "Checkpoint", "Cosignature", "Sighting")),
    *(f"{model}.id" for model in ("PseudonymKey", "Invitation", "EmailAddress")),
}
# Dropped, these rows are not missed, and this is why.
NOT_MISSED = {
    # It hides that a witness signed. She has her line herself, and hands it in again with her next one.
    Cosignature,
    # It lets nobody in whom the address on the roll does not let in.
    EmailAddress,
    # Whose link it was is told that it is unknown, and signs in by mail.
    Invitation,
}
# Added, these rows are not found, and this is why.
NOT_FOUND = {
    # There is one for each question already, or nobody has answered that question yet: when somebody does, it is
    # the key that is used.
    PseudonymKey,
}
BESIDE: list[type[models.Model]] = [
    *(Entry, Head, Checkpoint, Cosignature, Sighting, FrozenEntry, Member, RollChange),
    *(Participation, PseudonymKey, Vote, Invitation, EmailAddress, Authenticator),
]
WITNESS = Signer("skelby.example/witness", COSIGNATURE, bytes(range(32)))


def everything(cast: Cast) -> Assembly:
    """Every kind of thing is in the log, the findings are published, and a witness has signed."""
    _sign_ins(cast)
    other = opened(cast.maud)
    assembly = opened(cast.maud)
    text, votes, ranks = (
        assembly.questions.get(way=way, closing=False) for way in ("open_text", "statements", "priorities")
    )
    last = assembly.questions.get(closing=True)
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
        listen.respond(person, last, {"text": f"Ask about bus {number}."})
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
    incoming = import_actions.Incoming(
        answers=[(text, {"text": "On paper."}, assembly.moment())], channel="paper"
    )
    import_actions.take_in(
        assembly, [incoming], source="a stack of paper", file_digest="ab" * 32, by=cast.maud
    )
    late = Row("Rhys Tan", "rhys@lantern.example", "North/Skelby", datetime.date(2026, 2, 1))
    members.import_roll([late], file_digest="ab" * 32, by=cast.maud, whole_roll=False)
    members.take_role_back(cast.bill, "facilitator", by=cast.nell)
    change = contact_actions.change_contact(cast.jean, "jean@else.example", reason="She moved.", by=cast.maud)
    contact_actions.rule_contact(change, approved=True, reason="She rang.", by=cast.nell)
    contact_actions.change_contact(cast.idris, "idris@else.example", reason="He moved.", by=cast.maud)
    convene.give_links(assembly, by=cast.maud)
    convene.invite(assembly, [cast.jean, cast.idris, cast.ada])
    convene.invite(other, [cast.bill])
    understand.analyse(understand.ask(assembly))
    theme_actions.review_theme(Reading.of(text), None, by=cast.maud)
    theme_actions.let_facilitators_review(assembly, True, by=cast.maud)
    publish.publish(assembly, by=cast.maud)
    accept_witness(name="Skelby branch", key=str(WITNESS.key), address="", authority="Nell")
    listen.erase(people[3], ground="she asked", authority="herself")
    publish.withdraw_erased()
    understand.analyse(understand.ask(assembly))
    publish.publish(assembly, by=cast.maud, changed="Without what was erased.")
    _cosigned()
    _restored()
    _cosigned()
    return assembly


def _sign_ins(cast: Cast) -> None:
    """Two members have signed in, one of them with passkeys, of which she gave one up."""
    for member in (cast.jean, cast.nell):
        EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    keys = [
        Authenticator.objects.create(
            user=cast.nell, type="webauthn", data={"name": f"Telephone {n}", "credential": {"id": f"k{n}"}}
        )
        for n in range(3)
    ]
    for key in keys:
        note_passkey(key, added=True)
    note_passkey(keys[0], added=False)
    keys[0].delete()


def _cosigned() -> None:
    checkpoint = sign(at_once=True)
    assert checkpoint is not None
    text = checkpoint.note.split("\n\n")[0] + "\n"
    take_cosignatures(checkpoint.note + WITNESS.line(text, 1_700_000_000), source="Skelby branch")


def _restored() -> None:
    """A backup was restored, and that was said."""
    longer = transparency.Checkpoint(identity.signer().name, store.length() + 5, bytes(32)).text
    compare(f"{longer}\n{identity.signer().line(longer)}", source="a witness")
    declare_restored(reason="The disk broke.", authority="Nell")


def tables() -> list[type[models.Model]]:
    return [*dict.fromkeys([*(kind.model for kind in kinds.every()), *BESIDE])]


def columns(model: type[models.Model]) -> list[models.Field]:
    return [
        field for field in model._meta.concrete_fields if f"{model.__name__}.{field.name}" not in NOT_COVERED
    ]


def other(field: models.Field, value: object, draw: random.Random) -> object:
    """Another value that this column may hold."""
    if field.primary_key:
        # Behind all others, or before all others.
        return draw.choice([value + 90_000 + draw.randrange(1000), -value])
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


# So often another value is tried where the database itself refuses one.
ATTEMPTS = 200


class Undo(Exception):
    """Takes everything back that a superuser did."""


# What was done, and whether the audit found it.
Tried = Iterator[tuple[str, bool]]


def write(model: type[models.Model], pk: object, field: models.Field, value: object) -> bool:
    """One UPDATE past everything that Folkmoot knows; False where the database itself refuses it."""
    prepared = field.get_db_prep_save(value, connection)
    table, column = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(field.column)
    key = connection.ops.quote_name(model._meta.pk.column)
    return execute(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", [prepared, pk])


def delete(model: type[models.Model], pk: object) -> bool:
    table, key = (connection.ops.quote_name(name) for name in (model._meta.db_table, model._meta.pk.column))
    return execute(f"DELETE FROM {table} WHERE {key} = %s", [pk])


def execute(statement: str, values: list[object]) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.rowcount == 1
    except DatabaseError:
        return False


def insert(row: models.Model) -> bool:
    try:
        with transaction.atomic():
            row.save_base(raw=True, force_insert=True)
            return True
    except DatabaseError:
        return False


def changed(model: type[models.Model], draw: random.Random, rows: int) -> Tried:
    """Change each column of some rows. Everything is taken back."""
    for pk in some(model, draw, rows):
        for field in columns(model):
            value = model._base_manager.filter(pk=pk).values_list(field.attname, flat=True).get()
            yield from first(_changed(model, pk, field, value, draw) for _ in range(ATTEMPTS))


def _changed(
    model: type[models.Model], pk: object, field: models.Field, value: object, draw: random.Random
) -> Tried:
    new = other(field, value, draw)
    if new != value:
        what = f"{model.__name__}.{field.name} of {pk}: {value!r} → {new!r}"
        yield from undone(what, lambda: write(model, pk, field, new))


def first(attempts: Iterable[Tried]) -> Tried:
    """What the first attempt gives that the database does not refuse."""
    for attempt in attempts:
        tried = list(attempt)
        if tried:
            yield from tried
            return


def dropped(model: type[models.Model], draw: random.Random, rows: int) -> Tried:
    for pk in some(model, draw, rows):
        yield from undone(f"{model.__name__} {pk} dropped", lambda pk=pk: delete(model, pk))


def added(model: type[models.Model], draw: random.Random, rows: int) -> Tried:
    """Add a row like one that is there, with other values where two cannot have the same."""
    for pk in some(model, draw, rows):
        yield from first(_added(model, pk, draw) for _ in range(ATTEMPTS))


def _added(model: type[models.Model], pk: object, draw: random.Random) -> Tried:
    row = model._base_manager.get(pk=pk)
    for field in apart(model, draw):
        setattr(row, field.attname, other(field, getattr(row, field.attname), draw))
    row.pk = 10**9
    yield from undone(f"{model.__name__} like {pk} added", lambda: insert(row))


def apart(model: type[models.Model], draw: random.Random) -> list[models.Field]:
    """Columns whose values must differ from row to row: all unique ones, and one of each that are so together."""
    meta = model._meta
    groups = [*meta.unique_together, *(each.fields for each in meta.constraints if hasattr(each, "fields"))]
    alone = [field for field in meta.concrete_fields if field.unique and not field.primary_key]
    return [*alone, *(meta.get_field(draw.choice(group)) for group in groups)]


def swapped(model: type[models.Model], draw: random.Random, rows: int) -> Tried:
    """Let two rows exchange what they have in one column, for each column; each of these rows with the next one."""
    for one, two in itertools.pairwise(some(model, draw, rows)):
        for field in columns(model):
            values = dict(model._base_manager.filter(pk__in=[one, two]).values_list("pk", field.attname))
            if values[one] != values[two] and not _equal_but_for(model, field, one, two):
                what = f"{model.__name__}.{field.name} of {one} and {two} swapped"
                yield from undone(
                    what, lambda field=field, values=values: exchange(model, field, values, draw)
                )


def _equal_but_for(model: type[models.Model], field: models.Field, one: object, two: object) -> bool:
    """Whether an exchange would leave the same rows under other numbers, which say nothing."""
    names = [column.attname for column in columns(model) if column is not field]
    covered = model._base_manager.values_list(*names)
    return bool(names) and covered.get(pk=one) == covered.get(pk=two)


def exchange(
    model: type[models.Model], field: models.Field, values: dict[object, object], draw: random.Random
) -> bool:
    """The first row gives its value up meanwhile, since two may not have the same."""
    (one, its), (two, that) = values.items()
    between = other(field, its, draw)
    first = between if field.primary_key else one
    return (
        write(model, one, field, between)
        and write(model, two, field, its)
        and write(model, first, field, that)
    )


def some(model: type[models.Model], draw: random.Random, rows: int) -> list[object]:
    keys = list(model._base_manager.order_by("pk").values_list("pk", flat=True))
    return draw.sample(keys, min(rows, len(keys)))


def undone(what: str, act: Callable[[], bool]) -> Tried:
    """Do it, audit, and take it back; nothing where the database itself refuses it."""
    found: bool | None = None
    with contextlib.suppress(Undo), transaction.atomic():
        if act():
            found = bool(audit().wrong)
        raise Undo
    if found is not None:
        yield what, found
