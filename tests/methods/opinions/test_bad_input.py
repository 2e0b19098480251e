"""Odd and empty conversations: a sensible map or a clear error, in both modes and on the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from folkmoot.methods import InputError
from folkmoot.methods.opinions import (
    MODES,
    LiveState,
    OpinionMap,
    Votes,
    in_words,
    map_opinions,
    summary,
    to_json,
)
from folkmoot.methods.opinions import chart as drawing

from .cast import two_camps, votes_of

Table = dict[str, dict[str, int]]

NOTHING_TO_SEE: dict[str, Table] = {
    "nobody": {},
    "one person": {"ann": {"rent": 1, "bus": -1}},
    "one vote": {"ann": {"rent": 0}},
    "two people": {"ann": {"rent": 1}, "bea": {"rent": -1}},
    "everybody the same": {str(p): {str(s): 1 for s in range(12)} for p in range(30)},
    "everybody against": {str(p): {str(s): -1 for s in range(12)} for p in range(30)},
    "all passes": {str(p): {str(s): 0 for s in range(12)} for p in range(30)},
    "one vote a person": {str(p): {str(p): (1, 0, -1)[p % 3]} for p in range(40)},
}
WITH_WORDS_FOR_IDS: Table = {
    f"citoyenne {p} d’Été": {f"«{s}», ligne {s}\n": 1 if (p < 15) == (s % 2 == 0) else -1 for s in range(9)}
    for p in range(30)
}


def assert_whole(found: OpinionMap, people: int, statements: int) -> None:
    assert (len(found.participants), len(found.statements)) == (people, statements)
    assert found.positions.shape == (people, 2)
    for table in (found.positions, found.statement_positions, found.axes, found.centre, found.priorities):
        assert np.isfinite(table).all()
    assert sum(found.sizes) == found.included.sum()
    form = json.loads(to_json(found))
    assert [entry["id"] for entry in form["participants"]] == list(found.participants)
    assert summary(found).startswith(f"{people:,} ")
    assert drawing.to_svg(found).startswith("<svg")
    assert in_words(found) is not None


def statements_of(table: Table) -> int:
    return len({name for cast in table.values() for name in cast})


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("table", NOTHING_TO_SEE.values(), ids=NOTHING_TO_SEE)
def test_where_there_is_nothing_to_see_the_map_is_whole(table, mode):
    votes = votes_of(table)
    found = map_opinions(votes, mode=mode)
    assert_whole(found, len(table), statements_of(table))
    assert LiveState.from_votes(votes).refresh().statements == found.statements
    if mode == "best":
        assert found.verdict.found is False


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "table", [NOTHING_TO_SEE["everybody the same"], NOTHING_TO_SEE["all passes"]], ids=["the same", "passes"]
)
def test_people_who_vote_alike_stand_together_and_are_no_groups(table, mode):
    found = map_opinions(votes_of(table), mode=mode)
    assert np.ptp(found.positions, axis=0).max() < 1e-9
    assert (found.verdict.k, found.verdict.found) == (1, False)
    assert found.representative == ()


@pytest.mark.parametrize("mode", MODES)
def test_a_statement_that_all_agree_on_is_shared_and_one_that_all_passed_on_is_not(mode):
    alike = map_opinions(votes_of(NOTHING_TO_SEE["everybody the same"]), mode=mode)
    assert {entry.direction for entry in alike.consensus} == {"agree"}
    assert map_opinions(votes_of(NOTHING_TO_SEE["all passes"]), mode=mode).consensus == ()


@pytest.mark.parametrize("mode", MODES)
def test_one_statement_is_mapped_along_a_line(mode):
    table = {str(p): {"0": (1, 0, -1)[p % 3]} for p in range(30)}
    found = map_opinions(votes_of(table), mode=mode)
    assert_whole(found, 30, 1)
    assert np.ptp(found.positions[:, 1]) < 1e-9


@pytest.mark.parametrize("mode", MODES)
def test_a_vote_given_twice_counts_once_and_the_last_one_stands(mode):
    once = two_camps((16, 12), statements=8)
    people = np.repeat(np.arange(len(once.participants)), once.per_participant)
    rows = [once.participants[person] for person in people]
    asked = [once.statements[statement] for statement in once.indices]
    twice = Votes.from_rows(rows * 2, asked * 2, [*(-once.values).tolist(), *once.values.tolist()])
    assert len(twice) == len(once)
    assert to_json(map_opinions(twice, mode=mode)) == to_json(map_opinions(once, mode=mode))


@pytest.mark.parametrize("mode", MODES)
def test_ids_may_be_any_words(mode):
    found = map_opinions(votes_of(WITH_WORDS_FOR_IDS), mode=mode, background=["«0», ligne 0\n"])
    assert_whole(found, 30, 9)
    assert found.sizes == (15, 15)


@pytest.mark.parametrize("mode", MODES)
def test_numbers_and_words_as_ids_may_be_mixed(mode):
    table = {name: {"10": 1, "9": -1, "rent": 0, "-1": 1} for name in ("10", "9", "ann", "007", "7")}
    found = map_opinions(votes_of(table), mode=mode)
    assert found.participants == ("007", "7", "9", "10", "ann")
    assert found.statements == ("-1", "9", "10", "rent")


@pytest.mark.parametrize("mode", MODES)
def test_a_hundred_thousand_statements_with_one_vote_each_are_mapped(mode):
    people = [str(number % 500) for number in range(100_000)]
    votes = Votes.from_rows(people, [f"s{n}" for n in range(100_000)], [1, -1] * 50_000)
    found = map_opinions(votes, mode=mode)
    assert found.positions.shape == (500, 2)
    assert np.ptp(found.positions, axis=0).max() < 1e-9
    assert found.representative == ()
    with pytest.raises(InputError, match="100,000 statements are too many for a live map"):
        LiveState.from_votes(votes)


@pytest.mark.parametrize("mode", MODES)
def test_everything_moderated_out_leaves_a_map_with_everybody_in_the_middle(mode):
    votes = two_camps()
    found = map_opinions(votes, mode=mode, moderated_out=votes.statements)
    assert (found.positions == 0).all()
    assert (found.representative, found.consensus) == ((), ())


@pytest.mark.parametrize("values", [[1, 2], [1, 0.5], [1, float("nan")], ["agree", "pass"]])
def test_votes_of_another_kind_are_refused_with_their_place(values):
    with pytest.raises(InputError, match="is none of 1, 0, −1") as caught:
        Votes.from_rows(["ann", "bea"], ["0", "0"], values)
    assert caught.value.where.startswith("vote ")
    assert caught.value.remedy


def test_columns_of_unequal_length_are_refused():
    with pytest.raises(InputError, match="2 participants, 1 statements and 2 votes"):
        Votes.from_rows(["ann", "bea"], ["0"], [1, 1])


def export(table: Table, path: Path) -> Path:
    rows = [
        f"{at},{s},{person},{v}" for person, cast in table.items() for at, (s, v) in enumerate(cast.items())
    ]
    path.write_text("\n".join(["timestamp,comment-id,voter-id,vote", *rows]) + "\n")
    return path


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["nobody", "one person", "everybody the same", "all passes"])
def test_the_command_answers_sensibly_or_says_what_is_wrong(name, mode, tmp_path):
    path = export(NOTHING_TO_SEE[name], tmp_path / "votes.csv")
    command = [sys.executable, "-m", "folkmoot", "opinions", str(path), "--mode", mode]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if name == "nobody":
        assert (done.returncode, done.stdout) == (2, "")
        assert "there is a header but no vote" in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
    else:
        assert (done.returncode, done.stderr) == (0, "")
        assert "No clear groups" in done.stdout
