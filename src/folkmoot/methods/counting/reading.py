"""Ballots from a file, by the ending of its name."""

from __future__ import annotations

from collections.abc import Sequence

from folkmoot.methods import InputError
from folkmoot.methods.counting.ballots import Profile
from folkmoot.methods.counting.reading_blt import read_blt
from folkmoot.methods.counting.reading_csv import read_csv
from folkmoot.methods.counting.reading_pabulib import read_pabulib
from folkmoot.methods.counting.reading_preflib import read_preflib

PREFLIB = (".soc", ".soi", ".toc", ".toi")
ENDINGS = (".blt", ".csv", ".pb", *PREFLIB)


def read_ballots(
    data: bytes, name: str, kind: type[Profile], candidates: Sequence[str] | None = None
) -> Profile:
    """Ballots from the bytes of the file of this name; `kind` tells which form a CSV file has.

    `candidates`: who stands, where the file has no list of its own. Raises InputError for an ending that no
    reader has, and for whatever the reader cannot read.
    """
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    if ending == ".csv":
        return read_csv(data, kind, candidates)
    if candidates is not None and ending in ENDINGS:
        raise InputError("this file names its candidates itself", remedy="Leave out the list of candidates.")
    if ending == ".blt":
        return read_blt(data)
    if ending == ".pb":
        return read_pabulib(data)
    if ending in PREFLIB:
        return read_preflib(data, complete=ending in (".soc", ".toc"), strict=ending in (".soc", ".soi"))
    raise InputError(
        f"the ending “{ending}” is no ballots'", remedy=f"Files of ballots end in {', '.join(ENDINGS)}."
    )
