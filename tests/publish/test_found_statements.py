"""What is found of votes: how far people differ, where on the map they agree, what is agreed on across differences."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import numpy as np
import pytest

from folkmoot.listen.rows import Answers, Ballot, Put
from folkmoot.methods import opinions
from folkmoot.publish.found.alike import how_alike
from folkmoot.publish.found.spots import on_the_map
from tests.publish.example import example


def votes_of(table: dict[str, dict[str, int]]) -> Answers:
    ballots = [
        Ballot(f"r-{who}", who, 1, number, statement, value)
        for who, votes in table.items()
        for number, (statement, value) in enumerate(votes.items())
    ]
    names = {statement for votes in table.values() for statement in votes}
    puts = [Put(name, name, "organisers", "", "2026-01-01T00Z", 0) for name in sorted(names)]
    return Answers(votes=ballots, statements=puts)


def test_who_always_stands_with_most_and_who_never_does_are_told_apart() -> None:
    table = {f"p{n}": {"rent": 1, "pay": 1, "bus": -1} for n in range(30)}
    table |= {f"q{n}": {"rent": -1, "pay": -1, "bus": 1} for n in range(10)}
    found = how_alike(votes_of(table), set(table))
    assert found == {
        "people": 40,
        "quarters": [0.0, 1.0, 1.0],
        "tenths": [10, *[0] * 8, 30],
    }


def test_bands_of_a_few_people_are_left_out_and_so_is_what_would_give_them_away() -> None:
    table = {f"p{n}": {"rent": 1, "pay": 1} for n in range(30)}
    table |= {f"q{n}": {"rent": 1, "pay": -1} for n in range(15)}
    table |= {f"r{n}": {"rent": -1, "pay": -1} for n in range(3)}
    found = how_alike(votes_of(table), set(table))
    assert found is not None
    assert found["tenths"][0] is None
    assert found["tenths"][5] is None  # 15 would give away the 3 beside the total
    assert found["tenths"][9] == 30


def test_of_fewer_than_ten_people_on_the_map_nothing_is_told() -> None:
    table = {f"p{n}": {"rent": 1} for n in range(9)}
    assert how_alike(votes_of(table), set(table)) is None


@pytest.fixture(scope="module")
def mapped() -> tuple[Answers, dict[str, Any]]:
    """Three hundred people in two camps, each of whom voted on most of nine statements."""
    chance = random.Random(4)
    table = {
        f"p{n:03}": {
            f"s{s}": (1 if n % 2 else -1) * (1 if s % 2 else -1) * (1 if chance.random() < 0.9 else -1)
            for s in range(9)
            if s < 7 or chance.random() < 0.1
        }
        for n in range(300)
    }
    answers = votes_of(table)
    votes = opinions.Votes.from_rows(
        *zip(*((b.who, b.statement, b.value) for b in answers.votes), strict=True)
    )
    found = opinions.map_opinions(votes)
    people = [
        {"id": who, "position": place, "group": None if group < 0 else group}
        for who, place, group in zip(
            found.participants, found.positions.tolist(), found.group.tolist(), strict=True
        )
    ]
    return answers, {"participants": people}


class One:
    def __init__(self, answers: Answers, result: dict[str, Any]) -> None:
        self.answers, self.result = answers, result


def test_the_places_on_the_map_hold_everybody_on_it_and_twenty_at_least(mapped) -> None:
    answers, result = mapped
    found: Any = on_the_map(One(answers, result), {"s0", "s8"})  # type: ignore[arg-type]
    placed = sum(person["group"] is not None for person in result["participants"])
    sizes = [people for _x, _y, people in found["places"]]
    assert sum(sizes) == placed
    assert min(sizes) >= 20
    assert len(sizes) > 4
    assert set(found["patterns"]) == {"s0", "s8"}
    assert {len(signs) for signs in found["patterns"].values()} == {2 * len(sizes)}


def test_a_pattern_tells_tenths_and_nothing_of_a_place_where_few_voted(mapped) -> None:
    answers, result = mapped
    found: Any = on_the_map(One(answers, result), {"s0", "s8"})  # type: ignore[arg-type]
    pairs = [found["patterns"]["s0"][place : place + 2] for place in range(0, 2 * len(found["places"]), 2)]
    camps = Counter("agree" if "0123456789X".index(agree) > 5 else "disagree" for agree, _ in pairs)
    assert set(camps) == {"agree", "disagree"}
    assert all("0123456789X".index(a) + "0123456789X".index(d) in (9, 10, 11) for a, d in pairs)
    assert "--" in found["patterns"]["s8"]  # one in ten voted on it


def test_neighbours_are_parted_the_same_whatever_the_order_of_people() -> None:
    rng = np.random.default_rng(5)
    positions = rng.standard_normal((500, 2))
    people = np.arange(500)
    parts = opinions.spots(positions, people)
    again = opinions.spots(positions, rng.permutation(people))
    assert [part.tolist() for part in parts] == [part.tolist() for part in again]
    assert sorted(np.concatenate(parts).tolist()) == people.tolist()
    assert len(parts) == 16
    assert min(map(len, parts)) >= 20
    assert opinions.spots(positions, people[:19]) == []


def test_what_is_agreed_on_across_differences_is_told_with_its_range() -> None:
    voted = example(400)["questions"][1]["found"]
    assert voted["bridging"]
    for entry in voted["bridging"]:
        low, high = entry["interval"]
        assert low <= entry["score"] <= high
        assert low > 0 or high < 0
    agreed = [entry["interval"][0] for entry in voted["bridging"] if entry["interval"][0] > 0]
    assert agreed == sorted(agreed, reverse=True)
