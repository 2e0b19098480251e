"""The tree as the database keeps it: full tiles as rows, the rest worked out from entries.

A full tile that is lost is worked out from the entries again. Whether these are still what they were is known by
the root that was signed: before anything is signed, the log is held against that.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Count, Max

from folkmoot.methods.transparency import Checkpoint, Tiles, tree
from folkmoot.methods.transparency.tiles import HASH, WIDTH
from folkmoot.publiclog.models import Entry, Head, Tile

# So many tiles are made in one transaction, so that nobody who answers waits for long.
AT_ONCE = 64


def length() -> int:
    """How many entries the log has."""
    return Head.objects.filter(pk=Head.THE_ONE).values_list("length", flat=True).first() or 0


def tiles(size: int) -> Tiles:
    """Read the tree of the first `size` entries."""
    return Tiles(size, fetch)


def contains(said: Checkpoint) -> bool:
    """Whether the log begins with the one that this checkpoint is of."""
    return said.size <= length() and tiles(said.size).root() == said.root


def fetch(level: int, number: int, width: int) -> bytes:
    """The bytes of a tile; of a full one as they were kept."""
    if width == WIDTH:
        kept = Tile.objects.filter(level=level, number=number).values_list("hashes", flat=True).first()
        if kept is not None:
            return bytes(kept)
    first = number * WIDTH
    if level == 0:
        return b"".join(tree.of_leaf(entry) for entry in leaves(first, first + width))
    return b"".join(_roots(level - 1, first, first + width))


def leaves(start: int, end: int) -> Iterator[bytes]:
    """The bytes of these leaves, in their order."""
    for entry in Entry.objects.filter(position__gte=start, position__lt=end).order_by("position"):
        yield entry.leaf.bytes()


def _roots(level: int, start: int, end: int) -> Iterator[bytes]:
    rows = Tile.objects.filter(level=level, number__gte=start, number__lt=end)
    kept = dict(rows.values_list("number", "root"))
    for number in range(start, end):
        yield bytes(kept[number] if number in kept else _made(level, number).root)


def grow() -> None:
    """Keep every tile that has become full, the lowest level first."""
    size, level = length(), 0
    while size:
        size //= WIDTH
        while missing := _missing(level, size):
            with transaction.atomic():
                Tile.objects.bulk_create([_made(level, number) for number in missing], ignore_conflicts=True)
        level += 1


def _missing(level: int, full: int) -> list[int]:
    """The next tiles of a level that are full and not kept yet, or no longer."""
    rows = Tile.objects.filter(level=level, number__lt=full).order_by()
    kept, last = rows.aggregate(kept=Count("pk"), last=Max("number")).values()
    if kept == full:
        return []
    if kept == (0 if last is None else last + 1):
        return list(range(kept, min(full, kept + AT_ONCE)))
    known = set(rows.values_list("number", flat=True))
    return [number for number in range(full) if number not in known][:AT_ONCE]


def _made(level: int, number: int) -> Tile:
    hashes = fetch(level, number, WIDTH)
    single = [hashes[at : at + HASH] for at in range(0, len(hashes), HASH)]
    return Tile(level=level, number=number, hashes=hashes, root=tree.rows_above(single)[-1][0])
