"""The machine's form and the reader's summary of themes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from folkmoot.methods.themes.corpus import id_order
from folkmoot.methods.themes.model import Quote, Theme, Themes
from folkmoot.methods.themes.placing import placings

FORMAT = "folkmoot.themes/1"
DECIMALS = 6
SHOWN = 40


def to_json(result: Themes) -> str:
    """Canonical `folkmoot.themes/1`: sorted keys, six decimals, a newline at the end."""
    form = {"format": FORMAT} | _rounded(asdict(result))
    _mark_unstable(form["themes"], result.themes)
    responses = {point.response for point in result.points}.union(result.unplaced)
    form["responses"] = placings(form["points"], sorted(responses, key=id_order))
    return json.dumps(form, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False) + "\n"


def _mark_unstable(forms: Sequence[dict[str, Any]], themes: Sequence[Theme]) -> None:
    for form, theme in zip(forms, themes, strict=True):
        form["unstable"] = theme.unstable
        _mark_unstable(form["subthemes"], theme.subthemes)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DECIMALS) + 0.0
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(inner) for inner in value]
    return value


def summary(result: Themes) -> str:
    """A page for the terminal: what people raised, how many, in their words, and what is unplaced."""
    counts = result.counts
    lines = [
        f"{counts.responses} responses from {counts.people} people make {counts.points} points "
        f"({counts.unique_points} different ones). Compared with {result.embedding}."
    ]
    if result.embedding == "lsa":
        lines.append(
            "The language model is not installed: texts were compared by the words they share (LSA)."
        )
    if result.language.warning:
        lines.append(f"Warning: {result.language.warning}")
    lines += [""] + [line for theme in result.themes[:SHOWN] for line in _theme_lines(theme)]
    if len(result.themes) > SHOWN:
        lines.append(f"... and {len(result.themes) - SHOWN} more themes.\n")
    if not result.themes:
        lines.append("No themes: no point was raised by five people or more.\n")
    lines.append(f"Unplaced: {len(result.unplaced)} responses, listed in full in the JSON form.")
    lines.append("Raising is not agreeing: people for and against the same thing share a theme.")
    return "\n".join(lines) + "\n"


def _theme_lines(theme: Theme) -> list[str]:
    low, high = theme.interval
    note = " (unstable)" if theme.unstable else ""
    lines = [f"{theme.people:>5}  {theme.name}{note}", f"       {low}–{high}, depending on the grouping"]
    lines += [f"       {part.people:>5}  {part.name}" for part in theme.subthemes]
    return [*lines, *(_quote_line(quote) for quote in theme.quotes[:2]), ""]


def _quote_line(quote: Quote) -> str:
    shared = f", the same from {quote.people} people" if quote.people > 1 else ""
    return f"       “{' '.join(quote.text.split())}” [{quote.response}{shared}]"
