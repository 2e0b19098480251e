"""Checking a bundle by somebody who trusts nobody: what is recomputed, what agrees, what cannot be known.

No Django and no database: the bundle alone is read.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from folkmoot.methods import InputError
from folkmoot.methods.transparency import Key
from folkmoot.publish.aggregates import check_public
from folkmoot.publish.bundle import FORMAT, MANIFEST, sha256
from folkmoot.publish.proofs import LogPart, check, compare
from folkmoot.publish.recomputing import check_members
from folkmoot.publish.stated import check_stated
from folkmoot.publish.verdict import Report

UNREADABLE = (zipfile.BadZipFile, zlib.error, KeyError, TypeError, ValueError, EOFError, OSError)
LARGEST = 2 * 1024**3
OWN_KEY = (
    "whether the log's key is the organisers' own: it is taken from the bundle; compare it with one from elsewhere "
    "(--key)"
)


def verify(stream: BinaryIO, *, progress: Callable[[str, float], None] | None = None) -> Report:
    """Check a bundle. Raises InputError where it cannot be read as one."""
    files, manifest = _unpack(stream)
    report = Report()
    _check_digests(report, files, manifest)
    if report.wrong:
        return report
    try:
        part = LogPart.read(files, manifest)
        report.take(check(part))
        report.take(check_stated(files, part, manifest["publication"]))
        report.outside.append(OWN_KEY)
        if manifest["bundle"] == "members":
            check_members(report, files, manifest, progress, part)
        else:
            check_public(report, files, part)
    except InputError:
        raise
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as missing:
        raise InputError(
            f"the bundle lacks what it should hold ({type(missing).__name__}: {missing})",
            remedy="Download it again from the findings page.",
        ) from missing
    return report


def read_log_part(stream: BinaryIO) -> tuple[LogPart, dict[str, Any]]:
    """The log's part of a bundle and its manifest. Raises InputError where it cannot be read."""
    stream.seek(0)
    files, manifest = _unpack(stream)
    try:
        return LogPart.read(files, manifest), manifest
    except (KeyError, TypeError, ValueError, AttributeError) as missing:
        raise InputError(
            f"the bundle holds no part of the log ({missing})", remedy="Was it made by an older version?"
        ) from missing


def stated_key(report: Report, stream: BinaryIO, key: Key) -> None:
    """Hold the key that a bundle states against the one that somebody has from elsewhere."""
    part, _manifest = read_log_part(stream)
    report.expect(
        part.key == key,
        "the log's key is the one that you gave",
        f"the bundle states another key of the log than the one that you gave: {part.key}",
    )
    if part.key == key:
        report.outside = [line for line in report.outside if line != OWN_KEY]


def against_earlier(report: Report, stream: BinaryIO, earlier: BinaryIO) -> None:
    """Hold a bundle against one that somebody kept: the log may only have grown since."""
    part = read_log_part(stream)[0]
    older, stated = read_log_part(earlier)
    earlier.seek(0)
    digest = hashlib.sha256(earlier.read()).hexdigest()
    publication = stated["publication"]
    report.take(
        compare(part, older, digest=digest, number=publication["number"], publication=publication["id"])
    )


def _unpack(stream: BinaryIO) -> tuple[dict[str, str], dict[str, Any]]:
    try:
        with zipfile.ZipFile(stream) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
                raise InputError(
                    "the bundle unpacks to more than 2 GB", remedy="No publication is that large."
                )
            names = archive.namelist()
            if len(set(names)) < len(names):
                raise InputError("a file is in the bundle twice", remedy="Download it again.")
            files = {name: archive.read(name).decode() for name in names}
        manifest = json.loads(files.pop(MANIFEST))
        if manifest["format"] != FORMAT or manifest["bundle"] not in ("members", "public"):
            raise InputError(
                f"this is not a {FORMAT}", remedy="Is it another version of Folkmoot's? Then use that one."
            )
        return files, manifest
    except InputError:
        raise
    except UNREADABLE as problem:
        raise InputError(
            "this is not a bundle of findings",
            remedy="Give public.zip or members.zip as downloaded from the findings page.",
        ) from problem
    except (NotImplementedError, RuntimeError) as problem:
        raise InputError(
            f"the bundle cannot be unpacked: {problem}", remedy="Download it again."
        ) from problem


def _check_digests(report: Report, files: Mapping[str, str], manifest: Mapping[str, Any]) -> None:
    stated = manifest["files"]
    for name in sorted(set(stated) | set(files)):
        if name not in files:
            report.wrong.append(f"{name} is in the manifest and not in the bundle")
        elif name not in stated:
            report.wrong.append(f"{name} is in the bundle and not in the manifest")
        elif sha256(files[name].encode()) != stated[name]:
            report.wrong.append(f"{name} is not the file that the manifest names: it was changed")
    if not report.wrong:
        report.checked.append(f"all {len(files)} files are those that the manifest names")
