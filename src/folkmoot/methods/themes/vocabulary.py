"""Which phrases people used, how they are written, and which of them can name something."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, repeat

from folkmoot.methods.themes import everywhere
from folkmoot.methods.themes.grammar import QUALITY, THING, Grammar
from folkmoot.methods.themes.grouping import Labels
from folkmoot.methods.themes.roles import Roles
from folkmoot.methods.themes.spelling import usual_forms, usual_spelling
from folkmoot.methods.themes.words import Clauses, clauses, is_unspaced, stem, without_slips, word_list

LONGEST, LONGEST_UNSPACED = 4, 5
"""Four words only with a stop word inside: "join a waiting list"."""
AT_LEAST = 2
"""What fewer people say in several words names nothing."""
MOSTLY = 0.6
"""A phrase that is cut out of a longer one more often is no name by itself."""

Phrase = tuple[str, ...]
"""The stems of a phrase, by which "bus route" and "Bus routes" are one."""


@dataclass(frozen=True)
class Found:
    """The phrases of each point, the families of its words, spellings, and which phrases are fixed or pieces.

    Of phrases of several words that fewer than two people used nothing more is known than where they stand.
    `alone` are spellings of one word where no other goes on from it: "drugs", though "drug dealers" are commoner.
    """

    phrases: list[frozenset[Phrase]]
    families: list[frozenset[str]]
    written: dict[Phrase, Counter[str]]
    alone: dict[Phrase, Counter[str]]
    fixed: frozenset[Phrase]
    pieces: frozenset[Phrase]

    def usual_spelling(self, phrase: Phrase, counts: Counter[str]) -> str:
        many = len(counts) > 1 and phrase in self.alone
        return usual_spelling(counts + self.alone[phrase] if many else counts)


@dataclass(frozen=True)
class Vocabulary:
    """Which phrases stand in which points, how they are written, and which words name nothing here.

    `families` are those of the words of each point. `faint` phrases say little by themselves, or only what was asked;
    `asked` are those of them with a word of the question, or one that is said everywhere. `fixed` phrases stand
    between the same two words wherever they stand, as in a sentence that was copied. `pieces` are mostly cut out of
    sentences or of longer phrases. `weak` words say little; so do all words of the families of `vague` things.
    `asked_families` are those of the question's words.
    """

    phrases: list[frozenset[Phrase]]
    families: list[frozenset[str]]
    written: dict[Phrase, str]
    ends: frozenset[str]
    faint: frozenset[Phrase]
    asked: frozenset[Phrase]
    fixed: frozenset[Phrase]
    pieces: frozenset[Phrase]
    weak: frozenset[str]
    asked_families: frozenset[str]
    vague: frozenset[str]
    roles: Roles

    def family(self, phrase: Phrase) -> str:
        """The family of a phrase of one word."""
        return self.roles.grammar.root(phrase[0])

    def telling(self, phrase: Phrase) -> frozenset[str]:
        """The families of a phrase's words, but for a last word that says little ("ethical issues").

        Of "cruel practice" the first word will do, if things are mostly said to *be* cruel.
        """
        if is_unspaced(phrase[0]):
            return frozenset(phrase)
        grammar = self.roles.grammar
        said = self.written[phrase].casefold().split(" ")
        left = [word for word in said if word not in self.ends and stem(word) not in self.ends]
        while len(left) > 1 and phrase not in self.faint and self._says_little(left[-1]):
            left.pop()
        families = list(map(grammar.root, left))
        if grammar.kind(left[0]) == QUALITY and families[0] in self.roles.predicates:
            del families[1:]
        return frozenset(families)

    def is_narrowed(self, phrase: Phrase) -> bool:
        """Whether it speaks of more than the families that it is counted by."""
        return len(self.telling(phrase)) < sum(word not in self.ends for word in phrase)

    def is_vague(self, phrase: Phrase) -> bool:
        """Whether it is one word that says little elsewhere, though nobody asked for it and it measures nothing."""
        empty = word_list("measures") | word_list("relational")
        return (
            len(phrase) == 1
            and phrase in self.faint
            and phrase not in self.asked
            and empty.isdisjoint((phrase[0], self.written[phrase].casefold()))
        )

    def thing(self, phrase: Phrase) -> float:
        """How surely a phrase ends as a thing's name does, from 0 to 1; so do "right to die", "help for the poor"."""
        grammar = self.roles.grammar
        *before, last = self.written[phrase].casefold().split(" ")
        begun = before[:1] and (before[0] in word_list("relational") or before[0].endswith("ing"))
        if (begun and before[-1] == "to") or before[-1:] == ["the"]:
            return 1.0
        ratio = self.roles.thingly.get(phrase[-1], 1.0)
        return ratio if last in self.roles.doings or grammar.kind(last) != THING else min(1.0, 2 * ratio)

    def is_broken(self, phrase: Phrase) -> bool:
        """Whether it makes no phrase, or says no more than its end does ("form of murder")."""
        said = self.written[phrase].split(" ")
        empty = len(said) > 2 and said[1] == "of" and self._says_little(said[0].casefold())
        return (empty and phrase not in self.faint) or self.roles.grammar.is_broken(said)

    def says_the_question(self, phrase: Phrase) -> bool:
        """Whether words put together are one that everybody was asked about: "home schooling" of "homeschooling"."""
        root = self.roles.grammar.root
        return len(phrase) == 2 and root("".join(phrase)) in self.asked_families

    def _says_little(self, word: str) -> bool:
        return word in self.weak or stem(word) in self.weak


def read_vocabulary(
    texts: Sequence[Clauses],
    question: str,
    stops: frozenset[str],
    labels: Labels,
    grammar: Grammar,
    places: frozenset[str] = frozenset(),
    people: Sequence[int] | None = None,
) -> Vocabulary:
    """Find the candidate phrases of each text: one to four words without a stop word at either end.

    `places` are names of places that were found among more texts than these; `people` is how many wrote each.
    """
    vague = word_list("vague") | word_list("measures")
    split = without_slips(texts, stops | vague, people)
    forms = usual_forms(split)
    spread = everywhere.spread_of(split, labels)
    places |= everywhere.names_of_places(spread, forms)
    places |= everywhere.initials([*split, clauses(question)], places | everywhere.capitals(question))
    ends = stops | places
    asked = everywhere.ubiquitous(spread, labels) | everywhere.asked(split, question, stops, grammar)
    roles = Roles.of(split, CanEnd(stops), grammar)
    found = _find(split, forms, ends, roles, people)
    faint = _faint(found.written, ends, vague | asked)
    return Vocabulary(
        found.phrases,
        found.families,
        {phrase: found.usual_spelling(phrase, counts) for phrase, counts in found.written.items()},
        ends,
        faint,
        frozenset(phrase for phrase in faint if not asked.isdisjoint(phrase)),
        found.fixed,
        found.pieces,
        frozenset(vague | asked),
        frozenset(map(grammar.root, asked)),
        frozenset(grammar.root(word) for word in vague if grammar.kind(word) == THING),
        roles,
    )


def place_names(texts: Sequence[Clauses], labels: Labels) -> frozenset[str]:
    """Proper names that turn up in all sorts of groups, in small letters."""
    return everywhere.names_of_places(everywhere.spread_of(texts, labels), usual_forms(texts))


def _find(
    split: Sequence[Clauses],
    forms: dict[str, str],
    ends: frozenset[str],
    roles: Roles,
    people: Sequence[int] | None,
) -> Found:
    can_end = CanEnd(ends)
    texts = [[_stretch(clause, can_end, roles.grammar.breaking) for clause in text] for text in split]
    phrases = [frozenset(phrase for stretch in text for phrase, _, _ in stretch.runs) for text in texts]
    wrote, places = Counter[Phrase](), Counter[Phrase]()
    for found, made in zip(phrases, people if people is not None else repeat(1), strict=False):
        places.update(found)
        for phrase in found:
            wrote[phrase] += made
    written: dict[Phrase, Counter[str]] = defaultdict(Counter)
    alone: dict[Phrase, Counter[str]] = defaultdict(Counter)
    beside: dict[Phrase, tuple[str, str]] = {}
    varied = set[Phrase]()
    cut: Counter[Phrase] = Counter()
    for stretch in chain.from_iterable(texts):
        able, lowered = stretch.able, ["", *stretch.lowered, ""]
        spelt = [forms.get(low, low) for low in stretch.lowered]
        for phrase, start, stop in stretch.runs:
            size = stop - start
            if size > 1 and wrote[phrase] < AT_LEAST:
                continue
            spelling = ("" if is_unspaced(spelt[start]) else " ").join(spelt[start:stop])
            written[phrase][spelling] += 1
            goes_on = stop < len(able) and able[stop]
            if size == 1 and not goes_on:
                alone[phrase][spelling] += 1
            here = lowered[start], lowered[stop + 1]
            if here != beside.setdefault(phrase, here):
                varied.add(phrase)
            longer = size > 1 and (goes_on or (size > 2 and start > 0 and able[start - 1]))
            if roles.grammar.known and (longer or roles.is_cut(*here, lowered[start + 1], lowered[stop])):
                cut[phrase] += 1
    root = roles.grammar.root
    return Found(
        phrases,
        [frozenset(root(word) for stretch in text for word in stretch.telling()) for text in texts],
        written,
        alone,
        frozenset(phrase for phrase in written if places[phrase] > 1 and phrase not in varied),
        frozenset(phrase for phrase, count in cut.items() if count > MOSTLY * written[phrase].total()),
    )


@dataclass(frozen=True)
class Stretch:
    """The words between two marks, in small letters and by their stems; which can end a phrase, and phrases by place."""

    lowered: list[str]
    stems: list[str]
    able: list[bool]
    runs: list[tuple[Phrase, int, int]]

    def telling(self) -> list[str]:
        return [word for word, says in zip(self.stems, self.able, strict=True) if says]


def _stretch(clause: Sequence[str], can_end: CanEnd, breaking: frozenset[str]) -> Stretch:
    lowered = [word.casefold() for word in clause]
    stems, able = [stem(word) for word in clause], [can_end[word] for word in clause]
    runs = []
    for start, stop in _runs(lowered, able, breaking):
        phrase = tuple(stems[start:stop])
        if len(phrase) == 1 or len(set(phrase)) == len(phrase):
            runs.append((phrase, start, stop))
    return Stretch(lowered, stems, able, runs)


def _runs(clause: list[str], able: list[bool], breaking: frozenset[str]) -> list[tuple[int, int]]:
    """Where phrases start and stop: at words that can end one, with none in between that breaks it."""
    unspaced = [is_unspaced(word) for word in clause]
    found = []
    for start, starts in enumerate(able):
        if not starts:
            continue
        shortest, longest = (2, LONGEST_UNSPACED) if unspaced[start] else (1, LONGEST)
        joined = False
        for stop in range(start + 1, min(start + longest, len(clause)) + 1):
            last, between = stop - 1, stop - 2
            if unspaced[last] != unspaced[start]:
                break
            if between > start and not able[between]:
                joined = True
                if clause[between] in breaking:
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


def _faint(
    written: dict[Phrase, Counter[str]], ends: frozenset[str], weak: frozenset[str]
) -> frozenset[Phrase]:
    """Phrases in which nothing says anything by itself, however they are spelt; "right" says what it is to."""
    alone = weak | word_list("relational")
    return frozenset(
        phrase
        for phrase, spellings in written.items()
        if all(_says_little(one, phrase, ends, weak if len(phrase) > 1 else alone) for one in spellings)
    )


def _says_little(spelling: str, phrase: Phrase, ends: frozenset[str], weak: frozenset[str]) -> bool:
    if is_unspaced(spelling):
        return False
    return all(
        low in weak or piece in weak or low in ends or len(low) < 2 or (len(low) == 2 and low == word)
        for word, piece in zip(spelling.split(" "), phrase, strict=True)
        for low in [word.casefold()]
    )
