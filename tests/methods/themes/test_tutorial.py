"""The tutorial's code runs, prints what the page shows, and needs no more than the base installation and the model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from folkmoot.methods.themes.minilm import PACKAGE, model_directory
from tests.conftest import ROOT
from tests.methods import tutorials
from tests.methods.tutorials import run, run_pairs

PAGE = ROOT / "docs" / "methods" / "themes-tutorial.md"


@pytest.fixture(scope="module")
def base_and_model() -> str:
    if model_directory() is None:
        pytest.skip("the language model's package is not installed (requirements/model.lock)")
    return tutorials.base_only(beside={PACKAGE})


def test_the_tutorial_runs_from_start_to_end_and_prints_what_it_shows(
    base_and_model: str, tmp_path: Path
) -> None:
    assert run_pairs(PAGE, base_and_model, tmp_path) == 5
    asked = {theme["name"] for theme in json.loads((tmp_path / "themes.json").read_text())["themes"]}
    done = run(
        base_and_model + f"from folkmoot.cli import cli; cli({tutorials.command_of(PAGE)!r})", tmp_path
    )
    assert (done.returncode, done.stderr) == (0, "")
    form = json.loads((tmp_path / "themes.json").read_text())
    assert form["question"] == ""
    assert {theme["name"] for theme in form["themes"]} & asked
