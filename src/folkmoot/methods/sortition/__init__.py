"""Sortition: lots that anybody can draw again."""

from __future__ import annotations

from folkmoot.methods.sortition.lots import METHOD, Lot

__all__ = ["METHOD", "Lot"]
