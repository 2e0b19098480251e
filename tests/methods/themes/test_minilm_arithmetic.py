"""The graph computes what the architecture says: checked against the same sums in float64."""

from __future__ import annotations

import mmap

import numpy as np
import pytest
from scipy.special import erf, softmax
from tokenizers import Tokenizer

from folkmoot.methods.themes import load_minilm
from folkmoot.methods.themes.minilm import model_directory, tensors

TEXTS = ["More buses.", "Tax wealth above five million, even if some leave the country for it."]


def normalised(x, scale, bias):
    centred = x - x.mean(axis=-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12) * scale + bias


def forward(w, ids):
    """One text's vector after BERT (Devlin et al. 2019) with six layers and mean pooling."""

    def dense(x, name):
        return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    def norm(x, name):
        return normalised(x, w[f"{name}.weight"], w[f"{name}.bias"])

    def heads(x):
        return x.reshape(len(ids), 12, 32).transpose(1, 0, 2)

    e = "embeddings"
    x = w[f"{e}.word_embeddings.weight"][ids] + w[f"{e}.position_embeddings.weight"][: len(ids)]
    x = norm(x + w[f"{e}.token_type_embeddings.weight"][0], f"{e}.LayerNorm")
    for number in range(6):
        name = f"encoder.layer.{number}"
        q, k, v = (heads(dense(x, f"{name}.attention.self.{part}")) for part in ("query", "key", "value"))
        mixed = softmax(q @ k.transpose(0, 2, 1) / np.sqrt(32), axis=-1) @ v
        mixed = mixed.transpose(1, 0, 2).reshape(len(ids), 384)
        output = f"{name}.attention.output"
        x = norm(dense(mixed, f"{output}.dense") + x, f"{output}.LayerNorm")
        inner = dense(x, f"{name}.intermediate.dense")
        inner = inner * 0.5 * (1 + erf(inner / np.sqrt(2)))
        x = norm(dense(inner, f"{name}.output.dense") + x, f"{name}.output.LayerNorm")
    mean = x.mean(axis=0)
    return mean / np.linalg.norm(mean)


@pytest.mark.parametrize("text", TEXTS)
def test_the_shipped_graph_agrees_with_the_sums_in_float64(text: str) -> None:
    model, directory = load_minilm(), model_directory()
    assert model is not None and directory is not None, "install requirements/model.lock"
    with (directory / "model.safetensors").open("rb") as file:
        stored = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    weights = {name: array.astype(np.float64) for name, array in tensors(stored).items()}
    tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
    tokenizer.no_padding()
    expected = forward(weights, tokenizer.encode(text).ids)
    difference = np.abs(model.embed([text])[0] - expected).max()
    assert difference <= 1e-6
