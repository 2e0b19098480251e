"""Read Polis's exports: votes in either form, and the statements."""

from __future__ import annotations

import csv
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from folkmoot.methods import InputError
from folkmoot.methods.opinions.votes import Votes, id_key

LONG = ("timestamp", "comment-id", "voter-id", "vote")
WIDE = ("participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree")
MEMBERSHIP = ("participant", "group-id")
COMMENTS = ("comment-id", "author-id", "moderated", "comment-body")
NEVER_STATEMENTS = {*WIDE, "xid", "datetime", "timestamp"}
VALUES = {"1": 1, "0": 0, "-1": -1}
VOTE_REMEDY = "Write 1 for agree, 0 for pass and -1 for disagree."
LONGEST_LIST = 40  # runs of bad lines that one message spells out
MODERATED = ("-1", "0", "1")

Row = tuple[int, list[str]]  # its line in the file, and its cells


class UnknownStatementsError(InputError):
    """Votes on statements that nobody wrote; `rows` holds the line of every one."""

    def __init__(self, rows: Sequence[int], statements: Collection[str]) -> None:
        self.rows = tuple(rows)
        names = sorted(statements, key=id_key)
        shown = ", ".join(names[:10]) + (" and others" if len(names) > 10 else "")
        super().__init__(
            f"votes on {'a statement' if len(names) == 1 else 'statements'} that nobody wrote: {shown}",
            where=f"{'line' if len(self.rows) == 1 else 'lines'} {spell_lines(self.rows)}",
            remedy="Add the missing rows to the file of statements, or take these votes out.",
        )


@dataclass(frozen=True)
class Comments:
    """The statements of a conversation, in the file's order: ids, authors, moderation, words."""

    ids: tuple[str, ...]
    authors: tuple[str, ...]
    moderated: tuple[int, ...]
    bodies: tuple[str, ...]

    @cached_property
    def text(self) -> dict[str, str]:
        """The words of each statement by its id."""
        return dict(zip(self.ids, self.bodies, strict=True))

    @property
    def moderated_out(self) -> tuple[str, ...]:
        """The statements whose moderation is −1."""
        return tuple(name for name, value in zip(self.ids, self.moderated, strict=True) if value == -1)


def read_votes(lines: Iterable[str], *, statements: Collection[str] | None = None) -> Votes:
    """Read votes from either export form, told apart by the header.

    Long form: a row a vote; the last one of a person on a statement counts, by timestamp, then by row.
    Wide form: a row a participant, a column a statement, empty where not seen. `lines` is an open text
    stream, or the lines of one. With `statements` given, a vote on any other is an error.
    Raises InputError with line, column, value and remedy.
    """
    rows = read_rows(lines)
    header = read_header(rows)
    if "participant" in header and "vote" not in header:
        votes = read_wide(header, rows, statements)
    else:
        votes = read_long(header, rows, statements)
    if not len(votes):
        raise InputError("there is a header but no vote", remedy="Export the votes again once people voted.")
    return votes


def read_comments(lines: Iterable[str]) -> Comments:
    """Read the statements: id, author, moderation (−1 out, 0 undecided, 1 in) and words.

    Raises InputError with line, column, value and remedy.
    """
    rows = read_rows(lines)
    header = read_header(rows)
    places = columns_of(header, COMMENTS)
    seen: dict[str, int] = {}
    found: list[list[str]] = []
    for line, cells in rows:
        name, author, moderated, body = (cells[place] for place in places)
        if name in seen:
            what = f"the statement {name} stands on line {seen[name]} already"
            raise InputError(what, where=f"line {line}, column comment-id", remedy="Give each its own id.")
        if moderated not in MODERATED:
            remedy = "Write -1 for moderated out, 0 for undecided and 1 for accepted."
            raise InputError(
                f"moderated is {moderated!r}", where=f"line {line}, column moderated", remedy=remedy
            )
        seen[name] = line
        found.append([name, author, moderated, body])
    ids, authors, moderation, bodies = zip(*found, strict=True) if found else ((), (), (), ())
    return Comments(ids, authors, tuple(int(value) for value in moderation), bodies)


def read_membership(lines: Iterable[str]) -> dict[str, int]:
    """Read groups that were found elsewhere: the columns participant and group-id, empty for nobody's group.

    Polis's export of participants is such a file. Raises InputError with line, column, value and remedy.
    """
    rows = read_rows(lines)
    person_at, group_at = columns_of(read_header(rows), MEMBERSHIP)
    found: dict[str, int] = {}
    for line, cells in rows:
        name, group = cells[person_at].strip(), cells[group_at].strip()
        if not name or name in found:
            what = f"the participant {name} stands twice" if name else "there is no id"
            raise InputError(
                what, where=f"line {line}, column participant", remedy="Give each person one row."
            )
        if group and not group.isdecimal():
            remedy = "Number groups from 0, and leave it empty for those in none."
            raise InputError(f"the group is {group!r}", where=f"line {line}, column group-id", remedy=remedy)
        if group:
            found[name] = int(group)
    return found


def read_rows(lines: Iterable[str]) -> Iterator[Row]:
    """Give each row with the line on which it ends, empty lines left out, all as wide as the first."""
    reader = csv.reader(lines, strict=True)
    width: int | None = None
    try:
        for cells in reader:
            if not cells or (len(cells) == 1 and not cells[0].strip()):
                continue
            width = len(cells) if width is None else width
            if len(cells) != width:
                raise InputError(
                    f"{len(cells)} columns where the header has {width}",
                    where=f"line {reader.line_num}",
                    remedy="Put text that holds commas in double quotes, and give each row every column.",
                )
            yield reader.line_num, cells
    except csv.Error as error:
        remedy = "Look for a double quote that is never closed."
        raise InputError(
            f"this is not CSV ({error})", where=f"line {reader.line_num}", remedy=remedy
        ) from error


def read_header(rows: Iterator[Row]) -> list[str]:
    _, cells = next(rows, (0, None))
    if cells is None:
        raise InputError("the file is empty", remedy="Give a CSV file whose first row names the columns.")
    header = [cell.removeprefix("\ufeff").strip() for cell in cells]
    twice = [name for name, count in Counter(header).items() if name and count > 1]
    if twice:
        raise InputError(f"the column {twice[0]} is there twice", where="line 1", remedy="Keep one of them.")
    return header


def columns_of(header: list[str], wanted: Sequence[str]) -> list[int]:
    """Find columns by name, in the order wanted."""
    missing = [name for name in wanted if name not in header]
    if missing:
        raise InputError(
            f"no column is called {' or '.join(missing)}",
            where="line 1",
            remedy=f"The first row must name these columns, parted by commas: {', '.join(wanted)}.",
        )
    return [header.index(name) for name in wanted]


def read_long(header: list[str], rows: Iterator[Row], known: Collection[str] | None) -> Votes:
    if not {"comment-id", "voter-id", "vote"} & set(header):
        raise InputError(
            "these are not votes in either of Polis's forms",
            where="line 1",
            remedy=f"The first row must name {', '.join(LONG)}; or {', '.join(WIDE)} and the statements.",
        )
    when_at, statement_at, voter_at, vote_at = columns_of(header, LONG)
    voters, asked, unknown = Numbering("voter-id"), Numbering("comment-id", known), array("q")
    times, who, what, values = array("q"), array("i"), array("i"), array("b")
    for line, cells in rows:
        times.append(timestamp(cells[when_at], line))
        values.append(vote_value(cells[vote_at], line, "vote"))
        who.append(voters.number(cells[voter_at], line))
        what.append(asked.number(cells[statement_at], line))
        if asked.is_unknown(what[-1]):
            unknown.append(line)
    if unknown:
        raise UnknownStatementsError(unknown, asked.unknown_names())
    order = np.argsort(np.array(times, dtype=np.int64), kind="stable")
    columns = [np.array(column, dtype=np.int64)[order] for column in (who, what, values)]
    return Votes.from_codes(voters.names, asked.names, *columns)


def read_wide(header: list[str], rows: Iterator[Row], known: Collection[str] | None) -> Votes:
    columns_of(header, WIDE)
    person_at = header.index("participant")
    places = statement_columns(header)
    strangers = (
        [] if known is None else [header[place] for place in places if header[place] not in set(known)]
    )
    if strangers:
        raise UnknownStatementsError([1], strangers)
    people: list[str] = []
    line_of: dict[str, int] = {}
    counts, what, values = array("q"), array("i"), array("b")
    for line, cells in rows:
        name = cells[person_at].strip()
        if not name or name in line_of:
            fault = (
                f"the participant {name} stands on line {line_of[name]} already" if name else "there is no id"
            )
            raise InputError(
                fault, where=f"line {line}, column participant", remedy="Give each person one row."
            )
        line_of[name] = line
        people.append(name)
        marked = [(number, cells[place]) for number, place in enumerate(places) if cells[place]]
        what.extend(number for number, _ in marked)
        values.extend(vote_value(cell, line, header[places[number]]) for number, cell in marked)
        counts.append(len(marked))
    who = np.repeat(np.arange(len(people)), np.array(counts, dtype=np.int64))
    names = [header[place] for place in places]
    return Votes.from_codes(people, names, who, np.array(what), np.array(values, dtype=np.int8))


def statement_columns(header: list[str]) -> list[int]:
    """Every column that is called by a number, and whatever follows the counts under another name."""
    counts_end = header.index("n-disagree")
    return [
        place
        for place, name in enumerate(header)
        if name and name not in NEVER_STATEMENTS and (id_key(name)[0] == 0 or place > counts_end)
    ]


class Numbering:
    """Numbers names as they come, and keeps apart those that nobody knows."""

    def __init__(self, column: str, known: Collection[str] | None = None) -> None:
        self.column, self.names, self.numbers = column, list[str](), dict[str, int]()
        self.known = None if known is None else set(known)
        self.strangers: set[int] = set()

    def number(self, cell: str, line: int) -> int:
        found = self.numbers.get(cell)
        return self.add(cell, line) if found is None else found

    def add(self, cell: str, line: int) -> int:
        name = cell.strip()
        if not name:
            remedy = "Every vote needs a voter and a statement."
            raise InputError("there is no id", where=f"line {line}, column {self.column}", remedy=remedy)
        number = self.numbers.setdefault(name, len(self.names))
        self.numbers[cell] = number
        if number == len(self.names):
            self.names.append(name)
            if self.known is not None and name not in self.known:
                self.strangers.add(number)
        return number

    def is_unknown(self, number: int) -> bool:
        return number in self.strangers

    def unknown_names(self) -> list[str]:
        return [self.names[number] for number in self.strangers]


def vote_value(cell: str, line: int, column: str) -> int:
    value = VALUES.get(cell)
    if value is None:
        value = VALUES.get(cell.strip())
    if value is None:
        raise InputError(f"the vote is {cell!r}", where=f"line {line}, column {column}", remedy=VOTE_REMEDY)
    return value


def timestamp(cell: str, line: int) -> int:
    try:
        return int(cell)
    except ValueError as error:
        remedy = "Write the time as a whole number, as Polis does (milliseconds since 1970)."
        where = f"line {line}, column timestamp"
        raise InputError(f"the time is {cell!r}", where=where, remedy=remedy) from error


def spell_lines(lines: Sequence[int]) -> str:
    """Write 3, 4, 5, 9 as 3–5, 9."""
    runs: list[list[int]] = []
    for line in sorted(lines):
        if runs and line <= runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    shown = [str(first) if first == last else f"{first}–{last}" for first, last in runs[:LONGEST_LIST]]
    rest = sum(last - first + 1 for first, last in runs[LONGEST_LIST:])
    return ", ".join(shown) + (f" and {rest} more" if rest else "")
