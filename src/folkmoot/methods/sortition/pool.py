"""The volunteers, and the targets that a panel of them must meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from folkmoot.methods import InputError


@dataclass(frozen=True)
class Target:
    """Of this value of a category a panel has at least `least` members and at most `most`.

    `line`: where it stands in its file, if it came from one.
    """

    category: str
    value: str
    least: int
    most: int
    line: int | None = field(default=None, compare=False)

    @property
    def where(self) -> str:
        place = f"line {self.line}, " if self.line else ""
        return f"{place}target {self.category} = {self.value}"


@dataclass(frozen=True)
class Pool:
    """Volunteers by id, each with a value for every category; `lines`: where they stand in their file."""

    categories: tuple[str, ...]
    people: tuple[tuple[str, tuple[str, ...]], ...]
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

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
        people = tuple(person for person in self.people if person[0] not in gone)
        return Pool(self.categories, people, self.lines)


def check(pool: Pool, targets: tuple[Target, ...], size: int) -> None:
    """Raise InputError where targets and pool do not speak of the same, or no panel could be drawn at all."""
    check_size(pool, size)
    check_targets(pool, targets)


def check_size(pool: Pool, size: int) -> None:
    """Raise InputError for a panel that has nobody, or more than volunteered."""
    if not 1 <= size <= len(pool.people):
        raise InputError(
            f"a panel of {size} cannot be drawn from {len(pool.people)} volunteers",
            remedy="Ask for 1 or more, up to as many as volunteered.",
        )


def check_targets(pool: Pool, targets: tuple[Target, ...]) -> None:
    """Raise InputError, with the line of the target, where targets and pool do not speak of the same."""
    seen: set[tuple[str, str]] = set()
    for target in targets:
        if target.category not in pool.categories:
            has = ", ".join(pool.categories) or "none"
            what = f"the pool has no such column: {target.category}"
            raise InputError(what, where=target.where, remedy=f"Its columns are: {has}.")
        if (target.category, target.value) in seen:
            raise InputError("this target is given twice", where=target.where, remedy="Keep one of them.")
        seen.add((target.category, target.value))
        if not 0 <= target.least <= target.most:
            raise InputError(
                f"from {target.least} to {target.most} is no range",
                where=target.where,
                remedy="Give min, then max.",
            )
    for place, category in enumerate(pool.categories):
        values = {values[place] for _, values in pool.people}
        missing = sorted(values - {value for each, value in seen if each == category})
        if missing and any(each == category for each, _ in seen):
            id = next(id for id, values in pool.people if values[place] == missing[0])
            line = f" on line {pool.lines[id]} of the pool" if id in pool.lines else ""
            raise InputError(
                f"volunteers have the value “{missing[0]}”, such as {id}{line}, and there is no target for it",
                where=f"category {category}",
                remedy="Add it to the targets, with min 0 if need be.",
            )
