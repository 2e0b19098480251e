"""The last checkpoint beside the database: whoever restores an old database is found out by it."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings


def keep(note: str) -> None:
    """Write it so that a power cut leaves the old one or the new one."""
    path = Path(settings.LOG_SIGNED)
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    with partial.open("w", encoding="utf-8") as stream:
        stream.write(note)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(path)


def kept() -> str:
    """The note as it was kept; empty where nothing was signed yet."""
    path = Path(settings.LOG_SIGNED)
    return path.read_text(encoding="utf-8") if path.exists() else ""
