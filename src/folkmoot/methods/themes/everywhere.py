"""What everybody says, so that it names nothing: the question's own words, the places where people live."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import chain, pairwise

from folkmoot.methods.themes.grammar import Grammar
from folkmoot.methods.themes.grouping import Labels
from folkmoot.methods.themes.words import Clauses, clauses, is_unspaced, stem

NO_RARITY = 0.3
COMMON_START, SHORTEST = 6, 4
"""Stems of one family begin with so many letters, or the shorter with all of its own if they are so many."""


def spread_of(split: Sequence[Clauses], labels: Labels) -> dict[str, Counter[int]]:
    """In how many points of each group a word stands."""
    by_group: dict[int, Counter[str]] = defaultdict(Counter)
    for text, label in zip(split, labels.tolist(), strict=True):
        by_group[label].update(set(map(str.casefold, chain.from_iterable(text))))
    spread: dict[str, Counter[int]] = defaultdict(Counter)
    for label, words in by_group.items():
        for word, count in words.items():
            spread[word][label] = count
    return spread


def names_of_places(spread: dict[str, Counter[int]], forms: dict[str, str]) -> frozenset[str]:
    """Proper names that turn up everywhere: where people live, not what they say about it."""
    return frozenset(
        word
        for word, groups in spread.items()
        if forms.get(word, word)[:1].isupper()
        and sum(groups.values()) >= 5
        and len(groups) >= 5
        and max(groups.values()) <= 0.4 * sum(groups.values())
    )


def initials(texts: Sequence[Clauses], names: frozenset[str]) -> frozenset[str]:
    """What names of several words are shortened to: "bg" for "Bowling Green"."""
    found = set()
    for clause in chain.from_iterable(texts):
        for word, following in pairwise(map(str.casefold, clause)):
            if word in names and following in names and word != following:
                found.add(word[0] + following[0])
    return frozenset(found)


def asked(split: Sequence[Clauses], question: str, stops: frozenset[str], grammar: Grammar) -> set[str]:
    """The question's own words and their families: whoever answers repeats them."""
    own = [[stem(word) for word in clause if word.casefold() not in stops] for clause in clauses(question)]
    words = set(chain.from_iterable(own)) | _shortened(own)
    families, starts = set(map(grammar.root, words)), {word[:SHORTEST] for word in words}
    said = {stem(word) for text in split for clause in text for word in clause}
    return words | {
        word
        for word in said
        if grammar.root(word) in families
        or (word[:SHORTEST] in starts and any(alike(word, one) for one in words))
    }


def _shortened(own: list[list[str]]) -> set[str]:
    """What two or three words of a question may be shortened to: "ip" for "intellectual property"."""
    return {
        "".join(word[0] for word in clause[at : at + size])
        for clause in own
        for size in (2, 3)
        for at in range(len(clause) - size + 1)
    }


def capitals(question: str) -> frozenset[str]:
    """The names in a question, in small letters: what has a capital inside a sentence."""
    return frozenset(
        word.casefold() for clause in clauses(question) for word in clause[1:] if word[:1].isupper()
    )


def ubiquitous(spread: dict[str, Counter[int]], labels: Labels) -> set[str]:
    """Words in a tenth of all points that are no rarity in most groups: what everybody was asked about."""
    sizes = Counter(labels.tolist())
    if len(sizes) < 4:
        return set()

    def at_home(word_in: Counter[int]) -> int:
        usual = sum(word_in.values()) / len(labels)
        return sum(count >= NO_RARITY * usual * sizes[group] for group, count in word_in.items())

    return {
        word
        for word, groups in spread.items()
        if sum(groups.values()) >= 0.1 * len(labels) and at_home(groups) > 0.6 * len(sizes)
    }


def alike(one: str, other: str) -> bool:
    """Whether two stems are of one family: "homeless" and "homelessness", "fund" and "funded"."""
    shorter, longer = sorted((one, other), key=len)
    if is_unspaced(one) or len(shorter) < SHORTEST:
        return one == other
    return longer.startswith(shorter) or one[:COMMON_START] == other[:COMMON_START]
