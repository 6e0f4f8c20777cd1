r"""What a definition says of a name at numbers: ``f(x)=x^3-x`` of ``f(2)``, ``H_n=\sum_{k=1}^n1/k`` of ``H_4``."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from fractions import Fraction

from derive.elaborate.knowledge.scope import letter_key
from derive.elaborate.reading.statements import Statement
from derive.page.saying.occurrences import is_numeric
from derive.syntax.flat import Item, Row, everywhere, is_mark, numeral, row_key


def instance_of(name: Row, definition: tuple[Row, Row]) -> Row | None:
    """The right side of a definition with numbers for the letters at which it is said; None where a name is no instance of its left side."""
    said, body = definition
    if len(name) != len(said) or not 1 <= len(name) <= 2 or {i.kind for i in (name[0], said[0])} != {"atom"}:
        return None
    head, of = name[0], said[0]
    if (head.name, head.accents, head.primes) != (of.name, of.accents, of.primes):
        return None
    places = [*paired(head.subs, of.subs), *paired(head.sups, of.sups)]
    if len(name) == 2:
        if name[1].kind != "group" or said[1].kind != "group" or name[1].seps != said[1].seps or name[1].sups or said[1].sups:
            return None
        places += paired(name[1].rows, said[1].rows)
    table: dict[Hashable, Row] = {}
    for at, letter in places:
        if row_key(at) == row_key(letter):
            continue
        hole = letter[0] if len(letter) == 1 and letter[0].kind == "atom" else None
        if hole is None or not is_numeric(at) or row_key(table.get(letter_key(hole), at)) != row_key(at):
            return None
        table[letter_key(hole)] = at
    return everywhere(body, lambda row: put(row, table)) if table else None


def at_letter(one: Statement) -> Statement:
    """What is said of the next member of a sequence, ``a_{n+1}=2a_n``, as what it says of any: ``a_n=2a_{n-1}``; any other as it is."""
    name, body = one.terms[:2]
    below = name[0].subs[0] if len(name[0].subs) == 1 else ()
    if len(below) != 3 or not is_mark(below[1], "+") or below[0].kind != "atom" or below[2].value != 1:
        return one
    letter = below[0].key
    earlier = Item("group", "()", ((below[0], Item("mark", "-"), numeral(1)),))

    def moved(row: Row) -> Row:
        here = (i.kind == "atom" and replace(i, sups=()).key == letter for i in row)
        return tuple(replace(earlier, sups=i.sups, start=i.start, end=i.end) if x else i for i, x in zip(row, here, strict=True))

    return replace(one, terms=((replace(name[0], subs=(below[:1],)), *name[1:]), everywhere(body, moved)))


def counted(row: Row) -> Row:
    """A row in which indices that are calculated with numbers are numbers: ``R_{0+1}`` is ``R_1``."""
    return tuple(replace(i, subs=tuple(map(as_number, i.subs))) if i.subs else i for i in row)


def as_number(index: Row) -> Row:
    """The number that an index comes to; an index of letters as it is."""
    total, sign = Fraction(0), 1
    for item in index:
        inner = as_number(item.rows[0]) if item.kind == "group" and len(item.rows) == 1 else (item,)
        known = inner[-1].value if all(is_mark(i, "-") for i in inner[:-1]) and inner[-1].kind == "number" else None
        if is_mark(item, "+", "-"):
            sign = -1 if item.name == "-" else 1
        elif known is not None:
            total += sign * known * (-1) ** (len(inner) - 1)
        else:
            return index
    if total.denominator != 1 or len(index) < 2 and index[0].kind != "group":
        return index
    return (numeral(int(total)),) if total >= 0 else (Item("mark", "-"), numeral(int(-total)))


def paired(rows: tuple[Row, ...], others: tuple[Row, ...]) -> list[tuple[Row, Row]]:
    """Rows in the same places; a pair that nothing fits where there are more of one."""
    return [*zip(rows, others, strict=True)] if len(rows) == len(others) else [((), (Item("mark", ""),))]


def put(row: Row, table: dict[Hashable, Row]) -> Row:
    """A row with numbers for its letters."""
    out: list[Item] = []
    for item in row:
        number = table.get(letter_key(replace(item, sups=()))) if item.kind == "atom" else None
        if number is None:
            out.append(item)
        elif len(row) == 1 and not item.sups:
            out += number
        else:
            out.append(Item("group", "()", (number,), sups=item.sups, start=item.start, end=item.end))
    return tuple(out)


__all__ = ["at_letter", "counted", "instance_of"]
