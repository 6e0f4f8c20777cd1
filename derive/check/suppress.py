"""Findings that an author has answered: ``derive: ignore D401 because …``, ``--select`` and ``--ignore``."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from derive.check.config import Config
from derive.check.findings import ClaimReport, FileReport, FormulaReport, Problem
from derive.check.sources import DirectivePiece, Document, FormulaPiece
from derive.check.vocabulary import VocabularyError, checked_convention, from_comment

#: What the checker itself understands; other verbs belong to the context.
VERBS = ("assume", "define", "let", "given", "ignore", "ignore-file", "forget", "symbol", "convention", "begin", "end", "expect")


def chosen(code: str, config: Config) -> bool:
    """Whether a code is reported: selected (all are by default) and not ignored; the longest matching prefix decides.

    >>> chosen("D401", Config(ignore=("D4",))), chosen("D401", Config(select=("D401",), ignore=("D4",)))
    (False, True)
    """
    taken = max((len(prefix) for prefix in config.select if code.startswith(prefix)), default=-1 if config.select else 0)
    left = max((len(prefix) for prefix in config.ignore if code.startswith(prefix)), default=-1)
    return taken > left


def reported(code: str, config: Config) -> bool:
    """Whether the settings let a code be heard of at all."""
    return chosen(code, config) and severity(code, config) != "off"


def suppress(report: FileReport, document: Document, config: Config) -> FileReport:
    """The report with answered findings marked, and a finding for each directive that answers nothing."""
    formulas = list(report.formulas)
    problems = list(report.problems)
    order = {(formula.path, formula.line, formula.column): n for n, formula in enumerate(formulas)}
    for at, piece in enumerate(document.pieces):
        if not isinstance(piece, DirectivePiece):
            continue
        if piece.verb not in VERBS:
            near = difflib.get_close_matches(piece.verb, VERBS, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(VERBS)}."
            problems.append(_problem(document, piece, "D303", f"Unknown directive {piece.verb!r}.", help=hint))
        elif piece.verb in ("symbol", "convention"):
            try:
                from_comment(piece.body) if piece.verb == "symbol" else checked_convention(piece.body.strip())
            except VocabularyError as error:
                problems.append(_problem(document, piece, "D303", f"This directive cannot be used: {error}"))
        elif piece.verb in ("ignore", "ignore-file"):
            codes = tuple(piece.body.replace(",", " ").split())
            if not codes:
                help = "Write: derive: ignore D401 because …"
                problems.append(_problem(document, piece, "D302", "This suppression names no code, such as D401.", help))
                continue
            if piece.reason is None:
                help = f"Write: derive: ignore {', '.join(codes)} because …"
                problems.append(_problem(document, piece, "D302", "This suppression gives no reason.", help))
                continue
            targets: Sequence[int]
            if piece.verb == "ignore-file":
                targets = range(len(formulas))
            else:
                below = next((one for one in document.pieces[at:] if isinstance(one, FormulaPiece)), None)
                found = None if below is None else order.get((below.path or document.path, *document.locate(below)[:2]))
                targets = () if found is None else (found,)
            if not _silence(formulas, targets, codes, piece.reason):
                message = f"This suppression of {', '.join(codes)} suppresses nothing."
                problems.append(_problem(document, piece, "D301", message, help="Remove it."))
    kept = tuple(
        replace(problem, severity=severity(problem.code, config) or problem.severity)
        for problem in problems
        if reported(problem.code, config)
    )
    made = tuple(_unselected(formula, config) for formula in formulas)
    return replace(report, formulas=made, problems=tuple(sorted(kept, key=lambda p: (p.line, p.column, p.code))))


def _problem(document: Document, piece: DirectivePiece, code: str, message: str, help: str | None = None) -> Problem:
    line, column, end_line, end_column = document.locate(piece)
    return Problem(piece.path or document.path, line, column, code, message, "error", help, end_line, end_column)


def _silence(formulas: list[FormulaReport], targets: Iterable[int], codes: Sequence[str], reason: str) -> bool:
    """Mark matching findings as answered, in place; whether there was one."""
    found = False

    def answered(claim: ClaimReport) -> ClaimReport:
        nonlocal found
        if claim.weight() and any(claim.code.startswith(code) for code in codes):
            found = True
            return replace(claim, suppressed=reason)
        return claim

    for n in targets:
        formulas[n] = replace(formulas[n], claims=tuple(answered(claim) for claim in formulas[n].claims))
    return found


def _unselected(formula: FormulaReport, config: Config) -> FormulaReport:
    return replace(formula, claims=tuple(_weighed(claim, config) for claim in formula.claims))


def _weighed(claim: ClaimReport, config: Config) -> ClaimReport:
    if not claim.weight():
        return claim
    level = severity(claim.code, config)
    if not reported(claim.code, config):
        return replace(claim, suppressed=claim.suppressed or "not selected")
    return hardened(replace(claim, severity=level) if level else claim, config)


def hardened(claim: ClaimReport, config: Config) -> ClaimReport:
    """The claim, an error where strict settings make it one: nothing is known of it."""
    open = claim.status in ("undecided", "unreadable")
    return replace(claim, severity="error") if config.strict and open and claim.weight() else claim


def severity(code: str, config: Config) -> str:
    """The level that the settings give a code, by its longest beginning that they name; empty for none.

    >>> severity("D421", Config(severity={"D4": "info", "D42": "error"}))
    'error'
    """
    named = [prefix for prefix in config.severity if code.startswith(prefix)]
    return config.severity[max(named, key=len)] if named else ""
