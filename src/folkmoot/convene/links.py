"""Personal links as a column that an organiser merges into her own mailer."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from folkmoot.convene.actions import invite
from folkmoot.convene.models import Assembly
from folkmoot.members.models import Member

COLUMNS = ["name", "email", "branch", "link"]
AT_ONCE = 500


class Echo:
    """A file that hands back what is written to it, so that a large roll streams."""

    def write(self, line: str) -> str:
        return line


def link_rows(assembly: Assembly) -> Iterator[str]:
    """A line of CSV for each member who may answer, after the header; the links are made on the way."""
    writer = csv.writer(Echo())
    # The mark tells spreadsheets that the file is UTF-8; readers of CSV skip it.
    yield "\ufeff" + writer.writerow(COLUMNS)
    for members in _in_batches(assembly):
        for member, token in invite(assembly, members):
            row = [member.name, member.email, member.branch.path if member.branch else "", _link(token)]
            yield writer.writerow([harmless(cell) for cell in row])


def _in_batches(assembly: Assembly) -> Iterator[list[Member]]:
    members = Member.objects.seated(assembly.uuid).select_related("branch").order_by("pk")
    batch: list[Any] = list(members[:AT_ONCE])
    while batch:
        yield batch
        batch = list(members.filter(pk__gt=batch[-1].pk)[:AT_ONCE])


def _link(token: str) -> str:
    return f"{settings.FOLKMOOT.url.rstrip('/')}/i/{token}/"


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: those beginning like one get an apostrophe."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell
