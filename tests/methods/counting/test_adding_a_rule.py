"""A rule is one file: put into a folder, it is found, listed, counted with and tried like the others."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from folkmoot.methods import InputError
from folkmoot.methods.counting import find_rule, find_rules
from tests.methods.counting.conformance import ALWAYS, checks_of

BORDA = '''
"""Borda's count: places are added up."""

from folkmoot.methods.counting import Count, Rankings, Rule, TieOrder
from folkmoot.methods.counting.working import Working


def count(profile: Rankings, seats: int, ties: TieOrder) -> Count:
    """Elect those who stand highest on the average paper."""
    working = Working(profile, seats, ties)
    working.begin("Sums of places", "first")
    for papers, places in profile.lines():
        for at, numbers in enumerate(places):
            working.totals[numbers[0] - 1] += papers * (len(profile.candidates) - 1 - at)
    while working.vacancies and working.continuing:
        votes = {each: working.totals[each] for each in working.continuing}
        working.elect(working.best(votes, "most points"))
    working.end()
    return working.finish(rule=RULE.name, title=RULE.title, source=RULE.source)


RULE = Rule(
    name="borda",
    title="Borda count",
    source="J.-C. de Borda, Mémoire sur les élections au scrutin (1781)",
    ballots=Rankings,
    count=count,
    help="Places added up.",
)
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "borda.py").write_text(BORDA)
    return rules


def folkmoot(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "folkmoot", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_rule_in_a_folder_stands_among_the_others(folder: Path) -> None:
    assert set(find_rules(folder)) == {*find_rules(), "borda"}
    assert "borda" not in find_rules()


@pytest.mark.parametrize("check", ALWAYS, ids=lambda check: check.__name__)
def test_it_is_tried_like_the_others(check, folder: Path) -> None:
    rule = find_rule("borda", folder)
    assert check in checks_of(rule)
    check(rule)


def test_the_command_line_lists_it_and_counts_by_it(folder: Path, tmp_path: Path) -> None:
    listed = folkmoot("rules", "--rules-from", str(folder))
    assert listed.returncode == 0, listed.stderr
    assert "borda\n  Borda count. Places added up." in listed.stdout
    ballots = tmp_path / "town.blt"
    ballots.write_text('3 1\n3 1 2 3 0\n2 2 3 1 0\n0\n"Ada"\n"Ben"\n"Cam"\n"Chair"\n')
    done = folkmoot("count", str(ballots), "--rule", "borda", "--rules-from", str(folder), "--json", "-")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["elected"] == [2]
    assert found["stages"][0]["totals"] == {"1": "6", "2": "7", "3": "2"}


def test_a_file_without_a_rule_is_named(folder: Path) -> None:
    (folder / "notes.py").write_text("x = 1\n")
    with pytest.raises(InputError, match="there is no RULE in this file"):
        find_rules(folder)


def test_a_file_that_cannot_run_is_named(folder: Path) -> None:
    (folder / "broken.py").write_text("import nothing_like_this\n")
    with pytest.raises(InputError, match=r"broken\.py.*cannot be loaded"):
        find_rules(folder)


def test_a_name_is_used_once(folder: Path) -> None:
    (folder / "other.py").write_text(BORDA)
    with pytest.raises(InputError, match="there is a rule borda already"):
        find_rules(folder)
