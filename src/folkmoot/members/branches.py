"""How many members each branch has."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from folkmoot.members.models import Branch

# Below this number a branch's size could point at people.
SMALLEST = 10


@dataclass(frozen=True)
class BranchSize:
    """Members in the branch itself, and with those in the branches below it."""

    path: str
    members: int
    with_below: int

    @property
    def small(self) -> bool:
        return self.members < SMALLEST

    def __str__(self) -> str:
        return self.path.replace("/", " / ")


def sizes() -> list[BranchSize]:
    """Every branch that has members on the roll, in itself or below."""
    counted = Branch.objects.annotate(
        size=Count("members", filter=Q(members__left__isnull=True))
    ).values_list("path", "size")
    here = dict(counted)
    total = dict.fromkeys(here, 0)
    for path, size in here.items():
        names = path.split("/")
        for depth in range(1, len(names) + 1):
            above = "/".join(names[:depth])
            total[above] = total.get(above, 0) + size
    return [BranchSize(path, here.get(path, 0), total[path]) for path in sorted(total) if total[path]]


def listed(branches: list[BranchSize], *, on_the_roll: int) -> list[BranchSize]:
    """The branches whose size may be told to every member.

    How many are on the roll is known, so what is left out must not be few either: where it would be, the
    smallest of the others is left out as well.
    """
    told = [branch for branch in branches if not branch.small and branch.members]
    while told and 0 < on_the_roll - sum(branch.members for branch in told) < SMALLEST:
        told.remove(min(told, key=lambda branch: branch.members))
    return told
