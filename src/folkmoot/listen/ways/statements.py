"""Statements: agree, disagree or not sure, one at a time, and put your own."""

from __future__ import annotations

import heapq
import random
import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from folkmoot.convene.models import Question, QuestionVersion
from folkmoot.listen import actions
from folkmoot.listen.live import UNSEEN, current
from folkmoot.listen.models import LONGEST_STATEMENT, Participation, Response, Statement, Vote
from folkmoot.listen.way import Way
from folkmoot.members.models import Member

CHOICES = {"agree": Vote.AGREE, "disagree": Vote.DISAGREE, "unsure": Vote.UNSURE}


class Setup(forms.Form):
    statements = forms.CharField(
        label=_("First statements"),
        help_text=_(
            "One on each line; ten to thirty is a good start. Each should say one thing that people can "
            "agree or disagree with. Those who answer can add their own."
        ),
        widget=forms.Textarea(attrs={"rows": 10}),
    )

    def clean_statements(self) -> list[str]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["statements"].splitlines()]
        lines = list(dict.fromkeys(line for line in lines if line))
        if long := [line for line in lines if len(line) > LONGEST_STATEMENT]:
            raise ValidationError(
                _("This statement is longer than %(limit)d characters: “%(start)s…”. Shorten or split it."),
                params={"limit": LONGEST_STATEMENT, "start": long[0][:60]},
            )
        return lines


class Answer(forms.Form):
    """One press of a button, or a batch of votes as `<statement>=<agree|disagree|unsure>`."""

    statement = forms.UUIDField(required=False)
    vote = forms.ChoiceField(choices=[(name, name) for name in CHOICES], required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        votes = {}
        if cleaned.get("statement") and cleaned.get("vote"):
            votes[str(cleaned["statement"])] = CHOICES[cleaned["vote"]]
        for name in self.data:
            if name.startswith("vote-"):
                choice = self.data.get(name)
                if choice not in CHOICES:
                    raise ValidationError(_("A vote is agree, disagree or unsure."))
                votes[name.removeprefix("vote-")] = CHOICES[choice]
        cleaned["votes"] = votes
        return cleaned


class Statements(Way):
    name = "statements"
    label = _("Statements")
    description = _("People agree or disagree with short statements and add their own.")
    template = "listen/ways/statements.html"
    setup_form = Setup
    seconds = 60

    def options(self, cleaned: dict[str, Any], language: str) -> dict[str, Any]:
        return {"first": cleaned["statements"]}

    def initial(self, options: dict[str, Any], language: str) -> dict[str, Any]:
        return {"statements": "\n".join(options.get("first", []))}

    def answer_form(
        self,
        version: QuestionVersion,
        seed: int,
        *,
        data: Mapping[str, Any] | None = None,
        standing: dict[str, Any] | None = None,
    ) -> forms.Form:
        return Answer(data)

    def content(self, form: forms.Form) -> dict[str, Any] | None:
        votes = form.cleaned_data["votes"]
        return {"votes": votes} if votes else None

    def check(self, version: QuestionVersion, content: dict[str, Any]) -> None:
        votes = content.get("votes")
        if not isinstance(votes, dict) or not votes or set(votes.values()) - {1, 0, -1}:
            raise ValidationError(_("A vote is agree, disagree or unsure."))

    def kept(self, content: dict[str, Any]) -> dict[str, Any] | None:
        return None

    def store(self, response: Response, content: dict[str, Any]) -> None:
        wanted = content["votes"]
        try:
            found = dict(
                Statement.objects.filter(question=response.question_id, uuid__in=wanted).values_list(
                    "uuid", "pk"
                )
            )
        except ValidationError:
            found = {}
        if len(found) != len(wanted):
            raise ValidationError(_("One of these statements is not part of this question."))
        votes = [
            Vote(response=response, statement_id=pk, value=wanted[str(uuid)]) for uuid, pk in found.items()
        ]
        Vote.objects.bulk_create(votes)
        # What was just written, so that committing to it need not read it again.
        response.cast = {str(uuid): wanted[str(uuid)] for uuid in found}

    def prepare(self, version: QuestionVersion, by: Member | None) -> None:
        for text in version.options.get("first", []):
            actions.put_statement(version.question, text, by=by)

    def check_revision(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        if missing := [text for text in before.get("first", []) if text not in after.get("first", [])]:
            raise ValidationError(
                {
                    "statements": _("“%s” has been put to people already and stays. You can add statements.")
                    % missing[0]
                }
            )

    def context(self, version: QuestionVersion, participation: Participation | None) -> dict[str, Any]:
        return progress_and_next(version, participation)


AHEAD = 8
Waiting = list[tuple[int, float]]


def progress_and_next(
    version: QuestionVersion,
    participation: Participation | None,
    *,
    show: uuid.UUID | None = None,
    seed: int = 0,
    seat: str | None = None,
) -> dict[str, Any]:
    """How many this person has voted on, how many there are, the one to show and those after it.

    `show` is one she asked for, to vote on it again. Of one seat only the votes from there are known.
    """
    shown = Statement.objects.shown().filter(question=version.question_id)
    weights = _weights(version, shown)
    voted_on = _voted_on(version, participation, seat)
    waiting = [(pk, weight) for pk, weight in weights if pk not in voted_on]
    total, asked = len(weights), shown.filter(uuid=show).first() if show else None
    voted = total - len(waiting)
    if participation is not None:
        seed = participation.seed
    ahead = draw(waiting, AHEAD, random.Random(f"{seed}/{voted}"))
    rows = {row.pk: row for row in shown.filter(pk__in=ahead).only("pk", "uuid", "text", "who")}
    upcoming = [rows[pk] for pk in ahead]
    if asked is not None:
        upcoming = [asked, *(row for row in upcoming if row.pk != asked.pk)]
    return {
        "statement": upcoming[0] if upcoming else None,
        "upcoming": [
            {"id": str(row.uuid), "text": row.text, "byOrganisers": not row.who} for row in upcoming
        ],
        "voted": voted,
        "total": total,
    }


def _weights(version: QuestionVersion, shown: QuerySet[Statement]) -> Waiting:
    """How much each wants to be asked next: by the votes of a moment ago, else by the last analysis."""
    rows = shown.order_by("pk").values_list("pk", "uuid", "weight")
    live = current(version.question_id)
    if live is None:
        return [(pk, weight) for pk, _name, weight in rows]
    now = live.routing_weights
    # One that was put since has no vote yet and weighs as those without one do.
    return [(pk, now.get(str(name), UNSEEN)) for pk, name, _weight in rows]


def _voted_on(version: QuestionVersion, participation: Participation | None, seat: str | None) -> set[int]:
    """Those this person has voted on, found by her own responses: it costs no more when others vote."""
    if participation is None:
        return set()
    hers = _votes(version.question_id, participation, seat)
    return set(hers.order_by().values_list("statement", flat=True))


def _votes(question: int, participation: Participation, seat: str | None) -> QuerySet[Vote]:
    votes = Vote.objects.filter(response__participation=participation, response__question=question)
    if seat is None:
        return votes
    return votes.filter(response__uuid__in=participation.given.filter(seat=seat).values("item"))


def draw(waiting: Waiting, number: int, rng: random.Random) -> list[int]:
    """Some of those not yet voted on, one after the other, each with the routing weights of methods/opinions.

    Seeded by person and by how far she is, so that a reload shows the same again.
    """
    # A draw without replacement by exponential keys (Efraimidis & Spirakis 2006).
    keyed = [(rng.expovariate(max(weight, 1e-9)), pk) for pk, weight in waiting]
    return [pk for _key, pk in heapq.nsmallest(number, keyed)]


def votes_of(
    question: Question, participation: Participation, seat: str | None = None
) -> list[dict[str, Any]]:
    """What this person voted last on each statement, or last from one seat, newest first."""
    votes = _votes(question.pk, participation, seat)
    last: dict[int, Vote] = {}
    for vote in votes.select_related("statement").order_by("response__number", "pk"):
        last.pop(vote.statement_id, None)
        last[vote.statement_id] = vote
    names = {value: name for name, value in CHOICES.items()}
    return [{"statement": vote.statement, "choice": names[vote.value]} for vote in reversed(last.values())]


way = Statements()
