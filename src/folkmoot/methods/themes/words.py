"""Words of a text for comparing and naming, and the words that name nothing."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

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
