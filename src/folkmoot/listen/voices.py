"""The answers that stand, read as rows under pseudonyms, in an order that does not say who came when."""

from __future__ import annotations

from folkmoot.convene.models import Question
from folkmoot.listen.models import Consent, Response, Statement, Vote
from folkmoot.listen.rows import NO, NOT_ASKED, YES, Answers, Ballot, Put, Ranking, Text


def answers(question: Question) -> Answers:
    """All rows of one question: counted answers only, sorted by their public ids."""
    if question.way == "statements":
        return Answers(votes=votes(question), statements=statements(question))
    if question.way == "priorities":
        return Answers(rankings=rankings(question))
    return Answers(texts=texts(question))


def _standing(question: Question) -> list[Response]:
    found = Response.objects.standing().filter(question=question, content__isnull=False)
    return list(found.select_related("participation", "version").order_by("uuid"))


def texts(question: Question) -> list[Text]:
    """The last answer in time of each person; empty ones are answers too."""
    may_print = _consents(question)
    return [
        Text(
            response=str(response.uuid),
            who=response.who,
            version=response.version.number,
            number=response.number,
            text=response.content["text"],
            may_print=may_print.get(response.participation_id, NOT_ASKED),
        )
        for response in _standing(question)
    ]


def _consents(question: Question) -> dict[int, str]:
    """The last choice of everybody who took part; later rows overwrite earlier ones."""
    choices = Consent.objects.filter(participation__assembly=question.assembly_id).order_by("pk")
    return {person: YES if given else NO for person, given in choices.values_list("participation", "given")}


def rankings(question: Question) -> list[Ranking]:
    """The last answer in time of each person; who took hers back by emptying it is not among those who ranked."""
    return [
        Ranking(
            response=str(response.uuid),
            who=response.who,
            version=response.version.number,
            number=response.number,
            choice=_choice(response.content),
        )
        for response in _standing(question)
        if any(response.content.values())
    ]


def _choice(content: dict) -> str:
    if "points" in content:
        return " ".join(f"{key}={value}" for key, value in sorted(content["points"].items()))
    return " ".join(content["ranking"])


def votes(question: Question) -> list[Ballot]:
    """Every counted vote, of each person in the order in which she cast them."""
    found = Vote.objects.filter(response__question=question, response__late=False)
    columns = ("response__uuid", "response__who", "response__version__number", "response__number")
    rows = found.order_by("response__who", "response__number", "statement__uuid").values_list(
        *columns, "statement__uuid", "value"
    )
    return [
        Ballot(str(response), who, version, number, str(statement), value)
        for response, who, version, number, statement, value in rows.iterator(chunk_size=20_000)
    ]


def statements(question: Question) -> list[Put]:
    return [
        Put(
            id=str(statement.uuid),
            text=statement.text,
            author="participant" if statement.who else "organisers",
            who=statement.who,
            at=statement.at.strftime("%Y-%m-%dT%HZ"),
            moderated_out=int(statement.moderated_out),
        )
        for statement in Statement.objects.filter(question=question).order_by("uuid")
    ]
