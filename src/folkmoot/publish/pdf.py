"""The findings as a tagged PDF (PDF/UA-1), the same sentences in the same order as the page."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typst
from django.utils.translation import gettext as _

from folkmoot.publish.report import tell

TEMPLATE = Path(__file__).parent / "templates" / "publish" / "findings.typ"
# Typst's own fonts: the same bytes on every machine.
FONT = "Libertinus Serif"


def to_pdf(findings: Mapping[str, Any], publication: Mapping[str, Any] | None) -> bytes:
    """The report on paper. The same findings and publication give the same bytes, whenever it is made."""
    # Files and their digests are left out: this file is one of them.
    stated = {key: value for key, value in publication.items() if key != "digests"} if publication else None
    report = tell(findings, stated)
    content = asdict(report) | {
        "date": _date(stated, findings["assembly"]["zone"]),
        "quotable": _("A sentence to quote, with its number, date and address"),
    }
    for section in content["sections"]:
        _prepare(section["parts"])
    return typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"report": json.dumps(content, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        timestamp=_moment(stated),
    )


def _date(publication: Mapping[str, Any] | None, zone: str) -> dict[str, int] | None:
    if publication is None:
        return None
    day = datetime.datetime.fromisoformat(publication["at"]).astimezone(ZoneInfo(zone))
    return {"year": day.year, "month": day.month, "day": day.day}


def _moment(publication: Mapping[str, Any] | None) -> int:
    """The clock that the PDF is made by: that of the publication, for no other may show in it."""
    return int(datetime.datetime.fromisoformat(publication["at"]).timestamp()) if publication else 0


def _prepare(parts: list[dict[str, Any]]) -> None:
    """Charts in the font that is there, each with what it tells those who do not see it."""
    for part in parts:
        if part["kind"] in ("figure", "drawing"):
            part["told"] = part.get("told") or _description(part["chart"], part["caption"])
            part["chart"] = re.sub(r'font-family="[^"]*"', f'font-family="{FONT}"', part["chart"])
        elif part["kind"] == "fold":
            _prepare(part["parts"])


def _description(chart: str, caption: str) -> str:
    found = re.search(r"<desc[^>]*>(.*?)</desc>", chart, re.DOTALL)
    return f"{caption}. {found.group(1)}" if found else caption
