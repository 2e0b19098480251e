"""Who comes first when votes are equal: an order that was settled before the count.

The first in the order is favoured: elected, kept, or its surplus transferred first. The last is excluded.
A rule never draws: it asks the order it was given, and writes down that it did.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from folkmoot.methods import InputError
from folkmoot.methods.lots import METHOD, Lot


class LotNeeded(InputError):
    """A tie that only a lot can break, and none was given."""


class TieOrder(Protocol):
    def order(self, stage: int, names: Iterable[str]) -> list[str]: ...

    def form(self) -> dict[str, Any] | None: ...


class NoOrder:
    """No lot has been drawn: a tie that needs one stops the count, and says who is equal.

    `called`: what those are called whom the count knows by a number or id.
    """

    def __init__(self, called: Mapping[str, str] | None = None) -> None:
        self.called = called or {}

    def order(self, stage: int, names: Iterable[str]) -> list[str]:
        # Candidates by number: 6 before 10.
        in_order = sorted(names, key=lambda name: (len(name), name) if name in self.called else (0, name))
        tied = [f"{name} ({self.called[name]})" if name in self.called else name for name in in_order]
        raise LotNeeded(
            f"a lot is needed at stage {stage} between {', '.join(tied)}",
            remedy="Draw it in public and give its seed (--lot SEED), then count again.",
        )

    def form(self) -> None:
        return None


class FixedOrder:
    """One order for every tie, such as one drawn by hand in the hall."""

    def __init__(self, names: Sequence[str]) -> None:
        twice = sorted({name for name in names if list(names).count(name) > 1})
        if twice:
            raise InputError(f"the order for ties names {twice[0]} twice", remedy="Keep one place for each.")
        self.places: Mapping[str, int] = {name: place for place, name in enumerate(names)}

    def order(self, stage: int, names: Iterable[str]) -> list[str]:
        wanted = list(names)
        unknown = sorted(name for name in wanted if name not in self.places)
        if unknown:
            raise InputError(
                f"the order for ties does not name {', '.join(unknown)}",
                remedy="Put everybody into the order.",
            )
        return sorted(wanted, key=self.places.__getitem__)

    def form(self) -> dict[str, Any]:
        return {"order": list(self.places)}


class LotOrder:
    """A lot for each stage from one seed."""

    def __init__(self, lot: Lot) -> None:
        self.lot = lot

    def order(self, stage: int, names: Iterable[str]) -> list[str]:
        return self.lot.order(stage, names)

    def form(self) -> dict[str, Any]:
        return {"seed": self.lot.seed, "contest": self.lot.contest, "method": METHOD}
