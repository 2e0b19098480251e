"""What an installation needs before it serves: its tables, and its static files with hashed names."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

import folkmoot
from folkmoot.methods import InputError


def migrate(*, quietly: bool = False) -> None:
    call_command("migrate", interactive=False, verbosity=0 if quietly else 1)


def check_migrated() -> None:
    """Bring the embedded database up to date; refuse to serve another that is not."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not waiting:
        return
    if connection.vendor != "sqlite":
        raise InputError(
            f"the database lacks {len(waiting)} changes of this version",
            remedy="Make a backup, then run: folkmoot migrate",
        )
    migrate(quietly=True)


def collect_static() -> None:
    """Copy static files under hashed names, compressed; only when one of them changed."""
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    current = _static_digest()
    if stamp.exists() and stamp.read_text() == current:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(current)


def _static_digest() -> str:
    digest = hashlib.sha256(folkmoot.__version__.encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            digest.update(f"{name} {storage.size(name)} {storage.get_modified_time(name)}".encode())
    return digest.hexdigest()
