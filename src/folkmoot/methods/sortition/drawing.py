"""A panel drawn from a pool of volunteers: a published list of numbered panels, and a lot that picks one.

The fairest probabilities are rounded to a thousand tickets of equal chance, so that the lot can be drawn with
three balls from an urn as well, and every chance is an exact fraction that anybody can count.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import cycle, islice

from folkmoot.methods import InputError
from folkmoot.methods.lots import Lot
from folkmoot.methods.sortition.compositions import Compositions
from folkmoot.methods.sortition.explaining import explain
from folkmoot.methods.sortition.fairness import Leximin, Lottery, Progress
from folkmoot.methods.sortition.pool import Pool, Target, check, check_targets

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

    `lottery`: the fairest probabilities as they were before they were rounded to tickets. `panel`: the whole
    panel now, those who stayed and those drawn; `gone`: all who dropped out of it so far, in order.
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
    panel: tuple[str, ...]
    gone: tuple[str, ...] = ()


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
    return Draw(size, pool, targets, fairness, listed, tickets, chances, lottery, lot, ticket, drawn, drawn)


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
    pool: Pool,
    targets: tuple[Target, ...],
    panel: tuple[str, ...],
    gone: set[str],
    *,
    earlier: tuple[str, ...] = (),
    lot: Lot | None = None,
    fairness: str = "leximin",
    most_searches: int = 3000,
    progress: Progress | None = None,
) -> Draw:
    """Draw as many new members as dropped out, from those not drawn, so that the whole meets the targets.

    `earlier`: who dropped out before; they are not drawn again. Raises InputError for names that are not on
    the panel, and where nobody who is left can make it whole.
    """
    check_gone(pool, panel, gone, earlier)
    check_targets(pool, targets)
    stay = tuple(id for id in panel if id not in gone)
    left = pool.without({id for id, _ in pool.people} - set(stay))
    others = pool.without({*panel, *earlier})
    needed = tuple(remaining(target, left.having(target)) for target in targets)
    found = draw(
        others,
        needed,
        len(gone),
        lot=lot,
        fairness=fairness,
        most_searches=most_searches,
        progress=progress,
    )
    whole = tuple(sorted({*stay, *found.drawn}))
    return replace(found, panel=whole, gone=(*earlier, *sorted(gone)))


def check_gone(pool: Pool, panel: tuple[str, ...], gone: set[str], earlier: tuple[str, ...]) -> None:
    """Raise InputError for who is not in the pool, not on the panel, or dropped out already."""
    remedy = "Give the ids as the pool and the draw have them."
    known = {id for id, _ in pool.people}
    for id in panel:
        if id not in known:
            raise InputError(f"{id} is on the panel and not in the pool", remedy=remedy)
    for id in sorted(gone):
        if id in earlier:
            raise InputError(f"{id} dropped out before", remedy="Name those alone who drop out now.")
        if id not in panel:
            raise InputError(f"{id} is not on the panel", remedy=remedy)
    if not gone:
        raise InputError("nobody is named who dropped out", remedy="Give their ids.")
    if len(pool.people) < len({*panel, *earlier} & known) + len(gone):
        raise InputError(
            f"{len(gone)} dropped out, and fewer are left who were not drawn", remedy="Find more volunteers."
        )


def remaining(target: Target, have: int) -> Target:
    """What of a target is still needed beside those who stay."""
    return replace(target, least=max(target.least - have, 0), most=max(target.most - have, 0))
