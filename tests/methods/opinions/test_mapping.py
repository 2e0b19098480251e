from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from folkmoot.methods import InputError
from folkmoot.methods.opinions import Votes, clusters, summary, to_json
from folkmoot.methods.opinions.clusters import first_distinct, k_means, silhouette

from .cast import map_as_polis, two_camps, votes_of

ROWS = st.lists(
    st.tuples(
        st.sampled_from([str(n) for n in range(12)] + ["ann", "bea"]),
        st.sampled_from([str(n) for n in range(9)] + ["rent"]),
        st.sampled_from([-1, 0, 1]),
    ),
    unique_by=lambda row: row[:2],
)


def votes_from(rows: list[tuple[str, str, int]]) -> Votes:
    people, statements, values = zip(*rows, strict=True) if rows else ((), (), ())
    return Votes.from_rows(people, statements, values)


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, order=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, order):
    shuffled = list(rows)
    order.shuffle(shuffled)
    assert to_json(map_as_polis(votes_from(rows))) == to_json(map_as_polis(votes_from(shuffled)))


@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
def test_any_votes_give_a_whole_map(rows):
    votes = votes_from(rows)
    found = map_as_polis(votes, moderated_out=["3", "nowhere"], background=["4"])
    form = json.loads(to_json(found))
    assert [entry["id"] for entry in form["participants"]] == list(votes.participants)
    assert found.overall.seen.sum() == len(votes)
    assert sum(found.sizes) == found.included.sum() == form["counts"]["included"]
    assert list(found.sizes) == sorted(found.sizes, reverse=True)
    assert np.isfinite(found.positions).all()
    # of entries that are equal but for rounding the first is the positive one
    peaks = np.abs(found.axes).max(axis=1, initial=0)
    assert (found.axes.max(axis=1, initial=0) >= peaks * (1 - 1e-8)).all()
    assert not {entry.statement for entry in found.representative} & {"3"}


def test_an_axis_and_its_opposite_are_told_apart_by_their_largest_entry():
    found = map_as_polis(two_camps())
    peaks = np.abs(found.axes).argmax(axis=1)
    assert (found.axes[[0, 1], peaks] > 0).all()
    assert np.linalg.norm(found.axes, axis=1) == pytest.approx([1, 1])
    assert found.axes[0] @ found.axes[1] == pytest.approx(0, abs=1e-9)


def test_axes_are_those_of_the_whole_matrix_filled_with_means():
    votes = two_camps((60, 40), statements=80, seed=3)  # more statements than are solved at once
    dense = np.full(votes.shape, np.nan)
    dense[np.repeat(np.arange(votes.shape[0]), votes.per_participant), votes.indices] = votes.values
    filled = np.where(np.isnan(dense), np.nanmean(dense, axis=0), dense)
    _, _, theirs = np.linalg.svd(filled - filled.mean(axis=0))
    ours = map_as_polis(votes).axes
    for axis, other in zip(ours, theirs[:2], strict=True):
        assert abs(axis @ other) == pytest.approx(1, abs=1e-9)


def test_two_camps_are_found_and_told_apart_by_what_parts_them():
    found = map_as_polis(two_camps())
    assert found.verdict.k == 2
    assert found.sizes == (30, 20)
    assert found.members(1) == tuple(str(person) for person in range(30, 50))
    assert {int(entry.statement) % 2 for entry in found.of_group(0) if entry.direction == "agree"} >= {1}
    assert [e.direction for e in found.of_group(1)].count("disagree") >= 1
    assert {int(entry.statement) % 2 for entry in found.consensus if entry.direction == "agree"} == {0}


def test_groups_are_numbered_by_size_then_by_their_lowest_member():
    votes = two_camps((20, 20))
    found = map_as_polis(votes, groups=2)
    assert found.sizes == (20, 20)
    assert found.group[0] == 0


def test_a_number_of_groups_can_be_asked_for():
    assert map_as_polis(two_camps(), groups=3).verdict.k == 3
    alone = map_as_polis(two_camps(), groups=1)
    assert (alone.verdict.k, alone.verdict.found, alone.sizes) == (1, False, (50,))
    assert alone.representative == ()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"groups": 0}, "0 groups were asked for"),
        ({"groups": 51}, "51 groups were asked for where people stand in"),
        ({"include": ["nobody"]}, "nobody called nobody voted"),
        ({"mode": "guess"}, "there is no mode 'guess'"),
        ({"groups": 2, "membership": {"1": 0}}, "both given"),
    ],
)
def test_impossible_wishes_are_refused_with_a_remedy(options, said):
    with pytest.raises(InputError) as caught:
        map_as_polis(two_camps(), **options)
    assert said in str(caught.value)
    assert caught.value.remedy


def test_seven_votes_are_enough_and_six_are_not():
    table = {str(p): {str(s): 1 if (p + s) % 3 else -1 for s in range(7)} for p in range(20)}
    table["20"] = {str(s): 1 for s in range(6)}
    found = map_as_polis(votes_of(table))
    assert found.included.sum() == 20
    assert not found.included[20]
    assert found.group[20] == -1
    assert json.loads(to_json(found))["participants"][20]["group"] is None


def test_the_most_active_are_in_where_few_have_voted_enough():
    table = {str(p): {str(s): 1 if p % 2 else -1 for s in range(1 + p % 6)} for p in range(30)}
    table["30"] = {str(s): 1 for s in range(9)}
    found = map_as_polis(votes_of(table))
    in_the_map = {int(name) for name, there in zip(found.participants, found.included, strict=True) if there}
    assert in_the_map == {30, 5, 11, 17, 23, 29, 4, 10, 16, 22, 28, 3, 9, 15, 21}


def test_votes_on_statements_moderated_out_count_towards_the_seven_and_move_nobody():
    table = {str(p): {str(s): 1 if (p * s) % 3 else -1 for s in range(7)} for p in range(20)}
    found = map_as_polis(votes_of(table), moderated_out=["0", "1"])
    assert found.included.all()
    assert (found.axes[:, :2] == 0).all()
    assert (found.centre[:2] == 0).all()
    assert found.moderated_out == ("0", "1")


def test_people_can_be_included_by_name():
    table = {str(p): {str(s): 1 if (p + s) % 3 else -1 for s in range(8)} for p in range(20)}
    table["20"] = {"0": 1}
    assert not map_as_polis(votes_of(table)).included[20]
    assert map_as_polis(votes_of(table), include=["20"]).included[20]


def test_people_included_by_name_are_among_the_fifteen():
    table = {str(p): {str(s): 1 if (p + s) % 3 else -1 for s in range(8)} for p in range(12)}
    table |= {str(p): {"0": 1, "1": -1} for p in range(12, 30)} | {"30": {"0": 1}, "31": {"0": -1}}
    found = map_as_polis(votes_of(table), include=["30", "31"])
    in_the_map = {int(name) for name, there in zip(found.participants, found.included, strict=True) if there}
    assert in_the_map == {*range(12), 12, 30, 31}


def test_clusters_are_those_of_comparing_every_point_with_every_centre():
    points = np.random.default_rng(4).normal(size=(900, 2))
    centres = first_distinct(points, 40)
    while True:
        labels = ((points[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
        before, centres = centres, np.array([points[labels == k].mean(axis=0) for k in range(40)])
        if np.linalg.norm(centres - before, axis=1).max() < 0.01:
            break
    assert (k_means(points, 40).labels == labels).all()


def test_clusters_of_very_many_settle_on_some_and_the_map_says_on_how_many(monkeypatch):
    monkeypatch.setattr(clusters, "MOST_SETTLED", 30)
    found = map_as_polis(two_camps((50, 40), 30))
    assert found.quality["base_clusters_settled_on"] == 30
    assert sorted(found.sizes) == [40, 50]


def test_nobody_voting_gives_an_empty_map():
    found = map_as_polis(votes_of({}))
    assert found.verdict.found is False
    assert found.sizes == ()
    assert json.loads(to_json(found))["participants"] == []
    assert summary(found).startswith("0 people cast 0 votes on 0 statements.")


@pytest.mark.parametrize(
    "table",
    [
        {"ann": {"0": 1, "1": -1}},
        {"ann": {"0": 1}, "bea": {"0": -1}, "cem": {"0": 0}},
    ],
    ids=["one person", "three people"],
)
def test_fewer_than_four_people_are_no_groups(table):
    found = map_as_polis(votes_of(table))
    assert (found.verdict.k, found.verdict.found) == (1, False)
    assert found.sizes == (len(table),)
    assert "No clear groups" in summary(found)


def test_one_statement_places_people_on_a_line():
    found = map_as_polis(votes_of({str(p): {"0": (1, 0, -1)[p % 3]} for p in range(30)}))
    assert (found.positions[:, 1] == 0).all()
    assert len(set(found.positions[:, 0])) == 3


@pytest.mark.parametrize("vote", [1, 0, -1])
def test_everybody_the_same_stands_in_one_place_and_is_no_group(vote):
    found = map_as_polis(votes_of({str(p): {str(s): vote for s in range(40)} for p in range(30)}))
    assert (found.positions == 0).all()
    assert (found.verdict.k, found.verdict.found) == (1, False)
    assert found.quality["votes_distance_correlation"] is None


def test_statements_with_one_vote_each_are_mapped():
    people = [str(number % 50) for number in range(5000)]
    votes = Votes.from_rows(people, [f"s{number}" for number in range(5000)], [1, -1] * 2500)
    found = map_as_polis(votes)
    assert found.positions.shape == (50, 2)
    assert (found.positions == 0).all()  # every vote is its statement's mean


def test_fewer_points_than_base_clusters_are_each_their_own():
    points = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 0.0], [5.0, 5.0]])
    found = k_means(points, 100)
    assert found.labels.tolist() == [0, 1, 0, 2]


def test_a_silhouette_is_high_where_clusters_lie_apart():
    points = np.array([[0.0, 0.0], [0.0, 1.0], [9.0, 0.0], [9.0, 1.0], [50.0, 50.0]])
    lone = silhouette(points, np.array([0, 0, 1, 1, 2]))
    near, far = 1.0, (9 + 82**0.5) / 2
    assert lone == pytest.approx(4 / 5 * (far - near) / far)


def test_progress_is_told_to_the_end():
    heard: list[float] = []
    map_as_polis(two_camps(), progress=lambda step, done: heard.append(done))
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


def test_a_vote_that_is_none_is_refused():
    with pytest.raises(InputError, match="the vote 2 is none of 1, 0, −1"):
        Votes.from_rows(["ann", "bea"], ["0", "0"], [1, 2])


def test_another_process_gives_the_same_bytes():
    code = (
        "import sys; from tests.methods.opinions.cast import map_as_polis, two_camps;"
        "from folkmoot.methods.opinions import to_json;"
        "sys.stdout.write(to_json(map_as_polis(two_camps((90, 60), 70), moderated_out={'1', '2'})))"
    )
    texts = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert texts[0] == texts[1]
    assert texts[0] == to_json(map_as_polis(two_camps((90, 60), 70), moderated_out={"2", "1"}))


def test_the_form_has_every_key_of_the_interface():
    form = json.loads(to_json(map_as_polis(two_camps(), seed=5)))
    assert form["format"] == "folkmoot.opinions/1"
    assert form["seed"] == 5
    assert set(form) >= {
        "mode", "version", "counts", "axes", "centre", "statements", "participants", "groups",
        "groups_verdict", "representative", "consensus", "group_consensus", "bridging", "priorities",
        "quality",
    }  # fmt: skip
    assert set(form["representative"][0]) >= {
        "group", "statement", "direction", "p", "p_test", "ratio", "ratio_test", "interval", "q_value"
    }  # fmt: skip
    assert form["groups"][0]["votes"]["0"]["seen"] == sum(
        form["groups"][0]["votes"]["0"][way] for way in ("agree", "pass", "disagree")
    )


def test_the_summary_says_what_a_group_holds_in_its_statements_words():
    text = summary(map_as_polis(two_camps()), {"1": "Rents are\ntoo high."})
    assert "Group A: 30 people" in text
    assert "1. Rents are too high." in text


def test_groups_of_fewer_than_ten_are_not_described():
    text = summary(map_as_polis(two_camps((30, 6)), groups=2))
    assert "Group B: 6 people\n  Fewer than 10 people: not described." in text


@pytest.mark.parametrize("seed", range(3))
def test_groups_in_noise_part_badly_and_nothing_is_claimed_of_their_stability(seed):
    rng = np.random.default_rng(seed)
    who, what = np.nonzero(rng.random((200, 40)) < 0.5)
    cast = rng.integers(-1, 2, len(who))
    found = map_as_polis(Votes.from_rows(who.astype(str).tolist(), what.astype(str).tolist(), cast))
    assert max(found.verdict.tried.values()) < 0.5 < max(map_as_polis(two_camps()).verdict.tried.values())
    assert (found.verdict.stability, found.verdict.null_p) == (None, None)
