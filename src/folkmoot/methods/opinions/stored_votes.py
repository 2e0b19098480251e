"""Votes on disk, five bytes each, which are mapped without being read into memory first."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from folkmoot.methods import InputError
from folkmoot.methods.opinions.votes import Votes

FORM = "folkmoot.votes/1"
ARRAYS = {"indptr": np.int64, "indices": np.int32, "values": np.int8}


def save_votes(votes: Votes, folder: Path) -> None:
    """Keep votes in a folder: their ids as JSON, and the three arrays of Votes as .npy files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, kind in ARRAYS.items():
        np.save(folder / f"{name}.npy", np.asarray(getattr(votes, name), dtype=kind), allow_pickle=False)
    ids = {"form": FORM, "participants": votes.participants, "statements": votes.statements}
    (folder / "ids.json").write_text(json.dumps(ids, ensure_ascii=False), encoding="utf-8")


def open_votes(folder: Path) -> Votes:
    """Open votes that were saved. The arrays stay on disk, and are read a part at a time as they are used.

    Raises InputError where the folder holds no votes, or files that do not belong together.
    """
    try:
        ids = json.loads((folder / "ids.json").read_text(encoding="utf-8"))
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in ARRAYS}
    except (OSError, EOFError, ValueError) as error:
        remedy = "Give a folder that save_votes wrote."
        raise InputError(
            f"no votes can be read from it ({error})", where=str(folder), remedy=remedy
        ) from error
    votes = Votes(tuple(ids.get("participants", ())), tuple(ids.get("statements", ())), **arrays)
    if ids.get("form") != FORM or not fits_together(votes):
        raise InputError(
            "its files do not belong together", where=str(folder), remedy="Save the votes again."
        )
    return votes


def fits_together(votes: Votes) -> bool:
    """Whether the arrays have the kinds and lengths that the ids and each other ask for."""
    kinds = all(getattr(votes, name).dtype == kind for name, kind in ARRAYS.items())
    people, _ = votes.shape
    return (
        kinds
        and len(votes.indptr) == people + 1
        and len(votes.indices) == len(votes.values) == int(votes.indptr[-1])
        and int(votes.indptr[0]) == 0
    )
