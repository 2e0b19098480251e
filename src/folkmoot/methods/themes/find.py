"""From responses to themes: the whole walk, in the order in which it happens."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

import folkmoot
from folkmoot.methods import InputError
from folkmoot.methods.themes.corpus import Corpus, read_corpus
from folkmoot.methods.themes.describe import Grouped, describe, name_groups, placed_points
from folkmoot.methods.themes.embedding import Cache, Embedder, Progress, Vectors, embed_through_cache
from folkmoot.methods.themes.grouping import (
    LARGEST,
    Labels,
    Neighbours,
    centroids,
    nearest_neighbours,
    resolution_for,
)
from folkmoot.methods.themes.language import detect_language
from folkmoot.methods.themes.lsa import Lsa
from folkmoot.methods.themes.minilm import load_minilm
from folkmoot.methods.themes.model import Counts, Response, Themes
from folkmoot.methods.themes.uncertainty import Regrouping, bootstrap, people_counts

FEWEST_PEOPLE, FEWEST_SHARE = 5, 0.001
BOOTSTRAPS = 30
LANGUAGE_TEXTS = 5000


def find_themes(
    responses: Iterable[Response],
    *,
    question: str = "",
    resolution: float = 4.0,
    seed: int = 0,
    embedder: Embedder | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
    bootstraps: int = BOOTSTRAPS,
) -> Themes:
    """Find what several people raised, how many did, and who said something that nobody else did.

    Every response is in a theme or in `unplaced`. `resolution` is the knob "fewer / more themes";
    `question` keeps the question's own words out of the names. Without an `embedder`, MiniLM is used if its
    package is installed, else LSA; `embedding` says which. `cache` keeps vectors between runs and changes
    nothing but the time. The order of the responses does not matter. Raises InputError for ids that come
    twice, for text that is no Unicode, and for model weights other than the pinned ones.
    """
    if not resolution > 0:
        raise InputError(f"The resolution is {resolution}", remedy="Give a number above 0; 4 is usual.")
    corpus = read_corpus(responses)
    embedder = embedder or load_minilm() or Lsa(corpus.texts, seed)
    language = detect_language(corpus.texts[:: len(corpus.texts) // LANGUAGE_TEXTS + 1])
    vectors = embed_through_cache(embedder, corpus.texts, cache, progress)
    used = resolution_for(resolution, len(vectors))
    regrouping = Regrouping(vectors, *_compared(vectors, seed, progress), corpus.made_by, used)
    everything = np.ones(len(vectors), dtype=bool)
    labels = large_groups(regrouping.group(everything, seed), corpus)
    grouped = Grouped(corpus, vectors, labels, centroids(vectors, labels))
    names = name_groups(
        grouped, question, language.code, lambda phrases: embed_through_cache(embedder, phrases, cache)
    )
    intervals, stability = bootstrap(regrouping, labels, draws=bootstraps, seed=seed, progress=progress)
    themes = describe(grouped, names, intervals, stability)
    points = placed_points(grouped, themes)
    placed = {point.response for point in points if point.theme is not None}
    return Themes(
        version=folkmoot.__version__,
        seed=seed,
        embedding=embedder.name,
        question=question,
        resolution=resolution,
        resolution_used=round(used, 6),
        language=language,
        counts=Counts(len(corpus.responses), len(points), len(corpus.texts), len(corpus.people)),
        themes=tuple(sorted(themes.values(), key=lambda theme: int(theme.id[1:]))),
        unplaced=tuple(response.id for response in corpus.responses if response.id not in placed),
        points=points,
    )


def _compared(vectors: Vectors, seed: int, progress: Progress | None) -> tuple[NDArray[np.int64], Neighbours]:
    """The rows that are compared with one another: all, or a seeded sample of very many."""
    rows = np.arange(len(vectors))
    if len(vectors) > LARGEST:
        rows = np.sort(np.random.default_rng(seed).choice(len(vectors), LARGEST, replace=False))
    return rows, nearest_neighbours(vectors[rows], progress)


def large_groups(labels: Labels, corpus: Corpus) -> Labels:
    """Number the groups of enough people from 0; the points of smaller ones become unplaced (-1)."""
    counts = people_counts(labels, corpus.made_by)
    fewest = max(FEWEST_PEOPLE, FEWEST_SHARE * len(corpus.people))
    numbers = np.full(len(counts) + 1, -1, dtype=np.int64)
    kept = np.flatnonzero(counts >= fewest)
    numbers[kept] = np.arange(len(kept))
    return numbers[labels]
