"""The log's part of a bundle: the leaves of the assembly, what opens them, and the proof that the log holds them.

`log.csv`: every entry of the assembly, its place and hash; where its answer is in the rows or in `aside.csv` also
what opens it, whose it is, and whether it counts, so that a receipt can be held against this one file.
`opened.json`: what organisers did and which statements were put, with the salts. `checkpoint.txt`: what the log
signed, and which witnesses saw it. `log-proof.txt`: what must be known beside these leaves to work out its root.
`earlier.json`: that the log only grew since each earlier publication.
"""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from folkmoot.listen.rows import Aside, to_csv
from folkmoot.methods import transparency
from folkmoot.methods.transparency import leaf_hash, tree
from folkmoot.methods.transparency.checkpoints import hashes_to_text
from folkmoot.publiclog import identity, kinds, store
from folkmoot.publiclog.actions import covered
from folkmoot.publiclog.models import Checkpoint, Entry, WitnessChange
from folkmoot.publiclog.trust import note_of
from folkmoot.publish.accounting import states
from folkmoot.publish.bundle import to_json
from folkmoot.publish.evidence import ASIDE, Heard
from folkmoot.publish.models import Publication

COLUMNS = ["type", "item", "epoch", "commitment", "position", "leaf_hash"]
# In the members' bundle alone: what opens an answer, whose it is, which of hers, and whether it counts.
COLUMNS += ["salt", "sealed", "who", "number", "state"]


def log_files(
    entries: list[Entry], checkpoint: Checkpoint, heard: Sequence[Heard], aside: Sequence[Aside]
) -> dict[str, str]:
    """These files by name, of the entries of an assembly that a checkpoint covers."""
    tiles = store.tiles(checkpoint.size)
    cover = tree.cover(checkpoint.size, [entry.position for entry in entries], tiles.node)
    return {
        "log.csv": _leaves(entries, states(heard, aside)),
        ASIDE: to_csv(Aside, aside),
        "opened.json": to_json(_opened(entries)),
        "checkpoint.txt": note_of(checkpoint),
        "log-proof.txt": hashes_to_text(cover),
        "earlier.json": to_json(_earlier(checkpoint, tiles)),
    }


def about_log() -> dict[str, Any]:
    """The log's name and public key, and those of its witnesses, as every publication states them."""
    key = identity.key()
    witnesses = WitnessChange.objects.standing().order_by("name", "pk")
    return {
        "origin": key.name,
        "key": str(key),
        "witnesses": [{"name": each.name, "key": each.key} for each in witnesses],
    }


def _leaves(entries: list[Entry], shown: Mapping[str, str]) -> str:
    things = things_of([entry for entry in entries if str(entry.item) in shown])
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        leaf, thing = entry.leaf, things.get(entry.pk)
        opens = ["", "", "", "", ""]
        if entry.salt and thing is not None:
            content = covered(thing, _seal(entry))
            opens = [bytes(entry.salt).hex(), content["sealed"], content["who"], content["number"]]
            opens.append(shown[str(entry.item)])
        writer.writerow([*asdict(leaf).values(), entry.position, leaf_hash(leaf), *opens])
    return stream.getvalue()


def _seal(entry: Entry) -> bytes | None:
    return bytes(entry.seal) if entry.seal else None


def things_of(entries: list[Entry]) -> dict[int, Any]:
    """What these entries are about, by their place."""
    found: dict[str, dict[Any, Any]] = {}
    for name in {entry.kind for entry in entries}:
        items = [entry.item for entry in entries if entry.kind == name]
        found[name] = {}
        for start in range(0, len(items), 500):
            found[name] |= kinds.named(name).find_many(items[start : start + 500])
    return {entry.pk: thing for entry in entries if (thing := found[entry.kind].get(entry.item)) is not None}


def _opened(entries: list[Entry]) -> list[dict[str, Any]]:
    """The acts of the organisation and the statements, each with its content and what opens its commitment."""
    acts = [entry for entry in entries if entry.kind == "statement" or kinds.named(entry.kind).is_open]
    things = things_of(acts)
    return [
        {
            "item": str(entry.item),
            "kind": entry.kind,
            "salt": bytes(entry.salt).hex(),
            "content": covered(things[entry.pk], _seal(entry)),
        }
        for entry in acts
        if entry.salt and entry.pk in things
    ]


def _earlier(checkpoint: Checkpoint, tiles: transparency.Tiles) -> list[dict[str, Any]]:
    """For each earlier publication of this installation what the log had signed, and that it only grew since."""
    published = Publication.objects.exclude(log_size=0).filter(log_size__lte=checkpoint.size)
    sizes = sorted(set(published.values_list("log_size", flat=True)))
    rows = Checkpoint.objects.filter(origin=checkpoint.origin, size__in=sizes).order_by("size")
    return [
        {
            "size": row.size,
            "root": row.root,
            "proof": [base64.b64encode(each).decode() for each in tiles.consistency(row.size)],
        }
        for row in rows
    ]
