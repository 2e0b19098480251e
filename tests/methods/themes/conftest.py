"""A small hall of people who want buses, homes and pay, in several wordings."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from folkmoot.methods.themes import Response

BUSES = (
    "We need more buses in the evening.",
    "An evening bus to every village, please.",
    "The last bus leaves at six. That is no use to anybody who works late.",
    "Buses should run on Sundays.",
    "Bring back the night bus!",
    "Cheaper bus fares for young people.",
    "The bus service here was cut twice in a year.",
    "Please restore the number nine bus route.",
)
HOMES = (
    "Rents are far too high in this town.",
    "Build council houses so that rents come down.",
    "My landlord raised the rent by a third.",
    "Cap private rents now.",
    "Young families cannot find a home to rent.",
    "Tenants need protection from eviction.",
    "Half my wage goes on rent.",
    "More council housing and secure tenancies.",
)
PAY = (
    "Care workers deserve better pay.",
    "Pay care staff at least what supermarkets pay.",
    "Low pay drives people out of social care.",
    "Wages for carers have fallen behind.",
    "End zero hours contracts in care.",
    "Proper sick pay for home care workers.",
    "Raise the wages of care home staff.",
    "Carers work twelve hours for poverty pay.",
)


@pytest.fixture(scope="session")
def hall() -> list[Response]:
    """Twenty-four people; two of them also make a point that nobody shares."""
    texts = [*BUSES, *HOMES, *PAY]
    texts[3] += " And the clock in the square has stopped."
    texts[12] += "\n- My cat is called Ada"
    return [Response(str(number), text, f"person {number}") for number, text in enumerate(texts, 1)]


class CountingEmbedder:
    """Scatters words over 64 numbers: quick, and notes how often it was asked."""

    name = "counting"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts, progress=None):
        self.asked += list(texts)
        vectors = np.full((len(texts), 64), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                vectors[row, hashlib.sha256(word[:4].encode()).digest()[0] % 64] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def embedder() -> CountingEmbedder:
    return CountingEmbedder()
