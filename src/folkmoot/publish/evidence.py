"""All that findings rest on, as it is kept in the database or read back from a bundle. No Django here."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from folkmoot.listen.rows import Answers
from folkmoot.publish.bundle import folder, to_json
from folkmoot.publish.compose import compose
from folkmoot.publish.compose import to_json as findings_to_json
from folkmoot.publish.found import Answered
from folkmoot.understand.decided import decided
from folkmoot.understand.readings import READINGS, RESULTS, Asked

Files = dict[str, str]

# What people decided about themes, the themes with that applied, and where those stand who raised them.
DECISIONS, DECIDED, WHERE = "decisions.json", "decided.json", "where.json"
# The answers that are kept and not counted, of all questions.
ASIDE = "aside.csv"


@dataclass(frozen=True)
class Heard:
    """One question with its rows, the files of its analysis, and what people decided about its themes."""

    question: Mapping[str, Any]
    answers: Answers
    files: Mapping[str, str]

    def read_again(self, *, seed: int, progress: Callable[[str, float], None] | None = None) -> Files:
        """The files of the analysis once more, from the rows alone."""
        asked = Asked(text=self.question["text"], options=self.question["options"])
        return READINGS[self.question["way"]](self.answers, asked, seed=seed, progress=progress)

    def answered(self) -> Answered:
        file = RESULTS[self.question["way"]]
        result = json.loads(self.files[file])
        if file == "themes.json":
            result = decided(result, self.answers.texts, self.decisions)
        where = json.loads(self.files.get(WHERE, "{}"))
        return Answered(self.question, self.answers, result, self.files.get("map.svg", ""), where)

    @property
    def decisions(self) -> list[dict[str, Any]]:
        """What people decided about the themes, with what opens it in the log."""
        found: list[dict[str, Any]] = json.loads(self.files.get(DECISIONS, "[]"))
        return found

    def decided_files(self) -> Files:
        """The method's themes with people's decisions applied; nothing where nobody decided anything."""
        if not self.decisions:
            return {}
        return {DECIDED: findings_to_json(self.answered().result)}


@dataclass(frozen=True)
class Evidence:
    """`about` the assembly, `who` took part, `acts` of the organisers, each question.

    `log` are the files of the log's part; a draft has none yet.
    """

    about: Mapping[str, Any]
    who: Mapping[str, Any]
    acts: Sequence[Mapping[str, Any]]
    heard: Sequence[Heard]
    version: str
    seed: int
    log: Mapping[str, str] = field(default_factory=dict)

    def findings(self) -> dict[str, Any]:
        answered = [one.answered() for one in self.heard]
        return compose(self.about, self.who, answered, self.acts, version=self.version)

    def shared_files(self) -> Files:
        """What both bundles hold."""
        return {
            "assembly.json": to_json(
                {"about": self.about, "questions": [one.question for one in self.heard]}
            ),
            "who.json": to_json(self.who),
            "acts.json": to_json(list(self.acts)),
            "findings.json": findings_to_json(self.findings()),
            **self.log,
        }

    def members_files(self) -> Files:
        """Everything: the rows under pseudonyms and what the methods made of them."""
        files = self.shared_files()
        for one in self.heard:
            for name, text in {**one.files, **one.decided_files(), **one.answers.files()}.items():
                files[f"{folder(one.question)}/{name}"] = text
        return files

    @classmethod
    def from_files(cls, files: Mapping[str, str], manifest: Mapping[str, Any]) -> Evidence:
        """Read a members' bundle back. Raises KeyError or InputError where something is not there or wrong."""
        assembly = json.loads(files["assembly.json"])
        return cls(
            about=assembly["about"],
            who=json.loads(files["who.json"]),
            acts=json.loads(files["acts.json"]),
            heard=[_heard(question, files) for question in assembly["questions"]],
            version=manifest["version"],
            seed=manifest["seed"],
        )


def _heard(question: Mapping[str, Any], files: Mapping[str, str]) -> Heard:
    start = folder(question) + "/"
    own = {name.removeprefix(start): text for name, text in files.items() if name.startswith(start)}
    rows = {name: text for name, text in own.items() if name in Answers.FILES}
    made = {name: text for name, text in own.items() if name not in Answers.FILES}
    return Heard(question, Answers.from_files(rows), made)
