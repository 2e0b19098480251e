"""What a publisher could give out as the log's part of a bundle: gathered as it is, without the methods' hours."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from folkmoot.convene.models import Assembly
from folkmoot.listen import actions as listen
from folkmoot.listen import voices
from folkmoot.listen.models import Participation
from folkmoot.listen.rows import Aside, from_csv
from folkmoot.publiclog import store
from folkmoot.publish import actions
from folkmoot.publish.accounting import check_answers
from folkmoot.publish.bundle import to_json
from folkmoot.publish.evidence import Evidence
from folkmoot.publish.leaves import about_log
from folkmoot.publish.proofs import LogPart, check
from folkmoot.publish.stated import check_stated, check_statements
from folkmoot.publish.verdict import Report
from folkmoot.understand.models import Analysis, Result

FIRST_VERSION: Mapping[str, Any] = {"number": 1}


@dataclass
class Given:
    """The evidence of a bundle with its files, and what is stated of the publication."""

    evidence: Evidence
    files: dict[str, str]
    closed: bool = False

    def judged(self, publication: Mapping[str, Any] = FIRST_VERSION) -> Report:
        """What verification says of it, but for the methods and the findings."""
        report, part = Report(), LogPart.read(self.files, {"log": about_log()})
        report.take(check(part))
        report.take(check_stated(self.files, part, publication))
        aside = from_csv(Aside, self.files["aside.csv"])
        report.take(check_answers(part, self.evidence.heard, aside, closed=self.closed))
        report.take(check_statements(part, self.evidence.heard))
        return report


def read(assembly: Assembly) -> Analysis:
    """The rows of every question, as an analysis keeps them."""
    analysis = Analysis.objects.create(assembly=assembly, state=Analysis.State.DONE)
    for question in assembly.questions.all():
        for name, body in voices.answers(question).files().items():
            Result.objects.create(analysis=analysis, question=question, name=name, body=body)
    return analysis


def give_out(assembly: Assembly, analysis: Analysis | None = None) -> Given:
    """What is published of an analysis, of a new one if none is given."""
    evidence = actions.gather(analysis or read(assembly))
    now = timezone.now()
    whole, _length = actions.with_log(evidence, assembly, since=store.length(), at=now)
    stated = {"about": whole.about, "questions": [one.question for one in whole.heard]}
    files = {"assembly.json": to_json(stated), "who.json": to_json(whole.who)}
    files |= {"acts.json": to_json(list(whole.acts)), **whole.log}
    return Given(whole, files, closed=now >= assembly.timetable.closes)


def changed(given: Given, name: str, change: Any) -> Given:
    """With one of its JSON files changed."""
    content = json.loads(given.files[name])
    change(content)
    return Given(given.evidence, given.files | {name: to_json(content)}, given.closed)


def somebody(assembly: Assembly, name: str, *, before: datetime.timedelta | None = None) -> Participation:
    """Somebody by the open link; `before`: she began so long ago."""
    began = timezone.now() - before if before else assembly.moment()
    return listen.take_part(assembly, member=None, token_hash=name, started_at=began, seed=len(name))
