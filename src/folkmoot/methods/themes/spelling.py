"""How words and phrases are usually written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from folkmoot.methods.themes.words import Clauses

SHORTENED = 5


def usual_forms(split: Sequence[Clauses]) -> dict[str, str]:
    """How each word is written inside a sentence, where a capital means something."""
    said: Counter[str] = Counter()
    for text in split:
        shouted = all(word.isupper() for clause in text for word in clause if len(word) > 3)
        for clause in text if not shouted else []:
            said.update(clause[1:])
    inside: dict[str, Counter[str]] = defaultdict(Counter)
    for word, count in said.items():
        inside[word.casefold()][word] += count
    return {word: usual_form(word, forms) for word, forms in inside.items()}


def usual_form(word: str, forms: Counter[str]) -> str:
    """The commonest form; small letters already where a quarter use them ("road" beside "Nashville Road").

    So for the capitals of a short word, which are an abbreviation's ("NHS").
    """
    if len(word) <= SHORTENED and word.upper() != word and forms[word.upper()] >= 0.5 * sum(forms.values()):
        return word.upper()
    if forms[word] >= 0.25 * sum(forms.values()):
        return word
    return min(forms.items(), key=lambda pair: (-pair[1], pair[0]))[0]


def usual_spelling(counts: Counter[str]) -> str:
    """The commonest spelling; the plural already where a third use it, since a theme is about many."""
    if len(counts) == 1:
        return next(iter(counts))
    best = min(counts.items(), key=lambda pair: (-pair[1], pair[0]))[0]
    plural = best + "s"
    return plural if counts[plural] >= counts.total() / 3 else best
