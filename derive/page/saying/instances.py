r"""What a definition says of a name at numbers: ``f(x)=x^3-x`` of ``f(2)``, ``H_n=\sum_{k=1}^n1/k`` of ``H_4``."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from derive.elaborate.knowledge.scope import letter_key
from derive.page.saying.occurrences import is_number
from derive.syntax.flat import Item, Row, everywhere, row_key


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
        if hole is None or not is_number(at) or row_key(table.get(letter_key(hole), at)) != row_key(at):
            return None
        table[letter_key(hole)] = at
    return everywhere(body, lambda row: put(row, table)) if table else None


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


__all__ = ["instance_of"]
