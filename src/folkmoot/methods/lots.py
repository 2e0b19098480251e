"""Lots that anybody can draw again: an order, or a number, from a seed that nobody could choose.

First publish the numbered list, this method and a public source of randomness that is still in the future;
then its value is the seed (after RFC 3797, with SHA-256 and without its division, which favours some).
The text hashed is seed, contest, stage and name, each ended by a line feed but the last, in UTF-8.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from folkmoot.methods import InputError

METHOD = "SHA-256 of seed, contest, stage and name, parted by line feeds; lowest first"
SPAN = 1 << 256


@dataclass(frozen=True)
class Lot:
    """The lot of one contest. Raises InputError for an empty seed, and for line feeds or bytes that are no text."""

    seed: str
    contest: str = ""

    def __post_init__(self) -> None:
        if not self.seed.strip():
            raise InputError("the seed of the lot is empty", remedy="Give the published random value.")
        if "\n" in self.seed + self.contest or "\r" in self.seed + self.contest:
            raise InputError("a lot's seed and contest stand on one line each", remedy="Take out line ends.")
        if any("\ud800" <= letter <= "\udfff" for letter in self.seed + self.contest):
            raise InputError(
                "a lot's seed or contest holds a byte that is no text", remedy="Write it in UTF-8."
            )

    def number(self, stage: int | str, name: str) -> int:
        """The number from 0 to 2^256 − 1 that this name draws at this stage."""
        text = f"{self.seed}\n{self.contest}\n{stage}\n{name}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest())

    def order(self, stage: int | str, names: Iterable[str]) -> list[str]:
        """The names in the order of the lot: whoever draws the lowest number is first."""
        return sorted(names, key=lambda name: (self.number(stage, name), name))

    def below(self, stage: int | str, limit: int) -> int:
        """A number from 0 to limit − 1, each as likely: what lies past the last full round is drawn anew.

        Raises ValueError for a limit outside 1 to 2^256.
        """
        if not 1 <= limit <= SPAN:
            raise ValueError("the limit of a lot is from 1 to 2^256")
        full, attempt = SPAN - SPAN % limit, 1
        while (drawn := self.number(stage, str(attempt))) >= full:
            attempt += 1
        return drawn % limit
