"""What checking says in the end: what agrees, what does not, and what cannot be known. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from folkmoot.publish.proofs import Said


@dataclass
class Report:
    """`checked`: what was recomputed and agrees. `wrong`: what does not. `outside`: what cannot be known from it."""

    checked: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    @property
    def verifies(self) -> bool:
        return not self.wrong

    def join(self, other: Report) -> None:
        self.checked += other.checked
        self.wrong += other.wrong
        self.outside += other.outside

    def take(self, said: Iterable[Said]) -> None:
        for line in said:
            lines = self.outside if line.agrees is None else self.checked if line.agrees else self.wrong
            lines.append(line.words)

    def expect(self, agrees: bool, checked: str, wrong: str) -> None:
        (self.checked if agrees else self.wrong).append(checked if agrees else wrong)
