"""Checking a bundle by somebody who trusts nobody: what is recomputed, what agrees, what cannot be known.

No Django and no database: the bundle alone is read.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from folkmoot.listen.rows import Aside, from_csv
from folkmoot.methods import InputError
from folkmoot.methods.transparency import Key, sealed
from folkmoot.publish.accounting import check_answers
from folkmoot.publish.agreement import close, themes_apart
from folkmoot.publish.bundle import FORMAT, MANIFEST, folder, place, sha256
from folkmoot.publish.compose import not_heard
from folkmoot.publish.compose import to_json as findings_to_json
from folkmoot.publish.evidence import ASIDE, DECIDED, Evidence, Heard
from folkmoot.publish.found import hidden
from folkmoot.publish.proofs import LogPart, Said, check, compare
from folkmoot.publish.stated import check_public_statements, check_stated, check_statements
from folkmoot.understand.checking import checked

UNREADABLE = (zipfile.BadZipFile, zlib.error, KeyError, TypeError, ValueError, EOFError, OSError)
LARGEST = 2 * 1024**3
OWN_KEY = (
    "whether the log's key is the organisers' own: it is taken from the bundle; compare it with one from elsewhere "
    "(--key)"
)


@dataclass
class Report:
    """`checked`: what was recomputed and agrees. `wrong`: what does not. `outside`: what cannot be known from it."""

    checked: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    @property
    def verifies(self) -> bool:
        return not self.wrong

    def join(self, other: Report) -> None:
        self.checked += other.checked
        self.wrong += other.wrong
        self.outside += other.outside

    def take(self, said: Iterable[Said]) -> None:
        for line in said:
            lines = self.outside if line.agrees is None else self.checked if line.agrees else self.wrong
            lines.append(line.words)

    def expect(self, agrees: bool, checked: str, wrong: str) -> None:
        (self.checked if agrees else self.wrong).append(checked if agrees else wrong)


def verify(stream: BinaryIO, *, progress: Callable[[str, float], None] | None = None) -> Report:
    """Check a bundle. Raises InputError where it cannot be read as one."""
    files, manifest = _unpack(stream)
    report = Report()
    _check_digests(report, files, manifest)
    if report.wrong:
        return report
    try:
        part = LogPart.read(files, manifest)
        report.take(check(part))
        report.take(check_stated(files, part, manifest["publication"]))
        report.outside.append(OWN_KEY)
        if manifest["bundle"] == "members":
            _check_members(report, files, manifest, progress, part)
        else:
            _check_public(report, files, part)
    except InputError:
        raise
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as missing:
        raise InputError(
            f"the bundle lacks what it should hold ({type(missing).__name__}: {missing})",
            remedy="Download it again from the findings page.",
        ) from missing
    return report


def read_log_part(stream: BinaryIO) -> tuple[LogPart, dict[str, Any]]:
    """The log's part of a bundle and its manifest. Raises InputError where it cannot be read."""
    stream.seek(0)
    files, manifest = _unpack(stream)
    try:
        return LogPart.read(files, manifest), manifest
    except (KeyError, TypeError, ValueError, AttributeError) as missing:
        raise InputError(
            f"the bundle holds no part of the log ({missing})", remedy="Was it made by an older version?"
        ) from missing


def stated_key(report: Report, stream: BinaryIO, key: Key) -> None:
    """Hold the key that a bundle states against the one that somebody has from elsewhere."""
    part, _manifest = read_log_part(stream)
    report.expect(
        part.key == key,
        "the log's key is the one that you gave",
        f"the bundle states another key of the log than the one that you gave: {part.key}",
    )
    if part.key == key:
        report.outside = [line for line in report.outside if line != OWN_KEY]


def against_earlier(report: Report, stream: BinaryIO, earlier: BinaryIO) -> None:
    """Hold a bundle against one that somebody kept: the log may only have grown since."""
    part = read_log_part(stream)[0]
    older, stated = read_log_part(earlier)
    earlier.seek(0)
    digest = hashlib.sha256(earlier.read()).hexdigest()
    publication = stated["publication"]
    report.take(
        compare(part, older, digest=digest, number=publication["number"], publication=publication["id"])
    )


def _unpack(stream: BinaryIO) -> tuple[dict[str, str], dict[str, Any]]:
    try:
        with zipfile.ZipFile(stream) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
                raise InputError(
                    "the bundle unpacks to more than 2 GB", remedy="No publication is that large."
                )
            names = archive.namelist()
            if len(set(names)) < len(names):
                raise InputError("a file is in the bundle twice", remedy="Download it again.")
            files = {name: archive.read(name).decode() for name in names}
        manifest = json.loads(files.pop(MANIFEST))
        if manifest["format"] != FORMAT or manifest["bundle"] not in ("members", "public"):
            raise InputError(
                f"this is not a {FORMAT}", remedy="Is it another version of Folkmoot's? Then use that one."
            )
        return files, manifest
    except InputError:
        raise
    except UNREADABLE as problem:
        raise InputError(
            "this is not a bundle of findings",
            remedy="Give public.zip or members.zip as downloaded from the findings page.",
        ) from problem
    except (NotImplementedError, RuntimeError) as problem:
        raise InputError(
            f"the bundle cannot be unpacked: {problem}", remedy="Download it again."
        ) from problem


def _check_digests(report: Report, files: Mapping[str, str], manifest: Mapping[str, Any]) -> None:
    stated = manifest["files"]
    for name in sorted(set(stated) | set(files)):
        if name not in files:
            report.wrong.append(f"{name} is in the manifest and not in the bundle")
        elif name not in stated:
            report.wrong.append(f"{name} is in the bundle and not in the manifest")
        elif sha256(files[name].encode()) != stated[name]:
            report.wrong.append(f"{name} is not the file that the manifest names: it was changed")
    if not report.wrong:
        report.checked.append(f"all {len(files)} files are those that the manifest names")


# -- the members' bundle: everything once more


def _check_members(
    report: Report,
    files: Mapping[str, str],
    manifest: Mapping[str, Any],
    progress: Callable[[str, float], None] | None,
    part: LogPart,
) -> None:
    evidence = Evidence.from_files(files, manifest)
    aside = from_csv(Aside, files[ASIDE])
    report.take(check_answers(part, evidence.heard, aside, closed=_closed(evidence.about, manifest)))
    report.take(check_statements(part, evidence.heard))
    here = place()
    for one in evidence.heard:
        try:
            found = one.read_again(seed=evidence.seed, progress=progress)
        except InputError as problem:
            report.wrong.append(f"{folder(one.question)} cannot be recomputed from its rows: {problem}")
            continue
        for name, text in found.items():
            _check_file(report, one, name, text, there=manifest["place"], here=here)
        _check_decisions(report, files, one, part)
    report.expect(
        _composed(evidence) == files["findings.json"],
        "the findings follow from the rows and the methods' results, byte for byte",
        "the findings are not those that follow from the rows: they were changed",
    )
    report.outside.append(
        "who took part by branch and channel (who.json), where those stand who raised a theme (where.json), the name "
        "of the organisation, and the words around reasons in acts.json are taken as given: names and branches never "
        "stand beside answers"
    )
    report.outside.append(
        "who allowed her words to be printed is taken as given, but for the quotes that are printed"
    )
    report.outside.append(
        "whether somebody outside the roll answered, or the organisers keep a second log: until others keep a "
        "copy of the log you are trusting them"
    )


def _closed(about: Mapping[str, Any], manifest: Mapping[str, Any]) -> bool:
    """Whether the findings were published after the assembly had closed."""
    published, closes = manifest["publication"]["at"], about["closes"]
    return datetime.datetime.fromisoformat(published) >= datetime.datetime.fromisoformat(closes)


def _check_decisions(report: Report, files: Mapping[str, str], one: Heard, part: LogPart) -> None:
    """People's decisions about themes must be those of the log, all of them, and give the themes as decided."""
    start = folder(one.question)
    committed = {
        act["content"]["number"]: act
        for act in part.opened
        if act["kind"] == "theme_decision" and act["content"]["question"] == one.question["id"]
    }
    given = {decision["number"]: decision for decision in one.decisions}
    wrong = [n for n, decision in given.items() if not _is_committed(decision, committed.get(n))]
    wrong += [n for n, decision in given.items() if not _check_follows(decision, one.decisions)]
    dropped = set(committed) - set(given)
    for number in sorted({*wrong, *dropped})[:5]:
        report.wrong.append(
            f"{start}: decision {number} about themes is not the one that the log committed to"
        )
    if not given or wrong or dropped:
        return
    report.checked.append(f"{start}: {len(given)} decisions about themes are those that the log committed to")
    try:
        found = one.decided_files()
    except (InputError, KeyError) as problem:
        report.wrong.append(f"{start}: the decisions about themes do not fit the themes: {problem}")
        return
    report.expect(
        found[DECIDED] == files.get(f"{start}/{DECIDED}"),
        f"{start}/{DECIDED} follows from the method's themes and people's decisions, byte for byte",
        f"{start}/{DECIDED} is not what people's decisions make of the method's themes: it was changed",
    )


def _check_follows(decision: Mapping[str, Any], decisions: Iterable[Mapping[str, Any]]) -> bool:
    """Whether what a check found follows from its sample and its verdicts; other decisions find nothing."""
    if decision["what"] != "checked":
        return True
    begun = next(one for one in decisions if one["id"] == decision["content"]["check"])
    return checked(begun["reach"], decision["reach"]["verdicts"]) == decision["reach"]["found"]


def _is_committed(decision: Mapping[str, Any], act: Mapping[str, Any] | None) -> bool:
    """Whether a decision is the content of this act of the log, with the points that it sealed."""
    if act is None or act["item"] != decision["id"]:
        return False
    content = act["content"]
    same = all(content[name] == decision[name] for name in ("what", "number", "content", "by", "at"))
    hidden = {"reach": decision["reach"], "row": decision.get("row")}
    return same and content["sealed"] == sealed(bytes.fromhex(decision["seal"]), hidden)


def _composed(evidence: Evidence) -> str:
    """The findings from the rows and results; nothing where these name an answer that is not there."""
    try:
        return findings_to_json(evidence.findings())
    except KeyError:
        return ""


def _check_file(
    report: Report, one: Heard, name: str, found: str, *, there: Mapping[str, str], here: Mapping[str, str]
) -> None:
    """A file of an analysis must be what the rows give: the same bytes on the same kind of machine."""
    path, stated = f"{folder(one.question)}/{name}", one.files.get(name, "")
    if stated == found:
        report.checked.append(f"{path} was recomputed from the rows, byte for byte")
    elif there == here:
        report.wrong.append(f"{path} is not what the rows give: it was changed, or made by another version")
    elif name.endswith(".svg"):
        report.outside.append(f"{path} was drawn on another kind of machine and is not compared")
    else:
        _check_estimates(
            report, one, path, json.loads(stated or "null"), json.loads(found), _other(there, here)
        )


def _check_estimates(report: Report, one: Heard, path: str, stated: Any, found: Any, other: str) -> None:
    if close(stated, found):
        report.checked.append(
            f"{path} was recomputed from the rows, but for last digits: it was made {other}"
        )
        return
    apart = themes_apart(stated, found, one.answers) if stated and path.endswith("themes.json") else None
    if apart is not None and apart.is_small:
        report.outside.append(
            f"{path} was made {other}, where sums differ in their last digits: here {apart}. The stated people and "
            "quotes do follow from the stated points. To compare every byte, verify on such a machine"
        )
    else:
        report.wrong.append(
            f"{path} is not what the rows give: it was changed, or made by another version. It says that it was made "
            f"{other}; that explains last digits, and not so much"
        )


def _other(there: Mapping[str, str], here: Mapping[str, str]) -> str:
    """In what the machine that made something differs from this one."""
    names = sorted(name for name in {*there, *here} if there.get(name) != here.get(name))
    parts = (f"{name} {there.get(name, 'unknown')}, here {here.get(name, 'unknown')}" for name in names)
    return f"on another kind of machine ({'; '.join(parts)})"


# -- the public bundle: what aggregates allow


def _check_public(report: Report, files: Mapping[str, str], part: LogPart) -> None:
    findings = json.loads(files["findings.json"])
    report.expect(
        _states(findings) == json.loads(files["assembly.json"]) | {"acts": json.loads(files["acts.json"])},
        "the findings are of this assembly, its questions and its record",
        "the findings state another assembly, other questions or another record than the bundle",
    )
    report.take(check_public_statements(part, findings))
    report.expect(
        not_heard(findings["who"]) == findings["not_heard"]
        and findings["who"] == json.loads(files["who.json"]),
        "who was not heard follows from who answered",
        "who was not heard does not follow from who answered",
    )
    for question in findings["questions"]:
        if question["way"] == "statements":
            _check_sums(report, question)
        if question["way"] == "priorities":
            _check_order(report, question)
    small = [cell for cell in _cells(findings) if hidden(cell) is None]
    report.expect(
        not small, "no cell of fewer than ten people is shown", f"{len(small)} small cells are shown"
    )
    if answers := sum(row["type"] == "response" for row in part.rows):
        report.outside.append(
            f"whether each of {answers} answers in the log counts, was replaced by a later one, came late or was "
            "erased: only the members' bundle can tell"
        )
    report.outside.append(
        "themes, groups and counts cannot be recomputed from the public bundle: that needs the rows, which are "
        "in the members' bundle, for members and auditors"
    )


def _states(findings: Mapping[str, Any]) -> dict[str, Any]:
    """What findings repeat of the assembly, its questions and its record."""
    asked = [
        {name: value for name, value in question.items() if name != "found"}
        for question in findings["questions"]
    ]
    return {"about": findings["assembly"], "questions": asked, "acts": findings["acts"]}


def _check_sums(report: Report, question: Mapping[str, Any]) -> None:
    found = question["found"]
    shown = [row for row in found["statements"] if row["agree"] is not None]
    wrong = [row["id"] for row in shown if row["agree"] + row["disagree"] + row["unsure"] != row["seen"]]
    report.expect(
        not wrong,
        f"question {question['number']}: the votes on {len(shown)} statements add up",
        f"question {question['number']}: the votes on {', '.join(wrong[:3])} do not add up",
    )


def _check_order(report: Report, question: Mapping[str, Any]) -> None:
    found = question["found"]
    by = "borda" if found["manner"] == "rank" else "points"
    scores = [option[by] or 0 for option in found["options"]]
    report.expect(
        scores == sorted(scores, reverse=True),
        f"question {question['number']}: the options stand in the order of their scores",
        f"question {question['number']}: the options do not stand in the order of their scores",
    )


def _cells(findings: Mapping[str, Any]) -> Iterable[int]:
    for sort in ("channels", "branches", "membership"):
        for row in findings["who"].get(sort, []):
            yield from (row[key] for key in ("roll", "people") if row.get(key) is not None)
    for question in findings["questions"]:
        for theme in question["found"].get("themes", []):
            yield from [theme["people"]] if theme["people"] is not None else []
        spread, spots = question["found"].get("alike"), question["found"].get("spots")
        yield from (people for people in (spread or {}).get("tenths", []) if people is not None)
        yield from (people for _x, _y, people in (spots or {}).get("places", []))
