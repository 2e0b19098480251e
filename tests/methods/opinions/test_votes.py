"""Votes in memory and on disk."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from folkmoot.methods import InputError
from folkmoot.methods.opinions import Votes, components, open_votes, save_votes, to_json, vote_blocks
from folkmoot.methods.opinions import votes as votes_module

from .cast import map_as_polis, noise, two_camps


def test_saved_votes_are_mapped_from_disk_as_from_memory(tmp_path):
    votes = two_camps()
    save_votes(votes, tmp_path / "votes")
    opened = open_votes(tmp_path / "votes")
    assert isinstance(opened.indices, np.memmap)
    assert (opened.indices.itemsize, opened.values.itemsize) == (4, 1)
    assert not opened.values.flags.writeable
    assert to_json(map_as_polis(opened)) == to_json(map_as_polis(votes))


@pytest.mark.parametrize("spoil", ["ids.json", "values.npy", "short", "kind", "form"])
def test_a_folder_without_whole_votes_is_refused(tmp_path: Path, spoil: str):
    votes = two_camps()
    save_votes(votes, tmp_path)
    if spoil == "short":
        np.save(tmp_path / "values.npy", votes.values[:-1])
    elif spoil == "kind":
        np.save(tmp_path / "values.npy", votes.values.astype(np.int64))
    elif spoil == "form":
        (tmp_path / "ids.json").write_text(json.dumps({"form": "another/1"}))
    else:
        (tmp_path / spoil).write_bytes(b"")
    with pytest.raises(InputError) as caught:
        open_votes(tmp_path)
    assert str(tmp_path) in str(caught.value)
    assert caught.value.remedy


@pytest.mark.parametrize("held", [True, False])
def test_axes_are_the_same_by_counting_pairs_and_by_going_over_the_votes(held, monkeypatch):
    votes = noise(300, 60, 0.3, uneven=True, seed=2)
    by_pairs = map_as_polis(votes, moderated_out=["3", "7"])
    monkeypatch.setattr(components, "FEW_PAIRS", 0)
    monkeypatch.setattr(components, "HELD", len(votes) if held else 0)
    monkeypatch.setattr(vote_blocks, "BLOCK", 500)
    by_votes = map_as_polis(votes, moderated_out=["3", "7"])
    assert np.abs(by_pairs.axes - by_votes.axes).max() < 1e-9
    assert np.abs(by_pairs.positions - by_votes.positions).max() < 1e-9
    assert (by_votes.axes[:, [3, 7]] == 0).all()


def test_counting_goes_on_over_the_edge_of_a_block(monkeypatch):
    votes = noise(80, 20, 0.4, uneven=True, seed=1)
    whole = map_as_polis(votes)
    monkeypatch.setattr(votes_module, "BLOCK", 7)
    parts = map_as_polis(votes)
    assert to_json(parts) == to_json(whole)
    assert sum(counts.seen.sum() for counts in parts.group_counts) <= parts.overall.seen.sum() == len(votes)


def test_pairs_are_counted_the_same_in_full_and_sparse_tables(monkeypatch):
    from folkmoot.methods.opinions import co_votes

    votes = noise(120, 30, 0.4, uneven=True, seed=3)
    monkeypatch.setattr(co_votes, "FEW", 50)
    rows = slice(0, len(votes.participants))
    full, sparse = co_votes.count_narrow(votes, rows), co_votes.count_wide(votes, rows)
    counted = co_votes.count_co_votes(votes).tables
    for one, other, third in zip(full, sparse, counted, strict=True):
        assert (one == other).all()
        assert (one == third).all()


def test_the_last_of_several_votes_counts_in_any_order_of_people():
    people, statements = ["b", "a", "b", "a", "b"], ["2", "1", "1", "1", "2"]
    votes = Votes.from_rows(people, statements, [1, -1, 0, 1, -1])
    assert votes.participants == ("a", "b")
    assert votes.indices.tolist() == [0, 0, 1]
    assert votes.values.tolist() == [1, 0, -1]
