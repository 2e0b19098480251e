"""The tutorial's code runs, prints what the page shows, and needs the base installation alone."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGE = ROOT / "docs" / "methods" / "opinions-tutorial.md"
PAIRS = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)
# Refuses every installed module that the base installation would not bring.
BASE_ONLY = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {refused!r}:
            raise ModuleNotFoundError(f"{{name}} is not part of the base installation", name=name)
sys.meta_path.insert(0, Refuse())
"""


def base_distributions() -> set[str]:
    """Folkmoot's own requirements without extras, and theirs."""
    found, left = set[str](), ["folkmoot"]
    while left:
        name = left.pop()
        if name in found:
            continue
        found.add(name)
        try:
            required = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # asked for on other systems only
        left += [normal(line) for line in required if "extra ==" not in line]
    return found


def normal(requirement: str) -> str:
    name = re.match(r"[\w.-]+", requirement)
    assert name
    return re.sub(r"[-_.]+", "-", name[0]).lower()


@pytest.fixture(scope="module")
def base_only() -> str:
    base = base_distributions()
    refused = {
        module
        for module, owners in metadata.packages_distributions().items()
        if not {normal(owner) for owner in owners} & base
    }
    assert {"django", "hypothesis", "pytest", "typst"} <= refused
    assert not {"numpy", "scipy", "click", "folkmoot"} & refused
    return BASE_ONLY.format(refused=refused)


def run(code: str, place: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)


def test_the_tutorial_runs_from_start_to_end_and_prints_what_it_shows(base_only, tmp_path):
    pairs = PAIRS.findall(PAGE.read_text())
    assert len(pairs) == PAGE.read_text().count("```python") == 7
    for code, shown in pairs:
        done = run(base_only + code, tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == shown
    assert (tmp_path / "map.svg").read_text().startswith("<svg")


def test_the_command_maps_the_tutorials_votes_with_the_base_installation(base_only, tmp_path):
    made = run(base_only + PAIRS.findall(PAGE.read_text())[0][0], tmp_path)
    assert made.returncode == 0
    words = re.findall(r"```sh\nfolkmoot (.*?)\n```", PAGE.read_text(), re.DOTALL)
    code = f"from folkmoot.cli import cli; cli({words[0].split()!r})"
    done = run(base_only + code, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Group A: " in done.stdout
    assert (tmp_path / "map.svg").exists()


def test_a_module_beyond_the_base_installation_is_refused(base_only, tmp_path):
    done = run(base_only + "import django", tmp_path)
    assert "django is not part of the base installation" in done.stderr
