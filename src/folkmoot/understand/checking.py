"""What a check of a theme found, from what was drawn and judged. Pure, and without Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from folkmoot.methods.themes.audit import audit_theme


def checked(begun: Mapping[str, Any], verdicts: Mapping[str, str]) -> dict[str, Any]:
    """Precision, recall and the corrected count with their intervals.

    `begun` is the reach of the decision that drew the sample.
    """
    in_theme: dict[str, bool] = dict(begun["sample"])
    found = asdict(audit_theme(verdicts, in_theme, inside=begun["inside"], outside=begun["outside"]))
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}
