"""Sortition: a panel drawn from a pool to match targets, and lots that anybody can draw again."""

from __future__ import annotations

from folkmoot.methods.lots import METHOD, Lot
from folkmoot.methods.sortition.drawing import Draw, Panel, check_gone, draw, replace_members
from folkmoot.methods.sortition.pool import Pool, Target, check_size
from folkmoot.methods.sortition.reading import Drawn, read_draw, read_pool, read_targets
from folkmoot.methods.sortition.writing import summary, to_json

__all__ = [
    "METHOD",
    "Draw",
    "Drawn",
    "Lot",
    "Panel",
    "Pool",
    "Target",
    "check_gone",
    "check_size",
    "draw",
    "read_draw",
    "read_pool",
    "read_targets",
    "replace_members",
    "summary",
    "to_json",
]
