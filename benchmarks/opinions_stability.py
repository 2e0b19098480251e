"""How alike groups come out from 80 % of the votes, beside polis mode, at equal numbers of groups.

    python benchmarks/opinions_stability.py [FOLDER] [--runs 5] [--only NAME]

FOLDER (else that of the data, see _data.py) holds a folder for each conversation, with its votes as Polis exports
them. In every run four of five votes are drawn anew; both modes map them, and the adjusted Rand index is taken
between every two runs, over people who are in a group in both. The number of groups is given to both modes: 2, 3
and 4. Apart from that it is told which numbers of groups either mode finds by itself; one group is no answer to be
called stable.
"""

from __future__ import annotations

import argparse
from itertools import combinations
from pathlib import Path

import numpy as np

from _data import data_folder
from folkmoot.methods.opinions import OpinionMap, Votes, map_opinions
from folkmoot.methods.opinions.grouping import adjusted_rand
from opinions_foretelling import conversations

KEPT = 0.8
NUMBERS = (2, 3, 4)


def part_of(votes: Votes, seed: int) -> Votes:
    kept = np.random.default_rng([seed, 80]).random(len(votes)) < KEPT
    who = np.repeat(np.arange(votes.shape[0]), votes.per_participant)
    return Votes.from_codes(
        votes.participants, votes.statements, who[kept], votes.indices[kept], votes.values[kept]
    )


def alike(one: OpinionMap, other: OpinionMap) -> float:
    """The adjusted Rand index over the people who are in a group in both."""
    first, second = (
        {
            name: group
            for name, group in zip(found.participants, found.group.tolist(), strict=True)
            if group >= 0
        }
        for found in (one, other)
    )
    both = [name for name in first if name in second]
    return adjusted_rand(np.array([first[name] for name in both]), np.array([second[name] for name in both]))


def mean_alike(found: list[OpinionMap]) -> float:
    return float(np.mean([alike(one, other) for one, other in combinations(found, 2)]))


def main() -> None:
    parser = argparse.ArgumentParser(description="How alike groups come out from parts of the votes.")
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", help="one conversation, by the name of its folder")
    options = parser.parse_args()
    print("adjusted Rand index between runs, best | polis, and numbers of groups that either finds")
    for name, votes in conversations(options.folder or data_folder("opinions")):
        if options.only not in (None, name):
            continue
        parts = [part_of(votes, seed) for seed in range(options.runs)]
        row = []
        for k in NUMBERS:
            ours = [map_opinions(part, groups=k, seed=seed) for seed, part in enumerate(parts)]
            theirs = [map_opinions(part, mode="polis", groups=k) for part in parts]
            row.append(f"k = {k}: {mean_alike(ours):.2f} | {mean_alike(theirs):.2f}")
        found = [map_opinions(part, seed=seed).verdict.k for seed, part in enumerate(parts)]
        theirs_found = [map_opinions(part, mode="polis").verdict.k for part in parts]
        print(f"{name:<40}{'   '.join(row)}   found {found} | {theirs_found}", flush=True)


if __name__ == "__main__":
    main()
