"""Nearest neighbours: exact, the same however the work is shared out, and let go when interrupted."""

from __future__ import annotations

import numpy as np
import pytest

from folkmoot.methods.themes import grouping
from folkmoot.methods.themes.grouping import NEIGHBOURS, SPARE, nearest_neighbours


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
