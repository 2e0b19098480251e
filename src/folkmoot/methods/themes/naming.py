"""Name a theme in the words of the people who raised it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from folkmoot.methods.themes.embedding import Vectors
from folkmoot.methods.themes.grouping import Labels
from folkmoot.methods.themes.words import clauses, is_unspaced, stem, word_list

LONGEST, LONGEST_UNSPACED = 3, 5
FEWEST, AT_LEAST = 3, 2
"""A phrase must come from three people, from two where no two phrases do."""
SHORTLIST, PHRASES = 20, 5
MOSTLY = 0.6
RARE = 0.07
# Endings of words that need a noun beside them: "dangerous", "legalized", "competitive".
THINGLY = 0.5
"""A word that ends a phrase of a thing in half its places counts as a thing."""
QUALITIES = ("ous", "able", "ible", "ful", "less", "ive", "ed", "ly", "ize", "ise", "ical", "est", "ier")
COMMON_START = 6
COMMON = 0.12
"""A second phrase in a name comes from this share of the theme's people."""
SPOKEN, SPOKEN_FIRST = 0.3, 0.2
"""Where fewer of a theme's people use any word of its phrases, or of its first two, these name something else."""
MEANING, DISTINCT, LIFT = 0.5, 0.3, 0.2
MIXED = "Mixed: no common thread"

Phrase = tuple[str, ...]
"""The stems of a phrase, by which "bus route" and "Bus routes" are one."""


@dataclass(frozen=True)
class Vocabulary:
    """Which phrases stand in which points, how they are written, and which words name nothing here.

    `faint` phrases say little by themselves, or only what was asked; they name a theme that has no others.
    `thingly` is how often a word ends what could be the name of a thing, from 0 to 1.
    """

    phrases: list[frozenset[Phrase]]
    written: dict[Phrase, str]
    ends: frozenset[str]
    faint: frozenset[Phrase]
    thingly: dict[str, float]


def read_vocabulary(
    texts: Sequence[str], question: str, stops: frozenset[str], labels: Labels, before_others: frozenset[str]
) -> Vocabulary:
    """Find the candidate phrases of each text: one to three words without a stop word at either end.

    `before_others` are the words that tell verbs and qualities from things; none for languages without a list.
    """
    split = [clauses(text) for text in texts]
    forms = _usual_forms(split)
    ends = stops | _place_names(split, forms, labels)
    weak = word_list("vague") | _ubiquitous(split, labels) | _asked(split, question, stops)
    written: dict[Phrase, Counter[str]] = defaultdict(Counter)
    phrases, faint = [], set[Phrase]()
    for text in split:
        found = set()
        for clause in text:
            for words in _runs(clause, ends):
                phrase = tuple(stem(word) for word in words)
                if len(set(phrase)) == len(phrase):
                    faint |= {phrase} if _weak(words, phrase, ends, weak) else set()
                    found.add(phrase)
                    written[phrase][_spelt(words, forms)] += 1
        phrases.append(frozenset(found))
    usual = {phrase: _usual_spelling(counts) for phrase, counts in written.items()}
    return Vocabulary(phrases, usual, ends, frozenset(faint), _thingly(split, stops, before_others))


def _thingly(
    split: list[list[list[str]]], stops: frozenset[str], before_others: frozenset[str]
) -> dict[str, float]:
    """How often each word ends a phrase (a stop word or nothing follows) and no verb or quality is expected.

    Tells "rent" from "unpaid" and "retire" without a dictionary of parts of speech.
    """
    seen: Counter[str] = Counter()
    things: Counter[str] = Counter()
    for text in split if before_others else []:
        for clause in text:
            lowered = [word.casefold() for word in clause]
            for word, before, after in zip(lowered, ["", *lowered], [*lowered[1:], ""], strict=False):
                seen[stem(word)] += 1
                things[stem(word)] += (not after or after in stops) and before not in before_others
    return {word: things[word] / count for word, count in seen.items()}


def _asked(split: list[list[list[str]]], question: str, stops: frozenset[str]) -> set[str]:
    """The question's own words and their families: whoever answers repeats them."""
    asked = {stem(word) for clause in clauses(question) for word in clause if word.casefold() not in stops}
    said = {stem(word) for text in split for clause in text for word in clause}
    return asked | {word for word in said if any(alike(word, other) for other in asked)}


def _runs(clause: list[str], ends: frozenset[str]) -> list[list[str]]:
    found = []
    for start, word in enumerate(clause):
        if word.casefold() in ends or not any(c.isalpha() for c in word):
            continue
        shortest, longest = (2, LONGEST_UNSPACED) if is_unspaced(word) else (1, LONGEST)
        for stop in range(start + shortest, min(start + longest, len(clause)) + 1):
            last = clause[stop - 1]
            if is_unspaced(last) != is_unspaced(word):
                break
            if last.casefold() not in ends and any(c.isalpha() for c in last):
                found.append(clause[start:stop])
    return found


def _weak(words: list[str], phrase: Phrase, ends: frozenset[str], weak: frozenset[str]) -> bool:
    """Whether nothing in the phrase says anything by itself."""
    if is_unspaced(words[0]):
        return False
    lowered = [word.casefold() for word in words]
    return all(
        low in weak or piece in weak or low in ends or len(low) < 2 or (len(low) == 2 and low == word)
        for low, piece, word in zip(lowered, phrase, words, strict=True)
    )


def _usual_forms(split: list[list[list[str]]]) -> dict[str, str]:
    """How each word is written inside a sentence, where a capital means something."""
    inside: dict[str, Counter[str]] = defaultdict(Counter)
    for text in split:
        shouted = all(word.isupper() for clause in text for word in clause if len(word) > 3)
        for clause in text:
            for position, word in enumerate(clause):
                if position and not shouted:
                    inside[word.casefold()][word] += 1
    return {word: _usual_form(word, forms) for word, forms in inside.items()}


def _usual_form(word: str, forms: Counter[str]) -> str:
    """The commonest form; small letters already where a quarter use them ("road" beside "Nashville Road")."""
    if forms[word] >= 0.25 * sum(forms.values()):
        return word
    return min(forms.items(), key=lambda pair: (-pair[1], pair[0]))[0]


def _usual_spelling(counts: Counter[str]) -> str:
    """The commonest spelling; the plural already where a third use it, since a theme is about many."""
    best = min(counts.items(), key=lambda pair: (-pair[1], pair[0]))[0]
    plural = best + "s"
    return plural if counts[plural] >= counts.total() / 3 else best


def _spelt(words: list[str], forms: dict[str, str]) -> str:
    joint = "" if is_unspaced(words[0]) else " "
    return joint.join(forms.get(word.casefold(), word.casefold()) for word in words)


def _spread(split: list[list[list[str]]], labels: Labels) -> dict[str, Counter[int]]:
    """In how many points of each group a word stands."""
    spread: dict[str, Counter[int]] = defaultdict(Counter)
    for text, label in zip(split, labels.tolist(), strict=True):
        for word in {word.casefold() for clause in text for word in clause}:
            spread[word][label] += 1
    return spread


def _place_names(split: list[list[list[str]]], forms: dict[str, str], labels: Labels) -> frozenset[str]:
    """Proper names that turn up everywhere: where people live, not what they say about it."""
    return frozenset(
        word
        for word, groups in _spread(split, labels).items()
        if forms.get(word, word)[:1].isupper()
        and sum(groups.values()) >= 5
        and len(groups) >= 5
        and max(groups.values()) <= 0.4 * sum(groups.values())
    )


def _ubiquitous(split: list[list[list[str]]], labels: Labels) -> set[str]:
    """Words in a tenth of all points and in most groups: what everybody was asked about."""
    groups_there = len(set(labels.tolist()))
    if groups_there < 4:
        return set()
    return {
        word
        for word, groups in _spread(split, labels).items()
        if sum(groups.values()) >= 0.1 * len(split) and len(groups) > 0.6 * groups_there
    }


@dataclass(frozen=True)
class Candidate:
    phrase: Phrase
    text: str
    score: float
    share: float


def name_themes(
    vocabulary: Vocabulary,
    labels: Labels,
    people: Labels,
    centres: Vectors,
    embed: Callable[[Sequence[str]], Vectors],
    *,
    faint_will_do: bool = True,
) -> list[list[Candidate]]:
    """For each theme its best phrases, best first, no two sharing a word; none if nothing is repeated.

    A phrase scores half for being near the theme's centre in meaning, .3 for being frequent here and rare
    elsewhere (c-TF-IDF: Grootendorst 2022, arXiv:2203.05794), .2 for lift. `labels` and `people` (how many
    made it) go by point; a group of -1 has no name but counts as elsewhere. Faint phrases name a theme
    without others only if they will do.
    """
    counts, sizes = _phrase_counts(vocabulary, labels, people)
    total: Counter[Phrase] = Counter()
    for found in counts.values():
        total.update(found)
    shortlists = [
        _shortlist(counts[theme], total, sizes, theme, vocabulary.faint, faint_will_do)
        for theme in range(len(centres))
    ]
    phrases = sorted({phrase for shortlist in shortlists for phrase in shortlist})
    vectors = embed([vocabulary.written[phrase] for phrase in phrases])
    place = {phrase: row for row, phrase in enumerate(phrases)}
    named = []
    for theme, shortlist in enumerate(shortlists):
        candidates = []
        for phrase, (distinct, lift) in shortlist.items():
            meaning = float(vectors[place[phrase]] @ centres[theme])
            share = counts[theme][phrase] / max(sizes[theme], 1)
            score = MEANING * meaning + DISTINCT * distinct + LIFT * lift
            score -= _awkwardness(phrase, share, vocabulary.thingly)
            candidates.append(Candidate(phrase, vocabulary.written[phrase], score, share))
        named.append(_best(candidates, vectors, place, vocabulary.ends))
    return named


def _awkwardness(phrase: Phrase, share: float, thingly: dict[str, float]) -> float:
    """What a phrase loses for reading badly: a lone quality or deed, no thing at its end, words of a few."""
    lone = 0.15 if len(phrase) == 1 and phrase[0].endswith(QUALITIES) else 0.0
    no_thing = 0.25 * (1 - min(1.0, thingly.get(phrase[-1], 1.0) / THINGLY))
    return lone + no_thing + (0.2 if share < RARE else 0.0)


def _phrase_counts(
    vocabulary: Vocabulary, labels: Labels, people: Labels
) -> tuple[dict[int, Counter[Phrase]], Counter[int]]:
    counts: dict[int, Counter[Phrase]] = defaultdict(Counter)
    sizes: Counter[int] = Counter()
    for phrases, label, made in zip(vocabulary.phrases, labels.tolist(), people.tolist(), strict=True):
        sizes[label] += made
        for phrase in phrases:
            counts[label][phrase] += made
    return counts, sizes


def _shortlist(
    here: Counter[Phrase],
    total: Counter[Phrase],
    sizes: Counter[int],
    theme: int,
    faint: frozenset[Phrase],
    faint_will_do: bool,
) -> dict[Phrase, tuple[float, float]]:
    """The most telling phrases of a theme with their c-TF-IDF (1 for the best) and lift (0 to 1)."""
    everybody = sum(sizes.values())
    average = sum(total.values()) / max(len(sizes), 1)
    parts = _parts_of_longer(here, faint)
    whole = {phrase: count for phrase, count in here.items() if phrase not in parts}
    usable = [phrase for phrase, count in whole.items() if count >= FEWEST and phrase not in faint]
    if len(usable) < 2:
        usable = [phrase for phrase, count in whole.items() if count >= AT_LEAST and phrase not in faint]
    if not usable and faint_will_do:
        usable = [phrase for phrase, count in whole.items() if count >= FEWEST and len(phrase) > 1]
    weights = {phrase: here[phrase] * np.log1p(average / total[phrase]) for phrase in usable}
    most = max(weights.values(), default=1.0)
    rarest = np.log(everybody / max(sizes[theme], 1)) or 1.0
    found = {}
    for phrase in usable:
        lift = np.log((here[phrase] / max(sizes[theme], 1)) / (total[phrase] / everybody)) / rarest
        found[phrase] = (float(weights[phrase] / most), float(np.clip(lift, 0, 1)))
    best = sorted(
        found, key=lambda phrase: (-(DISTINCT * found[phrase][0] + LIFT * found[phrase][1]), phrase)
    )
    return {phrase: found[phrase] for phrase in best[:SHORTLIST]}


def _parts_of_longer(here: Counter[Phrase], faint: frozenset[Phrase]) -> set[Phrase]:
    """Phrases that nearly always stand inside one longer phrase ("health" in "health care")."""
    parts = set()
    for longer, count in here.items():
        if count < FEWEST:
            continue
        for size in range(1, len(longer) if longer not in faint else 0):
            for start in range(len(longer) - size + 1):
                part = longer[start : start + size]
                if count >= MOSTLY * here[part]:
                    parts.add(part)
    return parts


def _best(
    candidates: list[Candidate], vectors: Vectors, place: dict[Phrase, int], ends: frozenset[str]
) -> list[Candidate]:
    """Maximal marginal relevance without shared words (Carbonell, Goldstein, doi:10.1145/290941.291025)."""
    chosen: list[Candidate] = []
    rest = sorted(candidates, key=lambda candidate: (-round(candidate.score, 6), candidate.text))
    while rest and len(chosen) < PHRASES:

        def relevance(candidate: Candidate) -> float:
            near = [
                float(vectors[place[candidate.phrase]] @ vectors[place[other.phrase]]) for other in chosen
            ]
            return candidate.score - 0.3 * max(near, default=0.0)

        best = max(rest, key=lambda candidate: round(relevance(candidate), 6))
        chosen.append(best)
        rest = [candidate for candidate in rest if not _share_a_word(candidate.phrase, best.phrase, ends)]
    return chosen


def _share_a_word(one: Phrase, other: Phrase, ends: frozenset[str]) -> bool:
    return any(alike(a, b) for a in one for b in other if a not in ends and b not in ends)


def alike(one: str, other: str) -> bool:
    """Whether two stems are of one family: "homeless" and "homelessness", "fund" and "funded"."""
    shorter, longer = sorted((one, other), key=len)
    if is_unspaced(one) or len(shorter) < 4:
        return one == other
    return longer.startswith(shorter) or one[:COMMON_START] == other[:COMMON_START]


def title(candidates: Sequence[Candidate], taken: set[str]) -> str:
    """A name of one phrase, or of two where the first is one word or few people used it.

    Where another theme has that name already, other phrases stand in, and in the end a number.
    """
    if not candidates:
        return MIXED
    first = candidates[0]
    common = [first, *(other for other in candidates[1:] if other.share >= COMMON)]
    enough = 2 if len(common) > 1 and (len(first.phrase) == 1 or first.share < 0.25) else 1
    texts = [candidate.text for candidate in common]
    texts += [candidate.text for candidate in candidates if candidate.text not in texts]
    names = [_joined(texts[:length]) for length in range(enough, min(len(texts), enough + 1) + 1)]
    names += [_joined([texts[0], other]) for other in texts[2:]] + [_joined([text]) for text in texts]
    names += [f"{names[0]} ({number})" for number in range(2, len(taken) + 3)]
    return next(name for name in names if name not in taken)


def is_spoken(candidates: Sequence[Candidate], texts: Sequence[frozenset[Phrase]], people: Labels) -> bool:
    """Whether enough of a theme's people use a word of its phrases, given what each point says."""

    def share(telling: Sequence[Candidate]) -> float:
        wanted = {(word,) for candidate in telling for word in candidate.phrase}
        said = np.array([not wanted.isdisjoint(phrases) for phrases in texts], dtype=bool)
        return float(people[said].sum() / max(people.sum(), 1))

    return share(candidates) >= SPOKEN and share(candidates[:2]) >= SPOKEN_FIRST


def _joined(texts: list[str]) -> str:
    plain_and = len(texts) == 2 and not any(" and " in text or is_unspaced(text) for text in texts)
    name = (" and " if plain_and else ", ").join(texts)
    return name[:1].upper() + name[1:]
