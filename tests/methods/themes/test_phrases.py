"""Phrases are found in whole arrays; here each is sought word by word."""

from __future__ import annotations

import random

import numpy as np
import pytest

from folkmoot.methods.themes.grammar import Grammar
from folkmoot.methods.themes.language import stop_words
from folkmoot.methods.themes.phrases import can_end, find_phrases
from folkmoot.methods.themes.roles import Roles
from folkmoot.methods.themes.spelling import usual_forms
from folkmoot.methods.themes.tokens import Tokens
from folkmoot.methods.themes.words import Clauses, clauses, is_unspaced, stem

WORDS = "the a of for to Bus buses bus NHS schools-free don't list safer 12 é ñandú 日 本 電 車 ข ค and or is , ! 😀"


def sought(text: Clauses, ends: frozenset[str], breaking: frozenset[str]) -> set[tuple[str, ...]]:
    """The phrases of a text, from each word that can end one to each other that does."""

    def able(word: str) -> bool:
        low = word.casefold()
        return low not in ends and stem(low) not in ends and any(sign.isalpha() for sign in word)

    found = set()
    for clause in text:
        for start in range(len(clause)):
            for stop in range(start + 1, len(clause) + 1):
                inside, size = clause[start + 1 : stop - 1], stop - start
                signs = [is_unspaced(word) for word in clause[start:stop]]
                joined = not all(map(able, inside))
                long_enough = 2 <= size <= 5 if signs[0] else size < 4 or (size == 4 and joined)
                broken = any(word.casefold() in breaking and not able(word) for word in inside)
                stems = tuple(map(stem, clause[start:stop]))
                ended = able(clause[start]) and able(clause[stop - 1])
                if ended and long_enough and not broken and len(set(signs)) == 1:
                    found |= {stems} if len(set(stems)) == size else set()
    return found


@pytest.mark.parametrize("seed", range(40))
def test_the_phrases_of_any_texts_are_those_that_are_sought_word_by_word(seed: int) -> None:
    lot = random.Random(seed)
    texts = [clauses(" ".join(lot.choices(WORDS.split(), k=lot.randint(0, 12)))) for _ in range(12)]
    grammar, stops = Grammar.of("en"), stop_words(["en"])
    tokens = Tokens.of(texts)
    able, people = can_end(tokens, stops), np.full(len(texts), 2)
    found = find_phrases(tokens, able, usual_forms(tokens), Roles.of(tokens, able, grammar), people)
    for number, text in enumerate(texts):
        here = {found.all[phrase] for phrase in found.said[number].indices.tolist()}
        assert here == sought(text, stops, grammar.breaking)
    assert found.rare.sum() == 0


def test_of_what_one_person_alone_said_in_several_words_only_the_number_is_kept() -> None:
    texts = [clauses("warm homes"), clauses("warm homes"), clauses("cold halls")]
    tokens, grammar = Tokens.of(texts), Grammar.of("en")
    able = can_end(tokens, frozenset())
    roles = Roles.of(tokens, able, grammar)
    found = find_phrases(tokens, able, usual_forms(tokens), roles, np.ones(3, dtype=np.int64))
    assert ("warm", "home") in found.all
    assert ("cold", "hall") not in found.all
    assert found.rare.tolist() == [0, 0, 1]
    assert {("cold",), ("hall",)} <= set(found.all)


def test_no_texts_have_no_phrases() -> None:
    tokens = Tokens.of([])
    able = can_end(tokens, frozenset())
    roles = Roles.of(tokens, able, Grammar.of("en"))
    found = find_phrases(tokens, able, {}, roles, np.zeros(0, dtype=np.int64))
    assert found.all == []
