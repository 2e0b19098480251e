"""Checking the log's part of a bundle: signed, all of it opened, and grown from what was signed before. Pure."""

from __future__ import annotations

import base64
import csv
import datetime
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from folkmoot.methods.transparency import (
    BadNoteError,
    Checkpoint,
    Key,
    Leaf,
    Note,
    commitment,
    leaf_hash,
    tree,
)
from folkmoot.methods.transparency.checkpoints import hashes_from_text

Rows = list[dict[str, str]]

# What people say, or do with their own account, is no act of the organisers; what is confidential is not theirs
# to show.
VOICES = frozenset({"response", "consent", "statement", "passkey"})
CONFIDENTIAL = frozenset({"contact", "contact-ruling"})


@dataclass(frozen=True)
class Said:
    """One line of what a check found: whether it agrees (None: that cannot be known from it), and the words."""

    agrees: bool | None
    words: str


@dataclass(frozen=True)
class LogPart:
    """The log's files of one bundle, read."""

    key: Key
    witnesses: Mapping[str, Key]
    note: Note
    checkpoint: Checkpoint
    rows: Rows
    cover: list[bytes]
    opened: list[dict[str, Any]]
    earlier: list[dict[str, Any]]

    @classmethod
    def read(cls, files: Mapping[str, str], manifest: Mapping[str, Any]) -> LogPart:
        """Raises KeyError for what is missing, InputError for what cannot be read."""
        note = Note.read(files["checkpoint.txt"])
        log = manifest["log"]
        return cls(
            key=Key.read(log["key"]),
            witnesses={each["name"]: Key.read(each["key"]) for each in log["witnesses"]},
            note=note,
            checkpoint=Checkpoint.read(note.text),
            rows=list(csv.DictReader(io.StringIO(files["log.csv"]))),
            cover=hashes_from_text(files["log-proof.txt"]),
            opened=json.loads(files["opened.json"]),
            earlier=json.loads(files["earlier.json"]),
        )

    def leaf(self, row: Mapping[str, str]) -> Leaf:
        return Leaf(row["type"], row["item"], int(row["epoch"]), row["commitment"])

    def places(self) -> dict[int, bytes]:
        """The hash of each leaf by its place in the log."""
        return {int(row["position"]): tree.of_leaf(self.leaf(row).bytes()) for row in self.rows}

    def contents(self, kind: str) -> list[dict[str, Any]]:
        """What the acts of a kind say."""
        return [act["content"] for act in self.opened if act["kind"] == kind]

    def beside(self) -> int:
        """How many entries the log took in since the first one here, and are not here."""
        first = min((int(row["position"]) for row in self.rows), default=0)
        return self.checkpoint.size - first - len(self.rows)


def check(part: LogPart) -> list[Said]:
    """Everything that a bundle's log says about itself."""
    return [*_hashes(part), *_signed(part), *_held(part), *_beside(part), *_acts(part), *_grown(part)]


def _hashes(part: LogPart) -> list[Said]:
    wrong = sum(leaf_hash(part.leaf(row)) != row["leaf_hash"] for row in part.rows)
    if wrong:
        return [
            Said(False, f"{wrong} of {len(part.rows)} leaves of the log do not have the hash that is stated")
        ]
    return [Said(True, f"{len(part.rows)} leaves of the log have the hash that is stated")]


def _signed(part: LogPart) -> list[Said]:
    try:
        signed = part.note.signed_by([part.key, *part.witnesses.values()])
    except BadNoteError as problem:
        return [Said(False, f"the checkpoint does not bear the signature that it should: {problem}")]
    size = part.checkpoint.size
    if part.key not in signed or part.checkpoint.origin != part.key.name:
        return [Said(False, "the checkpoint was not signed with the key that the bundle states")]
    found = [Said(True, f"the log of {size} entries was signed with the key {part.key}")]
    for name, key in part.witnesses.items():
        if key in signed:
            day = datetime.datetime.fromtimestamp(signed[key], datetime.UTC)
            found.append(Said(True, f"{name} saw the log as it was signed, on {day:%Y-%m-%d at %H:%M} UTC"))
    return [*found, *_trust(part, signed)]


def _trust(part: LogPart, signed: Mapping[Key, int]) -> list[Said]:
    """Whom one trusts for that there is one log: nobody knows a witness by what a publisher says of it."""
    seen = [f"{name} ({key})" for name, key in part.witnesses.items() if key in signed]
    if seen:
        words = f"whether these keys are the witnesses' own, as the bundle says: {', '.join(seen)}; ask them"
        return [Said(None, words)]
    return [
        Said(
            None,
            "whether everybody is shown the same log: no witness has signed this one, and until others keep a copy "
            "of it you are trusting the organisers",
        )
    ]


def _held(part: LogPart) -> list[Said]:
    places = part.places()
    if len(places) < len(part.rows):
        return [Said(False, "two leaves of the log are said to have the same place")]
    if tree.covered_root(part.checkpoint.size, places, part.cover) != part.checkpoint.root:
        return [
            Said(
                False, "the leaves are not those at these places of the log that was signed: one was changed"
            )
        ]
    return [Said(True, f"all {len(places)} leaves stand at their places in the log that was signed")]


def _beside(part: LogPart) -> list[Said]:
    """A leaf does not say of which assembly it is: one that is not here can only be missed by who knows it."""
    others = part.beside()
    if not others:
        return [Said(True, "the log took in nothing else since the first of these leaves")]
    words = (
        f"since the first of these {len(part.rows)} leaves the log took in {others} more, which are not in the bundle: "
        "that none of them is of this assembly is shown by receipts (verify_receipt.py --bundle), and to an auditor by "
        "folkmoot verify --database; --live URL tells how many of them are answers"
    )
    return [Said(None, words)]


def _acts(part: LogPart) -> list[Said]:
    """Each entry is about a thing of its own, and every act of the organisers is opened."""
    leaves = {(row["type"], row["item"]): row["commitment"] for row in part.rows}
    if len(leaves) < len(part.rows):
        return [Said(False, "two leaves of the log are about the same thing: one was put beside the other")]
    opened = {(act["kind"], act["item"]) for act in part.opened}
    if len(opened) < len(part.opened):
        return [Said(False, "opened.json holds an act twice")]
    sealed = [leaf for leaf in leaves if leaf[0] not in VOICES | CONFIDENTIAL and leaf not in opened]
    if sealed:
        which = ", ".join(f"{kind} {item}" for kind, item in sealed[:3])
        return [Said(False, f"{len(sealed)} acts of organisers are in the log and not opened: {which}")]
    wrong = [
        act
        for act in part.opened
        if leaves.get((act["kind"], act["item"])) != commitment(bytes.fromhex(act["salt"]), act["content"])
    ]
    if wrong:
        which = ", ".join(f"{act['kind']} {act['item']}" for act in wrong[:3])
        words = f"{len(wrong)} acts or statements are not what was committed to in the log: {which}"
        return [Said(False, words)]
    return [
        Said(True, f"{len(part.opened)} acts and statements are what was committed to when they were made")
    ]


def _grown(part: LogPart) -> list[Said]:
    for one in part.earlier:
        proof = [base64.b64decode(each) for each in one["proof"]]
        if not tree.is_consistent(
            one["size"], part.checkpoint.size, proof, bytes.fromhex(one["root"]), part.checkpoint.root
        ):
            return [
                Said(
                    False,
                    f"the log did not only grow since it had {one['size']} entries: something was changed",
                )
            ]
    if not part.earlier:
        return []
    words = (
        f"the log only grew since each of {len(part.earlier)} earlier publications, as this bundle tells them"
    )
    return [Said(True, words)]


def compare(part: LogPart, older: LogPart, *, digest: str, number: int, publication: str) -> list[Said]:
    """Hold a bundle against an earlier one that somebody kept: `digest` is the SHA-256 of its file."""
    if older.key != part.key:
        words = (
            f"the earlier bundle is of another log ({older.key.name}): a log that was restored from a backup has a "
            "new name, and its page says why"
        )
        return [Said(False, words)]
    return [
        _same_beginning(part, older),
        *_same_entries(part, older),
        *_as_published(part, digest, number, publication),
    ]


def _same_beginning(part: LogPart, older: LogPart) -> Said:
    known = {one["size"]: bytes.fromhex(one["root"]) for one in part.earlier}
    known[part.checkpoint.size] = part.checkpoint.root
    size = older.checkpoint.size
    if size not in known:
        return Said(
            False, f"this bundle holds no proof from a log of {size} entries; have one with --live URL"
        )
    if known[size] != older.checkpoint.root:
        return Said(
            False, f"the log of {size} entries was another one in the earlier bundle: it was rewritten"
        )
    return Said(True, f"the log of {size} entries that the earlier bundle holds is the beginning of this one")


def _same_entries(part: LogPart, older: LogPart) -> list[Said]:
    """Of the same assembly, every entry that was there must be there still."""
    before, now = older.places(), part.places()
    if not before.keys() & now.keys():
        return []
    gone = [place for place, hash_ in before.items() if now.get(place) != hash_]
    if gone:
        return [
            Said(False, f"{len(gone)} entries of the earlier bundle are not in this one: they were dropped")
        ]
    return [Said(True, f"all {len(before)} entries of the earlier bundle are in this one")]


def _as_published(part: LogPart, digest: str, number: int, publication: str) -> list[Said]:
    published = {
        act["item"]: act["content"]["digests"] for act in part.opened if act["kind"] == "publication"
    }
    if publication not in published:
        return []
    same = digest in published[publication].values()
    words = f"the earlier bundle is a file of version {number} as the log holds it"
    return [
        Said(same, words if same else f"the earlier bundle is no file of version {number}: it was changed")
    ]
