"""Runs the code of a tutorial in a directory of its own, with the base installation alone."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Collection
from importlib import metadata
from pathlib import Path

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


def base_only(beside: Collection[str] = ()) -> str:
    """Code that goes before a tutorial's: from there on nothing but the base installation, and modules beside it."""
    base = base_distributions()
    refused = {
        module
        for module, owners in metadata.packages_distributions().items()
        if not {normal(owner) for owner in owners} & base and module not in beside
    }
    assert {"django", "hypothesis", "pytest", "typst"} <= refused
    assert not {"numpy", "scipy", "click", "folkmoot"} & refused
    return BASE_ONLY.format(refused=refused)


def run(code: str, place: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)


def run_pairs(page: Path, before: str, place: Path) -> int:
    """Run all code of a page in turn, compare what it prints with what the page shows, and say how many there were."""
    pairs = PAIRS.findall(page.read_text())
    assert len(pairs) == page.read_text().count("```python")
    for code, shown in pairs:
        done = run(before + code, place)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == shown
    return len(pairs)


def command_of(page: Path) -> list[str]:
    """The arguments of the one call of folkmoot that the page shows."""
    (words,) = re.findall(r"```sh\nfolkmoot (.*?)\n```", page.read_text(), re.DOTALL)
    return words.replace("\\\n", " ").split()
