"""What everybody says, so that it names nothing: the question's own words, the places where people live."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import numpy as np
from scipy import sparse

from folkmoot.methods.themes.grammar import Grammar
from folkmoot.methods.themes.grouping import Labels
from folkmoot.methods.themes.tokens import Numbers, Tokens, before
from folkmoot.methods.themes.words import clauses, is_unspaced, stem

NO_RARITY = 0.3
COMMON_START, SHORTEST = 6, 4
"""Stems of one family begin with so many letters, or the shorter with all of its own if they are so many."""


@dataclass(frozen=True)
class Spread:
    """In how many points of each group each word stands, in small letters: words × groups, of so many points each."""

    words: list[str]
    points: sparse.csr_matrix
    sizes: Numbers

    @classmethod
    def of(cls, tokens: Tokens, labels: Labels) -> Spread:
        words = len(tokens.lowered.values)
        standing = np.unique((tokens.text * words + tokens.lowered.at)[tokens.is_word])
        text, word = np.divmod(standing, words)
        groups, group = np.unique(labels, return_inverse=True)
        ones = np.ones(len(standing), dtype=np.int64)
        points = sparse.csr_matrix((ones, (word, group.reshape(-1)[text])), shape=(words, len(groups)))
        return cls(tokens.lowered.values, points, np.bincount(group.reshape(-1), minlength=len(groups)))

    @property
    def total(self) -> Numbers:
        return np.asarray(self.points.sum(axis=1), dtype=np.int64).ravel()


def names_of_places(spread: Spread, forms: dict[str, str]) -> frozenset[str]:
    """Proper names that turn up everywhere: where people live, not what they say about it."""
    most = spread.points.max(axis=1).toarray().ravel() if len(spread.sizes) else np.zeros(len(spread.words))
    total, groups = spread.total, np.diff(spread.points.indptr)
    everywhere = np.flatnonzero((total >= 5) & (groups >= 5) & (most <= 0.4 * total))
    names = (spread.words[word] for word in everywhere.tolist())
    return frozenset(word for word in names if forms.get(word, word)[:1].isupper())


def initials(tokens: Tokens, names: frozenset[str]) -> frozenset[str]:
    """What names of several words are shortened to: "bg" for "Bowling Green"."""
    words = tokens.lowered
    named = words.among(names)
    pairs = np.stack([before(words.at), words.at], axis=1)[named & before(named)]
    different = {(one, two) for one, two in pairs.tolist() if one != two}
    return frozenset(words.values[one][0] + words.values[two][0] for one, two in different)


def asked(tokens: Tokens, question: str, stops: frozenset[str], grammar: Grammar) -> set[str]:
    """The question's own words and their families: whoever answers repeats them."""
    own = [[stem(word) for word in clause if word.casefold() not in stops] for clause in clauses(question)]
    words = set(chain.from_iterable(own)) | _shortened(own)
    families, starts = set(map(grammar.root, words)), {word[:SHORTEST] for word in words}
    return words | {
        word
        for word in tokens.stems.values
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


def ubiquitous(spread: Spread, points: int) -> set[str]:
    """Words in a tenth of all points that are no rarity in most groups: what everybody was asked about."""
    total = spread.total
    if len(spread.sizes) < 4:
        return set()
    usual = total / points
    common = np.flatnonzero((total >= 0.1 * points) & (total > 0))
    at_home = spread.points[common].toarray() >= NO_RARITY * usual[common, None] * spread.sizes
    return {spread.words[word] for word in common[at_home.sum(axis=1) > 0.6 * len(spread.sizes)].tolist()}


def alike(one: str, other: str) -> bool:
    """Whether two stems are of one family: "homeless" and "homelessness", "fund" and "funded"."""
    shorter, longer = sorted((one, other), key=len)
    if is_unspaced(one) or len(shorter) < SHORTEST:
        return one == other
    return longer.startswith(shorter) or one[:COMMON_START] == other[:COMMON_START]
