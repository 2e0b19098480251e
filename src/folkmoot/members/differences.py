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
        called = {"name": _("name"), "branch": _("branch"), "joined": _("joined")}
        return [
            (name, before[field] or "–", after[field] or "–")
            for field, name in called.items()
            if before[field] != after[field]
        ]


@dataclass(frozen=True)
class Difference:
    """Who is new, who changes, who stays as she is, and who stands on the roll but not in the file.

    `staying` are those among the missing who stay on the roll even if the file is the whole roll: without
    them nobody would be left who may give roles.
    """

    added: tuple[Row, ...]
    changed: tuple[Changed, ...]
    kept: tuple[Row, ...]
    missing: tuple[Row, ...]
    staying: tuple[Row, ...]
    branches: tuple[str, ...]

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
            "missing": [row.as_json() for row in self.missing],
            "staying": [row.as_json() for row in self.staying],
        }
        return hashlib.sha256(json.dumps(form, sort_keys=True).encode()).hexdigest()


def compare(
    rows: Sequence[Row], standing: Mapping[str, Row], *, administrators: set[str], branches: set[str]
) -> Difference:
    """Find what differs between a file and the roll.

    `standing` are all who are or were on the roll, by email; `administrators` the emails of those who may
    give roles now; `branches` the paths that exist.
    """
    by_email = {row.email: row for row in rows}
    known = [replace(row, left=None) for row in rows if row.email in standing]
    missing = tuple(row for email, row in standing.items() if row.left is None and email not in by_email)
    nobody_administers = administrators and not administrators & by_email.keys()
    return Difference(
        added=tuple(row for row in rows if row.email not in standing),
        changed=tuple(Changed(standing[row.email], row) for row in known if standing[row.email] != row),
        kept=tuple(row for row in known if standing[row.email] == row),
        missing=missing,
        staying=tuple(row for row in missing if nobody_administers and row.email in administrators),
        branches=tuple(sorted({path for row in rows for path in paths(row.branch)} - branches)),
    )


def paths(branch: str) -> list[str]:
    """A branch's path and those of all above it, from the top."""
    names = branch.split("/") if branch else []
    return ["/".join(names[:depth]) for depth in range(1, len(names) + 1)]
