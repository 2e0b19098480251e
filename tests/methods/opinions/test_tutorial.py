"""The tutorial's code runs, prints what the page shows, and needs the base installation alone."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT
from tests.methods import tutorials
from tests.methods.tutorials import PAIRS, run, run_pairs

PAGE = ROOT / "docs" / "methods" / "opinions-tutorial.md"


@pytest.fixture(scope="module")
def base_only() -> str:
    return tutorials.base_only()


def test_the_tutorial_runs_from_start_to_end_and_prints_what_it_shows(base_only, tmp_path):
    assert run_pairs(PAGE, base_only, tmp_path) == 7
    assert (tmp_path / "map.svg").read_text().startswith("<svg")


def test_the_command_maps_the_tutorials_votes_with_the_base_installation(base_only, tmp_path):
    made = run(base_only + PAIRS.findall(PAGE.read_text())[0][0], tmp_path)
    assert made.returncode == 0
    code = f"from folkmoot.cli import cli; cli({tutorials.command_of(PAGE)!r})"
    done = run(base_only + code, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Group A: " in done.stdout
    assert (tmp_path / "map.svg").exists()


def test_a_module_beyond_the_base_installation_is_refused(base_only, tmp_path):
    done = run(base_only + "import django", tmp_path)
    assert "django is not part of the base installation" in done.stderr
