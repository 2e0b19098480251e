"""The result sheet for print: what `sheet.typ` sets, as plain values."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from folkmoot.methods.counting import sheet
from folkmoot.methods.counting.result import Count
from folkmoot.methods.counting.sheet_text import comparisons
from folkmoot.methods.counting.transfers_chart import pictures

TEMPLATE = Path(__file__).with_name("sheet.typ")
# Stages that stand beside each other on paper.
ACROSS = 7
FONT = "Libertinus Serif"
# The height of what is set on a page, heading left out, by its width.
TALL = 0.6


def content(found: Count, *, command: str = "") -> str:
    """The sheet as JSON, which the template reads as its input `sheet`."""
    columns = len(sheet.heads(found))
    parts = [range(at, min(at + ACROSS, columns)) for at in range(0, columns, ACROSS)]
    lists = [*sheet.lists(found), ("Comparisons", comparisons(found))]
    form = {
        "title": found.profile.title or found.title,
        "headline": sheet.headline(found),
        "facts": sheet.facts(found),
        "tables": [table(found, part) for part in parts],
        "pictures": [picture(each) for each in pictures(found)],
        "lists": [{"name": name, "lines": lines} for name, lines in lists if lines],
        "command": command,
        "digest": found.digest,
    }
    return json.dumps(form, ensure_ascii=False)


def table(found: Count, part: range) -> dict[str, Any]:
    """These stages, a row for everybody."""
    return {
        "heads": [sheet.heads(found)[at] for at in part],
        "rows": [
            {"name": line.name, "outcome": line.outcome, "cells": [asdict(line.cells[at]) for at in part]}
            for line in sheet.lines(found)
        ],
    }


def picture(drawn: str) -> dict[str, Any]:
    """A picture in the font that comes with the typesetter, and whether its height must be held to the page's."""
    size = re.search(r'width="(\d+)" height="(\d+)"', drawn)
    tall = size is not None and int(size[2]) > TALL * int(size[1])
    return {"svg": drawn.replace("system-ui,sans-serif", FONT), "tall": tall}
