"""A point is read with what else its answer says."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from folkmoot.methods.themes.corpus import Corpus
from folkmoot.methods.themes.embedding import Vectors

AROUND = 0.5
"""What the rest of an answer weighs beside a point's own words."""


def in_context(vectors: Vectors, corpus: Corpus) -> Vectors:
    """Each point's vector and half the mean of its answer's, of length one; over all answers that make the point.

    "It also costs too much" says of what only beside its neighbours. Where answers make one point each nothing
    changes, and where the points of an answer have little in common their mean is short and moves none far.
    """
    stands_in = _stands_in(corpus)
    points = np.asarray(stands_in.sum(axis=0)).ravel()
    if points.max(initial=0) < 2:
        return vectors
    answers = stands_in.T.tocsr() @ vectors
    answers /= np.maximum(points, 1)[:, None]
    told = (stands_in @ answers) / np.asarray(stands_in.sum(axis=1))
    both = vectors + np.float32(AROUND) * told
    lengths = np.linalg.norm(both, axis=1, keepdims=True)
    return np.asarray(both / np.where(lengths > 0, lengths, 1), dtype=np.float32)


def _stands_in(corpus: Corpus) -> sparse.csr_matrix:
    """Points × responses, 1 where a point stands in a response."""
    column = {response.id: place for place, response in enumerate(corpus.responses)}
    pairs = {(occurrence.row, column[occurrence.response.id]) for occurrence in corpus.occurrences}
    rows, columns = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2).T
    shape = (len(corpus.texts), len(corpus.responses))
    return sparse.csr_matrix((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=shape)
