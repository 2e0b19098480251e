"""The command line: one message and exit 2 for what cannot be, never a traceback, never half a result."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest


def folkmoot(*arguments: str, data: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(data),
        "FOLKMOOT_DATA": str(data / "data"),
    } | more
    command = [sys.executable, "-m", "folkmoot", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300)


WRONG = {
    "no such command": ["dance"],
    "no file": ["opinions", "nowhere.csv"],
    "a bundle that is none": ["verify", "{junk}"],
    "a directory without an export": ["import", "polis", "{empty}", "--assembly", "X"],
    "a file without that column": [
        "import", "responses", "{csv}", "--assembly", "X", "--question", "Q?", "--text", "nothing",
    ],
    "an assembly that is not there": ["publish", "nothing", "--out", "{empty}"],
    "an address that is none": ["begin", "--organisation", "O", "--name", "N", "--email", "jean@"],
    "a port that is none": ["serve", "--port", "123456"],
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_wrong_use_is_one_message_and_exit_2(case, tmp_path):
    (tmp_path / "junk.zip").write_bytes(b"junk")
    (tmp_path / "empty").mkdir()
    (tmp_path / "rows.csv").write_text("id,answer\n1,Warm homes\n")
    places = {"junk": "junk.zip", "empty": "empty", "csv": "rows.csv"}
    arguments = [
        argument.format(**{key: str(tmp_path / name) for key, name in places.items()})
        for argument in WRONG[case]
    ]
    done = folkmoot(*arguments, data=tmp_path)
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stdout == ""
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_every_bad_row_is_listed_and_nothing_is_brought_in(tmp_path):
    rows = tmp_path / "rows.csv"
    rows.write_text("id,answer\n1,Warm homes\n1,Again\n,Nobody\n4," + "x" * 5001 + "\n5,too,many\n")
    done = folkmoot(
        "import", "responses", str(rows), "--assembly", "X", "--question", "Q?", "--text", "answer",
        "--id", "id", data=tmp_path,
    )  # fmt: skip
    assert done.returncode == 2
    for told in ("line 3", "line 4", "line 5: 5001 characters", "line 6"):
        assert told in done.stderr
    listed = folkmoot("publish", "X", "--out", str(tmp_path / "out"), data=tmp_path)
    assert "There are: none" in listed.stderr


def test_an_installation_of_ones_own_begins_with_one_command(tmp_path):
    done = folkmoot(
        "begin", "--organisation", "Harbour Co-op", "--name", "Jo Reed", "--email", "jo@harbour.example",
        data=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "jo@harbour.example" in done.stdout
    secrets = tmp_path / "data" / "secrets" / "django"
    assert secrets.stat().st_mode & 0o777 == 0o600
    refused = folkmoot("demo", data=tmp_path)
    assert refused.returncode == 2
    assert "this installation belongs to Harbour Co-op" in refused.stderr


def test_mail_is_printed_until_it_is_set_up(tmp_path):
    done = folkmoot("mailtest", "jo@harbour.example", data=tmp_path)
    assert done.returncode == 0
    assert "Mail from this installation arrives." in done.stdout
    wrong = folkmoot("mailtest", "jo@harbour.example", data=tmp_path, FOLKMOOT_MAIL_URL="smtp://127.0.0.1:9")
    assert wrong.returncode == 2
    assert "the mail was not sent" in wrong.stderr


def test_a_setting_that_cannot_be_is_named(tmp_path):
    done = folkmoot("migrate", data=tmp_path, FOLKMOOT_ANALYSIS_MINUTES="soon")
    assert done.returncode == 2
    assert "analysis_minutes" in done.stderr.lower()
    assert "Traceback" not in done.stderr


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def test_the_site_is_served_with_its_worker_and_both_stop(tmp_path):
    port = free_port()
    environment = os.environ | {"FOLKMOOT_DATA": str(tmp_path / "data")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    environment.pop("FOLKMOOT_DATABASE_URL", None)
    server = subprocess.Popen(
        [sys.executable, "-m", "folkmoot", "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        page = waited_for(f"http://127.0.0.1:{port}/")
        assert b"<h1" in page
        taken = folkmoot("serve", "--port", str(port), data=tmp_path)
        assert taken.returncode == 2
        assert "Choose another port" in taken.stderr
    finally:
        server.send_signal(signal.SIGTERM)
        said = server.communicate(timeout=60)[0]
    assert server.returncode == 0, said
    assert f"http://127.0.0.1:{port}/" in said
    assert "Traceback" not in said


def waited_for(address: str) -> bytes:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address) as answer:
                return answer.read()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError(f"{address} did not answer")
