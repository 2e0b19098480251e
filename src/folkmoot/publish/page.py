"""The findings as a page: on the site, and standing alone in a folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from folkmoot.publish.charts import as_file
from folkmoot.publish.report import Report, tell

CHARTS = "data/charts"


def body(report: Report, *, publishing: bool = False) -> SafeString:
    """The report as the main part of a page; `publishing`: the form to publish it stands below."""
    return render_to_string("publish/report.html", {"report": report, "publishing": publishing})


def picture(report: Report, name: str) -> str:
    """One chart to pass on, under its caption and with where it comes from. Raises KeyError for a strange "
    "name."""
    figure = report.figures[name]
    return as_file(figure.chart, heading=figure.caption, source=report.source)


def static_page(
    findings: Mapping[str, Any], publication: Mapping[str, Any] | None, digests: Mapping[str, str]
) -> str:
    """The whole page as one file that needs no site; `static_files` lie beside it."""
    report = _standing_alone(findings, publication, digests)
    context = {"report": report, "body": body(report), "version": findings["version"]}
    return render_to_string("publish/alone.html", context)


def static_files(findings: Mapping[str, Any], publication: Mapping[str, Any] | None) -> dict[str, bytes]:
    """What `static_page` shows and links to, by path: the stylesheet and every chart."""
    stylesheet = finders.find("folkmoot/site.css")
    if not isinstance(stylesheet, str):
        raise LookupError("the site's stylesheet is not where static files are found")
    report = _standing_alone(findings, publication, {})
    charts = {f"{CHARTS}/{name}.svg": picture(report, name).encode() for name in report.figures}
    return {"data/site.css": Path(stylesheet).read_bytes()} | charts


def _standing_alone(
    findings: Mapping[str, Any], publication: Mapping[str, Any] | None, digests: Mapping[str, str]
) -> Report:
    """Every link leads to a file in the same folder."""
    beside = dict(publication) | {"digests": digests, "folder": ""} if publication else None
    return tell(findings, beside, chart_address=lambda name: f"{CHARTS}/{name}.svg")
