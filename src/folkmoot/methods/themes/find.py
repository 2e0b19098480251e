"""From responses to themes: the whole walk, in the order in which it happens."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import folkmoot
from folkmoot.methods import InputError
from folkmoot.methods.one_thread import in_one_thread
from folkmoot.methods.themes.context import in_context
from folkmoot.methods.themes.corpus import read_corpus
from folkmoot.methods.themes.describe import placed_points
from folkmoot.methods.themes.embedding import (
    Cache,
    Embedder,
    Progress,
    Vectors,
    apart_from,
    embed_through_cache,
    part_of,
)
from folkmoot.methods.themes.language import detect_language
from folkmoot.methods.themes.levels import Reading
from folkmoot.methods.themes.lsa import Lsa
from folkmoot.methods.themes.minilm import load_minilm
from folkmoot.methods.themes.model import Counts, Response, Themes
from folkmoot.methods.themes.uncertainty import Regrouping

BOOTSTRAPS = 30
LANGUAGE_TEXTS = 1000


def find_themes(
    responses: Iterable[Response],
    *,
    question: str = "",
    resolution: float | None = None,
    most: int | None = None,
    seed: int = 0,
    embedder: Embedder | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
    bootstraps: int = BOOTSTRAPS,
) -> Themes:
    """Find what several people raised, how many did, and who said something that nobody else did.

    Every response is in a theme or in `unplaced`. How fine the themes are is found from the answers;
    `resolution` is the knob "fewer / more themes" for those who want it otherwise (1 few, 4 some, 16 many).
    `most` puts themes together where there would be more than can be read on one page.
    Large themes are divided into sub-themes where these hold together. What an answer shares with
    `question` neither groups nor names it. Without an `embedder`, MiniLM is used if its package is installed, else LSA;
    `embedding` says which. `cache` keeps vectors between runs and changes nothing but the time. The order of
    the responses does not matter. Raises InputError for ids that come twice, for text that is no Unicode,
    and for model weights other than the pinned ones.
    """
    if resolution is not None and not 0 < resolution < math.inf:
        raise InputError(
            f"The resolution is {resolution}", remedy="Give a number above 0, such as 4, or none."
        )
    if most is not None and most < 1:
        raise InputError(f"At most {most} themes are asked for", remedy="Give a number above 0, or none.")
    with in_one_thread():
        return _find(responses, question, resolution, most, seed, embedder, cache, progress, bootstraps)


def _find(
    responses: Iterable[Response],
    question: str,
    resolution: float | None,
    most: int | None,
    seed: int,
    embedder: Embedder | None,
    cache: Cache | None,
    progress: Progress | None,
    bootstraps: int,
) -> Themes:
    corpus = read_corpus(responses)
    embedder = embedder or load_minilm() or Lsa(corpus.texts, seed)
    language = detect_language(corpus.texts[:: len(corpus.texts) // LANGUAGE_TEXTS + 1])
    asked = embed_through_cache(embedder, [question], cache)[0] if question.strip() else None
    alone = apart_from(asked, embed_through_cache(embedder, corpus.texts, cache, progress))
    vectors = in_context(alone, corpus)
    regrouping = Regrouping.of(vectors, corpus.made_by, resolution, seed, progress, most=most)

    def phrase_vectors(phrases: Sequence[str]) -> Vectors:
        return apart_from(asked, embed_through_cache(embedder, phrases, cache))

    reading = Reading(question, language.code, seed, bootstraps, phrase_vectors)
    grouped, themes = reading.themes_of(corpus, regrouping, progress=part_of(progress, 0.0, 0.7))
    themes, subtheme = reading.divide(grouped, themes, progress=part_of(progress, 0.7, 0.3))
    points = placed_points(grouped, themes, subtheme)
    placed = {point.response for point in points if point.theme is not None}
    return Themes(
        version=folkmoot.__version__,
        seed=seed,
        embedding=embedder.name,
        question=question,
        resolution=resolution,
        resolution_used=round(regrouping.resolution, 6),
        language=language,
        counts=Counts(len(corpus.responses), len(points), len(corpus.texts), len(corpus.people)),
        themes=tuple(sorted(themes.values(), key=lambda theme: int(theme.id[1:]))),
        unplaced=tuple(response.id for response in corpus.responses if response.id not in placed),
        points=points,
    )
