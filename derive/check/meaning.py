"""Reports on formulas that the elaborator reads whole: its verdicts as findings, with their places and repairs."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from derive.check.config import Config
from derive.check.findings import ClaimReport, FormulaReport
from derive.check.vocabulary import arity_of, declared
from derive.decide.repair import mend
from derive.diagnostics import LineMap, NotationError
from derive.notation.tokens import Macro
from derive.verify.verdicts import HOLDS, Answer, LinkVerdict, answer

#: What the search for a repair may take of a claim's time.
REPAIRING = 0.25


def claim_by_meaning(latex: str, given: list[str], config: Config) -> FormulaReport | None:
    """The report on one claim, None where the elaborator does not read all of it."""
    if config.assume or config.conventions:
        return None
    macros = {name: Macro(name, arity_of(body), body) for name, body in config.macros.items()}
    symbols = symbols_of(config)
    if symbols is None:
        return None
    started = time.perf_counter()
    try:
        found = answer(latex, given, config.budget, macros, symbols)
    except (NotationError, RecursionError):
        return None
    if found.premise:
        return without_premise(latex, found.outside)
    if found.outside:
        return None
    lines = LineMap(latex)
    claims = []
    for at, link in enumerate(found.links):
        repair = None
        if link.status == "refuted" and link.method == "a point":
            repair = mend(
                latex,
                link.start,
                link.end,
                attempt(given, at, len(found.links), macros, symbols, time.perf_counter() + REPAIRING * min(config.budget, 2.0)),
            )
        claims.append(
            ClaimReport(
                *lines.position(link.start), *lines.position(link.end), link.code, link.relation, link.lhs, link.rhs, link.status, link.method, link.sizes,
                link.message, link.assumptions, None, dict(link.witness) if link.witness is not None else None,
                None if repair is None else {"latex": repair.latex, "what": repair.what, "edit": None}, readings=link.readings,
                role="definition" if link.status == "definition" else "claim",
            )
        )  # fmt: skip
    end_line = lines.position(len(latex))[0]
    return FormulaReport("<claim>", 1, 1, end_line, "display", latex, tuple(claims), seconds=time.perf_counter() - started)


#: Kinds of declared symbols, and the kinds of the glossary that they are.
KINDS = {
    "policy": "policy", "state": "state", "action": "action", "reward": "reward", "distribution": "law", "function": "function", "index": "index",
    "count": "index",
    "scalar": "number", "parameter-vector": "parameter", "vector": "vector", "matrix": "matrix", "constant": "number",
}  # fmt: skip


def symbols_of(config: Config) -> dict[str, str] | None:
    """The declared symbols as kinds of the glossary; None where one has a kind that the glossary does not know."""
    out: dict[str, str] = {}
    for latex, what in config.symbols.items():
        entry = declared(latex, what, "settings")
        if entry.role not in KINDS:
            return None
        out[entry.name] = KINDS[entry.role]
    return out


def without_premise(latex: str, why: str) -> FormulaReport:
    """The report where something given cannot be used: nothing is said against or for the claim."""
    lines = LineMap(latex)
    message = f"Not decided: what is given cannot be used ({why})."
    claim = ClaimReport(*lines.position(0), *lines.position(len(latex)), "D503", "", "", "", "undecided", message=message)
    return FormulaReport("<claim>", 1, 1, lines.position(len(latex))[0], "display", latex, (claim,))


def attempt(
    given: list[str], at: int, count: int, macros: Mapping[str, Macro], symbols: Mapping[str, str], deadline: float
) -> Callable[[str], bool | None]:
    """Whether a mended formula's link holds; None where the time is spent."""

    def holds(latex: str) -> bool | None:
        if time.perf_counter() > deadline:
            return None
        try:
            found = answer(latex, given, 0.3, macros, symbols)
        except (NotationError, RecursionError):
            return False
        return not found.outside and len(found.links) == count and found.links[at].status in HOLDS

    return holds


__all__ = ["Answer", "LinkVerdict", "claim_by_meaning"]
