"""Real conversations brought in from files: read and checked whole before anything is written."""

from __future__ import annotations

import contextlib
import csv
import datetime
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from folkmoot.methods import InputError
from folkmoot.methods.opinions import Comments, Votes, read_comments, read_votes
from folkmoot.methods.text_files import decode

LARGEST = 512 * 1024**2
LONGEST_ANSWER = 5000


@dataclass(frozen=True)
class Conversation:
    """A Polis export: its topic, who voted what, and what was put by whom."""

    topic: str
    votes: Votes
    comments: Comments
    began: datetime.datetime | None
    ended: datetime.datetime | None
    digest: str


@dataclass(frozen=True)
class Written:
    """One row of a file of answers."""

    id: str
    text: str


def read_conversation(directory: Path) -> Conversation:
    """Read a directory of Polis's export. Raises InputError with file, line and remedy."""
    votes_path = directory / "votes.csv"
    if not votes_path.exists():
        votes_path = directory / "participants-votes.csv"
    comments_path = directory / "comments.csv"
    for path in (votes_path, comments_path):
        if not path.is_file():
            raise InputError(
                f"there is no {path.name} in {directory}",
                remedy="Give the directory of an export: comments.csv with votes.csv or participants-votes.csv.",
            )
    comments_text, votes_text = _text(comments_path), _text(votes_path)
    with _naming(comments_path):
        comments = read_comments(io.StringIO(comments_text, newline=""))
    with _naming(votes_path):
        votes = read_votes(io.StringIO(votes_text, newline=""), statements=set(comments.ids))
    began, ended = _span(votes_text if votes_path.name == "votes.csv" else comments_text)
    summary = directory / "summary.csv"
    topic = _topic(_text(summary)) if summary.is_file() else ""
    digest = hashlib.sha256((comments_text + votes_text).encode()).hexdigest()
    return Conversation(topic, votes, comments, began, ended, digest)


@contextlib.contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Put the file's name before what a reader says of its text."""
    try:
        yield
    except InputError as error:
        if not error.where.startswith(str(path)):
            error.where = f"{path}, {error.where}" if error.where else str(path)
        raise


def _text(path: Path, *, free_text: bool = False) -> str:
    if path.stat().st_size > LARGEST:
        raise InputError("the file is larger than 512 MB", where=str(path), remedy="Split it.")
    with _naming(path):
        return decode(path.read_bytes(), free_text=free_text)


def _topic(summary: str) -> str:
    for row in csv.reader(io.StringIO(summary)):
        if len(row) > 1 and row[0] == "topic":
            return row[1].strip()
    return ""


def _span(text: str) -> tuple[datetime.datetime | None, datetime.datetime | None]:
    """The first and the last timestamp (milliseconds since 1970) of a file that has them."""
    stamps = []
    for row in csv.DictReader(io.StringIO(text, newline="")):
        stamp = (row.get("timestamp") or "").strip()
        if stamp.isdigit() and len(stamp) <= 14:
            stamps.append(int(stamp))
    if not stamps:
        return None, None
    return _moment(min(stamps)), _moment(max(stamps))


def _moment(milliseconds: int) -> datetime.datetime:
    # Some exports give seconds.
    seconds = milliseconds / 1000 if milliseconds > 10**11 else float(milliseconds)
    return datetime.datetime.fromtimestamp(int(seconds), datetime.UTC)


def read_written(path: Path, *, text: str, id: str | None) -> tuple[list[Written], str]:
    """Read a file of answers, a row each, and its digest. Raises InputError that lists every bad row."""
    content = _text(path, free_text=True)
    with _naming(path):
        rows = list(_written(content, text, id))
        if not rows:
            raise InputError(
                "there is no answer in it", remedy="Give a CSV file with a header and a row an answer."
            )
    return rows, hashlib.sha256(content.encode()).hexdigest()


def _written(content: str, text: str, id: str | None) -> Iterator[Written]:
    reader = csv.DictReader(io.StringIO(content, newline=""), strict=True)
    columns = reader.fieldnames or []
    for wanted in (text, id):
        if wanted is not None and wanted not in columns:
            raise InputError(
                f"there is no column “{wanted}”",
                where="line 1",
                remedy=f"Its columns are: {', '.join(columns)}.",
            )
    problems: list[str] = []
    seen: dict[str, int] = {}
    rows: list[Written] = []
    try:
        for number, row in enumerate(reader, 1):
            name, words = (row[id] if id else str(number)), row[text]
            line = f"line {reader.line_num}"
            if name is None or words is None or None in row:
                problems.append(f"{line}: not as many columns as the header")
            elif not name.strip():
                problems.append(f"{line}: the id is empty")
            elif name in seen:
                problems.append(f"{line}: the id “{name}” stands on line {seen[name]} already")
            elif "\0" in words:
                problems.append(f"{line}: a character of the value 0, which cannot be kept")
            elif len(words) > LONGEST_ANSWER:
                problems.append(f"{line}: {len(words)} characters; {LONGEST_ANSWER} fit")
            else:
                seen[name] = reader.line_num
                rows.append(Written(name, words))
    except csv.Error as error:
        raise InputError(f"the file cannot be read: {error}", where=f"line {reader.line_num}") from error
    if problems:
        count = "1 row is" if len(problems) == 1 else f"{len(problems)} rows are"
        raise InputError(
            f"{count} wrong, nothing was brought in:\n  " + "\n  ".join(problems),
            remedy="Mend them and try again.",
        )
    yield from rows
