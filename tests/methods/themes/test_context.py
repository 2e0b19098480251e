"""A point is read with what else its answer says."""

from __future__ import annotations

import numpy as np
import pytest

from folkmoot.methods.themes import Response
from folkmoot.methods.themes.context import AROUND, in_context
from folkmoot.methods.themes.corpus import Corpus, read_corpus


def corpus_of(*texts: str) -> tuple[Corpus, np.ndarray]:
    """A corpus whose points all point in directions of their own."""
    corpus = read_corpus([Response(str(number), text) for number, text in enumerate(texts)])
    return corpus, np.eye(len(corpus.texts), dtype=np.float32)


def test_answers_of_one_point_stay_as_they_are() -> None:
    corpus, vectors = corpus_of("More buses.", "Lower rents.", "")
    assert in_context(vectors, corpus) is vectors


def test_points_of_one_answer_come_nearer_to_each_other_and_to_no_others() -> None:
    corpus, vectors = corpus_of("It is cruel. It costs too much.", "Let them vote.")
    found = in_context(vectors, corpus)
    cosines = found @ found.T
    own, other = 1 + AROUND / 2, AROUND / 2
    cruel, costs, vote = (
        corpus.texts.index(text) for text in ("It is cruel.", "It costs too much.", "Let them vote.")
    )
    assert cosines[cruel, costs] == pytest.approx(2 * own * other / (own**2 + other**2))
    assert cosines[cruel, vote] == cosines[costs, vote] == 0
    assert np.linalg.norm(found, axis=1) == pytest.approx(1)


def test_what_many_say_alone_is_hardly_moved_by_one_long_answer() -> None:
    corpus, vectors = corpus_of(*["More buses."] * 9, "More buses. Lower rents.")
    buses = corpus.texts.index("More buses.")
    assert in_context(vectors, corpus)[buses, buses] > 0.999


def test_a_point_made_twice_in_an_answer_counts_once() -> None:
    once, _ = corpus_of("More buses. Lower rents.")
    twice, vectors = corpus_of("More buses. More buses! Lower rents.")
    assert np.array_equal(in_context(vectors, once), in_context(vectors, twice))


def test_a_zero_vector_stays_zero() -> None:
    corpus, vectors = corpus_of("More buses. Lower rents.", "Pay.")
    vectors[:] = 0
    assert not in_context(vectors, corpus).any()
