"""What can be computed: no Django, no paths, no clock, no hidden randomness.

Each method takes arrays, streams and plain values and gives back frozen dataclasses; randomness is an
argument. Everything here works with the base installation alone.
"""

from __future__ import annotations


class InputError(ValueError):
    """Input that cannot be used. Says what is wrong, where, and how to mend it.

    `where` names the file, line, row or column; `remedy` is a whole sentence. The command line adds the
    file's name where the reader of a stream could not know it.
    """

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what, self.where, self.remedy = what, where, remedy
        super().__init__(what)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        ending = "" if self.what.endswith((".", "?", "!")) else "."
        advice = f" {self.remedy}" if self.remedy else ""
        return f"{place}{self.what}{ending}{advice}"
