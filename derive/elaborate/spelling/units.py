r"""Units behind numbers, ``0.5\text{ bit}``: said for the reader, no factor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from derive.glossary.marks import ENTROPIES, LOGARITHMS, SMALL_CHANGES, UNITS
from derive.syntax.flat import Item, Row, inner_rows, parts_between, walk


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


def has_mixed_number(rows: Iterable[Row]) -> bool:
    r"""Whether a whole number stands before a fraction of two numbers that is less than one, ``1\frac12``: one and a half, or a product."""

    def less(item: Item) -> bool:
        parts = [r[0].value if len(r) == 1 and r[0].kind == "number" else None for r in item.rows]
        return item.kind == "frac" and len(parts) == 2 and None not in parts and parts[0] < parts[1]  # type: ignore[operator]

    pairs = (pair for row in rows for part in inner_rows(row) for pair in pairwise(part))
    return any(a.kind == "number" and a.value is not None and a.value.denominator == 1 and less(b) for a, b in pairs)


def of_differentials(lhs: Row, rhs: Row) -> bool:
    r"""Whether a differential is a factor of every term of both sides: ``du=2x\,dx``, of which nothing is calculated here."""
    if any(i.kind == "big" for row in (lhs, rhs) for i in walk(row)):
        return False  # of an integral it is no factor
    terms = [part for row in (lhs, rhs) for part in parts_between(row, "+", "-")]
    return bool(terms) and all(map(has_differential, terms)) and any(a.name in SMALL_CHANGES for a, _ in pairwise(lhs))


def has_differential(term: Row) -> bool:
    """Whether a ``d`` stands before what it is of: a letter, or brackets that are no arguments."""
    for first, second in pairwise(term):
        arguments = second.kind == "group" and (len(second.rows) > 1 or len(second.rows[0]) == 1 and not second.rows[0][0].sups)
        own = first.kind == "atom" and first.name in SMALL_CHANGES and not (first.subs or first.sups or first.primes)
        if own and (second.kind == "atom" or second.kind == "group" and not arguments):
            return True
    inner = [i.rows[0] for i in term if i.kind in ("frac", "group") and i.rows]
    return any(map(has_differential, inner))


def in_bits(lhs: Row, rhs: Row) -> tuple[Row, Row]:
    """Sides of which one is a number of bits and the other counts in nats, the other one in bits; any others as they are."""
    return (
        (counted(lhs, rhs), rhs)
        if units_of(rhs) == {"bit"}
        else (lhs, counted(rhs, lhs))
        if units_of(lhs) == {"bit"}
        else (lhs, rhs)
    )


def counted(side: Row, other: Row) -> Row:
    """A side in units of log 2, if it has logarithms without a base, or what is made of such."""
    atoms = [i for i in walk(side) if i.kind == "atom"]
    nats = any(i.name in LOGARITHMS and not i.subs or i.name in ENTROPIES for i in atoms)
    if units_of(side) or not side or not nats or any(i.name in LOGARITHMS and i.subs for i in atoms):
        return side
    two = (Item("atom", "text:log"), Item("number", "2", value=Fraction(2)))
    return (Item("frac", "frac", (side, two), start=side[0].start, end=side[-1].end),)


__all__ = ["in_bits", "of_two_units", "without_units"]
