"""How what an import changes gets onto the roll: rows, ended roles, and a trace of each. Called by actions alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.utils import timezone

from folkmoot.members.differences import Changed, Difference
from folkmoot.members.models import Branch, Member, RoleChange, RollChange, RollImport
from folkmoot.members.roll import Row, row_of

AT_ONCE = 500


def branches_of(difference: Difference) -> dict[str, Branch]:
    """Every branch by its path; those that are missing are made, those above first."""
    branches = {branch.path: branch for branch in Branch.objects.all()}
    for path in difference.branches:
        above, _slash, name = path.rpartition("/")
        branches[path] = Branch.objects.create(path=path, name=name, parent=branches.get(above))
    return branches


def add(rows: Iterable[Row], branches: dict[str, Branch]) -> list[Member]:
    added = [
        Member(
            name=row.name,
            email=row.email,
            number=row.number,
            branch=branches.get(row.branch),
            joined=row.joined,
        )
        for row in rows
    ]
    return Member.objects.bulk_create(added, batch_size=AT_ONCE)


def leaving_today(members: Iterable[Member]) -> list[tuple[Member, Changed]]:
    today = timezone.now().date()
    rows = [(member, row_of(member)) for member in members]
    return [(member, Changed(row, replace(row, left=today))) for member, row in rows]


def change(changed: Iterable[tuple[Member, Changed]], branches: dict[str, Branch]) -> None:
    touched = []
    for member, each in changed:
        member.name, member.branch = each.after.name, branches.get(each.after.branch)
        member.joined, member.left = each.after.joined, each.after.left
        member.number = each.after.number
        member.is_active = member.left is None
        touched.append(member)
    fields = ["number", "name", "branch", "joined", "left", "is_active"]
    # All of them exist, so nothing is added; `bulk_update` does the same in ten times as long.
    Member.objects.bulk_create(
        touched, update_conflicts=True, unique_fields=["pk"], update_fields=fields, batch_size=AT_ONCE
    )


def end_roles(leaving: Iterable[tuple[Member, Changed]], *, by: Member | None) -> list[RoleChange]:
    gone = {member.pk for member, _changed in leaving}
    return [
        RoleChange.objects.create(member=change.member, role=change.role, given=False, by=by)
        for change in RoleChange.objects.standing().select_related("member")
        if change.member_id in gone
    ]


def keep_trace(made: RollImport, added: list[Member], changed: list[tuple[Member, Changed]]) -> None:
    traces = [RollChange(roll_import=made, member=member, after=row_of(member).as_json()) for member in added]
    traces += [
        RollChange(roll_import=made, member=member, before=each.before.as_json(), after=each.after.as_json())
        for member, each in changed
    ]
    RollChange.objects.bulk_create(traces, batch_size=AT_ONCE)
