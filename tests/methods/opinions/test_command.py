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


def test_more_ids_are_given_by_commas_than_a_file_name_is_long(votes_file):
    ids = ",".join(str(number) for number in range(3, 300))
    done = run(votes_file, "--mode", "polis", "--background", ids, "--json", "-")
    assert done.stderr == ""
    assert json.loads(done.stdout)["background"] == [str(number) for number in range(3, 12)]


def test_groups_that_are_there_already_are_described(votes_file, tmp_path):
    groups = tmp_path / "participants-votes.csv"
    rows = [f"{person},{1 if int(person) % 2 else 0}" for person in two_camps().participants[1:]]
    groups.write_text("\n".join(["participant,group-id", f"{two_camps().participants[0]},", *rows]) + "\n")
    done = run(votes_file, "--mode", "polis", "--membership", groups, "--json", "-")
    form = json.loads(done.stdout)
    groups_of = {row["id"]: row["group"] for row in form["participants"]}
    assert groups_of[two_camps().participants[0]] is None
    assert len({groups_of[person] for person in two_camps().participants[1:] if int(person) % 2}) == 1
    assert form["groups_verdict"]["k"] == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("participant,group\n1,0\n", "groups.csv, line 1: no column is called group-id"),
        ("participant,group-id\n1,A\n", "groups.csv, line 2, column group-id: the group is 'A'"),
        ("participant,group-id\n1,0\n1,1\n", "groups.csv, line 3, column participant: the participant 1"),
        ("participant,group-id\nstranger,0\n", "nobody whose group is given voted"),
    ],
)
def test_groups_that_cannot_be_read_are_refused(votes_file, tmp_path, content, said):
    (tmp_path / "groups.csv").write_text(content)
    done = run(votes_file, "--membership", tmp_path / "groups.csv")
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_form_that_cannot_be_written_leaves_nothing_behind(votes_file, tmp_path):
    done = run(votes_file, "--mode", "polis", "--json", tmp_path)
    assert done.returncode == 2
    assert f"{tmp_path} cannot be written" in done.stderr
    assert not tmp_path.with_name(tmp_path.name + ".part").exists()


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
        (
            b"timestamp,comment-id,voter-id,vote\n1,1,1,1\n",
            ["--moderated-out", "modout"],
            "--moderated-out: none of these is a statement with votes: modout",
        ),
        (
            b"timestamp,comment-id,voter-id,vote\n1,1,1,1\n",
            ["--background", ",".join(map(str, range(100, 400)))],
            "--background: none of these is a statement with votes: 100, 101, 102, 103, 104…",
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


def test_published_lists_of_ids_and_published_groups_are_taken_as_they_are(reference_data):
    folder = reference_data / "opinions" / "scoop-hivemind.biodiversity"
    published = json.loads((folder / "published-math.json").read_text())
    ids = ",".join(map(str, published["mod-out"]))
    done = run(
        *(folder / "votes.csv", "--mode", "polis", "--moderated-out", ids),
        *("--membership", folder / "participants-votes.csv", "--json", "-"),
    )
    form = json.loads(done.stdout)
    assert set(form["moderated_out"]) == set(map(str, published["mod-out"])) & {*form["statements"]}
    assert sorted(group["size"] for group in form["groups"]) == sorted(
        len(members) for members in members_of(published).values()
    )


def members_of(published: dict) -> dict[int, list[int]]:
    """The people of each group: a group holds base clusters, and these hold people."""
    bases = dict(zip(published["base-clusters"]["id"], published["base-clusters"]["members"], strict=True))
    return {
        group["id"]: [person for base in group["members"] for person in bases[base]]
        for group in published["group-clusters"]
    }
