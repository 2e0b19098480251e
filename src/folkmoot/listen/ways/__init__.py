"""The ways of listening: every module here with a `way` is one."""

from __future__ import annotations

import importlib
import pkgutil
from typing import cast

from folkmoot.convene import ways as conveners
from folkmoot.listen.way import Way


def register_all() -> None:
    for module in pkgutil.iter_modules(__path__):
        way = getattr(importlib.import_module(f"{__name__}.{module.name}"), "way", None)
        if isinstance(way, Way):
            conveners.register(way)


def named(name: str) -> Way:
    return cast(Way, conveners.named(name))
