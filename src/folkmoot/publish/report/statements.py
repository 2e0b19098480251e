"""What people share, where they differ, and the groups that their votes make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from folkmoot.publish import sentences as say
from folkmoot.publish.charts import ByGroup, by_group, stacked
from folkmoot.publish.compose import SMALL
from folkmoot.publish.report.parts import Drawing, Figure, Fold, Heading, Items, Table, Text

Row = Mapping[str, Any]
ON_THE_PAGE = 100
SIDES = ("agree", "disagree", "unsure")


def rows_by_id(found: Mapping[str, Any]) -> dict[str, Row]:
    return {row["id"]: row for row in found["statements"]}


def shared(question: Mapping[str, Any], *, titled: bool) -> list[Any]:
    """Statements with most of every group on the same side."""
    found, parts = question["found"], _opening(question, titled)
    if found["voters"] < SMALL:
        return [*parts, Text(_("Fewer than 10 people voted, so nothing is shown."))]
    if not found["shared"]:
        return [*parts, Text(_("There is no statement on which most of every group stand on the same side."))]
    rows = [rows_by_id(found)[entry["statement"]] for entry in found["shared"]]
    alike = (
        _("Statements that most agree on, or disagree on, in every group")
        if found["groups"]
        else _("Statements that most agree on, or disagree on")
    )
    title = say.entitled(alike, question, titled)
    return [
        *parts,
        Text(_voters(found), muted=True),
        _split_figure(f"shared-{question['number']}", title, rows),
    ]


def _opening(question: Mapping[str, Any], titled: bool) -> list[Any]:
    return [Heading(question["text"])] if titled else [Text(question["text"], muted=True)]


def _voters(found: Mapping[str, Any]) -> str:
    told = _(
        "%(voters)s people cast %(votes)s votes on %(statements)s statements. Each voted on some of them."
    ) % {
        "voters": say.number(found["voters"]),
        "votes": say.number(found["votes"]),
        "statements": say.number(len(found["statements"])),
    }
    if not (out := found["moderated_out"]):
        return told
    left_out = ngettext(
        "%(count)s more statement had been moderated out where this conversation was held; it is not listed.",
        "%(count)s more statements had been moderated out where this conversation was held; they are not listed.",
        out,
    )
    return f"{told} {left_out % {'count': say.number(out)}}"


def differ(question: Mapping[str, Any], *, titled: bool) -> list[Any]:
    """Statements on which groups (or everybody) stand furthest apart, then the groups in words."""
    found = question["found"]
    if found["voters"] < SMALL:
        return []
    parts: list[Any] = [Heading(question["text"])] if titled else []
    texts = rows_by_id(found)
    rows = [texts[statement] for statement in found["divides"]]
    if not rows:
        parts.append(Text(_("No statement divides those who voted clearly.")))
    elif found["groups"]:
        title = _("Statements on which the groups stand furthest apart: how many in each agree")
        title = say.entitled(title, question, titled)
        parts.append(_group_figure(f"differ-{question['number']}", title, rows, found))
    else:
        title = say.entitled(_("Statements on which agree and disagree come closest"), question, titled)
        parts.append(_split_figure(f"differ-{question['number']}", title, rows))
    return [*parts, *_groups(found, texts, level=4 if titled else 3)]


def _groups(found: Mapping[str, Any], texts: Mapping[str, Row], level: int) -> list[Any]:
    if not found["found"]:
        return [Text(say.no_clear_groups())]
    parts: list[Any] = [
        Heading(_("The groups, in words"), level=level),
        Text(_how_grouped(found), muted=True),
    ]
    for group in found["groups"]:
        parts.append(Heading(say.group_opening(group, found["placed"]), level=level + 1))
        lines = [say.holding(entry, texts[entry["statement"]]["text"]) for entry in group["holds"]]
        parts.append(Items(lines) if lines else Text(say.nothing_apart()))
    return parts


def _how_grouped(found: Mapping[str, Any]) -> str:
    text = _(
        "A program put together people who vote alike; %(left_out)s who cast too few votes are in no group. "
        "It would find groups in votes cast at random too, so read them as a summary, not as camps."
    ) % {"left_out": say.number(found["left_out"])}
    if found["small_groups"]:
        text += " " + _("Groups of fewer than 10 people are not shown.")
    return text


def _split_figure(name: str, title: str, rows: Sequence[Row]) -> Figure:
    chart = stacked(
        [(row["text"], row["agree"], row["disagree"], row["unsure"]) for row in rows],
        title=title,
        description=_("%(count)s statements, each with those who agree, disagree and are not sure.")
        % {"count": say.number(len(rows))},
        words=(_("agree"), _("disagree"), _("not sure")),
        figure=say.number,
        prefix=name,
    )
    return Figure(name, title, chart, split_table(rows, title))


def _group_figure(name: str, title: str, rows: Sequence[Row], found: Mapping[str, Any]) -> Figure:
    """Who agrees in each group, with everybody's votes below the statement."""
    letters = [group["letter"] for group in found["groups"]]
    chart = by_group(
        [
            ByGroup(row["text"], [_agreeing(group) for group in row["groups"]], note=say.split(row))
            for row in rows
        ],
        groups=letters,
        title=title,
        description=_("%(count)s statements, each with the share who agree in groups %(letters)s.")
        % {"count": say.number(len(rows)), "letters": ", ".join(letters)},
        unit="%",
        too_few=_("too few"),
        prefix=name,
    )
    return Figure(name, title, chart, groups_table(rows, found, title))


def _agreeing(group: Row) -> float | None:
    return None if group["agree"] is None else 100 * group["agree"] / group["seen"]


def split_table(rows: Sequence[Row], caption: str) -> Table:
    """How everybody voted on these statements."""
    headings = [_("Statement"), _("Voted"), _("Agree"), _("Disagree"), _("Not sure")]
    return Table(caption, headings, [(row["text"], *_everybody(row)) for row in rows])


def groups_table(rows: Sequence[Row], found: Mapping[str, Any], caption: str) -> Table:
    """How many agree in each group, of those in it who voted."""
    letters = [group["letter"] for group in found["groups"]]
    headings = [_("Statement"), *(_("Agree in %(letter)s") % {"letter": letter} for letter in letters)]
    return Table(
        caption, headings, [(row["text"], *(_agree(group) for group in row["groups"])) for row in rows]
    )


def _agree(group: Row) -> str:
    if group["agree"] is None:
        return "<10"
    form = _("%(part)s of %(whole)s (%(share)s)")
    return form % {
        "part": say.number(group["agree"]),
        "whole": say.number(group["seen"]),
        "share": say.percent(group["agree"], group["seen"]),
    }


def whole_table(rows: Sequence[Row], found: Mapping[str, Any], caption: str) -> Table:
    """All counts of these statements: everybody, then agree / disagree / not sure of each group."""
    headings = [_("Statement"), _("Voted"), _("Agree"), _("Disagree"), _("Not sure")]
    letters = [group["letter"] for group in found["groups"]]
    headings += letters
    if letters:
        caption += ". " + _("In each group: agree / disagree / not sure.")
    return Table(
        caption,
        headings,
        [(row["text"], *_everybody(row), *(_three(group) for group in row["groups"])) for row in rows],
    )


def _everybody(row: Row) -> tuple[str, ...]:
    if row["agree"] is None:
        return ("<10", "", "", "")
    agree = say.counted(row["agree"], row["seen"])
    return (say.number(row["seen"]), agree, say.number(row["disagree"]), say.number(row["unsure"]))


def _three(group: Row) -> str:
    if group["agree"] is None:
        return "<10"
    return f"{say.NO_BREAK}/{say.NO_BREAK}".join(say.number(group[side]) for side in SIDES)


def everything(question: Mapping[str, Any], *, titled: bool, at_most: int | None) -> list[Any]:
    """Every statement with all its counts, the most voted on first."""
    found = question["found"]
    rows = found["statements"][:at_most]
    if not rows:
        return []
    caption = (
        _("All statements with all counts: %(question)s") % {"question": question["text"]}
        if titled
        else _("All statements with all counts")
    )
    parts: list[Any] = [whole_table(rows, found, caption)]
    if len(rows) < len(found["statements"]):
        more = _("The %(shown)s that most people voted on, of %(all)s. All are in public.zip.")
        parts.insert(
            0,
            Text(
                more % {"shown": say.number(len(rows)), "all": say.number(len(found["statements"]))},
                muted=True,
            ),
        )
    return [Fold(caption, parts)]


def opinion_map(question: Mapping[str, Any], *, titled: bool) -> list[Any]:
    """The map, closed until it is opened, with what each group thinks of what sets the groups apart."""
    found = question["found"]
    if not found["drawing"] or found["voters"] < SMALL:
        return []
    caption = (
        _("The opinion map: %(question)s") % {"question": question["text"]}
        if titled
        else _("The opinion map")
    )
    told = _("People who vote alike stand near each other. Neither direction has a meaning of its own.")
    link = found["distance_correlation"]
    if link is not None and abs(link) >= 0.3:
        told += " " + _(
            "How far somebody stands from the middle goes with how much they voted (correlation %(link)s), "
            "so distance is partly activity, not opinion."
        ) % {"link": f"{link:.2f}"}
    parts: list[Any] = [Drawing(caption, found["drawing"], told)]
    texts = rows_by_id(found)
    named = list(dict.fromkeys(entry["statement"] for group in found["groups"] for entry in group["holds"]))
    if named:
        parts.append(
            groups_table(
                [texts[statement] for statement in named],
                found,
                say.entitled(_("The statements that set the groups apart"), question, titled),
            )
        )
    return [Fold(caption, parts)]
