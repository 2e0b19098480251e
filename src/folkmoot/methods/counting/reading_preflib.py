"""PrefLib's files of rankings (preflib.org/format): .soc, .soi, .toc and .toi.

Lines after # describe the file; then each line holds how many papers, a colon, and candidates' numbers in
order, those level with each other in {}.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from folkmoot.methods import InputError
from folkmoot.methods.counting.ballots import Rankings, rank
from folkmoot.methods.text_files import decode, numbered_lines

BALLOT = re.compile(r"([0-9]{1,9}) *: *(.*)")
PLACE = re.compile(r" *(?:([0-9]{1,9})|\{( *[0-9]{1,9} *(?:, *[0-9]{1,9} *)*)\}) *(,|$)")
LABELS = ("TITLE", "NUMBER ALTERNATIVES", "NUMBER VOTERS")
NAME = re.compile(r"ALTERNATIVE NAME ([0-9]{1,5})")


@dataclass
class Header:
    """What stands after # with its line: labels in capitals, and the alternatives' names by number."""

    known: dict[str, tuple[int, str]] = field(default_factory=dict)
    names: dict[int, tuple[int, str]] = field(default_factory=dict)

    def take(self, line: int, text: str) -> None:
        label, _, value = text.lstrip("# ").partition(":")
        label, value = " ".join(label.upper().split()), " ".join(value.split())
        alternative = NAME.fullmatch(label)
        if alternative is None:
            if self.known.setdefault(label, (line, value))[1] != value and label in LABELS:
                raise _wrong(line, f"{label} is given twice", "Keep one of the lines.")
        elif self.names.setdefault(int(alternative[1]), (line, value))[0] != line:
            raise _wrong(line, f"alternative {alternative[1]} is named twice", "Keep one of the lines.")

    def title(self) -> str:
        return self.known.get("TITLE", (0, ""))[1]

    def number(self, label: str) -> tuple[int, int] | None:
        """The line and the number that it announces; None where there is none. Raises InputError if it is none."""
        line, value = self.known.get(label, (0, ""))
        if not value:
            return None
        if not (value.isascii() and value.isdecimal() and len(value) < 12):
            raise _wrong(line, f"“{value[:40]}” is not a number", f"Write “# {label}: 2”.")
        return line, int(value)

    def candidates(self) -> list[str]:
        """The names in order. Raises InputError where one is missing, given twice, or one too many."""
        if not self.names:
            raise _wrong(1, "no alternative is named", "Give a line “# ALTERNATIVE NAME 1: …” for each.")
        line, number = self.number("NUMBER ALTERNATIVES") or (1, len(self.names))
        if len(self.names) != number or sorted(self.names) != list(range(1, number + 1)):
            raise _wrong(
                line,
                f"{number} alternatives are announced and {len(self.names)} are named",
                f"Give a line “# ALTERNATIVE NAME 1: …” for each from 1 to {number}.",
            )
        seen: set[str] = set()
        for line, name in self.names.values():
            if not name or name in seen:
                what = f"two alternatives have the name “{name}”" if name else "an alternative has no name"
                raise _wrong(line, what, "Give each alternative a name of its own.")
            seen.add(name)
        return [self.names[each][1] for each in range(1, number + 1)]


def read_preflib(data: bytes, *, complete: bool = False, strict: bool = False) -> Rankings:
    """Rankings from PrefLib's ordinal files. Raises InputError with the line of what cannot be read.

    `complete`: every paper names everybody (.soc, .toc); `strict`: none puts candidates level (.soc, .soi).
    """
    header = Header()
    ballots: list[tuple[int, list[list[int]]]] = []
    lines: list[int] = []
    for line, text in numbered_lines(decode(data)):
        if text.startswith("#"):
            header.take(line, text)
        else:
            ballots.append(_ballot(line, text))
            lines.append(line)
    if not ballots:
        raise InputError(
            "there is no ballot", where="the end", remedy="After the lines with # put a line a ballot."
        )
    names = header.candidates()
    found = rank(names, ballots, file_lines=lines, title=header.title())
    for line, (_, places) in zip(lines, ballots, strict=True):
        _check_form(line, places, len(names), complete, strict)
    _check_voters(header, found.valid + found.invalid)
    return found


def _check_form(line: int, places: list[list[int]], candidates: int, complete: bool, strict: bool) -> None:
    """Raise InputError for a paper that a file with this ending cannot hold."""
    level = next((place for place in places if len(place) > 1), None)
    if strict and level:
        what = f"“{{{','.join(map(str, level))}}}” puts candidates level"
        raise _wrong(line, what, "Name the file .toc or .toi if that is meant.")
    if complete and sum(map(len, places)) < candidates:
        what = f"{sum(map(len, places))} of {candidates} alternatives stand here"
        raise _wrong(line, what, "Name the file .soi or .toi if papers may leave some out.")


def _check_voters(header: Header, papers: int) -> None:
    announced = header.number("NUMBER VOTERS")
    if announced and announced[1] != papers:
        raise _wrong(
            announced[0],
            f"{announced[1]} voters are announced, and the file holds {papers} papers",
            "Fetch the whole file, or mend the number.",
        )


def _ballot(line: int, text: str) -> tuple[int, list[list[int]]]:
    found = BALLOT.fullmatch(text)
    if found is None:
        raise _wrong(line, f"“{text[:40]}” is no ballot", "Write it as 12: 3,1,{2,4}.")
    places, at, comma = [], 0, ""
    while at < len(found[2]) or comma:
        place = PLACE.match(found[2], at)
        if place is None:
            what = (
                f"“{found[2][at : at + 40]}” is no place" if at < len(found[2]) else "the ballot breaks off"
            )
            raise _wrong(line, what, "Write numbers parted by commas, and those level in {}.")
        places.append([int(each) for each in (place[1] or place[2]).split(",")])
        at, comma = place.end(), place[3]
    return int(found[1]), places


def _wrong(line: int, what: str, remedy: str) -> InputError:
    return InputError(what, where=f"line {line}", remedy=remedy)
