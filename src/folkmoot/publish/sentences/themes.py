"""What people raised in their own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from folkmoot.publish.numbers import day, number, percent, quoted


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
            _(
                "%(people)s of %(writers)s writers stand together here, and no phrase says what they share; "
                "read the quotes."
            )
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


# What changes nothing of a theme, and is told elsewhere.
READING = ("review", "accept", "check", "checked")


def how_named(theme: Mapping[str, Any], zone: str, *, whole: bool = False) -> list[str]:
    """What the method proposed, and what people made of it: each act in a sentence. Empty where nobody did any.

    `whole`: with who read and checked it, too.
    """
    lines = [line for line in theme.get("decided", ()) if whole or line["what"] not in READING]
    if not lines:
        return []
    names = ", ".join(quoted(name) for name in theme["proposed"])
    return [
        _("The method proposed it as %(names)s.") % {"names": names},
        *acts_on_theme(lines, zone),
    ]


# What changes which answers a theme holds.
HOLDING = ("merge", "split", "move_in", "move_out")


def how_right(theme: Mapping[str, Any], zone: str) -> list[str]:
    """What somebody found who judged answers drawn by lot, without knowing which were in the theme.

    Says so where people changed since the draw what the theme holds.
    """
    check, lines = theme["check"], theme.get("decided", ())
    drawn = max((line["number"] for line in lines if line["what"] == "check"), default=0)
    said = [
        _(
            "%(who)s judged %(judged)s answers drawn by lot, in the theme and out of it, without being told which "
            "were which (%(day)s)."
        )
        % {
            "who": check["by_name"],
            "judged": number(check["judged_in"] + check["judged_out"] + check["unsure"]),
            "day": day(check["at"], zone),
        }
    ]
    if check["precision"] is not None:
        said.append(
            _("Of those in it, %(share)s belong there (%(range)s).")
            % {"share": _percent(check["precision"]), "range": _percents(check["precision_interval"])}
        )
    if check["recall"] is not None:
        said.append(
            _("Of all that belong there, it holds %(share)s (%(range)s).")
            % {"share": _percent(check["recall"]), "range": _percents(check["recall_interval"])}
        )
    if check["corrected"] is not None:
        low, high = check["corrected_interval"]
        said.append(
            _("Corrected by this, about %(people)s raised it (%(low)s–%(high)s).")
            % {"people": number(check["corrected"]), "low": number(low), "high": number(high)}
        )
    if any(line["what"] in HOLDING and line["number"] > drawn for line in lines):
        said.append(
            _("After that people changed what the theme holds, so this is about what it held before.")
        )
    return said


def _percent(share: float) -> str:
    return percent(round(1000 * share), 1000)


def _percents(ends: Sequence[float]) -> str:
    return f"{_percent(ends[0])}–{_percent(ends[1])}"


def acts_on_theme(lines: Sequence[Mapping[str, Any]], zone: str) -> list[str]:
    """Who did what, and when; what one person did several times on a day is told once."""
    told = _acts()
    sentences = [
        told[line["what"]]
        % {
            "who": line["by_name"],
            "day": day(line["at"], zone),
            "read": line.get("read") or _("some"),
            "before": quoted(line["before"]) if line["before"] else _("what fits no theme"),
            "name": quoted(line["name"]) if line["name"] else _("what fits no theme"),
        }
        for line in lines
    ]
    return list(dict.fromkeys(sentences))


def _acts() -> dict[str, str]:
    return {
        "rename": _("Renamed from %(before)s to %(name)s by %(who)s on %(day)s."),
        "merge": _("Put together with others as %(name)s by %(who)s on %(day)s."),
        "split": _("%(name)s was split off from it by %(who)s on %(day)s."),
        "split_off": _("Split off from %(before)s by %(who)s on %(day)s."),
        "move_in": _("Points were moved here from %(before)s by %(who)s on %(day)s."),
        "move_out": _("Points were moved from here to %(name)s by %(who)s on %(day)s."),
        "review": _("Everything in it was read by %(who)s on %(day)s."),
        "accept": _(
            "%(who)s read %(read)s of its answers on %(day)s, beginning with what fits least, and accepted the rest."
        ),
        "check": _("A check of it was begun by %(who)s on %(day)s."),
        "checked": _("It was checked by %(who)s on %(day)s."),
    }
