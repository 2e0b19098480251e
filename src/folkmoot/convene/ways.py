"""The ways of listening that a convener can choose from; each adds itself when the site starts."""

from __future__ import annotations

from typing import Any, Protocol

from django import forms

from folkmoot.convene.models import QuestionVersion
from folkmoot.members.models import Member


class WayOfListening(Protocol):
    """What convening needs to know of a way: what it is called, what it must be told, how it looks."""

    name: str
    label: Any
    description: Any
    template: str
    setup_form: type[forms.Form]
    seconds: int

    def options(self, cleaned: dict[str, Any], language: str) -> dict[str, Any]:
        """What the convener filled in, as it is kept in `QuestionVersion.options`."""

    def initial(self, options: dict[str, Any], language: str) -> dict[str, Any]:
        """The other way round: the form's values from what is kept."""

    def prepare(self, version: QuestionVersion, by: Member | None) -> None:
        """Called in the act that opens the assembly or rewords the question afterwards."""

    def check_revision(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        """Raise ValidationError where answers that came in already would lose their meaning."""

    def answer_form(self, version: QuestionVersion, seed: int) -> forms.Form:
        """The form that people fill in, as somebody with this seed sees it."""

    def context(self, version: QuestionVersion, participation: None) -> dict[str, Any]:
        """What the template needs beside the form, for somebody who has not begun."""


_ways: dict[str, WayOfListening] = {}


def register(way: WayOfListening) -> None:
    """Add a way. Raises ValueError where another has its name."""
    if type(_ways.get(way.name, way)) is not type(way):
        raise ValueError(f"two ways of listening are called {way.name!r}")
    _ways[way.name] = way


def named(name: str) -> WayOfListening:
    return _ways[name]


def choices() -> list[tuple[str, Any]]:
    return [(way.name, way.label) for way in _ways.values()]
