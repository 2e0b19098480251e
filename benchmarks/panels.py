"""How long the fairest list of panels takes, and how far from the fairest a search that is broken off stays.

    python benchmarks/panels.py [--large]

Volunteers are made up by a seeded generator: six categories whose values volunteer unevenly, as they do, and
targets after the population, one more or fewer allowed. With --large, 1,000 volunteers for a panel of 100 as well.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from folkmoot.methods.lots import Lot
from folkmoot.methods.sortition import Pool, Target, draw, summary

# Each category: the shares of its values among volunteers, and in the population.
CATEGORIES = {
    "gender": ([0.36, 0.62, 0.02], [0.49, 0.49, 0.02]),
    "age": ([0.08, 0.14, 0.2, 0.28, 0.3], [0.22, 0.2, 0.2, 0.2, 0.18]),
    "region": ([0.3, 0.25, 0.15, 0.12, 0.1, 0.08], [1 / 6] * 6),
    "education": ([0.12, 0.33, 0.55], [0.3, 0.4, 0.3]),
    "origin": ([0.88, 0.06, 0.04, 0.02], [0.78, 0.1, 0.07, 0.05]),
    "tenure": ([0.7, 0.2, 0.1], [0.6, 0.2, 0.2]),
}


def volunteers(number: int, size: int, seed: int) -> tuple[Pool, tuple[Target, ...]]:
    rng = np.random.default_rng(seed)
    columns = {
        name: [f"{name} {at}" for at in rng.choice(len(shares), number, p=shares)]
        for name, (shares, _) in CATEGORIES.items()
    }
    people = tuple((f"p{at:04}", tuple(column[at] for column in columns.values())) for at in range(number))
    targets = []
    for name, (_, population) in CATEGORIES.items():
        for at, share in enumerate(population):
            have = columns[name].count(f"{name} {at}")
            least = min(max(int(share * size) - 1, 0), have)
            targets.append(Target(name, f"{name} {at}", least, max(int(np.ceil(share * size)) + 1, least)))
    return Pool(tuple(CATEGORIES), people), tuple(targets)


def measure(number: int, size: int, seed: int, fairness: str) -> None:
    pool, targets = volunteers(number, size, seed)
    begun, processor = time.perf_counter(), time.process_time()
    found = draw(pool, targets, size, lot=Lot("seed"), fairness=fairness)
    wall, spent = time.perf_counter() - begun, time.process_time() - processor
    print(
        f"  {number:>5,} volunteers of {len(pool.kinds)} kinds, panel of {size}, {fairness}: "
        f"{spent:.1f} s CPU, {wall:.1f} s\n    {summary(found).splitlines()[2]}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--large", action="store_true")
    options = parser.parse_args()
    print("the fairest list of panels, to targets of six categories")
    for seed in (1, 2):
        measure(300, 40, seed, "leximin")
    measure(300, 40, 1, "maximin")
    if options.large:
        measure(1000, 100, 1, "maximin")
        measure(1000, 100, 1, "leximin")


if __name__ == "__main__":
    main()
