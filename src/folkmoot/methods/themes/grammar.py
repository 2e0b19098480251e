"""What a word can be beside others: a thing, a quality, or what somebody does. Known for English alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from folkmoot.methods.themes.words import stem, word_list

THING, QUALITY, DOING = "thing", "quality", "doing"
# Endings of words that need a thing beside them ("dangerous", "legalized", "quickly"), and of what somebody does.
QUALITIES = ("ous", "able", "ible", "ful", "less", "ive", "ed", "ly", "ical", "est", "ier")
DOINGS = ("ize", "ise")
# Adjectives, adverbs and participles of the past, in the tags of the Penn Treebank.
QUALITY_TAGS = ("JJ", "RB", "VBN", "VBD")
DOING_TAGS = ("VB", "VBP", "VBZ")
# What the words of a family differ by: "regulate", "regulation", "regulatory"; not those who do it: "regulators".
FAMILY = tuple(
    "isation ization ational ability atory ation ative ition ibility ious ance ence able ible ment ness ical ity "
    "ism ist ing ion ive ous ful ish ant ent ate dom ety ier ed ly ty al ic at e y i".split()
)
SHORTEST_ROOT = 4
# What has lost its e before an ending: "voting", "safer", but not "paying", "eating".
LOST_E = re.compile("[^aeiou][aeiou][^aeiouwxy]")
# "Unethical" and "ethical" are of one family; "un" and "in" before a thing are seldom a no.
NO = ("un", "non", "imm", "imp", "ill", "irr")


@dataclass(frozen=True)
class Grammar:
    """Which words stand before and after what; all is empty, and every word a thing, where that is unknown.

    `breaking` words stand inside no name. After a quality, those of `joining` do not either ("free at the bus stop").
    """

    before_doings: frozenset[str] = frozenset()
    before_qualities: frozenset[str] = frozenset()
    before_things: frozenset[str] = frozenset()
    after_doings: frozenset[str] = frozenset()
    breaking: frozenset[str] = frozenset()
    joining: frozenset[str] = frozenset()
    kind: Callable[[str], str] = lambda _: THING
    root: Callable[[str], str] = stem

    @classmethod
    def of(cls, language: str) -> Grammar:
        if language not in ("en", "und"):
            return cls()
        doings, qualities = word_list("en_before_doings"), word_list("en_before_qualities")
        return cls(
            doings,
            qualities,
            word_list("en_before_things"),
            word_list("en_after_doings"),
            (doings | qualities | word_list("en")) - word_list("en_joining"),
            word_list("en_joining") - {"and", "&"},
            english_kind,
            english_root,
        )

    @property
    def known(self) -> bool:
        return bool(self.before_doings)

    def is_broken(self, words: Sequence[str]) -> bool:
        """Whether words that stand together are no phrase: "met your rep", "give people the buses", "homes cheaper"."""
        low = [word.casefold() for word in words]
        kinds = [self.kind(word) for word in low]
        if "or" in low or (len(low) > 1 and kinds[0] == DOING and stem(low[0]) != low[0]):
            return True
        if len(low) > 2 and kinds[0] == QUALITY and low[1] in self.joining:
            return True
        for place in range(1, len(low)):
            inside, thing_before = place < len(low) - 1, kinds[place - 1] == THING
            if thing_before and kinds[place] == QUALITY and low[place].endswith(("er", "ly", "ed")):
                return True
            if inside and kinds[place] == DOING and low[place - 1] != "to":
                return True
            if (
                place > 1
                and thing_before
                and low[place] in self.after_doings
                and low[place - 1] not in self.joining
            ):
                return True
        return False


@cache
def english_lexicon() -> dict[str, str]:
    """What a word mostly was in the Brown Corpus and the Penn Treebank, by its tag.

    From the tagger of Brill (1992, doi:10.3115/974499.974526), as TextBlob gives it out. Only this file of that
    package is read; its code, and what that needs, is not loaded.
    """
    package = find_spec("textblob")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("install textblob, whose lexicon says what English words mostly are")
    text = Path(package.origin).with_name("en").joinpath("en-lexicon.txt").read_text(encoding="utf-8")
    pairs = (line.split() for line in text.splitlines())
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2 and pair[0].isalpha() and pair[0].islower()}


@lru_cache(maxsize=1 << 16)
def english_kind(word: str) -> str:
    """What an English word mostly is; one with a hyphen tells of what kind a thing is ("zero-hours")."""
    low = word.casefold()
    if "-" in low:
        return QUALITY
    tag = english_lexicon().get(low) or english_lexicon().get(stem(low), "")
    if tag.startswith("NN"):
        return THING
    comparative = low.endswith("er") and any(
        english_lexicon().get(base, "").startswith("JJ") for base in (low[:-1], low[:-2], low[:-3])
    )
    if tag.startswith(QUALITY_TAGS) or low.endswith(QUALITIES) or comparative:
        return QUALITY
    return DOING if tag in DOING_TAGS or low.endswith(DOINGS) else THING


@lru_cache(maxsize=1 << 16)
def english_root(word: str) -> str:
    """What the words of a family begin with: "discrimin" of "discriminates" and "discrimination"."""
    low = stem(word)
    if english_kind(low) == QUALITY:
        low = low.removesuffix("er") if len(low) > SHORTEST_ROOT + 1 else low
        if low.startswith(NO):
            low = low[3:] if low.startswith("non") else low[2:]
    while ending := next(
        (end for end in FAMILY if low.endswith(end) and len(low) - len(end) >= SHORTEST_ROOT), ""
    ):
        low = low[: -len(ending)]
        if low[-1] == low[-2] and low[-1] not in "ls":
            low = low[:-1]
    short = low.removesuffix("ing").removesuffix("ed").removesuffix("er")
    return f"{short}e" if short != low and LOST_E.fullmatch(short) else low
