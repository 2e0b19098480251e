"""The roll: who belongs, in which branch, and who holds which role."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class OrganisationManager(models.Manager["Organisation"]):
    def here(self) -> Organisation:
        """The organisation of this installation; unsaved and unnamed before it is set up."""
        return self.first() or Organisation()

    def hold_the_roll(self) -> None:
        """Until the commit: whoever changes the roll waits for whoever changes it, and sees what she did."""
        list(self.select_for_update())


class Organisation(models.Model):
    """One organisation an installation."""

    name = models.CharField(max_length=200)

    objects = OrganisationManager()

    def __str__(self) -> str:
        return self.name or "Folkmoot"


class BranchQuerySet(models.QuerySet["Branch"]):
    def at(self, path: str) -> Branch:
        """The branch at this path, such as "North/Skelby"; it and those above it are made where missing."""
        branch = None
        walked: list[str] = []
        for name in path.split("/"):
            walked.append(name.strip())
            branch, _made = self.get_or_create(
                path="/".join(walked), defaults={"name": walked[-1], "parent": branch}
            )
        if branch is None:
            raise ValueError("a branch has a name")
        return branch


class Branch(models.Model):
    """A part of the organisation. Branches are a tree; the path names all above, from the top."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=1000, unique=True)

    objects = BranchQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        verbose_name_plural = "branches"

    def __str__(self) -> str:
        return self.path.replace("/", " / ")


class MemberManager(BaseUserManager["Member"]):
    def get_by_natural_key(self, username: str | None) -> Member:
        return self.get(email__iexact=username)

    def on_the_roll(self) -> models.QuerySet[Member]:
        return self.filter(left__isnull=True)

    def seated(self, assembly: uuid.UUID) -> models.QuerySet[Member]:
        """Who may answer in it as a member: on the roll that was frozen for it, and on the roll still."""
        return self.on_the_roll().filter(frozen__roll__assembly=assembly)


class Member(AbstractBaseUser):
    """Somebody on the roll. Nobody has a password: one signs in by a code sent by mail, or a passkey."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    email = models.EmailField(unique=True)
    # The organisation's own number for her, where it has one: she keeps it when her address changes.
    number = models.CharField(max_length=40, blank=True, default="")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, null=True, related_name="members")
    joined = models.DateField()
    left = models.DateField(null=True)
    is_active = models.BooleanField(default=True)

    objects = MemberManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=~models.Q(number=""), name="one_member_a_number"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Of the address, since nobody has a password: when it changes, whoever is signed in is so no longer.
        key = "folkmoot.members.models.Member.session"
        return salted_hmac(key, self.email, secret=secret, algorithm="sha256").hexdigest()

    def has_usable_password(self) -> bool:
        # Django takes an empty password for one that works; then a member would be asked for what nobody has.
        return False

    def roles(self) -> set[str]:
        """The roles this member holds now; read once an instance."""
        if not hasattr(self, "_roles"):
            self._roles = set(
                RoleChange.objects.standing().filter(member=self).values_list("role", flat=True)
            )
        return self._roles

    def holds(self, *roles: str) -> bool:
        return bool(self.roles() & set(roles))

    @property
    def is_organiser(self) -> bool:
        return self.holds(Role.ORGANISER)

    @property
    def is_administrator(self) -> bool:
        return self.holds(Role.ADMINISTRATOR)

    @property
    def sees_rows(self) -> bool:
        """Members and auditors may have the file that recomputes everything."""
        return self.is_active


class Role(models.TextChoices):
    ORGANISER = "organiser", _("Organiser")
    FACILITATOR = "facilitator", _("Facilitator")
    MODERATOR = "moderator", _("Moderator")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


class RoleChangeQuerySet(models.QuerySet["RoleChange"]):
    def standing(self) -> RoleChangeQuerySet:
        """Who holds which role now: the last change of each member and role, where it gave the role."""
        last = (
            RoleChange.objects.order_by()
            .values("member", "role")
            .annotate(last=models.Max("pk"))
            .values("last")
        )
        return self.filter(pk__in=last, given=True)


class RoleChange(models.Model):
    """A role given to a member or taken back; who holds which role is visible to all members."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="role_changes")
    role = models.CharField(max_length=20, choices=Role.choices)
    given = models.BooleanField()
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = RoleChangeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_role_display()}"


class RollImport(models.Model):
    """A file that changed the roll: its digest, who brought it in, and what changed."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    file_digest = models.CharField(max_length=64)
    added = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    left = models.PositiveIntegerField()
    members = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}: +{self.added} ~{self.changed} -{self.left}"


class RollChange(models.Model):
    """What one import changed for one member: nothing on the roll is overwritten without a trace."""

    roll_import = models.ForeignKey(RollImport, on_delete=models.PROTECT, related_name="changes")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="roll_changes")
    before: Any = models.JSONField(null=True)
    after: Any = models.JSONField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.member}: {self.before} → {self.after}"


class ContactChangeQuerySet(models.QuerySet["ContactChange"]):
    def waiting(self) -> ContactChangeQuerySet:
        """Those that a second officer has still to look at."""
        return self.filter(second=True, ruling__isnull=True)

    def leaving(self) -> ContactChangeQuerySet:
        """Those by which somebody would leave the roll."""
        return self.filter(after="")

    def effective(self) -> ContactChangeQuerySet:
        return self.filter(models.Q(second=False) | models.Q(ruling__approved=True))


class ContactChange(models.Model):
    """Another address for a member, or none any more: she leaves the roll. An officer asked for it.

    Who can change an address can have her codes and links sent elsewhere, and who can take her off the roll can
    put somebody in her place: so it is logged, told to her, and once the roll is frozen a second officer must
    agree. Without a frozen roll an address is changed at once, and who leaves stands in the import alone.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="contact_changes")
    before = models.EmailField()
    # Empty where she is to leave the roll.
    after = models.EmailField(blank=True, default="")
    reason = models.TextField()
    # Whether a second officer was needed when it was made.
    second = models.BooleanField()
    roll_import = models.ForeignKey(RollImport, on_delete=models.PROTECT, null=True, related_name="contacts")
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = ContactChangeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.before} → {self.after or '–'}"

    @property
    def leaves(self) -> bool:
        return not self.after

    @property
    def ruled(self) -> ContactRuling | None:
        return getattr(self, "ruling", None)


class ContactRuling(models.Model):
    """What a second officer, or the member herself, said to a change that waited."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    change = models.OneToOneField(ContactChange, on_delete=models.PROTECT, related_name="ruling")
    approved = models.BooleanField()
    reason = models.TextField(blank=True, default="")
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.change}: {self.approved}"


class PasskeyChange(models.Model):
    """A passkey that a member added or took away: whoever has it can sign in as her."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="passkey_changes")
    # SHA-256 of its public half and what came with it.
    digest = models.CharField(max_length=64)
    added = models.BooleanField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.member}: {self.digest[:8]} {self.added}"


class FrozenRollQuerySet(models.QuerySet["FrozenRoll"]):
    def standing(self) -> FrozenRollQuerySet:
        """Those whose assembly has not closed, by the database's clock."""
        return self.filter(until__gt=Now())

    def leaves_out(self, assembly: uuid.UUID, member: Member) -> bool:
        """Whether a roll was frozen for this assembly and she is not on it."""
        return self.filter(assembly=assembly).exclude(entries__member=member).exists()


class FrozenRoll(models.Model):
    """The roll as it was when an assembly opened. Its root is in the log: nobody can change it afterwards."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # The assembly's public id. No foreign key: the roll stands below every stage.
    assembly = models.UUIDField(unique=True)
    members = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    # When the assembly closes; an extension moves it. Until then whoever's address is changed or who is taken
    # off the roll is protected by a second officer.
    until = models.DateTimeField()
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = FrozenRollQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.assembly}: {self.members}"


class FrozenEntry(models.Model):
    """One member on a frozen roll, as she then was, and the commitment to it that the root covers."""

    roll = models.ForeignKey(FrozenRoll, on_delete=models.CASCADE, related_name="entries")
    position = models.PositiveIntegerField()
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="frozen")
    name = models.CharField(max_length=200)
    email = models.EmailField()
    number = models.CharField(max_length=40, blank=True, default="")
    branch = models.CharField(max_length=1000, blank=True, default="")
    joined = models.DateField()
    salt = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["roll", "position"], name="one_frozen_entry_a_place"),
            models.UniqueConstraint(fields=["roll", "member"], name="a_member_is_frozen_once"),
        ]

    def __str__(self) -> str:
        return f"{self.roll_id}: {self.name}"

    @property
    def opens(self) -> str:
        """The salt in hexadecimal: with the entry it gives the commitment."""
        return bytes(self.salt).hex()
