"""Units behind numbers, ``0.5\\text{ bit}``: said for the reader, no factor."""

from __future__ import annotations

from dataclasses import replace

from derive.glossary.marks import UNITS
from derive.syntax.flat import Row


def without_units(row: Row) -> Row:
    """A row without the units that stand behind its numbers."""
    out = []
    for at, item in enumerate(row):
        word = item.said.strip() if item.kind == "text" or item.word else ""
        if at and row[at - 1].kind == "number" and word in UNITS:
            continue
        out.append(replace(item, rows=tuple(map(without_units, item.rows))) if item.rows else item)
    return tuple(out)


def units_of(row: Row) -> set[str]:
    """The units that stand behind numbers of a row."""
    out = {
        item.said.strip()
        for at, item in enumerate(row)
        if at and row[at - 1].kind == "number" and (item.kind == "text" or item.word)
    }
    return {u.rstrip("s") if len(u) > 2 else u for u in out if u in UNITS}.union(
        *(units_of(r) for item in row for r in item.rows)
    )


def of_two_units(lhs: Row, rhs: Row) -> bool:
    """Whether one side counts in other units than the next: what is said is how the units go over into each other."""
    return bool(units_of(lhs)) and units_of(lhs) != units_of(rhs)


__all__ = ["of_two_units", "without_units"]
