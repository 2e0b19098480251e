"""Whether what a bundle states of its assembly is what the log committed to when it happened. Pure."""

from __future__ import annotations

import datetime
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from folkmoot.publish.evidence import Heard
from folkmoot.publish.proofs import VOICES, LogPart, Said

Content = Mapping[str, Any]
# Of an act, in the words of whoever did it: its line in the record holds them.
OWN_WORDS = ("reason", "ground", "changed")


def check_stated(files: Mapping[str, str], part: LogPart, publication: Mapping[str, Any]) -> list[Said]:
    """The assembly, its questions, the record, the roll and the versions, as every bundle states them."""
    assembly = json.loads(files["assembly.json"])
    about, questions = assembly["about"], assembly["questions"]
    return [
        _said(
            _about(about, part),
            "title, purpose, timetable and who may answer are what was committed to",
            "what is stated of the assembly is not what was committed to",
        ),
        _said(
            _questions(questions, part, about["language"]),
            f"the wording of {len(questions)} questions, their help and their options are what was committed to "
            "when they were asked",
            "the wording of questions is not what was committed to when they were asked",
        ),
        _said(
            _record(json.loads(files["acts.json"]), part),
            "acts.json tells every act of the organisers, in the order and the hour in which it was logged",
            "acts.json does not tell the acts of the organisers as they were logged",
        ),
        _said(
            _roll(json.loads(files["who.json"]), about, part),
            "the roll is as large as when it was frozen"
            if about["access"] != "link"
            else "no roll was asked",
            "the roll is not that which was frozen when the assembly opened",
        ),
        _said(
            _versions(part, publication["number"]),
            f"it is version {publication['number']}, and those before it are in the log",
            "the versions of these findings are not those in the log",
        ),
    ]


def _said(wrong: Iterable[str], right: str, words: str) -> Said:
    found = list(wrong)
    return Said(not found, f"{words}: {'; '.join(found[:5])}" if found else right)


def in_language(texts: Mapping[str, str], language: str) -> set[str]:
    """What may be printed of a text in this language; where it was not written in it, any other it has."""
    for code in (language, language.partition("-")[0]):
        if code in texts:
            return {texts[code]}
    return set(texts.values()) or {""}


def _latest(versions: Sequence[Content]) -> Content | None:
    """The last of them; None where there is none, or one is missing from their numbers."""
    ordered = sorted(versions, key=lambda version: version["number"])
    whole = [version["number"] for version in ordered] == list(range(1, len(ordered) + 1))
    return ordered[-1] if ordered and whole else None


# -- the assembly


def _about(about: Content, part: LogPart) -> Iterator[str]:
    convened, language = part.contents("assembly"), about["language"]
    wording, timetable = _latest(part.contents("wording")), _latest(part.contents("timetable"))
    if len(convened) != 1 or wording is None or timetable is None:
        yield "its opening, a wording or a timetable is missing"
        return
    for act in part.opened:
        if act["content"].get("assembly", about["id"]) != about["id"]:
            yield f"an act of another assembly is among its own: {act['kind']} {act['item']}"
    for name in ("id", "access", "language"):
        if about[name] != convened[0][name]:
            yield name
    for name in ("title", "purpose"):
        if about[name] not in in_language(wording[name], language):
            yield name
    for name in ("opens", "closes", "findings_due", "zone"):
        if about[name] != timetable[name]:
            yield name


def _questions(questions: Sequence[Content], part: LogPart, language: str) -> Iterator[str]:
    committed: dict[str, list[Content]] = defaultdict(list)
    for version in part.contents("question"):
        committed[version["question"]].append(version)
    if sorted(committed) != sorted(question["id"] for question in questions):
        yield "one is missing, added, or there twice"
        return
    places = []
    for number, question in enumerate(questions, 1):
        last = _latest(committed[question["id"]])
        if last is None or question["number"] != number:
            yield f"a version or a number of question {number} is missing"
            return
        places.append((last["closing"], last["position"]))
        yield from (f"{name} of question {number}" for name in _unlike(question, last, language))
        if not _same_versions(question["versions"], committed[question["id"]], language):
            yield f"a version of question {number}"
    if places != sorted(places):
        yield "they stand in another order"


def _unlike(question: Content, last: Content, language: str) -> Iterator[str]:
    """What of a question as it is printed differs from the version that stands."""
    yield from (name for name in ("way", "closing") if question[name] != last[name])
    yield from (name for name in ("text", "help") if question[name] not in in_language(last[name], language))
    if not _same_options(question["options"], last["options"], language):
        yield "options"


def _same_options(printed: Content, committed: Content, language: str) -> bool:
    plain = {name: value for name, value in printed.items() if name != "options"}
    if plain != {name: value for name, value in committed.items() if name != "options"}:
        return False
    ours, theirs = printed.get("options", []), committed.get("options", [])
    return len(ours) == len(theirs) and all(
        one["key"] == other["key"] and one["text"] in in_language(other["text"], language)
        for one, other in zip(ours, theirs, strict=True)
    )


def _same_versions(printed: Sequence[Content], committed: Sequence[Content], language: str) -> bool:
    ordered = sorted(committed, key=lambda version: version["number"])
    return len(printed) == len(ordered) and all(
        all(one[name] == other[name] for name in ("number", "at", "reason"))
        and one["text"] in in_language(other["text"], language)
        for one, other in zip(printed, ordered, strict=True)
    )


# -- the record, the roll, the versions


def _record(acts: Sequence[Content], part: LogPart) -> Iterator[str]:
    """A line for each act, with the reason that was given for it. The rest of a line is not compared."""
    ordered = sorted(part.rows, key=lambda row: int(row["position"]))
    logged = [row for row in ordered if row["type"] not in VOICES]
    opened = {(act["kind"], act["item"]): act["content"] for act in part.opened}
    if len(logged) != len(acts):
        yield f"{len(logged)} acts were logged, {len(acts)} are told"
        return
    for row, act in zip(logged, acts, strict=True):
        content = opened.get((row["type"], row["item"]), {})
        given = [content[name] for name in OWN_WORDS if content.get(name)]
        same = act["kind"] == row["type"] and act["at"] == _hour(int(row["epoch"]))
        if not same or not all(words in act["line"] for words in given):
            yield f"{row['type']} {row['item']}"


def _hour(epoch: int) -> str:
    return datetime.datetime.fromtimestamp(epoch * 3600, datetime.UTC).isoformat()


def _roll(who: Content, about: Content, part: LogPart) -> Iterator[str]:
    frozen = [act["members"] for act in part.contents("roll-freeze")]
    expected = [] if about["access"] == "link" else [who["roll"]]
    if frozen != expected or (not frozen and who["roll"]):
        yield f"{who['roll']} members are stated, {', '.join(map(str, frozen)) or 'no roll'} frozen"


def _versions(part: LogPart, number: int) -> Iterator[str]:
    logged = sorted(act["number"] for act in part.contents("publication"))
    if logged != list(range(1, number)):
        yield f"this is called version {number}, and {len(logged)} are in the log before it"


# -- statements


def check_statements(part: LogPart, heard: Sequence[Heard]) -> list[Said]:
    """In the members' bundle: every statement of the log is opened, and in the rows as it was put."""
    put = _put(part)
    printed = {row.id: (one.question["id"], row) for one in heard for row in one.answers.statements}
    wrong = [item for item, (question, row) in printed.items() if not _as_put(question, row, put.get(item))]
    if wrong:
        return [
            Said(False, f"the statement {item} is not what was put: it was changed or added")
            for item in wrong[:5]
        ]
    places = {row["item"]: int(row["position"]) for row in part.rows if row["type"] == "statement"}
    rest = places.keys() - printed.keys()
    voted_on = {vote.statement for one in heard for vote in one.answers.votes}
    dropped = [item for item in rest if item in voted_on or not _came_later(item, put, places, printed)]
    if dropped:
        words = "is in the log and not in the rows: it was dropped"
        return [Said(False, f"the statement {item} {words}") for item in sorted(dropped)[:5]]
    lines = [Said(True, f"{len(printed)} statements are what was put, word for word")] if printed else []
    if rest:
        lines.append(Said(None, f"{len(rest)} statements were put after the answers had been read"))
    return lines


def _put(part: LogPart) -> dict[str, Content]:
    return {act["item"]: act["content"] for act in part.opened if act["kind"] == "statement"}


def _came_later(
    item: str, put: Mapping[str, Content], places: Mapping[str, int], printed: Mapping[str, tuple[str, Any]]
) -> bool:
    """Whether a statement was put after all that the rows of its question hold."""
    if item not in put:
        return False
    question = put[item]["question"]
    return all(places[other] < places[item] for other, (of, _row) in printed.items() if of == question)


def _as_put(question: str, row: Any, content: Content | None) -> bool:
    return content is not None and (
        question,
        row.text,
        row.who,
        row.author,
        bool(row.moderated_out),
    ) == (content["question"], content["text"], content["who"], author(content), content["moderated_out"])


def author(content: Content) -> str:
    return "participant" if content["who"] else "organisers"


def check_public_statements(part: LogPart, findings: Mapping[str, Any]) -> list[Said]:
    """In the public bundle: those of the organisers are opened; who put another is not for everybody to join."""
    put = _put(part)
    logged = {row["item"] for row in part.rows if row["type"] == "statement"}
    shown = [
        (question["id"], row)
        for question in findings["questions"]
        if question["way"] == "statements"
        for row in question["found"]["statements"]
    ]
    wrong = [row["id"] for question, row in shown if not _may_be_shown(question, row, put, logged)]
    if wrong:
        return [
            Said(
                False, f"{len(wrong)} statements are not what was put: they were changed or added: {wrong[0]}"
            )
        ]
    others = sum(row["id"] not in put for _question, row in shown)
    lines = []
    if organisers := len(shown) - others:
        lines.append(Said(True, f"{organisers} statements of the organisers are what was put, word for word"))
    if others:
        words = f"{others} statements that people put: with members.zip their wording is held against the log"
        lines.append(Said(None, words))
    return lines


def _may_be_shown(question: str, row: Content, put: Mapping[str, Content], logged: set[str]) -> bool:
    content = put.get(row["id"])
    if content is None:
        return row["id"] in logged and row["author"] == "participant"
    return (question, row["text"], row["author"]) == (content["question"], content["text"], author(content))
