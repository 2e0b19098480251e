"""Read a roll from a file: who is on it, and every row that does not fit, with its number and what to do."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from folkmoot.members import cells as allowed
from folkmoot.members.cells import UnfitError
from folkmoot.members.models import Member
from folkmoot.methods import InputError
from folkmoot.methods.text_files import decode

Checked = TypeVar("Checked")

LIMIT = 20 * 1024 * 1024
MOST_ROWS = 200_000
COLUMNS = ("name", "email", "branch", "joined")
# What spreadsheets and membership systems call them. First and last name may stand in two columns.
CALLED = {
    "name": {"name", "full name", "member", "member name"},
    "first": {"first name", "forename", "given name", "firstname"},
    "last": {"last name", "surname", "family name", "lastname"},
    "email": {"email", "e-mail", "email address", "e-mail address", "mail"},
    "branch": {"branch", "branch path", "local branch", "section"},
    "number": {
        "number",
        "membership number",
        "member number",
        "membership no",
        "member no",
        "membership id",
        "member id",
    },
    "joined": {"joined", "joined on", "join date", "date joined", "joining date", "member since"},
}
SEPARATORS = ",;\t"


@dataclass(frozen=True)
class Row:
    """A line of the roll. The email, in small letters, is what people are known by, and the number where the
    organisation has given one; a branch may be empty."""

    name: str
    email: str
    branch: str
    joined: datetime.date
    left: datetime.date | None = None
    number: str = ""
    # In which row of a file it stands, so that it is found there; it says nothing of the member.
    line: int = field(default=0, compare=False)

    def as_json(self) -> dict[str, str | None]:
        return {
            "number": self.number,
            "name": self.name,
            "email": self.email,
            "branch": self.branch,
            "joined": self.joined.isoformat(),
            "left": self.left.isoformat() if self.left else None,
        }


def row_of(member: Member) -> Row:
    """A member as a line of the roll; she is read with her branch."""
    branch = member.branch.path if member.branch else ""
    return Row(member.name, member.email.lower(), branch, member.joined, member.left, member.number)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row cannot be read. The header is row 1, as in a spreadsheet.

    A spoilt file has hundreds of thousands of them, so each is put into words only when it is read.
    """

    row: int
    column: str
    value: str
    wrong: str
    advice: str
    numbers: Mapping[str, int]

    @property
    def reason(self) -> str:
        return _(self.wrong) % {"value": _short(self.value), **self.numbers}

    @property
    def remedy(self) -> str:
        return _(self.advice) % self.numbers

    def __str__(self) -> str:
        return _("Row %(row)d: %(reason)s %(remedy)s") % {
            "row": self.row,
            "reason": self.reason,
            "remedy": self.remedy,
        }


@dataclass(frozen=True)
class Roll:
    """A file as read: the rows that fit, in the file's order, and every problem. Usable without problems."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    digest: str


def read_roll(data: bytes, *, today: datetime.date) -> Roll:
    """Find everybody in a roll with the columns name, email, branch and joined, and everything wrong in it.

    Raises InputError where it cannot be read as such a table at all: too large, no text, a column missing.
    """
    if len(data) > LIMIT:
        raise InputError(
            _("That file is larger than 20 MB"), remedy=_("Take out the columns that are not needed.")
        )
    lines = _lines(decode(data))
    number, header = next(lines, (1, []))
    places = _places(header)
    reading = _Reading(places, header_width=len(header), header_row=number, today=today)
    for number, cells in lines:
        if reading.taken == MOST_ROWS:
            raise InputError(
                _("That file has more than %s rows") % f"{MOST_ROWS:,}",
                remedy=_("If it is the roll, bring it in as several files."),
            )
        reading.take(number, cells)
    if not reading.rows and not reading.problems:
        raise InputError(_("That file has no members below its header"), remedy=_("Add a row for each."))
    return Roll(tuple(reading.rows), tuple(reading.problems), hashlib.sha256(data).hexdigest())


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, each with its number, blank ones counted, as a spreadsheet shows them."""
    csv.field_size_limit(LIMIT)
    first = text.lstrip("\r\n").partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for number, cells in enumerate(reader, 1):
            cleaned = [" ".join(cell.split()) for cell in cells]
            if any(cleaned):
                yield number, cleaned
    except csv.Error as error:
        raise InputError(
            _("A quotation mark is opened or closed in the wrong place"),
            where=_("Line %d") % reader.line_num,
            remedy=_("Save the table again as CSV from your spreadsheet and upload it."),
        ) from error


def _places(header: list[str]) -> dict[str, int]:
    """In which place each column stands. Raises InputError for a column that is missing or there twice."""
    if not header:
        raise InputError(_("That file is empty"), remedy=_("Choose the file with your members."))
    places: dict[str, int] = {}
    for place, heading in enumerate(header):
        for column, names in CALLED.items():
            if heading.casefold().replace("_", " ") not in names:
                continue
            if column in places:
                raise _twice(column, header[places[column]], heading)
            places[column] = place
    in_two_parts = "first" in places and "last" in places
    for column in COLUMNS:
        if column not in places and not (column == "name" and in_two_parts):
            raise InputError(_("That file has no %s column") % column, remedy=_("Add one and upload again."))
    return places


def _twice(column: str, one: str, other: str) -> InputError:
    what = _("That file has two %(column)s columns, “%(one)s” and “%(other)s”")
    return InputError(
        what % {"column": column, "one": one, "other": other},
        remedy=_("Remove one and upload again."),
    )


class _Reading:
    """Takes one row after the other; knows what came before, so that it can name a duplicate's twin."""

    def __init__(
        self, places: dict[str, int], *, header_width: int, header_row: int, today: datetime.date
    ) -> None:
        self.places, self.width, self.today = places, header_width, today
        self.taken = 0
        self.rows: list[Row] = []
        self.problems: list[Problem] = []
        self.seen: dict[str, int] = {}
        self.numbers: dict[str, int] = {}

    def take(self, number: int, cells: list[str]) -> None:
        self.taken += 1
        if len(cells) < self.width or any(cells[self.width :]):
            self.problems.append(_ragged(number, cells, self.width))
            return
        before = len(self.problems)
        name = self._checked(number, "name", self._name(cells), allowed.name)
        email = self._checked(number, "email", self._cell(cells, "email"), self._unseen_email)
        branch = self._checked(number, "branch", self._cell(cells, "branch"), allowed.branch)
        joined = self._checked(number, "joined", self._cell(cells, "joined"), self._joined)
        own = self._checked(number, "number", self._own_number(cells), self._unseen_number)
        if email is not None:
            self.seen[email] = number
        if own:
            self.numbers[own] = number
        if len(self.problems) > before or name is None or email is None or branch is None or joined is None:
            return
        self.rows.append(Row(name, email, branch, joined, number=own or "", line=number))

    def _cell(self, cells: list[str], column: str) -> str:
        return cells[self.places[column]]

    def _name(self, cells: list[str]) -> str:
        if "name" in self.places:
            return self._cell(cells, "name")
        return f"{self._cell(cells, 'first')} {self._cell(cells, 'last')}".strip()

    def _checked(
        self, number: int, column: str, value: str, check: Callable[[str], Checked]
    ) -> Checked | None:
        try:
            return check(value)
        except UnfitError as unfit:
            self.problems.append(Problem(number, column, value, unfit.wrong, unfit.advice, unfit.numbers))
            return None

    def _unseen_email(self, value: str) -> str:
        email = allowed.email(value)
        if email in self.seen:
            raise UnfitError(
                gettext_noop("“%(value)s” stands in row %(other)d already."),
                gettext_noop("Keep one of the two; each member needs an address of their own."),
                other=self.seen[email],
            )
        return email

    def _own_number(self, cells: list[str]) -> str:
        return self._cell(cells, "number") if "number" in self.places else ""

    def _unseen_number(self, value: str) -> str:
        own = allowed.number(value)
        if own in self.numbers:
            raise UnfitError(
                gettext_noop("The number “%(value)s” stands in row %(other)d already."),
                gettext_noop("Keep one of the two; each member has a number of their own, or none."),
                other=self.numbers[own],
            )
        return own

    def _joined(self, value: str) -> datetime.date:
        return allowed.joined(value, today=self.today)


def _ragged(number: int, cells: list[str], width: int) -> Problem:
    wrong = gettext_noop("It has %(cells)d cells, the header has %(width)d.")
    advice = gettext_noop(
        "Put quotation marks around a text that holds the separator, or fill in what is missing."
    )
    return Problem(number, "", "", wrong, advice, {"cells": len(cells), "width": width})


def _short(value: str) -> str:
    return value if len(value) <= 60 else f"{value[:59]}…"
