"""Print every figure: python -m benchmarks [name …]. A benchmark is a module here with a `main`."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path


def main() -> None:
    here = Path(__file__).parent
    names = sorted(module.name for module in pkgutil.iter_modules([str(here)]) if module.name[0] != "_")
    wanted = sys.argv[1:] or names
    sys.argv[1:] = []
    for name in wanted:
        if name not in names:
            sys.exit(f"there is no benchmark {name}; there are: {', '.join(names)}")
        print(f"\n== {name}", flush=True)
        importlib.import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
