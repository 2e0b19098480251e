"""Split a response into the points it makes, each an exact stretch of the text as it was written."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from folkmoot.methods.themes.words import word_list, words

Span = tuple[int, int]

# What ends with a dot without ending a sentence.
ABBREVIATIONS = word_list("abbreviations")
SENTENCE_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s)|[。！？]+[」』”’）]*")
NEW_LINE = re.compile(r"\r\n|[\r\n\u2028\u2029]")
LINE_BREAK = re.compile(
    r"[ \t]*(?:(?:\r\n|[\r\n\u2028\u2029])|</?(?:br|p|li|ul|ol|div|h\d)\b[^<>]{0,200}>)\s*", re.IGNORECASE
)
LINE_MARKER = re.compile(r"(?:[-–—*•·‣▪●○◦→>]+[ \t]+|•|\(?(?:\d{1,2}|[a-hA-H])[.)][ \t]+|#+[ \t]+)")
RUNNING_MARKER = re.compile(r"(?:(?<=[\s;:,.])|^)\(?(\d{1,2})[.)][ \t]+(?=\S)")
BARE_MARKER = re.compile(r"(?:(?<=\s)|^)(\d{1,2})[ \t]+(?=[^\W\d])")
BULLETS = "-–—*•·‣▪●○◦"
FEWEST_NUMBERED = 3
"""Numbers without a mark count as a list's from "1 buses 2 rents 3 pay" on."""
LIST_MARKS = ((re.compile(r";(?:\s+|$)"), 2), (re.compile(r"\s+/\s+"), 3))
"""What parts short items in one line, and how many items there must be."""
SHORT_ITEM = 5
FEWEST_WORDS = 3
"""A sentence that starts in small letters has so many words, and so has the one before it."""
WORD = re.compile(r"\w")
TAG = re.compile(r"</?[A-Za-z!][^<>]{0,200}>")

READABLE_COST = 230
"""About how many tokens of one point the model reads (256, with a margin)."""
BREATHS = (re.compile(r";\s"), re.compile(r"[,:–—]\s"), re.compile(r"[，；、]"), re.compile(r"\s"))


def split_points(text: str) -> list[Span]:
    """Where each point of a response starts and ends, in reading order.

    Splits at the ends of sentences, at line breaks that do not merely wrap a sentence, at list markers (which
    belong to no point), and between short items that semicolons or slashes part. Any other sentence stays whole
    unless it is longer than the model can read: then it is cut at its last semicolon, comma or space, because
    the rest would otherwise go unread. Stretches without a letter or digit are no points.
    """
    spans = []
    for start, end in _lines(text):
        for first, last in _running_list(text, start, end):
            for sentence in _sentences(text, first, last):
                for item in _short_items(text, *sentence):
                    spans += list(_readable(text, *item))
    trimmed = (_trimmed(text, *span) for span in spans)
    return [(start, end) for start, end in trimmed if WORD.search(text, start, end)]


def plain(text: str) -> str:
    """The words of a text for comparing and naming: without mark-up, control characters or odd spaces."""
    text = html.unescape(TAG.sub(" ", text)) if "<" in text or "&" in text else text
    if text.isascii() and text.isprintable():
        return " ".join(
            text.split()
        )  # the rest would change nothing, and takes longer than anything else here
    text = unicodedata.normalize("NFKC", text)
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") else c for c in text)
    text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return " ".join(text.split())


def sameness_key(text: str) -> str:
    """Two points with the same key say the same: case, punctuation and spacing do not matter."""
    return " ".join(re.findall(r"\w+", plain(text).casefold()))


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for found in LINE_BREAK.finditer(text):
        if _wraps(text, found):
            continue
        yield _trimmed(text, start, found.start())
        start = found.end()
    yield _trimmed(text, start, len(text))


def _wraps(text: str, found: re.Match[str]) -> bool:
    """Whether the line break stands inside a sentence, as in pasted text."""
    if "<" in found.group() or len(NEW_LINE.findall(found.group())) > 1:
        return False
    after = text[found.end() : found.end() + 1]
    before = text[: found.start()].rstrip()[-1:]
    return after.islower() and not LINE_MARKER.match(text, found.end()) and before not in ".!?…:;"


def _without_marker(text: str, start: int, end: int) -> Span:
    marker = LINE_MARKER.match(text, start, end)
    return (marker.end() if marker else start), end


def _running_list(text: str, start: int, end: int) -> Iterator[Span]:
    """Split a list that goes on in one line: "1. jobs 2. homes", "1 jobs 2 homes 3 pay", "- jobs - homes"."""
    markers = _numbers(text, start, end) or _bare_numbers(text, start, end) or _bullets(text, start, end)
    if not markers:
        yield _without_marker(text, start, end)
        return
    for first, last in markers:
        yield start, first
        start = last
    yield start, end


def _numbers(text: str, start: int, end: int) -> list[Span]:
    """Where numbers with a dot or bracket really count up; "since 2. May" does not."""
    return _counting_up(list(RUNNING_MARKER.finditer(text, start, end)), fewest=2)


def _bare_numbers(text: str, start: int, end: int) -> list[Span]:
    """The same without marks, from the first word on; "1 bus every 2 hours for 3 villages" counts nothing."""
    found = list(BARE_MARKER.finditer(text, start, end))
    if not found or found[0].start() != start:
        return []
    before = [words(text[one.end() : other.start()])[-1:] for one, other in pairwise(found)]
    leading = word_list("en")
    if any(not word or word[0].casefold() in leading for word in before):
        return []
    return _counting_up(found, fewest=FEWEST_NUMBERED)


def _counting_up(found: list[re.Match[str]], fewest: int) -> list[Span]:
    spans: list[Span] = []
    for marker in found:
        if int(marker.group(1)) == len(spans) + 1:
            spans.append(marker.span())
    return spans if len(spans) >= fewest else []


def _bullets(text: str, start: int, end: int) -> list[Span]:
    """Where the mark that a line starts with comes again between spaces."""
    mark = text[start : start + 1]
    if not mark or mark not in BULLETS:
        return []
    again = re.compile(rf"(?:^|(?<=\s)){re.escape(mark)}[ \t]+")
    spans = [found.span() for found in again.finditer(text, start, end)]
    return spans if len(spans) > 1 else []


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    cut = start
    for found in SENTENCE_END.finditer(text, start, end):
        if _ends_sentence(text, cut, found, end):
            yield cut, found.end()
            cut = found.end()
    yield cut, end


def _ends_sentence(text: str, cut: int, found: re.Match[str], end: int) -> bool:
    following = text[found.end() : end].lstrip()[:1]
    if found.group()[0] in "。！？":
        return True
    if following.islower() and not _are_sentences(text[cut : found.start()], text[found.end() : end]):
        return False
    if found.group() != ".":
        return not following.islower() or found.group() in ("!", "?")
    before = re.split(r"[\s(\"'“‘]", text[cut : found.start()])[-1]
    single_letter = len(before) == 1 and before.isalpha() and before.isupper() and before != "I"
    return not single_letter and before.lower() not in ABBREVIATIONS


def _are_sentences(before: str, after: str) -> bool:
    """Whether a dot, with small letters after it, parts two stretches long enough to say something each."""
    *_, last = re.split(r"[\s(]", before)
    if len(last) <= 2 or any(character.isdigit() or character == "." for character in last):
        return False
    following = re.split(r"[.!?…](?:\s|$)", after, maxsplit=1)[0]
    return min(len(words(before)), len(words(following))) >= FEWEST_WORDS


def _short_items(text: str, start: int, end: int) -> Iterator[Span]:
    """Split "buses; rents; pay" and "buses / rents / pay", where every item is short."""
    for mark, fewest in LIST_MARKS:
        edges = [start, *(edge for found in mark.finditer(text, start, end) for edge in found.span()), end]
        pieces = zip(edges[::2], edges[1::2], strict=True)
        items = [(first, last) for first, last in pieces if WORD.search(text, first, last)]
        if len(items) >= fewest and all(len(words(text[first:last])) <= SHORT_ITEM for first, last in items):
            yield from items
            return
    yield start, end


def _readable(text: str, start: int, end: int) -> Iterator[Span]:
    while (limit := _reading_limit(text, start, end)) < end:
        cut = _last_breath(text, start, limit)
        yield start, cut
        start = cut
    yield start, end


def _reading_limit(text: str, start: int, end: int) -> int:
    """How far the model would read: about four Latin letters, or one other character, to a token."""
    if end - start <= READABLE_COST:
        return end
    cost = 0.0
    for position in range(start, end):
        cost += 0.28 if text[position].isascii() else 1.0
        if cost > READABLE_COST:
            return position
    return end


def _last_breath(text: str, start: int, limit: int) -> int:
    middle = start + (limit - start) // 2
    for breath in BREATHS:
        ends = [found.end() for found in breath.finditer(text, middle, limit)]
        if ends:
            return ends[-1]
    return limit


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and (text[start].isspace() or unicodedata.category(text[start]) == "Cc"):
        start += 1
    while end > start and (text[end - 1].isspace() or unicodedata.category(text[end - 1]) == "Cc"):
        end -= 1
    return start, end
