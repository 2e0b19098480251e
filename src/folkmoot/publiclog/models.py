"""What is in the log: one entry for every public act, in one order that cannot fork."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from folkmoot.methods.transparency import SALT_BYTES, Leaf


class EntryQuerySet(models.QuerySet["Entry"]):
    def about(self, item: uuid.UUID) -> EntryQuerySet:
        return self.filter(item=item)

    def of_assembly(self, assembly: uuid.UUID) -> EntryQuerySet:
        return self.filter(assembly=assembly).order_by("position")

    def acts(self, kinds: list[str]) -> EntryQuerySet:
        return self.filter(kind__in=kinds)


class Entry(models.Model):
    """A leaf, its place and the salt that opens it. Each place is taken once, so no entry has two successors."""

    position = models.PositiveBigIntegerField(primary_key=True)
    kind = models.CharField(max_length=40)
    item = models.UUIDField(db_index=True)
    epoch = models.PositiveIntegerField()
    commitment = models.CharField(max_length=64)
    # Deleted with the content when somebody's right to erasure is met; the leaf stays.
    salt = models.BinaryField(max_length=SALT_BYTES, null=True)
    # Where the thing belongs, for lists. No foreign key: the log stands below every stage.
    assembly = models.UUIDField(null=True, db_index=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.position} {self.kind} {self.item}"

    @property
    def leaf(self) -> Leaf:
        return Leaf(self.kind, str(self.item), self.epoch, self.commitment)


class Head(models.Model):
    """How long the log is. Whoever appends holds this one row until the commit, so places have no gaps."""

    THE_ONE = 1
    length = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.length} entries"


class Erasure(models.Model):
    """That something was erased by right, when, why and on whose word. What it was is gone."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    item = models.UUIDField(unique=True)
    kind = models.CharField(max_length=40)
    ground = models.TextField()
    authority = models.CharField(max_length=200)
    assembly = models.UUIDField(null=True, db_index=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.item}: {self.ground}"
