"""Derivatives that are written with a slash: ``dL/dw`` is the quotient that it looks like."""

from __future__ import annotations

from derive.glossary.marks import DIFFERENTIALS
from derive.syntax.flat import Item, Row, is_mark


def slashed(row: Row) -> Row:
    """A row with ``dL/dw`` as a quotient of differentials."""
    for at in range(len(row) - 4):
        d, name, slash, dx, letter = row[at : at + 5]
        same = d.name == dx.name and d.name in DIFFERENTIALS and not dx.sups and is_mark(slash, "/")
        if same and name.kind == letter.kind == "atom" and letter.name not in DIFFERENTIALS:
            quotient = Item("frac", "frac", ((d, name), (dx, letter)), start=d.start, end=letter.end)
            return (*row[:at], quotient, *slashed(row[at + 5 :]))
    return row


__all__ = ["slashed"]
