"""The kinds of thing that are logged: what must reach every room goes through this one registry.

Each app registers, when it starts, a Kind for every model that it logs. Receipts, verification,
moderation, erasure and data access know only kinds.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models


def instant(moment: datetime.datetime | None) -> str | None:
    """A moment as every content writes it: UTC, however it came."""
    return moment.astimezone(datetime.UTC).isoformat() if moment else None


def nobody(thing: Any) -> None:
    """Whose it is, for acts that belong to the organisation."""


def always(thing: Any) -> bool:
    """Due for kinds whose every row is logged."""
    return True


@dataclass(frozen=True)
class Kind:
    """How a type of logged thing is read, shown, attributed, given out and erased.

    `content` is what the commitment covers: plain JSON values, the same for ever for the same row.
    `sealed` is what it covers too and nobody is given: times, who it was. Together they are the whole row, but
    for its own number, which is sealed beside them.
    `show` is one line in plain words that holds nothing private. `whose` is the member it belongs to.
    `voice` says that it is somebody's answer, statement or consent, or what she did with her own account: its
    content is not public by itself.
    `confidential` says so of an act of the organisation. `belonging` finds a member's own things,
    and `told` says to her what such a thing is about and whether it stands.
    `erase` deletes the content of a voice; an act of the organisation cannot be erased.
    `due` says whether this row must be in the log: drafts need not.
    `wrong` says in words what else in the database does not fit this thing, or nothing.
    `related` are the rows that `show` and `content` read beside its own, `fetched` those below it.
    `several` says how many there are, in words. `summary` tells all acts of a kind in one line, in one assembly
    or (for None) in all; nothing where there is none.
    """

    name: str
    model: type[models.Model]
    content: Callable[[Any], dict[str, Any]]
    show: Callable[[Any], str]
    assembly: Callable[[Any], uuid.UUID | None]
    whose: Callable[[Any], Any] = nobody
    sealed: Callable[[Any], dict[str, Any]] | None = None
    voice: bool = False
    confidential: bool = False
    belonging: Callable[[Any], Iterable[uuid.UUID]] | None = None
    told: Callable[[Any], str] | None = None
    erase: Callable[[Any], None] | None = None
    due: Callable[[Any], bool] = always
    wrong: Callable[[Any], str] | None = None
    related: tuple[str, ...] = ()
    fetched: tuple[Any, ...] = ()
    several: Callable[[int], str] | None = None
    summary: Callable[[uuid.UUID | None], str] | None = None

    def find(self, item: uuid.UUID) -> Any | None:
        """The thing with this public id, or None when it was erased."""
        return self.model._default_manager.filter(uuid=item).first()

    def count(self, number: int) -> str:
        """So many of them in words, such as "2,314 answers"."""
        return self.several(number) if self.several else f"{number} × {self.name}"

    @property
    def is_open(self) -> bool:
        """Whether its content may be shown to everybody, with the salt that proves it."""
        return not (self.voice or self.confidential)

    def find_many(self, items: list[uuid.UUID]) -> dict[uuid.UUID, Any]:
        things = self.everything().filter(uuid__in=items)
        return {thing.uuid: thing for thing in things}

    def everything(self) -> models.QuerySet[Any]:
        """All of them, with the rows that are read beside each."""
        things = self.model._default_manager.all()
        if self.related:
            things = things.select_related(*self.related)
        if self.fetched:
            things = things.prefetch_related(*self.fetched)
        return things


# What must hold besides, in the words that a checker reads; each gives what is wrong, a line each.
Check = Callable[[], Iterable[str]]

checks: dict[str, Check] = {}


def also_check(what: str, check: Check) -> None:
    """Let the audit of the database check this too: `what` is what holds when nothing is wrong."""
    checks[what] = check


_by_name: dict[str, Kind] = {}
_by_model: dict[type[models.Model], Kind] = {}


def register(kind: Kind) -> Kind:
    """Add a kind. Raises ValueError where its name or model is taken by another."""
    if _by_name.get(kind.name, kind).model is not kind.model:
        raise ValueError(f"two kinds are called {kind.name!r}")
    if _by_model.get(kind.model, kind).name != kind.name:
        raise ValueError(f"{kind.model.__name__} is registered as {_by_model[kind.model].name!r} already")
    _by_name[kind.name] = _by_model[kind.model] = kind
    return kind


def named(name: str) -> Kind:
    return _by_name[name]


def of(thing: models.Model) -> Kind:
    """The kind of this thing. Raises LookupError with the remedy where its model was never registered."""
    try:
        return _by_model[type(thing)]
    except KeyError:
        raise LookupError(
            f"{type(thing).__name__} is not registered: register a Kind for it in its app's kinds.py"
        ) from None


def every() -> Iterator[Kind]:
    return iter(_by_name.values())
