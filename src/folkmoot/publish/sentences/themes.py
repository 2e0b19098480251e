"""What people raised in their own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from folkmoot.publish.numbers import number


def raised(theme: Mapping[str, Any], writers: int) -> str:
    """214 of 988 writers raised rents (190–236, depending on how answers are grouped)."""
    if theme["people"] is None:
        return _("Fewer than 10 of %(writers)s writers raised %(theme)s.") % {
            "writers": number(writers),
            "theme": theme_inside(theme),
        }
    parts = {
        "people": number(theme["people"]),
        "writers": number(writers),
        "theme": theme_inside(theme),
        "low": number(theme["interval"][0]) if theme["interval"] else "",
        "high": number(theme["interval"][1]) if theme["interval"] else "",
    }
    if theme["mixed"]:
        return (
            _("%(people)s of %(writers)s writers stand together here with no common thread; read the quotes.")
            % parts
        )
    if not theme["interval"]:
        return _("%(people)s of %(writers)s writers raised %(theme)s.") % parts
    return (
        _(
            "%(people)s of %(writers)s writers raised %(theme)s (%(low)s–%(high)s, depending on how answers "
            "are grouped)."
        )
        % parts
    )


def theme_inside(theme: Mapping[str, Any]) -> str:
    """A theme's name inside a sentence: as people write its first phrase there."""
    name: str = theme["name"]
    first: str = next(iter(theme.get("phrases") or ()), "")
    return name[:1].lower() + name[1:] if first[:1].islower() else name


def raising() -> str:
    return _("Raising is not agreeing.")
