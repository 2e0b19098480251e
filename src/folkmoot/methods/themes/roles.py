"""What part words play in these answers: as things, as what is done, as what things are said to be."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from folkmoot.methods.themes.grammar import DOING, QUALITY, THING, Grammar
from folkmoot.methods.themes.tokens import Distinct, Flags, Numbers, Tokens, after, before
from folkmoot.methods.themes.words import stem

KINDS = (DOING, QUALITY, THING)
OFTEN, MOSTLY, BESIDE = 0.3, 0.6, 0.4


@dataclass(frozen=True)
class Roles:
    """How words are used, where their language is known.

    `thingly` is how often a word, by its stem, stands as a thing would: nothing goes on from it, and no doing or
    quality is expected. What is mostly a quality or a doing needs a word before it that calls for a thing ("the
    homeless"). `doings` are what is said to be done ("to spread"). `predicates` are families of qualities that mostly
    stand without a thing after them: somebody says that something *is* so.
    """

    grammar: Grammar
    thingly: dict[str, float]
    doings: frozenset[str]
    predicates: frozenset[str]

    @classmethod
    def of(cls, tokens: Tokens, says: Flags, grammar: Grammar) -> Roles:
        """From all words of some texts, of which those that can end a phrase say something."""
        if not grammar.known:
            return cls(grammar, {}, frozenset(), frozenset())
        words = tokens.lowered
        around = _Around.of(tokens, says, grammar)
        doing = around.after_to_do | (around.before_done & ~around.called_for)
        alone_here = ~around.goes_on & ~(before(words.among({"to"})) & around.thing)
        seen, doings, alone, things = (
            _counter(words, where)
            for where in (says, says & doing, says & alone_here, says & around.stands_as_thing())
        )
        qualities = {word: count for word, count in seen.items() if grammar.kind(word) == QUALITY}
        # "Opioid crisis" speaks little against opioids, "committing suicide" against committing.
        free = {word: _places(grammar, word, count, alone[word]) for word, count in seen.items()}
        said_to_be = _ratios(alone, qualities, grammar.root)
        return cls(
            grammar,
            _ratios(things, free, stem),
            frozenset(word for word in seen if _is_done(word, doings, seen)),
            frozenset(family for family, often in said_to_be.items() if often > MOSTLY),
        )

    def are_cut(self, words: Distinct, start: Numbers, stop: Numbers) -> Flags:
        """Whether what stands from each start to before its stop is cut out of a sentence, by the words around it.

        It is where it follows a subject or precedes an object. Several words that begin with a doing are whole where
        they are a demand, at the start of what somebody says.
        """
        grammar, preceding = self.grammar, start - 1
        kind = {word: grammar.kind(word) for word in words.values}
        quality = words.flags(lambda word: kind[word] == QUALITY)
        is_done = words.flags(lambda word: kind[word] != THING or word.endswith("ing"))
        one_word = words.at[start] == words.at[stop - 1]
        has_object = words.among(grammar.after_doings)[stop] & ~words.among(grammar.before_things)[preceding]
        in_sentence = ~one_word & ~words.among({"", "and"})[preceding] & words.flags(self.is_doing)[start]
        said_to_be = words.among(grammar.before_qualities)[preceding] & is_done[start]
        has_subject = words.among(grammar.before_doings)[preceding]
        cut = np.where(has_subject, one_word | ~quality[start], in_sentence | said_to_be)
        return np.asarray(has_object | cut)

    def is_doing(self, word: str) -> bool:
        return word in self.doings or self.grammar.kind(word) == DOING


@dataclass(frozen=True)
class _Around:
    """Place by place, what kind of word stands there, and between what."""

    doing: Flags
    quality: Flags
    thing: Flags
    gerund: Flags
    goes_on: Flags
    after_to_do: Flags
    after_to_be: Flags
    after_quality: Flags
    before_done: Flags
    before_and: Flags
    called_for: Flags

    @classmethod
    def of(cls, tokens: Tokens, says: Flags, grammar: Grammar) -> _Around:
        words = tokens.lowered
        kind = [grammar.kind(word) for word in words.values]
        doing, quality, thing = (np.array([one == other for one in kind])[words.at] for other in KINDS)
        return cls(
            doing,
            quality,
            thing,
            words.flags(lambda word: word.endswith("ing")),
            after(says),
            before(words.among(grammar.before_doings)),
            before(words.among(grammar.before_qualities)),
            before(quality),
            after(words.among(grammar.after_doings)),
            after(words.among({"and", "or"})),
            before(words.among(grammar.before_things)),
        )

    def stands_as_thing(self) -> Flags:
        """Whether a word stands as a thing's name does; a doing or quality only where a thing is called for."""
        doing = (self.called_for | (~self.goes_on & self.after_quality)) & ~self.before_done
        free = ~(self.goes_on | self.before_done | self.after_to_do)
        quality = free & self.called_for & ~self.before_and
        thing = free & ~(self.after_to_be & self.gerund)
        return (self.doing & doing) | (self.quality & quality) | (self.thing & thing)


def _counter(words: Distinct, where: Flags) -> Counter[str]:
    counts = zip(words.values, words.counts(where).tolist(), strict=True)
    return Counter({word: count for word, count in counts if count})


def _places(grammar: Grammar, word: str, seen: int, alone: int) -> float:
    """In how many places a word could have stood as a thing."""
    if grammar.kind(word) == THING and not word.endswith("ing"):
        return alone + BESIDE * (seen - alone)
    return seen


def _ratios(
    some: Mapping[str, int], seen: Mapping[str, float], family: Callable[[str], str]
) -> dict[str, float]:
    """In what share of the places of all words of a family some words stand."""
    both: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for word, count in seen.items():
        pair = both[family(word)]
        pair[0] += some[word]
        pair[1] += count
    return {one: here / count for one, (here, count) in both.items() if count}


def _is_done(word: str, doings: Mapping[str, int], seen: Mapping[str, int]) -> bool:
    """Whether a word is often said to be done ("to spread"), or has a thing beside it ("innovate", "innovation")."""
    often = doings[word] > 1 and doings[word] >= OFTEN * seen[word]
    return often or (word.endswith("ate") and f"{word[:-1]}ion" in seen)
