"""The findings as a tagged PDF (PDF/UA-1), the same sentences in the same order as the page."""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal
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
    return _press(json.dumps(content, ensure_ascii=False), _moment(stated))


def _press(content: str, moment: int) -> bytes:
    """With the fonts that are always there if they have every sign; else as well as this machine can.

    PDF/UA refuses a sign that no font can show: pictures such as emoji are then named in words, and other
    scripts are taken from the system's fonts. Where even those lack a sign, the PDF is tagged but not UA-1.
    """
    for text, own_fonts_only in ((content, True), (_named(content), True), (_named(content), False)):
        try:
            return _compile(text, moment, own_fonts_only, ["ua-1"])
        except typst.TypstError as problem:
            if "could not be displayed" not in str(problem):
                raise
    return _compile(_named(content), moment, False, [])


def _compile(content: str, moment: int, own_fonts_only: bool, standards: list[Literal["ua-1"]]) -> bytes:
    pressed: bytes = typst.compile(  # type: ignore[call-overload]  # its stub asks for None with bytes in
        TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"report": content},
        pdf_standards=standards,
        ignore_system_fonts=own_fonts_only,
        timestamp=moment,
    )
    return pressed


def _named(content: str) -> str:
    """Pictures among the letters by their names: 😀 becomes [grinning face]."""
    return "".join(_name(sign) if ord(sign) > 0x2000 else sign for sign in content)


def _name(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind in ("So", "Sk", "Co", "Cn"):
        return f"[{unicodedata.name(sign, f'sign {ord(sign):X}').lower()}]"
    # Joiners and variation selectors change the picture that was named already.
    return "" if sign in "\u200d\ufe0e\ufe0f\u20e3" else sign


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
