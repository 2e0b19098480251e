"""BLT files of rankings, as counting programs exchange them (Hill, Wichmann and Woodall 1987, and since).

First the numbers of candidates and seats, then withdrawn candidates as negative numbers, a line a ballot (how
many papers, the candidates in order, 0), a line with 0 alone, a line for each name, and the title. Also read:
`-` for a place left empty, `1=2` for equal places, and what `reading_blt_lines` says. The usual file holds
nothing but numbers before its names, and is read as one array; any other line by line.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from folkmoot.methods import InputError
from folkmoot.methods.counting.ballots import IntArray, Rankings
from folkmoot.methods.counting.reading_blt_lines import read_lines, read_names
from folkmoot.methods.text_files import decode, numbered_lines

END = re.compile(rb"^0[ \t]*(?:#[^\n]*)?\r?$", re.MULTILINE)
PLAIN = b"0123456789 \t\r\n"
# Ballots are read in pieces of about this many bytes, so that memory stays small.
PIECE = 4_000_000
# A mark for each candidate on each paper is kept up to so many bytes.
MARKED = 64_000_000


def read_blt(data: bytes) -> Rankings:
    """Rankings from the bytes of a BLT file. Raises InputError with the line of what cannot be read."""
    fast = _read_plain(data)
    return fast if fast is not None else read_lines(decode(data))


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
    if not 1 <= candidates < 10_000 or not seats:
        return None
    tail = [line for line in numbered_lines(decode(data[end.end() :])) if not line[1].startswith("#")]
    try:
        names, title, notes = read_names(tail, candidates, end=0)
    except InputError:
        return None
    pieces = []
    for piece in _pieces(body):
        read = _read_piece(piece, candidates)
        if read is None:
            return None
        pieces.append(read)
    return replace(_join(tuple(names), pieces, title, seats), notes=notes)


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
