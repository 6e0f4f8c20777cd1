"""One line for each finding, for editors and grep."""

from __future__ import annotations

from derive.check.findings import Report
from derive.check.report.layout import coverage, elsewhere, findings, in_cell
from derive.files import visible_name


def render_concise(report: Report) -> str:
    """``path:line:column: CODE status: message See place: what stands there`` for each finding, then the coverage."""
    lines = []
    for finding in findings(report):
        label = f"{finding.label}: " if finding.label else ""
        said = f"{visible_name(finding.path)}:{finding.line}:{finding.column}: {finding.code} {label}{finding.message}{in_cell(finding)}"
        see = "; ".join(elsewhere(finding))
        lines.append(visible_name(f"{said} See {see}." if see else said))
    return "\n".join([*lines, coverage(report)]) + "\n"
