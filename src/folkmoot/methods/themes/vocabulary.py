"""Which phrases people used, how they are written, and which of them can name something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from folkmoot.methods.themes import everywhere
from folkmoot.methods.themes.grammar import QUALITY, THING, Grammar
from folkmoot.methods.themes.grouping import Labels
from folkmoot.methods.themes.phrases import Phrase, can_end, find_phrases
from folkmoot.methods.themes.roles import Roles
from folkmoot.methods.themes.spelling import usual_forms, without_slips
from folkmoot.methods.themes.tokens import Flags, Numbers, Tokens
from folkmoot.methods.themes.words import Clauses, clauses, is_unspaced, stem, word_list


@dataclass(frozen=True)
class Vocabulary:
    """Which phrases stand in which points, how they are written, and which words name nothing here.

    `said` is points × phrases, in the order of `phrases`; `rare` is how many more stand in each point that no two
    people used. `families` are those of the words of each point. `faint` phrases say little by themselves, or only
    what was asked; `asked` are those of them with a word of the question, or one that is said everywhere. `fixed`
    phrases stand between the same two words wherever they stand, as in a sentence that was copied. `pieces` are mostly
    cut out of sentences or of longer phrases. `weak` words say little; so do all words of the families of `vague`
    things. `asked_families` are those of the question's words.
    """

    phrases: list[Phrase]
    said: sparse.csr_matrix
    rare: Numbers
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
    people: Numbers | None = None,
) -> Vocabulary:
    """Find the candidate phrases of each text: one to four words without a stop word at either end.

    `places` are names of places that were found among more texts than these; `people` is how many wrote each: one
    each, if not given.
    """
    vague = word_list("vague") | word_list("measures")
    people = np.ones(len(texts), dtype=np.int64) if people is None else people
    tokens = without_slips(Tokens.of(texts), stops | vague, people)
    forms = usual_forms(tokens)
    spread = everywhere.Spread.of(tokens, labels)
    places |= everywhere.names_of_places(spread, forms)
    names = places | everywhere.capitals(question)
    places |= everywhere.initials(tokens, names) | everywhere.initials(Tokens.of([clauses(question)]), names)
    ends = stops | places
    asked = everywhere.ubiquitous(spread, len(texts)) | everywhere.asked(tokens, question, stops, grammar)
    roles = Roles.of(tokens, can_end(tokens, stops), grammar)
    able = can_end(tokens, ends)
    found = find_phrases(tokens, able, forms, roles, people)
    faint = _faint(found.written, ends, vague | asked)
    return Vocabulary(
        found.all,
        found.said,
        found.rare,
        _families(tokens, able, grammar),
        {phrase: found.usual_spelling(phrase) for phrase in found.all},
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
    tokens = Tokens.of(texts)
    return everywhere.names_of_places(everywhere.Spread.of(tokens, labels), usual_forms(tokens))


def _families(tokens: Tokens, able: Flags, grammar: Grammar) -> list[frozenset[str]]:
    """The families of the words of each text that can end a phrase."""
    roots = tokens.by(lambda word: grammar.root(stem(word)))
    families: list[list[str]] = [[] for _ in range(tokens.texts)]
    for text, root in zip(tokens.text[able].tolist(), roots.at[able].tolist(), strict=True):
        families[text].append(roots.values[root])
    return list(map(frozenset, families))


def _faint(
    written: dict[Phrase, dict[str, int]], ends: frozenset[str], weak: frozenset[str]
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
