"""Print every figure: python -m benchmarks [name …]. A benchmark is a module here with a `main`.

Some are measured on public data, which `FOLKMOOT_BENCHMARK_DATA` names (see _data.py); without it they say so.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path


def main() -> None:
    here = Path(__file__).parent
    sys.path.insert(0, str(here))
    names = sorted(module.name for module in pkgutil.iter_modules([str(here)]) if module.name[0] != "_")
    wanted = sys.argv[1:] or names
    sys.argv[1:] = []
    if unknown := [name for name in wanted if name not in names]:
        sys.exit(f"there is no benchmark {unknown[0]}; there are: {', '.join(names)}")
    not_measured = [name for name in wanted if not measured(name)]
    if not_measured:
        sys.exit(f"\nnot measured: {', '.join(not_measured)}")


def measured(name: str) -> bool:
    """Run one benchmark; False where it ends with a message instead of figures."""
    print(f"\n== {name}", flush=True)
    try:
        importlib.import_module(f"benchmarks.{name}").main()
    except SystemExit as end:
        if end.code:
            print(end.code, flush=True)
            return False
    return True


if __name__ == "__main__":
    main()
