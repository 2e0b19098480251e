"""Tiles: where they are, what they hold, and every proof worked out from them."""

from __future__ import annotations

import hashlib

import pytest

from folkmoot.methods import InputError
from folkmoot.methods.transparency import Tiles, tiles, tree

SIZE = 70_000


@pytest.fixture(scope="module")
def hashes() -> list[bytes]:
    return [hashlib.sha256(number.to_bytes(4)).digest() for number in range(SIZE)]


@pytest.fixture(scope="module")
def served(hashes):
    """Every tile of the tree by its level and index."""
    rows = tree.rows_above(hashes)
    found = {}
    for level in range(3):
        row = rows[8 * level] if 8 * level < len(rows) else []
        for index in range(0, len(row), 256):
            found[level, index // 256] = b"".join(row[index : index + 256])
    return found


def fetch(served):
    return lambda level, index, width: served[level, index][: width * 32]


def test_a_tile_stands_where_the_format_says():
    assert tiles.path(0, 0) == "tile/0/000"
    assert tiles.path(1, 1234067) == "tile/1/x001/x234/067"
    assert tiles.path("entries", 273, 112) == "tile/entries/273.p/112"


@pytest.mark.parametrize("index", [0, 7, 999, 1000, 1234067, 10**9])
@pytest.mark.parametrize("width", [1, 255, 256])
def test_a_path_is_read_back(index, width):
    text = tiles.path(0, index, width).removeprefix("tile/0/")
    assert tiles.place(text) == (index, width)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "00",
        "1000",
        "x001",
        "x000/001",
        "001/002",
        "000.p/0",
        "000.p/256",
        "000.p/01",
        "000.p/",
        "x1/000",
        "٠٠٠",
    ],
)
def test_what_is_written_otherwise_is_no_path(text):
    assert tiles.place(text) is None


def test_a_tree_of_seventy_thousand_has_the_tiles_of_the_example(served):
    """The example of C2SP tlog-tiles."""
    full = [key for key, content in served.items() if len(content) == 8192]
    partial = {key: len(content) // 32 for key, content in served.items() if len(content) < 8192}
    assert len([key for key in full if key[0] == 0]) == 273
    assert partial == {(0, 273): 112, (1, 1): 17, (2, 0): 1}
    for (level, index), content in served.items():
        assert tiles.width_at(SIZE, level, index) == len(content) // 32


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, SIZE])
def test_proofs_from_tiles_are_those_from_the_whole_tree(hashes, served, size):
    read, whole = Tiles(size, fetch(served)), tree.in_memory(hashes[:size])
    assert read.root() == tree.root(size, whole)
    for index in {0, size // 3, size - 1}:
        proof = read.inclusion(index)
        assert proof == tree.inclusion(index, size, whole)
        assert tree.is_included(hashes[index], index, size, proof, read.root())
    for earlier in {1, size // 2, size - 1} - {0}:
        assert read.consistency(earlier) == tree.consistency(earlier, size, whole)


def test_a_tile_of_the_wrong_length_is_told(served):
    short = Tiles(SIZE, lambda level, index, width: served[level, index][:-1])
    with pytest.raises(InputError, match="bytes instead of"):
        short.root()


def test_bundles_of_leaves_are_read_back():
    leaves = [b"", b"a", b"b" * 65_535]
    assert list(tiles.entries(tiles.bundle(leaves))) == leaves
    for cut in (1, 3, 4):
        with pytest.raises(InputError, match="in the middle"):
            list(tiles.entries(tiles.bundle([b"abc"])[:cut]))
