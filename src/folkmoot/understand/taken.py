"""The decisions about themes of one question, taken one after the other. Pure, and without Django."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from folkmoot.methods import InputError

Decision = Mapping[str, Any]
# An answer, and where a point of it starts and ends.
Key = tuple[str, int, int]
# The decision that takes another one back.
UNDO = "undo"
# The decision that a theme was reviewed of which only a part was read.
ACCEPT = "accept"
Line = dict[str, Any]


def still_standing(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions in the order of their numbers, without those that were taken back and what took them back."""
    ordered = sorted(decisions, key=lambda one: one["number"])
    undone = {one["content"]["undoes"] for one in ordered if one["what"] == UNDO}
    return [one for one in ordered if one["what"] != UNDO and one["number"] not in undone]


@dataclass
class Adopted:
    """A theme that people decided something about."""

    id: str
    name: str
    proposed: list[str]
    decided: list[dict[str, Any]] = field(default_factory=list)
    reviewed: dict[str, Any] | None = None
    check: dict[str, Any] | None = None


@dataclass(frozen=True)
class Placed:
    """Where people put a point; None is Unplaced. `anchor`: it tells which theme of a later reading is this."""

    theme: str | None
    by_person: bool
    anchor: bool


class Taken:
    """The decisions taken so far, one after the other."""

    def __init__(self) -> None:
        self.themes: dict[str, Adopted] = {}
        self.placed: dict[Key, Placed] = {}
        # Of what was split by a phrase: the theme (None: Unplaced), the phrase, and where its points go.
        self.rules: list[tuple[str | None, str, str]] = []
        self.unplaced_decided: list[dict[str, Any]] = []
        self.unplaced_reviewed: dict[str, Any] | None = None
        self.unplaced_seen: set[Key] = set()
        self._merged: dict[str, str] = {}

    def take(self, decision: Decision) -> None:
        content, reach = decision["content"], decision["reach"]
        for adopted in content["adopts"]:
            self._adopt(adopted["theme"], adopted["proposed"], reach["adopts"][adopted["theme"]])
        points = [(response, start, end) for response, start, end in reach["points"]]
        getattr(self, f"_{decision['what']}")(decision, content, points)

    def _adopt(self, theme: str, proposed: str, points: Iterable[Sequence[Any]]) -> None:
        self.themes[theme] = Adopted(theme, proposed, [proposed])
        for response, start, end in points:
            self.placed.setdefault((response, start, end), Placed(theme, by_person=False, anchor=True))

    def _rename(self, decision: Decision, content: Mapping[str, Any], points: Sequence[Key]) -> None:
        theme = self._theme(decision, content["theme"])
        theme.name = content["name"]
        theme.decided.append(_line(decision, before=content["before"], name=content["name"]))

    def _merge(self, decision: Decision, content: Mapping[str, Any], points: Sequence[Key]) -> None:
        into = self._theme(decision, content["theme"])
        others = [self._theme(decision, one) for one in content["from"]]
        for other in others:
            if other.id != into.id:
                self._pour(other, into)
        into.name = content["name"]
        into.decided = sorted(into.decided, key=lambda line: line["number"])
        into.decided.append(_line(decision, before=content["before"], name=content["name"]))

    def _pour(self, other: Adopted, into: Adopted) -> None:
        self._merged[other.id] = into.id
        del self.themes[other.id]
        for key, placed in self.placed.items():
            if placed.theme == other.id:
                self.placed[key] = Placed(into.id, placed.by_person, placed.anchor)
        into.proposed += [name for name in other.proposed if name not in into.proposed]
        into.decided += other.decided
        into.reviewed = _both(into.reviewed, other.reviewed)

    def _split(self, decision: Decision, content: Mapping[str, Any], points: Sequence[Key]) -> None:
        source = None if content["theme"] is None else self._theme(decision, content["theme"])
        new = Adopted(content["into"], content["name"], list(source.proposed) if source else [])
        self.themes[new.id] = new
        if phrase := decision["reach"].get("phrase"):
            self.rules.append((source.id if source else None, phrase, new.id))
        for key in points:
            self.placed[key] = Placed(new.id, by_person=True, anchor=True)
        line = _line(decision, before=content["before"], name=content["name"])
        (source.decided if source else self.unplaced_decided).append(line)
        new.decided.append(line | {"what": "split_off"})

    def _move(self, decision: Decision, content: Mapping[str, Any], points: Sequence[Key]) -> None:
        target = None if content["to"] is None else self._theme(decision, content["to"])
        for key in points:
            self.placed[key] = Placed(target.id if target else None, by_person=True, anchor=False)
        line = _line(decision, before=content["before"], name=content["to_name"])
        arrived = target.decided if target else self.unplaced_decided
        arrived.append(line | {"what": "move_in"})
        left = self.unplaced_decided
        if content["theme"] is not None:
            left = self._theme(decision, content["theme"]).decided
        left.append(line | {"what": "move_out"})

    def _review(self, decision: Decision, content: Mapping[str, Any], points: Sequence[Key]) -> None:
        line = _line(decision, before=content["before"], name=content["before"])
        if content["theme"] is None:
            self.unplaced_reviewed, self.unplaced_seen = line, set(points)
            return
        theme = self._theme(decision, content["theme"])
        theme.reviewed = line
        theme.decided.append(line)
        for key in points:
            self.placed.setdefault(key, Placed(theme.id, by_person=False, anchor=True))

    def _accept(self, decision: Decision, content: Mapping[str, Any], points: Sequence[Key]) -> None:
        """As if all had been read; the line that this leaves says that it was not."""
        self._review(decision, content, points)
        self._theme(decision, content["theme"]).decided[-1]["read"] = content["read"]

    def _check(self, decision: Decision, content: Mapping[str, Any], points: Sequence[Key]) -> None:
        line = _line(decision, before=content["before"], name="")
        self._theme(decision, content["theme"]).decided.append(line)

    def _checked(self, decision: Decision, content: Mapping[str, Any], points: Sequence[Key]) -> None:
        theme = self._theme(decision, content["theme"])
        theme.decided.append(_line(decision, before=content["before"], name=""))
        theme.check = {"by_name": decision["by_name"], "at": decision["at"], **decision["reach"]["found"]}

    def is_unseen(self, key: Key) -> bool:
        """Whether a point that fits no theme came to stand there after somebody read all that did."""
        return self.unplaced_reviewed is not None and key not in self.unplaced_seen

    def at(self, theme: str | None) -> str | None:
        """The theme that this one was merged into, or itself."""
        while theme is not None and theme in self._merged:
            theme = self._merged[theme]
        return theme

    def _theme(self, decision: Decision, theme: str) -> Adopted:
        try:
            return self.themes[self.at(theme) or theme]
        except KeyError:
            raise InputError(
                f"decision {decision['number']} is about a theme that no decision before it adopted: {theme}",
                remedy="Give all decisions of the question.",
            ) from None


def _both(one: Line | None, other: Line | None) -> Line | None:
    """How two themes together were reviewed: not at all if one was not, in part if one was in part."""
    found = [line for line in (one, other) if line is not None]
    if len(found) < 2:
        return None
    return next((line for line in found if line["what"] == ACCEPT), found[0])


def _line(decision: Decision, *, before: str, name: str) -> dict[str, Any]:
    """A decision as publications tell it."""
    told = {key: decision[key] for key in ("number", "what", "by_name", "at")}
    return told | {"before": before, "name": name}
