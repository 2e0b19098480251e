"""What a file would change on the roll, before anything is changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from folkmoot.members.roll import Row


class ChangedMeanwhileError(Exception):
    """The roll is no longer what it was when somebody looked at the difference that she confirmed."""


@dataclass(frozen=True)
class Changed:
    """A member as she stands on the roll and as the file has her; somebody who had left comes back."""

    before: Row
    after: Row

    @property
    def returns(self) -> bool:
        return self.before.left is not None and self.after.left is None

    @property
    def fields(self) -> list[tuple[str, str, str]]:
        """Field, before and after, for those that differ; that she had left is told by `returns`."""
        before, after = self.before.as_json(), self.after.as_json()
        called = {"number": _("number"), "name": _("name"), "branch": _("branch"), "joined": _("joined")}
        return [
            (name, before[field] or "–", after[field] or "–")
            for field, name in called.items()
            if before[field] != after[field]
        ]


@dataclass(frozen=True)
class Readdressed:
    """A member whom the file has under another address. `guessed`: she has no number to tell by; the name, the
    branch and the day of joining are the same, and nobody else's."""

    before: Row
    after: Row
    guessed: bool


@dataclass(frozen=True)
class Conflict:
    """A row that fits two members, or none: nothing is brought in until the file is mended."""

    row: Row
    reason: str

    def __str__(self) -> str:
        who = f"{self.row.name}, {self.row.email}"
        if not self.row.line:
            return f"{who}: {self.reason}"
        return _("Row %(row)d, %(who)s: %(reason)s") % {
            "row": self.row.line,
            "who": who,
            "reason": self.reason,
        }


@dataclass(frozen=True)
class Difference:
    """Who is new, who changes, who stays as she is, and who stands on the roll but not in the file.

    `readdressed` get another address; what else of them changes is among `changed`. `staying` are those among
    the missing who stay on the roll even if the file is the whole roll: without them nobody would be left who
    may give roles.
    """

    added: tuple[Row, ...]
    changed: tuple[Changed, ...]
    readdressed: tuple[Readdressed, ...]
    kept: tuple[Row, ...]
    missing: tuple[Row, ...]
    staying: tuple[Row, ...]
    branches: tuple[str, ...]
    conflicts: tuple[Conflict, ...]

    @property
    def leaving(self) -> tuple[Row, ...]:
        """Those who leave if the file is the whole roll."""
        staying = {row.email for row in self.staying}
        return tuple(row for row in self.missing if row.email not in staying)

    @property
    def fingerprint(self) -> str:
        """The same for the same change of the same people, in any process."""
        form = {
            "added": [row.as_json() for row in self.added],
            "changed": [[each.before.as_json(), each.after.as_json()] for each in self.changed],
            "readdressed": [[each.before.as_json(), each.after.as_json()] for each in self.readdressed],
            "missing": [row.as_json() for row in self.missing],
            "staying": [row.as_json() for row in self.staying],
        }
        return hashlib.sha256(json.dumps(form, sort_keys=True).encode()).hexdigest()


def compare(
    rows: Sequence[Row],
    standing: Mapping[str, Row],
    *,
    administrators: set[str],
    branches: set[str],
    whole_roll: bool = False,
) -> Difference:
    """Find what differs between a file and the roll.

    `standing` are all who are or were on the roll, by email; `administrators` the emails of those who may
    give roles now; `branches` the paths that exist. A member is known by her number, else by her address.
    """
    matching = _Matching(rows, standing)
    added, missing, known, guessed = matching.added, matching.missing(), matching.known, []
    if whole_roll:
        guessed = _alike(added, missing)
        went, came = {each.before.email for each in guessed}, {each.after.email for each in guessed}
        added = [row for row in added if row.email not in came]
        missing = [row for row in missing if row.email not in went]
        known = known + [_at_her_address(each.before, each.after) for each in guessed]
    present = {row.email for row in standing.values() if row.left is None} - {row.email for row in missing}
    nobody_administers = administrators and not administrators & present
    return Difference(
        added=tuple(added),
        changed=tuple(Changed(before, after) for before, after in known if before != after),
        readdressed=(*matching.readdressed, *guessed),
        kept=tuple(after for before, after in known if before == after),
        missing=tuple(missing),
        staying=tuple(row for row in missing if nobody_administers and row.email in administrators),
        branches=tuple(sorted({path for row in rows for path in paths(row.branch)} - branches)),
        conflicts=tuple(matching.conflicts),
    )


class _Matching:
    """Puts each row to the member it is about. `known`: the member as she stands, and as the row has her but
    for her address."""

    def __init__(self, rows: Sequence[Row], standing: Mapping[str, Row]) -> None:
        self.standing = standing
        self.by_number = {row.number: row for row in standing.values() if row.number}
        self.added: list[Row] = []
        self.known: list[tuple[Row, Row]] = []
        self.readdressed: list[Readdressed] = []
        self.conflicts: list[Conflict] = []
        self.taken: set[str] = set()
        for row in rows:
            self._put(row)

    def _put(self, row: Row) -> None:
        by_number = self.by_number.get(row.number) if row.number else None
        by_email = self.standing.get(row.email)
        member = by_number or by_email
        if member is None:
            self.added.append(row)
        elif reason := self._wrong(row, member, by_email):
            self.conflicts.append(Conflict(row, reason))
        else:
            self.taken.add(member.email)
            self.known.append(_at_her_address(member, row))
            if row.email != member.email:
                self.readdressed.append(Readdressed(member, row, guessed=False))

    def _wrong(self, row: Row, member: Row, by_email: Row | None) -> str:
        if member.email in self.taken:
            return _("Another row of the file is about the same member.")
        if by_email is not None and by_email.email != member.email:
            return _("This address belongs to another member, whose number is %s.") % (by_email.number or "–")
        if row.number and member.number and row.number != member.number:
            return _("This address belongs to the member with the number %s.") % member.number
        return ""

    def missing(self) -> list[Row]:
        return [row for email, row in self.standing.items() if row.left is None and email not in self.taken]


def _at_her_address(member: Row, row: Row) -> tuple[Row, Row]:
    """The member as she stands, and as the row has her but for her address, which is changed by itself."""
    number = row.number or member.number
    return member, replace(row, email=member.email, left=None, number=number)


def _alike(added: Sequence[Row], missing: Sequence[Row]) -> list[Readdressed]:
    """Pairs of a new row and a missing member who can hardly be two people."""

    def by_likeness(rows: Sequence[Row]) -> dict[tuple[object, ...], list[Row]]:
        found: dict[tuple[object, ...], list[Row]] = {}
        for row in rows:
            found.setdefault((row.name, row.branch, row.joined), []).append(row)
        return found

    new, gone = by_likeness(added), by_likeness(missing)
    return [
        Readdressed(gone[likeness][0], rows[0], guessed=True)
        for likeness, rows in new.items()
        if len(rows) == 1 and len(gone.get(likeness, [])) == 1 and not gone[likeness][0].number
    ]


def paths(branch: str) -> list[str]:
    """A branch's path and those of all above it, from the top."""
    names = branch.split("/") if branch else []
    return ["/".join(names[:depth]) for depth in range(1, len(names) + 1)]
