"""The assembly that is open: what would make you come to a branch meeting?"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np

from folkmoot.site.demonstration.model import Answer, Assembly, Member, Option, Person, Question, Statement
from folkmoot.site.demonstration.priorities import shared_out
from folkmoot.site.demonstration.timing import ZONE, at_hour, seconds
from folkmoot.site.demonstration.voice import TOWNS, in_own_hand, voice
from folkmoot.site.demonstration.votes import batches
from folkmoot.site.demonstration.wording import Deck, filled, sections

OPTIONS = (
    (Option("time", "A time that fits my shifts"), 1.1),
    (Option("near", "A place I can get to and back from"), 0.9),
    (Option("online", "Joining from home"), 0.7),
    (Option("children", "Somebody to mind the children"), 0.45),
    (Option("decide", "Deciding something that matters"), 1.0),
    (Option("food", "Something to eat, and people to talk to"), 0.5),
)
QUESTIONS = (
    Question(
        "words",
        "open_text",
        "What would make you come to a branch meeting?",
        help="Or what keeps you away? Both are welcome.",
    ),
    Question(
        "statements", "statements", "Do you agree?", help="Answer as many as you like, and put your own."
    ),
    Question(
        "points",
        "priorities",
        "You have 10 points. Share them out: what would help most?",
        help="Give them all to one, or a few to several.",
        manner="points",
        limit=10,
        options=tuple(option for option, _pull in OPTIONS),
    ),
    Question("closing", "open_text", "What should we have asked?", closing=True),
)
# Each statement with the % of those who vote on it that agree, and that are not sure.
STATEMENTS = (
    ("online-too", "Every branch meeting should be online as well as in a room.", 71, 9),
    ("ninety-minutes", "No meeting should last longer than ninety minutes.", 88, 5),
    ("two-times", "Each meeting should be held twice, once for days and once for nights.", 64, 18),
    ("votes-by-phone", "Members who cannot come should be able to vote from home.", 69, 10),
    ("workplace", "Meetings belong where we work, not in the branch office.", 52, 24),
    ("new-first", "Somebody who has never spoken should be called before somebody who has.", 66, 20),
    ("food", "The branch should pay for a hot meal at every meeting.", 48, 22),
    ("agenda", "The agenda should come a week before, on one page, in plain words.", 93, 4),
    ("no-pub", "Branch meetings should not be held in pubs.", 39, 27),
    ("rotate", "Meetings should move from town to town.", 58, 19),
    ("children", "Children should be welcome in the room.", 55, 23),
    ("report-back", "Each meeting should begin with what became of the last one's decisions.", 95, 3),
)
PURPOSE = (
    "Last year one member in thirty came to a branch meeting. Branch committees want to know why, and will "
    "change what they can from next month."
)


def meetings_assembly(
    rng: np.random.Generator, members: Sequence[Member], today: datetime.datetime, people: int
) -> Assembly:
    """Open since yesterday morning, for six days, with the answers of those who were quick."""
    opens = at_hour(today, -1, 9)
    words, asked = Deck(sections("meetings.txt")["said"], rng), Deck(sections("closing.txt")["asked"], rng)
    span = int((today - opens).total_seconds()) - 1800
    moments = sorted(int(second) for second in rng.integers(300, span, people))
    quick = rng.choice(len(members), people, replace=False).tolist()
    return Assembly(
        key="meetings",
        title="What would make you come to a branch meeting?",
        purpose=PURPOSE,
        opens=opens,
        closes=at_hour(today, 5, 18),
        findings_due=at_hour(today, 7, 12),
        zone=ZONE,
        access="both",
        questions=QUESTIONS,
        statements=tuple(Statement(key, text, None, opens) for key, text, _agree, _unsure in STATEMENTS),
        people=tuple(
            _person(rng, f"m{number:03}", members[who], opens + datetime.timedelta(seconds=at), words, asked)
            for number, (who, at) in enumerate(zip(quick, moments, strict=True), 1)
        ),
    )


def _person(
    rng: np.random.Generator, key: str, member: Member, at: datetime.datetime, words: Deck, asked: Deck
) -> Person:
    town = member.branch.rpartition("/")[2]
    own = voice(rng, town if town in TOWNS else TOWNS[0], int(rng.integers(3)), "Maud")
    started, answers = at, []

    def write(question: str, deck: Deck) -> None:
        nonlocal at
        at += seconds(rng, 20, 180)
        text = in_own_hand(filled(deck.deal(), own.slots, rng), own, rng)
        answers.append(Answer(at, question, {"text": text}))

    if rng.random() < 0.9:
        write("words", words)
    sent, at = batches(rng, "statements", _votes(rng), at)
    answers += sent
    at += seconds(rng, 20, 80)
    points = shared_out(rng, [pull for _option, pull in OPTIONS], 10)
    answers.append(
        Answer(at, "points", {"points": {OPTIONS[n][0].key: count for n, count in points.items()}})
    )
    if rng.random() < 0.2:
        write("closing", asked)
    consent = (True, False, None)[int(rng.choice(3, p=(0.7, 0.14, 0.16)))]
    return Person(key, member.email, "web", started, consent, tuple(answers))


def _votes(rng: np.random.Generator) -> dict[str, int]:
    """Most go through all twelve; chances by statement."""
    count = len(STATEMENTS) if rng.random() < 0.7 else int(rng.integers(4, len(STATEMENTS)))
    votes = {}
    for number in rng.permutation(len(STATEMENTS))[:count].tolist():
        key, _text, agree, unsure = STATEMENTS[number]
        votes[key] = int(rng.choice([1, 0, -1], p=(agree / 100, unsure / 100, (100 - agree - unsure) / 100)))
    return votes
