"""What the documentation says is so: commands exist, code runs, lists are whole, links lead somewhere."""

from __future__ import annotations

import csv
import inspect
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest
from benchmarks._data import VARIABLE

from folkmoot.cli import cli
from folkmoot.listen.rows import Answers
from folkmoot.methods.opinions import map_opinions
from folkmoot.methods.themes import find_themes
from folkmoot.site.environment import Environment
from tests.conftest import ROOT

PAGES = [*(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"))]
PAGES += sorted((ROOT / "docs").rglob("*.md"))
# Blocks inside lists are indented.
BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
# These serve until they are stopped, or send mail.
LASTING = {"serve", "work", "mailtest"}
# What a page shows to be put into a file has a test of its own: tests/listen/test_new_way.py.
RUN = [page for page in PAGES if page.name != "CONTRIBUTING.md" and "```python" in page.read_text()]
SAID = (
    "Warm homes for everybody before anything else",
    "Insulate cold council houses and bring bills down",
    "An evening bus from Skelby to the town every hour",
    "Buses that run after eight and on Sundays",
    "Pay care workers what the supermarket pays",
)


def blocks(page: Path, *languages: str) -> list[str]:
    return [body for language, body in BLOCK.findall(page.read_text()) if language in languages]


def command_lines(page: Path) -> Iterator[list[str]]:
    """The arguments of every call of folkmoot in the page's code, as a shell would give them."""
    for body in blocks(page, "sh", "ini"):
        for line in body.replace("\\\n", " ").splitlines():
            words = shlex.split(line.removeprefix("ExecStart="), comments=True)
            calls = [place for place, word in enumerate(words) if word.endswith(".venv/bin/folkmoot")]
            calls += [0] if words[:1] == ["folkmoot"] else []
            for place in calls:
                yield words[place + 1 :]


CALLS = [(page, words) for page in PAGES for words in command_lines(page)]


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def find_command(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that these words name, and the rest of the words."""
    command: click.Command = cli
    while isinstance(command, click.Group):
        assert words, f"{command.name} needs a command"
        assert words[0] in command.commands, f"there is no command {words[0]}"
        command, words = command.commands[words[0]], words[1:]
    return command, words


def check_call(words: list[str]) -> None:
    """Raise where a command, an option or an argument is not there, or one that is required lacks."""
    command, rest = find_command(words)
    given, extra, _ = command.make_parser(click.Context(command)).parse_args(list(rest))
    assert extra == [], f"{extra} are too many"
    for each in command.params:
        if isinstance(each, click.Option) and each.required:
            assert each.name in given, f"{each.opts[0]} is required"


# -- made pages


def test_the_made_pages_are_up_to_date() -> None:
    command = [sys.executable, "docs/generate.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def every_command(group: click.Group, above: str = "folkmoot") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from every_command(command, f"{above} {name}")
        else:
            yield f"{above} {name}", command


def test_every_command_and_every_option_is_documented() -> None:
    text = (ROOT / "docs" / "command-line.md").read_text()
    for name, command in every_command(cli):
        assert f"\n## {name}\n" in text
        section = text.split(f"\n## {name}\n")[1].split("\n## ")[0]
        for option in (each for each in command.params if isinstance(each, click.Option)):
            assert option.opts[0] in section, (name, option.opts)


def test_every_setting_is_documented_and_no_other_is_named() -> None:
    known = {f"FOLKMOOT_{name.upper()}" for name in Environment.model_fields}
    table = (ROOT / "docs" / "environment.md").read_text()
    assert known == set(re.findall(r"^\| `(FOLKMOOT_\w+)`", table, re.MULTILINE))
    for page in PAGES:
        named_here = set(re.findall(r"\bFOLKMOOT_[A-Z]+(?:_[A-Z]+)*", page.read_text()))
        assert named_here <= known | {VARIABLE}, named(page)


# -- calls in code blocks


@pytest.mark.parametrize(
    ("page", "words"), CALLS, ids=[f"{named(page)}: {shlex.join(w)}" for page, w in CALLS]
)
def test_every_call_names_a_command_and_options_that_there_are(page: Path, words: list[str]) -> None:
    check_call(words)


@pytest.mark.parametrize(
    "words",
    [["dance"], [], ["themes", "a.csv"], ["verify", "a.zip", "b.zip"], ["import"]],
    ids=["no such command", "no command", "without what is required", "too much", "half a command"],
)
def test_a_call_that_cannot_be_is_found(words: list[str]) -> None:
    with pytest.raises(AssertionError):
        check_call(words)


def test_an_option_that_is_not_there_is_found() -> None:
    with pytest.raises(click.NoSuchOption):
        check_call(["opinions", "votes.csv", "--colour", "red"])


# -- code that is run, on invented data


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory with the files that the examples read: two camps on eight statements, and what they wrote."""
    export = tmp_path / "EXPORT_DIRECTORY"
    export.mkdir()
    statements = [
        (1, f"2023-11-14 {n}", n, n, 1, 0, 1, f"Statement number {n} of our town") for n in range(8)
    ]
    header = (
        "timestamp",
        "datetime",
        "comment-id",
        "author-id",
        "agrees",
        "disagrees",
        "moderated",
        "comment-body",
    )
    write(export / "comments.csv", header, statements)
    votes = [
        (1700000000, "Tue Nov 14 2023", n, person, vote(person, n)) for person in range(40) for n in range(8)
    ]
    write(export / "votes.csv", ("timestamp", "datetime", "comment-id", "voter-id", "vote"), votes)
    for name in ("comments.csv", "votes.csv"):
        (tmp_path / name).write_bytes((export / name).read_bytes())
    answers = [(n + 1, f"{SAID[n % 5]}, says person {n}.") for n in range(40)]
    write(tmp_path / "answers.csv", ("id", "answer"), answers)
    (tmp_path / "committee.blt").write_text('2 1\n3 1 2 0\n2 2 1 0\n0\n"Amina"\n"Bryn"\n"Committee"\n')
    return tmp_path


def vote(person: int, statement: int) -> int:
    """All agree on the first two; on the others even and odd people differ, and now and then pass."""
    if statement < 2:
        return 1
    if (person * 7 + statement * 5) % 11 == 0:
        return 0
    return 1 if (person + (statement > 5)) % 2 == 0 else -1


def write(path: Path, header: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])


def run(arguments: list[str], place: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(place), "FOLKMOOT_DATA": str(place / "data")}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, timeout=300)


def test_the_calls_and_the_code_of_the_pages_are_found() -> None:
    assert {named(page) for page in RUN} >= {"README.md", "docs/log.md", "docs/tutorial.md"}
    assert len(CALLS) > 15


@pytest.mark.parametrize("page", RUN, ids=named)
def test_the_python_of_a_page_runs(page: Path, place: Path) -> None:
    for body in blocks(page, "python"):
        done = run(["-c", body], place)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip()


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "docs" / "tutorial.md"], ids=named)
def test_the_commands_of_a_page_run_one_after_another(page: Path, place: Path) -> None:
    calls = [words for where, words in CALLS if where == page and words[0] not in LASTING]
    assert len(calls) >= 5
    said = []
    for words in calls:
        done = run(["-m", "folkmoot", *words], place)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        said.append(done.stdout)
    assert (place / "findings" / "index.html").exists()
    assert any("This publication verifies." in text for text in said)


def test_an_upgrade_is_one_command(place: Path) -> None:
    done = run(["-m", "folkmoot", "migrate"], place)
    assert done.returncode == 0, done.stderr
    assert (place / "data" / "folkmoot.sqlite3").exists()


# -- what pages name


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_target_of_make_is_there(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", page.read_text())) <= targets
    for body in blocks(page, "sh"):
        assert set(re.findall(r"\bmake ([a-z]+)", re.sub(r"#.*|apt install.*", "", body))) <= targets


SOURCES = [
    path
    for folder in ("src", "tests", "docs", "scripts", "benchmarks")
    for path in (ROOT / folder).rglob("*")
]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    """All but what the reader makes by following the page."""
    invented = {"listen/ways/one_sentence.py", "findings/index.html", "/log/verify_receipt.py"}
    for name in set(re.findall(r"`([\w/.-]+\.(?:py|html|css|lock|toml))`", page.read_text())) - invented:
        found = (ROOT / name).exists() or any(path.as_posix().endswith(f"/{name}") for path in SOURCES)
        assert found, name


METHOD_PAGES = {
    "opinions.md": (map_opinions, {"votes", "mode", "progress"}),
    "themes.md": (find_themes, {"responses", "progress"}),
}


@pytest.mark.parametrize("name", METHOD_PAGES)
def test_a_method_page_lists_every_parameter_with_its_default(name: str) -> None:
    function, elsewhere = METHOD_PAGES[name]
    text = (ROOT / "docs" / "methods" / name).read_text().split("## Parameters")[1].split("\n## ")[0]
    rows = {}
    for names, usual in re.findall(r"^\| (`.+?`) \| (.+?) \|", text, re.MULTILINE):
        rows |= dict.fromkeys(re.findall(r"`(\w+)`", names), usual)
    wanted = {key: each.default for key, each in inspect.signature(function).parameters.items()}
    assert set(rows) == set(wanted) - elsewhere
    for key, usual in rows.items():
        if isinstance(wanted[key], int | float):
            assert usual.split()[0] == f"{wanted[key]:g}", key


# -- lists that must be whole


def test_every_dependency_has_a_line_that_says_what_it_is_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {"base": project["dependencies"], **project["optional-dependencies"]}
    wanted = {
        (re.split(r"[\[<>=~!;\s]", each)[0], group) for group, names in declared.items() for each in names
    }
    text = (ROOT / "CONTRIBUTING.md").read_text()
    rows = re.findall(r"^\| ([\w.-]+) \| (base|site|dev) \| (.+) \|$", text, re.MULTILINE)
    assert sorted((name, group) for name, group, _ in rows) == sorted(wanted)
    assert all(len(words.split()) >= 3 and words.endswith(".") for _, _, words in rows)


def test_the_columns_of_a_bundle_are_those_that_are_written() -> None:
    text = (ROOT / "docs" / "chain.md").read_text()
    for name, kind in Answers.FILES.items():
        columns = ",".join(field.name for field in fields(kind))
        assert f"| `question-N/{name}` | members | `{columns}`" in text


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", BLOCK.sub("", page.read_text())):
        if target.startswith("http"):
            continue
        name, _, anchor = target.partition("#")
        other = (page.parent / name).resolve() if name else page
        assert other.exists(), target
        assert not anchor or anchor in anchors(other), target
