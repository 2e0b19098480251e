"""The digest of a count, made by hand, and the same bytes everywhere."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import rfc8785

from folkmoot.methods.counting import (
    Budget,
    Choices,
    Count,
    FixedOrder,
    Marks,
    Project,
    Rankings,
    count,
    rank,
    read_blt,
)
from tests.methods.counting.test_sheet import ELECTION, LINES


def test_the_digest_is_of_the_canonical_form_of_what_went_in_and_came_out() -> None:
    found = count(ELECTION, "ers97", seats=2)
    lines = sorted([number, ranking] for number, ranking in LINES)
    lines.sort(key=lambda line: line[1])
    form = {
        "rule": "ers97",
        "options": {},
        "seats": 2,
        "lot": None,
        "profile": {
            "form": "rankings",
            "candidates": ["Ada <b>", "Ben & Co", "Cam", "Dee"],
            "withdrawn": [],
            "invalid": 0,
            "ballots": lines,
        },
        "elected": [1, 4],
    }
    assert found.digest == hashlib.sha256(rfc8785.dumps(form)).hexdigest()


def digest_of(found: Count, profile: dict[str, object]) -> str:
    """By the form that docs/methods/counting.md gives."""
    result = {"funded": list(found.funded)} if found.projects else {"elected": list(found.elected)}
    form = {"rule": found.rule, "options": dict(found.options), "seats": found.seats, "lot": found.lot}
    return hashlib.sha256(rfc8785.dumps(form | result | {"profile": profile})).hexdigest()


def test_every_form_of_ballots_has_the_digest_of_the_documented_profile() -> None:
    people = {"candidates": ["Ada", "Ben", "Cam"], "invalid": 0, "withdrawn": []}
    lines = [(2, [[3, 1], 2]), (3, [1, 3, 2]), (1, [[1, 3]]), (1, [1]), (4, [1, 2])]
    level = count(
        rank(people["candidates"], lines, title="Chair"), "schulze", seats=1, ties=FixedOrder("123")
    )
    ballots = [[1, [1]], [4, [1, 2]], [3, [1, 3, 2]], [1, [[1, 3]]], [2, [[1, 3], 2]]]
    assert level.digest == digest_of(level, {"form": "rankings", "ballots": ballots, **people})
    gone = count(
        rank(people["candidates"], [(2, [2, 1]), (1, [2]), (1, [1, 3])], withdrawn=[2]), "ers97", seats=1
    )
    profile = {"ballots": [[2, [1]], [1, [1, 3]]], **people, "withdrawn": [2], "invalid": 1}
    assert gone.digest == digest_of(gone, {"form": "rankings", **profile})
    rows = Marks(
        ("Ada", "Ben", "Cam"), np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1], [2, 0, 0]]), np.array([1, 2, 4, 1])
    )
    marks = count(rows, "approval", seats=2)
    profile = {"ballots": [[2, [0, 1, 0]], [5, [1, 0, 1]]], **people, "invalid": 1}
    assert marks.digest == digest_of(marks, {"form": "marks", **profile})
    votes = count(Choices(3, 1, 2, invalid=1), "motion")
    profile = {"form": "choices", "ballots": {"yes": 3, "no": 1, "abstain": 2}, "invalid": 1}
    assert votes.digest == digest_of(votes, profile)
    projects = (Project("b", "Bench", 10), Project("a", "Bus stop", 90))
    money = count(Budget(projects, 60, {frozenset({0, 1}): 3, frozenset({1}): 2}), "greedy-budget")
    profile = {
        "form": "budget",
        "budget": 60,
        "projects": [["a", "Bus stop", 90], ["b", "Bench", 10]],
        "invalid": 0,
    }
    assert money.digest == digest_of(money, {"ballots": [[2, ["a"]], [3, ["a", "b"]]], **profile})


def test_the_digest_changes_with_one_paper_one_name_and_the_lot() -> None:
    def digest(profile: Rankings, **more: object) -> str:
        return count(profile, "scottish-stv", seats=2, **more).digest

    plain = digest(ELECTION)
    one_more = rank(ELECTION.candidates, [*LINES, (1, [4])])
    renamed = rank(("Ada", "Ben", "Cam", "Dee"), LINES)
    assert len({plain, digest(one_more), digest(renamed), digest(ELECTION, ties=FixedOrder("1234"))}) == 4


def test_many_candidates_and_equal_places_have_a_digest_too() -> None:
    names = [f"Candidate {number}" for number in range(1, 301)]
    level = rank(names, [(2, [300, [7, 3], 12]), (1, [300, [3, 7], 12]), (1, [9])])
    again = rank(names, [(1, [9]), (3, [300, [3, 7], 12])])
    assert b"".join(level.ballots_json()) == b"[[1,[9]],[3,[300,[3,7],12]]]"
    assert b"".join(again.ballots_json()) == b"".join(level.ballots_json())


def test_marks_have_the_same_digest_however_they_are_grouped() -> None:
    whole = Marks(("Ada", "Ben"), np.array([[1, 0], [0, 1]]), np.array([3, 1]))
    split = Marks(("Ada", "Ben"), np.array([[0, 1], [1, 0], [1, 0]]), np.array([1, 1, 2]))
    assert count(whole, "approval", seats=1).digest == count(split, "approval", seats=1).digest


PROGRAM = """
import sys
from folkmoot.methods.counting import count, read_blt, to_json, to_html
from folkmoot.methods.counting.ties import LotOrder
from folkmoot.methods.lots import Lot
for rule in ("scottish-stv", "ers97", "meek-stv", "schulze", "ranked-pairs"):
    found = count(read_blt(open(sys.argv[1], "rb").read()), rule, ties=LotOrder(Lot("seed")))
    sys.stdout.write(to_json(found) + to_html(found))
"""


def test_every_process_and_every_hash_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    ballots = tmp_path / "x.blt"
    ballots.write_text('4 2\n5 1 2 0\n5 2 1 0\n3 3 0\n3 4 0\n0\n"Ada"\n"Ben"\n"Cam"\n"Dee"\n')
    written = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM, str(ballots)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(written) == 1
    assert read_blt(ballots.read_bytes()).valid == 16
