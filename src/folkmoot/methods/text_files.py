"""Text out of the bytes of a file that somebody else's program wrote."""

from __future__ import annotations

import codecs
import re

from folkmoot.methods import InputError

# Tab, line feed, form feed and carriage return are text; the other control characters are not.
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
REMEDY = "Save the file as text in UTF-8 (spreadsheets call it 'CSV UTF-8') and try again."


def decode(data: bytes) -> str:
    """Read UTF-8 (with or without its mark), or else Latin-1 as Western European computers write it.

    Latin-1 is read with the Windows additions (typographic quotes, the euro sign), as browsers do.
    Raises InputError for UTF-16, for binary data, and for bytes that no such encoding has.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputError("the file is UTF-16", where="line 1", remedy=REMEDY)
    control = CONTROL.search(data)
    if control is not None:
        raise unreadable(data, control.start())
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return decode_western(data)


def decode_western(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise unreadable(data, error.start) from error


def unreadable(data: bytes, position: int) -> InputError:
    """The error for a byte that is no text, with its line and its place in the line."""
    line = data.count(b"\n", 0, position) + 1
    place = position - data.rfind(b"\n", 0, position)
    what = f"the byte 0x{data[position]:02x} is not text"
    return InputError(what, where=f"line {line}, byte {place}", remedy=REMEDY)
