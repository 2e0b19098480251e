"""What people put first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from folkmoot.listen.small_cells import SMALL
from folkmoot.publish import sentences as say
from folkmoot.publish.charts import bars
from folkmoot.publish.report.parts import Figure, Fold, Heading, Table, Text


def priorities(question: Mapping[str, Any], speech: say.Speech, *, titled: bool) -> list[Any]:
    """One question: who came first, the bars, and each option against each."""
    found = question["found"]
    opening: list[Any] = [Heading(question["text"])] if titled else [Text(question["text"], muted=True)]
    if found["people"] < SMALL:
        return [*opening, Text(_("Fewer than 10 people answered this, so nothing is shown."))]
    parts = [*opening, Text(first_sentence(found, speech)), _figure(question, titled)]
    if found["manner"] == "rank":
        parts.append(Text(_explanation(), muted=True))
    return [*parts, Fold(_("Each option against each other"), [_pairwise(question, titled)])]


def first_sentence(found: Mapping[str, Any], speech: say.Speech) -> str:
    top = found["options"][0]
    sentence = say.first_choice(found["people"], top, found["manner"], speech)
    most = max(found["options"], key=lambda option: option["first"] or 0)
    if (most["first"] or 0) > (top["first"] or 0):
        sentence += " " + say.other_first(top, most, found["people"], speech)
    return sentence


def _explanation() -> str:
    return _(
        "The order counts every place, not the first alone: an option scores more the higher each person put "
        "it "
        "(Borda count); options that somebody left out share the places that were left."
    )


def _figure(question: Mapping[str, Any], titled: bool) -> Figure:
    found, people = question["found"], question["found"]["people"]
    points = found["manner"] == "points"
    given = _("Points given to each option") if points else _("How many put each option first")
    title = say.entitled(given, question, titled)
    name = f"priorities-{question['number']}"
    rows = [
        (option["text"], option["points"], None, None, say.number(option["points"]))
        if points
        else (option["text"], option["first"] or 0, None, None, say.counted(option["first"], people))
        for option in found["options"]
    ]
    unit = (
        _("Points")
        if points
        else _("People who put it first, of %(people)s") % {"people": say.number(people)}
    )
    top = say.plain(found["options"][0]["text"])
    chart = bars(rows, title=title, description=_("%(top)s leads.") % {"top": top}, unit=unit, prefix=name)
    return Figure(name, title, chart, _table(found, title))


def _table(found: Mapping[str, Any], title: str) -> Table:
    people = found["people"]
    if found["manner"] == "points":
        headings = [_("Option"), _("Points"), _("Gave it most"), _("Gave it some")]
        rows: list[tuple[str, ...]] = [
            (
                option["text"],
                say.number(option["points"]),
                say.counted(option["first"], people),
                say.counted(option["chosen"], people),
            )
            for option in found["options"]
        ]
    else:
        headings = [
            _("Option"),
            _("Put it first"),
            _("Put it in their list"),
            _("Mean place"),
            _("Score, 0 to 1"),
        ]
        rows = [
            (
                option["text"],
                say.counted(option["first"], people),
                say.counted(option["chosen"], people),
                f"{option['mean_rank']:.1f}",
                f"{option['borda']:.2f}" if option["borda"] is not None else "–",
            )
            for option in found["options"]
        ]
    return Table(title, headings, rows)


def _pairwise(question: Mapping[str, Any], titled: bool) -> Table:
    """People who put the option of the row before that of the column."""
    found = question["found"]
    title = say.entitled(_("How many put the option of the row before that of the column"), question, titled)
    letters = [f"{place}" for place in range(1, len(found["options"]) + 1)]
    keys = [option["key"] for option in found["options"]]
    rows = []
    for number, option in zip(letters, found["options"], strict=True):
        row = found["pairwise"][option["key"]]
        rows.append(
            (
                f"{number}. {option['text']}",
                *("–" if key == option["key"] else _few(row[key]) for key in keys),
            )
        )
    return Table(title, [_("Option"), *letters], rows)


def _few(value: int | None) -> str:
    return "<10" if value is None else say.number(value)
