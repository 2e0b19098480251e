"""Which phrases stand in which texts, how they are written, and which are pieces of longer ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import sparse

from folkmoot.methods.themes.roles import Roles
from folkmoot.methods.themes.spelling import usual_spelling
from folkmoot.methods.themes.tokens import Distinct, Flags, Numbers, Tokens, numbered
from folkmoot.methods.themes.words import is_unspaced

LONGEST, LONGEST_UNSPACED = 4, 5
"""Four words only with a stop word inside: "join a waiting list"."""
AT_LEAST = 2
"""What fewer people say in several words names nothing."""
MOSTLY = 0.6
"""A phrase that is cut out of a longer one more often is no name by itself."""

Phrase = tuple[str, ...]
"""The stems of a phrase, by which "bus route" and "Bus routes" are one."""


@dataclass(frozen=True)
class Phrases:
    """Phrases, by number, where they stand, their spellings, and which are fixed or pieces.

    `said` is points × phrases, 1 where one stands in the other. `rare` is how many more phrases of several words stand
    in each point that fewer than two people used, of which nothing else is known. `alone` are spellings of one word
    where no other goes on from it: "drugs", though "drug dealers" are commoner.
    """

    all: list[Phrase]
    said: sparse.csr_matrix
    rare: Numbers
    written: dict[Phrase, dict[str, int]]
    alone: dict[Phrase, dict[str, int]]
    fixed: frozenset[Phrase]
    pieces: frozenset[Phrase]

    def usual_spelling(self, phrase: Phrase) -> str:
        counts = self.written[phrase]
        if len(counts) > 1 and phrase in self.alone:
            counts = Counter(counts) + Counter(self.alone[phrase])
        return usual_spelling(counts)


def can_end(tokens: Tokens, ends: frozenset[str]) -> Flags:
    """Whether a phrase may start or end at each place: the word has letters, and is not among those that may not."""
    return tokens.written.flags(_has_letters) & ~(tokens.lowered.among(ends) | tokens.stems.among(ends))


@lru_cache(maxsize=1 << 16)
def _has_letters(word: str) -> bool:
    return any(character.isalpha() for character in word)


def find_phrases(
    tokens: Tokens, able: Flags, forms: dict[str, str], roles: Roles, people: Numbers
) -> Phrases:
    """The phrases of texts that so many `people` wrote each, and how they are used; `able` words can end one."""
    runs = _runs(tokens, able, roles.grammar.breaking)
    number = int(runs.phrase.max(initial=0)) + 1
    text, phrase = np.divmod(np.unique(tokens.text[runs.start] * number + runs.phrase), number)
    used = np.bincount(phrase, people[text], minlength=number) >= AT_LEAST
    used[runs.phrase[runs.size == 1]] = True
    rare = np.bincount(text[~used[phrase]], minlength=tokens.texts)
    renumbered = np.cumsum(used) - 1
    text, phrase = text[used[phrase]], renumbered[phrase[used[phrase]]]
    runs = runs.of(used[runs.phrase])
    runs = Runs(runs.start, runs.size, renumbered[runs.phrase])
    phrases = runs.words(tokens.stems)
    written, alone = _spellings(tokens, forms, runs, phrases, able)
    cut = np.bincount(runs.phrase[_is_cut(tokens, runs, able, roles)], minlength=len(phrases))
    times = np.bincount(runs.phrase, minlength=len(phrases))
    texts = np.bincount(phrase, minlength=len(phrases))
    fixed = (texts > 1) & ~_is_varied(tokens, runs, len(phrases))
    ones = np.ones(len(text), dtype=np.int64)
    return Phrases(
        phrases,
        sparse.csr_matrix((ones, (text, phrase)), shape=(tokens.texts, len(phrases))),
        rare,
        written,
        alone,
        frozenset(phrases[one] for one in np.flatnonzero(fixed).tolist()),
        frozenset(phrases[one] for one in np.flatnonzero(cut > MOSTLY * times).tolist()),
    )


@dataclass(frozen=True)
class Runs:
    """Where phrases start, of how many words they are, and which phrase each is."""

    start: Numbers
    size: Numbers
    phrase: Numbers

    def of(self, where: Flags) -> Runs:
        return Runs(self.start[where], self.size[where], self.phrase[where])

    def words(self, values: Distinct) -> list[Phrase]:
        """The words of each phrase, where it stands first."""
        first = np.unique(self.phrase, return_index=True)[1]
        ends = zip(self.start[first].tolist(), (self.start + self.size)[first].tolist(), strict=True)
        at = values.at.tolist()
        return [tuple(values.values[code] for code in at[start:stop]) for start, stop in ends]


def _runs(tokens: Tokens, able: Flags, breaking: frozenset[str]) -> Runs:
    """Stretches from one word that can end a phrase to another, with none in between that breaks it; no word twice.

    Four words are a phrase only with a stop word inside. Of a script without spaces, it takes two to five signs.
    """
    stems, unspaced = tokens.stems.at, tokens.written.flags(is_unspaced)
    breaks = tokens.lowered.among(breaking) & ~able
    start = np.flatnonzero(able)
    key = stems[start]
    joined, fresh = np.zeros(len(start), dtype=bool), np.ones(len(start), dtype=bool)
    found: list[tuple[Numbers, Numbers, Numbers]] = []
    phrases = 0
    for size in range(1, LONGEST_UNSPACED + 1):
        if size > 1:
            last = start + size - 1
            goes_on = tokens.is_word[last] & (unspaced[last] == unspaced[start])
            goes_on &= unspaced[start] | (size <= LONGEST)
            if size > 2:
                goes_on &= ~breaks[last - 1]
                joined = joined | ~able[last - 1]
            start, key, joined, fresh = start[goes_on], key[goes_on], joined[goes_on], fresh[goes_on]
            last = start + size - 1
            for before_it in range(1, size):
                fresh = fresh & (stems[last] != stems[last - before_it])
            key = numbered(key * len(tokens.stems.values) + stems[last])
        last = start + size - 1
        whole = able[last] & fresh & (joined | (size < LONGEST) | unspaced[start])
        whole &= (size > 1) | ~unspaced[start]
        kept = numbered(key[whole])
        found.append((start[whole], np.full(len(kept), size), kept + phrases))
        phrases += int(kept.max(initial=-1)) + 1
    starts, sizes, numbers = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return Runs(starts, sizes, numbers)


def _spellings(
    tokens: Tokens, forms: dict[str, str], runs: Runs, phrases: Sequence[Phrase], able: Flags
) -> tuple[dict[Phrase, dict[str, int]], dict[Phrase, dict[str, int]]]:
    """How often each phrase is spelt in what way; the same of single words from which none goes on."""
    spelt = tokens.by(lambda word: forms.get(word.casefold(), word.casefold()))
    key = spelt.at[runs.start]
    for place in range(1, int(runs.size.max(initial=1))):
        more = runs.size > place
        key[more] = numbered(key[more] * len(spelt.values) + spelt.at[runs.start[more] + place])
    pairs = runs.phrase * (int(key.max(initial=0)) + 1) + key
    _, first, pair, often = np.unique(pairs, return_index=True, return_inverse=True, return_counts=True)
    ends_alone = (runs.size == 1) & ~able[runs.start + runs.size]
    often_alone = np.bincount(pair.reshape(-1)[ends_alone], minlength=len(first)).tolist()
    spellings = runs.of(first)
    unspaced = tokens.written.flags(is_unspaced)[spellings.start].tolist()
    at, ends = spelt.at.tolist(), (spellings.start + spellings.size).tolist()
    written: dict[Phrase, dict[str, int]] = {phrase: {} for phrase in phrases}
    alone: dict[Phrase, dict[str, int]] = defaultdict(dict)
    for number, (start, stop) in enumerate(zip(spellings.start.tolist(), ends, strict=True)):
        phrase = phrases[spellings.phrase[number]]
        spelling = ("" if unspaced[number] else " ").join([spelt.values[code] for code in at[start:stop]])
        written[phrase][spelling] = int(often[number])
        if often_alone[number]:
            alone[phrase][spelling] = often_alone[number]
    return written, alone


def _is_varied(tokens: Tokens, runs: Runs, phrases: int) -> Flags:
    """Whether each phrase stands between other words in some place than in its first."""
    low, words = tokens.lowered.at, len(tokens.lowered.values)
    around = low[runs.start - 1] * words + low[runs.start + runs.size]
    first = np.unique(runs.phrase, return_index=True)[1]
    elsewhere = np.bincount(runs.phrase, around != around[first[runs.phrase]], minlength=phrases)
    return np.asarray(elsewhere > 0)


def _is_cut(tokens: Tokens, runs: Runs, able: Flags, roles: Roles) -> Flags:
    """Whether a phrase is cut out of a sentence, or out of a longer phrase, at each place where it stands."""
    if not roles.grammar.known:
        return np.zeros(len(runs.start), dtype=bool)
    stop = runs.start + runs.size
    longer = (runs.size > 1) & (able[stop] | ((runs.size > 2) & able[runs.start - 1]))
    return np.asarray(longer | roles.are_cut(tokens.lowered, runs.start, stop))
