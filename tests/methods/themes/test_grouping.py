"""Nearest neighbours are exact, however the work is shared out; too many groups are put together to be read."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from folkmoot.methods.themes import grouping
from folkmoot.methods.themes.grouping import NEIGHBOURS, SPARE, leiden, nearest_neighbours
from folkmoot.methods.themes.resolution import adjusted_rand
from folkmoot.methods.themes.uncertainty import (
    READABLE,
    few_enough,
    merged,
    merging_resolutions,
    people_counts,
)


@pytest.fixture
def points() -> np.ndarray:
    vectors = np.random.default_rng(3).normal(size=(230, 24))
    vectors[50:60] = vectors[40]
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_neighbours_are_the_nearest_and_ties_go_to_the_earlier(points) -> None:
    near = nearest_neighbours(points)
    for row in range(len(points)):
        others = [other for other in range(len(points)) if other != row]
        cosines = {other: float(points[row].astype(float) @ points[other].astype(float)) for other in others}
        wanted = sorted(others, key=lambda other: -cosines[other])[: NEIGHBOURS * SPARE]
        found = near.index[row].tolist()
        assert np.allclose(
            [cosines[other] for other in found], [cosines[other] for other in wanted], atol=1e-5
        )
    equal = [40, *range(50, 60)]
    for row in equal:
        assert near.index[row][:10].tolist() == [other for other in equal if other != row]


def test_many_blocks_at_once_give_what_one_gives(points, monkeypatch) -> None:
    whole = nearest_neighbours(points)
    monkeypatch.setattr(grouping, "CELLS", 7 * len(points))
    told: list[tuple[int, int]] = []
    shared = nearest_neighbours(points, lambda _step, done, total: told.append((done, total)))
    assert np.array_equal(shared.index, whole.index)
    assert np.allclose(shared.cosine, whole.cosine, atol=1e-6)
    assert told == [(min(done, 230), 230) for done in range(7, 237, 7)]


def test_an_interruption_lets_go_of_what_waits(points, monkeypatch) -> None:
    monkeypatch.setattr(grouping, "CELLS", len(points))
    started: list[int] = []
    compare = grouping._largest

    def counted(similar, kept):
        started.append(len(similar))
        return compare(similar, kept)

    def interrupt(_step: str, _done: int, _total: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(grouping, "_largest", counted)
    with pytest.raises(KeyboardInterrupt):
        nearest_neighbours(points, interrupt)
    assert len(started) < len(points)


TOPICS, SENTENCES, SLIPS = 30, 10, 8
FINE = 200.0
"""A resolution at which each sentence is a group."""


@pytest.fixture(scope="module")
def copied() -> np.ndarray:
    """What comes of thirty topics with ten sentences each, which eight people each wrote with a slip of their own."""
    draw = np.random.default_rng(5)
    topics = np.repeat(draw.normal(size=(TOPICS, 48)), SENTENCES * SLIPS, axis=0)
    sentences = np.repeat(draw.normal(0, 0.5, (TOPICS * SENTENCES, 48)), SLIPS, axis=0)
    points = topics + sentences + draw.normal(0, 0.02, topics.shape)
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("copies", [1, 40])
def test_a_group_for_each_sentence_is_too_many_and_topics_come_together(copied, copies) -> None:
    near = nearest_neighbours(copied)
    made_by = sparse.csr_matrix(np.repeat(np.eye(len(copied)), copies, axis=1))
    fine = leiden(near.whole, resolution=FINE, seed=0)
    assert int(fine.max()) + 1 > READABLE
    will_do = few_enough(made_by.shape[1])
    assert not will_do(people_counts(fine, made_by))
    found = merging_resolutions(copied, near, FINE, 0, made_by, will_do)
    labels = fine
    for resolution in found:
        labels = merged(copied, labels, resolution, 0)
    assert will_do(people_counts(labels, made_by))
    topics = np.repeat(np.arange(TOPICS), SENTENCES * SLIPS)
    assert adjusted_rand(topics, labels) > 0.8


def test_groups_that_will_do_and_groups_that_cannot_come_together_are_left(copied) -> None:
    near, made_by = nearest_neighbours(copied), sparse.identity(len(copied), format="csr")
    assert merging_resolutions(copied, near, FINE, 0, made_by, lambda counts: True) == ()
    tried = merging_resolutions(copied, near, FINE, 0, made_by, lambda counts: False)
    assert 0 < len(tried) < 10
