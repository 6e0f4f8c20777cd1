"""One claim, or a batch of them, without a document around."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from derive.check.config import Config
from derive.check.findings import ClaimReport, FileReport, FormulaReport, Report
from derive.check.report.text import render_findings
from derive.check.suppress import hardened
from derive.check.workers import spread
from derive.files import visible
from derive.guard import OUT_OF_TIME, silence


def verify_one(latex: str, given: list[str], config: Config) -> Report:
    """The report on one claim, as a run over a one-formula document called ``<claim>``."""
    from derive.check.proofreading.meaning import verify

    try:
        found = verify(latex, given, config)
    except Exception as error:  # a bug in deciding is no verdict
        found = _lost(latex, f"internal error ({type(error).__name__}: {error})")
    found = replace(found, claims=tuple(hardened(claim, config) for claim in found.claims))
    return Report((FileReport(found.path or "<claim>", (found,)),))


def verify_apart(latex: str, given: list[str], config: Config) -> Report:
    """The report on one claim from a process of its own, which it cannot take longer or more of the machine than a claim may."""
    work = partial(_verified, given=given, config=config)
    return next(spread(work, [latex], partial(_report, config=config), jobs=1, deadline=silence(config.budget)))


def _verified(latex: str, given: list[str], config: Config) -> Report:
    return verify_one(latex, given, config)


def _report(latex: str, reason: str, config: Config) -> Report:
    claims = tuple(hardened(claim, config) for claim in _lost(latex, reason).claims)
    return Report((FileReport("<claim>", (replace(_lost(latex, reason), claims=claims),)),))


def _lost(latex: str, reason: str) -> FormulaReport:
    code = "D514" if reason == OUT_OF_TIME else "D590"
    claim = ClaimReport(1, 1, 1, len(latex) + 1, code, "", "", "", "undecided", message=f"Not decided: {reason}.")
    return FormulaReport("<claim>", 1, 1, 1, "display", latex, (claim,))


def answer(item: Any, found: FormulaReport) -> dict[str, Any]:
    """A batch's line about one item: the id, the status, the message of the worst claim, and all claims."""
    made = found.to_json()
    claims = made["claims"]
    main = next((claim for claim in claims if claim["status"] == made["status"]), None)
    chosen = (
        {key: main[key] for key in ("code", "method", "sizes", "assumptions", "residual", "witness", "repair")} if main else {}
    )
    return {"id": item, "status": made["status"], "message": main["message"] if main else "", **chosen, "claims": claims}


def _failure(item: Any, message: str, status: str = "unreadable") -> dict[str, Any]:
    return {"id": item, "status": status, "message": message, "error": True, "claims": []}


def _read(line: str) -> Any:
    """What a line says; JSON has no number that is none, and none that is infinite, so that the answer's id is JSON again.

    Raises:
        ValueError, RecursionError: it is not JSON.
    """
    item = json.loads(line)
    json.dumps(item, allow_nan=False)
    return item


def _work(line: str, config: Config) -> dict[str, Any]:
    try:
        item = _read(line)
    except (ValueError, RecursionError) as error:
        return _failure(None, f"This line is not JSON: {error}.")
    if not isinstance(item, dict):
        return _failure(None, "This line is not a JSON object with id and latex.")
    name, latex, given = item.get("id"), item.get("latex"), item.get("given") or []
    if not isinstance(latex, str):
        return _failure(name, "This item has no latex (a string).")
    if isinstance(given, str):
        given = [given]
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        return _failure(name, "This item's given is not a list of strings.")
    return answer(name, verify_one(latex, given, config).formulas[0])


def _gone(line: str, reason: str) -> dict[str, Any]:
    try:
        name = _read(line).get("id")
    except (ValueError, AttributeError, RecursionError):
        name = None
    return {**_failure(name, f"Not decided: {reason}.", "undecided"), "code": "D514" if reason == OUT_OF_TIME else "D590"}


def verify_batch(lines: Iterable[str], config: Config, jobs: int = 0) -> Iterator[dict[str, Any]]:
    """The answers to JSON lines, in the same order; blank lines are passed over."""
    wanted = [line for line in lines if line.strip()]
    deadline = max(20.0, 10 * config.budget)
    yield from spread(partial(_work, config=config), wanted, _gone, jobs=jobs, deadline=deadline)


def render_verdict(report: Report, latex: str, *, colour: bool = False) -> str:
    """The verdict on one claim for people: what is true as well as what is not."""
    formula = report.formulas[0]
    said = []
    for claim in formula.claims:
        if not claim.weight():
            how = ", ".join(part for part in (claim.method, claim.sizes) if part)
            said.append(visible(f"{claim.status}: {claim.message or latex.strip()}" + (f" ({how})" if how else "")))
    if not formula.claims:
        said.append("no-claim: there is nothing to decide here.")
    found = render_findings(report, lambda _: latex, colour=colour)
    return "\n".join([*said, found.rstrip()]).strip() + "\n"
