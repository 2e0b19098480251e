"""A log somewhere else, read over the network by whoever checks or witnesses it. No Django here."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
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


def get(address: str) -> Answer:
    """Read an address. Raises InputError where nobody answers there."""
    return _open(urllib.request.Request(address))


def post(address: str, body: bytes) -> Answer:
    """Send to an address. Raises InputError where nobody answers there."""
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    return _open(urllib.request.Request(address, data=body, headers=headers, method="POST"))


def _open(request: urllib.request.Request) -> Answer:
    if urlsplit(request.full_url).scheme not in ("http", "https"):
        raise InputError(f"{request.full_url} is not a web address", remedy="It begins with https://.")
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            return answer.status, answer.headers.get("Content-Type", ""), _read(answer)
    except urllib.error.HTTPError as problem:
        return problem.code, problem.headers.get("Content-Type", ""), problem.read(LARGEST)
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "reason", problem)
        raise InputError(
            f"{request.full_url} does not answer: {reason}", remedy="Check the address and try again later."
        ) from problem


def _read(answer: object) -> bytes:
    content: bytes = answer.read(LARGEST + 1)  # type: ignore[attr-defined]
    if len(content) > LARGEST:
        raise InputError("the answer is larger than any part of a log", remedy="Is this a log's address?")
    return content


@dataclass(frozen=True)
class Log:
    """A log at an address such as https://union.example/log."""

    address: str
    get: Get = get

    def _fetch(self, path: str) -> bytes:
        status, _kind, body = self.get(f"{self.address}/{path}")
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

    def is_grown_from(self, earlier: Checkpoint, now: Checkpoint) -> bool:
        """Whether the log as signed now only added to the log as it was. Its tiles must lead to its root."""
        read = self.tiles(now.size)
        proof = read.consistency(earlier.size)
        return tree.is_consistent(earlier.size, now.size, proof, earlier.root, now.root)


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
