"""Pages that are their own tests: ``tests/check/pages``.

A comment ``<!-- expect: refuted D403 -->`` speaks of the formulas between it and the comment before it: one item for all of
them, or one for each in order.  An item is a status, with the code of the finding where that matters; ``quiet`` stands for any
status of which a reader hears nothing.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from derive.check.config import Config
from derive.check.findings import FormulaReport
from derive.check.proofreading import meaning
from derive.check.run import check_text

#: Processor seconds for each link: what a page comes to must not hang on how fast the machine is.
PLENTY = 3.0

PAGES = sorted((Path(__file__).parent / "check" / "pages").glob("*.md"))
EXPECT = re.compile(r"<!-- expect: (.+?) -->")


def expectations(text: str) -> list[tuple[int, list[str]]]:
    """(line, items) of each expectation, in order."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        match = EXPECT.search(line)
        if match:
            found.append((number, [item.strip() for item in match[1].split(",")]))
    return found


def meets(formula: FormulaReport, item: str) -> bool:
    status, _, code = item.partition(" ")
    if status == "quiet":
        return not any(claim.weight() for claim in formula.claims)
    return formula.status == status and (not code or code in [claim.code for claim in formula.claims if claim.status == status])


def said(formula: FormulaReport) -> str:
    return "; ".join(f"{claim.status} {claim.code} {claim.message}" for claim in formula.claims)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_is_read_as_it_expects(path, monkeypatch):
    monkeypatch.setattr(meaning, "SECONDS", PLENTY)
    text = path.read_text(encoding="utf-8")
    report = check_text(str(path), text, Config(budget=PLENTY))
    assert report.problems == ()
    formulas, wrong, before = list(report.formulas), [], 0
    for line, items in expectations(text):
        these = [formula for formula in formulas if before < formula.line <= line]
        items = items * len(these) if len(items) == 1 else items
        assert len(items) == len(these) > 0, f"line {line}: {len(these)} formulas, {len(items)} expectations"
        missed = [(formula, item) for formula, item in zip(these, items) if not meets(formula, item)]
        wrong += [f"line {formula.line}: {formula.latex.strip()!r} is not {item}: {said(formula)}" for formula, item in missed]
        before = line
    assert [formula.line for formula in formulas if formula.line > before] == [], "a formula without an expectation"
    assert wrong == []
