"""The report for people: each finding with its source line, a caret, the reason, the witness and the repair."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Literal

from rich.console import Console
from rich.text import Text

from derive.check.findings import ClaimReport, Report
from derive.check.report.layout import (
    Finding,
    Sources,
    changed_lines,
    coverage,
    elsewhere,
    findings,
    in_cell,
    remark,
    source_frame,
    statistics,
)
from derive.files import visible, visible_name

_STYLE = {"error": "bold red", "warning": "yellow", "info": "cyan"}
#: Numbers of a witness that are shown; a decision process has many.
MOST_NUMBERS = 12
_SIDES = {"lhs": "left side", "rhs": "right side"}


def render_text(report: Report, sources: Sources, *, colour: bool = False, stats: bool = False) -> str:
    """The whole report as text; ``sources`` gives the files' texts for the source lines."""
    lines = list(_findings(report, sources))
    if stats:
        for title, rows in statistics(report):
            if rows:
                lines.append(Text(title, style="bold"))
                widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
                cells = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
                lines.extend(Text(f"  {row}".rstrip()) for row in cells)
        lines.append(Text(f"Took {report.seconds:.1f} s."))
    return _printed([*lines, *_verdict(report)], colour)


def render_findings(report: Report, sources: Sources, *, colour: bool = False) -> str:
    """The findings alone, without the closing lines."""
    return _printed(list(_findings(report, sources)), colour)


def _findings(report: Report, sources: Sources) -> Iterator[Text]:
    for finding in findings(report):
        yield from _finding(finding, sources(finding.path), full=finding.severity != "info")
        yield Text()


def _printed(lines: list[Text], colour: bool) -> str:
    out = io.StringIO()
    system: Literal["standard"] | None = "standard" if colour else None
    console = Console(file=out, force_terminal=colour, no_color=not colour, color_system=system, highlight=False, width=10_000)
    for line in lines:
        line.plain = visible(line.plain.replace("\n", "␊"))
        console.print(line, soft_wrap=True, markup=False, emoji=False)
    return out.getvalue()


def _verdict(report: Report) -> list[Text]:
    errors = report.errors
    made = [Text(coverage(report))]
    if errors:
        made.append(Text(f"Found {errors} error{'s' if errors != 1 else ''}.", style="bold red"))
    elif report.files:
        made.append(Text("No errors found.", style="green"))
    return made


def _finding(finding: Finding, source: str | None, full: bool) -> list[Text]:
    style = _STYLE[finding.severity]
    head = Text.assemble(
        (f"{visible_name(finding.path)}:{finding.line}:{finding.column}", "bold"), f"{in_cell(finding)}: ", (finding.code, style), " ",
        (f"{finding.label}: " if finding.label else "", style), finding.message,
    )  # fmt: skip
    lines = [head]
    if source is None:
        return lines
    frame = source_frame(source, finding, limit=8 if full else 1)
    gutter = max((len(str(number)) for number, _, _ in frame), default=1)
    for n, (number, text, marks) in enumerate(frame):
        lines.append(Text.assemble((f"  {number:>{gutter}} {'|' if n == 0 else '>'} ", "dim"), text))
        if n == 0:
            lines.append(Text.assemble((f"  {'':>{gutter}} | ", "dim"), (marks, style)))
    if finding.end_line > finding.line and len(frame) < _covered(finding) and full:
        lines.append(Text(f"  {'':>{gutter}} > … up to line {finding.end_line}", style="dim"))
    if finding.claim is not None and full:
        lines.extend(_details(finding.claim, source))
    if finding.help:
        lines.append(Text.assemble(("  help: ", "cyan"), finding.help))
    lines.extend(Text.assemble(("  see ", "cyan"), place) for place in elsewhere(finding))
    return lines


def _covered(finding: Finding) -> int:
    return finding.end_line - finding.line + (finding.end_column > 1)


def _details(claim: ClaimReport, source: str) -> list[Text]:
    lines: list[Text] = []
    if claim.witness:
        lines.extend(_witness(claim.witness))
    untold = [one for one in claim.assumptions if one.rstrip(".").lower() not in claim.message.lower()]
    if untold:
        lines.append(Text.assemble(("  holds if: ", "cyan"), untold[0]))
        lines.extend(Text(f"       and: {other}") for other in untold[1:])
    if claim.residual:
        lines.append(Text.assemble(("  left over: ", "cyan"), claim.residual))
    if claim.repair:
        lines.extend(_repair(claim.repair, source))
    return lines


def _witness(witness: dict[str, Any]) -> list[Text]:
    given = {name: value for name, value in witness.items() if name not in _SIDES}
    lines = []
    if given:
        said = [f"{name} = {value}" for name, value in given.items()]
        more = len(said) - MOST_NUMBERS
        rest = f", and {more} more numbers: --format json lists them" if more > 1 else ""
        lines.append(Text.assemble(("  take ", "cyan"), ", ".join(said[:MOST_NUMBERS] if rest else said) + rest))
    for side, name in _SIDES.items():
        if side in witness:
            lines.append(Text.assemble((f"  {name}: ".ljust(14), "cyan"), str(witness[side])))
    return lines


def _repair(repair: dict[str, Any], source: str) -> list[Text]:
    lines = [Text.assemble(("  repair:", "cyan"), f" {remark(repair)}" if remark(repair) else "")]
    edit = repair.get("edit")
    if edit:
        before, after = changed_lines(source, edit)
        lines.extend(Text(f"    - {line}", style="red") for line in before)
        lines.extend(Text(f"    + {line}", style="green") for line in after)
    else:
        lines.extend(Text(f"    + {line}", style="green") for line in str(repair.get("latex", "")).strip().splitlines())
    return lines
