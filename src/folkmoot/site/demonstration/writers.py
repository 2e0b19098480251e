"""Who raises what, and in which words."""

from __future__ import annotations

import re

import numpy as np

from folkmoot.site.demonstration.voice import Voice, in_own_hand, joined
from folkmoot.site.demonstration.wording import Deck, filled, read, sections

# The share of writers who raise a theme, and how much likelier each leaning is to.
THEMES = {
    "insecure_pay": (0.24, (1.15, 1.0, 0.7)),
    "rents": (0.22, (1.0, 0.85, 1.2)),
    "energy_bills": (0.19, (0.7, 1.9, 0.5)),
    "social_care": (0.17, (1.15, 0.85, 1.0)),
    "taxing_wealth": (0.15, (1.7, 0.35, 0.9)),
    "buses": (0.12, (0.8, 0.7, 1.9)),
    "health_waits": (0.11, (1.0, 1.2, 0.75)),
    "green_jobs": (0.09, (0.8, 0.35, 2.6)),
    "early_retirement": (0.07, (0.9, 1.6, 0.4)),
    "council_budgets": (0.06, (0.6, 0.5, 2.7)),
}
NOTHING = 0.07
"""The share of writers who write about none of the themes."""
AGAINST = (0.02, 0.16, 0.04)
"""Chance by leaning that whoever raises a theme raises it to object."""
# An ask that gives its reason already, or ends in a second sentence, gets no other.
REASONED = re.compile(r"because|since|as nobody|\bso\b|[.?!:] |, (?:and|or) |.{115}")
LINKS = (" because ", " because ", " because ", ", because ", " cos ", " – ", ": ", " as ")
OPENERS = {"story": "before a story"}
CAMPAIGN, LONG = "early_retirement", "buses"
CAMPAIGNERS = 14 / 988


def who_raises_what(rng: np.random.Generator, leanings: np.ndarray) -> list[list[str]]:
    """The themes of each writer, as many writers a theme as THEMES says; some have none, few have four."""
    count = len(leanings)
    left = np.array([round(share * count) for share, _pull in THEMES.values()], dtype=float)
    pull = np.array([pull for _share, pull in THEMES.values()])
    raised: list[list[str]] = [[] for _ in range(count)]
    for writer, wanted in _how_many(rng, count, int(left.sum())):
        weights = left * pull[:, leanings[writer]]
        for theme in _chosen(rng, weights, wanted):
            raised[writer].append(list(THEMES)[theme])
            left[theme] -= 1
    return raised


def _how_many(rng: np.random.Generator, count: int, total: int) -> list[tuple[int, int]]:
    """How many themes each writer raises, in an order that is nobody's, adding up to the total."""
    silent = round(NOTHING * count)
    wanted = np.zeros(count, dtype=int)
    wanted[silent:] = 1 + rng.choice(4, count - silent, p=(0.58, 0.31, 0.09, 0.02))
    while (spare := total - int(wanted.sum())) != 0:
        writer = int(rng.integers(silent, count))
        if 1 <= wanted[writer] + np.sign(spare) <= 4:
            wanted[writer] += np.sign(spare)
    writers = rng.permutation(count)
    # Those with most go first: at the end there may be few themes left to choose from.
    return sorted(zip(writers.tolist(), wanted.tolist(), strict=True), key=lambda pair: -pair[1])


def _chosen(rng: np.random.Generator, weights: np.ndarray, wanted: int) -> list[int]:
    possible = min(wanted, int((weights > 0).sum()))
    if not possible:
        return []
    chosen = rng.choice(len(weights), possible, replace=False, p=weights / weights.sum())
    return [int(theme) for theme in chosen]


class Writers:
    """Composes answers; every sentence is dealt once before any comes again."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.decks = {
            (theme, part): Deck(lines, rng)
            for theme in (*THEMES, "elsewhere", "openers")
            for part, lines in sections(f"{theme}.txt").items()
        }

    def answer(self, raised: list[str], leaning: int, voice: Voice) -> str:
        """What a person writes who raises these themes."""
        if not raised:
            return in_own_hand(self._elsewhere(voice), voice, self.rng)
        plans = [
            [self._fresh(theme, part) for part in self._parts(leaning, voice, brief=len(raised) > 2)]
            for theme in raised
        ]
        passages = [
            [self._said(theme, part, voice) for part in parts]
            for theme, parts in zip(raised, plans, strict=True)
        ]
        if len(raised) > 1 and self.rng.random() < 0.3:
            return in_own_hand(self._list(passages), voice, self.rng)
        passages[0] = self._opened(passages[0], voice, OPENERS.get(plans[0][0], "before an ask"), 0.17)
        passages[1:] = [self._opened(passage, voice, "after", 0.3) for passage in passages[1:]]
        return in_own_hand(self._prose(passages, voice), voice, self.rng)

    def campaigners(self, raised: list[list[str]]) -> list[int]:
        """Those who send the campaign's words as they were given to them."""
        only = [writer for writer, themes in enumerate(raised) if themes == [CAMPAIGN]]
        return only[: max(3, round(CAMPAIGNERS * len(raised)))]

    def _line(self, theme: str, part: str, voice: Voice) -> str:
        return filled(self.decks[theme, part].deal(), voice.slots, self.rng, clause=part == "because")

    def _elsewhere(self, voice: Voice) -> str:
        part = str(self.rng.choice(["off topic", "dissent", "vague"], p=(0.45, 0.2, 0.35)))
        return self._line("elsewhere", part, voice)

    def _parts(self, leaning: int, voice: Voice, *, brief: bool) -> list[str]:
        """Which one to three kinds of sentence a person gives to a theme."""
        if self.rng.random() < AGAINST[leaning]:
            return ["against"]
        length = voice.wordy * (0.7 if brief else 1.0) + 0.15 * float(self.rng.normal())
        if length < 0.13:
            return ["short"]
        if length < 0.68:
            return ["ask" if self.rng.random() < 0.6 else "story"]
        parts = ["ask", "story"] if self.rng.random() < 0.55 else ["story", "ask"]
        return [parts[0], "story", parts[1]] if length > 1.0 else parts

    def _fresh(self, theme: str, part: str) -> str:
        """That kind of sentence, or an ask once all of the kind have been heard often enough."""
        return part if part == "short" or not self.decks[theme, part].is_worn() else "ask"

    def _said(self, theme: str, part: str, voice: Voice) -> str:
        """A sentence of that kind; to most asks a reason is added, so that few are quite the same."""
        sentence = self._line(theme, part, voice)
        if part == "ask" and not REASONED.search(sentence) and self.rng.random() < 0.7:
            link = str(self.rng.choice(LINKS))
            return f"{sentence.rstrip('.')}{link}{self._line(theme, 'because', voice)}."
        return sentence

    def _list(self, passages: list[list[str]]) -> str:
        marker = str(self.rng.choice(["- {}", "* {}", "{n}. {}", "{n}) {}", "• {}"]))
        lines = [" ".join(passage) for passage in passages]
        return "\n".join(
            marker.replace("{n}", str(number)).replace("{}", line) for number, line in enumerate(lines, 1)
        )

    def _prose(self, passages: list[list[str]], voice: Voice) -> str:
        if self.rng.random() < 0.025 and voice.wordy > 0.3:
            passages = [*passages, [self._line("openers", "closer", voice)]]
        paragraphs = [" ".join(_stopped(sentence) for sentence in passage) for passage in passages]
        return ("\n\n" if voice.wordy > 0.8 and self.rng.random() < 0.5 else " ").join(paragraphs)

    def _opened(self, passage: list[str], voice: Voice, part: str, chance: float) -> list[str]:
        if len(passage[0]) < 25 or self.rng.random() >= chance:
            return passage
        return [joined(self._line("openers", part, voice), passage[0]), *passage[1:]]


def _stopped(sentence: str) -> str:
    return sentence if sentence[-1:] in ".!?)🌱🚌✊" else sentence + "."


def campaign() -> str:
    return read("campaign.txt")


def about_one_bus() -> str:
    return read("bus_52.txt")
