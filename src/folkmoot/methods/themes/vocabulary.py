"""Which phrases people used, how they are written, and which of them can name something."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from folkmoot.methods.themes.grouping import Labels
from folkmoot.methods.themes.words import Clauses, clauses, is_unspaced, stem, without_slips, word_list

LONGEST, LONGEST_UNSPACED = 4, 5
"""Four words only with a stop word inside: "join a waiting list"."""
COMMON_START = 6
SHORTENED = 5
NO_RARITY = 0.3
MOSTLY = 0.6
"""A phrase that is cut out of a longer one more often is no name by itself."""

Phrase = tuple[str, ...]
"""The stems of a phrase, by which "bus route" and "Bus routes" are one."""


@dataclass(frozen=True)
class Neighbourhood:
    """Which words stand before and after verbs rather than things, and which break a name; empty if unknown."""

    before_others: frozenset[str]
    after_verbs: frozenset[str]
    breaking: frozenset[str]

    @classmethod
    def of(cls, language: str) -> Neighbourhood:
        if language not in ("en", "und"):
            return cls(frozenset(), frozenset(), frozenset())
        before = word_list("en_before_others")
        breaking = (before | word_list("en")) - word_list("en_joining")
        return cls(before, word_list("en_after_verbs"), breaking)


@dataclass(frozen=True)
class Vocabulary:
    """Which phrases stand in which points, how they are written, and which words name nothing here.

    `faint` phrases say little by themselves, or only what was asked; they name a theme that has no others.
    `fixed` phrases stand between the same two words wherever they stand, as in a sentence that was copied.
    `pieces` are cut out of longer ones: they stand mostly after a subject, before an object, or before
    another word that says something. `thingly` is how often a word ends what could be a thing's name, from 0 to 1.
    """

    phrases: list[frozenset[Phrase]]
    written: dict[Phrase, str]
    ends: frozenset[str]
    faint: frozenset[Phrase]
    fixed: frozenset[Phrase]
    pieces: frozenset[Phrase]
    thingly: dict[str, float]


def read_vocabulary(
    texts: Sequence[Clauses],
    question: str,
    stops: frozenset[str],
    labels: Labels,
    around: Neighbourhood,
    places: frozenset[str] = frozenset(),
    people: Sequence[int] | None = None,
) -> Vocabulary:
    """Find the candidate phrases of each text: one to four words without a stop word at either end.

    `places` are names of places that were found among more texts than these; `people` is how many wrote each.
    """
    weak_anywhere = word_list("vague")
    split = without_slips(texts, stops | weak_anywhere, people)
    forms = _usual_forms(split)
    spread = _spread(split, labels)
    places |= _place_names(spread, forms)
    places |= initials([*split, clauses(question)], places | _capitals(question))
    ends = stops | places
    weak = weak_anywhere | _ubiquitous(spread, labels) | _asked(split, question, stops)
    phrases, written, fixed, pieces = _find(split, forms, ends, around)
    faint = frozenset(phrase for phrase in written if _weak(phrase, written[phrase], ends, weak))
    usual = {phrase: _usual_spelling(counts) for phrase, counts in written.items()}
    return Vocabulary(phrases, usual, ends, faint, fixed, pieces, _thingly(split, stops, around))


def _find(
    split: Sequence[Clauses], forms: dict[str, str], ends: frozenset[str], around: Neighbourhood
) -> tuple[list[frozenset[Phrase]], dict[Phrase, Counter[str]], frozenset[Phrase], frozenset[Phrase]]:
    """The phrases of each text, their spellings, those that are fixed, and those that are pieces."""
    written: dict[Phrase, Counter[str]] = defaultdict(Counter)
    beside: dict[Phrase, tuple[str, str]] = {}
    places: Counter[Phrase] = Counter()
    varied = set[Phrase]()
    cut: Counter[Phrase] = Counter()
    phrases = []
    can_end = CanEnd(ends)
    for text in split:
        found = set()
        for clause in text:
            lowered = ["", *(word.casefold() for word in clause), ""]
            stems, spelt = [stem(word) for word in clause], [forms.get(low, low) for low in lowered[1:-1]]
            for start, stop in _runs(clause, can_end, around.breaking):
                phrase = tuple(stems[start:stop])
                if stop - start > 1 and len(set(phrase)) < len(phrase):
                    continue
                found.add(phrase)
                joint = "" if is_unspaced(clause[start]) else " "
                written[phrase][joint.join(spelt[start:stop])] += 1
                here = lowered[start], lowered[stop + 1]
                if here != beside.setdefault(phrase, here):
                    varied.add(phrase)
                if _is_cut(here, stop - start, can_end, around):
                    cut[phrase] += 1
        phrases.append(frozenset(found))
        places.update(found)
    fixed = frozenset(phrase for phrase, count in places.items() if count > 1 and phrase not in varied)
    pieces = frozenset(phrase for phrase, count in cut.items() if count > MOSTLY * written[phrase].total())
    return phrases, written, fixed, pieces


def _is_cut(beside: tuple[str, str], length: int, can_end: CanEnd, around: Neighbourhood) -> bool:
    """Whether a phrase here follows a subject or precedes an object, or several words go on with another."""
    before, after = beside
    going_on = length > 1 and bool(around.before_others) and can_end[after]
    return going_on or before in around.before_others or after in around.after_verbs


def _thingly(split: Sequence[Clauses], stops: frozenset[str], around: Neighbourhood) -> dict[str, float]:
    """How often each word ends a phrase (a stop word or nothing follows) and no verb or quality is expected.

    Tells "rent" from "unpaid" and "retire" without a dictionary of parts of speech.
    """
    seen: Counter[str] = Counter()
    things: Counter[str] = Counter()
    can_end = CanEnd(stops)
    for clause in chain.from_iterable(split) if around.before_others else ():
        lowered = list(map(str.casefold, clause))
        seen.update(lowered)
        for word, before, after in zip(lowered, ["", *lowered], [*lowered[1:], ""], strict=False):
            if not can_end[after] and after not in around.after_verbs and before not in around.before_others:
                things[word] += 1
    both: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for word, count in seen.items():
        both[stem(word)][0] += things[word]
        both[stem(word)][1] += count
    return {word: ends / count for word, (ends, count) in both.items()}


def _asked(split: Sequence[Clauses], question: str, stops: frozenset[str]) -> set[str]:
    """The question's own words and their families: whoever answers repeats them."""
    asked = {stem(word) for clause in clauses(question) for word in clause if word.casefold() not in stops}
    said = set(map(stem, {word for text in split for clause in text for word in clause}))
    return asked | {word for word in said if any(alike(word, other) for other in asked)}


def _runs(clause: list[str], can_end: CanEnd, breaking: frozenset[str]) -> list[tuple[int, int]]:
    """Where phrases start and stop: at words that can end one, with none in between that breaks it."""
    able = [can_end[word] for word in clause]
    unspaced = [is_unspaced(word) for word in clause]
    found = []
    for start in range(len(clause)):
        if not able[start]:
            continue
        shortest, longest = (2, LONGEST_UNSPACED) if unspaced[start] else (1, LONGEST)
        joined = False
        for stop in range(start + 1, min(start + longest, len(clause)) + 1):
            last, between = stop - 1, stop - 2
            if unspaced[last] != unspaced[start]:
                break
            if between > start and not able[between]:
                joined = True
                if clause[between].casefold() in breaking:
                    break
            long_enough = stop - start >= shortest
            if long_enough and able[last] and (joined or stop - start < LONGEST or unspaced[start]):
                found.append((start, stop))
    return found


class CanEnd(dict[str, bool]):
    """Whether a phrase may start or end with a word: it has letters, and is not among those that may not."""

    def __init__(self, ends: frozenset[str]) -> None:
        super().__init__()
        self.ends = ends

    def __missing__(self, word: str) -> bool:
        low = word.casefold()
        within = low in self.ends or stem(low) in self.ends
        self[word] = not within and any(character.isalpha() for character in word)
        return self[word]


def _weak(phrase: Phrase, spellings: Counter[str], ends: frozenset[str], weak: frozenset[str]) -> bool:
    """Whether nothing in the phrase says anything by itself, however it is spelt."""
    return all(_says_little(spelling, phrase, ends, weak) for spelling in spellings)


def _says_little(spelling: str, phrase: Phrase, ends: frozenset[str], weak: frozenset[str]) -> bool:
    if is_unspaced(spelling):
        return False
    return all(
        low in weak or piece in weak or low in ends or len(low) < 2 or (len(low) == 2 and low == word)
        for word, piece in zip(spelling.split(" "), phrase, strict=True)
        for low in [word.casefold()]
    )


def _usual_forms(split: Sequence[Clauses]) -> dict[str, str]:
    """How each word is written inside a sentence, where a capital means something."""
    said: Counter[str] = Counter()
    for text in split:
        shouted = all(word.isupper() for clause in text for word in clause if len(word) > 3)
        for clause in text if not shouted else []:
            said.update(clause[1:])
    inside: dict[str, Counter[str]] = defaultdict(Counter)
    for word, count in said.items():
        inside[word.casefold()][word] += count
    return {word: _usual_form(word, forms) for word, forms in inside.items()}


def _usual_form(word: str, forms: Counter[str]) -> str:
    """The commonest form; small letters already where a quarter use them ("road" beside "Nashville Road").

    So for the capitals of a short word, which are an abbreviation's ("NHS").
    """
    if len(word) <= SHORTENED and word.upper() != word and forms[word.upper()] >= 0.25 * sum(forms.values()):
        return word.upper()
    if forms[word] >= 0.25 * sum(forms.values()):
        return word
    return min(forms.items(), key=lambda pair: (-pair[1], pair[0]))[0]


def _usual_spelling(counts: Counter[str]) -> str:
    """The commonest spelling; the plural already where a third use it, since a theme is about many."""
    if len(counts) == 1:
        return next(iter(counts))
    best = min(counts.items(), key=lambda pair: (-pair[1], pair[0]))[0]
    plural = best + "s"
    return plural if counts[plural] >= counts.total() / 3 else best


def place_names(texts: Sequence[Clauses], labels: Labels) -> frozenset[str]:
    """Proper names that turn up in all sorts of groups, in small letters."""
    return _place_names(_spread(texts, labels), _usual_forms(texts))


def _spread(split: Sequence[Clauses], labels: Labels) -> dict[str, Counter[int]]:
    """In how many points of each group a word stands."""
    by_group: dict[int, Counter[str]] = defaultdict(Counter)
    for text, label in zip(split, labels.tolist(), strict=True):
        by_group[label].update(set(map(str.casefold, chain.from_iterable(text))))
    spread: dict[str, Counter[int]] = defaultdict(Counter)
    for label, words in by_group.items():
        for word, count in words.items():
            spread[word][label] = count
    return spread


def _place_names(spread: dict[str, Counter[int]], forms: dict[str, str]) -> frozenset[str]:
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


def _capitals(question: str) -> frozenset[str]:
    """The names in a question, in small letters: what has a capital inside a sentence."""
    return frozenset(
        word.casefold() for clause in clauses(question) for word in clause[1:] if word[:1].isupper()
    )


def _ubiquitous(spread: dict[str, Counter[int]], labels: Labels) -> set[str]:
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
    if is_unspaced(one) or len(shorter) < 4:
        return one == other
    return longer.startswith(shorter) or one[:COMMON_START] == other[:COMMON_START]
