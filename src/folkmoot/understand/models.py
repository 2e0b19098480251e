"""What people meant, together: one analysis of an assembly, and a result for each question."""

from __future__ import annotations

import uuid
import zlib
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from folkmoot.convene.models import Assembly, Question
from folkmoot.members.models import Member


class AnalysisQuerySet(models.QuerySet["Analysis"]):
    def under_way(self) -> AnalysisQuerySet:
        return self.filter(state__in=[Analysis.State.WAITING, Analysis.State.RUNNING])

    def done(self) -> AnalysisQuerySet:
        return self.filter(state=Analysis.State.DONE)


class Analysis(models.Model):
    """A reading of all that was said up to a moment. This row is the job: its state is what people see."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assembly = models.ForeignKey(Assembly, on_delete=models.CASCADE, related_name="analyses")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    step = models.CharField(max_length=200, blank=True, default="")
    # Of the whole, from 0 to 1.
    progress = models.FloatField(default=0.0)
    problem = models.TextField(blank=True, default="")
    seed = models.PositiveIntegerField(default=0)
    version = models.CharField(max_length=20, default="")
    # How many responses and statements it read: whether anything came since.
    responses = models.PositiveIntegerField(default=0)
    # After the close nothing more can come: the last analysis.
    final = models.BooleanField(default=False)
    asked_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    # Renewed at every step; a job that is silent for long was killed and is taken up again.
    alive_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = AnalysisQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "analyses"
        constraints = [
            models.UniqueConstraint(
                fields=["assembly"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="one_analysis_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.assembly_id}: {self.state} {self.step}"

    @property
    def percent(self) -> int:
        return round(100 * self.progress)

    @property
    def doing(self) -> Any:
        """What it is doing just now, in words for people; empty for what has none."""
        return DOING.get(self.step, "")


# The steps that the methods tell of.
DOING = {
    "reading": _("Reading what people wrote"),
    "comparing": _("Comparing it"),
    "checking": _("Checking how sure the themes are"),
    "positions": _("Finding where people stand"),
    "groups": _("Looking for groups"),
    "statements": _("Looking at what they share and where they differ"),
}


class CompressedTextField(models.BinaryField):
    """A long text, kept compressed."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        return None if value is None else zlib.decompress(bytes(value)).decode()

    def get_prep_value(self, value: str | None) -> bytes | None:
        return None if value is None else zlib.compress(value.encode(), 6)


class Result(models.Model):
    """A file of an analysis for one question, byte for byte: what a method found, or the rows it read.

    The rows stand beside the results so that a publication gives out exactly those.
    """

    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="results")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="results")
    name = models.CharField(max_length=40)
    body: Any = CompressedTextField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["analysis", "question", "name"], name="one_file_a_name")
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.question_id}"


class ThemeDecisionQuerySet(models.QuerySet["ThemeDecision"]):
    def of(self, question: Question) -> ThemeDecisionQuerySet:
        return self.filter(question=question).select_related("by").order_by("number")


class ThemeDecision(models.Model):
    """What somebody decided about the themes of one question. Rows are only ever added.

    What the themes are now is worked out from the method's result and all decisions: see `decided.py`.
    """

    class What(models.TextChoices):
        RENAME = "rename", _("Renamed")
        MERGE = "merge", _("Put together")
        SPLIT = "split", _("Split")
        MOVE = "move", _("Moved")
        REVIEW = "review", _("Read")
        ACCEPT = "accept", _("Accepted")
        CHECK = "check", _("Check begun")
        CHECKED = "checked", _("Checked")
        UNDO = "undo", _("Taken back")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="theme_decisions")
    number = models.PositiveIntegerField()
    what = models.CharField(max_length=10, choices=What.choices)
    # Which themes, their names before and after: for everybody to read.
    content: Any = models.JSONField()
    # The points it is about: which answer stands where is not for everybody.
    reach: Any = models.JSONField()
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = ThemeDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["question", "number"], name="one_theme_decision_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.what} by {self.by}"


class Verdict(models.Model):
    """What somebody said of one answer that a check drew, before the check is finished. The last one counts."""

    check_of = models.ForeignKey(ThemeDecision, on_delete=models.CASCADE, related_name="verdicts")
    # Of the sample, from 0, in the order in which it is shown.
    place = models.PositiveIntegerField()
    verdict = models.CharField(max_length=6)
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.place}: {self.verdict}"


class ThemeReviewersQuerySet(models.QuerySet["ThemeReviewers"]):
    def include_facilitators(self, assembly: Assembly) -> bool:
        last = self.filter(assembly=assembly).order_by("-pk").first()
        return last is not None and last.facilitators


class ThemeReviewers(models.Model):
    """Whether facilitators may decide about themes in an assembly, beside organisers. The last row counts."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assembly = models.ForeignKey(Assembly, on_delete=models.CASCADE, related_name="theme_reviewers")
    facilitators = models.BooleanField()
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = ThemeReviewersQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "theme reviewers"

    def __str__(self) -> str:
        return f"{self.assembly_id}: {self.facilitators}"
