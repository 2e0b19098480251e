"""A witness: it keeps what it saw of somebody else's log, and signs that it only grew. No Django here.

Source: C2SP tlog-witness and tlog-cosignature. What it has seen is kept in a file of its own; checking and
keeping are one step, so that it never signs two logs that do not fit each other. How it goes to a log by
itself is in `following`.
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
from folkmoot.methods.transparency.checkpoints import hashes_from_text
from folkmoot.methods.transparency.notes import LARGEST, is_name
from folkmoot.publiclog.remote import Answer, Before

TEXT = "text/plain; charset=utf-8"
SAME_LENGTH = "it shows another log of the same length"
TABLES = """
CREATE TABLE IF NOT EXISTS log (origin TEXT PRIMARY KEY, key TEXT NOT NULL, size INTEGER NOT NULL, note TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS evidence (id INTEGER PRIMARY KEY, origin TEXT NOT NULL, at INTEGER NOT NULL,
    why TEXT NOT NULL, seen TEXT NOT NULL, shown TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS hashes (evidence INTEGER PRIMARY KEY REFERENCES evidence (id), lines TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Evidence:
    """Two checkpoints with the log's own signature that cannot both be true, and since when that is known.

    `hashes` show it where they are not of the same length, a line each: the root that the longer one had at the
    shorter one's length, and how it grew from there.
    """

    origin: str
    at: int
    why: str
    seen: str
    shown: str
    hashes: str = ""

    def is_proof(self, key: Key) -> bool:
        """Whether these texts alone show anybody who knows the log's key that it signed two logs."""
        notes = [Note.read(self.seen), Note.read(self.shown)]
        if any(key not in note.signed_by([key]) for note in notes):
            return False
        one, other = sorted((Checkpoint.read(note.text) for note in notes), key=lambda each: each.size)
        if one.origin != key.name or other.origin != key.name:
            return False
        if one.size == other.size:
            return one.root != other.root
        root, *proof = hashes_from_text(self.hashes) or [one.root]
        return root != one.root and Before(root, tuple(proof)).leads_to(one.size, other)


class Memory:
    """What a witness has seen: for each log its key and the last checkpoint that it signed."""

    def __init__(self, folder: Path, *, name: str = "") -> None:
        """Raises InputError for a first start without a name, and for another name later."""
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

    def last_signed(self, origin: str) -> int:
        """When that was, in seconds since 1970."""
        return Note.read(self.note(origin)).signed_by([self.signer.key])[self.signer.key]

    def _row(self, origin: str) -> tuple[str, int, str] | None:
        with self._open() as database:
            row = database.execute("SELECT key, size, note FROM log WHERE origin = ?", [origin]).fetchone()
        return (str(row[0]), int(row[1]), str(row[2])) if row else None

    def origins(self) -> list[str]:
        with self._open() as database:
            return [row[0] for row in database.execute("SELECT origin FROM log ORDER BY origin")]

    def evidence(self) -> list[Evidence]:
        with self._open() as database:
            rows = database.execute(
                "SELECT origin, at, why, seen, shown, coalesce(lines, '') FROM evidence "
                "LEFT JOIN hashes ON hashes.evidence = evidence.id ORDER BY id"
            )
            return [Evidence(*row) for row in rows]

    def keep(self, found: Evidence) -> None:
        """Keep what proves that a log was changed; once, however often it is found."""
        with self._held() as database:
            _keep(database, found)

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
        if note and asked.size == size and asked.root != seen:
            # The two notes side by side prove it to anybody: both bear the log's signature.
            _keep(database, Evidence(asked.origin, now, SAME_LENGTH, note, str(request.note)))
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


def _keep(database: sqlite3.Connection, found: Evidence) -> None:
    both = [found.seen, found.shown]
    if database.execute("SELECT 1 FROM evidence WHERE seen = ? AND shown = ?", both).fetchone():
        return
    row = database.execute(
        "INSERT INTO evidence (origin, at, why, seen, shown) VALUES (?, ?, ?, ?, ?)",
        [found.origin, found.at, found.why, *both],
    )
    database.execute("INSERT INTO hashes VALUES (?, ?)", [row.lastrowid, found.hashes])


def _with_our_line(note: Note, key: Key, line: str) -> str:
    others = "".join(each.line for each in note.signatures if (each.name, each.id) != (key.name, key.id))
    return f"{note.text}\n{others}{line}"


def _signer(path: Path, name: str) -> Signer:
    if path.exists():
        signer = Signer.read(path.read_text())
        if name and name != signer.name:
            raise InputError(
                f"the witness that is kept in {path.parent} is called {signer.name}",
                remedy="Start it without --name, or give another one a --state of its own.",
            )
        return signer
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
        body = _body(environ)
        return (413, TEXT, b"that is too long\n") if body is None else memory.add_checkpoint(body, now)
    for origin in memory.origins():
        if path == f"/seen/{named(origin)}" and memory.note(origin):
            return 200, TEXT, memory.note(origin).encode()
    return 404, TEXT, b"there is nothing here\n"


def _body(environ: dict[str, object]) -> bytes | None:
    """What was sent; None where it is longer than any request. Sent in chunks, it does not say how long it is."""
    length = str(environ.get("CONTENT_LENGTH") or "0")
    if str(environ.get("HTTP_TRANSFER_ENCODING", "")).lower() == "chunked":
        length = str(2 * LARGEST + 1)
    elif not length.isdigit() or int(length) > 2 * LARGEST:
        return None
    body: bytes = environ["wsgi.input"].read(int(length))  # type: ignore[attr-defined]
    return body if len(body) <= 2 * LARGEST else None


def named(origin: str) -> str:
    """How a log is named in a witness's addresses."""
    return hashlib.sha256(origin.encode()).hexdigest()
