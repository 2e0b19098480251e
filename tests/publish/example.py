"""Findings to show: invented people of the Lantern Union answer, the methods read it, compose puts it "
"together."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

from folkmoot.listen.rows import Answers, Ballot, Put, Ranking, Text
from folkmoot.listen.small_cells import emptied
from folkmoot.methods import opinions, priorities
from folkmoot.methods.opinions.chart import to_svg
from folkmoot.publish.compose import compose
from folkmoot.publish.found import Answered, hidden
from folkmoot.understand.decided import decided

GROUPS = {"A": 0.43, "B": 0.34, "C": 0.23}
# Who agrees with what, in per cent of groups A, B and C.
STATEMENTS: dict[str, tuple[int, int, int]] = {
    "Care workers should earn at least what the best-paid supermarket pays.": (86, 81, 80),
    "No zero-hours contracts unless the worker asks for one.": (88, 82, 85),
    "An evening bus in every town.": (79, 77, 93),
    "Our executive should publish its votes.": (83, 79, 90),
    "Freeze public pay for a year.": (4, 11, 9),
    "Tax wealth above £5m, even if some leave.": (92, 47, 78),
    "Borrow now and repay later.": (81, 29, 55),
    "Keep fuel duty frozen.": (38, 86, 12),
    "Keep drilling while jobs depend on it.": (27, 78, 9),
    "Let councils set land taxes.": (49, 38, 90),
    "A four-day week before a bigger rise in pay.": (46, 19, 81),
    "Tax robots to retrain workers.": (35, 32, 36),
}
OPTIONS = ["Pay", "Rents", "Energy bills", "Social care", "NHS", "Buses and rail"]
THEMES: dict[str, list[str]] = {
    "insecure pay": [
        "My hours change every week and so does my pay.",
        "You cannot plan a life on a contract with no hours in it.",
        "Pay that we can live on, and know a month before.",
        "I would rather have steady hours than a rise, whatever the branch says.",
        "Agency work has eaten our depot from the inside.",
    ],
    "rents": [
        "Half of what I earn goes to the landlord before I eat.",
        "Cap rents, or build council homes again, or both.",
        "Our young members cannot rent anywhere near the depot.",
        "Rent control made it worse where my sister lives, be careful.",
        "The rent went up twice in the same year here.",
    ],
    "energy bills": [
        "I sat in my coat all of January to save gas.",
        "Insulate the homes before you build another pipeline.",
        "The standing charge is a tax on living alone.",
        "Bills first, everything else can wait until the spring.",
        "Nationalise the grid and send me the dividend please.",
    ],
}
ODD = ["Who picked these questions, and who paid for it?", "The app logs me out whenever I turn round."]
CLOSING = [
    "You should have asked about pensions for carers.",
    "Ask what we would give up, not only what we want.",
]
CONSENTS = ("yes", "yes", "no", "")


def about(**changes: Any) -> dict[str, Any]:
    return {
        "id": "5b8e0c52-6a43-4f7e-9a53-1f1f6f1d7f01",
        "organisation": "Lantern Union",
        "title": "What should the Budget put first?",
        "purpose": "The executive meets the minister in March. It was asked to reply by 12 March.",
        "language": "en",
        "access": "both",
        "opens": "2026-02-20T09:00:00+00:00",
        "closes": "2026-02-25T21:00:00+00:00",
        "findings_due": "2026-03-05T12:00:00+00:00",
        "zone": "Europe/London",
    } | changes


PUBLICATION: dict[str, Any] = {
    "id": "c0c28c0a-3c31-4a4c-9bd3-0b7c4b0c0d11",
    "number": 1,
    "at": "2026-03-01T08:30:00+00:00",
    "by": "Maud Okafor",
    "changed": "",
    "address": "https://lantern.example/a/5b8e0c52-6a43-4f7e-9a53-1f1f6f1d7f01/findings/1/",
    "digests": {"findings.pdf": "ab" * 32, "public.zip": "cd" * 32, "members.zip": "ef" * 32},
    "sizes": {"findings.pdf": 81_000, "public.zip": 120_400, "members.zip": 1_310_000},
}


def example(people: int = 60, *, seed: int = 7, **changes: Any) -> dict[str, Any]:
    """The findings of so many people; `changes` go into what is said about the assembly."""
    chance = random.Random(seed)
    names = [f"p{number:05d}" for number in range(people)]
    camp = {name: _camp(place / max(people, 1)) for place, name in enumerate(names)}
    asked = [
        _open_text(1, "What should the Budget put first, and why?", names, chance, THEMES, ODD),
        _statements(2, names, camp, chance),
        _priorities(3, names, camp, chance),
        _open_text(4, "What should we have asked?", names[: people // 3], chance, {}, CLOSING, closing=True),
    ]
    return compose(about(**changes), turnout(people), asked, acts(), version="0.1.0")


def _camp(share: float) -> str:
    return "A" if share < GROUPS["A"] else "B" if share < GROUPS["A"] + GROUPS["B"] else "C"


def question(number: int, way: str, text: str, *, closing: bool = False, **options: Any) -> dict[str, Any]:
    version = {"number": 1, "text": text, "at": "2026-02-18T10:00:00+00:00", "reason": ""}
    return {
        "id": f"q{number}",
        "number": number,
        "way": way,
        "closing": closing,
        "text": text,
        "help": "",
        "options": options,
        "versions": [version],
    }


def turnout(people: int) -> dict[str, Any]:
    """Who took part: about one in fifteen by the open link."""
    link = people // 15
    members, roll = people - link, 3 * people
    branches = [people // 2, people // 3, people - people // 2 - people // 3 - link]
    rolls = [roll // 3, roll // 3, roll - 2 * (roll // 3)]
    lengths = [people // 8, people // 2, members - people // 8 - people // 2]
    return {
        "people": people,
        "members": hidden(members),
        "link": hidden(link),
        "roll": roll,
        "channels": [{"name": "web", "people": hidden(people)}],
        "branches": [
            {"name": name, "roll": on_roll, "people": answered}
            for name, on_roll, answered in zip(
                ("North/Skelby", "North/Thrapwick", "South/Marl"), rolls, emptied(branches), strict=True
            )
        ],
        "membership": [
            {"name": name, "roll": on_roll, "people": answered}
            for name, on_roll, answered in zip(
                ("under 2", "2 to 10", "over 10"), rolls, emptied(lengths), strict=True
            )
        ],
    }


def acts() -> list[dict[str, Any]]:
    return [
        {"at": "2026-02-20T09:00:00+00:00", "line": "The assembly was opened"},
        {"at": "2026-02-23T15:00:00+00:00", "line": "The close was moved from 24 to 25 February: snow"},
    ]


def _open_text(
    number: int,
    text: str,
    names: Sequence[str],
    chance: random.Random,
    themes: dict[str, list[str]],
    odd: Sequence[str],
    *,
    closing: bool = False,
) -> Answered:
    """Everybody writes one thing; every tenth something odd. The result is as the method would give it."""
    rows, points, members = [], [], {name: [] for name in themes}
    for place, name in enumerate(names):
        theme = None if place % 10 == 9 or not themes else chance.choices(list(themes), (5, 3, 2))[0]
        words = chance.choice(themes[theme] if theme else list(odd))
        response = f"r{number}-{place:05d}"
        rows.append(Text(response, name, 1, 1, words, CONSENTS[place % 4]))
        points.append(_point(response, words, theme, 0.9 - place / (2 * len(names))))
        if theme:
            members[theme].append(response)
    found = [_theme(str(place), name, members[name], points) for place, name in enumerate(themes, 1)]
    result = {
        "seed": 0,
        "resolution": 4.0,
        "embedding": "all-MiniLM-L6-v2",
        "language": {"code": "en", "share": 1.0, "detector": "words", "warning": None},
        "counts": {"points": len(points), "unique_points": len({row.text for row in rows})},
        "themes": sorted(found, key=lambda theme: -theme["people"]),
        "unplaced": [point["response"] for point in points if point["theme"] is None],
        "points": [point | {"theme": _id(themes, point["theme"])} for point in points],
    }
    return Answered(
        question(number, "open_text", text, closing=closing), Answers(texts=rows), decided(result, rows, [])
    )


def _id(themes: dict[str, list[str]], name: str | None) -> str | None:
    return None if name is None else str(list(themes).index(name) + 1)


def _point(response: str, words: str, theme: str | None, similarity: float) -> dict[str, Any]:
    return {"response": response, "start": 0, "end": len(words), "theme": theme, "similarity": similarity}


def _theme(number: str, name: str, responses: list[str], points: Sequence[dict[str, Any]]) -> dict[str, Any]:
    own = [point for point in points if point["theme"] == name]
    places = ["centre", "range", "range"][: len(own)] + ["edge"] * (len(own) > 3)
    chosen = [*own[:3], *own[3:][-1:]]
    return {
        "id": number,
        "name": name,
        "phrases": [name],
        "people": len(responses),
        "interval": [round(len(responses) * 0.9), round(len(responses) * 1.1)],
        "stability": 0.8,
        "mixed": False,
        "responses": responses,
        "quotes": [point | {"place": place} for point, place in zip(chosen, places, strict=True)],
    }


def _statements(number: int, names: Sequence[str], camp: dict[str, str], chance: random.Random) -> Answered:
    put = [
        Put(f"s{place:02d}", text, "organisers", "", "2026-02-20T09Z", 0)
        for place, text in enumerate(STATEMENTS)
    ]
    votes = [
        Ballot(f"v-{name}", name, 1, 1, f"s{place:02d}", _vote(shares["ABC".index(camp[name])], chance))
        for name in names
        for place, shares in enumerate(STATEMENTS.values())
        if chance.random() < 0.9
    ]
    made = opinions.Votes.from_rows(
        [row.who for row in votes], [row.statement for row in votes], [row.value for row in votes]
    )
    camps = {name: "ABC".index(camp[name]) for name in names} if len(names) > 30 else None
    found = opinions.map_opinions(made, membership=camps)
    result = json.loads(opinions.to_json(found))
    answers = Answers(votes=votes, statements=put)
    return Answered(question(number, "statements", "Do you agree?"), answers, result, to_svg(found))


def _vote(agree: int, chance: random.Random) -> int:
    drawn = chance.random() * 100
    return 1 if drawn < agree else 0 if drawn > 92 else -1


def _priorities(number: int, names: Sequence[str], camp: dict[str, str], chance: random.Random) -> Answered:
    keys = [f"o{place}" for place in range(1, len(OPTIONS) + 1)]
    rows = []
    for place, name in enumerate(names[: max(len(names) - 5, 0)]):
        weights = {"A": (9, 4, 2, 3, 3, 1), "B": (6, 3, 7, 2, 3, 1), "C": (5, 4, 2, 3, 2, 5)}[camp[name]]
        left, ranking = dict(zip(keys, weights, strict=True)), []
        for _ in range(3):
            ranking.append(chance.choices(list(left), list(left.values()))[0])
            del left[ranking[-1]]
        rows.append(Ranking(f"k{place}", name, 1, 1, " ".join(ranking)))
    found = priorities.rank([row.ranking for row in rows], keys)
    options = [{"key": key, "text": text} for key, text in zip(keys, OPTIONS, strict=True)]
    asked = question(
        number,
        "priorities",
        "Put the three most important in order.",
        manner="rank",
        limit=3,
        options=options,
    )
    return Answered(asked, Answers(rankings=rows), json.loads(priorities.to_json(found, version="0.1.0")))
