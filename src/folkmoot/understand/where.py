"""Where those who raised a theme belong: by branch, and on the opinion maps. Counts only, never a row.

Answers to two questions stand under different pseudonyms, so nobody who holds the rows can join them: it is done
here, where the answers are, and leaves as numbers with small cells emptied.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from folkmoot.convene.models import Assembly, Question
from folkmoot.listen.models import Response
from folkmoot.listen.small_cells import SMALL, emptied
from folkmoot.members.models import FrozenEntry
from folkmoot.understand.models import Analysis, Result
from folkmoot.understand.review import UNPLACED, Reading

# A visitor by the open link is in no branch; a member may be in none, too (the empty path).
BY_LINK = None
Part = str | int | None


@dataclass(frozen=True)
class Writer:
    """Who gave an answer, as far as counting needs it."""

    participation: int
    channel: str
    branch: str | None


def writers(question: Question) -> dict[str, Writer]:
    """Who gave each counted answer, by the answer's public id."""
    found = Response.objects.counted().filter(question=question)
    frozen = _branches_as_frozen(question.assembly)
    rows = found.values_list("uuid", "participation", "participation__channel", "participation__member")
    return {
        str(item): Writer(person, channel, frozen.get(member, BY_LINK))
        for item, person, channel, member in rows
    }


def _branches_as_frozen(assembly: Assembly) -> dict[int, str]:
    """The branch in which each member was when the roll was frozen, as who answered is counted, too."""
    entries = FrozenEntry.objects.filter(roll__assembly=assembly.uuid)
    return dict(entries.values_list("member", "branch"))


def where(reading: Reading) -> dict[str, Any]:
    """For each theme, and for what fits none, how many stand in each branch and in each group of each map."""
    everybody = writers(reading.question)
    who = {response: everybody[response] for response in reading.texts if response in everybody}
    raised = {theme["id"]: theme["responses"] for theme in reading.now["themes"]}
    raised[UNPLACED] = reading.now["unplaced"]
    branches = {response: writer.branch for response, writer in who.items()}
    return {
        "branches": crossed(branches, raised),
        "maps": [
            {"question": str(question.uuid), "parts": crossed(_on_map(groups, who), raised)}
            for question, groups in _maps(reading.analysis)
        ],
    }


def crossed(part_of: Mapping[str, Part], raised: Mapping[str, Iterable[str]]) -> list[dict[str, Any]]:
    """Each part with how many wrote and how many of them raised each theme; small cells are emptied.

    A theme's total is published: as many of the next smallest are emptied as it takes that none follows.
    """
    wrote = Counter(part_of.values())
    parts = sorted(wrote, key=lambda part: (part is None, str(part)))
    small = {place for place, part in enumerate(parts) if wrote[part] < SMALL}
    writing = emptied([wrote[part] for part in parts])
    columns = {}
    for theme, responses in raised.items():
        counts = Counter(part_of[response] for response in responses if response in part_of)
        columns[theme] = _column([counts[part] for part in parts], small)
    return [
        {
            "part": part,
            "writers": writing[place],
            "themes": {theme: column[place] for theme, column in columns.items()},
        }
        for place, part in enumerate(parts)
    ]


def _column(counts: Sequence[int], small: set[int]) -> Sequence[int | None]:
    """Nothing at all of a theme that fewer than ten raised."""
    return emptied(counts, small) if sum(counts) >= SMALL else [None] * len(counts)


def _maps(analysis: Analysis) -> list[tuple[Question, dict[int, int]]]:
    """The group of each participation, for each map on which groups were found that are large enough to show."""
    found = Result.objects.filter(analysis=analysis, name="opinions.json").select_related("question")
    maps = []
    for result in found:
        opinions = json.loads(result.body)
        if opinions["groups_verdict"]["found"]:
            maps.append((result.question, _groups(result.question, opinions)))
    return maps


def _groups(question: Question, opinions: Mapping[str, Any]) -> dict[int, int]:
    large = {group["id"] for group in opinions["groups"] if group["size"] >= SMALL}
    of = {one["id"]: one["group"] for one in opinions["participants"] if one["group"] in large}
    people = Response.objects.filter(question=question).values_list("participation", "who").distinct()
    return {person: of[who] for person, who in people if who in of}


def _on_map(groups: Mapping[int, int], who: Mapping[str, Writer]) -> dict[str, Part]:
    """The group of whoever wrote each answer; None for those in no group that is shown."""
    return {response: groups.get(writer.participation) for response, writer in who.items()}
