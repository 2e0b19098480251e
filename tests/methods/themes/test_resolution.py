"""How many groups there are: those that other draws find again, put together where they are too many to be read."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from sklearn.metrics import adjusted_rand_score

from folkmoot.methods.themes.grouping import Labels, leiden, nearest_neighbours, point_graph
from folkmoot.methods.themes.resolution import (
    FEWEST_POINTS,
    Plateau,
    adjusted_rand,
    cloud_like,
    find_plateau,
    resolutions_around,
)
from folkmoot.methods.themes.uncertainty import READABLE, Regrouping


def scattered(centres: np.ndarray, each: int, spread: float, seed: int = 0) -> np.ndarray:
    """So many unit vectors around each centre."""
    noise = np.random.default_rng(seed).standard_normal((len(centres) * each, centres.shape[1]))
    points = np.repeat(centres, each, axis=0) + spread * noise / np.sqrt(centres.shape[1])
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)


def directions(count: int, seed: int = 1) -> np.ndarray:
    drawn = np.random.default_rng(seed).standard_normal((count, 64))
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def grouped(points: np.ndarray) -> tuple[Labels, Plateau]:
    near = nearest_neighbours(points)
    plateau = find_plateau(points, near)
    whole = point_graph(near, np.ones(len(points), dtype=bool))
    return leiden(whole, resolution=plateau.resolution, seed=0), plateau


@pytest.mark.parametrize("planted", [4, 9])
def test_groups_that_are_there_are_found_without_being_told_how_many(planted: int) -> None:
    labels, plateau = grouped(scattered(directions(planted), 60, 0.7))
    assert adjusted_rand_score(np.repeat(np.arange(planted), 60), labels) > 0.98
    assert plateau.stability > 0.95


def test_small_pieces_of_one_cloud_are_no_more_than_chance_finds_again() -> None:
    cloud = cloud_like(scattered(directions(3), 400, 1.5))
    assert np.linalg.norm(cloud, axis=1) == pytest.approx(1.0, abs=1e-5)
    plateau = find_plateau(cloud, nearest_neighbours(cloud))
    assert abs(plateau.stability) < 0.2
    groups = scattered(directions(30), 40, 1.2)
    found = find_plateau(groups, nearest_neighbours(groups))
    assert found.stability > 0.6
    assert cloud_like(np.zeros((30, 64), dtype=np.float32)).any() is np.False_


def test_hundreds_of_copied_sentences_become_the_groups_that_they_belong_to() -> None:
    sentences = scattered(directions(12), 40, 0.6)
    points = scattered(sentences, 12, 0.05, seed=2)
    wishes = np.repeat(np.arange(12), 40 * 12)
    made_by = sparse.identity(len(points), format="csr")
    everything = np.ones(len(points), dtype=bool)
    regrouping = Regrouping.of(points, made_by, None, seed=0)
    labels = regrouping.group(everything, seed=0)
    assert adjusted_rand_score(wishes, labels) > 0.98
    again = regrouping.group(np.random.default_rng(4).random(len(points)) < 0.7, seed=5)
    assert adjusted_rand_score(wishes, again) > 0.95
    fine = Regrouping.of(points, made_by, 4.0, seed=0).group(everything, seed=0)
    assert len(np.unique(fine)) > READABLE


def test_no_seed_decides_how_many_groups_there_are_and_most_bounds_them() -> None:
    points = scattered(directions(30), 12, 1.1)
    made_by, everything = sparse.identity(len(points), format="csr"), np.ones(len(points), dtype=bool)
    ways = [Regrouping.of(points, made_by, None, seed) for seed in range(3)]
    assert len({way.resolution for way in ways}) == 1
    one, other, _ = (way.group(everything, seed) for seed, way in enumerate(ways))
    assert adjusted_rand(one, other) > 0.9
    assert len(np.unique(one)) > 8
    for seed in range(3):
        few = Regrouping.of(points, made_by, None, seed, most=8).group(everything, seed)
        assert 4 <= len(np.unique(few)) <= 8


def test_very_few_points_are_not_drawn_from() -> None:
    _, plateau = grouped(scattered(directions(2), (FEWEST_POINTS - 1) // 2, 0.5))
    assert plateau == Plateau(1.0, 1.0, ())


def test_resolutions_go_in_half_octaves_from_a_tenth_of_the_graphs_own_and_never_below_one() -> None:
    assert resolutions_around(20.0, 2000) == pytest.approx(
        [2.0, 8**0.5, 4.0, 32**0.5, 8.0, 128**0.5, 16.0, 512**0.5]
    )
    assert resolutions_around(20.0, 250) == pytest.approx([2.0, 8**0.5])
    assert resolutions_around(0.3, 2000) == [1.0]


def test_agreement_of_two_groupings_is_hubert_and_arabies() -> None:
    generator = np.random.default_rng(3)
    for groups in (1, 3, 40):
        one, other = generator.integers(groups, size=50), generator.integers(5, size=50)
        assert adjusted_rand(one, other) == pytest.approx(adjusted_rand_score(one, other))
        assert adjusted_rand(one, one) == 1.0
