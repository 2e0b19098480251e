"""Answers as plain rows under pseudonyms: what analyses read, and what members and auditors are given.

Nothing stands beside an answer but what the findings need: no branch, no channel, no time.

No Django here: a bundle is read back into the same rows by somebody who has only the files.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from typing import ClassVar, TypeVar

from folkmoot.methods import InputError

YES, NO, NOT_ASKED = "yes", "no", ""

# Who votes on thousands of statements at once, in an import, fills a cell that the reader would refuse.
csv.field_size_limit(2**24)


@dataclass(frozen=True)
class Text:
    """The standing answer of one person in her own words. `may_print`: yes, no, or empty: not asked."""

    response: str
    who: str
    version: int
    number: int
    text: str
    may_print: str


@dataclass(frozen=True)
class Ranking:
    """The standing priorities of one person: option keys best first, or `key=points`, separated by spaces."""

    response: str
    who: str
    version: int
    number: int
    choice: str

    @property
    def ranking(self) -> list[str]:
        return self.choice.split()

    @property
    def points(self) -> dict[str, int]:
        return {key: int(value) for key, _, value in (part.rpartition("=") for part in self.choice.split())}


@dataclass(frozen=True)
class Ballot:
    """One vote as it came: 1 agree, 0 not sure, −1 disagree. The last one of a person on a statement counts."""

    response: str
    who: str
    version: int
    number: int
    statement: str
    value: int


@dataclass(frozen=True)
class Put:
    """A statement, who put it (organisers or participant), and whether it was left out of an imported one."""

    id: str
    text: str
    author: str
    who: str
    at: str
    moderated_out: int


@dataclass(frozen=True)
class Aside:
    """An answer that is kept and not counted: it came late, was taken back, or came after the rows were read.

    `content` is the canonical JSON of what was answered, such as `{"text":"Rents."}`.
    """

    response: str
    question: str
    who: str
    version: int
    number: int
    late: int
    content: str


Row = TypeVar("Row", Text, Ranking, Ballot, Put, Aside)


def to_csv(kind: type[Row], rows: Iterable[Row]) -> str:
    """These rows with a header, in the order given; lines end in a newline alone."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([field.name for field in fields(kind)])
    writer.writerows(astuple(row) if kind is not Ballot else _plain(row) for row in rows)
    return stream.getvalue()


def _plain(row: object) -> list[object]:
    # astuple copies deeply; a conversation has hundreds of thousands of votes.
    return list(row.__dict__.values())


def from_csv(kind: type[Row], text: str) -> list[Row]:
    """Read rows back. Raises InputError for another header or a value that does not fit."""
    reader = csv.reader(io.StringIO(text))
    names = [field.name for field in fields(kind)]
    if (header := next(reader, [])) != names:
        raise InputError(f"the columns are {header}, not {names}", where="line 1")
    whole = [position for position, field in enumerate(fields(kind)) if field.type == "int"]
    rows: list[Row] = []
    for line in reader:
        if len(line) != len(names):
            raise InputError(f"{len(line)} values in place of {len(names)}", where=f"line {reader.line_num}")
        if kind is Text and line[-1] not in (YES, NO, NOT_ASKED):
            where = f"line {reader.line_num}, column may_print"
            raise InputError(f"“{line[-1]}” is neither yes nor no nor empty", where=where)
        values: list[object] = list(line)
        for position in whole:
            try:
                values[position] = int(line[position])
            except ValueError:
                raise InputError(
                    f"“{line[position]}” is not a whole number",
                    where=f"line {reader.line_num}, column {names[position]}",
                ) from None
        rows.append(kind(*values))
    return rows


@dataclass(frozen=True)
class Answers:
    """All that was answered to one question; a way of listening fills the kinds of row that it has."""

    texts: Sequence[Text] = ()
    rankings: Sequence[Ranking] = ()
    votes: Sequence[Ballot] = ()
    statements: Sequence[Put] = ()

    FILES: ClassVar[dict[str, type]] = {
        "texts.csv": Text,
        "rankings.csv": Ranking,
        "votes.csv": Ballot,
        "statements.csv": Put,
    }

    def responses(self) -> set[str]:
        """The ids of the answers that these rows are of."""
        return {row.response for rows in (self.texts, self.rankings, self.votes) for row in rows}

    def files(self) -> dict[str, str]:
        """The CSV files of this question by name; kinds of row that it has none of are left out."""
        held = {
            "texts.csv": self.texts,
            "rankings.csv": self.rankings,
            "votes.csv": self.votes,
            "statements.csv": self.statements,
        }
        return {name: to_csv(self.FILES[name], rows) for name, rows in held.items() if rows}

    @classmethod
    def from_files(cls, files: dict[str, str]) -> Answers:
        return cls(
            **{
                name.removesuffix(".csv"): from_csv(kind, files[name])
                for name, kind in cls.FILES.items()
                if name in files
            }
        )
