"""The map that says how sure it is, and when there is nothing to see."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_info, threadpool_limits

from folkmoot.methods import InputError
from folkmoot.methods.opinions import (
    OpinionMap,
    Votes,
    in_words,
    map_opinions,
    mapping,
    read_votes,
    summary,
    to_json,
)
from folkmoot.methods.opinions.grouping import adjusted_rand, foretold, split
from folkmoot.methods.opinions.mixture import Sight
from folkmoot.methods.text_files import open_text

from .cast import camps, camps_and_chances, line_of_people, noise, two_camps, votes_of
from .test_mapping import ROWS, votes_from


@pytest.fixture(scope="module")
def three() -> tuple[Votes, np.ndarray, OpinionMap]:
    votes, camp = camps((120, 80, 50), statements=40, present=0.6, seed=3)
    return votes, camp, map_opinions(votes, seed=1)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("uneven", [False, True])
def test_in_noise_there_are_no_clear_groups(seed, uneven):
    found = map_opinions(noise(150, 30, 0.5, uneven=uneven, seed=seed), seed=seed)
    assert (found.verdict.k, found.verdict.found) == (1, False)
    assert "No clear groups" in summary(found)


def test_groups_that_were_asked_for_in_noise_are_described_but_not_claimed():
    found = map_opinions(noise(150, 30, 0.5, uneven=False, seed=1), groups=2, seed=1)
    assert (found.verdict.k, found.verdict.found) == (2, False)
    assert sum(found.sizes) == found.included.sum()
    assert "the votes do not show that people fall into them" in summary(found)


def test_one_group_comes_with_numbers_too():
    alone = map_opinions(noise(150, 30, 0.5, uneven=False, seed=1), groups=1).verdict
    assert (alone.k, alone.found, alone.stability) == (1, False, 1.0)
    assert 0.05 <= alone.null_p <= 1


@pytest.mark.parametrize("seed", range(2))
def test_people_along_a_line_without_gaps_are_no_groups(seed):
    found = map_opinions(line_of_people(300, 50, 0.5, seed=seed))
    assert found.quality["directions"] >= 1
    assert found.verdict.found is False


def test_three_planted_groups_are_found(three):
    _, camp, found = three
    assert (found.verdict.k, found.verdict.found) == (3, True)
    assert adjusted_rand(camp, found.group) >= 0.9
    assert list(found.sizes) == sorted(found.sizes, reverse=True)
    assert found.verdict.null_p <= 0.05
    assert found.verdict.stability >= 0.6
    assert found.verdict.tried[3] > found.verdict.tried[2] > 0


@pytest.mark.parametrize("sizes", [(30, 20), (200, 20)])
def test_two_planted_groups_are_found_though_one_is_small(sizes):
    votes, camp = camps(sizes, statements=40, present=0.7, seed=5)
    found = map_opinions(votes)
    assert found.verdict.k == 2
    assert adjusted_rand(camp, found.group) >= 0.9


@pytest.mark.parametrize("seed", range(3))
def test_two_clear_camps_are_found_in_a_small_room(seed):
    found = map_opinions(two_camps(seed=7 + seed), seed=seed)
    assert (found.verdict.k, found.verdict.found) == (2, True)
    assert abs(found.sizes[1] - 20) <= 2


def test_nine_in_ten_intervals_of_what_sets_groups_apart_hold_the_true_share():
    held = listed = 0
    for seed in range(6):
        votes, camp, chance = camps_and_chances((140, 90), statements=30, present=0.5, seed=seed)
        found = map_opinions(votes, seed=seed)
        for entry in found.representative:
            mine = np.bincount(camp[found.group == entry.group]).argmax()
            low, high = entry.interval
            held += low <= chance[entry.direction][mine, int(entry.statement)] <= high
            listed += 1
    assert listed >= 50
    assert held / listed >= 0.85


def test_people_who_vote_little_stand_near_the_middle_with_wide_ellipses():
    table = {
        str(p): {str(s): (1 if s % 2 else -1) * (1 if p % 2 else -1) for s in range(20)} for p in range(40)
    }
    table["40"] = {"1": 1}
    found = map_opinions(votes_of(table))
    distance = np.hypot(*found.positions.T)
    assert distance[40] < distance[:40].min()
    assert found.ellipses[40, 0] > found.ellipses[:40, 0].max()
    assert not found.included[40]


def test_the_form_is_complete(three):
    votes, _, found = three
    form = json.loads(to_json(found))
    assert form["mode"] == "best"
    for person in form["participants"]:
        long, short, angle = person["ellipse"]
        assert long >= short > 0
        assert 0 <= angle < np.pi
        assert sum(person["membership"]) == pytest.approx(1)
        assert int(np.argmax(person["membership"])) == person["group"]
        assert 0 <= person["confidence"] <= 1
    for entry in form["representative"]:
        low, high = entry["interval"]
        assert 0 <= low < high <= 1
        assert 0 <= entry["q_value"] <= 0.1
    assert set(form["bridging"]) == set(votes.statements)
    for told in form["bridging"].values():
        assert -1 <= told["interval"][0] <= told["score"] <= told["interval"][1] <= 1
    assert set(form["quality"]["held_out"]) == {"log_loss", "auc", "base_rate_log_loss"}
    assert form["quality"]["held_out"]["log_loss"] < form["quality"]["held_out"]["base_rate_log_loss"]
    assert set(form["groups_verdict"]["tried"]) == {"1", "2", "3", "4", "5"}
    axes = np.array(form["axes"])
    assert axes @ axes.T == pytest.approx(np.eye(2), abs=1e-9)


def test_groups_are_told_in_words(three):
    _, _, found = three
    told = in_words(found)
    assert [group.people for group in told.groups] == list(found.sizes)
    assert [group.of_ten for group in told.groups] == [5, 3, 2]
    assert all(group.agrees or group.disagrees for group in told.groups)
    assert len(told.divides) == 5
    assert json.loads(to_json(found))["in_words"]["divides"] == list(told.divides)


def test_fewer_than_ten_people_are_not_described_in_words():
    votes, _ = camps((60, 7), statements=40, present=0.9, seed=2)
    small = in_words(map_opinions(votes, groups=2)).groups[1]
    assert small.people < 10
    assert (small.described, small.agrees, small.disagrees) == (False, (), ())


def test_without_groups_what_divides_is_what_splits_people_evenly():
    told = in_words(map_opinions(two_camps(), groups=1))
    assert told.groups == ()
    assert {int(name) % 2 for name in told.divides} == {1}


def test_a_statement_shown_to_one_side_alone_does_not_seem_shared():
    votes, _ = camps((100, 100), statements=30, present=0.8, seed=4, shared=5)
    rows = np.repeat(np.arange(200), votes.per_participant)
    name = np.array(votes.statements)[votes.indices]
    # a statement on which the camps differ is seen by those who like it, and by few others
    place = map_opinions(votes, groups=2)
    means = [counts.agrees / np.maximum(counts.seen, 1) for counts in place.group_counts]
    dividing = place.statements[int(np.argmax(means[0] - means[1]))]
    kept = ~((name == dividing) & (place.group[rows] == 1) & (rows % 8 > 0))
    people = np.array(votes.participants)[rows]
    found = map_opinions(Votes.from_rows(people[kept], name[kept], votes.values[kept]))
    score = dict(zip(found.statements, found.bridging.score, strict=True))
    raw = dict(
        zip(
            found.statements,
            (found.overall.agrees - found.overall.disagrees) / found.overall.seen,
            strict=True,
        )
    )
    assert score[dividing] < raw[dividing] - 0.2
    assert min(score[str(shared)] for shared in range(5)) > score[dividing]


def test_as_many_groups_as_were_asked_for_with_what_speaks_for_them(three):
    votes, _, _ = three
    found = map_opinions(votes, groups=2)
    assert (found.verdict.k, found.verdict.found) == (2, True)
    assert 0 < found.verdict.null_p <= 1
    assert -0.1 < found.verdict.stability <= 1
    assert 0 < found.quality["one_cloud_p"] <= 1


def test_groups_found_elsewhere_are_described_with_intervals(three):
    votes, camp, _ = three
    given_groups = {name: int(number) for name, number in zip(votes.participants, camp, strict=True)}
    found = map_opinions(votes, membership=given_groups)
    assert found.sizes == (120, 80, 50)
    assert found.membership is None
    assert all(entry.interval and entry.q_value is not None for entry in found.representative)
    assert len(found.representative) > 3


def test_statements_moderated_out_move_nobody_and_are_not_listed(three):
    votes, _, _ = three
    found = map_opinions(votes, moderated_out=["0", "1"])
    assert (found.axes[:, :2] == 0).all()
    assert not {"0", "1"} & set(json.loads(to_json(found))["bridging"])
    assert not {"0", "1"} & {entry.statement for entry in (*found.representative, *found.consensus)}


def test_who_is_missing_is_told():
    table = {str(p): {str(s): 1 if (p + s) % 3 else -1 for s in range(12)} for p in range(30)}
    table |= {str(p): {"0": 1} for p in range(30, 40)}
    quality = map_opinions(votes_of(table)).quality
    assert quality["left_out_share"] == pytest.approx(0.25)
    assert quality["left_out_votes_share"] == pytest.approx(10 / 370)
    assert (quality["least_shown"], quality["most_shown"]) == (30, 40)
    assert 0.9 < quality["shown_evenly"] < 1


@settings(max_examples=12, deadline=None)
@given(rows=ROWS, order=st.randoms(use_true_random=False))
def test_any_votes_in_any_order_give_the_same_whole_map(rows, order):
    shuffled = list(rows)
    order.shuffle(shuffled)
    found = map_opinions(votes_from(rows), moderated_out=["3"], background=["4"])
    assert to_json(found) == to_json(
        map_opinions(votes_from(shuffled), moderated_out=["3"], background=["4"])
    )
    assert np.isfinite(found.positions).all()
    assert sum(found.sizes) == found.included.sum()


def test_another_process_gives_the_same_bytes():
    code = (
        "import sys; from tests.methods.opinions.cast import two_camps;"
        "from folkmoot.methods.opinions import map_opinions, to_json;"
        "sys.stdout.write(to_json(map_opinions(two_camps(), seed=4)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "5"},
        capture_output=True,
        check=True,
        text=True,
    )
    assert run.stdout == to_json(map_opinions(two_camps(), seed=4))


@pytest.mark.parametrize("mode", ["best", "polis"])
def test_sums_are_made_in_one_order_however_many_processors_there_are(mode, monkeypatch):
    def threads() -> set[int]:
        return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}

    def map_and_look(votes, **options):
        seen.append(threads())
        return map_as(votes, **options)

    map_as, seen = mapping.MODES[mode], []
    monkeypatch.setattr(mapping, "MODES", {mode: map_and_look})
    with threadpool_limits(3, user_api="blas"):
        assert threads() == {3}
        map_opinions(two_camps(), mode=mode)
        assert threads() == {3}
    assert seen == [{1}]


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"ann": {"rent": 1, "bus": -1}},
        {"ann": {"rent": 1}, "bea": {"rent": -1}, "cem": {"rent": 0}},
        {str(p): {"0": (1, 0, -1)[p % 3]} for p in range(30)},
        {str(p): {str(s): 1 for s in range(12)} for p in range(30)},
        {str(p): {str(s): 0 for s in range(12)} for p in range(30)},
    ],
    ids=["nobody", "one person", "three people", "one statement", "all the same", "all passes"],
)
def test_where_there_is_nothing_to_see_the_map_is_whole_and_says_so(table):
    found = map_opinions(votes_of(table))
    assert found.verdict.found is False
    assert np.isfinite(found.positions).all()
    assert len(json.loads(to_json(found))["participants"]) == len(table)


def test_a_hundred_thousand_statements_with_one_vote_each_are_mapped():
    people = [str(number % 500) for number in range(100_000)]
    found = map_opinions(Votes.from_rows(people, [f"s{n}" for n in range(100_000)], [1, -1] * 50_000))
    assert found.positions.shape == (500, 2)
    assert found.verdict.found is False
    assert np.isnan(found.bridging.score).all()  # one vote tells nothing


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"groups": 0}, "0 groups were asked for"),
        ({"groups": 51}, "51 groups were asked for where people stand in"),
        ({"seed": -1}, "the seed is -1"),
        ({"include": ["nobody"]}, "nobody called nobody voted"),
    ],
)
def test_impossible_wishes_are_refused_with_a_remedy(options, said):
    with pytest.raises(InputError, match=said) as caught:
        map_opinions(two_camps(), **options)
    assert caught.value.remedy


def test_groups_asked_for_come_out_of_other_votes_more_alike_than_those_of_polis_mode(reference_data):
    path = reference_data / "opinions" / "15-per-hour-seattle" / "votes.csv"
    votes = read_votes(open_text(path.read_bytes()))
    who = np.repeat(np.arange(votes.shape[0]), votes.per_participant)
    parts = []
    for seed in range(3):
        kept = np.random.default_rng(seed).random(len(votes)) < 0.8
        columns = who[kept], votes.indices[kept], votes.values[kept]
        parts.append(Votes.from_codes(votes.participants, votes.statements, *columns))
    best, polis = (
        [dict(zip(found.participants, found.group.tolist(), strict=True)) for found in maps]
        for maps in (
            [map_opinions(part, groups=3) for part in parts],
            [map_opinions(part, groups=3, mode="polis") for part in parts],
        )
    )
    assert mean_alike(best) > mean_alike(polis)


def mean_alike(runs: list[dict[str, int]]) -> float:
    """The mean adjusted Rand index between runs, over people who are in a group in both."""
    found = []
    for one, other in combinations(runs, 2):
        both = [name for name in one if one[name] >= 0 and other.get(name, -1) >= 0]
        found.append(adjusted_rand(*(np.array([run[name] for name in both]) for run in (one, other))))
    return float(np.mean(found))


def test_a_real_conversation_is_foretold_better_than_by_its_base_rates(reference_data):
    path = reference_data / "opinions" / "brexit-consensus" / "votes.csv"
    found = map_opinions(read_votes(open_text(path.read_bytes())))
    assert found.quality["held_out"]["log_loss"] < 0.39 < found.quality["held_out"]["base_rate_log_loss"]


def test_people_who_all_fell_into_one_draw_are_foretold_from_all():
    sight = Sight(np.ones((3, 1, 1)), np.array([[0.5], [-0.5], [0.2]]))
    found = split(sight, sight.pull, 1, np.random.default_rng(0))
    assert np.isfinite(foretold(sight, found, np.zeros(3, dtype=np.int64))).all()
