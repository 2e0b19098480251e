"""The words of many texts in one row, so that what concerns a word is asked once for each different one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods.themes.words import Clauses, stem

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Scalar = TypeVar("Scalar", bound=np.generic)

NO_WORD = 0
"""The number of no word, which stands before and after each stretch of words."""


@dataclass(frozen=True)
class Distinct:
    """What different values some function has, and the number of its value at each place."""

    values: list[str]
    at: Numbers

    def flags(self, holds: Callable[[str], bool]) -> Flags:
        """Place by place, whether something holds of the value there."""
        return np.asarray(np.array([holds(value) for value in self.values], dtype=bool)[self.at])

    def among(self, some: Collection[str]) -> Flags:
        return self.flags(some.__contains__)

    def counts(self, where: Flags) -> Numbers:
        """At how many of the places each value stands."""
        return np.asarray(np.bincount(self.at[where], minlength=len(self.values)))


@dataclass(frozen=True)
class Tokens:
    """`words` are the different words as they are written, `code` which of them stands at each place.

    `text` is the number of the text at each place, of so many `texts`.
    """

    words: list[str]
    code: Numbers
    text: Numbers
    texts: int

    @classmethod
    def of(cls, split: Sequence[Clauses]) -> Tokens:
        row, lengths = [""], []
        for text in split:
            so_far = len(row)
            for clause in text:
                row += clause
                row.append("")
            lengths.append(len(row) - so_far)
        numbers = {"": NO_WORD}
        code = [numbers.setdefault(word, len(numbers)) for word in row]
        text_at = np.concatenate([[0], np.repeat(np.arange(len(lengths)), lengths)])
        return cls(list(numbers), np.array(code, dtype=np.int64), text_at.astype(np.int64), len(lengths))

    @cached_property
    def is_word(self) -> Flags:
        return np.asarray(self.code != NO_WORD)

    @cached_property
    def written(self) -> Distinct:
        return self.by(str)

    @cached_property
    def lowered(self) -> Distinct:
        return self.by(str.casefold)

    @cached_property
    def stems(self) -> Distinct:
        return self.by(stem)

    def by(self, function: Callable[[str], str]) -> Distinct:
        """The values of a function of words; that of no word is the first."""
        numbers: dict[str, int] = {}
        of_word = [numbers.setdefault(function(word), len(numbers)) for word in self.words]
        return Distinct(list(numbers), np.array(of_word, dtype=np.int64)[self.code])


def before(values: NDArray[Scalar]) -> NDArray[Scalar]:
    """What stands before each place; before the first, the same as there."""
    return np.concatenate([values[:1], values[:-1]])


def after(values: NDArray[Scalar]) -> NDArray[Scalar]:
    """What stands after each place; after the last, the same as there."""
    return np.concatenate([values[1:], values[-1:]])


def numbered(values: Numbers) -> Numbers:
    """Values numbered from 0 in their order, equal ones alike."""
    return np.asarray(np.unique(values, return_inverse=True)[1], dtype=np.int64).reshape(-1)
