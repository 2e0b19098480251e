"""The volunteers, and the targets that a panel of them must meet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from folkmoot.methods import InputError


@dataclass(frozen=True)
class Target:
    """Of this value of a category a panel has at least `least` members and at most `most`."""

    category: str
    value: str
    least: int
    most: int


@dataclass(frozen=True)
class Pool:
    """Volunteers by id, each with a value for every category."""

    categories: tuple[str, ...]
    people: tuple[tuple[str, tuple[str, ...]], ...]

    def __post_init__(self) -> None:
        ids = Counter(id for id, _ in self.people)
        twice = sorted(id for id, number in ids.items() if number > 1)
        if twice:
            raise InputError(
                f"the id {twice[0]} stands twice in the pool", remedy="Give everybody their own."
            )
        if not self.people:
            raise InputError("the pool is empty", remedy="Give at least as many volunteers as places.")

    @cached_property
    def kinds(self) -> dict[tuple[str, ...], list[str]]:
        """People alike in every category, by id in order: for the targets one is as good as the other."""
        found: dict[tuple[str, ...], list[str]] = {}
        for id, values in sorted(self.people):
            found.setdefault(values, []).append(id)
        return dict(sorted(found.items()))

    def having(self, target: Target) -> int:
        place = self.categories.index(target.category)
        return sum(values[place] == target.value for _, values in self.people)

    def without(self, gone: set[str]) -> Pool:
        return Pool(self.categories, tuple(person for person in self.people if person[0] not in gone))


def check(pool: Pool, targets: tuple[Target, ...], size: int) -> None:
    """Raise InputError where targets and pool do not speak of the same, or no panel could be drawn at all."""
    if not 1 <= size <= len(pool.people):
        raise InputError(
            f"a panel of {size} cannot be drawn from {len(pool.people)} volunteers",
            remedy="Ask for fewer, or find more volunteers.",
        )
    given = Counter((target.category, target.value) for target in targets)
    for target in targets:
        where = f"target {target.category} = {target.value}"
        if target.category not in pool.categories:
            has = ", ".join(pool.categories) or "none"
            raise InputError("the pool has no such column", where=where, remedy=f"Its columns are: {has}.")
        if given[target.category, target.value] > 1:
            raise InputError("this target is given twice", where=where, remedy="Keep one of them.")
        if not 0 <= target.least <= target.most:
            raise InputError(
                f"from {target.least} to {target.most} is no range", where=where, remedy="Give min, then max."
            )
    for place, category in enumerate(pool.categories):
        values = {values[place] for _, values in pool.people}
        missing = sorted(values - {value for each, value in given if each == category})
        if missing and any(each == category for each, _ in given):
            raise InputError(
                f"volunteers have the value “{missing[0]}”, and there is no target for it",
                where=f"category {category}",
                remedy="Add it to the targets, with min 0 if need be.",
            )
