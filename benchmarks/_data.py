"""Where the public data lie that some figures are measured on: none of it belongs to this project."""

from __future__ import annotations

import os
import sys
from pathlib import Path

VARIABLE = "FOLKMOOT_BENCHMARK_DATA"


def data_folder(name: str) -> Path:
    """The folder of that name in the one that the environment names; ends with what to do where there is none."""
    root = os.environ.get(VARIABLE)
    if root is None or not (Path(root) / name).is_dir():
        sys.exit(f"no data: set {VARIABLE} to a directory that holds the folder {name}/")
    return Path(root) / name
