"""A panel drawn from a pool of volunteers: a published list of numbered panels, and a lot that picks one.

The fairest probabilities are rounded to a thousand tickets of equal chance, so that the lot can be drawn with
three balls from an urn as well, and every chance is an exact fraction that anybody can count.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from itertools import cycle, islice

from folkmoot.methods import InputError
from folkmoot.methods.lots import Lot
from folkmoot.methods.sortition.compositions import Compositions
from folkmoot.methods.sortition.explaining import explain
from folkmoot.methods.sortition.fairness import Leximin, Lottery, Progress
from folkmoot.methods.sortition.pool import Pool, Target, check

TICKETS = 1000
STAGE = "panel"


@dataclass(frozen=True)
class Panel:
    """`members`: ids in order. It is drawn by the tickets from `first` to `last`."""

    members: tuple[str, ...]
    first: int
    last: int

    @property
    def tickets(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True)
class Draw:
    """`chances`: everybody's exact chance to be drawn. `ticket`, `drawn`: None and empty before the lot.

    `lottery`: the fairest probabilities as they were before they were rounded to tickets.
    """

    size: int
    pool: Pool
    targets: tuple[Target, ...]
    fairness: str
    panels: tuple[Panel, ...]
    tickets: int
    chances: dict[str, Fraction]
    lottery: Lottery
    lot: Lot | None
    ticket: int | None
    drawn: tuple[str, ...]


def draw(
    pool: Pool,
    targets: tuple[Target, ...],
    size: int,
    *,
    lot: Lot | None = None,
    fairness: str = "leximin",
    tickets: int = TICKETS,
    most_searches: int = 3000,
    progress: Progress | None = None,
) -> Draw:
    """A list of panels that is as fair to every volunteer as can be, and one of them by lot.

    `fairness`: leximin, or maximin for the lowest chance alone. `most_searches`: of panels, before the
    search for the fairest is broken off, which the result says. Raises InputError where no panel meets the
    targets, with the nearest targets that one meets.
    """
    check(pool, targets, size)
    if fairness not in ("leximin", "maximin"):
        raise InputError(f"there is no fairness “{fairness}”", remedy="Ask for leximin or maximin.")
    panels = Compositions(pool, targets, size)
    if panels.best(panels.sizes * 0) is None:
        raise explain(pool, targets, size, panels.nearest())
    search = Leximin(panels, most_searches=most_searches, progress=progress)
    lottery = search.run(only_lowest=fairness == "maximin")
    listed = numbered(members_of(pool, lottery, tickets))
    seats = Counter[str]()
    for panel in listed:
        seats.update(dict.fromkeys(panel.members, panel.tickets))
    chances = {id: Fraction(seats[id], tickets) for id, _ in sorted(pool.people)}
    ticket = None if lot is None else lot.below(STAGE, tickets) + 1
    drawn = next((panel.members for panel in listed if ticket and panel.first <= ticket <= panel.last), ())
    return Draw(size, pool, targets, fairness, listed, tickets, chances, lottery, lot, ticket, drawn)


def members_of(pool: Pool, lottery: Lottery, tickets: int) -> list[tuple[str, ...]]:
    """A panel for each ticket: people alike in every category take turns, in the order of their ids."""
    turns = [cycle(ids) for ids in pool.kinds.values()]
    panels = []
    for composition, times in zip(
        lottery.compositions, shared_out(lottery.probabilities, tickets), strict=True
    ):
        for _ in range(times):
            taken = (islice(turn, number) for turn, number in zip(turns, composition, strict=True))
            panels.append(tuple(sorted(id for each in taken for id in each)))
    return panels


def shared_out(probabilities: tuple[float, ...], tickets: int) -> list[int]:
    """Whole numbers of tickets, by the largest remainder."""
    exact = [probability * tickets for probability in probabilities]
    whole = [int(each) for each in exact]
    by_remainder = sorted(range(len(exact)), key=lambda at: (whole[at] - exact[at], at))
    for at in by_remainder[: tickets - sum(whole)]:
        whole[at] += 1
    return whole


def numbered(panels: list[tuple[str, ...]]) -> tuple[Panel, ...]:
    """Each different panel once, in order of its members, with the tickets that draw it."""
    found, first = [], 1
    for members, times in sorted(Counter(panels).items()):
        found.append(Panel(members, first, first + times - 1))
        first += times
    return tuple(found)


def replace_members(
    pool: Pool, targets: tuple[Target, ...], panel: tuple[str, ...], gone: set[str], *, lot: Lot | None
) -> Draw:
    """Draw as many new members as dropped out, from those not drawn, so that the whole meets the targets.

    Raises InputError for names that are not on the panel, and where nobody who is left can make it whole.
    """
    known = {id for id, _ in pool.people}
    for id, place in [*((id, "in the pool") for id in panel), *((id, "on the panel") for id in sorted(gone))]:
        if id not in (known if place == "in the pool" else panel):
            raise InputError(
                f"{id} is not {place}", remedy="Give the ids as the pool and the draw have them."
            )
    left = pool.without({id for id, _ in pool.people if id not in panel or id in gone})
    others = pool.without(set(panel))
    needed = tuple(remaining(target, left.having(target)) for target in targets)
    return draw(others, needed, len(gone), lot=lot)


def remaining(target: Target, have: int) -> Target:
    """What of a target is still needed beside those who stay."""
    return Target(target.category, target.value, max(target.least - have, 0), max(target.most - have, 0))
