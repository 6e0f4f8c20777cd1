"""What a check says: reports on claims, formulas and whole runs, and the JSON other programs rely on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

#: Statuses of a claim, worst first; a formula takes the worst of its claims.
STATUSES = ("refuted", "unreadable", "undecided", "doubtful", "conditional", "confirmed", "proved", "definition", "no-claim")

#: Codes of damage in the source: errors although nothing was decided (stray delimiters, a formatter's ``*`` for ``_``).
DAMAGE = "D11"

_SEVERITY = {"refuted": "error", "unreadable": "info", "undecided": "info", "doubtful": "info", "conditional": "warning"}


def worst(statuses: Iterable[str]) -> str:
    """The worst of some statuses, ``no-claim`` when there are none.

    >>> worst(["proved", "conditional", "definition"])
    'conditional'
    """
    return min(statuses, key=STATUSES.index, default="no-claim")


def _in_cell(cell: int | None, line: int | None) -> dict[str, Any]:
    """A place in a notebook as JSON: its cell, counted from 1, and the line in it."""
    return {} if cell is None else {"cell": cell, "cell_line": line}


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that a finding speaks about: a definition, the previous link of a chain."""

    line: int
    column: int
    message: str
    path: str = ""
    cell: int | None = None
    cell_line: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The place as JSON; ``path`` only when it is another file."""
        made: dict[str, Any] = {"line": self.line, "column": self.column, "message": self.message}
        return ({"path": self.path} if self.path else {}) | made | _in_cell(self.cell, self.cell_line)


@dataclass(frozen=True, slots=True)
class ClaimReport:
    """What was found about one claim; places are 1-based and ends exclusive, in the original file.

    ``witness`` maps symbols to values, with both sides under ``"lhs"`` and ``"rhs"``.  ``repair`` is
    ``{"latex": …, "edit": {"start", "end", "text", "line", "column", "end_line", "end_column"} | None}``,
    ``start`` and ``end`` being character offsets in the file.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    code: str
    relation: str
    lhs: str
    rhs: str
    status: str
    method: str = ""
    sizes: str = ""
    message: str = ""
    assumptions: tuple[str, ...] = ()
    residual: str | None = None
    witness: dict[str, Any] | None = None
    repair: dict[str, Any] | None = None
    help: str | None = None
    related: tuple[Related, ...] = ()
    severity: str = ""
    suppressed: str | None = None
    cell_line: int | None = None
    role: str = "claim"
    readings: tuple[Any, ...] = ()

    def weight(self) -> str:
        """``error``, ``warning``, ``info`` or ``""`` (nothing to say); ``suppressed`` findings weigh nothing."""
        if self.suppressed is not None:
            return ""
        return self.severity or ("error" if self.code.startswith(DAMAGE) else _SEVERITY.get(self.status, ""))

    def to_json(self) -> dict[str, Any]:
        """The claim as the stable JSON contract has it; optional extras only when there is something in them."""
        made: dict[str, Any] = {
            "line": self.line,
            "column": self.column,
            "end_line": self.end_line,
            "end_column": self.end_column,
            "code": self.code,
            "relation": self.relation,
            "lhs": self.lhs,
            "rhs": self.rhs,
            "status": self.status,
            "method": self.method,
            "sizes": self.sizes,
            "message": self.message,
            "assumptions": list(self.assumptions),
            "residual": self.residual,
            "witness": self.witness,
            "repair": self.repair,
            "severity": self.weight(),
            "role": self.role,
            "readings": [dict(reading) for reading in self.readings],
        }
        if self.help:
            made["help"] = self.help
        if self.related:
            made["related"] = [place.to_json() for place in self.related]
        if self.suppressed is not None:
            made["suppressed"] = self.suppressed
        if self.cell_line is not None:
            made["cell_line"] = self.cell_line
        return made


@dataclass(frozen=True, slots=True)
class FormulaReport:
    """One formula and its claims; ``line`` is that of the opening delimiter, ``latex`` the source between delimiters."""

    path: str
    line: int
    column: int
    end_line: int
    kind: str
    latex: str
    claims: tuple[ClaimReport, ...] = ()
    cell: int | None = None
    cell_line: int | None = None
    seconds: float = field(default=0.0, compare=False)

    @property
    def status(self) -> str:
        """The worst status of the claims."""
        return worst(claim.status for claim in self.claims)

    def to_json(self) -> dict[str, Any]:
        """The formula as the stable JSON contract has it (times are left out: same input, same bytes)."""
        made: dict[str, Any] = {
            "path": self.path,
            "line": self.line,
            "column": self.column,
            "end_line": self.end_line,
            "kind": self.kind,
            "latex": self.latex,
            "status": self.status,
            "claims": [claim.to_json() for claim in self.claims],
        }
        return made | _in_cell(self.cell, self.cell_line)


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding about a file rather than a formula: unreadable bytes, a directive that does nothing."""

    path: str
    line: int
    column: int
    code: str
    message: str
    severity: str = "error"
    help: str | None = None
    end_line: int | None = None
    end_column: int | None = None
    cell: int | None = None
    cell_line: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The problem as JSON."""
        made: dict[str, Any] = {
            "path": self.path,
            "line": self.line,
            "column": self.column,
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
        }
        return made | ({"help": self.help} if self.help else {}) | _in_cell(self.cell, self.cell_line)


@dataclass(frozen=True, slots=True)
class FileReport:
    """Everything found in one document; the unit of work and of the cache.  ``needs`` are the files it includes, ``texts`` digests of all
    that was read."""

    path: str
    formulas: tuple[FormulaReport, ...] = ()
    problems: tuple[Problem, ...] = ()
    seconds: float = field(default=0.0, compare=False)
    needs: tuple[str, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()

    @property
    def lasting(self) -> bool:
        """Whether another run would say the same: no bug and no clock has ended a decision."""
        codes = {problem.code for problem in self.problems} | {one.code for formula in self.formulas for one in formula.claims}
        return codes.isdisjoint(("D514", "D590"))


#: The code of an internal error.
INTERNAL = "D590"


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run, files in the order they were named; ``beside`` are findings about what is no page, such as a baseline."""

    files: tuple[FileReport, ...] = ()
    seconds: float = field(default=0.0, compare=False)
    beside: tuple[Problem, ...] = ()

    @property
    def formulas(self) -> tuple[FormulaReport, ...]:
        """All formulas, in source order within each file."""
        return tuple(formula for file in self.files for formula in file.formulas)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All findings about files."""
        return (*(problem for file in self.files for problem in file.problems), *self.beside)

    def count(self, status: str) -> int:
        """How many claims have a status."""
        return sum(claim.status == status for formula in self.formulas for claim in formula.claims)

    @property
    def errors(self) -> int:
        """How many findings fail the run."""
        claims = sum(claim.weight() == "error" for formula in self.formulas for claim in formula.claims)
        return claims + sum(problem.severity == "error" for problem in self.problems)

    @property
    def exit_code(self) -> int:
        """0 when clean, 1 when something was found, 3 when a bug of this tool has cost a claim its verdict."""
        return 3 if self.internal else 1 if self.errors else 0

    @property
    def internal(self) -> bool:
        """Whether an internal error kept something from being checked."""
        claims = any(one.code == INTERNAL for formula in self.formulas for one in formula.claims)
        return claims or any(problem.code == INTERNAL for problem in self.problems)

    def summary(self) -> dict[str, Any]:
        """Counts of files, formulas and claims, and of claims by status."""
        formulas = self.formulas
        made: dict[str, Any] = {
            "files": len(self.files),
            "formulas": len(formulas),
            "claims": sum(len(formula.claims) for formula in formulas),
            "problems": len(self.problems),
            "errors": self.errors,
            "seconds": round(self.seconds, 2),
        }
        return {**made, **{status: self.count(status) for status in STATUSES}}

    def to_json(self) -> dict[str, Any]:
        """The run as the stable JSON contract has it."""
        return {
            "version": 1,
            "summary": self.summary(),
            "formulas": [formula.to_json() for formula in self.formulas],
            "problems": [problem.to_json() for problem in self.problems],
        }
