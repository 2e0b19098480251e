"""What people share, where they differ, and the groups that their votes make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from folkmoot.listen.small_cells import SMALL
from folkmoot.publish import sentences as say
from folkmoot.publish.charts import ByGroup, bars, by_group, stacked
from folkmoot.publish.report.parts import (
    Drawing,
    Figure,
    Fold,
    Heading,
    Items,
    Link,
    Pattern,
    Table,
    Text,
)

Row = Mapping[str, Any]
ON_THE_PAGE = 100
TO_LOOK_AT = 40  # on the map
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
        *across(question, titled=titled),
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
    """Statements on which groups, or everybody, stand furthest apart."""
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
    return parts


def groups(question: Mapping[str, Any], *, titled: bool, stand: str = "") -> list[Any]:
    """The groups in words; or, where there are none, how far people differ. `stand` leads to one's own place."""
    found = question["found"]
    if found["voters"] < SMALL:
        return []
    parts: list[Any] = [Heading(question["text"])] if titled else []
    level = 4 if titled else 3
    parts += _in_words(found, level) if found["found"] else _spread(question, titled)
    if stand:
        parts.append(Link(_("Where do I stand? For those who answered"), stand))
    return parts


def _in_words(found: Mapping[str, Any], level: int) -> list[Any]:
    texts = rows_by_id(found)
    parts: list[Any] = []
    for group in found["groups"]:
        parts.append(Heading(say.group_opening(group, found["placed"]), level=level))
        lines = [say.holding(entry, texts[entry["statement"]]["text"]) for entry in group["holds"]]
        parts.append(Items(lines) if lines else Text(say.nothing_apart()))
    return [*parts, Text(say.how_grouped(found), muted=True)]


def _spread(question: Mapping[str, Any], titled: bool) -> list[Any]:
    """How often people stand where most stand, from those who seldom do to those who nearly always do."""
    spread = question["found"]["alike"]
    if spread is None:
        return [Text(say.no_clear_groups())]
    tenths = spread["tenths"]
    first = next(tenth for tenth, people in enumerate(tenths) if people != 0)
    rows = [(say.alike_band(tenth), tenths[tenth]) for tenth in range(first, len(tenths))]
    title = say.entitled(
        _("People by how often they stand with most people, on the statements that they took a side on"),
        question,
        titled,
    )
    chart = bars(
        [(band, people or 0, None, None, say.cell(people)) for band, people in rows],
        title=title,
        description=say.alike(spread),
        prefix=f"alike-{question['number']}",
    )
    table = Table(title, [_("Stand with most"), _("People")], [(band, say.cell(n)) for band, n in rows])
    return [
        Text(say.no_clear_groups()),
        Text(say.alike(spread)),
        Figure(f"alike-{question['number']}", title, chart, table),
    ]


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
    """The map, closed until it is opened, with what sets the groups apart and how sure that is."""
    found = question["found"]
    if not found["drawing"] or found["voters"] < SMALL:
        return []
    caption = (
        _("The opinion map: %(question)s") % {"question": question["text"]}
        if titled
        else _("The opinion map")
    )
    # Two maps on one page keep their ids apart.
    chart = found["drawing"].replace("opinion-map-", f"opinion-map-{question['number']}-")
    parts: list[Any] = [Drawing(caption, chart, _about_map(found), *_patterns(found))]
    if any(group["holds"] for group in found["groups"]):
        title = _("What sets the groups apart, and how sure that is")
        parts.append(_sure_table(found, say.entitled(title, question, titled)))
    return [Fold(caption, parts)]


def _about_map(found: Mapping[str, Any]) -> str:
    told = [_("People who vote alike stand near each other. Neither direction has a meaning of its own.")]
    if found["found"]:
        told.append(
            _("A dashed ring holds about nine in ten of its group, a thin line the furthest of them.")
        )
    link = found["missing"]["votes_distance_correlation"]
    if link is not None and abs(link) >= 0.3:
        told.append(
            _(
                "How far somebody stands from the middle goes with how much they voted (correlation %(link)s), "
                "so distance is partly activity, not opinion."
            )
            % {"link": f"{link:.2f}"}
        )
    return " ".join(told)


def _patterns(found: Mapping[str, Any]) -> tuple[str, list[Pattern]]:
    """Statements to look at on the map: those that the page speaks of, then the most voted on."""
    if found["spots"] is None:
        return "", []
    letters = [group["letter"] for group in found["groups"]]
    spoken = [entry["statement"] for group in found["groups"] for entry in group["holds"]]
    spoken += [*found["divides"], *(entry["statement"] for entry in found["shared"])]
    texts, signs = rows_by_id(found), found["spots"]["patterns"]
    listed = [name for name in dict.fromkeys([*spoken, *texts]) if name in signs][:TO_LOOK_AT]
    places = ";".join(" ".join(map(str, place)) for place in found["spots"]["places"])
    return places, [
        Pattern(texts[name]["text"], signs[name], say.pattern(texts[name], letters)) for name in listed
    ]


def _sure_table(found: Mapping[str, Any], caption: str) -> Table:
    """Every statement that sets a group apart, with the range that its share likely lies in."""
    texts = rows_by_id(found)
    sides = {"agree": _("agree"), "disagree": _("disagree")}
    headings = [_("Statement"), _("Group"), "", _("In it"), _("Likely"), _("Others"), _("By chance")]
    rows = [
        (
            texts[entry["statement"]]["text"],
            group["letter"],
            sides[entry["direction"]],
            say.counted(entry["inside"][entry["direction"]], entry["inside"]["seen"]),
            say.likely(entry["interval"]),
            say.counted(entry["outside"][entry["direction"]], entry["outside"]["seen"]),
            say.by_chance(entry["q_value"]),
        )
        for group in found["groups"]
        for entry in group["holds"]
    ]
    return Table(caption, headings, rows)


def across(question: Mapping[str, Any], *, titled: bool) -> list[Any]:
    """What is agreed on across differences, whatever the groups."""
    found = question["found"]
    if not found["bridging"]:
        return []
    texts = rows_by_id(found)
    title = say.entitled(_("Agreed on, or disagreed with, across differences"), question, titled)
    rows = [
        (
            texts[entry["statement"]]["text"],
            _score(entry["score"]),
            " – ".join(map(_score, entry["interval"])),
        )
        for entry in found["bridging"]
    ]
    explained = _(
        "What the mean vote would be if everybody had voted, from −1 (all disagree) to 1 (all agree). That some "
        "agree with nearly everything, and that some saw only what suits them, is taken out; groups play no part."
    )
    return [
        Fold(
            title, [Text(explained, muted=True), Table(title, [_("Statement"), _("Mean"), _("Likely")], rows)]
        )
    ]


def _score(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")
