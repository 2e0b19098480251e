"""BLT files of rankings, as counting programs exchange them (Hill, Wichmann and Woodall 1987, and since).

First the numbers of candidates and seats, then withdrawn candidates as negative numbers, a line a ballot (how
many papers, the candidates in order, 0), a line with 0 alone, a line for each name, and the title. Also read:
comments after #, ids in brackets before a ballot, `-` for a place left empty, and `1=2` for equal places.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods import InputError
from folkmoot.methods.counting.ballots import IntArray, Rankings, check_preference, rank
from folkmoot.methods.text_files import decode

END = re.compile(rb"^0[ \t]*(?:#[^\n]*)?\r?$", re.MULTILINE)
PLAIN = b"0123456789 \t\r\n"
# Ballots are read in pieces of about this many bytes, so that memory stays small.
PIECE = 4_000_000
# A mark for each candidate on each paper is kept up to so many bytes.
MARKED = 64_000_000
FORM = "A BLT file begins with two numbers: candidates and seats, such as “5 2”."


def read_blt(data: bytes) -> Rankings:
    """Rankings from the bytes of a BLT file. Raises InputError with the line of what cannot be read."""
    fast = _read_plain(data)
    return fast if fast is not None else _read_lines(decode(data))


# -- the usual file, read as one array


def _read_plain(data: bytes) -> Rankings | None:
    """A file with nothing but numbers in its ballots; None where it holds more, or something is wrong."""
    start = data.find(b"\n") + 1
    end = _end(data, start)
    if not start or end is None:
        return None
    body = data[start : end.start()]
    head = re.fullmatch(r"\s*(\d{1,5})\s+(\d{1,5})\s*", data[:start].decode("latin-1"))
    if head is None or body.translate(None, PLAIN):
        return None
    candidates, seats = int(head[1]), int(head[2])
    names, title = _names(decode(data[end.end() :]), candidates)
    if names is None or not 1 <= candidates < 10_000 or len(set(names)) < candidates:
        return None
    pieces = []
    for piece in _pieces(body):
        read = _read_piece(piece, candidates)
        if read is None:
            return None
        pieces.append(read)
    return _join(tuple(names), pieces, title, seats)


def _end(data: bytes, start: int) -> re.Match[bytes] | None:
    """The line that ends the ballots: 0 alone."""
    at = start - 1
    while (at := data.find(b"\n0", at)) >= 0:
        end = END.match(data, at + 1)
        if end is not None:
            return end
        at += 1
    return None


def _pieces(body: bytes) -> list[bytes]:
    found, start = [], 0
    while start < len(body):
        end = body.find(b"\n", min(start + PIECE, len(body) - 1)) + 1 or len(body)
        found.append(body[start:end])
        start = end
    return found


def _read_piece(piece: bytes, candidates: int) -> tuple[IntArray, NDArray[np.generic]] | None:
    """Counts and places of the ballots in whole lines; None where a line is not a sound ballot."""
    found = _numbers(np.frombuffer(piece, np.uint8))
    if found is None:
        return None
    values, breaks = found
    if not len(values):
        return np.zeros(0, np.int64), np.zeros((0, 1), np.min_scalar_type(candidates))
    stops = np.flatnonzero(values == 0)
    # Each line ends with its only 0: where lines change, the number before is one of the zeros.
    if (
        len(stops) != len(breaks) + 1
        or stops[-1] != len(values) - 1
        or not np.array_equal(stops[:-1], breaks)
    ):
        return None
    starts = np.concatenate([[0], stops[:-1] + 1])
    lengths = stops - starts - 1
    if lengths.min() < 0:
        return None
    counts = values[starts].astype(np.int64)
    order = np.full((len(counts), int(lengths.max()) + 1), candidates, np.min_scalar_type(candidates))
    rows = np.repeat(np.arange(len(counts), dtype=np.int32), lengths)
    inside = np.ones(len(values), bool)
    inside[starts] = inside[stops] = False
    preferences = values[inside]
    if preferences.size and int(preferences.max()) > candidates:
        return None
    first = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    columns = np.arange(len(preferences), dtype=np.int32) - first.astype(np.int32)[rows]
    order[rows, columns] = preferences - 1
    return None if _twice(rows, preferences, order) else (counts, order)


def _twice(rows: NDArray[np.int32], preferences: NDArray[np.int32], order: NDArray[np.generic]) -> bool:
    """Whether a paper names somebody twice; `preferences` from 1, each with the row that it stands in."""
    candidates = int(preferences.max(initial=0))
    if len(order) * (candidates + 1) <= MARKED:
        named = np.zeros(len(order) * (candidates + 1), bool)
        named[rows.astype(np.intp) * (candidates + 1) + preferences] = True
        return int(np.count_nonzero(named)) < len(preferences)
    sorting = np.lexsort((preferences, rows))
    same = (np.diff(preferences[sorting]) == 0) & (np.diff(rows[sorting]) == 0)
    return bool(same.any())


def _numbers(text: NDArray[np.uint8]) -> tuple[NDArray[np.int32], NDArray[np.intp]] | None:
    """Every number in the text, and which of them are followed by a line's end; None where one is too long."""
    digit = np.zeros(len(text) + 2, bool)
    np.logical_and(text >= 48, text <= 57, out=digit[1:-1])
    edges = np.flatnonzero(digit[1:] != digit[:-1])
    starts, ends = edges[::2], edges[1::2]
    if not len(starts):
        return np.zeros(0, np.int32), np.zeros(0, np.intp)
    lengths = ends - starts
    longest = int(lengths.max())
    if longest > 9:
        return None
    values = text[starts].astype(np.int32) - 48
    for place in range(1, longest):
        longer = np.flatnonzero(lengths > place)
        values[longer] = values[longer] * 10 + text[starts[longer] + place] - 48
    return values, _line_ends(text, starts, ends)


def _line_ends(text: NDArray[np.uint8], starts: NDArray[np.intp], ends: NDArray[np.intp]) -> NDArray[np.intp]:
    """The numbers that are the last on their line, but for the very last one."""
    if int((starts[1:] - ends[:-1]).max(initial=1)) == 1:
        return np.flatnonzero(text[ends[:-1]] == 10)
    return np.flatnonzero(np.diff(np.cumsum(text == 10, dtype=np.int32)[starts]))


def _join(
    names: tuple[str, ...], pieces: list[tuple[IntArray, NDArray[np.generic]]], title: str, seats: int
) -> Rankings:
    nobody = len(names)
    width = max((order.shape[1] for _, order in pieces), default=1)
    height = sum(len(counts) for counts, _ in pieces)
    order = np.full((height, width), nobody, np.min_scalar_type(nobody))
    counts = np.concatenate([counts for counts, _ in pieces]) if pieces else np.zeros(0, np.int64)
    row = 0
    for _, part in pieces:
        order[row : row + len(part), : part.shape[1]] = part
        row += len(part)
    blank = order[:, 0] == nobody
    invalid = int(counts[blank].sum())
    if blank.any():
        order, counts = order[~blank], counts[~blank]
    return Rankings(names, order, counts, title=title, seats=seats, invalid=invalid)


# -- any file, line by line


def _read_lines(text: str) -> Rankings:
    lines = [(number, _without_comment(line)) for number, line in enumerate(text.splitlines(), 1)]
    lines = [(number, line) for number, line in lines if line]
    if not lines:
        raise InputError("the file is empty", where="line 1", remedy=FORM)
    candidates, seats = _head(*lines[0])
    end = next((at for at, (_, line) in enumerate(lines) if at and line == "0"), None)
    if end is None:
        raise InputError(
            "the ballots have no end", where=f"line {lines[-1][0]}", remedy="Put a line with 0 after them."
        )
    withdrawn: set[int] = set()
    ballots: list[tuple[int, list[list[int]]]] = []
    for number, line in lines[1:end]:
        if line.startswith("["):
            raise InputError(
                f"“{line[:40]}” is an instruction to another program",
                where=f"line {number}",
                remedy="Take it out; a withdrawn candidate is written as -2, an order for ties is given with --order.",
            )
        if line.startswith("-") and not ballots:
            withdrawn |= _withdrawn(number, line, candidates)
        else:
            ballots.append(_ballot(number, line, candidates))
    names, title = _names("\n".join(line for _, line in lines[end + 1 :]), candidates)
    if names is None:
        raise InputError(
            f"fewer than {candidates} names are there",
            where=f"line {lines[-1][0]}",
            remedy="After the line with 0 put a line for each candidate's name.",
        )
    _check_names(names, lines[end + 1 :])
    return rank(names, ballots, withdrawn=withdrawn, title=title, seats=seats)


def _check_names(names: list[str], lines: list[tuple[int, str]]) -> None:
    """Raise InputError with the line of a name that stands there already."""
    for at, name in enumerate(names):
        if name in names[:at]:
            line = lines[min(at, len(lines) - 1)][0]
            raise InputError(
                f"two candidates have the name “{name}”",
                where=f"line {line}",
                remedy="Tell them apart, for example by branch.",
            )


def _without_comment(line: str) -> str:
    """The line without what follows a # that stands outside quotes and at a word's beginning."""
    return re.sub(r'^((?:[^"#]|"[^"]*"|(?<=\S)#)*?)(?:(?<!\S)#.*)?$', r"\1", line).strip()


def _head(number: int, line: str) -> tuple[int, int]:
    words = line.split()
    if len(words) != 2 or not all(word.isdecimal() and len(word) < 6 for word in words):
        raise InputError(f"“{line[:40]}” is not two numbers", where=f"line {number}", remedy=FORM)
    candidates, seats = map(int, words)
    if not 1 <= candidates <= 10_000 or not seats:
        raise InputError(
            f"{candidates} candidates and {seats} seats", where=f"line {number}", remedy="Give 1 or more."
        )
    return candidates, seats


def _withdrawn(number: int, line: str, candidates: int) -> set[int]:
    found = set()
    for word in line.split():
        each = _whole(word.removeprefix("-"), number) if word.startswith("-") else 0
        if not 1 <= each <= candidates:
            raise InputError(
                f"“{word}” is no withdrawn candidate",
                where=f"line {number}",
                remedy=f"Write a minus and a number from 1 to {candidates}.",
            )
        found.add(each)
    return found


def _ballot(number: int, line: str, candidates: int) -> tuple[int, list[list[int]]]:
    words = re.sub(r"^\([^)]*\)", "", line).split()
    if len(words) < 2 or words[-1] != "0":
        raise InputError(
            "the ballot does not end with 0",
            where=f"line {number}",
            remedy="Put one ballot on a line, then 0.",
        )
    count = _whole(words[0], number)
    if count < 1:
        raise InputError("a ballot of no papers", where=f"line {number}", remedy="Begin it with 1 or more.")
    places: list[list[int]] = []
    before: list[int] = []
    for word in words[1:-1]:
        if word == "-":
            continue
        place = [_whole(each, number) for each in word.split("=")]
        for each in place:
            check_preference(each, candidates, before, f"line {number}")
            before.append(each - 1)
        places.append(place)
    return count, places


def _whole(word: str, number: int) -> int:
    if not (word.isascii() and word.isdecimal() and len(word) < 10):
        raise InputError(
            f"“{word[:40]}” is not a number",
            where=f"line {number}",
            remedy="Write numbers, parted by spaces.",
        )
    return int(word)


def _names(text: str, candidates: int) -> tuple[list[str] | None, str]:
    """The candidates' names and the title, quoted or each on a line; None where names are missing."""
    lines = [line for line in map(_without_comment, text.splitlines()) if line]
    words: list[str] = []
    for line in lines:
        quoted = re.findall(r'"([^"]*)"', line)
        words += quoted if quoted and line.startswith('"') else [line.strip('"')]
    words = [" ".join(word.split()) for word in words]
    if len(words) < candidates:
        return None, ""
    return words[:candidates], words[candidates] if len(words) > candidates else ""
