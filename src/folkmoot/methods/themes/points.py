"""Split a response into the points it makes, each an exact stretch of the text as it was written."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

from folkmoot.methods.themes.words import word_list

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
WORD = re.compile(r"\w")
TAG = re.compile(r"</?[A-Za-z!][^<>]{0,200}>")

READABLE_COST = 230
"""About how many tokens of one point the model reads (256, with a margin)."""
BREATHS = (re.compile(r";\s"), re.compile(r"[,:–—]\s"), re.compile(r"[，；、]"), re.compile(r"\s"))


def split_points(text: str) -> list[Span]:
    """Where each point of a response starts and ends, in reading order.

    Splits at the ends of sentences, at line breaks that do not merely wrap a sentence, and at list markers
    (which belong to no point). A sentence stays whole unless it is longer than the model can read: then
    it is cut at its last semicolon, comma or space, because the rest would otherwise go unread.
    Stretches without a letter or digit are no points.
    """
    spans = []
    for start, end in _lines(text):
        for first, last in _running_list(text, start, end):
            for sentence in _sentences(text, first, last):
                spans += list(_readable(text, *sentence))
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
    """Split "1. jobs 2. homes" where the numbers really count up; "since 2. May" stays whole."""
    markers: list[re.Match[str]] = []
    for found in RUNNING_MARKER.finditer(text, start, end):
        if int(found.group(1)) == len(markers) + 1:
            markers.append(found)
    if len(markers) < 2:
        yield _without_marker(text, start, end)
        return
    for found in markers:
        yield start, found.start()
        start = found.end()
    yield start, end


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
    if following.islower():
        return False
    if found.group() != ".":
        return True
    before = re.split(r"[\s(\"'“‘]", text[cut : found.start()])[-1]
    single_letter = len(before) == 1 and before.isalpha() and before.isupper() and before != "I"
    return not single_letter and before.lower() not in ABBREVIATIONS


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
