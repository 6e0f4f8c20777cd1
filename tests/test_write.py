r"""Core terms are written so that they read back: every result of the tables, in every dialect."""

from __future__ import annotations

import pytest
from result_tables import FAMILIES, Row, label

from derive.core.canonical import canonical
from derive.core.terms import Op, Var, num, op
from derive.core.types import POLICY, REAL, STATE
from derive.elaborate.claims import Reading, readings
from derive.elaborate.write import Unwritable, write, write_claim
from derive.glossary.row import DIALECTS

#: Nothing here spells a definition that the page makes: what it stands for is written instead, and would be read beside it.
BY_THEMSELVES = [row for row in FAMILIES if not row.given]


def first_readings(latex: str) -> list[Reading]:
    return [read.readings[0] for read in readings(latex, []) if read.readings]


def spellings(reading: Reading) -> set[str]:
    """What the dialects write for a claim."""
    written = set()
    for dialect in DIALECTS:
        try:
            written.add(write_claim(reading.claim, reading.names, dialect, reading.indexed))
        except Unwritable:
            continue
    return written


@pytest.mark.parametrize("row", BY_THEMSELVES, ids=label)
def test_what_is_written_reads_back_in_every_dialect(row: Row) -> None:
    for latex in (row.true, *row.mistakes):
        for reading in first_readings(latex):
            for written in spellings(reading):
                (back,) = first_readings(written)
                assert canonical(back.claim) == canonical(reading.claim), f"{latex}: {written}"


def test_nearly_everything_that_is_read_can_be_written() -> None:
    read = [r for row in BY_THEMSELVES for r in first_readings(row.true)]
    refused = 0
    for reading in read:
        try:
            write_claim(reading.claim, reading.names, "course", reading.indexed)
        except Unwritable:
            refused += 1
    assert len(read) > 100
    assert refused < len(read) / 20


S, PI, X = Var(1, STATE), Var(2, POLICY), Var(3, REAL)
NAMES = {1: "s", 2: r"\pi", 3: "x"}


@pytest.mark.parametrize(
    ("term", "dialect", "latex"),
    [
        (op("value", PI, S), "course", r"V^{\pi}(s)"),
        (op("value", PI, S), "sutton-barto", r"v_{\pi}(s)"),
        (op("mul", op("add", X, num(1)), X), "course", r"\left(x+1\right)x"),
        (op("add", X, op("neg", op("add", X, num(1)))), "course", r"x-\left(x+1\right)"),
        (op("power", op("neg", X), num(2)), "course", r"\left(-x\right)^{2}"),
    ],
)
def test_terms_are_written_as_the_dialect_writes_them(term: Op, dialect: str, latex: str) -> None:
    assert write(term, NAMES, dialect) == latex


def test_what_has_no_spelling_is_refused() -> None:
    with pytest.raises(Unwritable, match="nonsense"):
        write(op("nonsense", X), NAMES)
    with pytest.raises(Unwritable, match="without a name"):
        write(Var(9, REAL), NAMES)
