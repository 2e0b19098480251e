"""An assembly in which people of two branches wrote about rents, buses and pay, and the answers were read."""

from __future__ import annotations

import datetime

from folkmoot.convene.models import Assembly, Question
from folkmoot.listen import actions as listen
from folkmoot.listen.models import Statement
from folkmoot.members.models import Branch, Member
from folkmoot.understand import actions
from tests.people import Cast, opened

ABOUT = {
    "rents": "The rents that landlords ask in town {n} are far too high for a carer.",
    "buses": "Bus number {n} stops running at six in the evening, so nobody gets home.",
    "pay": "Care workers deserve {n} pounds an hour more pay than they get now.",
}
ODD = ("Who picked these questions?", "The app logs me out.")


def written(cast: Cast, *, each: int = 14) -> Assembly:
    """Each thing is written by so many; even numbers are members in Skelby, odd ones in Marl."""
    skelby, marl = (Branch.objects.get(path=path) for path in ("North/Skelby", "South/Marl"))
    members = [
        Member.objects.create(
            name=f"Member {number}",
            email=f"m{number}@lantern.example",
            branch=marl if number % 2 else skelby,
            joined=datetime.date(2020, 1, 1),
        )
        for number in range(each * len(ABOUT))
    ]
    assembly = opened(cast.maud)
    question, votes = question_of(assembly), assembly.questions.get(way="statements")
    statements = [str(row.uuid) for row in Statement.objects.filter(question=votes)]
    for number, member in enumerate(members):
        person = listen.take_part(
            assembly, member=member, token_hash=None, started_at=assembly.moment(), seed=number
        )
        topic = list(ABOUT)[number // each]
        listen.respond(person, question, {"text": ABOUT[topic].format(n=number)})
        listen.respond(person, votes, {"votes": dict.fromkeys(statements, 1 if number % 2 else -1)})
        listen.consent(person, number % 3 > 0)
    for number, text in enumerate(ODD):
        person = listen.take_part(
            assembly, member=None, token_hash=f"odd {number}", started_at=assembly.moment(), seed=number
        )
        listen.respond(person, question, {"text": text})
    actions.analyse(actions.ask(assembly))
    return assembly


def question_of(assembly: Assembly) -> Question:
    return assembly.questions.get(way="open_text", closing=False)
