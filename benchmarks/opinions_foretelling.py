"""How well votes that were set aside are foretold, beside simpler ways to foretell them.

    python benchmarks/opinions_foretelling.py [FOLDER] [--seeds 3]

FOLDER (else that of the data, see _data.py) holds a folder for each conversation, with its votes as Polis exports
them (votes.csv, or participants-votes.csv). One in ten of the votes that agree or disagree is set aside; every way
learns from all other votes and gives each vote set aside a score; and every way's scores are turned to chances
alike: by a logistic regression on the score, fitted to one half of the votes set aside and read off for the other.
Printed are the log-loss (the lower the better; natural logarithm) and how often somebody who agreed has the
higher score than somebody who disagreed (AUC), as means over seeds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from _data import data_folder
from folkmoot.methods.opinions import Votes, map_opinions, read_votes
from folkmoot.methods.opinions.components import principal_components
from folkmoot.methods.opinions.factorisation import place
from folkmoot.methods.opinions.held_out import area_under_curve, calibrate, foretell
from folkmoot.methods.opinions.study import learn_from
from folkmoot.methods.text_files import open_text

Floats = NDArray[np.float64]

ASIDE = 0.1


@dataclass(frozen=True, eq=False)
class Split:
    """The votes to learn from, and those set aside: person, statement, and whether they agreed."""

    known: Votes
    who: NDArray[np.int64]
    what: NDArray[np.int64]
    agreed: NDArray[np.bool_]
    seed: int


def set_aside(votes: Votes, seed: int) -> Split:
    rng = np.random.default_rng([seed, 10])
    who, what, cast = np.repeat(np.arange(votes.shape[0]), votes.per_participant), votes.indices, votes.values
    aside = (cast != 0) & (rng.random(len(cast)) < ASIDE)
    kept = np.concatenate([[0], np.cumsum(~aside)])[votes.indptr]
    known = Votes(votes.participants, votes.statements, kept, what[~aside], cast[~aside])
    return Split(known, who[aside], what[aside].astype(np.int64), cast[aside] > 0, seed)


def agreement(counts_of: NDArray[np.bool_], votes: Votes) -> tuple[Floats, Floats]:
    """How many of some votes agree and disagree, a statement each."""
    width = votes.shape[1]
    yes = np.bincount(votes.indices[counts_of & (votes.values > 0)], minlength=width)
    no = np.bincount(votes.indices[counts_of & (votes.values < 0)], minlength=width)
    return yes.astype(float), no.astype(float)


def base_rate(split: Split) -> Floats:
    """The share of agreement with the statement."""
    yes, no = agreement(np.ones(len(split.known), dtype=bool), split.known)
    return np.log((yes + 1) / (no + 1))[split.what]


def rasch(split: Split) -> Floats:
    """Person plus statement, on the scale of log-odds (Rasch 1960), each with a normal prior of variance 1."""
    votes = split.known
    rows, columns = np.repeat(np.arange(votes.shape[0]), votes.per_participant), votes.indices
    decided = votes.values != 0
    rows, columns, agreed = rows[decided], columns[decided], votes.values[decided] > 0
    person, statement = np.zeros(votes.shape[0]), np.zeros(votes.shape[1])
    for _ in range(60):
        for effect, place_of in ((person, rows), (statement, columns)):
            chance = 1 / (1 + np.exp(-(person[rows] + statement[columns])))
            slope = np.bincount(place_of, agreed - chance, len(effect)) - effect
            bend = np.bincount(place_of, chance * (1 - chance), len(effect)) + 1
            effect += slope / bend
    return person[split.who] + statement[split.what]


def group_means(split: Split) -> Floats:
    """The share of agreement in the person's group, groups being those of polis mode."""
    found = map_opinions(split.known, mode="polis")
    of_vote = np.repeat(found.group, split.known.per_participant)
    everybody = agreement(np.ones(len(of_vote), dtype=bool), split.known)
    overall = (everybody[0] + 1) / (everybody[0] + everybody[1] + 2)
    score = np.log(overall / (1 - overall))[split.what]
    for group in range(found.verdict.k):
        yes, no = agreement(of_vote == group, split.known)
        share = (yes + 2 * overall) / (yes + no + 2)
        mine = found.group[split.who] == group
        score[mine] = np.log(share / (1 - share))[split.what[mine]]
    return score


def components(split: Split, scaled: bool) -> Floats:
    """Two principal components of the votes, a missing vote being the mean; as such, or scaled as Polis does."""
    found = principal_components(split.known, np.zeros(split.known.shape[1], dtype=bool))
    positions = found.positions
    if not scaled:
        positions = (
            positions / np.sqrt(len(found.centre) / np.maximum(split.known.per_participant, 1))[:, None]
        )
    return found.centre[split.what] + (positions[split.who] * found.axes[:, split.what].T).sum(axis=1)


def best(split: Split) -> Floats:
    """The model of the mode best, its directions and ridge chosen on the votes that are known."""
    votes = split.known
    study = learn_from(votes, np.zeros(votes.shape[1], dtype=bool), np.random.default_rng([1, split.seed]))
    number = np.full(votes.shape[1], -1)
    number[study.statements] = np.arange(len(study.statements))
    score, told = np.zeros(len(split.who)), number[split.what] >= 0
    stands = place(study.model, study.votes)
    score[told] = foretell(study.model, stands, split.who[told], number[split.what[told]])
    return score


WAYS: dict[str, Callable[[Split], Floats]] = {
    "base rate": base_rate,
    "Rasch": rasch,
    "groups": group_means,
    "PCA": lambda split: components(split, scaled=False),
    "PCA scaled": lambda split: components(split, scaled=True),
    "best": best,
}


def log_loss(score: Floats, split: Split) -> float:
    half = np.random.default_rng([split.seed, 2]).random(len(score)) < 0.5
    lost = np.zeros(len(score))
    for part in (half, ~half):
        slope, start = calibrate(score[~part], split.agreed[~part])
        toward = np.where(split.agreed[part], 1, -1) * (slope * score[part] + start)
        lost[part] = np.logaddexp(0, -toward)
    return float(lost.mean())


def conversations(folder: Path) -> Iterator[tuple[str, Votes]]:
    for path in sorted(folder.iterdir()):
        for name in ("votes.csv", "participants-votes.csv"):
            if (path / name).exists():
                yield path.name, read_votes(open_text((path / name).read_bytes()))
                break


def main() -> None:
    parser = argparse.ArgumentParser(description="How well votes set aside are foretold.")
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    print(f"{'log-loss / AUC':<40}" + "".join(f"{name:>15}" for name in WAYS) + f"{'best, CPU s':>13}")
    for name, votes in conversations(options.folder or data_folder("opinions")):
        found, spent = {way: np.zeros(2) for way in WAYS}, 0.0
        for seed in range(options.seeds):
            split = set_aside(votes, seed)
            for way, score_of in WAYS.items():
                start = time.process_time()
                score = score_of(split)
                spent += (time.process_time() - start) * (way == "best") / options.seeds
                found[way] += np.array([log_loss(score, split), area_under_curve(score, split.agreed)])
        told = "".join(f"{a / options.seeds:>8.4f} /{b / options.seeds:>5.3f}" for a, b in found.values())
        print(f"{name:<40}{told}{spent:>13.1f}", flush=True)


if __name__ == "__main__":
    main()
