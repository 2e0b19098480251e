"""Numbers of one to nine people are never published, nor what would give one away by subtraction. Pure."""

from __future__ import annotations

from collections.abc import Sequence, Set

SMALL = 10


def emptied(counts: Sequence[int | None], always: Set[int] = frozenset()) -> list[int | None]:
    """These counts, whose total is published, with the small ones left out, and `always` those at these places.

    Two that are empty can still be told from their sum: two people in all are one and one. So as many of the
    next smallest are left out as it takes to leave at least two possible numbers for each small one.
    """
    known = {number: count for number, count in enumerate(counts) if count is not None}
    small = {number for number, count in known.items() if number in always or 0 < count < SMALL}
    rest = sorted((count, number) for number, count in known.items() if count and number not in small)
    larger: list[int] = []
    while rest and _follows([known[number] for number in small], larger, ceiling=rest[0][0]):
        larger.append(rest.pop(0)[0])
    shown = {number for _count, number in rest} | {number for number in known if not known[number]} - small
    return [count if number in shown else None for number, count in enumerate(counts)]


def _follows(small: Sequence[int], larger: Sequence[int], *, ceiling: int) -> bool:
    """Whether the sum of what was emptied leaves a small one a single possible number.

    Each small one lies between one and nine, each larger one between ten and the smallest that is shown,
    the `ceiling`. (None of a small part may have answered: that leaves more possible numbers, not fewer.)
    """
    total = sum(small) + sum(larger)
    others, most = len(small) - 1, SMALL - 1
    lowest = max(1, total - others * most - len(larger) * ceiling)
    highest = min(most, total - others - len(larger) * SMALL)
    return bool(small) and lowest >= highest
