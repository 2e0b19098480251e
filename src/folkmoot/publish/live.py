"""Checking the log that a site shows now, by itself and against a bundle. No Django here."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import BinaryIO

from folkmoot.methods import InputError
from folkmoot.methods.transparency import BadNoteError, Checkpoint, Key, Note, leaf_hash, tree
from folkmoot.publiclog.remote import Log, NotNowError, differences
from folkmoot.publish.proofs import LogPart
from folkmoot.publish.verdict import Report
from folkmoot.publish.verification import read_log_part

Tell = Callable[[str, float], None]


def verify_live(
    log: Log,
    bundle: BinaryIO | None,
    *,
    key: Key | None = None,
    seen: Sequence[tuple[str, str]] = (),
    progress: Tell | None = None,
) -> Report:
    """Read every leaf that a site serves, work out the root, and hold it against what it signed.

    `key` from elsewhere; else the bundle's, else the one that the site itself states, which is then said.
    `seen`: checkpoints that others saw. Raises InputError where the log cannot be read.
    """
    report = Report()
    part = read_log_part(bundle)[0] if bundle else None
    known = key or (part.key if part else log.key())
    if key is None and part is None:
        report.outside.append(f"whether the log's key is the organisers' own: the site states {known}")
    note = log.note()
    shown = _signed(report, note, known, part)
    if shown is None:
        return report
    leaves = _leaves(report, log, shown, progress)
    if leaves is None:
        return report
    if part is not None:
        _against(report, part, shown, [hash_ for _type, hash_ in leaves])
        _answers_beside(report, part, [type_ for type_, _hash in leaves])
    for line in differences(log, known, seen):
        report.wrong.append(line)
    if seen and report.verifies:
        others = len({who for who, _note in seen})
        who = "another" if others == 1 else f"{others} others"
        report.checked.append(f"what {who} saw of the log is part of what this address shows")
    if not seen:
        report.outside.append(
            "whether the site shows the same log to everybody: compare checkpoints with others or with witnesses "
            "(--seen)"
        )
    return report


def _signed(report: Report, note: Note, key: Key, part: LogPart | None) -> Checkpoint | None:
    shown = Checkpoint.read(note.text)
    witnesses = dict(part.witnesses) if part else {}
    try:
        signed = note.signed_by([key, *witnesses.values()])
    except BadNoteError as problem:
        report.wrong.append(f"the checkpoint that the site shows is not signed as it says: {problem}")
        return None
    report.expect(
        key in signed and shown.origin == key.name,
        f"the site shows a log of {shown.size} entries, signed with {key}",
        f"the site shows a log that is not signed with {key}{_went_on(shown, key)}",
    )
    for name, witness in witnesses.items():
        if witness in signed:
            day = datetime.datetime.fromtimestamp(signed[witness], datetime.UTC)
            report.checked.append(f"{name} signed it on {day:%Y-%m-%d at %H:%M} UTC")
    return shown if key in signed and shown.origin == key.name else None


def _went_on(shown: Checkpoint, key: Key) -> str:
    went_on = shown.origin.startswith(f"{key.name}/")
    return f" but goes on as {shown.origin}: a backup was restored, and its page says why" if went_on else ""


def _leaves(
    report: Report, log: Log, shown: Checkpoint, progress: Tell | None
) -> list[tuple[str, bytes]] | None:
    """The type and the hash of each leaf in the log's order."""
    leaves = []
    try:
        for leaf in log.leaves(shown.size):
            leaves.append((leaf.type, bytes.fromhex(leaf_hash(leaf))))
            if progress and len(leaves) % 1000 == 0:
                progress("reading leaves", len(leaves) / shown.size)
    except NotNowError:
        raise
    except InputError as problem:
        report.wrong.append(f"the site does not show all that it signed: {problem}")
        return None
    root = tree.root(shown.size, tree.in_memory([hash_ for _type, hash_ in leaves]))
    served = log.tiles(shown.size).root()
    report.expect(
        root == shown.root == served,
        f"all {shown.size} leaves that the site shows, and its tiles, give the root that it signed",
        "the leaves or tiles that the site shows do not give the root that it signed: something was changed",
    )
    return leaves if root == shown.root else None


def _against(report: Report, part: LogPart, shown: Checkpoint, hashes: list[bytes]) -> None:
    before = part.checkpoint
    if before.size > shown.size:
        report.wrong.append(
            f"the bundle's log had {before.size} entries, the site shows {shown.size}: it shows an older state, "
            "or was cut"
        )
        return
    report.expect(
        tree.root(before.size, tree.in_memory(hashes[: before.size])) == before.root,
        f"the bundle's log of {before.size} entries is the beginning of the one that the site shows",
        "the bundle's log is not the beginning of the one that the site shows: it was rewritten",
    )
    wrong = [place for place, hash_ in part.places().items() if hashes[place] != hash_]
    report.expect(
        not wrong,
        f"{len(part.rows)} leaves of the bundle stand at their places in the log that the site shows",
        f"{len(wrong)} leaves of the bundle are not at their places in the log that the site shows",
    )


def _answers_beside(report: Report, part: LogPart, types: Sequence[str]) -> None:
    """A leaf does not say of which assembly it is, but whether it is an answer."""
    own = {int(row["position"]) for row in part.rows}
    places = range(min(own, default=0), min(part.checkpoint.size, len(types)))
    others = sum(types[place] == "response" for place in places if place not in own)
    if others:
        report.outside.append(
            f"{others} answers that the log took in since this assembly opened, until the bundle was made, are "
            "not in it: they are of other assemblies, as their bundles show, or were left out"
        )
    else:
        report.checked.append(
            "every answer that the log took in since this assembly opened, until the bundle was made, is in it"
        )
