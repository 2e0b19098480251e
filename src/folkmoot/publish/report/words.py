"""What people wrote in their own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from folkmoot.listen.small_cells import SMALL
from folkmoot.publish import sentences as say
from folkmoot.publish.charts import bars
from folkmoot.publish.report.parts import Figure, Fold, Heading, Link, Quote, Table, Text

TOLD, DRAWN = 5, 12
QUOTED = 1
UNSTABLE = 0.6


def words(question: Mapping[str, Any], *, titled: bool, zone: str = "UTC", pages: str = "") -> list[Any]:
    """One question's themes: the bars, then each in a sentence with people's own words.

    `pages` is where the themes' own pages lie; empty where there are none, as in the PDF.
    """
    found = question["found"]
    level = 4 if titled else 3
    parts: list[Any] = [Heading(question["text"])] if titled else []
    if not titled and not question["closing"]:
        parts.append(Text(question["text"], muted=True))
    if found["writers"] < SMALL:
        return [*parts, Text(_("Fewer than 10 people wrote, so nothing is shown."))]
    themes = named_first(found["themes"])
    if themes:
        parts += [Text(_opening(found)), _figure(question, titled)]
    else:
        parts.append(Text(_("No theme was raised by enough people to be told apart.")))
    page = f"{pages}{question['number']}-" if pages else ""
    for theme in themes[:TOLD]:
        parts += _theme(theme, found["writers"], level, zone, page)
    if rest := themes[TOLD:DRAWN]:
        parts.append(
            Fold(
                _rest(len(rest)),
                [part for theme in rest for part in _brief(theme, found["writers"], level, zone, page)],
            )
        )
    if len(themes) > DRAWN:
        more = _("%(count)s smaller themes stand in the table; their quotes are in public.zip.")
        parts.append(Text(more % {"count": say.number(len(themes) - DRAWN)}, muted=True))
    return [*parts, *_unplaced(found, level, zone, page)]


def named_first(themes: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Themes as they came, and behind them those that no phrase names: they are all there, and lead nowhere."""
    return sorted(themes, key=lambda theme: bool(theme["mixed"]))


def _opening(found: Mapping[str, Any]) -> str:
    return " ".join(
        [
            _("%(writers)s people wrote; one answer can raise several things.")
            % {"writers": say.number(found["writers"])},
            say.raising(),
        ]
    )


def in_a_sentence(theme: Mapping[str, Any], writers: int) -> str:
    """How many raised it, and whether the theme would be found again."""
    sentence = say.raised(theme, writers)
    if theme["stability"] is not None and theme["stability"] < UNSTABLE and not theme["mixed"]:
        sentence += " " + _("This theme is not stable: grouped again, much of it lands elsewhere.")
    return sentence


def _theme(theme: Mapping[str, Any], writers: int, level: int, zone: str, page: str) -> list[Any]:
    parts: list[Any] = [Heading(capital(theme["name"]), level=level), Text(in_a_sentence(theme, writers))]
    if named := say.how_named(theme, zone):
        parts.append(Text(" ".join(named), muted=True))
    if theme.get("check"):
        parts.append(Text(" ".join(say.how_right(theme, zone)), muted=True))
    parts += quotes_of(theme)
    return [*parts, *_link(theme["id"], capital(theme["name"]), page)]


def quotes_of(theme: Mapping[str, Any]) -> list[Any]:
    """Words of people who said that they may be printed; the last is from the theme's edge."""
    parts: list[Any] = []
    notes = [_repeated(theme), *("" for _quote in theme["quotes"][1:])]
    parts += [Quote(quote, note) for quote, note in zip(theme["quotes"], notes, strict=False)]
    if theme["edge"]:
        parts.append(Quote(theme["edge"], _("From the edge of this theme, where it fits least.")))
    if not theme["quotes"] and not theme["edge"]:
        parts.append(Text(_("Nobody here said that their words may be printed."), muted=True))
    return parts


def _link(theme: str, name: str, page: str) -> list[Any]:
    return [Link(_("More about: %(name)s") % {"name": name}, f"{page}{theme}/")] if page else []


def _rest(count: int) -> str:
    return ngettext("%(count)s more theme", "%(count)s more themes", count) % {"count": say.number(count)}


def _brief(theme: Mapping[str, Any], writers: int, level: int, zone: str, page: str) -> list[Any]:
    """With one quote from the middle and one from the edge."""
    return _theme({**theme, "quotes": theme["quotes"][:QUOTED]}, writers, level, zone, page)


def _repeated(theme: Mapping[str, Any]) -> str:
    """A campaign's text is quoted once, with how many sent it."""
    if not theme.get("repeated"):
        return ""
    return _("%(people)s people sent exactly this.") % {"people": say.number(theme["repeated"])}


def capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def unplaced_in_a_sentence(found: Mapping[str, Any]) -> str:
    line = _(
        "%(count)s of %(writers)s writers said something that fits no theme. It was read, and counts."
    ) % {
        "count": say.count(found["unplaced"]),
        "writers": say.number(found["writers"]),
    }
    return line[:1].upper() + line[1:]


def _unplaced(found: Mapping[str, Any], level: int, zone: str, page: str) -> list[Any]:
    if found["unplaced"] == 0:
        return []
    title = _("What fits no theme") if found["themes"] else _("Some of what they wrote")
    parts: list[Any] = [Heading(title, level=level), Text(unplaced_in_a_sentence(found))]
    if acts := say.acts_on_theme(found.get("unplaced_decided", ()), zone):
        parts.append(Text(" ".join(acts), muted=True))
    parts += [Quote(quote) for quote in found["unplaced_quotes"]]
    return [*parts, *_link("unplaced", _("What fits no theme"), page)]


def _figure(question: Mapping[str, Any], titled: bool) -> Figure:
    """The largest themes as bars with their range; all of them in the table."""
    found, name = question["found"], f"themes-{question['number']}"
    writers = found["writers"]
    raised = (
        _("What people would have asked")
        if question["closing"]
        else _("What people raised, in their own words")
    )
    title = say.entitled(raised, question, titled)
    themes = named_first(found["themes"])
    largest = [theme for theme in themes if theme["people"] is not None][:DRAWN] or themes[:1]
    rows = [
        (
            capital(theme["name"]),
            theme["people"] or 0,
            *(theme["interval"] or (None, None)),
            _people(theme["people"], writers),
        )
        for theme in largest
    ]
    if found["unplaced"] != 0:
        rows.append(
            (_("Fits no theme"), found["unplaced"] or 0, None, None, _people(found["unplaced"], writers))
        )
    chart = bars(
        rows,
        title=title,
        description=_leading(largest[0]),
        unit=_("People who raised it, of %(writers)s writers") % {"writers": say.number(writers)},
        prefix=name,
    )
    return Figure(name, title, chart, _table(found, title))


def _leading(first: Mapping[str, Any]) -> str:
    ranges = _("The thin line is the range over other groupings.")
    if first["mixed"]:
        return ranges
    return _("%(first)s was raised by most.") % {"first": capital(first["name"])} + " " + ranges


def _people(people: int | None, writers: int) -> str:
    return say.count(None) if people is None else say.counted(people, writers)


def _table(found: Mapping[str, Any], title: str) -> Table:
    headings = [_("Theme"), _("People"), _("Range"), _("Stability, 0 to 1")]
    rows = [
        (
            capital(theme["name"]),
            _people(theme["people"], found["writers"]),
            "–".join(say.number(end) for end in theme["interval"]) if theme["interval"] else "–",
            "–" if theme["stability"] is None else f"{theme['stability']:.2f}",
        )
        for theme in named_first(found["themes"])
    ]
    if found["unplaced"] != 0:
        rows.append((_("Fits no theme"), _people(found["unplaced"], found["writers"]), "–", "–"))
    return Table(title, headings, rows)
