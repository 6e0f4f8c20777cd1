"""Renderers: plain functions from a report to text.

For: people, editors, and the programs that read JSON, SARIF or GitHub's workflow commands.  May import ``check.findings``,
``check.texts`` and the places of ``check.sources``.  Begin with ``text.py``; ``layout.py`` is what the renderers share,
``concise.py``, ``github.py``, ``json.py`` and ``sarif.py`` are the others.  Each is loaded when it is asked for.
"""

from __future__ import annotations

import re

from derive.check.findings import Report
from derive.check.report.layout import Sources

#: Characters of a JSON text that a terminal would act upon, or that are none alone.
_ACTING = re.compile("[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

FORMATS = ("text", "concise", "json", "sarif", "github")


def in_ascii(text: str) -> str:
    r"""A JSON text whose characters that would act on a terminal are written as escapes.

    >>> in_ascii('["\x9b2J"]')
    '["\\u009b2J"]'
    """
    return _ACTING.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def render(report: Report, format: str, sources: Sources, *, colour: bool = False, stats: bool = False) -> str:
    """A report in one of :data:`FORMATS`; each renderer is loaded when it is asked for."""
    if format == "json":
        from derive.check.report.json import render_json

        return in_ascii(render_json(report))
    if format == "concise":
        from derive.check.report.concise import render_concise

        return render_concise(report)
    if format == "sarif":
        from derive.check.report.sarif import render_sarif

        return in_ascii(render_sarif(report, sources))
    if format == "github":
        from derive.check.report.github import render_github

        return render_github(report)
    from derive.check.report.text import render_text

    return render_text(report, sources, colour=colour, stats=stats)
