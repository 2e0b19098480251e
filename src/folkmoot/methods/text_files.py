"""Text out of the bytes of a file that somebody else's program wrote."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import TextIO

from folkmoot.methods import InputError

# Tab, line feed, form feed and carriage return are text; the other control characters are not.
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
MOST_CONTROLS = 0.1
"""What people wrote may hold control characters (0x0b stands for a line break in what word processors copy); where
they are a tenth of a file, it is no text."""
REMEDY = "Save the file as text in UTF-8 (spreadsheets call it 'CSV UTF-8') and try again."


def decode(data: bytes, *, free_text: bool = False) -> str:
    """Read UTF-8 (with or without its mark), or else Latin-1 as Western European computers write it.

    Latin-1 is read with the Windows additions (typographic quotes, the euro sign), as browsers do. In
    `free_text` control characters stay as they are. Raises InputError for UTF-16, for binary data, and for bytes
    that no such encoding has.
    """
    return data.decode(encoding_of(data, free_text=free_text))


def controls_in(text: str) -> int:
    """How many control characters stand in a text that are no spaces, tabs or line breaks."""
    return len(CONTROL.findall(text.encode()))


def open_text(data: bytes) -> TextIO:
    """The same as a stream of lines, for large files: the whole text never stands in memory."""
    return io.TextIOWrapper(io.BytesIO(data), encoding=encoding_of(data), newline="")


def numbered_lines(text: str) -> list[tuple[int, str]]:
    """Lines by number, as editors count them; blanks at the ends and lines with nothing else are left out."""
    lines = enumerate(re.split(r"\r\n|\r|\n", text), 1)
    return [(number, line.strip()) for number, line in lines if line.strip()]


def csv_rows(text: str, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """The rows of a table, each with the line that it begins on; empty lines are left out.

    Raises InputError for quotation marks that are not closed: they would swallow the rows after them.
    """
    reader, line = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            what, remedy = f"the line cannot be read ({error})", "Mend its quotation marks."
            raise InputError(what, where=f"line {line}", remedy=remedy) from error
        if cells is None:
            return
        if cells:
            yield line, cells
        line = reader.line_num + 1


def encoding_of(data: bytes, *, free_text: bool = False) -> str:
    """The encoding in which these bytes are text; raises InputError if they are not."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputError("the file is UTF-16", where="line 1", remedy=REMEDY)
    control = CONTROL.search(data)
    if control is not None and not (free_text and len(CONTROL.findall(data)) < MOST_CONTROLS * len(data)):
        raise unreadable(data, control.start())
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError as error:
            position = error.start
        else:
            return encoding
    raise unreadable(data, position)


def unreadable(data: bytes, position: int) -> InputError:
    """The error for a byte that is no text, with its line and its place in the line."""
    line = data.count(b"\n", 0, position) + 1
    place = position - data.rfind(b"\n", 0, position)
    what = f"the byte 0x{data[position]:02x} is not text"
    return InputError(what, where=f"line {line}, byte {place}", remedy=REMEDY)
