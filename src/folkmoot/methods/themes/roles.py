"""What part words play in these answers: as things, as what is done, as what things are said to be."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from folkmoot.methods.themes.grammar import DOING, QUALITY, THING, Grammar
from folkmoot.methods.themes.words import Clauses, stem

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
    def of(cls, split: Sequence[Clauses], can_end: Mapping[str, bool], grammar: Grammar) -> Roles:
        if not grammar.known:
            return cls(grammar, {}, frozenset(), frozenset())
        seen, things, doings, alone = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
        before_doings, after_doings = grammar.before_doings, grammar.after_doings
        for clause in chain.from_iterable(split):
            lowered = [word.casefold() for word in clause]
            able = [can_end[word] for word in lowered]
            seen.update([word for word, says in zip(lowered, able, strict=True) if says])
            around = zip(["", *lowered], lowered, [*lowered[1:], ""], able, [*able[1:], False], strict=False)
            for before, word, after, says, goes_on in around:
                if not says:
                    continue
                if before in before_doings or (after in after_doings and before not in grammar.before_things):
                    doings[word] += 1
                if not goes_on and (before != "to" or grammar.kind(word) != THING):
                    alone[word] += 1
                if _is_thing_here(grammar, before, word, after, goes_on):
                    things[word] += 1
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

    def is_cut(self, before: str, after: str, first: str, last: str) -> bool:
        """Whether a phrase between such words is cut out of a sentence: it follows a subject or precedes an object.

        Several words that begin with a doing are whole where they are a demand, at the start of what somebody says.
        """
        grammar = self.grammar
        if after in grammar.after_doings and before not in grammar.before_things:
            return True
        if before in grammar.before_doings:
            return first == last or grammar.kind(first) != QUALITY
        if first != last and before not in ("", "and") and self.is_doing(first):
            return True
        return before in grammar.before_qualities and (first.endswith("ing") or grammar.kind(first) != THING)

    def is_doing(self, word: str) -> bool:
        return word in self.doings or self.grammar.kind(word) == DOING


def _is_thing_here(grammar: Grammar, before: str, word: str, after: str, goes_on: bool) -> bool:
    kind = grammar.kind(word)
    if kind == DOING:
        called_for = before in grammar.before_things or (not goes_on and grammar.kind(before) == QUALITY)
        return called_for and after not in grammar.after_doings
    if goes_on or after in grammar.after_doings or before in grammar.before_doings:
        return False
    if kind == QUALITY:
        return before in grammar.before_things and after not in ("and", "or")
    return before not in grammar.before_qualities or not word.endswith("ing")


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
