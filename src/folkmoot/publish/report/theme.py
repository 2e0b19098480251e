"""One theme on a page of its own: who named it, its words, where those stand who raised it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from folkmoot.publish import sentences as say
from folkmoot.publish.charts import bars
from folkmoot.publish.found.statements import LETTERS
from folkmoot.publish.report.parts import Figure, Fold, Heading, Items, Quote, Section, Table, Text
from folkmoot.publish.report.words import capital, in_a_sentence, quotes_of, unplaced_in_a_sentence

UNPLACED = "unplaced"
SEVERAL = 2
IN_SIGHT = 8
# Of versions that were published before this was counted.
NOWHERE: Mapping[str, Any] = {"branches": [], "maps": []}


@dataclass(frozen=True)
class ThemePage:
    """A theme's name, the question it answers, and its sections in their order."""

    name: str
    question: str
    sections: Sequence[Section]


def theme_page(findings: Mapping[str, Any], number: int, theme: str) -> ThemePage | None:
    """The page of one theme, or of what fits none, of the question with this number; None where there is none."""
    question = next((one for one in findings["questions"] if one["number"] == number), None)
    if question is None or question["way"] != "open_text":
        return None
    zone, found = findings["assembly"]["zone"], question["found"]
    if theme == UNPLACED:
        sections = _unplaced(findings, found, zone)
        return (
            ThemePage(_("What fits no theme"), question["text"], sections) if found["unplaced"] != 0 else None
        )
    one = next((each for each in found["themes"] if each["id"] == theme), None)
    if one is None:
        return None
    return ThemePage(capital(one["name"]), question["text"], _theme(findings, found, one, zone))


def _theme(
    findings: Mapping[str, Any], found: Mapping[str, Any], theme: Mapping[str, Any], zone: str
) -> list[Section]:
    raised: list[Any] = [Text(in_a_sentence(theme, found["writers"]) + " " + say.raising())]
    quotes = [*quotes_of(theme), *(Quote(quote) for quote in theme.get("more_quotes", ()))]
    if theme.get("check"):
        raised += [Heading(_("Checked by a person")), Items(say.how_right(theme, zone))]
    sections = [
        Section("raised", _("How many raised it"), raised),
        *_parts(theme),
        Section("quotes", _("In their words"), [_consent(), *_folded(quotes)]),
        *_stands(findings, theme.get("stands", NOWHERE), theme["people"], found["writers"]),
    ]
    named = Section("named", _("How it came by its name"), _named(theme, zone))
    # What people changed stands before what follows from it.
    sections.insert(1 if theme.get("decided") else len(sections), named)
    return sections


def _folded(quotes: Sequence[Any]) -> list[Any]:
    """A few in sight, the others folded away; printed, all of them stand there."""
    if len(quotes) <= IN_SIGHT + SEVERAL:
        return list(quotes)
    more = quotes[IN_SIGHT:]
    return [*quotes[:IN_SIGHT], Fold(_("%(count)s more") % {"count": say.number(len(more))}, more)]


def _parts(theme: Mapping[str, Any]) -> list[Section]:
    """What a large theme is made of: a bar and a quote for each part."""
    parts = theme.get("subthemes", ())
    shown = [
        (
            capital(part["name"]),
            part["people"],
            *(part["interval"] or (None, None)),
            say.counted(part["people"], theme["people"]),
        )
        for part in parts
        if part["people"] is not None
    ]
    if not shown:
        return []
    title = _("How many raised each part")
    note = _("One answer can raise several of these, or something else that is part of the theme.")
    chart = bars(
        shown,
        title=title,
        description=_("A bar for each part of the theme. The thin line is the range over other groupings."),
        unit=_("Of %(people)s people who raised it") % {"people": say.number(theme["people"])},
        prefix="parts",
    )
    headings = [_("Part"), _("People")]
    rows = [(capital(part["name"]), say.cell(part["people"])) for part in parts]
    told: list[Any] = [Text(note), Figure("parts", title, chart, Table(title, headings, rows))]
    for part in parts:
        told += [Quote(quote, capital(part["name"])) for quote in part["quotes"]]
    return [Section("parts", _("What it is made of"), told)]


def _named(theme: Mapping[str, Any], zone: str) -> list[Any]:
    lines = say.how_named(theme, zone, whole=True)
    if not lines:
        return [Text(_("The method found and named it. Nobody has changed it since."))]
    return [Items(lines)]


def _consent() -> Text:
    return Text(
        _("Only words of people who said that they may be printed. All were read and count."), muted=True
    )


def _unplaced(findings: Mapping[str, Any], found: Mapping[str, Any], zone: str) -> list[Section]:
    parts: list[Any] = [Text(unplaced_in_a_sentence(found))]
    if acts := say.acts_on_theme(found.get("unplaced_decided", ()), zone):
        parts.append(Items(acts))
    quotes: list[Any] = [Quote(quote) for quote in found.get("unplaced_more", found["unplaced_quotes"])]
    if not quotes:
        quotes = [Text(_("Nobody here said that their words may be printed."), muted=True)]
    sections = [
        Section("raised", _("How many"), parts),
        Section("quotes", _("In their words"), [_consent(), *_folded(quotes)]),
    ]
    return [
        *sections,
        *_stands(findings, found.get("unplaced_stands", NOWHERE), found["unplaced"], found["writers"]),
    ]


def _stands(
    findings: Mapping[str, Any], stands: Mapping[str, Any], people: int | None, writers: int
) -> list[Section]:
    """Where they stand on each map and in each branch; nothing of fewer than ten people."""
    if people is None:
        return []
    note = Text(
        _(
            "Numbers under 10 are left out so that nobody can be recognised, and the next smallest where one could "
            "be worked out from the total."
        ),
        muted=True,
    )
    sections = []
    maps = [(each, _asked(findings, each["question"])) for each in stands["maps"]]
    if parts := [part for each, asked in maps for part in _on_map(each, asked, people, writers)]:
        sections.append(Section("map", _("Where they stand on the opinion map"), [*parts, note]))
    if sum(part["part"] is not None for part in stands["branches"]) >= SEVERAL:
        rows = [(_branch(part["part"]), part) for part in stands["branches"]]
        table = _against_writers(_("By branch"), rows, _("Branch"), people, writers)
        sections.append(Section("branches", _("How it differs by branch"), [table, note]))
    return sections


def _asked(findings: Mapping[str, Any], question: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(one for one in findings["questions"] if one["id"] == question)
    return found


def _on_map(each: Mapping[str, Any], asked: Mapping[str, Any], people: int, writers: int) -> list[Any]:
    """A bar for each group: how many of the theme's people stand in it, beside how large it is among all who wrote."""
    named = [(_group(place, part["part"]), part) for place, part in enumerate(each["parts"])]
    shown = [
        (
            _of_all(name, part["writers"], writers),
            part["people"],
            None,
            None,
            say.counted(part["people"], people),
        )
        for name, part in named
        if part["people"] is not None
    ]
    title = _("How many of them stand in each group")
    table = _against_writers(title, named, _("Group"), people, writers)
    heading = Heading(asked["text"], level=3)
    if not shown:
        return [heading, table]
    chart = bars(
        shown,
        title=title,
        description=_(
            "How many of those who raised it stand in each group of the opinion map, and the group's share of all who "
            "wrote."
        ),
        unit=_("Of %(people)s people who raised it") % {"people": say.number(people)},
        prefix=f"map-{asked['number']}",
    )
    return [heading, Figure(f"map-{asked['number']}", title, chart, table)]


def _of_all(name: str, part: int | None, writers: int) -> str:
    """Group A (43 % of all who wrote), without which a large group seems to care most about everything."""
    if part is None:
        return name
    return _("%(group)s (%(share)s of all who wrote)") % {"group": name, "share": say.percent(part, writers)}


def _group(place: int, part: int | None) -> str:
    return (
        _("In no group that is shown") if part is None else _("Group %(letter)s") % {"letter": LETTERS[place]}
    )


def _branch(part: str | None) -> str:
    if part is None:
        return _("By the open link")
    return part.replace("/", " / ") or _("No branch")


def _against_writers(
    caption: str, rows: Sequence[tuple[str, Mapping[str, Any]]], first: str, people: int, writers: int
) -> Table:
    """How many of those who wrote in each part raised it, and of all."""
    headings = [first, _("Wrote"), _("Raised it"), _("Share")]
    return Table(
        _("%(what)s (share: of those who wrote)") % {"what": caption},
        headings,
        [
            (_("All"), say.number(writers), say.number(people), _share(people, writers)),
            *(
                (
                    name,
                    say.cell(part["writers"]),
                    say.cell(part["people"]),
                    _share(part["people"], part["writers"]),
                )
                for name, part in rows
            ),
        ],
    )


def _share(part: int | None, whole: int | None) -> str:
    return "–" if part is None or not whole else say.percent(part, whole)
