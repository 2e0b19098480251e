"""How a version reads, and what changed from one version to the next."""

from __future__ import annotations

import datetime
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from folkmoot.convene import ways
from folkmoot.convene.models import Assembly, QuestionVersion, Timetable, Version, Wording, in_language
from folkmoot.publiclog import kinds

Lines = list[tuple[str, str]]


def spoken(moment: datetime.datetime) -> str:
    """A moment as pages say it, such as "Friday 12 March 2027, 20:00"; give it in the zone it is meant in."""
    return date_format(moment, "l j F Y, H:i")


def fingerprint(version: Version) -> str:
    """The same as long as nobody changes it, not even a draft in place."""
    content = kinds.of(version).content(version)
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def lines(version: Version) -> Lines:
    """What a version says, a label and a text for each part."""
    if isinstance(version, Wording):
        return [(_("Title"), in_language(version.title)), (_("Purpose"), in_language(version.purpose))]
    if isinstance(version, Timetable):
        return _timetable_lines(version)
    assert isinstance(version, QuestionVersion)
    return [
        (_("Question"), in_language(version.text)),
        (_("Hint"), version.help_text),
        *setup_lines(version),
    ]


def _timetable_lines(timetable: Timetable) -> Lines:
    return [
        (_("Opens"), spoken(timetable.local(timetable.opens))),
        (_("Closes"), spoken(timetable.local(timetable.closes))),
        (_("Findings due by"), spoken(timetable.local(timetable.findings_due))),
        (_("Time zone"), timetable.zone),
    ]


def setup_lines(version: QuestionVersion) -> Lines:
    """What the way of listening was told, under the labels of its own form."""
    way = ways.named(version.question.way)
    values = way.initial(version.options, version.question.assembly.language)
    fields = way.setup_form().fields.items()
    return [(str(field.label), _as_chosen(field, values[name])) for name, field in fields if name in values]


def _as_chosen(field: forms.Field, value: Any) -> str:
    return str(dict(getattr(field, "choices", ())).get(value, value))


@dataclass(frozen=True)
class Comparison:
    """One part before and after."""

    label: str
    before: str
    after: str

    @property
    def differs(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Change:
    """One new version of something that people had already seen: who, when and why are on the version."""

    what: str
    version: Version
    comparisons: list[Comparison]


@dataclass(frozen=True)
class Thing:
    """Something that has versions, and how it read when the assembly was opened."""

    what: str
    versions: list[Version]

    @property
    def first(self) -> Lines:
        return lines(self.versions[0])

    @property
    def changes(self) -> list[Change]:
        pairs = zip(self.versions, self.versions[1:], strict=False)
        return [Change(self.what, after, _compare(before, after)) for before, after in pairs]


def _compare(before: Version, after: Version) -> list[Comparison]:
    old, new = dict(lines(before)), dict(lines(after))
    labels = list(dict.fromkeys([*old, *new]))
    return [Comparison(label, old.get(label, ""), new.get(label, "")) for label in labels]


def things(assembly: Assembly) -> list[Thing]:
    """Everything of an assembly that has versions, in the order in which people meet it."""
    found = [
        Thing(_("The wording"), _in_order(assembly.wordings)),
        Thing(_("The timetable"), _in_order(assembly.timetables)),
    ]
    for number, question in enumerate(assembly.questions.all(), 1):
        found.append(Thing(_("Question %d") % number, _in_order(question.versions)))
    return found


def _in_order(versions: Any) -> list[Version]:
    # Over all(), so that prefetched versions cost no further query.
    return sorted(versions.all(), key=lambda version: version.number)


def changes(assembly: Assembly) -> list[Change]:
    """Every change since the opening, the earliest first."""
    found = [change for thing in things(assembly) for change in thing.changes]
    return sorted(found, key=lambda change: change.version.at)
