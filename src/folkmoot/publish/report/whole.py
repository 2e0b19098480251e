"""The whole report: its order is here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from folkmoot.listen.small_cells import SMALL
from folkmoot.publish import sentences as say
from folkmoot.publish.report import method, people
from folkmoot.publish.report.parts import Figure, Fold, Section
from folkmoot.publish.report.priorities import first_sentence, priorities
from folkmoot.publish.report.statements import (
    ON_THE_PAGE,
    differ,
    everything,
    groups,
    opinion_map,
    rows_by_id,
    shared,
)
from folkmoot.publish.report.words import words

Questions = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Report:
    """Headline, findings in sentences, a sentence to quote, and the sections in their order."""

    language: str
    organisation: str
    title: str
    headline: str
    dateline: str
    draft: str
    findings: Sequence[str]
    cite: str
    source: str
    address: str
    sections: Sequence[Section] = field(default_factory=tuple)

    @property
    def figures(self) -> dict[str, Figure]:
        """Every chart by its name."""
        return {figure.name: figure for section in self.sections for figure in _figures(section.parts)}


def _figures(parts: Sequence[Any]) -> Iterator[Figure]:
    for part in parts:
        if isinstance(part, Figure):
            yield part
        elif isinstance(part, Fold):
            yield from _figures(part.parts)


def tell(
    findings: Mapping[str, Any],
    publication: Mapping[str, Any] | None,
    *,
    chart_address: Callable[[str], str] | None = None,
    made_at: str = "",
    at_most: int | None = ON_THE_PAGE,
) -> Report:
    """Findings in sentences, charts and tables. `publication` is None for a draft, made at `made_at`.

    `chart_address` gives each chart its own address; `at_most` is how many statements the full table holds.
    """
    about, who = findings["assembly"], findings["who"]
    sections = [
        replace(section, parts=_addressed(section.parts, chart_address))
        for section in _sections(findings, publication, at_most)
        if section is not None
    ]
    three = three_findings(findings)
    return Report(
        language=about["language"],
        organisation=about["organisation"],
        title=about["title"],
        headline=_headline(findings),
        dateline=say.dateline(about, publication) if publication else about["organisation"],
        draft=""
        if publication
        else say.draft_notice(who["people"], made_at, about["zone"])
        if made_at
        else _("Draft. Not published."),
        findings=three,
        cite=cite(findings, publication, three),
        source=_source(about, publication),
        address=publication["address"] if publication else "",
        sections=sections,
    )


def _addressed(parts: Sequence[Any], address: Callable[[str], str] | None) -> list[Any]:
    """The parts with each chart's own address, where there is one."""
    done: list[Any] = []
    for part in parts:
        if address and isinstance(part, Figure):
            part = replace(part, address=address(part.name))
        elif isinstance(part, Fold):
            part = replace(part, parts=_addressed(part.parts, address))
        done.append(part)
    return done


def _sections(
    findings: Mapping[str, Any], publication: Mapping[str, Any] | None, at_most: int | None
) -> Iterator[Section | None]:
    asked = findings["questions"]
    ranked, voted, written = _of(asked, "priorities"), _of(asked, "statements"), _of(asked, "open_text")
    closing = [question for question in asked if question["closing"]]
    speech = _speech(findings)
    yield people.who_answered(findings)
    yield _gathered(
        "priorities", _("Priorities"), ranked, lambda one, titled: priorities(one, speech, titled=titled)
    )
    stand = f"{publication['folder']}stand/" if publication and publication.get("folder") else ""
    yield _gathered(
        "groups",
        _("Where people stand"),
        voted,
        lambda one, titled: groups(one, titled=titled, stand=stand),
    )
    yield _gathered("shared", _("What we share"), voted, lambda one, titled: shared(one, titled=titled))
    yield _gathered("differ", _("Where we differ"), voted, lambda one, titled: differ(one, titled=titled))
    zone = findings["assembly"]["zone"]
    pages = f"{publication['folder']}themes/" if publication and publication.get("folder") else ""
    yield _gathered(
        "words",
        _("In our words"),
        written,
        lambda one, titled: words(one, titled=titled, zone=zone, pages=pages),
    )
    yield _gathered(
        "asked",
        _("What should we have asked?"),
        closing,
        lambda one, titled: words(one, titled=titled, zone=zone, pages=pages),
    )
    yield people.not_heard(findings)
    yield method.acts(findings, publication)
    yield method.what_next(findings, publication)
    yield method.wording(findings)
    yield method.method(findings)
    yield method.downloads(publication)
    yield method.versions(findings, publication)
    yield _gathered(
        "statements",
        _("All statements"),
        voted,
        lambda one, titled: everything(one, titled=titled, at_most=at_most),
    )
    yield _gathered("map", _("The map"), voted, lambda one, titled: opinion_map(one, titled=titled))


def _of(questions: Questions, way: str) -> list[Mapping[str, Any]]:
    return [question for question in questions if question["way"] == way and not question["closing"]]


def _gathered(
    name: str, heading: str, questions: Questions, parts: Callable[[Mapping[str, Any], bool], list[Any]]
) -> Section | None:
    """One section over all questions of a way; each has its own title only where there are several."""
    found = [part for question in questions for part in parts(question, len(questions) > 1)]
    return Section(name, heading, found) if found else None


def _speech(findings: Mapping[str, Any]) -> say.Speech:
    texts = [findings["assembly"]["purpose"]]
    for question in findings["questions"]:
        texts += [question["text"], question["help"]]
        texts += [row["text"] for row in question["found"].get("statements", [])]
        texts += [option["text"] for option in question["found"].get("options", [])]
        texts += [
            f". {phrase}" for theme in question["found"].get("themes", []) for phrase in theme["phrases"]
        ]
    return say.Speech(texts)


def _headline(findings: Mapping[str, Any]) -> str:
    found, about = findings["headline"], findings["assembly"]
    people = findings["who"]["people"]
    if people == 0:
        return say.nobody_answered()
    if found is None and (people is None or people < SMALL):
        return say.too_few_answered()
    statement = ""
    if found and found["from"] == "statements":
        statement = _row(findings, found)["text"]
    return say.headline(found, about["organisation"], about["access"], statement)


def _row(findings: Mapping[str, Any], found: Mapping[str, Any]) -> Mapping[str, Any]:
    voted = next(one for one in findings["questions"] if one["id"] == found["question"])
    return rows_by_id(voted["found"])[found["statement"]]


def three_findings(findings: Mapping[str, Any]) -> list[str]:
    """What was put first, what is shared, where people differ; then whatever else there is, up to three."""
    asked = findings["questions"]
    found = [*_ranked_first(findings), *_voted(asked)]
    if len(found) < 3:
        found += _written(asked)
    return found[:3]


def _ranked_first(findings: Mapping[str, Any]) -> Iterator[str]:
    for question in _of(findings["questions"], "priorities"):
        if question["found"]["people"] >= SMALL:
            yield first_sentence(question["found"], _speech(findings))
            return


def _voted(questions: Questions) -> list[str]:
    """The most shared statement and the most divided one; a second shared one where none divides."""
    for question in _of(questions, "statements"):
        found, rows = question["found"], rows_by_id(question["found"])
        groups = len(found["groups"]) if found["found"] else 0
        both = [say.vote(rows[entry["statement"]], entry["direction"], groups) for entry in found["shared"]]
        apart = [say.divided(rows[statement]) for statement in found["divides"]]
        if both or apart:
            return [*both[:1], *apart[:1], *both[1:3]]
    return []


def _written(questions: Questions) -> list[str]:
    for question in _of(questions, "open_text"):
        found = question["found"]
        themes = [theme for theme in found["themes"] if theme["people"] is not None and not theme["mixed"]]
        if found["writers"] >= SMALL and themes:
            return [f"{say.raised(theme, found['writers'])} {say.raising()}" for theme in themes[:3]]
    return []


def cite(findings: Mapping[str, Any], publication: Mapping[str, Any] | None, three: Sequence[str]) -> str:
    """A sentence to copy, with its number, date and address. A draft is not to be quoted."""
    if publication is None or not three:
        return ""
    who = say.who_answered(findings["who"], findings["assembly"]["access"])
    return f"{three[0]} {who} {say.no_poll()} {_source(findings['assembly'], publication)}"


def _source(about: Mapping[str, Any], publication: Mapping[str, Any] | None) -> str:
    if publication is None:
        return _("%(organisation)s, “%(title)s”, draft, not published") % about
    return _("%(organisation)s, “%(title)s”, findings version %(number)s, %(day)s, %(address)s") % {
        "organisation": about["organisation"],
        "title": about["title"],
        "number": publication["number"],
        "day": say.day(publication["at"], about["zone"]),
        "address": publication["address"],
    }
