"""The command for counting: who stands, what the lot is for, and what is noted beside the result."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from folkmoot.methods.lots import Lot
from tests.methods.counting.test_sheet import folkmoot

TIED = "ballot,1,2\na,Ada,Ben\nb,Ben,Ada\n"
RULE = ("--rule", "alternative-vote")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "tied.csv").write_text(TIED)
    (tmp_path / "tied.blt").write_text('2 1\n1 1 0\n1 2 0\n0\n"Ada"\n"Ben"\n"Chair"\n')
    (tmp_path / "slip.csv").write_text(TIED + "c,Ada,Bne\nd,Ada,\n")
    (tmp_path / "stand.txt").write_text("Ben\n\nAda\nCam, of Skelby\n")
    return tmp_path


# -- the contest


def test_a_lot_is_for_a_contest_so_that_one_seed_serves_several(place: Path) -> None:
    first = {}
    for number in range(20):
        contest = f"Branch {number}"
        done = folkmoot(
            "count", "tied.csv", *RULE, "--lot", "42", "--contest", contest, "--json", "-", cwd=place
        )
        assert done.returncode == 0, done.stderr
        form = json.loads(done.stdout)
        assert form["lot"]["contest"] == contest
        first[contest] = form["elected"][0]
        assert first[contest] == int(Lot("42", contest).order(2, ["1", "2"])[0])
        if len(set(first.values())) == 2:
            break
    assert set(first.values()) == {1, 2}


def test_the_contest_is_the_title_of_the_file_unless_it_is_given(place: Path) -> None:
    for name, more, contest in (
        ("tied.blt", (), "Chair"),
        ("tied.csv", (), ""),
        ("tied.blt", ("--contest", "Secretary"), "Secretary"),
        ("tied.blt", ("--contest", ""), ""),
    ):
        done = folkmoot("count", name, *RULE, "--lot", "42", *more, "--json", "-", cwd=place)
        assert json.loads(done.stdout)["lot"]["contest"] == contest


def test_the_contest_stands_in_the_command_that_counts_again(place: Path) -> None:
    done = folkmoot("count", "tied.csv", *RULE, "--lot", "42", "--contest", "Skelby chair", cwd=place)
    assert "--lot 42 --contest 'Skelby chair'\n" in done.stdout


def test_a_title_that_blt_cannot_hold_is_refused_for_it_names_the_lot(place: Path) -> None:
    (place / "x.toi").write_text(
        '# TITLE: The "big" one\n# NUMBER ALTERNATIVES: 1\n# ALTERNATIVE NAME 1: Ada\n2: 1\n'
    )
    done = folkmoot("count", "x.toi", *RULE, "--blt", "x.blt", cwd=place)
    assert (done.returncode, done.stdout) == (2, "")
    assert 'the title The "big" one has a quotation mark' in done.stderr
    assert not (place / "x.blt").exists()


# -- who stands


def test_a_name_that_stands_once_is_noted_beside_the_result(place: Path) -> None:
    done = folkmoot("count", "slip.csv", *RULE, cwd=place)
    assert done.returncode == 0
    assert done.stderr.startswith("folkmoot: slip.csv: Named once, perhaps misspelt: “Bne”.")
    assert folkmoot("count", "tied.blt", *RULE, "--lot", "1", cwd=place).stderr == ""


@pytest.mark.parametrize("stand", ["Ben,Ada , Cam", "stand.txt"])
def test_a_list_of_who_stands_refuses_others_by_line_and_name(place: Path, stand: str) -> None:
    done = folkmoot("count", "slip.csv", *RULE, "--candidates", stand, cwd=place)
    assert (done.returncode, done.stdout) == (2, "")
    assert "slip.csv, line 4, column 2: “Bne” does not stand" in done.stderr
    sound = folkmoot(
        "count", "tied.csv", *RULE, "--candidates", stand, "--lot", "1", "--json", "-", cwd=place
    )
    assert sound.stderr == ""
    names = [each["name"] for each in json.loads(sound.stdout)["candidates"]]
    assert names == ["Ben", "Ada", "Cam" if "," in stand else "Cam, of Skelby"]


@pytest.mark.parametrize(
    ("name", "stand", "told"),
    [
        ("tied.csv", "", "--candidates, name 1: there is no name"),
        ("tied.csv", "Ada,,Ben", "--candidates, name 2: there is no name"),
        ("tied.csv", "Ada,Ben,Ada", "--candidates, name 3: “Ada” stands there twice"),
        ("tied.csv", "nobody.txt", "there is no file nobody.txt"),
        ("tied.csv", "empty.txt", "empty.txt, line 1: there is no name"),
        ("tied.csv", "twice.txt", "twice.txt, line 3: “Ada” stands there twice"),
        ("tied.csv", "Ada," * 200 + "Ben", "stands there twice"),
        ("tied.blt", "Ada,Ben", "tied.blt: this file names its candidates itself"),
    ],
)
def test_a_list_that_cannot_be_is_refused(place: Path, name: str, stand: str, told: str) -> None:
    (place / "empty.txt").write_text("\n")
    (place / "twice.txt").write_text("Ada\n\nAda\n")
    done = folkmoot("count", name, *RULE, "--candidates", stand, cwd=place)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr
