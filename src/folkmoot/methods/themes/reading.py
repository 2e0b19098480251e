"""Read responses from a table."""

from __future__ import annotations

import csv
import io
import sys

from folkmoot.methods import InputError
from folkmoot.methods.text_files import decode
from folkmoot.methods.themes.model import Response


def read_responses(
    data: bytes, *, text: str, id: str | None = None, person: str | None = None
) -> list[Response]:
    """Responses of a CSV file, one a row; columns go by the names in its first line.

    Without an `id` column a response is called by its row, the first below the header being 1. Empty
    answers stay: they were given; so do control characters. Raises InputError for an empty file, a missing
    column, an id that is empty or comes twice, and a row with more cells than the header.
    """
    csv.field_size_limit(sys.maxsize)
    reader = csv.DictReader(io.StringIO(decode(data, free_text=True), newline=""), strict=True)
    try:
        columns = _columns(reader, [text, *(name for name in (id, person) if name is not None)])
        responses = [
            _response(row, number, reader.line_num, columns, text, id, person)
            for number, row in enumerate(reader, 1)
        ]
    except csv.Error as error:
        raise InputError(
            f"This is not a CSV table: {error}",
            where=f"line {reader.line_num}",
            remedy="Close every quotation mark, and save the table as CSV.",
        ) from error
    _check_ids(responses, id)
    return responses


def _columns(reader: csv.DictReader[str], wanted: list[str]) -> dict[str, str]:
    """The names as the file has them (spaces around them do not count)."""
    if not reader.fieldnames or not any(name.strip() for name in reader.fieldnames):
        raise InputError("The file is empty", remedy="Its first line must name the columns.")
    columns = {name.strip(): name for name in reader.fieldnames}
    for name in wanted:
        if name not in columns:
            there = ", ".join(columns)
            raise InputError(
                f"There is no column {name!r}",
                where="line 1",
                remedy=f"Choose one of these columns: {there}.",
            )
    return columns


def _response(
    row: dict[str, str],
    number: int,
    line: int,
    columns: dict[str, str],
    text: str,
    id: str | None,
    person: str | None,
) -> Response:
    if None in row:
        raise InputError(
            "The row has more cells than the header",
            where=f"line {line}",
            remedy="Put quotation marks around a text with commas.",
        )

    def cell(name: str) -> str:
        return row[columns[name]] or ""

    own_id = str(number) if id is None else cell(id).strip()
    if not own_id:
        raise InputError(
            f"The column {id!r} is empty", where=f"line {line}", remedy="Give every response an id."
        )
    writer = cell(person).strip() or None if person is not None else None
    return Response(own_id, cell(text), writer)


def _check_ids(responses: list[Response], id: str | None) -> None:
    seen: dict[str, int] = {}
    for number, response in enumerate(responses, 1):
        if response.id in seen:
            raise InputError(
                f"The id {response.id!r} comes twice, in rows {seen[response.id]} and {number}",
                where=f"column {id!r}",
                remedy="Give every response an id of its own.",
            )
        seen[response.id] = number
