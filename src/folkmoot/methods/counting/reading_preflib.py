"""PrefLib's files of rankings (preflib.org/format): .soc, .soi, .toc and .toi.

Lines after # describe the file; then each line holds how many papers, a colon, and candidates' numbers in
order, those level with each other in {}.
"""

from __future__ import annotations

import re

from folkmoot.methods import InputError
from folkmoot.methods.counting.ballots import Rankings, rank
from folkmoot.methods.text_files import decode

BALLOT = re.compile(r"(\d{1,9}) *: *(.*)")
PLACE = re.compile(r" *(?:(\d{1,9})|\{([\d, ]*)\}) *(?:,|$)")


def read_preflib(data: bytes) -> Rankings:
    """Rankings from PrefLib's ordinal files. Raises InputError with the line of what cannot be read."""
    known: dict[str, str] = {}
    names: dict[int, str] = {}
    ballots: list[tuple[int, list[list[int]]]] = []
    for line, text in enumerate(decode(data).splitlines(), 1):
        text = text.strip()
        if text.startswith("#"):
            label, _, value = text.lstrip("# ").partition(":")
            label, value = label.strip().upper(), " ".join(value.split())
            alternative = re.fullmatch(r"ALTERNATIVE NAME (\d{1,5})", label)
            if alternative:
                names[int(alternative[1])] = value
            else:
                known[label] = value
        elif text:
            ballots.append(_ballot(line, text))
    return rank(_candidates(known, names), _checked(ballots), title=known.get("TITLE", ""))


def _candidates(known: dict[str, str], names: dict[int, str]) -> list[str]:
    given = known.get("NUMBER ALTERNATIVES", "")
    number = int(given) if given.isascii() and given.isdecimal() and len(given) < 6 else len(names)
    missing = [each for each in range(1, number + 1) if not names.get(each)]
    if not number or missing or len(names) != number:
        raise InputError(
            f"{len(names)} alternatives are named and {given or 'some'} are announced",
            where="the lines after #",
            remedy="Give “# NUMBER ALTERNATIVES: 2” and a line “# ALTERNATIVE NAME 1: …” for each.",
        )
    return [names[each] for each in range(1, number + 1)]


def _ballot(line: int, text: str) -> tuple[int, list[list[int]]]:
    found = BALLOT.fullmatch(text)
    if found is None:
        raise InputError(
            f"“{text[:40]}” is no ballot", where=f"line {line}", remedy="Write it as 12: 3,1,{2,4}."
        )
    places, at = [], 0
    while at < len(found[2]):
        place = PLACE.match(found[2], at)
        if place is None:
            raise InputError(
                f"“{found[2][at : at + 40]}” is no place",
                where=f"line {line}",
                remedy="Write numbers parted by commas, and those level in {}.",
            )
        inside = [place[1]] if place[1] else place[2].replace(" ", "").split(",")
        places.append([int(each) for each in inside if each])
        at = place.end()
    return int(found[1]), [place for place in places if place]


def _checked(ballots: list[tuple[int, list[list[int]]]]) -> list[tuple[int, list[list[int]]]]:
    if not ballots:
        raise InputError(
            "there is no ballot", where="the end", remedy="After the lines with # put a line a ballot."
        )
    return ballots
