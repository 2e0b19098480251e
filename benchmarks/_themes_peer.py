"""BERTopic in an environment of its own: texts, vectors and a seed in, groups and seconds out (-1: none)."""

from __future__ import annotations

import sys
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")


def main(path: str) -> None:
    """Reads `texts`, `vectors` and `seeds` from an .npz file, and writes `labels` and `seconds` beside it."""
    from bertopic import BERTopic
    from umap import UMAP

    given = np.load(path, allow_pickle=False)
    texts, vectors = given["texts"].tolist(), given["vectors"]
    labels, seconds = [], []
    for seed in given["seeds"].tolist():
        # BERTopic's own usual settings; only the seed is set, which makes UMAP run on one thread.
        reduce = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=seed)
        started = time.process_time()
        labels.append(BERTopic(umap_model=reduce).fit_transform(texts, vectors)[0])
        seconds.append(time.process_time() - started)
    np.savez(path + ".out.npz", labels=np.array(labels), seconds=np.array(seconds))


if __name__ == "__main__":
    main(sys.argv[1])
