"""Findings told: sentences, charts and tables in one order, which page and PDF both follow."""

from folkmoot.publish.report.whole import Report, tell

__all__ = ["Report", "tell"]
