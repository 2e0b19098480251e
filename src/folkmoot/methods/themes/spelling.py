"""How words and phrases are usually written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from folkmoot.methods.themes.tokens import NO_WORD, Numbers, Tokens, before
from folkmoot.methods.themes.words import is_unspaced

SHORTENED = 5
SLIP, SLIP_KNOWN, SLIP_LONG = 20, 5, 3
"""A slip is this many times rarer than the word that was meant, or that many if it is on a list, or so long that
no other word is likely to be near it."""
LONG_ENOUGH, LONG = 6, 8


def without_slips(tokens: Tokens, known: frozenset[str], people: Numbers) -> Tokens:
    """Words with the commonest slips of the pen mended, for naming only: "teh" and "becuase", "shoud".

    A slip is a word on no list that becomes a far commoner one when two neighbouring letters change places
    or a letter that is missing inside is put back. `people` is how many wrote each text.
    """
    words, said = tokens.lowered, tokens.is_word
    wrote = np.bincount(words.at[said], people[tokens.text[said]], minlength=len(words.values))
    counts = {word: int(count) for word, count in zip(words.values, wrote, strict=True) if word}
    meant: dict[str, str] = {}
    for word, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        needed = SLIP_LONG if len(word) >= LONG else SLIP_KNOWN if word in known else SLIP
        for slip in _slips(word) if count >= needed else []:
            if slip in counts and slip not in known and count >= needed * counts[slip]:
                meant.setdefault(slip, word)
    if not meant:
        return tokens
    return replace(tokens, words=[meant.get(word.casefold(), word) for word in tokens.words])


def _slips(word: str) -> set[str]:
    if not word.replace("'", "").isalpha() or is_unspaced(word):
        return set()
    swapped = {
        word[:place] + word[place + 1] + word[place] + word[place + 2 :] for place in range(len(word) - 1)
    }
    inside = range(1, len(word) - 1) if len(word) >= LONG_ENOUGH else range(0)
    return (swapped | {word[:place] + word[place + 1 :] for place in inside}) - {word}


def usual_forms(tokens: Tokens) -> dict[str, str]:
    """How each word is written inside a sentence, where a capital means something."""
    quiet = tokens.written.flags(lambda word: len(word) > 3 and not word.isupper())
    shouted = np.bincount(tokens.text, quiet, minlength=max(tokens.texts, 1)) == 0
    inside = tokens.is_word & (before(tokens.code) != NO_WORD) & ~shouted[tokens.text]
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for word, count in zip(tokens.written.values, tokens.written.counts(inside).tolist(), strict=True):
        if count:
            said[word.casefold()][word] = count
    return {word: usual_form(word, forms) for word, forms in said.items()}


def usual_form(word: str, forms: Counter[str]) -> str:
    """The commonest form; small letters already where a quarter use them ("road" beside "Nashville Road").

    So for the capitals of a short word, which are an abbreviation's ("NHS").
    """
    if len(word) <= SHORTENED and word.upper() != word and forms[word.upper()] >= 0.5 * sum(forms.values()):
        return word.upper()
    if forms[word] >= 0.25 * sum(forms.values()):
        return word
    return min(forms.items(), key=lambda pair: (-pair[1], pair[0]))[0]


def usual_spelling(counts: Mapping[str, int]) -> str:
    """The commonest spelling; the plural already where a third use it, since a theme is about many."""
    if len(counts) == 1:
        return next(iter(counts))
    best = min(counts.items(), key=lambda pair: (-pair[1], pair[0]))[0]
    plural = best + "s"
    return plural if counts.get(plural, 0) >= sum(counts.values()) / 3 else best
