"""A witness: it follows a log of somebody else and signs that it only grew. No Django here.

Source: C2SP tlog-witness and tlog-cosignature. What it has seen is kept in a file of its own; checking and
keeping are one step, so that it never signs two logs that do not fit each other.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from folkmoot.methods import InputError
from folkmoot.methods.transparency import (
    COSIGNATURE,
    BadNoteError,
    Checkpoint,
    Key,
    Note,
    Request,
    Signer,
    tree,
)
from folkmoot.methods.transparency.checkpoints import MOST_PROOF_LINES
from folkmoot.methods.transparency.notes import LARGEST, is_name
from folkmoot.publiclog.remote import Answer, Log, Post, post

TEXT = "text/plain; charset=utf-8"
SAME_LENGTH = "it shows another log of the same length"
TABLES = """
CREATE TABLE IF NOT EXISTS log (origin TEXT PRIMARY KEY, key TEXT NOT NULL, size INTEGER NOT NULL, note TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS evidence (id INTEGER PRIMARY KEY, origin TEXT NOT NULL, at INTEGER NOT NULL,
    why TEXT NOT NULL, seen TEXT NOT NULL, shown TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Evidence:
    """Two checkpoints with the log's own signature that cannot both be true, and since when that is known."""

    origin: str
    at: int
    why: str
    seen: str
    shown: str


class Memory:
    """What a witness has seen: for each log its key and the last checkpoint that it signed."""

    def __init__(self, folder: Path, *, name: str = "") -> None:
        """Raises InputError for a first start without a name."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.signer = _signer(folder / "key", name)
        self._path = folder / "seen.sqlite3"
        with self._open() as database:
            database.executescript(TABLES)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        database = sqlite3.connect(self._path, timeout=30, isolation_level=None)
        try:
            database.execute("PRAGMA synchronous=FULL")
            yield database
        finally:
            database.close()

    @contextmanager
    def _held(self) -> Iterator[sqlite3.Connection]:
        """From the check to the commit nobody else comes in between."""
        with self._open() as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
            except BaseException:
                database.execute("ROLLBACK")
                raise
            database.execute("COMMIT")

    def follow(self, key: Key) -> None:
        """Take this log on. Raises InputError where another key is known for its name."""
        known = self.key_of(key.name)
        if known is not None and known != key:
            raise InputError(
                f"the log {key.name} had another key before: {known}",
                remedy="Ask the organisers in public why. Nothing of it is signed.",
            )
        with self._held() as database:
            database.execute("INSERT OR IGNORE INTO log VALUES (?, ?, 0, '')", [key.name, str(key)])

    def key_of(self, origin: str) -> Key | None:
        row = self._row(origin)
        return Key.read(row[0]) if row else None

    def seen(self, origin: str) -> Checkpoint | None:
        """The last checkpoint that was signed; None before the first."""
        note = self.note(origin)
        return Checkpoint.read(Note.read(note).text) if note else None

    def note(self, origin: str) -> str:
        """The same with the log's signature and our own line; empty before the first."""
        row = self._row(origin)
        return row[2] if row else ""

    def _row(self, origin: str) -> tuple[str, int, str] | None:
        with self._open() as database:
            row = database.execute("SELECT key, size, note FROM log WHERE origin = ?", [origin]).fetchone()
        return (str(row[0]), int(row[1]), str(row[2])) if row else None

    def origins(self) -> list[str]:
        with self._open() as database:
            return [row[0] for row in database.execute("SELECT origin FROM log ORDER BY origin")]

    def evidence(self) -> list[Evidence]:
        with self._open() as database:
            rows = database.execute("SELECT origin, at, why, seen, shown FROM evidence ORDER BY id")
            return [Evidence(*row) for row in rows]

    def accuse(self, origin: str, why: str, shown: str, now: int) -> Evidence:
        """Keep what the log showed beside what it had shown before."""
        found = Evidence(origin, now, why, self.note(origin), shown)
        known = {(each.seen, each.shown) for each in self.evidence()}
        if (found.seen, found.shown) not in known:
            with self._held() as database:
                database.execute(
                    "INSERT INTO evidence (origin, at, why, seen, shown) VALUES (?, ?, ?, ?, ?)",
                    [found.origin, found.at, found.why, found.seen, found.shown],
                )
        return found

    def add_checkpoint(self, body: bytes, now: int) -> Answer:
        """Answer a request for a signature, as C2SP tlog-witness says; `now` in seconds since 1970."""
        try:
            request = Request.read(body.decode())
            asked = request.checkpoint
        except (BadNoteError, UnicodeDecodeError) as problem:
            return 400, TEXT, f"{problem}\n".encode()
        key = self.key_of(asked.origin)
        if key is None:
            return 404, TEXT, b"this witness does not follow that log\n"
        try:
            signed = request.note.signed_by([key])
        except BadNoteError:
            signed = {}
        if key not in signed:
            return 403, TEXT, b"the checkpoint does not bear the signature of its log\n"
        if request.old > asked.size:
            return 400, TEXT, b"the old size is larger than the checkpoint's\n"
        with self._held() as database:
            return self._decide(database, request, asked, now)

    def _decide(self, database: sqlite3.Connection, request: Request, asked: Checkpoint, now: int) -> Answer:
        size, note = database.execute(
            "SELECT size, note FROM log WHERE origin = ?", [asked.origin]
        ).fetchone()
        seen = Checkpoint.read(Note.read(note).text).root if note else tree.EMPTY
        if request.old != size:
            return 409, "text/x.tlog.size", f"{size}\n".encode()
        if asked.size == size and asked.root != seen:
            # The two notes side by side prove it to anybody: both bear the log's signature.
            database.execute(
                "INSERT INTO evidence (origin, at, why, seen, shown) SELECT ?, ?, ?, ?, ? WHERE NOT EXISTS "
                "(SELECT 1 FROM evidence WHERE seen = ? AND shown = ?)",
                [asked.origin, now, SAME_LENGTH, note, str(request.note), note, str(request.note)],
            )
            return 409, "text/x.tlog.size", f"{size}\n".encode()
        if not tree.is_consistent(size, asked.size, request.proof, seen, asked.root):
            # Anybody can send a wrong proof, so it shows nothing: nothing is kept of it.
            return 422, TEXT, b"the proof does not show that the log only grew\n"
        line = self.signer.line(request.note.text, now)
        kept = _with_our_line(request.note, self.signer.key, line)
        database.execute(
            "UPDATE log SET size = ?, note = ? WHERE origin = ?", [asked.size, kept, asked.origin]
        )
        return 200, TEXT, line.encode()


def _with_our_line(note: Note, key: Key, line: str) -> str:
    others = "".join(each.line for each in note.signatures if (each.name, each.id) != (key.name, key.id))
    return f"{note.text}\n{others}{line}"


def _signer(path: Path, name: str) -> Signer:
    if path.exists():
        return Signer.read(path.read_text())
    if not is_name(name):
        raise InputError(
            "a witness needs a name of its own, without spaces or plus",
            remedy="Give one such as --name skelby.union.example/witness when you start it first.",
        )
    signer = Signer(name, COSIGNATURE, os.urandom(32))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(str(signer))
        stream.flush()
        os.fsync(stream.fileno())
    return signer


# -- following a log by going there


@dataclass(frozen=True)
class Visit:
    """What came of one look at the log. `wrong`: it does not fit what was seen before."""

    size: int
    words: str
    wrong: bool = False


def visit(memory: Memory, log: Log, now: int, *, send: Post = post) -> Visit:
    """Look at the log, check that it only grew, sign that, and hand the signature in.

    Raises InputError where it cannot be read or is not signed by the key that is known.
    """
    note = log.note()
    shown = Checkpoint.read(note.text)
    key = memory.key_of(shown.origin)
    if key is None or key not in note.signed_by([key]):
        raise InputError(
            f"the checkpoint at {log.address} is of {shown.origin} and not signed by a log that is followed here",
            remedy="If the log was restored under another name, its page says why. Start the witness with --key.",
        )
    seen = memory.seen(shown.origin)
    if seen is not None and shown.size < seen.size:
        return _accused(memory, log, note, now, f"it had {seen.size} entries, and now has {shown.size}", send)
    try:
        proof = log.tiles(shown.size).consistency(seen.size if seen else 0)
    except InputError:
        if seen is None:
            raise
        proof = []
    if len(proof) > MOST_PROOF_LINES:
        raise InputError("the log is longer than any log can be")
    request = Request(seen.size if seen else 0, tuple(proof), note)
    status, _kind, body = memory.add_checkpoint(request.body().encode(), now)
    if status != 200:
        if seen is None or status not in (409, 422):
            raise InputError(f"the checkpoint at {log.address} cannot be signed: {body.decode().strip()}")
        same = shown.size == seen.size
        why = (
            "it shows another log of the same length"
            if same
            else "what it shows does not begin with what it showed"
        )
        return _accused(memory, log, note, now, why, send)
    return Visit(shown.size, _hand_in(log, note.text, memory, send))


def _accused(memory: Memory, log: Log, note: Note, now: int, why: str, send: Post) -> Visit:
    found = memory.accuse(Checkpoint.read(note.text).origin, why, str(note), now)
    # The site is shown its own signature: it then stops signing, and says so to everybody.
    status, _kind, _body = send(f"{log.address}/cosignature", found.seen.encode())
    told = "the site was told" if status == 409 else f"the site did not take it ({status})"
    size = Checkpoint.read(note.text).size
    return Visit(size, f"THIS LOG WAS CHANGED: {why}. Both checkpoints are kept; {told}.", wrong=True)


def _hand_in(log: Log, text: str, memory: Memory, send: Post) -> str:
    kept = memory.note(Checkpoint.read(text).origin)
    status, _kind, body = send(f"{log.address}/cosignature", kept.encode())
    if status == 200:
        return "it only grew; signed, and shown on the site"
    return f"it only grew; signed, but the site does not show it: {body.decode(errors='replace').strip()}"


def differences(log: Log, key: Key, notes: Iterable[tuple[str, str]]) -> list[str]:
    """Hold what others saw of a log against what it shows here: each pair must be one log that grew.

    `notes`: who saw it, and the note. Gives a line for each that contradicts another. Raises InputError for
    notes that are not of this log.
    """
    shown = [("this address", log.note())]
    shown += [(who, Note.read(text)) for who, text in notes]
    for who, note in shown:
        if key not in note.signed_by([key]):
            raise InputError(f"what {who} shows is not signed with {key}", remedy="Is it of another log?")
    heads = sorted(((Checkpoint.read(note.text), who) for who, note in shown), key=lambda pair: pair[0].size)
    found = []
    largest = next(head for head, who in heads if who == "this address")
    for head, who in heads:
        if head.size > largest.size:
            found.append(f"{who} saw {head.size} entries, this address shows {largest.size}: the log was cut")
        elif not _fits(log, head, largest):
            found.append(f"{who} saw another log of {head.size} entries than this address shows")
    return found


def _fits(log: Log, earlier: Checkpoint, now: Checkpoint) -> bool:
    try:
        return log.is_grown_from(earlier, now)
    except InputError:
        return False


# -- being asked


def application(memory: Memory, clock: Callable[[], int]) -> Callable[..., Iterable[bytes]]:
    """A WSGI application that answers `POST /add-checkpoint`, and `GET /seen/<SHA-256 of a log's name>`."""

    def answer(environ: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
        status, kind, body = _answer(memory, environ, clock())
        start_response(
            f"{status} {_REASONS[status]}", [("Content-Type", kind), ("Content-Length", str(len(body)))]
        )
        return [body]

    return answer


_REASONS = {
    200: "OK",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Content Too Large",
    422: "Unprocessable Entity",
}


def _answer(memory: Memory, environ: dict[str, object], now: int) -> Answer:
    path, method = str(environ.get("PATH_INFO", "")), environ["REQUEST_METHOD"]
    if path == "/add-checkpoint":
        if method != "POST":
            return 405, TEXT, b"send a checkpoint here by POST\n"
        length = str(environ.get("CONTENT_LENGTH") or "0")
        if not length.isdigit() or int(length) > 2 * LARGEST:
            return 413, TEXT, b"that is too long\n"
        return memory.add_checkpoint(environ["wsgi.input"].read(int(length)), now)  # type: ignore[attr-defined]
    for origin in memory.origins():
        if path == f"/seen/{named(origin)}" and memory.note(origin):
            return 200, TEXT, memory.note(origin).encode()
    return 404, TEXT, b"there is nothing here\n"


def named(origin: str) -> str:
    """How a log is named in a witness's addresses."""
    return hashlib.sha256(origin.encode()).hexdigest()
