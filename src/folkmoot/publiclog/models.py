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
    # Opens what the commitment covers and nobody is given; see Kind.sealed. It goes with the salt.
    seal = models.BinaryField(max_length=SALT_BYTES, null=True)
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


class Tile(models.Model):
    """A full tile of the tree: 256 hashes of 32 bytes, and the one above them. It is never changed.

    Those of higher levels hold the roots of those below. Partial ones are worked out when they are asked for.
    """

    level = models.PositiveSmallIntegerField()
    number = models.PositiveBigIntegerField()
    hashes = models.BinaryField()
    root = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["level", "number"]
        constraints = [models.UniqueConstraint(fields=["level", "number"], name="one_tile_a_place")]

    def __str__(self) -> str:
        return f"{self.level}/{self.number}"


class Checkpoint(models.Model):
    """What was signed of the log: how long it was and the root of its tree, under the name it then had."""

    # Counted from 1 through all names of the log, so that one that is gone is missed.
    number = models.PositiveBigIntegerField(unique=True)
    origin = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    root = models.CharField(max_length=64)
    # The signed note, without the lines of witnesses.
    note = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["origin", "size"], name="one_checkpoint_a_size")]

    def __str__(self) -> str:
        return f"{self.origin} {self.size}"


class WitnessChangeQuerySet(models.QuerySet["WitnessChange"]):
    def standing(self) -> WitnessChangeQuerySet:
        """Whose signatures are shown now: the last change of each key, where it let it in."""
        last = WitnessChange.objects.order_by().values("key").annotate(last=models.Max("pk")).values("last")
        return self.filter(pk__in=last, accepted=True)


class WitnessChange(models.Model):
    """A witness accepted or no longer: somebody else who follows the log and signs that it only grew."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Who keeps it, in words: "Skelby branch".
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=300)
    # Where it can be asked; empty for one that comes by itself.
    address = models.URLField(blank=True, default="")
    accepted = models.BooleanField()
    authority = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    objects = WitnessChangeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Cosignature(models.Model):
    """That a witness saw a checkpoint, and when: its line under the note."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.CASCADE, related_name="cosignatures")
    key = models.CharField(max_length=300)
    line = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["checkpoint", "key"], name="a_witness_signs_a_checkpoint_once")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.checkpoint_id}"


class Sighting(models.Model):
    """A checkpoint with our signature that this log does not contain: it was rewound, or forked.

    Nothing is signed from then on until somebody says, in public, what happened.
    """

    size = models.PositiveBigIntegerField()
    root = models.CharField(max_length=64)
    note = models.TextField()
    origin = models.CharField(max_length=200)
    # Who showed it: a witness, or this installation's own copy outside the database.
    source = models.CharField(max_length=300)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["origin", "size", "root"], name="a_sighting_is_kept_once")
        ]

    def __str__(self) -> str:
        return f"{self.origin} {self.size}"


class Restoration(models.Model):
    """That the log goes on from a backup: entries were lost. From here on it has another name."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # The name under which it goes on, the last one it had, how long that was, and how much of it is surely here.
    origin = models.CharField(max_length=200, unique=True)
    before = models.CharField(max_length=200)
    seen = models.PositiveBigIntegerField()
    seen_root = models.CharField(max_length=64)
    kept = models.PositiveBigIntegerField()
    reason = models.TextField()
    authority = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.before} → {self.origin}"


class Erasure(models.Model):
    """That something was erased by right, when, why and on whose word. What it was is gone."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    item = models.UUIDField(unique=True)
    kind = models.CharField(max_length=40)
    ground = models.TextField()
    authority = models.CharField(max_length=200)
    # Only whose it was is gone: others have answered to it, so it stays.
    tie = models.BooleanField(default=False)
    assembly = models.UUIDField(null=True, db_index=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.item}: {self.ground}"
