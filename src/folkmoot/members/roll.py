"""Read a roll from a file: who is on it, and every row that does not fit, with its number and what to do."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from folkmoot.methods import InputError
from folkmoot.methods.text_files import decode

Checked = TypeVar("Checked")

LIMIT = 20 * 1024 * 1024
FIRST_YEAR = 1900
LONGEST = {"name": 200, "email": 254, "branch": 1000}
LONGEST_BRANCH_NAME = 200
COLUMNS = ("name", "email", "branch", "joined")
# What spreadsheets and membership systems call them. First and last name may stand in two columns.
CALLED = {
    "name": {"name", "full name", "member", "member name"},
    "first": {"first name", "forename", "given name", "firstname"},
    "last": {"last name", "surname", "family name", "lastname"},
    "email": {"email", "e-mail", "email address", "e-mail address", "mail"},
    "branch": {"branch", "branch path", "local branch", "section"},
    "joined": {"joined", "joined on", "join date", "date joined", "joining date", "member since"},
}
SEPARATORS = ",;\t"
DATES = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})"),
)


@dataclass(frozen=True)
class Row:
    """A line of the roll. The email is what people are known by, in small letters; a branch may be empty."""

    name: str
    email: str
    branch: str
    joined: datetime.date
    left: datetime.date | None = None

    def as_json(self) -> dict[str, str | None]:
        return {
            "name": self.name,
            "email": self.email,
            "branch": self.branch,
            "joined": self.joined.isoformat(),
            "left": self.left.isoformat() if self.left else None,
        }


@dataclass(frozen=True)
class Problem:
    """Why a row cannot be read. The header is row 1, as in a spreadsheet."""

    row: int
    column: str
    value: str
    reason: str
    remedy: str

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


class UnfitError(Exception):
    """A cell that cannot be used, with the reason and the remedy."""

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason, self.remedy = reason, remedy
        super().__init__(reason)


class _Reading:
    """Takes one row after the other; knows what came before, so that it can name a duplicate's twin."""

    def __init__(
        self, places: dict[str, int], *, header_width: int, header_row: int, today: datetime.date
    ) -> None:
        self.places, self.width, self.today = places, header_width, today
        self.rows: list[Row] = []
        self.problems: list[Problem] = []
        self.seen: dict[str, int] = {}

    def take(self, number: int, cells: list[str]) -> None:
        if len(cells) < self.width or any(cells[self.width :]):
            self.problems.append(_ragged(number, cells, self.width))
            return
        before = len(self.problems)
        name = self._checked(number, "name", self._name(cells), _name)
        email = self._checked(number, "email", self._cell(cells, "email"), self._unseen_email)
        branch = self._checked(number, "branch", self._cell(cells, "branch"), _branch)
        joined = self._checked(number, "joined", self._cell(cells, "joined"), self._joined)
        if email is not None:
            self.seen[email] = number
        if len(self.problems) > before or name is None or email is None or branch is None or joined is None:
            return
        self.rows.append(Row(name, email, branch, joined))

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
            self.problems.append(Problem(number, column, value, unfit.reason, unfit.remedy))
            return None

    def _unseen_email(self, value: str) -> str:
        email = _email(value)
        if email in self.seen:
            raise UnfitError(
                _("“%(value)s” stands in row %(other)d already.")
                % {"value": _short(value), "other": self.seen[email]},
                _("Keep one of the two; each member needs an address of their own."),
            )
        return email

    def _joined(self, value: str) -> datetime.date:
        joined = _date(value)
        if joined is None:
            reason = _("“%s” is not a date.") % _short(value) if value else _("The joining date is missing.")
            raise UnfitError(reason, _("Write it as 2019-05-31 or 31/05/2019."))
        if joined > self.today:
            raise UnfitError(
                _("“%s” is still to come.") % value, _("Give the day on which the member joined.")
            )
        return joined


def _ragged(number: int, cells: list[str], width: int) -> Problem:
    reason = _("It has %(cells)d cells, the header has %(width)d.") % {"cells": len(cells), "width": width}
    remedy = _("Put quotation marks around a text that holds the separator, or fill in what is missing.")
    return Problem(number, "", "", reason, remedy)


def _name(value: str) -> str:
    if not value:
        raise UnfitError(_("The name is missing."), _("Fill it in; it need not be the name in a passport."))
    return _not_too_long("name", value)


def _email(value: str) -> str:
    if not value:
        raise UnfitError(_("The email address is missing."), _("Fill it in, or take the row out."))
    try:
        validate_email(value)
    except ValidationError:
        raise UnfitError(
            _("“%s” is not an email address.") % _short(value), _("Write it like jean@lantern.example.")
        ) from None
    return _not_too_long("email", value).lower()


def _branch(value: str) -> str:
    """The path without empty parts; empty for a member who belongs to no branch."""
    names = [name.strip() for name in value.split("/") if name.strip()]
    if any(len(name) > LONGEST_BRANCH_NAME for name in names):
        raise UnfitError(
            _("The name of the branch is too long."), _("Use 200 letters at most for each part.")
        )
    return _not_too_long("branch", "/".join(names))


def _not_too_long(column: str, value: str) -> str:
    if len(value) > LONGEST[column]:
        reason = _("“%s” is too long.") % _short(value)
        raise UnfitError(reason, _("Use %d letters at most.") % LONGEST[column])
    return value


def _date(value: str) -> datetime.date | None:
    for form in DATES:
        if found := form.fullmatch(value):
            try:
                day = datetime.date(int(found["year"]), int(found["month"]), int(found["day"]))
            except ValueError:
                return None
            return day if day.year >= FIRST_YEAR else None
    return None


def _short(value: str) -> str:
    return value if len(value) <= 60 else f"{value[:59]}…"
