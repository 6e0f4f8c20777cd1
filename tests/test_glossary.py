"""Rows of the glossary: each reads back as the constant that it means."""

from __future__ import annotations

import re

import pytest

from derive.core.constants import CONSTANTS
from derive.core.terms import Op, walk
from derive.elaborate.claims import readings
from derive.glossary.letters import letters
from derive.glossary.row import DIALECTS, Row
from derive.glossary.values import bare_rows, rows

#: Letters for the holes of a pattern.
FILLED = {"pi": r"\pi", "s": "s", "z": "s_0", "t": "s'", "a": "a", "r": "r", "k": "k"}


def spelled(row: Row) -> str:
    """The pattern of a row with letters in its holes."""
    return re.sub(r"<(\w+)>", lambda hole: "{" + FILLED[hole[1]] + "}", row.pattern)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.pattern)
def test_a_row_reads_back_as_its_constant(row: Row) -> None:
    latex = spelled(row)
    # by itself, or where values and a discount, or an objective, show what a claim speaks of
    found = [
        reads[0]
        for claim in (f"{latex} = {latex}", rf"{latex} = \gamma V^*(s)", rf"{latex} = J(\pi)")
        for read in readings(claim, [])
        if (reads := read.readings)
    ]
    assert found, latex
    assert any(isinstance(t, Op) and t.name == row.means for reading in found for t in walk(reading.claim.lhs)), str(
        found[0].claim
    )


@pytest.mark.parametrize("row", [*rows(), *bare_rows()], ids=lambda row: row.pattern)
def test_a_row_names_a_constant_a_dialect_and_a_sentence(row: Row) -> None:
    assert row.means in CONSTANTS
    assert set(row.dialects) <= set(DIALECTS)
    assert row.says


def test_no_letter_is_of_one_kind_twice() -> None:
    seen = [(letter.name, letter.kind) for letter in letters()]
    assert len(seen) == len(set(seen))
