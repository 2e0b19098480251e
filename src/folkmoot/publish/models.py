"""What the movement now knows: publications, each for ever as it was."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils import timezone

from folkmoot.convene.models import Assembly
from folkmoot.members.models import Member
from folkmoot.understand.models import Analysis


class PublicationQuerySet(models.QuerySet["Publication"]):
    def latest_of(self, assembly: Assembly) -> Publication | None:
        return self.filter(assembly=assembly).order_by("-number").first()


class Publication(models.Model):
    """One version of an assembly's findings. It is never changed; a correction is the next number.

    `findings` is the canonical JSON that page and PDF are made from. The files (PDF and bundles) lie in
    the data directory under the publication's id; their digests are here and in the public log.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assembly = models.ForeignKey(Assembly, on_delete=models.CASCADE, related_name="publications")
    number = models.PositiveIntegerField()
    analysis = models.ForeignKey(Analysis, on_delete=models.PROTECT, related_name="publications")
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    # For every version but the first: what changed, in the organisers' words.
    changed = models.TextField(blank=True, default="")
    findings: Any = models.TextField()
    # How long the log was when it was signed for this version.
    log_size = models.PositiveBigIntegerField(default=0)
    # SHA-256 of the findings as they were published.
    findings_digest = models.CharField(max_length=64)
    # SHA-256 of each file by its name.
    digests: Any = models.JSONField(default=dict)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["assembly", "number"], name="one_publication_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.assembly_id} version {self.number}"

    @property
    def withdrawn(self) -> Withdrawal | None:
        """Files that hold erased content are withdrawn; digest, date and ground stay."""
        return getattr(self, "withdrawal", None)


class Withdrawal(models.Model):
    """That a publication's files were withdrawn, and its findings stand without what was erased."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    publication = models.OneToOneField(Publication, on_delete=models.CASCADE, related_name="withdrawal")
    ground = models.TextField()
    # SHA-256 of the findings as they stand from then on.
    findings_digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.publication}: {self.ground}"
