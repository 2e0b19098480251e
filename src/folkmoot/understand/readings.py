"""What each way of listening is read with: rows in, files out (a method's own JSON form, a drawing).

No Django here: whoever holds the rows of a bundle gets the same bytes from the same reading.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

import folkmoot
from folkmoot.listen.rows import Answers
from folkmoot.methods import opinions, priorities, themes

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Asked:
    """What a reading must know of the question: its wording in the assembly's language and its options."""

    text: str
    options: dict[str, Any]


def read_open_text(
    answers: Answers,
    asked: Asked,
    *,
    seed: int,
    cache: MutableMapping[str, bytes] | None = None,
    progress: Progress | None = None,
) -> dict[str, str]:
    """The themes of what was written."""
    responses = [themes.Response(id=row.response, text=row.text, person=row.who) for row in answers.texts]
    found = themes.find_themes(
        responses,
        question=asked.text,
        most=MOST_THEMES,
        seed=seed,
        cache=cache,
        progress=_in_parts(progress),
    )
    return {"themes.json": themes.to_json(found)}


# As many themes as can be read on one page. How fine they are is found as the method finds it; only where that
# would make more are they put together, and their parts shown as sub-themes.
MOST_THEMES = 20

# How much of the whole each step of finding themes takes.
PARTS = {"reading": (0.0, 0.6), "comparing": (0.6, 0.05), "checking": (0.65, 0.35)}


def _in_parts(progress: Progress | None) -> Callable[[str, int, int], None] | None:
    if progress is None:
        return None

    def show(step: str, done: int, total: int) -> None:
        start, share = PARTS.get(step, (0.0, 1.0))
        progress(step, start + share * done / max(total, 1))

    return show


def read_statements(
    answers: Answers,
    asked: Asked,
    *,
    seed: int,
    cache: MutableMapping[str, bytes] | None = None,
    progress: Progress | None = None,
) -> dict[str, str]:
    """The opinion map of who agreed with what, and its picture."""
    votes = opinions.Votes.from_rows(
        [row.who for row in answers.votes],
        [row.statement for row in answers.votes],
        [row.value for row in answers.votes],
    )
    voted_on = set(votes.statements)
    out = [row.id for row in answers.statements if row.moderated_out and row.id in voted_on]
    found = opinions.map_opinions(votes, moderated_out=out, seed=seed, progress=progress)
    texts = {row.id: row.text for row in answers.statements}
    return {
        "opinions.json": opinions.to_json(found),
        "map.svg": opinions.chart.to_svg(found, statement_text=texts),
    }


def read_priorities(
    answers: Answers,
    asked: Asked,
    *,
    seed: int,
    cache: MutableMapping[str, bytes] | None = None,
    progress: Progress | None = None,
) -> dict[str, str]:
    """What was put first."""
    keys = [option["key"] for option in asked.options["options"]]
    if asked.options["manner"] == "points":
        found = priorities.share_out([row.points for row in answers.rankings], keys)
    else:
        found = priorities.rank([row.ranking for row in answers.rankings], keys)
    return {"priorities.json": priorities.to_json(found, version=folkmoot.__version__)}


READINGS: dict[str, Callable[..., dict[str, str]]] = {
    "open_text": read_open_text,
    "statements": read_statements,
    "priorities": read_priorities,
}
# The file of each way that findings are composed from.
RESULTS = {"open_text": "themes.json", "statements": "opinions.json", "priorities": "priorities.json"}
