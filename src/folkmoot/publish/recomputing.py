"""Checking the members' bundle: everything is worked out once more from its rows. No Django and no database."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from folkmoot.listen.rows import Aside, from_csv
from folkmoot.methods import InputError
from folkmoot.methods.transparency import sealed
from folkmoot.publish.accounting import check_answers
from folkmoot.publish.agreement import close, themes_apart
from folkmoot.publish.bundle import folder, place
from folkmoot.publish.compose import to_json as findings_to_json
from folkmoot.publish.evidence import ASIDE, DECIDED, Evidence, Heard
from folkmoot.publish.proofs import LogPart
from folkmoot.publish.stated import check_statements
from folkmoot.publish.verdict import Report
from folkmoot.understand.checking import checked


def check_members(
    report: Report,
    files: Mapping[str, str],
    manifest: Mapping[str, Any],
    progress: Callable[[str, float], None] | None,
    part: LogPart,
) -> None:
    """Whether the rows are those of the log, and give the analyses, the decisions and the findings."""
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
    report.outside.append("whether somebody outside the roll answered")


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
