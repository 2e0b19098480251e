"""Themes: from free text to what people said, with nobody left out."""

from folkmoot.methods.themes.embedding import Cache, Embedder, Progress
from folkmoot.methods.themes.find import find_themes
from folkmoot.methods.themes.lsa import Lsa
from folkmoot.methods.themes.minilm import load_minilm
from folkmoot.methods.themes.model import Counts, Language, Point, Quote, Response, Theme, Themes
from folkmoot.methods.themes.reading import read_responses
from folkmoot.methods.themes.vector_file import VectorFile
from folkmoot.methods.themes.writing import summary, to_json

__all__ = [
    "Cache",
    "Counts",
    "Embedder",
    "Language",
    "Lsa",
    "Point",
    "Progress",
    "Quote",
    "Response",
    "Theme",
    "Themes",
    "VectorFile",
    "find_themes",
    "load_minilm",
    "read_responses",
    "summary",
    "to_json",
]
