"""The themes of a question as they stand now: what the method proposed in a reading, and what people decided."""

from __future__ import annotations

import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from folkmoot.convene.models import Assembly, Question
from folkmoot.listen.rows import Text, from_csv
from folkmoot.publiclog.kinds import instant
from folkmoot.understand.decided import decided, has_phrase, key_of
from folkmoot.understand.models import Analysis, Result, ThemeDecision
from folkmoot.understand.taken import Key, still_standing

# What fits no theme, where a theme's id is asked for.
UNPLACED = "unplaced"


def as_decision(row: ThemeDecision) -> dict[str, Any]:
    """A row as bundles hold it and `decided` reads it."""
    return {
        "id": str(row.uuid),
        "row": row.pk,
        "number": row.number,
        "what": row.what,
        "content": row.content,
        "reach": row.reach,
        "by": str(row.by.uuid),
        "by_name": row.by.name,
        "at": instant(row.at),
    }


def decisions(question: Question) -> list[dict[str, Any]]:
    return [as_decision(row) for row in ThemeDecision.objects.of(question)]


def parse_point(text: str) -> Key | None:
    """A point as a form sends it: the answer's id, start and end, with colons between."""
    response, _, rest = text.partition(":")
    start, _, end = rest.partition(":")
    return (response, int(start), int(end)) if start.isdigit() and end.isdigit() else None


@dataclass(frozen=True)
class Reading:
    """One analysis of an open-text question with all decisions up to now."""

    question: Question
    analysis: Analysis
    method: Mapping[str, Any]
    rows: Sequence[Text]
    decisions: Sequence[Mapping[str, Any]]

    @classmethod
    def of(cls, question: Question, analysis: uuid.UUID | None = None) -> Reading | None:
        """The latest reading, or the one that a page was made from; None where that is no longer kept."""
        found = Result.objects.filter(question=question, analysis__state=Analysis.State.DONE)
        if analysis is not None:
            found = found.filter(analysis__uuid=analysis)
        last = found.filter(name="themes.json").select_related("analysis").order_by("-analysis").first()
        if last is None:
            return None
        rows = found.filter(analysis=last.analysis, name="texts.csv").first()
        return cls(
            question,
            last.analysis,
            json.loads(last.body),
            from_csv(Text, rows.body) if rows else [],
            decisions(question),
        )

    def with_all_decisions(self) -> Reading:
        """The same reading with what was decided since it was opened."""
        return Reading(self.question, self.analysis, self.method, self.rows, decisions(self.question))

    def as_seen(self, number: int) -> Reading:
        """The reading as it was on a page that was made when so many decisions had been taken."""
        return Reading(self.question, self.analysis, self.method, self.rows, self.decisions[:number])

    def went_to(self, theme: str) -> str | None:
        """Where a theme went that may no longer be there by this id; None where nobody can say."""
        merged = {
            other: decision["content"]["theme"]
            for decision in still_standing(self.decisions)
            for other in decision["content"].get("from", ())
        }
        while theme in merged:
            theme = merged[theme]
        if theme in self.themes:
            return theme
        there = Counter(point["theme"] for point in self.now["points"] if point["proposed"] == theme)
        found = [(count, key) for key, count in there.items() if key is not None]
        return max(found)[1] if found else None

    @cached_property
    def now(self) -> dict[str, Any]:
        return decided(self.method, self.rows, self.decisions)

    @cached_property
    def themes(self) -> dict[str, dict[str, Any]]:
        return {theme["id"]: theme for theme in self.now["themes"]}

    @cached_property
    def texts(self) -> dict[str, Text]:
        return {row.response: row for row in self.rows}

    @cached_property
    def points(self) -> dict[str | None, list[dict[str, Any]]]:
        """The points of each theme, and of none, in the order of the answers."""
        found: dict[str | None, list[dict[str, Any]]] = defaultdict(list)
        for point in self.now["points"]:
            found[point["theme"]].append(point)
        return found

    def keys(self, theme: str | None) -> list[Key]:
        return [key_of(point) for point in self.points[theme]]

    def with_phrase(self, theme: str | None, phrase: str) -> list[Key]:
        """The points of a theme that hold these words."""
        return [
            key for key in self.keys(theme) if has_phrase(self.texts[key[0]].text[key[1] : key[2]], phrase)
        ]

    def reviewed(self, theme: str) -> Mapping[str, Any] | None:
        """The last decision that a theme, or what fits none, was reviewed."""
        found: Mapping[str, Any] | None = (
            self.now["unplaced_reviewed"] if theme == UNPLACED else self.themes[theme]["reviewed"]
        )
        return found

    def to_review(self, theme: str) -> list[dict[str, Any]]:
        """The points of a theme, or of none, that came since it was reviewed: all, where it never was."""
        here = self.points[None if theme == UNPLACED else theme]
        return [point for point in here if point["new"]] if self.reviewed(theme) else here

    @cached_property
    def next_to_review(self) -> str | None:
        """The largest theme that holds something nobody has reviewed; what fits none comes last."""
        return next((theme for theme in [*self.themes, UNPLACED] if self.to_review(theme)), None)

    @cached_property
    def listed(self) -> list[dict[str, Any]]:
        """Every theme as a list of them shows it, and what fits none as the last."""
        return [self._line(theme) for theme in [*self.themes, UNPLACED]]

    def _line(self, theme: str) -> dict[str, Any]:
        if theme == UNPLACED:
            line = {"name": None, "people": len(self.now["unplaced"])}
        else:
            one = self.themes[theme]
            line = {"name": one["name"], "people": one["people"]}
            # What has no common thread has no name to be told by.
            line["quote"] = next(iter(one["quotes"]), {}).get("text", "") if one["mixed"] else ""
        return line | {"id": theme, "by": self.reviewed(theme), "to_review": len(self.to_review(theme))}

    def adopted_id(self, theme: str) -> str:
        """The id under which people decide about a theme: of the method's own, from what it holds."""
        if _is_uuid(theme):
            return theme
        held = json.dumps(sorted(self.keys(theme)), separators=(",", ":"))
        return str(uuid.uuid5(self.question.uuid, held))

    def is_adopted(self, theme: str) -> bool:
        return _is_uuid(theme)


def _is_uuid(text: str) -> bool:
    """The method's own ids are short: t1, t2, …"""
    return len(text) == 36


def readings(assembly: Assembly) -> list[Reading]:
    """The open-text questions of an assembly that somebody answered and that have been read."""
    found = [Reading.of(question) for question in assembly.questions.all() if question.way == "open_text"]
    return [reading for reading in found if reading is not None and reading.rows]
