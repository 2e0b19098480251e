"""A cache of embeddings on disk, so that ten more answers cost ten more embeddings."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, MutableMapping
from pathlib import Path


class EmbeddingCache(MutableMapping[str, bytes]):
    """Vectors by the hash of their text: no text is kept. Losing the file costs time, nothing else."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._database = sqlite3.connect(path, isolation_level=None, timeout=30)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=OFF")
        self._database.execute("CREATE TABLE IF NOT EXISTS vector (key TEXT PRIMARY KEY, value BLOB)")

    def __getitem__(self, key: str) -> bytes:
        row = self._database.execute("SELECT value FROM vector WHERE key = ?", (key,)).fetchone()
        if row is None:
            raise KeyError(key)
        return bytes(row[0])

    def __setitem__(self, key: str, value: bytes) -> None:
        self._database.execute("INSERT OR REPLACE INTO vector VALUES (?, ?)", (key, value))

    def __delitem__(self, key: str) -> None:
        if not self._database.execute("DELETE FROM vector WHERE key = ?", (key,)).rowcount:
            raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return (key for (key,) in self._database.execute("SELECT key FROM vector ORDER BY key"))

    def __len__(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM vector").fetchone()[0])

    def close(self) -> None:
        self._database.close()
