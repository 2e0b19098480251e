"""What people say: who took part, their responses, statements and votes. Answers are only ever added."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
import uuid
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from folkmoot.convene.models import Assembly, Question, QuestionVersion
from folkmoot.members.models import Member


class Channel(models.TextChoices):
    WEB = "web", _("Web")
    PAPER = "paper", _("Paper")
    MEETING = "meeting", _("Meeting")
    PHONE = "phone", _("Phone")


class Batch(models.Model):
    """Answers that came in together from a file or a stack of paper."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assembly = models.ForeignKey(Assembly, on_delete=models.CASCADE, related_name="batches")
    source = models.CharField(max_length=200)
    file_digest = models.CharField(max_length=64)
    people = models.PositiveIntegerField()
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "batches"

    def __str__(self) -> str:
        return f"{self.source}: {self.people}"


class Participation(models.Model):
    """Somebody taking part in one assembly through one channel. Channels are never merged into one person."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assembly = models.ForeignKey(Assembly, on_delete=models.CASCADE, related_name="participations")
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.WEB)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="participations")
    # Of the cookie of the browser that began it: by the open link, one cookie is one participation.
    token_hash = models.CharField(max_length=64, null=True)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, null=True, related_name="participations")
    # When it was begun: what arrives late was either begun before the close or not.
    started_at = models.DateTimeField(default=timezone.now)
    # Orders the options for this person; recorded, so that the effect of order can be examined.
    seed = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assembly", "member", "channel"],
                condition=models.Q(member__isnull=False),
                name="a_member_takes_part_once_a_channel",
            ),
            models.UniqueConstraint(
                fields=["assembly", "token_hash"],
                condition=models.Q(token_hash__isnull=False),
                name="one_participation_a_cookie",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    def said(self, seat: str | None = None) -> Said:
        """Answers, statements and choices about printing; of one seat only what was given from there."""
        found = self.responses.all(), self.statements.all(), self.consents.all()
        if seat is None:
            return found
        items = self.given.filter(seat=seat).values("item")
        responses, statements, consents = found
        return (
            responses.filter(uuid__in=items),
            statements.filter(uuid__in=items),
            consents.filter(uuid__in=items),
        )

    def has_said(self, seat: str | None = None) -> bool:
        return any(rows.exists() for rows in self.said(seat))

    def all_came_from(self, seat: str) -> bool:
        """Whether everything in it was given from this one seat."""
        pairs = zip(self.said(), self.said(seat), strict=True)
        return all(every.count() == some.count() for every, some in pairs)

    def has_written(self, seat: str | None = None) -> bool:
        """Whether there are words of hers that could be printed."""
        responses, statements, _consents = self.said(seat)
        return statements.exists() or responses.filter(question__way="open_text").exists()


class Given(models.Model):
    """From where something was given in a member's name: by her signed in, or from a browser with her link.

    Whoever has only the link is shown, may change and may erase no more than what came from that browser.
    """

    SIGNED_IN = "signed in"
    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="given")
    item = models.UUIDField(unique=True)
    # SIGNED_IN, or the hash of the browser's cookie.
    seat = models.CharField(max_length=64)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.item}"


class OtherBrowser(models.Model):
    """A browser whose answer by her link was refused, as she had signed in since: she is told of each once."""

    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="other_browsers")
    token_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participation", "token_hash"], name="told_once_a_browser")
        ]

    def __str__(self) -> str:
        return f"{self.participation_id}"


class Consent(models.Model):
    """Whether somebody's words may be printed, without the name. The last answer counts; there is no default."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="consents")
    given = models.BooleanField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.participation_id}: {self.given}"


class ResponseQuerySet(models.QuerySet["Response"]):
    def counted(self) -> ResponseQuerySet:
        """Those that came in time; of each person the last to each question is the one that stands."""
        return self.filter(late=False)

    def standing(self) -> ResponseQuerySet:
        """The last in time of each person to each question."""
        later = Response.objects.filter(
            participation=models.OuterRef("participation"),
            question=models.OuterRef("question"),
            number__gt=models.OuterRef("number"),
            late=False,
        )
        return self.counted().filter(~models.Exists(later))


class Response(models.Model):
    """One answer to one question in the version that was shown. A changed answer is the next number."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="responses")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="responses")
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    # The pseudonym under which this row is given out; see PseudonymKey.
    who = models.CharField(max_length=32, db_index=True)
    # {"text": …}, {"ranking": […]} or {"points": {…}}; null for votes, which have rows of their own.
    content: Any = models.JSONField(null=True)
    at = models.DateTimeField(default=timezone.now)
    # It came after the close but was begun before: kept, told, and not counted.
    late = models.BooleanField(default=False)

    # The votes that came with it, while they are being written.
    cast: dict[str, int] | None = None

    objects = ResponseQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "question", "number"], name="one_response_a_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.uuid} ({self.number})"


LONGEST_STATEMENT = 400


def statement_key(text: str) -> str:
    """Two statements are the same when only case, spacing and punctuation differ."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return hashlib.sha256(re.sub(r"[\W_]+", " ", plain).strip().encode()).hexdigest()


class StatementQuerySet(models.QuerySet["Statement"]):
    def shown(self) -> StatementQuerySet:
        """Those that people are asked to vote on."""
        return self.filter(moderated_out=False)


class Statement(models.Model):
    """Something that everybody can agree or disagree with, put by the organisers or by somebody taking part."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="statements")
    participation = models.ForeignKey(
        Participation, on_delete=models.SET_NULL, null=True, related_name="statements"
    )
    # The pseudonym of whoever took part and put it; empty where an organiser did.
    who = models.CharField(max_length=32, blank=True, default="")
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    key = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)
    # It came with an import: who put it is an id of the import's own.
    brought = models.BooleanField(default=False)
    # Of imported conversations only: left out there before it came here.
    moderated_out = models.BooleanField(default=False)
    # How much this one wants to be asked next; written by the analysis, see methods/opinions.
    weight = models.FloatField(default=1.0)

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["question", "key"], name="a_statement_is_put_once")]

    def __str__(self) -> str:
        return self.text


class Vote(models.Model):
    """Agree 1, not sure 0, disagree −1, inside the response that brought it. The last one on a statement counts."""

    AGREE, UNSURE, DISAGREE = 1, 0, -1

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="votes")
    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="votes")
    value = models.SmallIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(value__in=(1, 0, -1)), name="a_vote_is_one_of_three"),
            models.UniqueConstraint(fields=["response", "statement"], name="one_vote_a_statement_a_response"),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id}: {self.value}"


class LiveOpinion(models.Model):
    """Where opinion on one question stands while people still vote: worked out from the votes, and replaceable.

    `snapshot` is methods/opinions' own form; `crowd` draws where everybody stands, at one spot in so many pixels.
    """

    question = models.OneToOneField(Question, on_delete=models.CASCADE, related_name="live_opinion")
    # How long the log was when it was worked out.
    length = models.PositiveBigIntegerField()
    snapshot = models.BinaryField()
    crowd = models.TextField(blank=True, default="")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.question_id} at {self.length}"


def new_key() -> str:
    return secrets.token_hex(32)


class PseudonymKeyQuerySet(models.QuerySet["PseudonymKey"]):
    def of(self, question: Question) -> PseudonymKey:
        return self.get_or_create(question=question)[0]


class PseudonymKey(models.Model):
    """The secret behind the pseudonyms of one question: rows of two questions cannot be joined.

    While answers are kept it is kept, too: the audit holds each answer against it.
    """

    question = models.OneToOneField(Question, on_delete=models.CASCADE, related_name="pseudonym_key")
    key = models.CharField(max_length=64, default=new_key)

    objects = PseudonymKeyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"for {self.question_id}"

    def pseudonym(self, participation: Participation) -> str:
        """HMAC-SHA-256 of the participation, the first 128 bits in hexadecimal."""
        return hmac.new(bytes.fromhex(self.key), participation.uuid.bytes, hashlib.sha256).hexdigest()[:32]

    def pseudonym_of_imported(self, author: str) -> str:
        """The same for whoever put a statement of an import, named there by an id of its own."""
        message = b"imported author " + author.encode()
        return hmac.new(bytes.fromhex(self.key), message, hashlib.sha256).hexdigest()[:32]


Said = tuple[models.QuerySet[Response], models.QuerySet[Statement], models.QuerySet[Consent]]
