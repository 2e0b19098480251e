"""The assembly that has already run: what should the Budget put first?"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from folkmoot.site.demonstration import writers
from folkmoot.site.demonstration.model import Answer, Assembly, Member, Person, Question, Statement
from folkmoot.site.demonstration.participants import Participant, call_together
from folkmoot.site.demonstration.priorities import OPTIONS, rankings
from folkmoot.site.demonstration.statements import STATEMENTS, Put
from folkmoot.site.demonstration.timing import ZONE, at_hour, seconds
from folkmoot.site.demonstration.voice import in_own_hand
from folkmoot.site.demonstration.votes import Opinions, Routing, batches, how_many
from folkmoot.site.demonstration.wording import Deck, filled, sections

QUESTIONS = (
    Question(
        "words",
        "open_text",
        "What should the Budget put first, and why?",
        help="A sentence is enough. Say it as you would to the person next to you at work.",
    ),
    Question(
        "statements",
        "statements",
        "Do you agree?",
        help="Answer as many as you like. If something is missing, put it yourself.",
    ),
    Question(
        "order",
        "priorities",
        "Which of these matter most to you? Put up to five in order.",
        help="One is enough if one is what you want to say.",
        manner="rank",
        limit=5,
        options=tuple(option for option, _theme, _pull in OPTIONS),
    ),
    Question("closing", "open_text", "What should we have asked?", closing=True),
)
PURPOSE = (
    "The minister meets our executive before the Budget. The executive will carry what members say into the "
    "room, and has promised to answer it in writing."
)
# Of everybody who takes part; the rest skip that question.
WRITE, VOTE, RANK, CLOSE = 988 / 1104, 0.955, 1018 / 1104, 0.25
CONSENT = (0.70, 0.14, 0.16)
REVISED = 20 / 988
ON_PAPER, IN_THE_HALL = 12, 10
"""How many of the first statements fit on the sheet, and are read out at a meeting."""


@dataclass
class Drafted:
    """A participant while the answers are being written."""

    who: Participant
    at: datetime.datetime
    raised: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    printable: bool = False

    def say(self, at: datetime.datetime, question: str, content: dict[str, object]) -> None:
        self.at = at
        self.answers.append(Answer(at, question, content))


def budget_assembly(
    rng: np.random.Generator, members: Sequence[Member], today: datetime.datetime, people: int
) -> Assembly:
    """Open for five days until three days before today, from noon to noon."""
    opens, closes = at_hour(today, -8, 12), at_hour(today, -3, 12)
    drafted = [
        Drafted(who, who.started_at) for who in call_together(rng, members, today, people, opens, closes)
    ]
    _write(rng, drafted, members[0].name.split()[0])
    statements = _vote(rng, drafted, opens)
    _rank(rng, drafted)
    _close(rng, drafted)
    _write_again(rng, drafted, closes)
    return Assembly(
        key="budget",
        title="What should the Budget put first?",
        purpose=PURPOSE,
        opens=opens,
        closes=closes,
        findings_due=at_hour(today, -1, 18),
        zone=ZONE,
        access="both",
        questions=QUESTIONS,
        statements=statements,
        people=tuple(_person(rng, one) for one in drafted),
    )


def _some(rng: np.random.Generator, drafted: Sequence[Drafted], share: float) -> list[Drafted]:
    chosen = rng.choice(len(drafted), round(share * len(drafted)), replace=False)
    return [drafted[number] for number in sorted(chosen.tolist())]


def _write(rng: np.random.Generator, drafted: Sequence[Drafted], organiser: str) -> None:
    those = _some(rng, drafted, WRITE)
    raised = writers.who_raises_what(rng, np.array([one.who.leaning for one in those]))
    author = writers.Writers(rng)
    texts = [
        author.answer(themes, one.who.leaning, one.who.voice)
        for one, themes in zip(those, raised, strict=True)
    ]
    for number in author.campaigners(raised):
        texts[number] = writers.campaign()
    driver = _bus_driver(those, raised)
    texts[driver], those[driver].printable = writers.about_one_bus(), True
    for one, themes, text in zip(those, raised, texts, strict=True):
        one.raised = themes
        one.say(one.at + seconds(rng, 25, 60 + len(text)), "words", {"text": text})


def _bus_driver(those: Sequence[Drafted], raised: Sequence[Sequence[str]]) -> int:
    """Whoever has a bus to tell of, and nothing else: in Skelby if anybody there has."""
    tellers = [number for number, themes in enumerate(raised) if list(themes) == [writers.LONG]]
    there = [number for number in tellers if those[number].who.voice.slots["town"] == "Skelby"]
    return (there or tellers)[0]


def _vote(
    rng: np.random.Generator, drafted: Sequence[Drafted], opens: datetime.datetime
) -> tuple[Statement, ...]:
    """Everybody votes on what is there by then; whoever puts a statement agrees with it."""
    voters = sorted(_some(rng, drafted, VOTE), key=lambda one: one.at)
    authors = _authors(rng, voters, opens)
    put_at = np.array([(authors[put.key].at if put.hour else opens).timestamp() for put in STATEMENTS])
    routing, opinions = Routing(STATEMENTS, rng), Opinions(STATEMENTS, rng)
    for one in voters:
        there = put_at <= one.at.timestamp()
        limit = {"paper": ON_PAPER, "meeting": IN_THE_HALL}.get(one.who.channel)
        if limit:
            there &= np.arange(len(STATEMENTS)) < limit
        shown = routing.show(there, limit or how_many(rng))
        votes = {
            STATEMENTS[column].key: 1 if authors.get(STATEMENTS[column].key) is one else value
            for column, value in zip(shown.tolist(), opinions.of(one.who.leaning, shown), strict=True)
        }
        sent, one.at = batches(rng, "statements", votes, one.at)
        one.answers += sent
    return tuple(
        Statement(put.key, put.text, authors[put.key].who.key if put.hour else None, at)
        for put, at in zip(STATEMENTS, _moments(put_at), strict=True)
    )


def _moments(stamps: np.ndarray) -> list[datetime.datetime]:
    return [datetime.datetime.fromtimestamp(stamp, datetime.UTC) for stamp in stamps.tolist()]


def _authors(
    rng: np.random.Generator, voters: Sequence[Drafted], opens: datetime.datetime
) -> dict[str, Drafted]:
    """Who puts each statement: somebody online near its hour, of a leaning that tends to agree."""
    free = [one for one in voters if one.who.channel == "web"]
    authors = {}
    for put in STATEMENTS:
        if put.hour:
            authors[put.key] = min(free, key=lambda one: _distance(one, put, opens))
            free.remove(authors[put.key])
    return authors


def _distance(one: Drafted, put: Put, opens: datetime.datetime) -> float:
    hours = abs((one.at - opens).total_seconds() / 3600 - put.hour)
    return hours + 6 * (1 - put.agree[one.who.leaning] / max(put.agree))


def _rank(rng: np.random.Generator, drafted: Sequence[Drafted]) -> None:
    those = _with_the_silent(_some(rng, drafted, RANK), drafted)
    for one, ranking in zip(
        those, rankings(rng, [one.who.leaning for one in those], [one.raised for one in those]), strict=True
    ):
        one.say(one.at + seconds(rng, 20, 90), "order", {"ranking": ranking})


def _with_the_silent(chosen: list[Drafted], drafted: Sequence[Drafted]) -> list[Drafted]:
    """The same number, with everybody who would otherwise have said nothing at all among them."""
    silent = [one for one in drafted if not one.answers and one not in chosen]
    leaving = [one for one in chosen if one.answers][: len(silent)]
    return [one for one in chosen if one not in leaving] + silent


def _close(rng: np.random.Generator, drafted: Sequence[Drafted]) -> None:
    deck = Deck(sections("closing.txt")["asked"], rng)
    for one in _some(rng, drafted, CLOSE):
        text = in_own_hand(filled(deck.deal(), one.who.voice.slots, rng), one.who.voice, rng)
        one.say(one.at + seconds(rng, 10, 80), "closing", {"text": text})


def _write_again(rng: np.random.Generator, drafted: Sequence[Drafted], closes: datetime.datetime) -> None:
    """Some come back and say it again at greater length: what they said first was a part of it."""
    before = [
        one
        for one in drafted
        if one.answers
        and one.answers[0].question == "words"
        and 80 < len(one.answers[0].content["text"]) < 900
        and one.who.channel == "web"
        and closes - one.at > datetime.timedelta(hours=20)
    ]
    wanted = max(2, round(REVISED * sum(bool(one.raised) for one in drafted)))
    for number in sorted(rng.choice(len(before), min(wanted, len(before)), replace=False).tolist()):
        one = before[number]
        whole = one.answers[0]
        one.answers[0] = Answer(whole.at, "words", {"text": _first_attempt(whole.content["text"])})
        one.say(one.at + seconds(rng, 1200, 64800), "words", whole.content)


def _first_attempt(text: str) -> str:
    """The answer as it was sent too soon: its first half, to the end of a word."""
    return text[: len(text) // 2].rsplit(" ", 1)[0]


def _person(rng: np.random.Generator, one: Drafted) -> Person:
    wrote = any("text" in answer.content for answer in one.answers)
    consent = (True, False, None)[int(rng.choice(3, p=CONSENT))] if wrote else None
    if one.printable:
        consent = True  # whoever writes four thousand characters about a bus wants them read
    return Person(
        key=one.who.key,
        member=one.who.member,
        channel=one.who.channel,
        started_at=one.who.started_at,
        consent=consent,
        answers=tuple(sorted(one.answers, key=lambda answer: answer.at)),
        leaning=one.who.leaning,
        raised=tuple(one.raised),
    )
