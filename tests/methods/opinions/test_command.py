"""`folkmoot opinions` as people type it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from folkmoot.cli import cli
from folkmoot.methods.opinions import MODES

from .cast import two_camps

COMMENTS = "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"


@pytest.fixture
def votes_file(tmp_path: Path) -> Path:
    votes = two_camps()
    rows = ["timestamp,datetime,comment-id,voter-id,vote"]
    for place, person in enumerate(votes.participants):
        for at in range(votes.indptr[place], votes.indptr[place + 1]):
            rows.append(f"{at},,{votes.statements[votes.indices[at]]},{person},{votes.values[at]}")
    path = tmp_path / "votes.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


@pytest.fixture
def statements_file(tmp_path: Path) -> Path:
    path = tmp_path / "comments.csv"
    rows = (f"1,,{name},0,0,0,{-1 if name == 11 else 1},Statement number {name}\n" for name in range(12))
    path.write_text(COMMENTS + "".join(rows))
    return path


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "folkmoot", "opinions", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_summary_is_printed_with_the_statements_words(votes_file, statements_file):
    done = run(votes_file, "--statements", statements_file)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Group A: 30 people" in done.stdout
    assert "Statement number 1" in done.stdout


def test_the_form_goes_to_standard_output_and_the_picture_to_a_file(votes_file, statements_file, tmp_path):
    done = run(
        votes_file,
        "--mode",
        "polis",
        "--statements",
        statements_file,
        "--json",
        "-",
        "--svg",
        tmp_path / "map.svg",
    )
    form = json.loads(done.stdout)
    assert form["moderated_out"] == ["11"]
    assert ElementTree.parse(tmp_path / "map.svg").getroot().get("role") == "img"
    again = run(
        votes_file, "--mode", "polis", "--statements", statements_file, "--json", tmp_path / "map.json"
    )
    assert (again.stdout, (tmp_path / "map.json").read_text()) == ("", done.stdout)


def test_ids_are_given_by_commas_or_by_a_file(votes_file, tmp_path):
    (tmp_path / "out.txt").write_text("1\n2,3\n")
    by_file = run(
        votes_file,
        "--mode",
        "polis",
        "--moderated-out",
        tmp_path / "out.txt",
        "--background",
        "4,5",
        "--json",
        "-",
    )
    by_commas = run(
        votes_file, "--mode", "polis", "--moderated-out", "1,2, 3", "--background", "4,5", "--json", "-"
    )
    form = json.loads(by_file.stdout)
    assert (form["moderated_out"], form["background"]) == (["1", "2", "3"], ["4", "5"])
    assert by_file.stdout == by_commas.stdout


def test_the_command_offers_the_modes_that_there_are():
    mode = next(option for option in cli.commands["opinions"].params if option.name == "mode")
    assert list(mode.type.choices) == list(MODES)


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        (b"", [], "votes.csv: the file is empty"),
        (
            b"timestamp,comment-id,voter-id,vote\n1,1,1,5\n",
            [],
            "votes.csv, line 2, column vote: the vote is '5'",
        ),
        (b"PK\x03\x04", [], "votes.csv, line 1, byte 3"),
        (b"timestamp,comment-id,voter-id,vote\n1,1,1,1\n", ["--groups", "4"], "4 groups were asked for"),
        (b"timestamp,comment-id,voter-id,vote\n1,1,1,1\n", ["--include", "9"], "nobody called 9 voted"),
        (
            b"timestamp,comment-id,voter-id,vote\n1,1,1,1\n",
            ["--moderated-out", "gone.txt"],
            "there is no file gone.txt",
        ),
        (
            b"timestamp,comment-id,voter-id,vote\n1,1,1,1\n",
            ["--json", "/nowhere/at/all.json"],
            "/nowhere/at/all.json",
        ),
    ],
)
def test_bad_input_ends_with_one_message_and_exit_2(tmp_path, content, options, said):
    path = tmp_path / "votes.csv"
    path.write_bytes(content)
    done = run(path, *options)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_votes_on_a_statement_that_nobody_wrote_are_listed(votes_file, tmp_path):
    comments = tmp_path / "comments.csv"
    comments.write_text(COMMENTS + "1,,0,0,0,0,1,The only one\n")
    done = run(votes_file, "--statements", comments)
    assert done.returncode == 2
    assert "statements that nobody wrote: 1, 2, 3" in done.stderr
    assert "lines " in done.stderr


def test_the_published_conversation_is_mapped_with_people_included_by_name(reference_data):
    folder = reference_data / "opinions" / "scoop-hivemind.biodiversity"
    done = run(folder / "votes.csv", "--mode", "polis", "--groups", 2, "--include", "7,11", "--json", "-")
    assert json.loads(done.stdout)["counts"]["included"] == 443
