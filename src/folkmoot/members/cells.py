"""What may stand in a cell of a roll. Each check gives the value as it is kept, or raises UnfitError."""

from __future__ import annotations

import datetime
import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop

FIRST_YEAR = 1900
LONGEST = {"name": 200, "email": 254, "branch": 1000, "number": 40}
LONGEST_BRANCH_NAME = 200
DATES = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})"),
)


class UnfitError(Exception):
    """A cell that cannot be used, with what is wrong, what to do, and the numbers that both speak of."""

    def __init__(self, wrong: str, advice: str, **numbers: int) -> None:
        self.wrong, self.advice, self.numbers = wrong, advice, numbers
        super().__init__(wrong)


def name(value: str) -> str:
    """Any name but none."""
    if not value:
        raise UnfitError(
            gettext_noop("The name is missing."),
            gettext_noop("Fill it in; it need not be the name in a passport."),
        )
    return _not_too_long("name", value)


def email(value: str) -> str:
    """An address in small letters, as people are known by it."""
    if not value:
        raise UnfitError(
            gettext_noop("The email address is missing."), gettext_noop("Fill it in, or take the row out.")
        )
    try:
        validate_email(value)
    except ValidationError:
        raise UnfitError(
            gettext_noop("“%(value)s” is not an email address."),
            gettext_noop("Write it like jean@lantern.example."),
        ) from None
    return _not_too_long("email", value).lower()


def number(value: str) -> str:
    """The organisation's own number for a member; empty where she has none."""
    return _not_too_long("number", value)


def branch(value: str) -> str:
    """The path without empty parts; empty for a member who belongs to no branch."""
    names = [name.strip() for name in value.split("/") if name.strip()]
    if any(len(name) > LONGEST_BRANCH_NAME for name in names):
        raise UnfitError(
            gettext_noop("The name of the branch is too long."),
            gettext_noop("Use %(most)d letters at most for each part."),
            most=LONGEST_BRANCH_NAME,
        )
    return _not_too_long("branch", "/".join(names))


def joined(value: str, *, today: datetime.date) -> datetime.date:
    """A day that has come, written from either end."""
    day = _date(value)
    if day is None:
        wrong = (
            gettext_noop("“%(value)s” is not a date.")
            if value
            else gettext_noop("The joining date is missing.")
        )
        raise UnfitError(wrong, gettext_noop("Write it as 2019-05-31 or 31/05/2019."))
    if day > today:
        wrong = gettext_noop("“%(value)s” is still to come.")
        raise UnfitError(wrong, gettext_noop("Give the day on which the member joined."))
    return day


def _not_too_long(column: str, value: str) -> str:
    if len(value) > LONGEST[column]:
        wrong, advice = (
            gettext_noop("“%(value)s” is too long."),
            gettext_noop("Use %(most)d letters at most."),
        )
        raise UnfitError(wrong, advice, most=LONGEST[column])
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
