"""Who is called together, on what, until when."""

from __future__ import annotations

import copy
import datetime
import hashlib
import hmac
import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from folkmoot.members.models import Member


def in_language(texts: dict[str, str], language: str | None = None) -> str:
    """The text in the reader's language, else in the first language it was written in."""
    wanted = language or get_language() or settings.LANGUAGE_CODE
    short = wanted.partition("-")[0]
    for code in (wanted, short):
        if code in texts:
            return texts[code]
    return next(iter(texts.values()), "")


# Assemblies whose versions this process has at hand; see `at_hand`.
KEPT_AT_HAND = 50
_at_hand: dict[uuid.UUID, Assembly] = {}


def _lend(kept: Assembly, found: Assembly) -> None:
    """Give the row just read the versions at hand; its questions are its own, since they lead back to it."""
    versions = dict(kept._prefetched_objects_cache)  # type: ignore[attr-defined]
    questions = versions["questions"]._clone()
    questions._result_cache = [copy.copy(question) for question in versions["questions"]]
    questions._prefetch_done = True
    for question in questions._result_cache:
        question.assembly = found
    found._prefetched_objects_cache = versions | {"questions": questions}  # type: ignore[attr-defined]


class AssemblyQuerySet(models.QuerySet["Assembly"]):
    def with_clock(self) -> AssemblyQuerySet:
        """Each with `now` from the database's clock, the only one that says whether it is open."""
        return self.annotate(now=Now())

    def convened(self) -> AssemblyQuerySet:
        return self.filter(opened_at__isnull=False)

    def with_versions(self) -> AssemblyQuerySet:
        return self.prefetch_related("wordings", "timetables", "questions__versions")

    def at_hand(self, public_id: uuid.UUID) -> Assembly | None:
        """One with its clock and versions for a single query, as long as nothing of it was changed.

        Its versions are kept in this process and used while the row says the same revision.
        """
        found = self.convened().with_clock().filter(uuid=public_id).first()
        if found is None:
            return None
        kept = _at_hand.get(public_id)
        if kept is None or (kept.pk, kept.revision) != (found.pk, found.revision):
            kept = self.with_versions().get(pk=found.pk)
            if len(_at_hand) >= KEPT_AT_HAND:
                _at_hand.clear()
            _at_hand[public_id] = kept
        _lend(kept, found)
        return found


class Assembly(models.Model):
    """Members (or anybody with the link) called together on some questions for some days."""

    class Access(models.TextChoices):
        MEMBERS = "members", _("Members of the organisation")
        LINK = "link", _("Anybody who has the link")
        BOTH = "both", _("Members, and anybody who has the link, counted apart")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    access = models.CharField(max_length=10, choices=Access.choices, default=Access.MEMBERS)
    language = models.CharField(max_length=10, default="en")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    # One more with every change of wording, timetable or question.
    revision = models.PositiveIntegerField(default=0)

    objects = AssemblyQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "assemblies"

    def __str__(self) -> str:
        return self.title

    @property
    def wording(self) -> Wording:
        return _latest(self.wordings.all())

    @property
    def timetable(self) -> Timetable:
        return _latest(self.timetables.all())

    @property
    def title(self) -> str:
        return in_language(self.wording.title)

    @property
    def purpose(self) -> str:
        return in_language(self.wording.purpose)

    @property
    def is_draft(self) -> bool:
        return self.opened_at is None

    def moment(self) -> datetime.datetime:
        """Now by the database's clock; use `with_clock()` to spare the query."""
        if not hasattr(self, "now"):
            self.now = Assembly.objects.filter(pk=self.pk).values_list(Now(), flat=True).get()
        return self.now

    @property
    def state(self) -> str:
        """draft, announced, open or closed. Opening is inclusive, closing exclusive."""
        if self.is_draft:
            return "draft"
        if self.moment() < self.timetable.opens:
            return "announced"
        return "open" if self.moment() < self.timetable.closes else "closed"

    @property
    def is_open(self) -> bool:
        return self.state == "open"

    @property
    def for_members(self) -> bool:
        return self.access in (self.Access.MEMBERS, self.Access.BOTH)

    @property
    def for_link(self) -> bool:
        return self.access in (self.Access.LINK, self.Access.BOTH)


def _latest(versions: models.QuerySet[Any]) -> Any:
    # Over all(), so that prefetched versions cost no further query.
    return max(versions, key=lambda version: version.number)


class Version(models.Model):
    """A version of something that people see: never overwritten once the assembly was opened."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reason = models.TextField(blank=True, default="")

    class Meta:
        abstract = True
        ordering = ["number"]


class Wording(Version):
    """What an assembly is called and what it is for, a text for each language."""

    assembly = models.ForeignKey(Assembly, on_delete=models.CASCADE, related_name="wordings")
    title: Any = models.JSONField()
    purpose: Any = models.JSONField(default=dict)

    class Meta(Version.Meta):
        constraints = [models.UniqueConstraint(fields=["assembly", "number"], name="one_wording_a_number")]

    def __str__(self) -> str:
        return in_language(self.title)


class Timetable(Version):
    """When it opens and closes, and when the findings are due, in the assembly's own time zone."""

    assembly = models.ForeignKey(Assembly, on_delete=models.CASCADE, related_name="timetables")
    opens = models.DateTimeField()
    closes = models.DateTimeField()
    findings_due = models.DateTimeField()
    zone = models.CharField(max_length=60)

    class Meta(Version.Meta):
        constraints = [
            models.UniqueConstraint(fields=["assembly", "number"], name="one_timetable_a_number"),
            models.CheckConstraint(
                condition=models.Q(opens__lt=models.F("closes"), closes__lte=models.F("findings_due")),
                name="opens_then_closes_then_findings",
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.local(self.opens):%Y-%m-%d %H:%M} – {self.local(self.closes):%Y-%m-%d %H:%M} {self.zone}"
        )

    def local(self, moment: datetime.datetime) -> datetime.datetime:
        return moment.astimezone(ZoneInfo(self.zone))


class Question(models.Model):
    """One thing that is asked, in its own way of listening."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assembly = models.ForeignKey(Assembly, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveIntegerField()
    way = models.CharField(max_length=40)
    # Every assembly ends with "What should we have asked?"
    closing = models.BooleanField(default=False)

    class Meta:
        ordering = ["closing", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assembly"], condition=models.Q(closing=True), name="one_closing_question"
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def version(self) -> QuestionVersion:
        return _latest(self.versions.all())

    @property
    def text(self) -> str:
        return in_language(self.version.text)


class QuestionVersion(Version):
    """The exact wording of a question, and what its way of listening needs (options, limits)."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="versions")
    text: Any = models.JSONField()
    help: Any = models.JSONField(default=dict)
    options: Any = models.JSONField(default=dict)

    class Meta(Version.Meta):
        constraints = [
            models.UniqueConstraint(fields=["question", "number"], name="one_question_version_a_number")
        ]

    def __str__(self) -> str:
        return in_language(self.text)

    @property
    def help_text(self) -> str:
        return in_language(self.help)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def holding(self, token: str) -> Invitation | None:
        return (
            self.filter(token_hash=Invitation.digest(token))
            .select_related("assembly", "member", "member__branch")
            .first()
        )


class Invitation(models.Model):
    """A personal link. The link itself is kept nowhere: it is derived when organisers ask for the list."""

    assembly = models.ForeignKey(Assembly, on_delete=models.CASCADE, related_name="invitations")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assembly", "member"], name="one_invitation_a_member")]

    def __str__(self) -> str:
        return f"{self.member} to {self.assembly_id}"

    @staticmethod
    def token(assembly: Assembly, member: Member) -> str:
        message = b"invitation" + assembly.uuid.bytes + member.uuid.bytes
        return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).hexdigest()[:26]

    @staticmethod
    def digest(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()


class LinksGiven(models.Model):
    """That an officer took the personal links along, and how many there were."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assembly = models.ForeignKey(Assembly, on_delete=models.CASCADE, related_name="links_given")
    members = models.PositiveIntegerField()
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "links given"

    def __str__(self) -> str:
        return f"{self.members} to {self.by}"
