"""What the renderers share: which claims to show, their source lines, carets, and repairs as changed lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from derive.check.findings import ClaimReport, FormulaReport, Problem, Related, Report
from derive.check.sources.text.strand import Lines

#: Gives a file's text, or None when it cannot be had.
Sources = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim or a problem, on one footing."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    code: str
    severity: str
    label: str
    message: str
    claim: ClaimReport | None = None
    formula: FormulaReport | None = None
    help: str | None = None
    cell: int | None = None
    cell_line: int | None = None

    @property
    def related(self) -> tuple[Related, ...]:
        """Other places that the finding speaks about, in this file unless they name another."""
        return self.claim.related if self.claim is not None else ()


def findings(report: Report) -> Iterator[Finding]:
    """Everything worth saying, in the order of files and lines; suppressed and settled claims left out."""
    for file in report.files:
        made = [_from_problem(problem) for problem in file.problems]
        for formula in file.formulas:
            for claim in formula.claims:
                weight = claim.weight()
                if weight:
                    made.append(_from_claim(formula, claim, weight))
        yield from sorted(made, key=lambda one: (one.line, one.column, one.code))
    yield from map(_from_problem, report.beside)


def in_cell(place: Finding | Related) -> str:
    """Where in a notebook something stands: its cell and the line in it; empty elsewhere."""
    return "" if place.cell is None else f" (cell {place.cell}, line {place.cell_line})"


def elsewhere(finding: Finding) -> list[str]:
    """The other places that a finding speaks about, each as ``path:line:column: what stands there``."""
    return [f"{one.path or finding.path}:{one.line}:{one.column}{in_cell(one)}: {one.message}" for one in finding.related]


def _from_problem(problem: Problem) -> Finding:
    end_line = problem.end_line or problem.line
    end_column = problem.end_column or problem.column
    return Finding(
        problem.path, problem.line, problem.column, end_line, end_column, problem.code, problem.severity, "",
        sentence(problem.message), help=problem.help, cell=problem.cell, cell_line=problem.cell_line,
    )  # fmt: skip


def _from_claim(formula: FormulaReport, claim: ClaimReport, weight: str) -> Finding:
    return Finding(
        formula.path, claim.line, claim.column, claim.end_line, claim.end_column, claim.code, weight, claim.status,
        sentence(claim.message), claim, formula, claim.help, formula.cell, claim.cell_line,
    )  # fmt: skip


def source_frame(source: str, finding: Finding, limit: int = 8) -> list[tuple[int, str, str]]:
    """(line number, line, carets) for each source line a finding covers; long spans keep their first lines."""
    lines = Lines.of(source)
    frame = []
    last = max(finding.line, finding.end_line)
    for number in range(finding.line, min(last, len(lines.starts)) + 1):
        text = lines.text(source, number)
        begin = finding.column - 1 if number == finding.line else len(text) - len(text.lstrip())
        end = finding.end_column - 1 if number == last else len(text)
        if number == last and last > finding.line and not text[:end].strip():
            continue
        text, begin, end = excerpt(text, begin, end)
        frame.append((number, text, carets(text, begin, end)))
        if len(frame) == limit:
            break
    return frame


def excerpt(text: str, begin: int, end: int, width: int = 240) -> tuple[str, int, int]:
    """The part of a very long line around ``text[begin:end]``, and where that now stands.

    >>> excerpt("x" * 500, 300, 302, width=20)
    ('…xxxxxxxxxxxxxxxxxxxx…', 6, 8)
    """
    if len(text) <= width:
        return text, begin, end
    start = max(0, min(begin - width // 4, len(text) - width))
    stop = min(len(text), start + width)
    lead, tail = "…" if start else "", "…" if stop < len(text) else ""
    shift = start - len(lead)
    return f"{lead}{text[start:stop]}{tail}", begin - shift, max(begin, min(end, stop)) - shift


def sentence(message: str) -> str:
    """A message with a capital letter and a full stop, whoever wrote it.

    >>> sentence("this brace is never closed")
    'This brace is never closed.'
    """
    text = message.strip()
    if text and text[-1] not in ".!?…:":
        text += "."
    return text[:1].upper() + text[1:]


def carets(text: str, begin: int, end: int) -> str:
    """A line of carets under ``text[begin:end]`` as a terminal shows it: tabs kept, wide characters two columns.

    >>> carets("ab = c", 3, 4)
    '   ^'
    """
    lead = "".join("\t" if char == "\t" else " " * cells(char) for char in text[:begin])
    return lead + "^" * max(1, sum(cells(char) for char in text[begin : max(begin, end)]))


def cells(char: str) -> int:
    """How many terminal columns a character takes."""
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def remark(repair: dict[str, Any]) -> str:
    """What a repair changes, to stand behind a colon or in brackets.

    >>> remark({"what": "The sign should be plus."}), remark({"what": "θ should be θ_old."}), remark({})
    ('the sign should be plus', 'θ should be θ_old', '')
    """
    return re.sub(r"\AThe ", "the ", str(repair.get("what") or "").rstrip("."))


def changed_lines(source: str, edit: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The lines an edit touches, before and after."""
    first, last = edit["line"], edit["end_line"]
    lines = Lines.of(source)
    begin = lines.starts[first - 1]
    end = lines.starts[last] if last < len(lines.starts) else len(source)
    before = source[begin:end]
    after = before[: edit["start"] - begin] + edit["text"] + before[edit["end"] - begin :]
    return before.splitlines(), after.splitlines()


def coverage(report: Report) -> str:
    """What was and what was not checked, in one paragraph.

    >>> coverage(Report())
    'Read 0 of 0 formulas in 0 files. No claims.'
    """
    formulas = report.formulas
    unread = sum(formula.status == "unreadable" for formula in formulas)
    count = {
        status: report.count(status) for status in ("proved", "confirmed", "conditional", "refuted", "undecided", "unreadable")
    }
    decided = count["proved"] + count["confirmed"] + count["conditional"] + count["refuted"]
    total = decided + count["undecided"]
    files = f"{len(report.files)} file{'s' if len(report.files) != 1 else ''}"
    read = f"Read {len(formulas) - unread} of {len(formulas)} formula{'s' if len(formulas) != 1 else ''} in {files}."
    if not total:
        return f"{read} No claims."
    names = ", ".join(f"{count[status]} {status}" for status in count if count[status] and status != "unreadable")
    other = report.count("definition") + report.count("no-claim")
    rest = f" {other} definition{'s' if other != 1 else ''} or plain expression{'s' if other != 1 else ''}." if other else ""
    silent = sum(claim.suppressed is not None for formula in formulas for claim in formula.claims)
    rest += f" {silent} finding{'s' if silent != 1 else ''} kept quiet." if silent else ""
    return f"{read} Decided {decided} of {total} claim{'s' if total != 1 else ''}: {names}.{rest}"


def statistics(report: Report) -> list[tuple[str, list[tuple[str, ...]]]]:
    """Tables for ``--stats``: by kind, by file, by code, and the slowest formulas."""
    kinds: dict[str, list[FormulaReport]] = {}
    for formula in report.formulas:
        kinds.setdefault(formula.kind, []).append(formula)
    by_kind = [(kind, *_tally(found)) for kind, found in sorted(kinds.items())]
    by_file = [(file.path, *_tally(list(file.formulas))) for file in report.files]
    codes: dict[str, int] = {}
    for finding in findings(report):
        codes[finding.code] = codes.get(finding.code, 0) + 1
    by_code: list[tuple[str, ...]] = [(code, str(number)) for code, number in sorted(codes.items())]
    slow = sorted(report.formulas, key=lambda formula: -formula.seconds)[:5]
    slowest: list[tuple[str, ...]] = [
        (f"{formula.path}:{formula.line}", f"{formula.seconds:.2f} s") for formula in slow if formula.seconds >= 0.005
    ]
    return [("by kind", by_kind), ("by file", by_file), ("by code", by_code), ("slowest", slowest)]


def _tally(formulas: list[FormulaReport]) -> tuple[str, ...]:
    counts: dict[str, int] = {}
    for formula in formulas:
        for claim in formula.claims:
            counts[claim.status] = counts.get(claim.status, 0) + 1
    said = ", ".join(f"{number} {status}" for status, number in sorted(counts.items()))
    return f"{len(formulas)} formulas", said
