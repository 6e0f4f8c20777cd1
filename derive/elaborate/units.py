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


__all__ = ["without_units"]
