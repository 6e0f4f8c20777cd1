"""Ranges of sums and products over time in one spelling: endless ones, and those that count from the second state."""

from __future__ import annotations

from dataclasses import replace

from derive.elaborate.knowledge.scope import kinds, letter_key
from derive.elaborate.reading.reach import binds
from derive.glossary.functions import EXPECTATIONS
from derive.glossary.marks import WITHOUT_END
from derive.syntax.flat import Item, Row, everywhere, is_mark, numeral, walk


def without_end(row: Row) -> Row:
    r"""A row in which ``\sum_{k\ge0}``, and ``\sum_{t'\ge t}`` over times, go on without end."""

    def change(part: Row) -> Row:
        return tuple(up_to_infinity(i) if i.kind == "big" and len(i.subs) == 1 and not i.sups else i for i in part)

    return everywhere(row, change)


def up_to_infinity(item: Item) -> Item:
    sub = item.subs[0]
    if item.name not in ("sum", "prod") or len(sub) != 3 or not is_mark(sub[1], r"\ge") or sub[0].kind != "atom":
        return item
    letter, _, start = sub
    later = start.kind == "atom" and "time" in kinds(start.name) and "time" in kinds(letter.name)
    if not later and start.value not in (0, 1):
        return item
    return replace(item, subs=((letter, Item("mark", "="), start),), sups=((Item("atom", WITHOUT_END),),))


def counted_from_zero(row: Row) -> Row:
    r"""A row in which ``\prod_{t=1}^Tf(s_{t-1},s_t)`` is ``\prod_{t=0}^{T-1}f(s_t,s_{t+1})``: the first state is s_0.

    The letter is counted anew wherever it stands behind the operator, however far that reaches; a row in which another operator
    binds the letter is left as it is.
    """

    def change(part: Row) -> Row:
        for at, item in enumerate(part):
            under = item.subs[0] if item.kind == "big" and item.name in ("sum", "prod") and len(item.subs) == 1 else ()
            if len(under) != 3 or not is_mark(under[1], "=") or under[2].value != 1 or len(item.sups) != 1:
                continue
            letter, rest = under[0], part[at + 1 :]
            bound = any(
                binds(s, letter_key(letter)) for i in walk(rest) for s in i.subs if i.kind == "big" or i.name in EXPECTATIONS
            )
            if "time" in kinds(letter.name) and -1 in steps_of(rest, letter) and not bound:
                start = (letter, under[1], numeral(0))
                counted = replace(item, subs=(start,), sups=(moved(item.sups[0], -1),))
                return (*part[:at], counted, *(later(i, letter) for i in rest))
        return part

    return everywhere(row, change)


def steps_of(body: Row, letter: Item) -> set[int | None]:
    """How far from the time of a letter the states and actions of a row are."""
    named = (i for i in walk(body) if i.kind == "atom" and {"state", "action"} & kinds(i.name).keys())
    return {offset(s, letter) for i in named for s in i.subs}


def offset(row: Row, letter: Item) -> int | None:
    """n for the row t + n, None for any other."""
    if not row or row[0].kind != "atom" or letter_key(row[0]) != letter_key(letter):
        return None
    if len(row) == 1:
        return 0
    value = row[2].value if len(row) == 3 and is_mark(row[1], "+", "-") else None
    if value is None or value.denominator != 1:
        return None
    return int(value) if row[1].name == "+" else -int(value)


def moved(row: Row, steps: int) -> Row:
    """A time some steps later: T − 1 for T and −1, T for T + 1 and −1."""
    n = (offset(row, row[0]) or 0) + steps if offset(row, row[0]) is not None else None
    if n is None:
        return (*row, Item("mark", "+" if steps > 0 else "-"), numeral(abs(steps)))
    return row[:1] if n == 0 else (row[0], Item("mark", "+" if n > 0 else "-"), numeral(abs(n)))


def later(item: Item, letter: Item) -> Item:
    """An item with the next time for each: t + 1 for t, t for t − 1."""
    if item.kind == "atom" and letter_key(item) == letter_key(letter):
        return Item("group", "()", (moved((item,), 1),), start=item.start, end=item.end)

    def changed(rows: tuple[Row, ...]) -> tuple[Row, ...]:
        return tuple(moved(r, 1) if offset(r, letter) is not None else tuple(later(i, letter) for i in r) for r in rows)

    return replace(item, rows=changed(item.rows), subs=changed(item.subs), sups=changed(item.sups))


__all__ = ["counted_from_zero", "without_end"]
