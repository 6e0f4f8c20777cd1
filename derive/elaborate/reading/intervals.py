"""Intervals: their ends, and whether these belong to them."""

from __future__ import annotations

from derive.glossary.marks import INFINITY
from derive.syntax.flat import Row

#: What the brackets of an interval say of its ends.
LEFT = {"[": r"\le", "(": "<", "]": "<"}
RIGHT = {"]": r"\le", ")": "<", "[": "<"}


def interval(row: Row) -> tuple[Row, str, str, Row] | None:
    """The ends of an interval and whether they belong to it; None for any other set."""
    group = row[0] if len(row) == 1 else None
    if group is None or group.kind != "group" or group.seps != (",",) or group.subs or group.sups or len(group.name) != 2:
        return None
    left, right = LEFT.get(group.name[0]), RIGHT.get(group.name[1])
    return (group.rows[0], left, right, group.rows[1]) if left is not None and right is not None else None


def between(letter: Row, ends: tuple[Row, str, str, Row]) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """A chain with a letter in its middle; an end that is infinite bounds nothing."""
    low, left, right, high = ends
    terms, rels = [letter], []
    if not endless(low):
        terms, rels = [low, *terms], [left]
    if not endless(high):
        terms, rels = [*terms, high], [*rels, right]
    return tuple(terms), tuple(rels)


def endless(row: Row) -> bool:
    return any(i.name in INFINITY for i in row)


__all__ = ["between", "interval"]
