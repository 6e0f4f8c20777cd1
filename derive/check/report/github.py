"""Workflow commands that GitHub shows beside the lines of a pull request."""

from __future__ import annotations

from derive.check.findings import Report
from derive.check.report.layout import coverage, elsewhere, findings, in_cell, remark
from derive.files import visible

_LEVEL = {"error": "error", "warning": "warning", "info": "notice"}


def render_github(report: Report) -> str:
    """One ``::error …::`` line for each finding, then the coverage as plain text."""
    lines = []
    for one in findings(report):
        place = f"file={_property(one.path)},line={one.line},col={one.column}"
        if one.end_line == one.line and one.end_column > one.column:
            place += f",endColumn={one.end_column}"
        elif one.end_line > one.line:
            place += f",endLine={one.end_line}"
        message = one.message + in_cell(one)
        if one.claim is not None and one.claim.repair and one.claim.repair.get("latex"):
            why = remark(one.claim.repair)
            message += f"\nSuggested{f' ({why})' if why else ''}: {one.claim.repair['latex'].strip()}"
        message += "".join(f"\nSee {place}" for place in elsewhere(one))
        title = f"{one.code} {one.label}".strip()
        lines.append(f"::{_LEVEL[one.severity]} {place},title={_property(title)}::{_data(message)}")
    return visible("\n".join([*lines, coverage(report)]) + "\n")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
