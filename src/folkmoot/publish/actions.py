"""What may happen to findings: a draft at any moment, a publication for ever, a correction as the next one."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from folkmoot.convene.models import Assembly, Question, in_language
from folkmoot.listen import voices
from folkmoot.listen.rows import YES, Answers
from folkmoot.listen.turnout import turnout
from folkmoot.members.models import Member, Organisation
from folkmoot.publiclog import kinds, store
from folkmoot.publiclog.actions import RewoundError, logged, private, record, sign
from folkmoot.publiclog.kinds import instant
from folkmoot.publiclog.models import Entry, Erasure
from folkmoot.publish import bundle
from folkmoot.publish.accounting import unread
from folkmoot.publish.aside import erased_since, set_aside
from folkmoot.publish.compose import to_json
from folkmoot.publish.evidence import DECISIONS, WHERE, Evidence, Heard
from folkmoot.publish.leaves import about_log, log_files
from folkmoot.publish.models import Publication, Withdrawal
from folkmoot.understand import actions as understand
from folkmoot.understand.models import Analysis, Result
from folkmoot.understand.review import Reading
from folkmoot.understand.where import where


@dataclass(frozen=True)
class Draft:
    """Findings that are not published: from the latest finished analysis."""

    analysis: Analysis
    evidence: Evidence
    findings: dict[str, Any]


@private("a draft is not public yet")
def draft(assembly: Assembly) -> Draft | None:
    """The findings as they would be published now; None before the first analysis has finished."""
    analysis = assembly.analyses.done().filter(results__isnull=False).order_by("-pk").first()
    if analysis is None:
        return None
    evidence = gather(analysis)
    return Draft(analysis, evidence, evidence.findings())


@private("it reads")
def gather(analysis: Analysis) -> Evidence:
    """All that the findings of an analysis rest on, in the assembly's own language."""
    assembly = Assembly.objects.with_versions().get(pk=analysis.assembly_id)
    with override(assembly.language):
        heard = [
            _heard(number, question, analysis, assembly.language)
            for number, question in enumerate(assembly.questions.all(), 1)
        ]
        return Evidence(
            about=_about(assembly),
            who=turnout(assembly).published(),
            acts=_acts(assembly),
            heard=heard,
            version=analysis.version,
            seed=analysis.seed,
        )


def _about(assembly: Assembly) -> dict[str, Any]:
    timetable = assembly.timetable
    return {
        "id": str(assembly.uuid),
        "organisation": str(Organisation.objects.here()),
        "title": in_language(assembly.wording.title, assembly.language),
        "purpose": in_language(assembly.wording.purpose, assembly.language),
        "language": assembly.language,
        "access": assembly.access,
        "opens": instant(timetable.opens),
        "closes": instant(timetable.closes),
        "findings_due": instant(timetable.findings_due),
        "zone": timetable.zone,
    }


def _heard(number: int, question: Question, analysis: Analysis, language: str) -> Heard:
    files: dict[str, Any] = dict(
        Result.objects.filter(analysis=analysis, question=question).values_list("name", "body")
    )
    rows = {name: text for name, text in files.items() if name in Answers.FILES}
    made = {name: text for name, text in files.items() if name not in Answers.FILES}
    if question.way == "open_text" and "themes.json" in made:
        made |= _decided(question, analysis)
    return Heard(_asked(number, question, language), Answers.from_files(rows), made)


def _decided(question: Question, analysis: Analysis) -> dict[str, str]:
    """What people decided about the themes, each with what opens its leaf; and where the writers stand."""
    reading = Reading.of(question, analysis.uuid)
    if reading is None:
        return {}
    seals = Entry.objects.filter(kind="theme_decision", assembly=question.assembly.uuid)
    opens = {str(entry.item): bytes(entry.seal or b"").hex() for entry in seals}
    told = [{**decision, "seal": opens.get(decision["id"], "")} for decision in reading.decisions]
    files = {WHERE: bundle.to_json(where(reading))}
    return files | {DECISIONS: bundle.to_json(told)} if told else files


def _asked(number: int, question: Question, language: str) -> dict[str, Any]:
    version = question.version
    return {
        "id": str(question.uuid),
        "number": number,
        "way": question.way,
        "closing": question.closing,
        "text": in_language(version.text, language),
        "help": in_language(version.help, language),
        "options": _options(version.options, language),
        "versions": [
            {
                "number": each.number,
                "text": in_language(each.text, language),
                "at": instant(each.at),
                "reason": each.reason,
            }
            for each in question.versions.all()
        ],
    }


def _options(options: Mapping[str, Any], language: str) -> dict[str, Any]:
    plain = dict(options)
    if "options" in plain:
        plain["options"] = [
            {"key": option["key"], "text": in_language(option["text"], language)}
            for option in plain["options"]
        ]
    return plain


def _acts(assembly: Assembly) -> list[dict[str, Any]]:
    """What the organisers did, oldest first, as the public record shows it."""
    open_kinds = {kind.name: kind for kind in kinds.every() if not kind.voice}
    entries = Entry.objects.of_assembly(assembly.uuid).filter(kind__in=open_kinds)
    return [
        {"at": _hour(entry.epoch), "kind": entry.kind, "line": str(open_kinds[entry.kind].show(thing))}
        for entry in entries
        if (thing := open_kinds[entry.kind].find(entry.item)) is not None
    ]


def _hour(epoch: int) -> str | None:
    return instant(datetime.datetime.fromtimestamp(epoch * 3600, datetime.UTC))


class StaleError(Exception):
    """What people said is no longer what was read: one erased hers, or answers from before the close came in."""


@private("it reads the log; signing is the log's own")
def with_log(
    evidence: Evidence, assembly: Assembly, *, since: int, at: datetime.datetime
) -> tuple[Evidence, int]:
    """The evidence with the log's part, signed now, and how long the log was.

    `since`: how long it was before the evidence was gathered; `at`: when it is published. Raises StaleError, and
    ValidationError where the log cannot be signed (something is wrong with it) or organisers acted meanwhile.
    """
    try:
        checkpoint = sign(at_once=True)
    except RewoundError as problem:
        raise ValidationError(
            _("The log cannot be signed, so nothing is published: %s") % problem
        ) from problem
    if checkpoint is None:
        raise ValidationError(_("The log is empty: there is nothing to publish."))
    entries = list(Entry.objects.of_assembly(assembly.uuid).filter(position__lt=checkpoint.size))
    if any(entry.position >= since and kinds.named(entry.kind).is_open for entry in entries):
        raise ValidationError(
            _("Something was changed in this assembly at this very moment. Look at the draft once more.")
        )
    aside = set_aside(entries, evidence.heard)
    closed = at >= assembly.timetable.closes
    if erased_since(entries, evidence.heard) or (closed and unread(evidence.heard, aside)):
        raise StaleError
    return replace(evidence, log=log_files(entries, checkpoint, evidence.heard, aside)), checkpoint.size


@logged("publication")
def publish(assembly: Assembly, *, by: Member | None, changed: str = "") -> Publication:
    """Publish the latest draft as the next version, for ever.

    Raises ValidationError where nothing was analysed yet, where a correction does not say what changed, and
    where people said something else since: then the answers are read again.
    """
    last = Publication.objects.latest_of(assembly)
    if last and not changed.strip():
        raise ValidationError(
            {"changed": _("Say what this version corrects; readers of the last one will ask.")}
        )
    length = store.length()
    found = draft(assembly)
    if found is None:
        raise ValidationError(_("The answers have not been read yet. Wait for the first draft."))
    publication = Publication(
        assembly=assembly,
        number=last.number + 1 if last else 1,
        analysis=found.analysis,
        by=by,
        at=timezone.now().replace(microsecond=0),
        changed=changed.strip() if last else "",
        findings=to_json(found.findings),
    )
    try:
        evidence, publication.log_size = with_log(found.evidence, assembly, since=length, at=publication.at)
    except StaleError as stale:
        understand.ask(assembly)
        raise ValidationError(
            _(
                "What people said has changed since it was read. It is read again now: wait for the next draft."
            )
        ) from stale
    publication.findings_digest = hashlib.sha256(publication.findings.encode()).hexdigest()
    files = _files(publication, evidence, found.findings)
    publication.digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    folder = _write(publication, files)
    try:
        _commit(publication)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return publication


@transaction.atomic
def _commit(publication: Publication) -> None:
    publication.save(force_insert=True)
    record(publication)


def _files(publication: Publication, evidence: Evidence, findings: dict[str, Any]) -> dict[str, bytes]:
    # Imported here: the PDF's writer is only needed when something is published.
    from folkmoot.publish.open_data import public_files
    from folkmoot.publish.pdf import to_pdf

    stated = about_publication(publication)
    manifest = {
        "version": evidence.version,
        "seed": evidence.seed,
        "place": bundle.place(),
        "log": stated["log"],
        "publication": {key: stated[key] for key in ("id", "number", "at", "changed")},
    }
    return {
        "findings.pdf": to_pdf(findings, stated),
        "public.zip": bundle.pack(public_files(evidence, findings), manifest | {"bundle": "public"}),
        "members.zip": bundle.pack(evidence.members_files(), manifest | {"bundle": "members"}),
    }


@logged("withdrawal")
def withdraw_erased() -> None:
    """Withdraw the files of publications that may hold what was erased since; digest, date and ground stay.

    Copies that somebody has taken are out of reach. The worker calls this again and again.
    """
    standing = Publication.objects.filter(withdrawal__isnull=True).select_related("assembly", "analysis")
    for publication in standing:
        since = publication.analysis.started_at or publication.at
        erased = Erasure.objects.filter(assembly=publication.assembly.uuid, at__gte=since).first()
        if erased is not None:
            _withdraw(publication, erased.ground)
    # After the commit, and again where that was interrupted.
    for publication in Publication.objects.filter(withdrawal__isnull=False):
        shutil.rmtree(folder_of(publication), ignore_errors=True)


@transaction.atomic
def _withdraw(publication: Publication, ground: str) -> None:
    publication.findings = to_json(_without_erased(publication))
    publication.save(update_fields=["findings"])
    withdrawal = Withdrawal.objects.create(
        publication=publication,
        ground=ground,
        findings_digest=hashlib.sha256(publication.findings.encode()).hexdigest(),
    )
    record(withdrawal)
    understand.forget(publication.assembly)


def _without_erased(publication: Publication) -> dict[str, Any]:
    """The findings with only those quotes that somebody still stands by."""
    findings: dict[str, Any] = json.loads(publication.findings)
    questions = {str(question.uuid): question for question in publication.assembly.questions.all()}
    for question in findings["questions"]:
        said = [row.text for row in voices.answers(questions[question["id"]]).texts if row.may_print == YES]
        found = question["found"]
        for theme in found.get("themes", []):
            theme["edge"] = theme["edge"] if theme["edge"] and _stands(theme["edge"], said) else None
        themes = found.get("themes", [])
        quoted = [(theme, name) for theme in themes for name in ("quotes", "more_quotes")]
        quoted += [(part, "quotes") for theme in themes for part in theme.get("subthemes", [])]
        for one, name in [*quoted, (found, "unplaced_quotes"), (found, "unplaced_more")]:
            if name in one:
                one[name] = [quote for quote in one[name] if _stands(quote, said)]
    return findings


def _stands(quote: str, said: list[str]) -> bool:
    return any(quote in text for text in said)


@private("it reads")
def about_publication(publication: Publication) -> dict[str, Any]:
    """What page and PDF say of the version itself."""
    return {
        "id": str(publication.uuid),
        "number": publication.number,
        "at": instant(publication.at),
        "by": publication.by.name if publication.by else "",
        "changed": publication.changed,
        "address": f"{settings.FOLKMOOT.url.rstrip('/')}/a/{publication.assembly.uuid}/findings/{publication.number}/",
        "digests": publication.digests,
        "log": about_log(),
    }


@private("it reads")
def folder_of(publication: Publication) -> Path:
    return Path(settings.PUBLICATIONS) / str(publication.uuid)


def _write(publication: Publication, files: Mapping[str, bytes]) -> Path:
    """Write the files where the commit will find them: all of them, or none."""
    folder = folder_of(publication)
    partial = folder.with_name(folder.name + ".part")
    partial.mkdir(parents=True, mode=0o700)
    for name, content in files.items():
        with (partial / name).open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    partial.rename(folder)
    return folder
