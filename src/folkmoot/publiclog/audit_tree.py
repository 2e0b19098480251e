"""The part of the audit that needs no content: the kept tree, what was signed of it, and who has seen it."""

from __future__ import annotations

from collections.abc import Iterator

from folkmoot.methods import transparency
from folkmoot.methods.transparency import BadNoteError, tree
from folkmoot.methods.transparency.tiles import WIDTH
from folkmoot.publiclog import copies, identity
from folkmoot.publiclog.models import Checkpoint, Restoration, Sighting, Tile, WitnessChange


def checks(hashes: list[bytes], node: tree.Node) -> Iterator[tuple[str, Iterator[str]]]:
    """What holds when nothing is wrong, and what is wrong, for the leaf hashes of all entries."""
    yield "the kept tree follows from the entries", _tiles(hashes)
    yield "the log contains everything that was signed of it", _signed(len(hashes), node)
    yield "the lines of witnesses are theirs", _cosigned()


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
