"""The pages on counting and sortition: their worked examples are run, and their table is of the rules that are."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from folkmoot.methods.counting import find_rules
from folkmoot.methods.lots import Lot
from tests.conftest import ROOT
from tests.methods.counting.test_adding_a_rule import BORDA

COUNTING = ROOT / "docs" / "methods" / "counting.md"
SORTITION = ROOT / "docs" / "methods" / "sortition.md"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NAMED = re.compile(r"`(\w+\.(?:blt|csv|pb))`[^`]*?\n```\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def run(words: list[str], place: Path) -> str:
    assert words[0] == "folkmoot"
    command = [sys.executable, "-m", *words]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def sections(page: Path) -> list[str]:
    parts = page.read_text().split("\n## ")
    return [part for part in parts if "```sh" in part]


@pytest.mark.parametrize("section", sections(COUNTING), ids=lambda part: part.partition("\n")[0])
def test_a_worked_example_gives_what_the_page_says(section: str, tmp_path: Path) -> None:
    files = dict(NAMED.findall(section))
    assert len(files) == 1
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    blocks = BLOCK.findall(section)
    calls = [line for language, body in blocks if language == "sh" for line in body.splitlines()]
    shown = "".join(run(shlex.split(call), tmp_path) for call in calls)
    told = [line for language, body in blocks if language == "text" for line in body.splitlines()]
    assert told
    for line in told:
        assert squeezed(line) in [squeezed(each) for each in shown.splitlines()]


def squeezed(line: str) -> str:
    return " ".join(line.split())


def test_there_is_an_example_for_each_thing_that_an_organiser_decides() -> None:
    names = [part.partition("\n")[0] for part in sections(COUNTING)]
    assert names == [
        "Electing a committee",
        "Electing one delegate",
        "Putting motions in order",
        "Spending money",
        "Voting on a motion",
    ]


def test_the_committee_has_seven_places_and_the_motions_are_twelve() -> None:
    files = {name: text for section in sections(COUNTING) for name, text in NAMED.findall(section)}
    assert files["committee.blt"].splitlines()[0].split()[1] == "7"
    assert len(files["motions.csv"].splitlines()[0].split(",")) == 2 + 12


def test_the_digest_that_the_page_makes_by_hand_is_that_of_the_delegates_count(tmp_path: Path) -> None:
    page = COUNTING.read_text()
    code = next(body for language, body in BLOCK.findall(page) if language == "python" and "hashlib" in body)
    section = next(part for part in sections(COUNTING) if part.startswith("Electing one delegate"))
    [(name, text)] = NAMED.findall(section)
    (tmp_path / name).write_text(text)
    shown = run(["folkmoot", "count", name, "--rule", "alternative-vote"], tmp_path)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert f"Digest: {done.stdout.strip()}\n" in shown
    assert "folkmoot" not in code


def test_panels_are_listed_drawn_and_replaced_as_the_page_says(tmp_path: Path) -> None:
    pool, targets = (body for language, body in BLOCK.findall(SORTITION.read_text()) if not language)
    (tmp_path / "pool.csv").write_text(pool)
    (tmp_path / "targets.csv").write_text(targets)
    calls = [
        line
        for language, body in BLOCK.findall(SORTITION.read_text())
        if language == "sh"
        for line in body.splitlines()
    ]
    assert len(calls) == 4
    for call in calls:
        run(shlex.split(call), tmp_path)


def lots_on_the_page() -> tuple[Callable[..., list[str]], Callable[..., int]]:
    """The functions `order` and `pick` that the page shows."""
    code = next(body for language, body in BLOCK.findall(SORTITION.read_text()) if language == "python")
    names: dict[str, Any] = {}
    exec(code.rpartition("print(")[0], names)
    return names["order"], names["pick"]


def test_the_fifteen_lines_on_the_page_give_the_same_lots() -> None:
    order, pick = lots_on_the_page()
    people = [f"person {number}" for number in range(50)]
    for seed in ("a", "2026-12-01 9876.54", "ß"):
        lot = Lot(seed, "Chair")
        assert order(seed, "Chair", 3, people) == lot.order(3, people)
        for limit in (2, 7, 1000, 2**255 + 1):
            assert pick(seed, "Chair", "panel", limit) == lot.below("panel", limit)


# Dee goes out; then Ada, Ben and Cam have 4 each, but Ada had 4 before, and the others 3.
PARTED = '4 1\n4 1 0\n3 2 0\n3 3 0\n1 4 2 0\n1 4 3 0\n0\n"Ada"\n"Ben"\n"Cam"\n"Dee"\n"Chair"\n'
TIED = {
    "chair.blt": PARTED,
    "motions.csv": "ballot,Rents,Buses\na,1,0\nb,0,1\n",
    "money.pb": "META\nkey;value\ndescription;Fund\nbudget;10\nPROJECTS\nproject_id;cost\nbus;10\nhall;10\nVOTES\n"
    "voter_id;vote\n1;bus\n2;hall\n",
}


@pytest.mark.parametrize(
    ("name", "rule", "contest"),
    [
        ("chair.blt", "alternative-vote", "Chair"),
        ("motions.csv", "proportional-ranking", ""),
        ("money.pb", "greedy-budget", "Fund"),
    ],
)
@pytest.mark.parametrize("seed", ["9876.54", "9876.55", "9876.56"])
def test_a_tie_is_drawn_again_from_the_form_by_the_lines_on_the_page(
    name: str, rule: str, contest: str, seed: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(TIED[name])
    form = json.loads(
        run(["folkmoot", "count", name, "--rule", rule, "--lot", seed, "--json", "-"], tmp_path)
    )
    order, _ = lots_on_the_page()
    assert form["lot"]["contest"] == contest
    drawn = [tie for tie in form["ties"] if tie["by"] == "lot"]
    assert drawn
    for tie in drawn:
        names = order(form["lot"]["seed"], contest, tie["stage"], map(str, tie["drawn"]))
        assert names == [str(each) for each in tie["drawn"]]
        assert str(tie["chosen"]) == names[-1 if tie["purpose"] == "fewest votes" else 0]


def test_a_lot_is_among_those_alone_whom_no_earlier_stage_had_parted(tmp_path: Path) -> None:
    (tmp_path / "chair.blt").write_text(PARTED)
    command = "folkmoot count chair.blt --rule alternative-vote --order 3,2,1,4 --json -"
    tie = json.loads(run(command.split(), tmp_path))["ties"][0]
    assert (tie["between"], tie["drawn"], tie["chosen"]) == ([1, 2, 3], [3, 2], 2)


def generate() -> ModuleType:
    """docs/generate.py, which is no part of a package."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_of_rules_is_made_from_the_rules_and_a_new_one_stands_in_it(tmp_path: Path) -> None:
    made = generate()
    assert COUNTING.read_text() == made.counting()
    (tmp_path / "borda.py").write_text(BORDA)
    table = made.rules_table(find_rules(tmp_path).values()).splitlines()
    assert len(table) == 2 + len(find_rules()) + 1
    source = "J.-C. de Borda, Mémoire sur les élections au scrutin (1781)"
    assert f"| `borda` | rankings | refuse | several | – | – | {source} |" in table
