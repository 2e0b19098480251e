"""A live opinion map as it was at one moment: small enough to hand to every process that shows it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods import InputError
from folkmoot.methods.opinions.components import statement_positions
from folkmoot.methods.opinions.opinion_map import VoteCounts
from folkmoot.methods.opinions.priorities import BACKGROUND, draw_from, priority
from folkmoot.methods.opinions.votes import checked_values, id_key

Floats = NDArray[np.float64]

FORM = "folkmoot.live/1"
ROWS = 7  # numbers kept for each statement


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Centre, axes and weights of a live map; equal to those of `polis` mode on the same votes.

    Arrays follow `statements`, those with a vote, sorted by id; `counts` is of everybody's votes. `waiting`
    are statements on which nobody voted yet. `participants` is how many people voted, `included` how many
    of them count in a map, `votes` how many votes there are.
    """

    statements: tuple[str, ...]
    waiting: tuple[str, ...]
    moderated_out: tuple[str, ...]
    background: tuple[str, ...]
    participants: int
    included: int
    votes: int
    centre: Floats
    axes: Floats
    priorities: Floats
    counts: VoteCounts

    @cached_property
    def number(self) -> dict[str, int]:
        """The place of each statement with a vote."""
        return {name: place for place, name in enumerate(self.statements)}

    @cached_property
    def out(self) -> NDArray[np.bool_]:
        """Which of the statements with a vote are moderated out."""
        gone = set(self.moderated_out)
        return np.array([name in gone for name in self.statements], dtype=bool)

    @property
    def statement_positions(self) -> Floats:
        """Where each statement stands on the map (statements × 2)."""
        return statement_positions(self.centre, self.axes, self.out)

    def place(self, votes: Mapping[str, int]) -> tuple[float, float]:
        """Where somebody with these votes stands on the map.

        Votes on statements that had none when the map was drawn do not count. Raises InputError for a vote
        that is none of 1, 0, −1.
        """
        cast = checked_values(list(votes.values())) if votes else np.zeros(0, dtype=np.int8)
        known = np.array([self.number.get(name, -1) for name in votes], dtype=np.int64)
        counts = (known >= 0) & ~self.out[known] if len(self.statements) else known >= 0
        at = known[counts]
        scale = np.sqrt(len(self.statements) / max(len(at) + int(self.out.sum()), 1))
        x, y = scale * (self.axes[:, at] @ (cast[counts] - self.centre[at])) + 0.0
        return float(x), float(y)

    @cached_property
    def routing_weights(self) -> dict[str, float]:
        """The weight with which each statement is drawn next, sorted by id; none for those moderated out."""
        weights = dict(zip(self.statements, self.priorities.tolist(), strict=True))
        weights |= dict.fromkeys(self.waiting, float(priority(0, 0, 0, 0.0)))
        weights |= dict.fromkeys(self.background, BACKGROUND)
        names = (set(self.statements) | set(self.waiting)) - set(self.moderated_out)
        return {name: weights[name] for name in sorted(names, key=id_key)}

    def next_statement(self, seen: Collection[str], rng: np.random.Generator) -> str | None:
        """Draw the next statement for somebody among those they have not voted on; None when none is left."""
        voted = set(seen)
        left = [name for name in self.routing_weights if name not in voted]
        return draw_from(left, self.routing_weights, rng)

    def to_bytes(self) -> bytes:
        """The snapshot as bytes, the same for the same votes: a line of JSON, then its numbers."""
        head = {
            "form": FORM,
            "statements": self.statements,
            "waiting": self.waiting,
            "moderated_out": self.moderated_out,
            "background": self.background,
            "participants": self.participants,
            "included": self.included,
            "votes": self.votes,
        }
        counts = (self.counts.agrees, self.counts.passes, self.counts.disagrees)
        table = np.vstack([self.centre, self.axes, self.priorities, *counts]).astype("<f8")
        return json.dumps(head, ensure_ascii=False).encode() + b"\n" + table.tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Snapshot:
        """Read a snapshot; raises InputError for anything else."""
        line, _, numbers = data.partition(b"\n")
        head = read_head(line)
        names = tuple(head["statements"])
        if len(numbers) != ROWS * 8 * len(names):
            raise InputError("the snapshot is cut short", remedy="Take a new one from the live state.")
        table = np.frombuffer(numbers, dtype="<f8").reshape(ROWS, len(names)).astype(np.float64)
        agrees, passes, disagrees = table[4:].astype(np.int64)
        return cls(
            names,
            tuple(head["waiting"]),
            tuple(head["moderated_out"]),
            tuple(head["background"]),
            int(head["participants"]),
            int(head["included"]),
            int(head["votes"]),
            centre=table[0],
            axes=table[1:3],
            priorities=table[3],
            counts=VoteCounts(names, agrees, passes, disagrees),
        )


def read_head(line: bytes) -> dict[str, Any]:
    try:
        head = json.loads(line)
    except ValueError:
        head = None
    if not isinstance(head, dict) or head.get("form") != FORM:
        raise InputError("this is no snapshot of a live map", remedy=f"Give bytes of the form {FORM}.")
    return head
