"""Places in notebooks as their authors see them: the cell and the line in it, beside line and column of the file."""

from __future__ import annotations

from dataclasses import replace

from derive.check.findings import ClaimReport, FileReport, FormulaReport, Problem, Related
from derive.check.sources import Document


def in_cells(report: FileReport, document: Document) -> FileReport:
    """The report with the cell of every place in a notebook; as it is for any other file."""
    if not document.cells:
        return report

    def problem(one: Problem) -> Problem:
        cell, line = document.cell_at(one.line, one.column) or (None, None)
        return replace(one, cell=cell, cell_line=line)

    def related(one: Related) -> Related:
        cell, line = document.cell_at(one.line, one.column) or (None, None)
        return replace(one, cell=cell, cell_line=line)

    def claim(one: ClaimReport) -> ClaimReport:
        _, line = document.cell_at(one.line, one.column) or (None, None)
        return replace(one, cell_line=line, related=tuple(map(related, one.related)))

    def formula(one: FormulaReport) -> FormulaReport:
        return replace(one, claims=tuple(map(claim, one.claims)))

    return replace(report, formulas=tuple(map(formula, report.formulas)), problems=tuple(map(problem, report.problems)))
