"""Killed in the middle of taking answers: nothing acknowledged is lost, and the log is one list."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def new_database(tmp_path, db):
    """The environment of a new installation on the engine that the tests run on."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FOLKMOOT_")}
    environment["FOLKMOOT_DATA"] = str(tmp_path)
    if connection.vendor != "postgresql":
        yield environment
        return
    import psycopg

    address, name = os.environ["FOLKMOOT_DATABASE_URL"], f"killed_{os.getpid()}"
    with psycopg.connect(address, dbname="postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    environment["FOLKMOOT_DATABASE_URL"] = urlsplit(address)._replace(path=f"/{name}").geturl()
    yield environment
    with psycopg.connect(address, dbname="postgres", autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def killed(program: str, rounds: int, environment: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", f"tests.publiclog.{program}", str(rounds), "7"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_twenty_kills_lose_nothing_that_was_acknowledged(new_database):
    found = killed("killing", 20, new_database)
    assert found["acknowledged"] >= 20
    assert found["lost"] == 0
    assert found["unlogged"] == 0
    assert found["wrong"] == []
    assert found["stored"] >= found["acknowledged"]
    assert found["signed"] == sorted(found["signed"])


def test_a_server_that_was_killed_shows_every_receipt_again_that_it_had_shown(new_database):
    """The real one, over HTTP."""
    found = killed("served", 2, new_database)
    assert found["acknowledged"] >= 12
    assert found["not shown again"] == 0
    assert found["lost"] == 0
    assert found["unlogged"] == 0
    assert found["wrong"] == []
    assert found["stored"] >= found["acknowledged"]
