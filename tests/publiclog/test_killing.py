"""Killed in the middle of taking answers: nothing acknowledged is lost, and the log is one list."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


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
