"""Where a point's meaning becomes numbers, and the cache that remembers them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, MutableMapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Progress = Callable[[str, int, int], None]
"""Called with a stage's name, how much of it is done, and how much there is."""

Cache = MutableMapping[str, bytes]
CHUNK = 512
SUMS = 2
"""Raised whenever the last bits of a vector may come out otherwise than before, so that none are mixed."""
SAME = 1e-3


def part_of(progress: Progress | None, start: float, share: float) -> Progress | None:
    """Tell how far a part of a step is as so much of the whole step, in thousandths."""
    if progress is None:
        return None
    return lambda step, done, total: progress(step, round(1000 * (start + share * done / total)) or 1, 1000)


class Embedder(Protocol):
    """Anything that gives each text a vector of length one; equal texts get equal vectors."""

    name: str

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors: texts × dimensions, float32."""
        ...


def cache_key(name: str, text: str) -> str:
    """Under what a text's vector is kept: it changes with the model and its sums as well as with the text."""
    return hashlib.sha256(f"{name} {SUMS}\0{text}".encode()).hexdigest()


def embed_through_cache(
    embedder: Embedder, texts: Sequence[str], cache: Cache | Any | None, progress: Progress | None = None
) -> Vectors:
    """Take from the cache what it has, embed the rest, and keep each chunk as it comes.

    A run that was ended can so go on where it stopped. What is kept but is no vector of this length is computed
    again. Vectors of a corpus model (LSA) are not kept: the same text would get another vector in another
    corpus.
    """
    if cache is None or embedder.name == "lsa":
        return embedder.embed(texts, progress)
    keys = [cache_key(embedder.name, text) for text in texts]
    kept = ((key, cache.get(key)) for key in dict.fromkeys(keys))
    size = embedder.embed([]).shape[1] * np.dtype(np.float32).itemsize
    found = {key: vector for key, vector in kept if vector is not None and len(vector) == size}
    missing = sorted({key: text for key, text in zip(keys, texts, strict=True) if key not in found}.items())
    missing.sort(key=lambda pair: len(pair[1]))
    for start in range(0, len(missing), CHUNK):
        chunk = missing[start : start + CHUNK]
        vectors = embedder.embed([text for _, text in chunk])
        for (key, _), vector in zip(chunk, vectors, strict=True):
            cache[key] = found[key] = vector.astype("<f4").tobytes()
        if progress is not None:
            progress("reading", min(start + CHUNK, len(missing)), len(missing))
    rows = [np.frombuffer(found[key], dtype="<f4") for key in keys]
    return np.array(rows, dtype=np.float32) if rows else embedder.embed([])


def apart_from(asked: Vectors | None, vectors: Vectors) -> Vectors:
    """What each vector says beside the question: without its part in the question's direction, of length one.

    Answers that repeat the question ("we should ban it because ...") are otherwise near to one another
    whatever their reasons. A text that says nothing else becomes zero.
    """
    if asked is None or not len(vectors):
        return vectors
    beside = vectors.astype(np.float64)
    beside -= np.outer(beside @ asked.astype(np.float64), asked)
    lengths = np.linalg.norm(beside, axis=1, keepdims=True)
    return np.where(lengths > SAME, beside / np.maximum(lengths, SAME), 0.0).astype(np.float32)
