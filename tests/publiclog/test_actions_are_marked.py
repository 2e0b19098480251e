"""Whatever can be done is either in the public log or says why it is not."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import pkgutil
from collections.abc import Callable, Iterator

import pytest

import folkmoot
from folkmoot.publiclog import kinds


def rooms_with_actions() -> list[str]:
    rooms = [room.name for room in pkgutil.iter_modules(folkmoot.__path__) if room.ispkg]
    return [room for room in rooms if importlib.util.find_spec(f"folkmoot.{room}.actions")]


def actions_of(room: str) -> Iterator[Callable[..., object]]:
    package = importlib.import_module(f"folkmoot.{room}")
    names = [each.name for each in pkgutil.iter_modules(package.__path__)]
    for module in (
        importlib.import_module(f"{package.__name__}.{name}") for name in names if is_actions(name)
    ):
        for name, action in inspect.getmembers(module, inspect.isfunction):
            if not name.startswith("_") and action.__module__ == module.__name__:
                yield action


def is_actions(name: str) -> bool:
    """A room whose acts are of two sorts has a second module of them, such as `theme_actions`."""
    return name == "actions" or name.endswith("_actions")


def test_every_room_that_acts_is_looked_at() -> None:
    assert {"publiclog", "members", "convene", "listen", "understand", "publish"} <= set(rooms_with_actions())
    assert "rename_theme" in {action.__name__ for action in actions_of("understand")}
    assert {"respond", "take_in"} <= {action.__name__ for action in actions_of("listen")}


@pytest.mark.parametrize("room", rooms_with_actions())
def test_every_action_is_logged_or_says_why_not(room: str) -> None:
    found = list(actions_of(room))
    # What marks actions is no action.
    marked = [action for action in found if action.__name__ not in ("logged", "private")]
    assert marked
    for action in marked:
        logged, private = getattr(action, "logged", ()), getattr(action, "private", "")
        assert bool(logged) != bool(private), f"{room}.actions.{action.__name__}: @logged or @private?"


@pytest.mark.parametrize("room", rooms_with_actions())
def test_every_kind_that_an_action_logs_is_registered(room: str) -> None:
    registered = {kind.name for kind in kinds.every()}
    for action in actions_of(room):
        unknown = set(getattr(action, "logged", ())) - registered
        assert not unknown, f"{room}.actions.{action.__name__} logs {unknown}"
