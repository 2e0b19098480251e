"""What may happen to an analysis: it is asked for, done by the worker, and taken up again when killed."""

from __future__ import annotations

import datetime
import json
import logging
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import folkmoot
from folkmoot.convene.models import Assembly, Question, in_language
from folkmoot.listen import actions as listen
from folkmoot.listen import voices
from folkmoot.listen.models import Response, Statement
from folkmoot.methods.themes import VectorFile
from folkmoot.publiclog.actions import private
from folkmoot.publiclog.models import Erasure
from folkmoot.understand import tasks
from folkmoot.understand.models import Analysis, Result
from folkmoot.understand.readings import READINGS, Asked

logger = logging.getLogger(__name__)

# A running analysis renews its row at least so often; one that is silent longer was killed.
SILENCE = datetime.timedelta(minutes=2)
KEPT = 2

RECOMPUTED = "anybody can recompute it; what is made of it is logged when it is published"


@private("it reads")
def spoken(assembly: Assembly) -> int:
    """How many answers and statements there are: whether anything came since the last analysis."""
    answers = Response.objects.counted().filter(question__assembly=assembly).count()
    return answers + Statement.objects.filter(question__assembly=assembly).count()


@private("it reads")
def due() -> list[Assembly]:
    """The assemblies in which something was said since they were last analysed, and those just closed."""
    convened = Assembly.objects.convened().with_clock().with_versions()
    return [assembly for assembly in convened if _is_due(assembly)]


def _is_due(assembly: Assembly) -> bool:
    if assembly.state not in ("open", "closed") or assembly.analyses.under_way().exists():
        return False
    last = assembly.analyses.order_by("-pk").first()
    if last is None:
        return Response.objects.counted().filter(question__assembly=assembly).exists()
    if assembly.state == "closed":
        # A failed one is not tried again and again: somebody must look and ask for it.
        return not last.final
    pause = datetime.timedelta(minutes=settings.FOLKMOOT.analysis_minutes)
    rested = timezone.now() - (last.finished_at or last.asked_at) >= pause
    return rested and spoken(assembly) != last.responses


@private(RECOMPUTED)
def ask(assembly: Assembly) -> Analysis:
    """Ask for an analysis; the one that waits or runs already is given back."""
    try:
        with transaction.atomic():
            analysis = Analysis.objects.create(
                assembly=assembly,
                final=assembly.state == "closed",
                version=folkmoot.__version__,
                seed=_seed(assembly),
            )
            _enqueue(analysis)
            return analysis
    except IntegrityError:
        return assembly.analyses.under_way().get()


def _seed(assembly: Assembly) -> int:
    """The same for every analysis of an assembly, and not chosen by anybody."""
    return int.from_bytes(assembly.uuid.bytes[:3])


def _enqueue(analysis: Analysis) -> None:
    item = str(analysis.uuid)
    transaction.on_commit(lambda: tasks.analyse.enqueue(item))


@private(RECOMPUTED)
def tick() -> None:
    """What the worker calls again and again: ask for what is due, take up what was killed."""
    silent = timezone.now() - SILENCE
    for dead in Analysis.objects.filter(state=Analysis.State.RUNNING, alive_at__lt=silent):
        logger.warning("analysis %s was interrupted and is taken up again", dead.uuid)
        with transaction.atomic():
            dead.state = Analysis.State.WAITING
            dead.asked_at = timezone.now()
            dead.save(update_fields=["state", "asked_at"])
            _enqueue(dead)
    for lost in Analysis.objects.filter(state=Analysis.State.WAITING, asked_at__lt=silent - SILENCE):
        with transaction.atomic():
            lost.asked_at = timezone.now()
            lost.save(update_fields=["asked_at"])
            _enqueue(lost)
    forget_erased()
    for assembly in due():
        ask(assembly)


@private("the erasures that it follows from are logged")
def forget_erased() -> None:
    """Throw away what analyses kept of assemblies in which somebody erased what she said after it was read."""
    read = Analysis.objects.filter(results__isnull=False).order_by().values_list("assembly")
    for pk, since in read.annotate(since=models.Min("started_at")):
        assembly = Assembly.objects.get(pk=pk)
        if Erasure.objects.filter(assembly=assembly.uuid, tie=False, at__gte=since).exists():
            forget(assembly)


@private(RECOMPUTED)
def analyse(analysis: Analysis) -> None:
    """Read all that was said. Claimed by one update, so that two workers never do the same one."""
    now = timezone.now()
    claimed = Analysis.objects.filter(pk=analysis.pk, state=Analysis.State.WAITING).update(
        state=Analysis.State.RUNNING, started_at=now, alive_at=now, progress=0.0, problem=""
    )
    if not claimed:
        return
    analysis.refresh_from_db()
    try:
        _read(analysis)
    except Exception as problem:
        logger.exception("analysis %s failed", analysis.uuid)
        _finish(analysis, Analysis.State.FAILED, problem=f"{type(problem).__name__}: {problem}")


def _read(analysis: Analysis) -> None:
    assembly = Assembly.objects.with_versions().get(pk=analysis.assembly_id)
    analysis.responses = spoken(assembly)
    questions = list(assembly.questions.all())
    found: list[Result] = []
    with VectorFile(settings.CACHE / "embeddings.sqlite3") as cache:
        for place, question in enumerate(questions):
            answers = voices.answers(question)
            files = READINGS[question.way](
                answers,
                asked(question, assembly.language),
                seed=analysis.seed,
                cache=cache,
                progress=_teller(analysis, place / len(questions), 1 / len(questions)),
            )
            files |= answers.files()
            found += [
                Result(analysis=analysis, question=question, name=name, body=body)
                for name, body in files.items()
            ]
            _route(files)
    with transaction.atomic():
        Result.objects.filter(analysis=analysis).delete()
        for result in found:
            result.save(force_insert=True)
        _finish(analysis, Analysis.State.DONE)
        _forget_older(assembly)


@private("it reads")
def asked(question: Question, language: str) -> Asked:
    """What readings know of a question: its latest wording in the assembly's language."""
    return Asked(text=in_language(question.version.text, language), options=question.version.options)


def _teller(analysis: Analysis, start: float, share: float) -> Callable[[str, float], None]:
    """Write progress to the row that people see, at most once a second."""
    told = 0.0

    def tell(step: str, fraction: float) -> None:
        nonlocal told
        if time.monotonic() - told < 1:
            return
        told = time.monotonic()
        Analysis.objects.filter(pk=analysis.pk).update(
            step=step, progress=start + share * fraction, alive_at=timezone.now()
        )

    return tell


def _route(files: dict[str, str]) -> None:
    """Tell listening which statements want to be asked next."""
    if "opinions.json" in files:
        weights = json.loads(files["opinions.json"])["priorities"]
        listen.route({uuid.UUID(statement): weight for statement, weight in weights.items()})


def _finish(analysis: Analysis, state: str, problem: str = "") -> None:
    analysis.state, analysis.problem = state, problem
    analysis.finished_at = analysis.alive_at = timezone.now()
    analysis.progress, analysis.step = 1.0, ""
    analysis.save()


def _forget_older(assembly: Assembly) -> None:
    """Rows of analyses that nothing was published from are kept for the last few only."""
    kept = list(assembly.analyses.done().order_by("-pk").values_list("pk", flat=True)[:KEPT])
    Result.objects.filter(analysis__assembly=assembly, analysis__publications__isnull=True).exclude(
        analysis__in=kept
    ).delete()


@private("the erasure that it follows from is logged")
@transaction.atomic
def forget(assembly: Assembly) -> None:
    """Throw away the rows of all analyses: somebody erased what she said. A new one is due."""
    Result.objects.filter(analysis__assembly=assembly).delete()
    assembly.analyses.update(final=False, responses=0)


@private("it reads")
def failure(analysis: Analysis) -> str:
    """What to tell an organiser of an analysis that failed."""
    return _("The analysis stopped: %(problem)s. Nothing that was said is lost. Try again.") % {
        "problem": analysis.problem
    }
