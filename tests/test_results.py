"""Results of the literature, each with its mistakes: the tables in ``tests/results``.

A row of a family's table states a result as a text writes it, with what is given, where it comes from, and the slips that
people make in it: the result must be found true and every slip refuted.  ``open.md`` lists what is not decided yet: of those
it is only asked that none is called what it is not.  ``wrong.md``, where there is one, lists what is: expected failures.
"""

from __future__ import annotations

import pytest
from result_tables import FAMILIES, OPEN, WRONG, label

from derive.check.config import Config
from derive.check.proofreading.meaning import verify

TRUE = ("proved", "confirmed")
FAILS = ("refuted", "doubtful")


def status(latex: str, given: list[str]) -> str:
    return verify(latex, given, Config()).status


@pytest.fixture(autouse=True)
def _without_repairs(monkeypatch):
    """Only verdicts count here; looking for repairs of hundreds of mistakes takes most of the time."""
    monkeypatch.setattr("derive.check.proofreading.meaning.repair_of", lambda *_: None)


@pytest.mark.parametrize("row", FAMILIES, ids=label)
def test_a_result_is_true_and_its_mistakes_are_not(row):
    """A mistake is refuted, or doubted where a dearer reading escapes; a variant that needs an assumption never holds without it."""
    assert status(row.true, row.given) in TRUE
    assert {claim: found for claim in row.mistakes if (found := status(claim, row.given)) not in FAILS} == {}
    assert {claim: found for claim in row.only_if if (found := status(claim, row.given)) not in ("conditional", *FAILS)} == {}


AS_EXPECTED = [pytest.param(row, id=label(row)) for row in OPEN]
KNOWN = [pytest.param(row, id=label(row), marks=pytest.mark.xfail(reason="called what it is not")) for row in WRONG]


@pytest.mark.parametrize("row", [*AS_EXPECTED, *KNOWN])
def test_what_is_open_is_never_called_what_it_is_not(row):
    assert status(row.true, row.given) != "refuted"
    assert [mistake for mistake in row.mistakes if status(mistake, row.given) in TRUE] == []


def test_the_tables_are_as_large_as_they_claim():
    """At least 150 results, each with a source and a mistake of its own; none stated twice."""
    assert len(FAMILIES) >= 150
    assert all(row.source and row.mistakes for row in FAMILIES)
    stated = [(row.true, tuple(row.given)) for row in FAMILIES]
    assert len(set(stated)) == len(stated)
