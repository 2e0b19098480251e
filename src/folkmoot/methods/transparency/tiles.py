"""Tiles: how the tree is kept and served, 256 hashes in a row at every eighth height.

Source: C2SP tlog-tiles. Tile `index` of `level` holds the hashes of the complete subtrees of height
8 · level; a full tile has 256 of them, the last one of a level may be partial. Tiles never change, so that
anybody may keep them, and every proof can be worked out from them.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable, Iterator

from folkmoot.methods import InputError
from folkmoot.methods.transparency import tree

WIDTH = 256
HEIGHT = 8
HASH = 32

# The bytes of a tile: level, index, and how many hashes of it are wanted.
Fetch = Callable[[int, int, int], bytes]


def path(level: int | str, index: int, width: int = WIDTH) -> str:
    """Where a tile is served below the log's address; level "entries" for the bundles of leaves."""
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03d}")
    return f"tile/{level}/{'/'.join(groups)}" + ("" if width == WIDTH else f".p/{width}")


def place(text: str) -> tuple[int, int] | None:
    """Index and width from the part of a path behind the level; None for what is not written as it must be."""
    found = re.fullmatch(r"((?:x[0-9]{3}/){0,4})([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", text)
    if found is None:
        return None
    index = int(found[1].replace("x", "").replace("/", "") + found[2])
    width = int(found[3] or WIDTH)
    # Written in one way alone, so that there is one address for each tile.
    canonical = path(0, index, width).removeprefix("tile/0/") == text
    return (index, width) if canonical and 1 <= width <= WIDTH else None


def width_at(size: int, level: int, index: int) -> int:
    """How many hashes this tile has in a tree of so many leaves: 0 to 256."""
    return max(0, min(WIDTH, (size >> (HEIGHT * level)) - index * WIDTH))


def level_of(height: int) -> int:
    return height // HEIGHT


class Tiles:
    """Read the nodes of a tree of a known size from its tiles; those read once are kept.

    The caller's `fetch` gives bytes; whether they are true is shown by the root that follows from them.
    """

    def __init__(self, size: int, fetch: Fetch) -> None:
        self.size = size
        self._fetch = fetch
        self._rows: dict[tuple[int, int], list[list[bytes]]] = {}

    def node(self, height: int, index: int) -> bytes:
        level, inside = divmod(height, HEIGHT)
        tile = (index << inside) // WIDTH
        rows = self._rows.get((level, tile))
        if rows is None:
            rows = self._rows[level, tile] = tree.rows_above(self.hashes(level, tile))
        return rows[inside][index - (tile * WIDTH >> inside)]

    def hashes(self, level: int, index: int) -> list[bytes]:
        """The hashes of a tile. Raises InputError where it has not the length that the tree's size asks for."""
        width = width_at(self.size, level, index)
        content = self._fetch(level, index, width)
        if len(content) != width * HASH:
            raise InputError(
                f"tile {path(level, index, width)} has {len(content)} bytes instead of {width * HASH}",
                remedy="The log does not serve what it signed, or it was cut short on the way.",
            )
        return [content[at : at + HASH] for at in range(0, len(content), HASH)]

    def root(self) -> bytes:
        return tree.root(self.size, self.node)

    def inclusion(self, index: int) -> list[bytes]:
        return tree.inclusion(index, self.size, self.node)

    def consistency(self, earlier: int) -> list[bytes]:
        return tree.consistency(earlier, self.size, self.node)


def bundle(entries: Iterable[bytes]) -> bytes:
    """Leaves one after the other, each behind its length as two bytes, the larger first."""
    return b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)


def entries(content: bytes) -> Iterator[bytes]:
    """The leaves of a bundle. Raises InputError where it ends in the middle of one."""
    at = 0
    while at < len(content):
        end = at + 2 + int.from_bytes(content[at : at + 2])
        if end > len(content) or at + 2 > len(content):
            raise InputError("a bundle of leaves ends in the middle of one", remedy="Fetch it again.")
        yield content[at + 2 : end]
        at = end
