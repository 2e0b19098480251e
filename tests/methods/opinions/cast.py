"""Small conversations with a known answer."""

from __future__ import annotations

import numpy as np

from folkmoot.methods.opinions import Votes


def votes_of(table: dict[str, dict[str, int]]) -> Votes:
    """Votes from {participant: {statement: vote}}."""
    rows = [(person, name, vote) for person, cast in table.items() for name, vote in cast.items()]
    people, statements, values = zip(*rows, strict=True) if rows else ((), (), ())
    return Votes.from_rows(people, statements, values)


def two_camps(sizes: tuple[int, int] = (30, 20), statements: int = 12, seed: int = 7) -> Votes:
    """Two camps that differ on every second statement and agree on the others; one vote in eight is odd."""
    rng = np.random.default_rng(seed)
    table: dict[str, dict[str, int]] = {}
    for person in range(sum(sizes)):
        camp = 1 if person < sizes[0] else -1
        table[str(person)] = {
            str(name): int(rng.integers(-1, 2)) if rng.random() < 0.125 else (camp if name % 2 else 1)
            for name in range(statements)
            if rng.random() < 0.8
        }
    return votes_of(table)
