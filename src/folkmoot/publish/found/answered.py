"""One question as it was answered; and numbers too small to be published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from folkmoot.listen.rows import Answers
from folkmoot.listen.small_cells import SMALL

NOT_SHOWN: dict[str, None] = {"seen": None, "agree": None, "disagree": None, "unsure": None}
LISTED = 7


@dataclass(frozen=True)
class Answered:
    """One question with its rows, its method's result, and the map's drawing where there is one.

    Of what was written the result is the method's with people's decisions applied, and `where` says how many of
    those who raised each theme stand in each branch and in each group of the maps.
    """

    question: Mapping[str, Any]
    answers: Answers
    result: Mapping[str, Any]
    drawing: str = ""
    where: Mapping[str, Any] = field(default_factory=dict)


def hidden(count: int) -> int | None:
    """A count that may be published: None for one to nine people."""
    return None if 0 < count < SMALL else count


def votes_in(counts: Counter[int]) -> dict[str, Any]:
    """Agree, disagree and not sure; empty where fewer than ten people voted."""
    seen = sum(counts.values())
    if seen < SMALL:
        return dict(NOT_SHOWN)
    return {"seen": seen, "agree": counts[1], "disagree": counts[-1], "unsure": counts[0]}
