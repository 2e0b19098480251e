"""Bundles: zip files that anybody can recompute a publication from. Pure, without Django.

`public.zip` holds the findings, the methods' results without rows of people, and the log's leaves.
`members.zip` holds the pseudonymous rows too, and recomputes everything. The same content gives the same
bytes: names sorted, one fixed date, one compression.
"""

from __future__ import annotations

import hashlib
import io
import json
import platform
import zipfile
from collections.abc import Mapping
from typing import Any

FORMAT = "folkmoot.bundle/2"
MANIFEST = "manifest.json"
DATE = (1980, 1, 1, 0, 0, 0)


def to_json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def pack(files: Mapping[str, str], manifest: Mapping[str, Any]) -> bytes:
    """A zip of these files with a manifest of their SHA-256."""
    encoded = {name: text.encode() for name, text in files.items()}
    whole = dict(manifest) | {
        "format": FORMAT,
        "files": {name: sha256(content) for name, content in sorted(encoded.items())},
    }
    encoded[MANIFEST] = to_json(whole).encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in sorted(encoded.items()):
            entry = zipfile.ZipInfo(name, DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return stream.getvalue()


def place() -> dict[str, str]:
    """The kind of machine and the libraries: estimates are the same bytes only where these are the same.

    Which sums a library makes depends on the processor, and it knows best what it takes it for.
    """
    from importlib.metadata import version

    import numpy  # noqa: F401
    import scipy.linalg  # noqa: F401 (each brings a library for sums, which is there to be asked only then)
    from threadpoolctl import threadpool_info

    libraries = ("numpy", "scipy", "scikit-learn", "igraph", "onnxruntime", "tokenizers")
    return {
        "machine": platform.machine(),
        "processor": ", ".join(
            sorted({one["architecture"] for one in threadpool_info() if "architecture" in one})
        ),
        "system": platform.system(),
        "python": platform.python_version(),
        **{library: version(library) for library in libraries},
    }


def folder(question: Mapping[str, Any]) -> str:
    return f"question-{question['number']}"
