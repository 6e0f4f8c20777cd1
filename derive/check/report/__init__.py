"""Renderers: plain functions from a report to text."""

from __future__ import annotations

from derive.check.findings import Report
from derive.check.report.layout import Sources

FORMATS = ("text", "concise", "json", "sarif", "github")


def render(report: Report, format: str, sources: Sources, *, colour: bool = False, stats: bool = False) -> str:
    """A report in one of :data:`FORMATS`; each renderer is loaded when it is asked for."""
    if format == "json":
        from derive.check.report.json import render_json

        return render_json(report)
    if format == "concise":
        from derive.check.report.concise import render_concise

        return render_concise(report)
    if format == "sarif":
        from derive.check.report.sarif import render_sarif

        return render_sarif(report, sources)
    if format == "github":
        from derive.check.report.github import render_github

        return render_github(report)
    from derive.check.report.text import render_text

    return render_text(report, sources, colour=colour, stats=stats)
