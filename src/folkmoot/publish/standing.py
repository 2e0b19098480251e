"""Where one person stands on a published map: her place, her group, her votes beside those of the others."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from folkmoot.convene.models import Question
from folkmoot.listen.models import Participation, Response
from folkmoot.listen.ways.statements import votes_of
from folkmoot.methods.opinions import chart
from folkmoot.publish import sentences as say
from folkmoot.publish.models import Publication
from folkmoot.publish.report.parts import Table
from folkmoot.publish.report.statements import rows_by_id
from folkmoot.understand.models import Result


@dataclass(frozen=True)
class Standing:
    """What one person is told of herself on one question; the drawing is empty where she has no place."""

    question: str
    lines: Sequence[str]
    drawing: str = ""
    told: str = ""
    tables: Sequence[Table] = field(default_factory=tuple)


def standings(publication: Publication, participation: Participation) -> list[Standing]:
    """Where she stands on each question that was answered by votes."""
    findings = json.loads(publication.findings)
    asked = {one["id"]: one for one in findings["questions"] if one["way"] == "statements"}
    questions = Question.objects.filter(uuid__in=asked, assembly=publication.assembly).order_by("pk")
    return [
        _standing(publication, question, asked[str(question.uuid)], participation) for question in questions
    ]


def _standing(
    publication: Publication, question: Question, asked: Mapping[str, Any], participation: Participation
) -> Standing:
    hers = Response.objects.filter(participation=participation, question=question).values_list(
        "who", flat=True
    )
    who = hers.first()
    if who is None:
        return Standing(asked["text"], [_("You did not vote here.")])
    kept = Result.objects.filter(analysis=publication.analysis_id, question=question)
    files = dict(kept.filter(name__in=["opinions.json", "map.svg"]).values_list("name", "body"))
    if len(files) < 2:
        return Standing(asked["text"], [_("What this map was made from is no longer kept.")])
    people = json.loads(files["opinions.json"])["participants"]
    number = next((place for place, person in enumerate(people) if person["id"] == who), None)
    found = asked["found"]
    tables = [_beside(found, question, participation, _group_of(people, number, found))]
    if number is None or people[number]["group"] is None:
        return Standing(asked["text"], [_too_few(number)], tables=tables)
    positions = np.array([person["position"] for person in people])
    ellipse = people[number]["ellipse"]
    own = chart.own_place(
        positions, number, you=_("You"), surely=None if ellipse is None else np.array(ellipse)
    )
    told = _("Your place on the map. You would stand inside the dashed ring around it nine times in ten.")
    drawing = files["map.svg"].replace("</svg>", f"{own}</svg>")
    return Standing(asked["text"], _placed(people[number], found), drawing, told, tables)


def _group_of(
    people: Sequence[Mapping[str, Any]], number: int | None, found: Mapping[str, Any]
) -> int | None:
    group = None if number is None else people[number]["group"]
    return group if group is not None and found["found"] and group < len(found["groups"]) else None


def _too_few(number: int | None) -> str:
    if number is None:
        return _("You voted after these findings were made, so you are not on this map.")
    return _("You voted on too few statements to be placed in a group. Your votes count all the same.")


def _placed(person: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    if not found["found"]:
        return [_("There are no clear groups, so you are in none. Your place among all is on the map.")]
    if person["group"] >= len(found["groups"]):
        return [_("You are in a group of fewer than 10 people, which is not described.")]
    group = found["groups"][person["group"]]
    lines = [
        _("You are in group %(letter)s, with %(tenths)s of those on the map.")
        % {"letter": group["letter"], "tenths": say.tenths(group["size"], found["placed"])}
    ]
    if person["membership"] is not None:
        lines.append(
            _("By your votes you belong there with a likelihood of %(share)s.")
            % {"share": _nearly(person["membership"][person["group"]])}
        )
    if person["confidence"] is not None:
        lines.append(
            _("In %(share)s of maps made of votes drawn anew you are in the same group.")
            % {"share": _nearly(person["confidence"])}
        )
    return lines


def _nearly(share: float) -> str:
    """A share that is estimated is never told as all or nothing."""
    if share > 0.99:
        return _("over %(share)s") % {"share": say.percent(99, 100)}
    return say.percent(round(100 * share), 100)


def _beside(
    found: Mapping[str, Any], question: Question, participation: Participation, group: int | None
) -> Table:
    """Each of her votes with how everybody voted, and those of her group."""
    texts = rows_by_id(found)
    words = {"agree": _("agree"), "disagree": _("disagree"), "unsure": _("not sure")}
    headings = [_("Statement"), _("You"), _("Agree, of all")]
    if group is not None:
        headings.append(_("Agree in %(letter)s") % {"letter": found["groups"][group]["letter"]})
    rows = []
    for vote in votes_of(question, participation):
        row = texts.get(str(vote["statement"].uuid))
        if row is None:
            continue
        cells = [row["text"], words[vote["choice"]], _share(row)]
        rows.append([*cells, *([] if group is None else [_share(row["groups"][group])])])
    return Table(_("Your votes beside those of the others"), headings, rows)


def _share(votes: Mapping[str, Any]) -> str:
    return "<10" if votes["agree"] is None else say.counted(votes["agree"], votes["seen"])
