"""One line for each finding, for editors and grep."""

from __future__ import annotations

from derive.check.findings import Report
from derive.check.report.layout import coverage, findings


def render_concise(report: Report) -> str:
    """``path:line:column: CODE status: message`` for each finding, then the coverage."""
    lines = []
    for finding in findings(report):
        label = f"{finding.label}: " if finding.label else ""
        lines.append(f"{finding.path}:{finding.line}:{finding.column}: {finding.code} {label}{finding.message}")
    return "\n".join([*lines, coverage(report)]) + "\n"
