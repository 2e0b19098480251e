"""Vectors kept in a file, so that ten more answers cost ten more, and a run that was ended goes on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from types import TracebackType

from folkmoot.methods import InputError


class VectorFile(MutableMapping[str, bytes]):
    """Vectors by the hash of model and text, in an SQLite file: no text is kept. Losing it costs time, nothing else.

    What is set is there when another process opens the file, also after this one was killed. Raises InputError
    for a file that cannot be written, or is something else.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._database = sqlite3.connect(path, isolation_level=None, timeout=30)
        except (OSError, sqlite3.Error) as problem:
            raise self._useless(problem) from problem
        tables = {name for (name,) in self._run("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if tables - {"vector"}:
            raise self._useless(f"it holds {', '.join(sorted(tables))}")
        self._run("PRAGMA journal_mode=WAL")
        self._run("PRAGMA synchronous=OFF")
        self._run("CREATE TABLE IF NOT EXISTS vector (key TEXT PRIMARY KEY, value BLOB)")

    def __getitem__(self, key: str) -> bytes:
        row = self._run("SELECT value FROM vector WHERE key = ?", key).fetchone()
        if row is None:
            raise KeyError(key)
        return bytes(row[0])

    def __setitem__(self, key: str, value: bytes) -> None:
        self._run("INSERT OR REPLACE INTO vector VALUES (?, ?)", key, value)

    def __delitem__(self, key: str) -> None:
        if not self._run("DELETE FROM vector WHERE key = ?", key).rowcount:
            raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return (key for (key,) in self._run("SELECT key FROM vector ORDER BY key"))

    def __len__(self) -> int:
        return int(self._run("SELECT count(*) FROM vector").fetchone()[0])

    def __enter__(self) -> VectorFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._database.close()

    def _run(self, command: str, *values: str | bytes) -> sqlite3.Cursor:
        try:
            return self._database.execute(command, values)
        except sqlite3.Error as problem:
            raise self._useless(problem) from problem

    def _useless(self, problem: object) -> InputError:
        return InputError(
            f"vectors cannot be kept in this file: {problem}",
            where=str(self.path),
            remedy="Name a new file, or delete this one if it was made for that: vectors are computed again.",
        )
