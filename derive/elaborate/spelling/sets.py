r"""Sets written as what they say: ``x\in[0,1)`` is ``0\le x<1``, ``x\in\Delta_n`` is ``\sum_ix_i=1`` and ``x_i\ge0``."""

from __future__ import annotations

from dataclasses import replace

from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.reading.statements import Statement
from derive.glossary.marks import INDEX, INFINITY, SIMPLICES
from derive.syntax.flat import Item, Row, is_mark, numeral, parts_between

#: What the brackets of an interval say of its ends.
LEFT = {"[": r"\le", "(": "<", "]": "<"}
RIGHT = {"]": r"\le", ")": "<", "[": "<"}


def opened(given: Statement) -> list[Statement]:
    """A given with each letter of an interval between its ends, or with what a simplex says of its weights; any other as it is."""
    if given.rels != (r"\in",):
        return [given]
    ends = interval(given.terms[1])
    letters = parts_between(given.terms[0], ",")
    if ends is None and is_simplex(given.terms[1]) and all(is_vector(letter) for letter in letters):
        return [replace(given, terms=terms, rels=rels) for letter in letters for terms, rels in weights(letter[0])]
    if ends is None:
        return [given]
    return [replace(given, terms=terms, rels=rels) for letter in letters for terms, rels in (between(letter, ends),)]


def interval(row: Row) -> tuple[Row, str, str, Row] | None:
    """The ends of an interval and whether they belong to it; None for any other set."""
    group = row[0] if len(row) == 1 else None
    if group is None or group.kind != "group" or group.seps != (",",) or group.subs or group.sups or len(group.name) != 2:
        return None
    left, right = LEFT.get(group.name[0]), RIGHT.get(group.name[1])
    return (group.rows[0], left, right, group.rows[1]) if left is not None and right is not None else None


def is_simplex(row: Row) -> bool:
    r"""``\Delta``, ``\Delta_n``, ``\Delta^{n-1}``: weights by number; ``\Delta(A)`` is of laws, which have no numbers but elements."""
    return len(row) == 1 and row[0].kind == "atom" and row[0].name in SIMPLICES and not row[0].primes


def is_vector(row: Row) -> bool:
    """A letter without index that names no law."""
    return len(row) == 1 and row[0].kind == "atom" and not row[0].subs and not kinds(row[0].name).keys() & {"policy", "law"}


def weights(letter: Item) -> list[tuple[tuple[Row, ...], tuple[str, ...]]]:
    """That the components of a letter sum to one, and that none is negative."""
    index = Item("atom", INDEX)
    component = replace(letter, subs=((index,),))
    total = Item("big", "sum", subs=((index,),))
    return [(((total, component), (numeral(1),)), ("=",)), (((component,), (numeral(0),)), (r"\ge",))]


def is_range(row: Row) -> bool:
    """Whether a set is an interval or a simplex, or lists numbers."""
    listed = len(row) == 1 and row[0].kind == "group" and row[0].name == "{}" and row[0].rows
    return (
        interval(row) is not None
        or is_simplex(row)
        or bool(listed)
        and all(len(r) == 1 and r[0].kind == "number" for r in row[0].rows)
    )


def between(letter: Row, ends: tuple[Row, str, str, Row]) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """A chain with a letter in its middle; an end that is infinite bounds nothing."""
    low, left, right, high = ends
    terms, rels = [letter], []
    if not endless(low):
        terms, rels = [low, *terms], [left]
    if not endless(high):
        terms, rels = [*terms, high], [*rels, right]
    return tuple(terms), tuple(rels)


def chain_of(row: Row) -> Row | None:
    """A condition ``x in [0,1)`` as one chain; None for any other."""
    at = next((i for i, item in enumerate(row) if is_mark(item, r"\in")), None)
    ends = interval(row[at + 1 :]) if at is not None else None
    if at is None or ends is None or len(parts_between(row[:at], ",")) != 1:
        return None
    terms, rels = between(row[:at], ends)
    out = list(terms[0])
    for rel, term in zip(rels, terms[1:], strict=True):
        out += [Item("mark", rel), *term]
    return tuple(out) if rels else ()


def endless(row: Row) -> bool:
    return any(i.name in INFINITY for i in row)
