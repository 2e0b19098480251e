"""The written sentences of the demonstration, and how one of them becomes a person's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import resources

import numpy as np

SLOT = re.compile(r"\{(a job|\w+)\}")
CHOICE = re.compile(r"\{([^{}]*\|[^{}]*)\}")


def read(name: str) -> str:
    return (resources.files(__package__) / "texts" / name).read_text(encoding="utf-8").strip()


def sections(name: str) -> dict[str, list[str]]:
    """The lines of a file under their headings ("## ask")."""
    found: dict[str, list[str]] = {}
    here: list[str] = []
    for line in read(name).splitlines():
        if line.startswith("## "):
            here = found.setdefault(line[3:], [])
        elif line:
            here.append(line)
    return found


class Deck:
    """Sentences dealt like cards: each once before any comes again."""

    def __init__(self, lines: list[str], rng: np.random.Generator) -> None:
        self.lines, self.rng = lines, rng
        self.left: list[int] = []
        self.dealt = 0

    def deal(self) -> str:
        if not self.left:
            self.left = self.rng.permutation(len(self.lines)).tolist()
        self.dealt += 1
        return self.lines[self.left.pop()]

    def is_worn(self) -> bool:
        """Whether every sentence has been said twice: once more, and it would sound learnt by heart."""
        return self.dealt >= 2 * len(self.lines)


def filled(frame: str, slots: Mapping[str, str], rng: np.random.Generator, *, clause: bool = False) -> str:
    """A sentence with its {slots} filled and one of each {this|that} chosen; a clause gets no capital."""
    text = SLOT.sub(lambda found: slots[found[1]], frame)
    text = CHOICE.sub(lambda found: str(rng.choice(found[1].split("|"))), text)
    if frame.startswith("{") and not clause:
        text = text[:1].upper() + text[1:]
    return text
