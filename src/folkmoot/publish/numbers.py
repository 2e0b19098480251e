"""Numbers, days and words as they stand in a sentence."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _

NO_BREAK = "\N{NO-BREAK SPACE}"


def number(value: float) -> str:
    """A number as people write it: 1,018."""
    if isinstance(value, int) and 0 <= value < 1000:
        return str(value)  # nothing to group; a page has a thousand such numbers
    return formats.number_format(value, force_grouping=True)


def count(value: int | None) -> str:
    return _("fewer than 10") if value is None else number(value)


def cell(value: int | None) -> str:
    """In a list where the next smallest number was left out too, so that nobody can work out the first."""
    return _("left out") if value is None else number(value)


def percent(part: int, whole: int) -> str:
    """A whole percentage; never 0 % of something that is there, nor 100 % where somebody is missing."""
    if not whole:
        return "–"
    share = (200 * part + whole) // (2 * whole)
    if part and not share:
        return _("under 1%(space)s%%") % {"space": NO_BREAK}
    if share == 100 and part < whole:
        return _("over 99%(space)s%%") % {"space": NO_BREAK}
    return f"{share}{NO_BREAK}%"


def counted(part: int | None, whole: int) -> str:
    """417 (41 %)."""
    return cell(part) if part is None else f"{number(part)} ({percent(part, whole)})"


def small_number(value: int) -> str:
    words = [
        _("no"),
        _("one"),
        _("two"),
        _("three"),
        _("four"),
        _("five"),
        _("six"),
        _("seven"),
        _("eight"),
        _("nine"),
    ]
    return words[value] if value < len(words) else number(value)


def day(moment: str | int, zone: str) -> str:
    return formats.date_format(local(moment, zone), "j F Y")


def day_and_time(moment: str | int, zone: str) -> str:
    return formats.date_format(local(moment, zone), "j F Y, H:i")


def local(moment: str | int, zone: str) -> datetime.datetime:
    """A moment in the assembly's own time; the log keeps only the hour, in seconds of the epoch."""
    found = (
        datetime.datetime.fromtimestamp(moment, datetime.UTC)
        if isinstance(moment, int)
        else datetime.datetime.fromisoformat(moment)
    )
    return found.astimezone(ZoneInfo(zone))


def plain(text: str) -> str:
    """A text on one line, without its full stop, to stand inside a sentence."""
    line = " ".join(text.split())
    return line[:-1] if line.endswith(".") and not line.endswith("..") else line


def quoted(text: str) -> str:
    return f"“{' '.join(text.split())}”"


class Speech:
    """The words that people in this assembly wrote in small letters: they name things, not people or "
    "places."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.small = {
            word for text in texts for word in re.findall(r"(?<=[\w,;:] )[^\W\d_]+", text) if word.islower()
        }

    def inside(self, option: str) -> str:
        """An option as it stands inside a sentence: pay, but “NHS”."""
        text = plain(option)
        first = text.partition(" ")[0]
        if first.lower() in self.small and first[1:] == first[1:].lower():
            return text[:1].lower() + text[1:]
        return quoted(text)


def size(octets: int) -> str:
    if octets < 1_000_000:
        return _("%(size)s KB") % {"size": number(max(1, round(octets / 1000)))}
    return _("%(size)s MB") % {"size": number(round(octets / 1_000_000, 1))}
