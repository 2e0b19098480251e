"""Latent semantic analysis: what stands in for the model where it is not installed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import svds

from folkmoot.methods.themes.embedding import Progress, Vectors
from folkmoot.methods.themes.words import stem, word_list, words

DIMENSIONS = 100


def terms(text: str) -> list[str]:
    """Stems of the words that carry meaning; of a text without any, all its stems."""
    all_words = [word.casefold() for word in words(text)]
    return [stem(word) for word in all_words if word not in word_list("en")] or [
        stem(word) for word in all_words
    ]


class Lsa:
    """TF-IDF reduced by a truncated singular value decomposition, learnt from the texts themselves.

    Deerwester et al. 1990, doi:10.1002/(SICI)1097-4571(199009)41:6<391::AID-ASI1>3.0.CO;2-9.
    """

    name = "lsa"

    def __init__(self, texts: Sequence[str], seed: int = 0) -> None:
        # It takes a second to come in, and is not needed where the model is.
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._tfidf = TfidfVectorizer(analyzer=terms, sublinear_tf=True, dtype=np.float64)
        counts = self._tfidf.fit_transform(texts)
        self._axes = _axes(counts, seed)

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors of length one (zero where no term is known): texts × at most 100."""
        if not texts:
            return np.zeros((0, self._axes.shape[1]), dtype=np.float32)
        vectors = np.asarray(self._tfidf.transform(texts) @ self._axes)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if progress is not None:
            progress("reading", len(texts), len(texts))
        return np.asarray(vectors / np.where(lengths > 1e-9, lengths, 1.0), dtype=np.float32)


def _axes(counts: sparse.csr_matrix, seed: int) -> np.ndarray:
    """Terms × dimensions; each axis turned so that its largest entry is positive."""
    dimensions = min(DIMENSIONS, min(counts.shape) - 1)
    if dimensions < 1:
        return np.eye(counts.shape[1])
    start = np.random.default_rng(seed).standard_normal(min(counts.shape))
    _, values, axes = svds(counts, k=dimensions, v0=start)
    axes = axes[np.argsort(-values, kind="stable")]
    largest = axes[np.arange(len(axes)), np.argmax(np.abs(axes), axis=1)]
    return np.asarray((axes * np.sign(largest)[:, None]).T)
