"""What is kept in the project speaks of the project alone, on no particular machine, and is finished."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.conftest import ROOT

THIS = "tests/site/test_speaks_of_itself.py"
# A path from the top of a file system, not a part of an address or of a longer path.
# Joined from pieces, so that this file does not hold what it looks for.
MACHINE_PATH = re.compile(r"(?<![\w./])/(?:" + "work|root|home|Users" + r")/")
UNFINISHED = re.compile(r"\b(?:TODO|FIXME)\b|(?i:\bcoming soon\b|\blorem ipsum\b)")


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        return sorted(str(path.relative_to(ROOT)) for path in (ROOT / "src").rglob("*.*") if path.is_file())
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


FILES = [name for name in tracked() if name != THIS and "__pycache__" not in name]


def read(name: str) -> str:
    """The text of a file; empty for a picture or a model, which have none."""
    data = (ROOT / name).read_bytes()
    return "" if b"\0" in data else data.decode("utf-8", errors="replace")


def lines_with(pattern: re.Pattern[str], names: list[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:100]}"
        for name in names
        for number, line in enumerate(read(name).splitlines(), 1)
        if pattern.search(line)
    ]


def test_the_files_are_found() -> None:
    assert {"pyproject.toml", "README.md", "src/folkmoot/cli/__init__.py"} <= set(FILES) or len(FILES) > 100


def test_no_file_names_a_path_of_one_machine() -> None:
    assert lines_with(MACHINE_PATH, FILES) == []


def test_the_locks_name_no_host() -> None:
    locks = [str(path.relative_to(ROOT)) for path in (ROOT / "requirements").glob("*.lock")]
    assert len(locks) >= 4
    # Packages may be called httpx: what must not be there is an address.
    assert lines_with(re.compile(r"https?:|index-url|find-links"), locks) == []


def test_nothing_is_left_to_be_done() -> None:
    assert lines_with(UNFINISHED, FILES) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("open " + "/" + "work/x", True),
        ('"' + "/" + 'root/.ssh"', True),
        ("cd " + "/" + "home/maud", True),
        ("https://a.org/" + "work/x", False),
        ("../" + "work/x", False),
    ],
)
def test_a_machine_path_is_told_from_an_address(text: str, found: bool) -> None:
    assert bool(MACHINE_PATH.search(text)) is found


@pytest.mark.parametrize(
    ("text", "found"), [("# TODO mend", True), ("Coming soon!", True), ("todos los días", False)]
)
def test_an_unfinished_line_is_told_from_a_spanish_one(text: str, found: bool) -> None:
    assert bool(UNFINISHED.search(text)) is found
