"""What commands write: all of it or nothing, wherever it goes, in UTF-8, and never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from folkmoot.cli.shared import write_all
from folkmoot.methods import InputError

BLT = '4 2\n18 1 2 4 0\n6 1 3 0\n6 1 0\n5 2 3 0\n12 3 0\n13 4 0\n0\n"Ada"\n"Ben"\n"Cam"\n"Zoë"\n"Committee"\n'
POOL = "id,town\nada,Skelby\nben,Skelby\ncam,Harbour\nzoë,Harbour\n"
TARGETS = "category,value,min,max\ntown,Skelby,1,1\ntown,Harbour,1,1\n"
VOTES = "timestamp,datetime,comment-id,voter-id,vote\n" + "".join(
    f"1,x,{statement},{person},{1 if (statement + person) % 3 else -1}\n"
    for statement in range(8)
    for person in range(12)
)
RESPONSES = "id,text\n" + "".join(
    f"{n},{words}\n"
    for n, words in enumerate(["Warm homes – for all", "More buses after eight", "Warm homes now"] * 4)
)
NOT_TEXT = os.fsdecode(b"\xff")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for name, text in (
        ("b.blt", BLT), ("tied.blt", '2 1\n1 1 0\n1 2 0\n0\n"Ada"\n"Zoë"\n"Chair"\n'), ("pool.csv", POOL),
        ("targets.csv", TARGETS), ("votes.csv", VOTES), ("responses.csv", RESPONSES),
    ):  # fmt: skip
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "folder").mkdir()
    return tmp_path


def folkmoot(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "folkmoot", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, check=False, env=os.environ | environment)


COUNT = ("count", "b.blt", "--rule", "ers97")
DRAW = ("draw", "pool.csv", "--targets", "targets.csv", "--size", "2", "--lot", "noon")


def told(done: subprocess.CompletedProcess[bytes]) -> str:
    """The one message of a refusal."""
    message = done.stderr.decode()
    assert (done.returncode, done.stdout) == (2, b""), message
    assert "Traceback" not in message
    assert message.count("\n") == 1
    return message


# -- targets that cannot be


@pytest.mark.parametrize("target", ["", ".", "/", "..", "folder", "nowhere/x.json", "b.blt/x", "x" * 300])
@pytest.mark.parametrize("command", [COUNT, DRAW], ids=["count", "draw"])
def test_a_result_that_cannot_be_written_is_refused_before_anything_is_computed(
    place: Path, command: tuple[str, ...], target: str
) -> None:
    before = sorted(place.rglob("*"))
    assert f"{target or '“”'} cannot be written" in told(folkmoot(*command, "--json", target, cwd=place))
    assert sorted(place.rglob("*")) == before


@pytest.mark.parametrize("option", ["--blt", "--sheet"])
@pytest.mark.parametrize("target", ["", ".", "folder", "nowhere/x.html"])
def test_no_file_is_named_for_the_sheet_or_the_ballots(place: Path, option: str, target: str) -> None:
    assert "cannot be written" in told(folkmoot(*COUNT, option, target, cwd=place))


def test_two_results_never_go_to_one_place(place: Path) -> None:
    one = folkmoot(*COUNT, "--sheet", "x.txt", "--json", "./x.txt", cwd=place)
    assert "two results would go to ./x.txt" in told(one)
    both = folkmoot(*COUNT, "--blt", "-", "--json", "-", cwd=place)
    assert "two results would go to standard output" in told(both)
    alone = folkmoot(*COUNT, "--blt", "-", cwd=place)
    assert alone.stdout.startswith(b"4 2\n")
    assert alone.stdout.endswith(b'"Committee"\n')


# -- all or nothing


@pytest.mark.parametrize("bad", ["nowhere/x.json", "folder", ""])
def test_one_result_that_cannot_be_written_leaves_no_other(place: Path, bad: str) -> None:
    before = sorted(place.rglob("*"))
    told(folkmoot(*COUNT, "--sheet", "ok.html", "--blt", "ok.blt", "--json", bad, cwd=place))
    assert sorted(place.rglob("*")) == before


def test_what_goes_wrong_while_writing_leaves_nothing_new_and_keeps_what_was_there(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "one.txt").write_text("kept")
    before = sorted(place.rglob("*"))
    write_bytes = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.name == "two.txt.part":
            write_bytes(path, data[:1])
            raise OSError(28, "No space left on device")
        return write_bytes(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match=r"two\.txt cannot be written: No space left on device"):
        write_all([("1", str(place / "one.txt")), ("2", str(place / "two.txt"))])
    assert (place / "one.txt").read_text() == "kept"
    assert sorted(place.rglob("*")) == before


def test_all_results_are_written_together(place: Path) -> None:
    done = folkmoot(*COUNT, "--sheet", "s.html", "--blt", "b2.blt", "--json", "c.json", cwd=place)
    assert (done.returncode, done.stdout) == (0, b""), done.stderr
    names = {path.name for path in place.iterdir()}
    assert {"s.html", "b2.blt", "c.json"} <= names
    assert not [name for name in names if name.endswith(".part")]


def test_a_result_may_go_into_a_pipe_and_a_link_stays_a_link(place: Path) -> None:
    (place / "link.json").symlink_to("real.json")
    assert folkmoot(*COUNT, "--json", "link.json", cwd=place).returncode == 0
    assert (place / "link.json").is_symlink()
    assert json.loads((place / "real.json").read_bytes())["rule"] == "ers97"
    assert folkmoot(*COUNT, "--json", "/dev/null", cwd=place).returncode == 0
    assert not Path("/dev/null").is_file()


# -- bytes that are no text


@pytest.mark.parametrize(
    "arguments",
    [
        ("count", "tied.blt", "--rule", "alternative-vote", "--lot", NOT_TEXT),
        ("count", "tied.blt", "--rule", "alternative-vote", "--lot", "1", "--contest", NOT_TEXT),
        ("count", "tied.blt", "--rule", "alternative-vote", "--order", f"1,2,{NOT_TEXT}"),
        ("count", "tied.blt", "--rule", NOT_TEXT),
        ("draw", "pool.csv", "--targets", "targets.csv", "--size", "2", "--lot", NOT_TEXT),
        ("draw", "pool.csv", "--targets", "targets.csv", "--size", "2", "--lot", "1", "--contest", NOT_TEXT),
    ],
)
def test_bytes_that_are_no_text_are_refused(place: Path, arguments: tuple[str, ...]) -> None:
    assert told(folkmoot(*arguments, "--json", "x.json", cwd=place)).startswith("folkmoot: ")
    assert not (place / "x.json").exists()


def test_a_file_may_have_a_name_that_is_no_text(place: Path) -> None:
    (place / f"{NOT_TEXT}.blt").write_text(BLT, encoding="utf-8")
    done = folkmoot("count", f"{NOT_TEXT}.blt", "--rule", "ers97", "--sheet", "s.html", cwd=place)
    assert done.returncode == 0, done.stderr
    assert r"Count again: folkmoot count '\xff.blt' --rule ers97" in done.stdout.decode()


# -- encodings


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (COUNT, 0),
        ((*COUNT, "--json", "-"), 0),
        (DRAW, 0),
        (("rules",), 0),
        (("count", "--help"), 0),
        (("opinions", "votes.csv"), 0),
        (("themes", "responses.csv", "--text", "text"), 0),
        (("count", "tied.blt", "--rule", "alternative-vote"), 2),
        (("count", "Zoë − 2.blt", "--rule", "alternative-vote"), 2),
        (("verify", "b.blt"), 2),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else str(each),
)
def test_output_is_utf_8_whatever_the_computer_takes_for_granted(
    place: Path, arguments: tuple[str, ...], code: int
) -> None:
    done = folkmoot(*arguments, cwd=place, PYTHONIOENCODING="cp1252")
    said = (done.stdout or done.stderr).decode("utf-8")
    assert done.returncode == code, said
    assert said.strip()
    assert b"Traceback" not in done.stderr


def test_every_letter_survives_on_a_computer_that_knows_ascii_alone(place: Path) -> None:
    done = folkmoot(*COUNT, cwd=place, PYTHONIOENCODING="ascii")
    assert "Zoë" in done.stdout.decode("utf-8")
    assert "−" in done.stdout.decode("utf-8")
    refused = folkmoot("count", "tied.blt", "--rule", "alternative-vote", cwd=place, PYTHONIOENCODING="ascii")
    assert "2 (Zoë)" in refused.stderr.decode("utf-8")
