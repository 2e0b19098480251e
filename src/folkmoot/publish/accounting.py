"""Whether every answer in the log is accounted for: it counts, or the bundle shows why it does not. Pure.

The members' bundle opens the entry of each answer that counts, came late, was taken back, or came after the
answers were read. What somebody replaced stays sealed: the number of the answer that stands says how many came
before it. So just as many entries stay sealed as these numbers say, and those that were erased in public.
"""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from folkmoot.listen.rows import Answers, Aside
from folkmoot.methods.transparency import commitment
from folkmoot.publish.evidence import Heard
from folkmoot.publish.proofs import LogPart, Said

Person = tuple[str, str]
NAMED = 5
# What `log.csv` says of an answer that the bundle opens; nothing of one that stays sealed.
COUNTS, LATE, KEPT = "counts", "late", "aside"
NOTHING = ("", "", "")


@dataclass(frozen=True)
class Opened:
    """An answer whose entry the bundle opens: the content that was committed to, and whether it counts.

    `state`: it counts, came late, or is kept aside for another reason.
    """

    item: str
    content: Mapping[str, Any]
    state: str

    @property
    def person(self) -> Person:
        """The question and the pseudonym there."""
        return self.content["question"], self.content["who"]

    @property
    def number(self) -> int:
        return int(self.content["number"])

    @property
    def counts(self) -> bool:
        return self.state == COUNTS

    @property
    def told(self) -> tuple[str, str, str]:
        """What `log.csv` says of it beside what opens it."""
        return self.content["who"], str(self.number), self.state


@dataclass(frozen=True)
class Ledger:
    """The entries of answers in `log.csv` by their items, those erased, and what the bundle opens."""

    entries: Mapping[str, Mapping[str, str]]
    erased: frozenset[str]
    opened: Sequence[Opened]

    @property
    def sealed(self) -> set[str]:
        return {item for item, entry in self.entries.items() if not entry["salt"]} - self.erased

    def place(self, item: str) -> int:
        return int(self.entries[item]["position"]) if item in self.entries else -1


@dataclass
class Numbers:
    """What the numbers of people's answers say: how many were `replaced`, and what is `wrong` with them."""

    replaced: int = 0
    wrong: list[str] = field(default_factory=list)


def check_answers(
    part: LogPart, heard: Sequence[Heard], aside: Sequence[Aside], *, closed: bool
) -> list[Said]:
    """Hold the rows and the answers set aside against the log. `closed`: nothing may be left to read."""
    entries = {row["item"]: row for row in part.rows if row["type"] == "response"}
    opened = [*_counted(heard), *_aside(aside)]
    ledger = Ledger(entries, _erased(part), opened)
    numbers = _numbers(heard, opened)
    rest = unread(heard, aside)
    wrong = [*_order(heard, aside), *_unfit(ledger), *numbers.wrong, *_sealed(ledger, numbers.replaced)]
    wrong += _skipped(ledger, rest)
    if closed and rest:
        wrong.append(f"{len(rest)} answers came in time and were not read, though the assembly had closed")
    if wrong:
        return [Said(False, line) for line in wrong]
    return [*_agreed(ledger, aside, rest, numbers.replaced), *_outside(ledger, rest, numbers.replaced)]


def unread(heard: Iterable[Heard], aside: Iterable[Aside]) -> list[Aside]:
    """Those that came in time and are not among the rows, but for priorities that were taken back before."""
    ways = {one.question["id"]: one.question["way"] for one in heard}
    standing = {(one.question["id"], row.who) for one in heard for row in one.answers.rankings}

    def taken_back(row: Aside) -> bool:
        emptied = ways.get(row.question) == "priorities" and not any(json.loads(row.content).values())
        return emptied and (row.question, row.who) not in standing

    return [row for row in aside if not row.late and not taken_back(row)]


def _erased(part: LogPart) -> frozenset[str]:
    acts = part.contents("erasure")
    return frozenset(act["item"] for act in acts if act["kind"] == "response" and not act["tie"])


# -- what is opened


def _counted(heard: Iterable[Heard]) -> Iterator[Opened]:
    for one in heard:
        for item, content in contents(one.question, one.answers):
            yield Opened(item, content, COUNTS)


def contents(question: Mapping[str, Any], answers: Answers) -> Iterator[tuple[str, dict[str, Any]]]:
    """The content that each answer's commitment covers, rebuilt from the rows."""

    def content(row: Any, inner: dict[str, Any]) -> dict[str, Any]:
        return {
            "who": row.who,
            "question": question["id"],
            "version": row.version,
            "number": row.number,
            "late": False,
            "content": inner,
        }

    for text in answers.texts:
        yield text.response, content(text, {"text": text.text})
    for ranking in answers.rankings:
        points = question["options"]["manner"] == "points"
        inner: dict[str, Any] = {"points": ranking.points} if points else {"ranking": ranking.ranking}
        yield ranking.response, content(ranking, inner)
    batches: dict[str, tuple[Any, dict[str, int]]] = {}
    for vote in answers.votes:
        batches.setdefault(vote.response, (vote, {}))[1][vote.statement] = vote.value
    for response, (first, votes) in batches.items():
        yield response, content(first, {"votes": votes})


def _aside(rows: Iterable[Aside]) -> Iterator[Opened]:
    for row in rows:
        content = {
            "who": row.who,
            "question": row.question,
            "version": row.version,
            "number": row.number,
            "late": bool(row.late),
            "content": json.loads(row.content),
        }
        yield Opened(row.response, content, _state(row))


def states(heard: Iterable[Heard], aside: Iterable[Aside]) -> dict[str, str]:
    """Of each answer that is opened, whether it counts."""
    counted = {item: COUNTS for one in heard for item in one.answers.responses()}
    return counted | {row.response: _state(row) for row in aside}


def _state(row: Aside) -> str:
    return LATE if row.late else KEPT


# -- what may be wrong


def _order(heard: Iterable[Heard], aside: Sequence[Aside]) -> Iterator[str]:
    """Of votes on one statement the last row counts, and a row that is there twice counts twice."""
    for one in heard:
        answers, number = one.answers, one.question["number"]
        keys: list[list[Any]] = [[row.response for row in answers.texts]]
        keys.append([row.response for row in answers.rankings])
        keys.append([(row.who, row.number, row.statement) for row in answers.votes])
        keys.append([row.id for row in answers.statements])
        if not all(map(_rises, keys)):
            yield f"question-{number}: rows are in another order than they are given out in, or there twice"
    if not _rises([row.response for row in aside]):
        yield "aside.csv: rows are in another order than they are given out in, or there twice"


def _rises(keys: Sequence[Any]) -> bool:
    return all(before < after for before, after in itertools.pairwise(keys))


def _unfit(ledger: Ledger) -> Iterator[str]:
    """Every answer that is shown must open its entry, and every entry that can be opened must be shown."""
    added, changed = [], []
    for one in ledger.opened:
        entry = ledger.entries.get(one.item)
        if entry is None or not entry["salt"]:
            added.append(one.item)
        elif (
            commitment(bytes.fromhex(entry["salt"]), {**one.content, "sealed": entry["sealed"]})
            != (entry["commitment"])
        ):
            changed.append(one.item)
    salted = {item for item, entry in ledger.entries.items() if entry["salt"]}
    dropped = salted - {one.item for one in ledger.opened}
    for item in changed[:NAMED]:
        yield f"the answer {item} is not what was committed to in the log: it was changed"
    for item in added[:NAMED]:
        yield f"the answer {item} is not in the log: it was added"
    for item in sorted(dropped)[:NAMED]:
        yield f"the answer {item} is in the log and not in the rows: it was dropped"
    told = {one.item: one.told for one in ledger.opened}
    other = [item for item, entry in ledger.entries.items() if _told(entry) != told.get(item, NOTHING)]
    for item in other[:NAMED]:
        yield f"log.csv says of the answer {item} what the rows do not say"
    for item in sorted(ledger.erased & salted)[:NAMED]:
        yield f"the answer {item} was erased and is in the bundle all the same"
    for item in sorted(ledger.erased - ledger.entries.keys())[:NAMED]:
        yield f"the answer {item} was erased, and its entry is not in log.csv: it was left out"


def _told(entry: Mapping[str, str]) -> tuple[str, str, str]:
    return entry["who"], entry["number"], entry["state"]


def _numbers(heard: Iterable[Heard], opened: Iterable[Opened]) -> Numbers:
    """Each person's answers to a question are numbered from 1; of votes all are shown, else the last."""
    ways = {one.question["id"]: one.question["way"] for one in heard}
    people: dict[Person, list[Opened]] = defaultdict(list)
    for one in opened:
        people[one.person].append(one)
    found = Numbers()
    for (question, who), answers in people.items():
        if question not in ways:
            found.wrong.append(f"{who} answered a question that is none of this assembly's: {question}")
        else:
            _number(found, who, answers, votes=ways[question] == "statements")
    return found


def _number(found: Numbers, who: str, answers: Sequence[Opened], *, votes: bool) -> None:
    shown = {one.number for one in answers}
    last = max((one.number for one in answers if not one.content["late"]), default=0)
    before = last - sum(1 for number in shown if number <= last)
    after = max(shown) - last - sum(1 for number in shown if number > last)
    if len(shown) < len(answers) or min(shown) < 1:
        found.wrong.append(f"{who} has two answers with the same number, or one without")
    elif not votes and sum(one.counts for one in answers) > 1:
        found.wrong.append(f"{who} counts more than once")
    elif after or (votes and before):
        found.wrong.append(f"{who} gave answers that are not shown: they were left out")
    else:
        found.replaced += before


def _sealed(ledger: Ledger, replaced: int) -> Iterator[str]:
    sealed = len(ledger.sealed)
    if sealed > replaced:
        yield (
            f"{sealed - replaced} answers are in the log, and the bundle neither counts them nor shows why not: "
            "they were left out"
        )
    if sealed < replaced:
        yield (
            f"{replaced - sealed} answers were replaced by later ones and have no entry in log.csv: "
            "entries were left out"
        )


def _skipped(ledger: Ledger, rest: Iterable[Aside]) -> Iterator[str]:
    """What was not read must have come after all that was read of the same question."""
    last: dict[str, int] = {}
    for one in ledger.opened:
        if one.counts:
            question = one.person[0]
            last[question] = max(last.get(question, -1), ledger.place(one.item))
    skipped = [row.response for row in rest if ledger.place(row.response) < last.get(row.question, -1)]
    for item in skipped[:NAMED]:
        yield f"the answer {item} came before others that were read, and does not count: it was dropped"


# -- what is told where all agrees


def _agreed(ledger: Ledger, aside: Sequence[Aside], rest: Sequence[Aside], replaced: int) -> Iterator[Said]:
    counted = sum(one.counts for one in ledger.opened)
    late = sum(row.late for row in aside)
    if counted:
        yield Said(True, f"{counted} answers are exactly those that the log committed to")
    parts = {
        "count": counted,
        "were replaced by a later one of the same person": replaced,
        "came late": late,
        "were taken back": len(aside) - late - len(rest),
        "came after the answers were read": len(rest),
        "were erased": len(ledger.erased),
    }
    told = ", ".join(f"{number} {what}" for what, number in parts.items() if number)
    if told:
        yield Said(True, f"all {len(ledger.entries)} answers in the log are accounted for: {told}")


def _outside(ledger: Ledger, rest: Sequence[Aside], replaced: int) -> Iterator[Said]:
    if replaced:
        yield Said(
            None,
            f"{replaced} answers in the log were replaced by a later one of the same person: that they are so many "
            "follows from the numbers of those that count; what they said is not in the bundle",
        )
    if ledger.erased:
        yield Said(
            None,
            f"{len(ledger.erased)} answers were erased, each by an act of the log: what they said is gone",
        )
    if rest:
        yield Said(
            None,
            f"{len(rest)} answers came into the log after the answers had been read: these findings do not count "
            "them, the next version must",
        )
