"""Words of a text for comparing and naming, and the words that name nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain, repeat

# One Chinese, Japanese or Thai character is a word here; elsewhere a run of letters, with inner ' and -.
UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+(?:['’\-&][^\W_{UNSPACED}]+)*")
# Phrases stop at marks: "schools, roads" is not a phrase.
CLAUSE = re.compile(r"[.,;:!?…()\[\]\"“”«»/|—–•*<>=+。，！？；：、（）「」\n]+|\s-+\s")


Clauses = list[list[str]]
"""The words of a text, stretch by stretch."""


@cache
def word_list(name: str) -> frozenset[str]:
    """A shipped list of words, one or more a line, `#` for comments."""
    text = files("folkmoot.methods.themes").joinpath("lists", f"{name}.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() for word in line.partition("#")[0].split())


def words(text: str) -> list[str]:
    """The words of a text as they are written."""
    return WORD.findall(text.replace("’", "'"))


def clauses(text: str) -> Clauses:
    """The words of each stretch between marks."""
    return [found for part in CLAUSE.split(text) if (found := words(part))]


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """A rough stem, so that "roads" and "road" or "tax" and "taxes" count as one word."""
    word = word.casefold().removesuffix("'s")
    for ending, rest in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh")):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + rest
    if word.endswith(LATIN_PLURALS):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "ias", "news")):
        word = word[:-1]
    return word


# "buses", "viruses", "bonuses", but "houses", "causes", "clauses".
LATIN_PLURALS = ("buses", "nuses", "ruses", "puses", "tuses", "gases")


@lru_cache(maxsize=1 << 16)
def is_unspaced(word: str) -> bool:
    return bool(re.match(f"[{UNSPACED}]", word))


SLIP, SLIP_KNOWN, SLIP_LONG = 20, 5, 3
"""A slip is this many times rarer than the word that was meant, or that many if it is on a list, or so long that
no other word is likely to be near it."""
LONG_ENOUGH, LONG = 6, 8


def without_slips(
    split: Sequence[Clauses], known: frozenset[str], people: Sequence[int] | None = None
) -> Sequence[Clauses]:
    """Texts with the commonest slips of the pen mended, for naming only: "teh" and "becuase", "shoud".

    A slip is a word on no list that becomes a far commoner one when two neighbouring letters change places
    or a letter that is missing inside is put back. `people` is how many wrote each text: one each, if not given.
    """
    counts: Counter[str] = Counter()
    for text, wrote in zip(split, people if people is not None else repeat(1), strict=False):
        for word in map(str.casefold, chain.from_iterable(text)):
            counts[word] += wrote
    meant: dict[str, str] = {}
    for word, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        needed = SLIP_LONG if len(word) >= LONG else SLIP_KNOWN if word in known else SLIP
        for slip in _slips(word) if count >= needed else []:
            if slip in counts and slip not in known and count >= needed * counts[slip]:
                meant.setdefault(slip, word)
    if not meant:
        return split
    return [[[meant.get(word.casefold(), word) for word in clause] for clause in text] for text in split]


def _slips(word: str) -> set[str]:
    if not word.replace("'", "").isalpha() or is_unspaced(word):
        return set()
    swapped = {
        word[:place] + word[place + 1] + word[place] + word[place + 2 :] for place in range(len(word) - 1)
    }
    inside = range(1, len(word) - 1) if len(word) >= LONG_ENOUGH else range(0)
    return (swapped | {word[:place] + word[place + 1 :] for place in inside}) - {word}
