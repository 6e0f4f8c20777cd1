r"""Names that stand without the arguments with which they are defined: ``f'=2x`` where ``f(x)=x^2``, ``\nabla_wL`` of ``L(w)``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from derive.elaborate.given.givens import NOT_DEFINED
from derive.elaborate.given.partial_givens import PICKS
from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.reading.slashed import slashed
from derive.elaborate.reading.statements import Statement
from derive.glossary.functions import FUNCTIONS
from derive.glossary.marks import TRANSPOSES, VALUE_NAMES
from derive.syntax.flat import Item, Row, before_brackets, inner_rows, parts_between, row_key, walk

#: What stands bare as a whole, and for no value of it.
WHOLES = frozenset(("law", "policy", "joint", "visitation", "transition", "operator"))
#: Signs between the laws that a divergence compares.
BETWEEN = {"\\|", "||"}
#: Brackets that hold terms; in any other a name may stand for all its values.
PLAIN = ("()", "[]", "{}", r"\{\}", "||")


def defined_at(definition: Statement) -> dict[tuple[object, ...], Item]:
    """The name that is defined at letters, and those that stand at the same ones in what it is, each with the brackets behind it; none in other
    statements, and none that stand for all their values."""
    name, *rest = definition.terms
    if definition.rels[:1] not in (("=",), (":=",), (r"\equiv",)) or len(name) != 2 or not at_letters(*name):
        return {}
    places = {row_key(r) for r in name[1].rows}
    inner = [(a, b) for a, b in before_brackets(rest[:1]) if at_letters(a, b) and {row_key(r) for r in b.rows} <= places]
    linear = any(i.name in TRANSPOSES for i in walk(rest[0]))  # a number, whatever its letter may be elsewhere
    heads = [(a, b) for a, b in (tuple(name), *inner) if a.name not in NOT_DEFINED | FUNCTIONS.keys() and not a.word]
    return {
        replace(a, sups=()).key: b for a, b in heads if linear or a.name not in VALUE_NAMES and not kinds(a.name).keys() & WHOLES
    }


def at_letters(head: Item, group: Item) -> bool:
    """Whether brackets behind a name hold letters alone."""
    plain = head.kind == "atom" and not (head.primes or head.sups or group.sups or group.subs or set(group.seps) - {",", ";"})
    return plain and is_at_letters(group)


def is_at_letters(group: Item) -> bool:
    """Whether brackets hold letters alone."""
    letters = all(len(r) == 1 and r[0].kind == "atom" and not r[0].word for r in group.rows)
    return group.kind == "group" and group.name in ("()", "[]") and letters


def filled_in(rows: Iterable[Row], definitions: Iterable[Statement]) -> tuple[Row, ...] | None:
    """Rows in which names that are defined at letters stand with these everywhere; None where none stands bare, none where one is meant as a whole."""
    table = {key: args for one in definitions for key, args in defined_at(one).items()}
    rows = tuple(rows)
    if not table:
        return None
    try:
        full = tuple(filled(row, table) for row in rows)
    except Whole:
        return ()
    return full if [*map(row_key, full)] != [*map(row_key, rows)] else None


def ordered_everywhere(given: Statement, rows: Iterable[Row]) -> list[Statement]:
    """An order of functions and a number, ``p,q>0`` of ``p(x)`` and ``q(x)``, as said of their values; any other statement as it is."""
    if len(given.rels) != 1 or given.rels[0] not in PICKS or not any(len(t) == 1 and t[0].kind == "number" for t in given.terms):
        return [given]
    rows, names = tuple(rows), parts_between(given.terms[0], ",")
    if len(given.terms) != 2 or not all(len(n) == 1 and n[0].kind == "atom" and not (n[0].word or n[0].sups) for n in names):
        return [given]
    full = [everywhere_applied(n[0], rows) for n in names]
    return [given] if None in full else [replace(given, terms=(f, given.terms[1])) for f in full if f is not None]


def everywhere_applied(name: Item, rows: tuple[Row, ...]) -> Row | None:
    """A function with the letters to which rows apply it, a law with any; None for what stands bare and is no law."""
    groups = (i for whole in rows for row in inner_rows(whole) for i in row if i.kind == "group" and BETWEEN & set(i.seps))
    compared = any(len(r) == 1 and r[0].key == name.key for group in groups for r in group.rows)
    pairs = [
        (i, row[at + 1] if at + 1 < len(row) else None) for whole in rows for row in inner_rows(whole) for at, i in enumerate(row)
    ]
    behind = [b if is_applied(i, b) else None for i, b in pairs if i.key == name.key]
    applied = [b for b in behind if b is not None and is_at_letters(b)]
    args = applied[0] if applied else Item("group", "()", ((Item("atom", "x"),),)) if compared else None
    return None if args is None or None in behind and not compared else (name, replace(args, start=name.end, end=name.end))


class Whole(Exception):
    """A name stands for all its values."""


def filled(row: Row, table: Mapping[tuple[object, ...], Item]) -> Row:
    """A row with the arguments that its names leave out.

    Raises: Whole where a name is all that something is applied to.
    """
    row = slashed(row)
    out: list[Item] = []
    for at, item in enumerate(row):
        behind = row[at + 1] if at + 1 < len(row) else None
        args = table.get(replace(item, primes=0, sups=()).key) if item.kind == "atom" else None
        counts = not (item.primes or item.subs) and kinds(item.name).keys() & {"time", "index"}  # a horizon, it may be
        if args is not None and not counts and not is_applied(item, behind):
            if out and is_operator(out[-1]):
                raise Whole
            powers = tuple(filled(r, table) if is_exponent(item, r) else r for r in item.sups)
            out += [replace(item, sups=()), replace(args, sups=powers, start=item.end, end=item.end)]
            continue
        before = row[at - 1] if at else None
        inner = item.rows
        if inner:
            of_name = item.kind == "group" and before is not None and before.kind == "atom" and not before.word
            of_name = of_name and before is not None and before.name not in NOT_DEFINED | FUNCTIONS.keys()
            alone = any(len(r) == 1 and replace(r[0], primes=0, sups=()).key in table for r in inner)
            applied = behind is not None and item.kind == behind.kind == "group" and (before is None or before.kind != "atom")
            if alone and (of_name or item.kind == "group" and item.name not in PLAIN) or applied and stands_bare(inner, table):
                raise Whole
            inner = tuple(filled(r, table) for r in inner)
        sups = tuple(filled(r, table) if is_exponent(item, r) else r for r in item.sups)
        out.append(replace(item, rows=inner, sups=sups) if (inner, sups) != (item.rows, item.sups) else item)
    return tuple(out)


def is_operator(before: Item) -> bool:
    """Whether a capital before a name may act on all its values."""
    return before.kind == "atom" and not before.word and before.said[-1:].isupper()


def stands_bare(rows: Iterable[Row], table: Mapping[tuple[object, ...], Item]) -> bool:
    """Whether one of several names stands in rows without brackets behind it."""
    parts = [part for row in rows for part in inner_rows(row)]
    return any(
        replace(a, primes=0, sups=()).key in table and not is_applied(a, b)
        for part in parts
        for a, b in zip(part, (*part[1:], None), strict=True)
    )


def is_exponent(item: Item, above: Row) -> bool:
    """Whether what stands above an item is a power of it, and no mark."""
    return (
        len(above) > 1
        or bool(above)
        and (above[0].kind in ("frac", "group") or item.kind == "atom" and "euler" in kinds(item.name))
    )


def is_applied(item: Item, behind: Item | None) -> bool:
    r"""Whether a name has brackets with its arguments behind it; those in which it stands itself are a factor: ``\sigma(1-\sigma)``."""
    if behind is None or behind.kind != "group" or behind.name not in ("()", "[]"):
        return False
    return not any(i.name == item.name and i.accents == item.accents for r in behind.rows for i in walk(r) if i.kind == "atom")


__all__ = ["defined_at", "filled_in", "ordered_everywhere"]
