r"""Indices written above a name in brackets, ``x^{(i)}``: lowered to where indices stand."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace
from itertools import pairwise

from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.reading.statements import Statement
from derive.glossary.marks import DISCOUNTS
from derive.syntax.flat import Item, Row, everywhere, inner_rows, is_mark, walk


def lowered(
    lhs: Row, rhs: Row, conditions: tuple[Row, ...], givens: list[Statement]
) -> tuple[Row, Row, tuple[Row, ...], list[Statement]]:
    """All rows of a claim with the indices of ``x^{(i)}`` and ``r^{(0)}`` below their names."""
    rows = [lhs, rhs, *conditions, *(t for g in givens for t in (*g.terms, *g.conditions))]
    names = indexed_above(rows)
    equal = ((lhs, rhs), *(g.terms[:2] for g in givens if g.rels == ("=",)))
    times = timed_above(rows) | counted_above(rows, [left[0] for left, right in equal if len(left) == 1 and len(right) > 1])
    summed: set[Hashable] = {j.key for row in rows for i in walk(row) if i.kind == "big" for s in i.subs for j in s[:1]}
    inside = any(in_brackets(i, summed) for row in rows for i in walk(row))
    if not names | times and not inside:
        return lhs, rhs, conditions, givens

    def low(row: Row) -> Row:
        made = tuple(lower(item, names, times) for item in row)
        return everywhere(made, without_brackets) if inside else made

    changed = [replace(g, terms=tuple(map(low, g.terms)), conditions=tuple(map(low, g.conditions))) for g in givens]
    return low(lhs), low(rhs), tuple(map(low, conditions)), changed


def in_brackets(item: Item, summed: set[Hashable]) -> bool:
    """Whether an index that a sum runs through stands in brackets below a name: ``y_{(i)}``."""
    return item.kind == "atom" and any(
        len(s) == 1 and s[0].kind == "group" and s[0].name == "()" and len(s[0].rows) == 1 == len(s[0].rows[0])
        and s[0].rows[0][0].key in summed for s in item.subs
    )  # fmt: skip


def without_brackets(row: Row) -> Row:
    """A row with such indices, and numbers in their places, plain."""

    def plain(sub: Row) -> Row:
        one = sub[0] if len(sub) == 1 else None
        bare = one is not None and one.kind == "group" and one.name == "()" and len(one.rows) == 1 and not one.sups
        return one.rows[0] if bare and one is not None else sub

    return tuple(replace(i, subs=tuple(map(plain, i.subs))) if i.kind == "atom" and i.subs else i for i in row)


def indexed_above(rows: Iterable[Row]) -> set[Hashable]:
    """Names with an index in brackets above them: a letter for one, not the order of a derivative or of a return."""
    found: set[Hashable] = set()
    for row in rows:
        for part in (row, *(r for i in walk(row) for r in (*i.rows, *i.subs, *i.sups))):
            for item in part:
                inner = bracketed(item)
                letters = [i for i in inner or () if i.kind == "atom"]
                if inner is None or not letters or item.subs or item.primes or "policy" in kinds(item.name):
                    continue
                if all(kinds(i.name).keys() & {"index", "time"} and not i.word for i in letters):
                    found.add((item.name, item.accents))
    return found


def timed_above(rows: Iterable[Row]) -> set[Hashable]:
    """Rewards, states and returns with their times above them, s^t and s^{t+1}, in a claim with a discount: always so, and never a power."""
    atoms = [i for row in rows for i in walk(row) if i.kind == "atom"]
    if not any(i.name in DISCOUNTS for i in atoms):
        return set()
    own = [i for i in atoms if kinds(i.name).keys() & {"process", "reward", "state"} and not i.word]
    timed: set[Hashable] = {(i.name, i.accents) for i in own if is_time(i) and not i.subs}
    other = {(i.name, i.accents) for i in own if i.subs or i.sups and not is_time(i)}
    ahead = any(is_time(i) and any(is_mark(j, "+") for j in i.sups[0]) for i in own)
    return timed - other if ahead else set()


def counted_above(rows: Iterable[Row], said: list[Item]) -> set[Hashable]:
    """Names with their number above them and never without: of which one is applied, ``Q^0(s,a)``, or the next ``said`` by this one, ``x^{k+1}=x^k/2+1``."""
    parts = [part for row in rows for part in inner_rows(row)]
    named = [(i, g) for part in parts for i, g in pairwise((*part, Item("mark", ""))) if i.kind == "atom" and not i.word]
    ahead = [replace(first, sups=before(first)).key for first in said if before(first)]
    found = {
        (i.name, i.accents) for i, g in named
        if g.kind == "group" and [[j.value for j in s] for s in i.sups] == [[0]]
        or i.key in ahead
    }  # fmt: skip
    plain = {(i.name, i.accents) for i, _ in named if i.subs or not is_time(i, counted=True)}
    return {n for n in found - plain if not kinds(n[0]).keys() & {"discount", "decay", "policy", "euler"}}


def before(item: Item) -> tuple[Row, ...]:
    """The number above a name less one, ``k`` of ``x^{k+1}``; nothing for anything else."""
    sup = item.sups[0] if len(item.sups) == 1 else ()
    return (sup[:1],) if len(sup) == 3 and is_mark(sup[1], "+") and sup[2].value == 1 and is_time(item, counted=True) else ()


def is_time(item: Item, counted: bool = False) -> bool:
    """Whether a time stands above a name: t, t+1, t+k; a number too, where it is ``counted``."""
    return (
        len(item.sups) == 1
        and bool(item.sups[0])
        and (
            kinds(item.sups[0][0].name).keys() & {"time", "index"} or item.sups[0][0].kind == "number"
            if counted
            else "time" in kinds(item.sups[0][0].name)
        )
        and all(
            is_mark(i, "+", "-") or i.kind == "number" or i.kind == "atom" and bool(kinds(i.name).keys() & {"time", "index"})
            for i in item.sups[0]
        )
    )


def bracketed(item: Item) -> Row | None:
    """What stands in brackets above a name."""
    if item.kind != "atom" or len(item.sups) != 1 or len(item.sups[0]) != 1:
        return None
    group = item.sups[0][0]
    plain = group.kind == "group" and group.name == "()" and len(group.rows) == 1
    if not plain or not all(i.kind in ("atom", "number") or is_mark(i, "+", "-") for i in group.rows[0]):
        return None
    return group.rows[0]


def lower(item: Item, names: set[Hashable], times: set[Hashable]) -> Item:
    inner = bracketed(item)
    if item.kind == "atom" and (item.name, item.accents) in times and not item.subs and is_time(item, counted=True):
        return replace(item, subs=item.sups, sups=())
    if inner is not None and (item.name, item.accents) in names and not item.subs:
        return replace(item, subs=(inner,), sups=())
    if not (item.rows or item.subs or item.sups):
        return item

    def low(row: Row) -> Row:
        return tuple(lower(i, names, times) for i in row)

    return replace(item, rows=tuple(map(low, item.rows)), subs=tuple(map(low, item.subs)), sups=tuple(map(low, item.sups)))
