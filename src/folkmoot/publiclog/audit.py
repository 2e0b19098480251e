"""The audit: whether the database still says what the log committed to, in every row and every column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from folkmoot.methods import transparency
from folkmoot.methods.transparency import BadNoteError, commitment, tree
from folkmoot.methods.transparency.tiles import WIDTH
from folkmoot.publiclog import copies, identity, kinds, store
from folkmoot.publiclog.actions import covered
from folkmoot.publiclog.kinds import Kind
from folkmoot.publiclog.models import (
    Checkpoint,
    Entry,
    Erasure,
    Head,
    Restoration,
    Sighting,
    Tile,
    WitnessChange,
)

AT_ONCE = 500
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
    tell = tell or (lambda step, done: None)
    hashes: list[bytes] = []
    found.take("the log has no gaps", _places(hashes, tell))
    node = tree.in_memory(hashes)
    found.take("the kept tree follows from the entries", _tiles(hashes))
    found.take("the log contains everything that was signed of it", _signed(len(hashes), node))
    found.take("the lines of witnesses are theirs", _cosigned())
    found.take("every entry says what was committed to", _entries(tell))
    found.take("nothing is there that was not logged", _unlogged())
    found.take("everything that was erased was erased in public", _erased())
    for what, check in kinds.checks.items():
        found.take(what, iter(check()))
    return found


def _places(hashes: list[bytes], tell: Tell) -> Iterator[str]:
    """Works the leaf hashes out on the way."""
    length = store.length()
    rows = Entry.objects.order_by("position").values_list("position", "kind", "item", "epoch", "commitment")
    for place, (position, name, item, epoch, sealed) in enumerate(rows.iterator(chunk_size=10_000)):
        if position != place:
            yield f"entry {place} is missing"
            break
        hashes.append(tree.of_leaf(transparency.Leaf(name, str(item), epoch, sealed).bytes()))
        if place % 10_000 == 0:
            tell("leaves", place / max(length, 1))
    if Head.objects.count() != 1 or len(hashes) != length:
        yield f"the log says that it has {length} entries, and has {len(hashes)}"


def _tiles(hashes: list[bytes]) -> Iterator[str]:
    kept = Tile.objects.order_by("level", "number").values_list("level", "number", "hashes", "root")
    row, expected = hashes, []
    for level in range(8):
        full = len(row) // WIDTH
        above = []
        for number in range(full):
            part = row[number * WIDTH : (number + 1) * WIDTH]
            above.append(tree.rows_above(part)[-1][0])
            expected.append((level, number, b"".join(part), above[-1]))
        row = above
    found = {(level, number): (bytes(tile), bytes(root)) for level, number, tile, root in kept.iterator()}
    known = {(level, number): (tile, root) for level, number, tile, root in expected}
    for place in found.keys() - known.keys():
        yield f"tile {place[0]}/{place[1]} is kept and cannot be full"
    for place, content in known.items():
        if place in found and found[place] != content:
            yield f"tile {place[0]}/{place[1]} does not follow from the entries"
    signed = Checkpoint.objects.order_by("size").last()
    size = signed.size if signed else 0
    for level, number in known.keys() - found.keys():
        if (number + 1) * WIDTH ** (level + 1) <= size:
            yield f"tile {level}/{number} is not kept, though the log was signed over it"


def _signed(length: int, node: tree.Node) -> Iterator[str]:
    names = {identity.signer().name, *Restoration.objects.values_list("before", flat=True)}
    restorations = list(Restoration.objects.all())
    yield from _numbers(restorations)
    for checkpoint in Checkpoint.objects.all():
        yield from _note(checkpoint, names, length, node)
    for each in restorations:
        if each.kept > length:
            yield f"the log was restored with {each.kept} entries under the name {each.origin}, and has fewer"
        if not Sighting.objects.filter(origin=each.before, size=each.seen, root=each.seen_root).exists():
            yield f"what was seen of the log {each.before} before it was restored is gone"
    if copy := copies.kept():
        yield from _copy(copy, length, node)
    for sighting in Sighting.objects.all():
        yield from _sighting(sighting)


def _numbers(restorations: list[Restoration]) -> Iterator[str]:
    """Checkpoints are counted name after name as the log grew: none is gone."""
    names = [*(each.before for each in restorations[:1]), *(each.origin for each in restorations)]
    rows = Checkpoint.objects.values_list("origin", "size", "number")
    signed = sorted(rows, key=lambda row: (names.index(row[0]) if row[0] in names else 0, row[1]))
    for place, (_origin, size, number) in enumerate(signed, 1):
        if number != place:
            yield f"the checkpoint of {size} entries is not no. {number}, or one before it is gone"
            break


def _copy(copy: str, length: int, node: tree.Node) -> Iterator[str]:
    """The copy beside the database is of the checkpoint that was signed last, or of the one before it."""
    said = transparency.Checkpoint.read(transparency.Note.read(copy).text)
    if said.origin != identity.signer().name:
        return
    if not _grown(said, length, node):
        yield f"the copy beside the database holds a log of {said.size} entries that this one does not contain"
    elif not Checkpoint.objects.filter(note=copy).exists():
        yield f"the checkpoint of {said.size} entries, of which a copy lies beside the database, is gone"


def _note(checkpoint: Checkpoint, names: set[str], length: int, node: tree.Node) -> Iterator[str]:
    try:
        note = transparency.Note.read(checkpoint.note)
        said = transparency.Checkpoint.read(note.text)
        signed = note.signed_by([identity.former(said.origin)])
    except BadNoteError as problem:
        yield f"the checkpoint of {checkpoint.size} entries cannot be read: {problem}"
        return
    if not signed or len(note.signatures) != 1 or said.origin not in names:
        yield f"the checkpoint of {checkpoint.size} entries does not bear this log's signature alone"
    if (said.origin, said.size, said.root.hex()) != (checkpoint.origin, checkpoint.size, checkpoint.root):
        yield f"the checkpoint of {checkpoint.size} entries does not say what its row says"
    if not _grown(said, length, node):
        yield f"the log of {said.size} entries that was signed is not the beginning of this one"


def _grown(said: transparency.Checkpoint, length: int, node: tree.Node) -> bool:
    return said.size <= length and tree.root(said.size, node) == said.root


def _sighting(sighting: Sighting) -> Iterator[str]:
    said = transparency.Checkpoint.read(transparency.Note.read(sighting.note).text)
    if not _is_ours(sighting.note, said.origin):
        yield f"what was seen of the log at {sighting.size} entries does not bear this log's signature"
    if (said.size, said.root.hex()) != (sighting.size, sighting.root):
        yield f"what was seen of the log at {sighting.size} entries is not what its note says"
    if not Restoration.objects.filter(before=sighting.origin).exists():
        yield (
            f"{sighting.source} holds a log of {sighting.size} entries with this log's signature, and this one "
            "does not contain it"
        )


def _is_ours(note: str, origin: str) -> bool:
    try:
        return bool(transparency.Note.read(note).signed_by([identity.former(origin)]))
    except BadNoteError:
        return False


def _cosigned() -> Iterator[str]:
    known = set(WitnessChange.objects.values_list("key", flat=True))
    for checkpoint in Checkpoint.objects.prefetch_related("cosignatures"):
        for cosignature in checkpoint.cosignatures.all():
            try:
                key = transparency.Key.read(cosignature.key)
                note = transparency.Note.read(checkpoint.note + cosignature.line)
                time = note.signed_by([key]).get(key)
            except transparency.BadNoteError:
                time = None
            if cosignature.key not in known or time is None or int(cosignature.at.timestamp()) != time:
                yield f"a witness's line under the checkpoint of {checkpoint.size} entries is not hers"


def _entries(tell: Tell) -> Iterator[str]:
    """Chunk by chunk in the log's order, the things of each kind read together."""
    length, done = max(Entry.objects.count(), 1), 0
    erased = dict(Erasure.objects.filter(tie=False).values_list("item", "assembly"))
    chunk: list[Entry] = []
    for entry in Entry.objects.order_by("position").iterator(chunk_size=AT_ONCE):
        chunk.append(entry)
        if len(chunk) == AT_ONCE:
            yield from _chunk(chunk, erased)
            done += len(chunk)
            tell("contents", done / length)
            chunk = []
    yield from _chunk(chunk, erased)


def _chunk(chunk: list[Entry], erased: dict[Any, Any]) -> Iterator[str]:
    by_kind: dict[str, list[Entry]] = {}
    for entry in chunk:
        by_kind.setdefault(entry.kind, []).append(entry)
    for name, entries in by_kind.items():
        try:
            kind = kinds.named(name)
        except KeyError:
            yield f"entry {entries[0].position} is of a kind that is not known: {name}"
            continue
        things = kind.find_many([entry.item for entry in entries])
        for entry in entries:
            if wrong := _readable(_entry, kind, entry, things.get(entry.item), erased):
                yield f"entry {entry.position} ({entry.kind} {entry.item}): {wrong}"


def _readable(look: Callable[..., str], *what: Any) -> str:
    """What is wrong with it; that it cannot even be read, where a row it points to is gone."""
    try:
        return look(*what)
    except Exception as problem:
        return f"it can no longer be read ({type(problem).__name__}: {problem})"


def _entry(kind: Kind, entry: Entry, thing: Any, erased: dict[Any, Any]) -> str:
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
    for kind in kinds.every():
        logged = Counter(Entry.objects.filter(kind=kind.name).values_list("item", flat=True).iterator())
        for item in (item for item, times in logged.items() if times > 1):
            yield f"{kind.name} {item} is in the log more than once"
        for item in _must_be_logged(kind):
            if item not in logged:
                yield f"{kind.name} {item} was never logged: it was added"


def _must_be_logged(kind: Kind) -> Iterator[Any]:
    if kind.due is kinds.always:
        yield from kind.model._default_manager.values_list("uuid", flat=True).iterator()
        return
    for thing in kind.everything():
        if _readable(lambda thing: "due" if kind.due(thing) else "", thing):
            yield thing.uuid


def _erased() -> Iterator[str]:
    erased = Entry.objects.filter(item__in=Erasure.objects.filter(tie=False).values("item"))
    kinds_of = dict(erased.values_list("item", "kind"))
    for erasure in Erasure.objects.filter(tie=False):
        if kinds_of.get(erasure.item) != erasure.kind:
            yield f"the erasure of {erasure.item} is of something that is not in the log as a {erasure.kind}"
