"""A log somewhere else, read over the network by whoever checks or witnesses it. No Django here."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from http.client import HTTPException, HTTPResponse, IncompleteRead
from urllib.parse import urlsplit

from folkmoot.methods import InputError
from folkmoot.methods.transparency import Checkpoint, Key, Leaf, Note, Tiles, read_leaf, tiles, tree
from folkmoot.methods.transparency.tiles import WIDTH

LARGEST = 32 * 1024 * 1024
TIMEOUT = 30

# Status, content type and body of what an address gives.
Answer = tuple[int, str, bytes]
Get = Callable[[str], Answer]
Post = Callable[[str, bytes], Answer]


class NotNowError(InputError):
    """An address that cannot be read now. It says nothing of the log: one tries again later."""


def get(address: str) -> Answer:
    """Read an address. Raises NotNowError where nobody answers there."""
    return _open(address)


def post(address: str, body: bytes) -> Answer:
    """Send to an address. Raises NotNowError where nobody answers there."""
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    return _open(address, body, headers)


def _open(address: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
    if not _is_web(address):
        raise InputError(f"“{address}” is not a web address", remedy="It begins with https://.")
    try:
        request = urllib.request.Request(address, data=body, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
                return answer.status, answer.headers.get("Content-Type", ""), _read(answer)
        except urllib.error.HTTPError as problem:
            return problem.code, problem.headers.get("Content-Type", ""), problem.read(LARGEST)
    except InputError:
        raise
    except (OSError, ValueError, HTTPException) as problem:
        reason = getattr(problem, "reason", problem)
        raise NotNowError(
            f"{address} does not answer: {reason}", remedy="Check the address and try again later."
        ) from problem


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _read(answer: HTTPResponse) -> bytes:
    content: bytes = answer.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise InputError("the answer is larger than any part of a log", remedy="Is this a log's address?")
    if answer.length:
        # What is still to come never came.
        raise IncompleteRead(content, answer.length)
    return content


@dataclass(frozen=True)
class Log:
    """A log at an address such as https://union.example/log."""

    address: str
    get: Get = get

    def _fetch(self, path: str) -> bytes:
        status, _kind, body = self.get(f"{self.address}/{path}")
        if status >= 500 or status == 429:
            raise NotNowError(
                f"{self.address}/{path} cannot be read now ({status})", remedy="Try again later."
            )
        if status != 200:
            told = f": {body.decode(errors='replace').strip()}" if status == 410 else ""
            raise InputError(
                f"{self.address}/{path} is not there ({status}){told}",
                remedy="Is this the address of a Folkmoot site? Has its log been signed yet?",
            )
        return body

    def key(self) -> Key:
        """The key that the log itself states: to be compared with one from elsewhere."""
        return Key.read(self._text("key"))

    def note(self) -> Note:
        """The newest checkpoint with all its signatures, unchecked. Raises InputError."""
        return Note.read(self._text("checkpoint"))

    def _text(self, path: str) -> str:
        try:
            return self._fetch(path).decode()
        except UnicodeDecodeError:
            raise InputError(
                f"{self.address}/{path} is not text", remedy="Is this a log's address?"
            ) from None

    def tiles(self, size: int) -> Tiles:
        """The tree of so many entries, read tile by tile."""
        return Tiles(size, lambda level, index, width: self._tile(level, index, width))

    def _tile(self, level: int | str, index: int, width: int) -> bytes:
        return self._fetch(tiles.path(level, index, width))

    def leaves(self, size: int) -> Iterator[Leaf]:
        """Every leaf of the log, bundle by bundle. Raises InputError for what is not a leaf."""
        for index in range((size + WIDTH - 1) // WIDTH):
            width = tiles.width_at(size, 0, index)
            entries = list(tiles.entries(self._tile("entries", index, width)))
            if len(entries) != width:
                raise InputError(f"bundle {index} of the log has {len(entries)} entries instead of {width}")
            yield from (read_leaf(entry) for entry in entries)

    def before(self, size: int, now: Checkpoint) -> Before:
        """What the log that was signed `now` was when it had `size` entries, by its tiles.

        Raises InputError where these cannot be read, or do not give the root that was signed.
        """
        read = self.tiles(now.size)
        proof, root = read.consistency(size), tree.root(size, read.node)
        found = Before(root, tuple(proof))
        if not found.leads_to(size, now):
            raise InputError(
                f"the tiles at {self.address} do not give the root that it signed over {now.size} entries",
                remedy="Perhaps a copy on the way is an old one. Try again later.",
            )
        return found


@dataclass(frozen=True)
class Before:
    """The root of a log when it was shorter, and the hashes that show how it grew to what was signed."""

    root: bytes
    proof: tuple[bytes, ...]

    def leads_to(self, size: int, now: Checkpoint) -> bool:
        return tree.is_consistent(size, now.size, self.proof, self.root, now.root)


def log_at(site: str, get: Get = get) -> Log:
    """The log of a site, where it is now; the address of a log with a number stays as it is.

    After a restored backup a log goes on below an address of its own, which the name of its key ends with.
    """
    address = site.rstrip("/")
    if re.search(r"/log/\d+$", address):
        return Log(address, get)
    log = Log(address if address.endswith("/log") else f"{address}/log", get)
    status, _kind, body = get(f"{log.address}/key")
    try:
        name = Key.read(body.decode()).name if status == 200 else ""
    except (InputError, UnicodeDecodeError):
        # It states no key there: what is wrong with that is said by whoever reads on.
        name = ""
    number = re.search(r"/log(/\d+)$", name)
    return replace(log, address=log.address + number[1]) if number else log


def differences(log: Log, key: Key, notes: Iterable[tuple[str, str]]) -> list[str]:
    """Hold what others saw of a log against what it shows here: each pair must be one log that grew.

    `notes`: who saw it, and the note. Gives a line for each that contradicts another. Raises InputError for
    notes that are not of this log, and where the log cannot be read.
    """
    shown = [("this address", log.note())]
    shown += [(who, Note.read(text)) for who, text in notes]
    for who, note in shown:
        if key not in note.signed_by([key]):
            raise InputError(f"what {who} shows is not signed with {key}", remedy="Is it of another log?")
    heads = sorted(((Checkpoint.read(note.text), who) for who, note in shown), key=lambda pair: pair[0].size)
    found = []
    here = next(head for head, who in heads if who == "this address")
    for head, who in heads:
        if head.size > here.size:
            found.append(
                f"{who} saw {head.size} entries, this address shows {here.size}: it shows an older state, "
                "or the log was cut"
            )
        elif log.before(head.size, here).root != head.root:
            found.append(f"{who} saw another log of {head.size} entries than this address shows")
    return found
