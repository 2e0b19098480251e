"""Sortition: a panel drawn from a pool to match targets, and lots that anybody can draw again."""

from __future__ import annotations

from folkmoot.methods.lots import METHOD, Lot
from folkmoot.methods.sortition.drawing import Draw, Panel, draw, replace_members
from folkmoot.methods.sortition.pool import Pool, Target
from folkmoot.methods.sortition.reading import read_pool, read_targets
from folkmoot.methods.sortition.writing import summary, to_json

__all__ = [
    "METHOD",
    "Draw",
    "Lot",
    "Panel",
    "Pool",
    "Target",
    "draw",
    "read_pool",
    "read_targets",
    "replace_members",
    "summary",
    "to_json",
]
