"""Who answered, who was not heard, and what cannot be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from folkmoot.publish import sentences as say
from folkmoot.publish.report.parts import Fold, Heading, Items, Section, Table, Text


def who_answered(findings: Mapping[str, Any]) -> Section:
    """How many, by which road, against the roll; and what the numbers do not carry."""
    who, about = findings["who"], findings["assembly"]
    nobody = who["people"] == 0
    opening = say.nobody_answered() if nobody else f"{say.who_answered(who, about['access'])} {say.no_poll()}"
    parts: list[Any] = [Text(opening)]
    if who["roll"] and not nobody:
        parts.append(Text(_frozen(who)))
    if tables := _tables(who):
        summary = _("Who answered, by channel, branch and length of membership")
        note = Text(
            _(
                "Numbers under 10 are left out so that nobody can be recognised, and the next smallest where one "
                "could be worked out from the total."
            ),
            muted=True,
        )
        parts.append(Fold(summary, [note, *tables]))
    parts += [Heading(_("What you cannot say from this")), Items(cannot_say(findings))]
    return Section("who", _("Who answered"), parts)


def _frozen(who: Mapping[str, Any]) -> str:
    """That the members who answered are held against the roll as it was when the assembly opened."""
    told = ngettext(
        "The roll was frozen when the assembly opened: %(roll)s member. Nobody who came onto it later could answer as "
        "a member, and everybody is counted in the branch where she was then.",
        "The roll was frozen when the assembly opened: %(roll)s members. Nobody who came onto it later could answer "
        "as a member, and everybody is counted in the branch where she was then.",
        who["roll"],
    )
    return told % {"roll": say.number(who["roll"])}


def _tables(who: Mapping[str, Any]) -> list[Table]:
    tables = []
    if who.get("channels"):
        rows = [(say.channel(row["name"]), say.cell(row["people"])) for row in who["channels"]]
        tables.append(Table(_("By channel"), [_("Channel"), _("People")], rows))
    if who.get("membership"):
        tables.append(_against_roll(_("By length of membership"), who["membership"], who, say.membership))
    if who.get("branches"):
        tables.append(_against_roll(_("By branch"), who["branches"], who, _branch))
    return tables


def _branch(path: str) -> str:
    return path.replace("/", " / ") or _("No branch")


def _against_roll(
    caption: str, rows: Sequence[Mapping[str, Any]], who: Mapping[str, Any], name: Any
) -> Table:
    """Members of each part on the roll and among those who answered."""
    headings = [_("Members"), _("On the roll"), _("Share of the roll"), _("Answered"), _("Share of answers")]
    return Table(
        caption,
        headings,
        [
            (
                name(row["name"]),
                say.cell(row["roll"]),
                _share(row["roll"], who["roll"]),
                say.cell(row["people"]),
                _share(row["people"], who["members"]),
            )
            for row in rows
        ],
    )


def _share(part: int | None, whole: int | None) -> str:
    return "–" if part is None or not whole else say.percent(part, whole)


def cannot_say(findings: Mapping[str, Any]) -> list[str]:
    """Sentences that would be wrong, and why; only those that these findings could tempt one to."""
    ways = {question["way"] for question in findings["questions"]}
    grouped = any(
        question["way"] == "statements" and question["found"]["found"] for question in findings["questions"]
    )
    lines = [
        _("What everybody thinks. Those who answered chose to, and those who did not may think otherwise."),
    ]
    if "statements" in ways:
        lines.append(
            _(
                "That two statements were weighed by the same people. Each was shown to some, so each has "
                "its own total."
            )
        )
    if "open_text" in ways:
        lines.append(
            _(
                "That all who raised a thing want it. People for and against it are counted together where "
                "they wrote about it."
            )
        )
    if grouped:
        lines.append(
            _(
                "That the groups are parties or factions. They are a way to read the votes, and were found "
                "by a program."
            )
        )
    return lines


def not_heard(findings: Mapping[str, Any]) -> Section | None:
    """Parts of the roll that answered much less than their share; None where nobody was asked by a roll."""
    who = findings["who"]
    if not who.get("roll"):
        return None
    if who["people"] and findings["not_heard"]:
        rows = [row for row in findings["not_heard"] if who["members"]]
        parts: list[Any] = [Items([say.not_heard(row, who) for row in rows])]
    else:
        parts = [Text(_("No part of the roll of ten or more answered much less than its share."))]
    if who["members"] is not None and who["roll"] > who["members"]:
        silent = _("%(silent)s of %(roll)s members did not answer. Nothing here speaks for them.")
        parts.insert(
            0,
            Text(
                silent % {"silent": say.number(who["roll"] - who["members"]), "roll": say.number(who["roll"])}
            ),
        )
    return Section("not-heard", _("Not heard"), parts)
