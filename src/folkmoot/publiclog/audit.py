"""The audit: whether the database still says what the log committed to, in every row and every column."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import django
from django.db import connection
from django.db.models import Count, Exists, OuterRef, QuerySet

from folkmoot.methods.transparency import Leaf, commitment, tree
from folkmoot.publiclog import audit_tree, kinds, store
from folkmoot.publiclog.actions import covered
from folkmoot.publiclog.kinds import Kind
from folkmoot.publiclog.models import Entry, Erasure, Head

AT_ONCE = 500
# So many entries are read at a time by a process, and so many processes read at most.
PART = 20_000
MOST = 4
FIELDS = [column.attname for column in Entry._meta.concrete_fields]
Tell = Callable[[str, float], None]


@dataclass
class Found:
    """`checked`: what agrees, in words. `wrong`: what does not, a line each."""

    checked: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def take(self, checked: str, wrong: Iterator[str]) -> None:
        lines = []
        try:
            lines.extend(wrong)
        except Exception as problem:
            lines.append(f"whether {checked} cannot be told ({type(problem).__name__}: {problem})")
        self.wrong += lines
        if not lines:
            self.checked.append(checked)


def audit(tell: Tell | None = None) -> Found:
    """Hold every entry against its leaf, its thing and the tree, and everything logged against the log."""
    found = Found()
    whole = Part()
    found.take("the log has no gaps", _gaps(whole, tell or (lambda step, done: None)))
    found.take("every entry says what was committed to", iter(whole.wrong))
    node = tree.in_memory(whole.hashes)
    for what, wrong in audit_tree.checks(whole.hashes, node):
        found.take(what, wrong)
    found.take("nothing is there that was not logged", _unlogged())
    found.take("everything that was erased was erased in public", _erased())
    for what, check in kinds.checks.items():
        found.take(what, iter(check()))
    return found


@dataclass
class Part:
    """Of entries in a row: the hashes of their leaves up to the first gap, and what is wrong with their contents."""

    hashes: list[bytes] = field(default_factory=list)
    gap: int | None = None
    wrong: list[str] = field(default_factory=list)


def _gaps(whole: Part, tell: Tell) -> Iterator[str]:
    """Reads the log from end to end into one part."""
    number = Entry.objects.count()
    for done, part in enumerate(_parts(number), 1):
        whole.wrong += part.wrong
        if whole.gap is None:
            whole.hashes += part.hashes
            whole.gap = part.gap
        tell("entries", min(1, done * PART / max(number, 1)))
    if whole.gap is not None:
        yield f"entry {whole.gap} is missing"
    if Head.objects.count() != 1 or len(whole.hashes) != store.length():
        yield f"the log says that it has {store.length()} entries, and has {len(whole.hashes)}"


def _parts(number: int) -> Iterator[Part]:
    """Part after part; those of a long log are read by several processes, each on a processor of its own."""
    starts = range(0, max(number, 1), PART)
    ends = [*starts[1:], None]
    processes = min(os.cpu_count() or 1, MOST, len(starts))
    # What is not committed yet would not be seen by other processes.
    if processes == 1 or connection.in_atomic_block:
        yield from map(read, starts, ends)
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=spawn, initializer=django.setup) as pool:
        yield from pool.map(read, starts, ends)


def read(start: int, end: int | None) -> Part:
    """The entries from this place on and before that one; all that come where there is none."""
    part, chunk = Part(), []
    erased = dict(Erasure.objects.filter(tie=False).values_list("item", "assembly"))
    entries = Entry.objects.filter(position__gte=start).order_by("position")
    entries = entries.filter(position__lt=end) if end is not None else entries
    # Without an Entry for each row, which takes twice as long.
    for entry in entries.values_list(*FIELDS, named=True).iterator(chunk_size=AT_ONCE):
        if part.gap is None and entry.position == start + len(part.hashes):
            leaf = Leaf(entry.kind, str(entry.item), entry.epoch, entry.commitment)
            part.hashes.append(tree.of_leaf(leaf.bytes()))
        elif part.gap is None:
            part.gap = start + len(part.hashes)
        chunk.append(entry)
        if len(chunk) == AT_ONCE:
            part.wrong += _contents(chunk, erased)
            chunk = []
    part.wrong += _contents(chunk, erased)
    if end is not None and part.gap is None and len(part.hashes) < end - start:
        part.gap = start + len(part.hashes)
    return part


def _contents(chunk: list[Any], erased: dict[Any, Any]) -> Iterator[str]:
    """What is wrong with these entries; the things of each kind are read together."""
    by_kind: dict[str, list[Any]] = {}
    for entry in chunk:
        by_kind.setdefault(entry.kind, []).append(entry)
    for name, entries in by_kind.items():
        try:
            kind = kinds.named(name)
        except KeyError:
            yield f"entry {entries[0].position} is of a kind that is not known: {name}"
            continue
        things = _about(kind, entries)
        for entry in entries:
            if wrong := _readable(_entry, kind, entry, things.get(entry.item), erased):
                yield f"entry {entry.position} ({entry.kind} {entry.item}): {wrong}"


def _about(kind: Kind, entries: list[Any]) -> dict[Any, Any]:
    """What these entries are about, by its public id; the ids are not named, which takes the database longer."""
    here = {"position__gte": entries[0].position, "position__lte": entries[-1].position}
    items = Entry.objects.filter(kind=kind.name, **here).values("item")
    return {thing.uuid: thing for thing in kind.everything().order_by().filter(uuid__in=items)}


def _readable(look: Callable[..., str], *what: Any) -> str:
    """What is wrong with it; that it cannot even be read, where a row it points to is gone."""
    try:
        return look(*what)
    except Exception as problem:
        return f"it can no longer be read ({type(problem).__name__}: {problem})"


def _entry(kind: Kind, entry: Any, thing: Any, erased: dict[Any, Any]) -> str:
    if entry.item in erased:
        if thing is not None or entry.salt or entry.seal:
            return "it was erased and is still there"
        return "" if entry.assembly == erased[entry.item] else "it is filed under another assembly"
    if entry.salt is None or entry.seal is None:
        return "what opens it was removed without an erasure"
    if thing is None:
        return "what it is about was removed without an erasure"
    if commitment(bytes(entry.salt), covered(thing, bytes(entry.seal))) != entry.commitment:
        return "what it is about was changed"
    if entry.assembly != kind.assembly(thing):
        return "it is filed under another assembly"
    return kind.wrong(thing) if kind.wrong else ""


def _unlogged() -> Iterator[str]:
    """Rows that no entry is about, and entries about one thing twice."""
    twice = Entry.objects.order_by().values("item").annotate(times=Count("pk")).filter(times__gt=1)
    for item in twice.values_list("item", flat=True):
        yield f"{item} is in the log more than once"
    for kind in kinds.every():
        for item in _must_be_logged(kind):
            yield f"{kind.name} {item} was never logged: it was added"


def _must_be_logged(kind: Kind) -> Iterator[Any]:
    """What no entry of its kind is about, and should be."""
    logged = Entry.objects.filter(kind=kind.name, item=OuterRef("uuid"))
    if kind.due is kinds.always:
        yield from _without(kind.model._default_manager.all(), logged).values_list("uuid", flat=True)
        return
    for thing in _without(kind.everything(), logged):
        if _readable(lambda thing: "due" if kind.due(thing) else "", thing):
            yield thing.uuid


def _without(rows: QuerySet[Any], logged: QuerySet[Entry]) -> QuerySet[Any]:
    return rows.order_by().filter(~Exists(logged))


def _erased() -> Iterator[str]:
    erased = Entry.objects.filter(item__in=Erasure.objects.filter(tie=False).values("item"))
    kinds_of = dict(erased.values_list("item", "kind"))
    for erasure in Erasure.objects.filter(tie=False):
        if kinds_of.get(erasure.item) != erasure.kind:
            yield f"the erasure of {erasure.item} is of something that is not in the log as a {erasure.kind}"
