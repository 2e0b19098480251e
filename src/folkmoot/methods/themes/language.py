"""Which language people wrote in, and a warning where the model reads it badly."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache

from folkmoot.methods.themes.model import Language
from folkmoot.methods.themes.words import word_list, words

DETECTOR = "function words and scripts"
LANGUAGES = {
    "en": "English",
    "cy": "Welsh",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "sv": "Swedish",
}
ENOUGH_ENGLISH = 0.8
# The first word of a letter's Unicode name tells its script.
SCRIPTS = {
    "ARABIC": "ar",
    "HEBREW": "he",
    "CYRILLIC": "ru",
    "GREEK": "el",
    "CJK": "zh",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "THAI": "th",
    "DEVANAGARI": "hi",
    "BENGALI": "bn",
    "TAMIL": "ta",
    "GURMUKHI": "pa",
    "GUJARATI": "gu",
}


def detect_language(texts: Iterable[str]) -> Language:
    """The language of most texts that have four words or more, and the share of those texts.

    Latin script: the list of function words that is hit most often, at least once in eight words. Other
    scripts: by script alone, so that "ru" means Cyrillic and "ar" Arabic letters, whatever the language.
    "und" where neither says anything.
    """
    found = Counter(code for text in texts if (code := language_of(text)) is not None)
    total = sum(found.values())
    if total == 0:
        return Language("und", 0.0, DETECTOR, None)
    code, most = min(found.items(), key=lambda pair: (-pair[1], pair[0]))
    return Language(code, most / total, DETECTOR, _warning(found, total))


def _warning(found: Counter[str], total: int) -> str | None:
    english = found["en"]
    if english >= ENOUGH_ENGLISH * total:
        return None
    others = sorted(
        ((count, code) for code, count in found.items() if code != "en"), key=lambda pair: (-pair[0], pair[1])
    )
    seen = ", ".join(f"{code} {count}" for count, code in others[:3])
    return (
        f"Only {english} of {total} texts look English (others: {seen}). Texts were compared by a model "
        "trained on English: themes and names in other languages are less reliable. Nothing was translated."
    )


def language_of(text: str) -> str | None:
    """The code of one text's language, "und" if no list fits, None if it is too short to tell."""
    found = [word.casefold() for word in words(text)]
    script = _script(text)
    if script != "LATIN" and script is not None:
        return SCRIPTS.get(script, "und")
    if len(found) < 4:
        return None
    hits = Counter(code for word in found for code in LANGUAGES_OF.get(word, ()))
    best = max(hits.values(), default=0)
    if best * 8 < len(found):
        return "und"
    return next(code for code in LANGUAGES if hits[code] == best)


def _script(text: str) -> str | None:
    letters = [character for character in text[:2000] if character.isalpha()]
    if len(letters) < 4:
        return None
    scripts = Counter(map(_script_of, letters))
    # A Chinese clause is short and a Latin brand name long: a third of the letters is enough.
    script, _ = max(scripts.items(), key=lambda pair: (pair[1] * (1 if pair[0] == "LATIN" else 2), pair[0]))
    return script


@cache
def _script_of(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").split(" ")[0].split("-")[0]


def _languages_of_words() -> dict[str, list[str]]:
    """In which languages each function word stands."""
    found: dict[str, list[str]] = defaultdict(list)
    for code in LANGUAGES:
        for word in word_list("en_function" if code == "en" else code):
            found[word].append(code)
    return dict(found)


LANGUAGES_OF = _languages_of_words()


def stop_words(languages: Sequence[str]) -> frozenset[str]:
    """Words that no name begins or ends with, in English and the language that was found."""
    codes = [code for code in languages if code in LANGUAGES] + ["en"]
    codes += ["zh"] if {"zh", "ja"} & set(languages) else []
    return frozenset().union(*(word_list(code) for code in codes))
