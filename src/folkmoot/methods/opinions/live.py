"""The opinion map of a conversation that goes on: a vote costs microseconds, a new map milliseconds.

Everything that the axes depend on is kept as whole numbers (co_votes), so that the map is that of `polis`
mode on the same votes, whatever came in which order and was changed, moderated or taken back on the way.
Votes taken are noted at once and added up when the map is asked for, or some thousand people later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from folkmoot.methods import InputError
from folkmoot.methods.opinions.co_votes import (
    MOST_CHANGED,
    NO_VOTE,
    PASSED,
    VALUE,
    Changes,
    CoVotes,
    count_co_votes,
    number_of,
)
from folkmoot.methods.opinions.components import axes_of_products, place_people, statement_positions
from folkmoot.methods.opinions.opinion_map import VoteCounts
from folkmoot.methods.opinions.polis import ENOUGH_PEOPLE, ENOUGH_VOTES
from folkmoot.methods.opinions.priorities import priority
from folkmoot.methods.opinions.snapshot import Snapshot
from folkmoot.methods.opinions.votes import AGREE, DISAGREE, PASS, Votes, checked_values, id_key

MOST_STATEMENTS = 2_000
WAITING_CELLS = 1 << 20  # of people whose new votes are not yet added up
CODE = {DISAGREE: 1, PASS: PASSED, AGREE: 3}
Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]


class LiveState:
    """The votes of a conversation, added up so that its map is always near at hand.

    Takes a byte for each person and statement, and twelve for each pair of statements. Not to be shared
    between threads: one worker holds it, and hands out snapshots.
    """

    def __init__(
        self,
        statements: Iterable[str] = (),
        *,
        moderated_out: Collection[str] = (),
        background: Collection[str] = (),
    ) -> None:
        self._people: dict[str, int] = {}
        self._columns: dict[str, int] = {}
        self._codes = np.zeros((64, 16), dtype=np.uint8)
        self._co_votes = CoVotes.empty(16)
        self._cast = np.zeros(64, dtype=np.int32)  # votes of each person, as far as added up
        self._of_active = np.zeros((len(VALUE), 16), dtype=np.int64)  # votes of those with enough of them
        self._before: dict[int, bytes] = {}  # rows as they were when last added up
        self._most = most_waiting(16)  # people whose votes wait to be added up
        self._out, self._background = (
            {str(name) for name in moderated_out},
            {str(name) for name in background},
        )
        for name in statements:
            self.add_statement(name)

    @classmethod
    def from_votes(
        cls,
        votes: Votes,
        statements: Iterable[str] = (),
        *,
        moderated_out: Collection[str] = (),
        background: Collection[str] = (),
    ) -> LiveState:
        """Start from the votes that there are, and statements that wait for their first vote."""
        if len(votes.statements) > MOST_STATEMENTS:
            raise too_many(len(votes.statements))
        state = cls(votes.statements, moderated_out=moderated_out, background=background)
        state._begin_with(votes)
        for name in statements:
            state.add_statement(name)
        return state

    def add_statement(self, statement: str) -> None:
        """Let a statement be asked about; a vote on a new one does so too.

        Raises InputError beyond 2,000 statements.
        """
        self._column(statement)

    def take(self, person: str, statement: str, vote: int) -> None:
        """Take a vote: 1 agree, 0 pass, −1 disagree. It replaces an earlier one.

        Raises InputError for any other vote, and beyond 2,000 statements.
        """
        code = CODE.get(vote)
        if code is None:
            checked_values([vote])
            raise InputError(f"the vote {vote!r} is no number", remedy="Give 1, 0 or −1.")
        row, column = self._people.get(person), self._columns.get(statement)
        if row is None:
            row = self._new_row(person)
        if column is None:
            column = self._new_column(statement)
        if row not in self._before:
            self._keep_before(row)
        self._codes[row, column] = code

    def take_many(self, people: Sequence[str], statements: Sequence[str], votes: ArrayLike) -> None:
        """Take votes from three equally long columns; of two by one person on a statement the last counts."""
        cast = checked_values(votes)
        if not len(people) == len(statements) == len(cast):
            raise InputError(f"{len(people)} people, {len(statements)} statements and {len(cast)} votes")
        columns = np.fromiter((self._column(name) for name in statements), np.int64, len(cast))
        rows = np.fromiter((self._row(name) for name in people), np.int64, len(cast))
        step = self._most
        for start in range(0, len(cast), step):
            part = slice(start, start + step)
            if len(self._before) + len(rows[part]) > step:
                self._add_up()
            for row in dict.fromkeys(rows[part].tolist()):
                self._keep_before(row)
            self._codes[rows[part], columns[part]] = cast[part] + PASSED

    def withdraw(self, person: str, statement: str) -> None:
        """Take a vote back. Nothing happens where there is none."""
        row, column = self._people.get(person), self._columns.get(statement)
        if row is not None and column is not None:
            self._keep_before(row)
            self._codes[row, column] = NO_VOTE

    def forget(self, person: str) -> None:
        """Take back all votes of a person. Nothing happens where there are none."""
        row = self._people.get(person)
        if row is not None:
            self._keep_before(row)
            self._codes[row] = NO_VOTE

    def moderate(self, statement: str, *, out: bool) -> None:
        """Moderate a statement out of the map, or back in; its votes are kept."""
        (self._out.add if out else self._out.discard)(str(statement))

    def mark_background(self, statement: str, *, background: bool) -> None:
        """Say that a statement tells of the person rather than of the matter, or that it does not."""
        (self._background.add if background else self._background.discard)(str(statement))

    def votes(self) -> Votes:
        """All votes as they stand: what the batch modes take."""
        people, statements = list(self._people), list(self._columns)
        codes = self._codes[: len(people), : len(statements)]
        rows, columns = np.nonzero(codes)
        return Votes.from_codes(people, statements, rows, columns, VALUE[codes[rows, columns]])

    def positions(self, snapshot: Snapshot | None = None) -> tuple[tuple[str, ...], Floats]:
        """Everybody who voted, sorted by id, and where they stand on the map (people × 2)."""
        drawn = snapshot or self.refresh()
        votes = self.votes()
        known = np.array([drawn.number.get(name, -1) for name in votes.statements], dtype=np.int64)
        if (known >= 0).all() and len(known) == len(drawn.statements):
            return votes.participants, place_people(votes, drawn.centre, drawn.axes, drawn.out)
        of = [dict(self._votes_of(name)) for name in votes.participants]
        return votes.participants, np.array([drawn.place(cast) for cast in of]).reshape(-1, 2)

    def refresh(self) -> Snapshot:
        """The map as of now: that of `polis` mode on the same votes."""
        self._add_up()
        names = list(self._columns)
        seen = self._co_votes.both.diagonal()[: len(names)]
        order = np.array(
            sorted(np.flatnonzero(seen).tolist(), key=lambda at: id_key(names[at])), dtype=np.int64
        )
        statements = tuple(names[at] for at in order.tolist())
        pairs = self._co_votes.of(order)
        counts = diagonal_counts(statements, pairs)
        out = np.array([name in self._out for name in statements], dtype=bool)
        centre = np.where(out, 0.0, pairs.sums.diagonal() / np.maximum(counts.seen, 1)) + 0.0
        axes = axes_of_products(pairs.centred_products(centre, ~out))
        included, by_included = self._included(order)
        far = np.hypot(*statement_positions(centre, axes, out).T)
        behind = np.array([name in self._background for name in statements], dtype=bool)
        disagrees, passes, agrees = by_included[1:]
        return Snapshot(
            statements,
            waiting=tuple(sorted((name for name in names if not seen[self._columns[name]]), key=id_key)),
            moderated_out=tuple(sorted(self._out & self._columns.keys(), key=id_key)),
            background=tuple(sorted(self._background & self._columns.keys(), key=id_key)),
            participants=int(np.count_nonzero(self._cast)),
            included=included,
            votes=int(counts.seen.sum()),
            centre=centre,
            axes=axes,
            priorities=priority(agrees, passes, agrees + passes + disagrees, far, behind),
            counts=counts,
        )

    def _included(self, statements: Numbers) -> tuple[int, Numbers]:
        """How many people count in a map, and their votes: codes × statements."""
        enough = min(ENOUGH_VOTES, len(statements))
        active = self._cast >= max(enough, 1)
        if active.sum() >= ENOUGH_PEOPLE and enough == ENOUGH_VOTES:
            return int(active.sum()), self._of_active[:, statements]
        if active.sum() < ENOUGH_PEOPLE:
            active[self._most_active(ENOUGH_PEOPLE)] = True
        rows = np.flatnonzero(active)
        codes = self._codes[np.ix_(rows, statements)]
        return len(rows), number_of(
            codes, np.broadcast_to(np.arange(len(statements)), codes.shape), codes.shape[1]
        )

    def _most_active(self, number: int) -> list[int]:
        """Those with the most votes; of equals those whose id sorts first."""
        voted = np.flatnonzero(self._cast)
        if len(voted) > number:
            least = np.partition(self._cast[voted], -number)[-number]
            voted = voted[self._cast[voted] >= least]
        names = list(self._people)
        order = sorted(voted.tolist(), key=lambda row: (-int(self._cast[row]), id_key(names[row])))
        return order[:number]

    def _votes_of(self, person: str) -> Iterable[tuple[str, int]]:
        row = self._codes[self._people[person]]
        return ((name, int(VALUE[row[at]])) for name, at in self._columns.items() if row[at] != NO_VOTE)

    def _row(self, person: str) -> int:
        row = self._people.get(person)
        return self._new_row(person) if row is None else row

    def _column(self, statement: str) -> int:
        column = self._columns.get(statement)
        return self._new_column(statement) if column is None else column

    def _new_row(self, person: str) -> int:
        row = len(self._people)
        if row == len(self._codes):
            self._make_room(2 * row, self._codes.shape[1])
        self._people[person] = row
        return row

    def _new_column(self, statement: str) -> int:
        column = len(self._columns)
        if column == MOST_STATEMENTS:
            raise too_many(column + 1)
        if column == self._codes.shape[1]:
            self._make_room(len(self._codes), min(2 * column, MOST_STATEMENTS))
        self._columns[statement] = column
        return column

    def _make_room(self, people: int, statements: int) -> None:
        self._add_up()
        self._codes = padded(self._codes, (people, statements))
        self._cast = padded(self._cast, (people,))
        self._of_active = padded(self._of_active, (len(VALUE), statements))
        self._most = most_waiting(statements)
        if statements > len(self._co_votes.both):
            self._co_votes = self._co_votes.grown(statements)

    def _begin_with(self, votes: Votes) -> None:
        """Add up votes at once, in a state that has their statements in their order and nobody in it."""
        people, width = votes.shape
        self._make_room(max(people, len(self._codes)), self._codes.shape[1])
        self._people = {name: row for row, name in enumerate(votes.participants)}
        row = np.repeat(np.arange(people), votes.per_participant)
        self._codes[row, votes.indices] = votes.values + PASSED
        self._co_votes = count_co_votes(votes).grown(self._codes.shape[1])
        self._cast[:people] = votes.per_participant
        active = self._cast[row] >= ENOUGH_VOTES
        cast = (votes.values[active] + PASSED).astype(np.uint8)
        self._of_active[:, :width] = number_of(cast, votes.indices[active].astype(np.int64), width)

    def _keep_before(self, row: int) -> None:
        """Remember a person's votes before they change for the first time since all were added up."""
        if row in self._before:
            return
        if len(self._before) >= self._most:
            self._add_up()
        self._before[row] = self._codes[row].tobytes()

    def _add_up(self) -> None:
        """Bring the sums up to date with the votes."""
        if not self._before:
            return
        rows, width = np.array(list(self._before), dtype=np.int64), len(self._columns)
        before = np.frombuffer(b"".join(self._before.values()), dtype=np.uint8).reshape(len(rows), -1)
        changes = Changes.between(before[:, :width], self._codes[rows, :width])
        self._before = {}
        self._co_votes.change(changes)
        was_active = self._cast[rows] >= ENOUGH_VOTES
        self._cast[rows] += changes.more
        is_active = self._cast[rows] >= ENOUGH_VOTES
        self._of_active[:, :width] += changes.counts(was_active, is_active)


def diagonal_counts(statements: tuple[str, ...], pairs: CoVotes) -> VoteCounts:
    """Agrees, passes and disagrees on each statement."""
    seen, total, decided = (table.diagonal().astype(np.int64) for table in pairs.tables)
    return VoteCounts(statements, (decided + total) // 2, seen - decided, (decided - total) // 2)


def most_waiting(statements: int) -> int:
    return min(WAITING_CELLS // statements, MOST_CHANGED)


def padded(table: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """The table with zeros at the end of each side."""
    return np.pad(table, [(0, more - there) for there, more in zip(table.shape, shape, strict=True)])


def too_many(statements: int) -> InputError:
    return InputError(
        f"{statements:,} statements are too many for a live map, which holds {MOST_STATEMENTS:,}",
        remedy="Map the votes now and then instead (map_opinions).",
    )
