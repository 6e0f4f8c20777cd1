r"""Derivatives by the numbers of a table, ``\frac{\partial\pi(x)}{\partial H(a)}``: what is applied is a member of a sequence there, ``H_a``.

And distributions by the list of their probabilities, ``H([0.9,0.1])``: the sum that is meant.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from derive.elaborate.knowledge.scope import kinds, letter_key
from derive.elaborate.knowledge.shapes import PLACE, latex_name, stem
from derive.elaborate.letters.heads import is_d
from derive.elaborate.reading.statements import Statement
from derive.glossary.functions import EXPECTATIONS
from derive.glossary.marks import ENTROPIES, LOGARITHMS
from derive.syntax.flat import Item, Row, applied_as_one, everywhere, inner_rows, is_mark, walk


def tables(rows: Iterable[Row]) -> dict[Hashable, str]:
    """The heads of a derivative by a number of a table, and of what is differentiated, each with a letter of its own; none elsewhere."""
    rows = tuple(rows)
    found: dict[Hashable, str] = {}
    own: set[str] = set()
    for item in (i for row in rows for i in walk(row) if i.kind == "frac" and len(i.rows) == 2):
        above, below = item.rows
        if len(below) == 3 and is_d(below[0]) and is_entry(below[1], below[2]) and len(above) == 3 and is_d(above[0]):
            if is_entry(above[1], above[2]):
                found |= {stem(below[1]): "h", stem(above[1]): "p"}
                own |= {below[1].name, above[1].name}
    taken = {i.name for row in rows for i in walk(row) if i.kind == "atom"}
    return {} if taken & set(found.values()) - own else found


def rows_of_tables(rows: Iterable[Row]) -> dict[Hashable, Hashable]:
    r"""Heads of tables of which a claim differentiates by an entry, ``\theta_{s,b}`` or ``h(s,b)``, and of which it names one row alone, with its letter."""
    rows = tuple(rows)
    parts = [part for row in rows for part in inner_rows(row)]
    below = [i.rows[1] for part in parts for i in part if i.kind == "frac" and len(i.rows) == 2 and len(i.rows[1]) > 1]
    found: dict[Hashable, Hashable] = {}
    for entry in below:
        places = in_table(entry[1], entry[2] if len(entry) > 2 else None) if is_d(entry[0]) else None
        if places is not None:
            found[stem(entry[1])] = letter_key(places[0])
    running = {
        letter_key(j) for part in parts for i in part if i.kind == "big" or i.name in EXPECTATIONS for s in i.subs for j in s
    }
    for part in parts if found else ():
        for item, behind in pairwise((*part, Item("mark", ""))):
            if item.kind == "atom" and stem(item) in found and (item.subs or behind.kind == "group"):
                places = in_table(item, behind)
                if places is None or letter_key(places[0]) != found[stem(item)] or letter_key(places[0]) in running:
                    del found[stem(item)]
    atoms = [i for row in rows for i in walk(row) if i.kind == "atom"] if found else []
    states = {letter_key(i) for i in atoms if kinds(i.name).get("state") == 0}
    followed = any(
        i.kind == "atom" and kinds(i.name).get("policy") == 0 for head in atoms for s in (*head.sups, *head.subs) for i in s
    )
    # what follows in other states, as values do, hangs on their rows too
    return {head: row for head, row in found.items() if row not in states or states == {row} and not followed}


def in_table(head: Item, behind: Item | None) -> tuple[Item, Item] | None:
    """The row and the column of an entry: two letters below a name, or in the brackets behind it."""
    if head.kind != "atom" or head.sups:
        return None
    if len(head.subs) == 1:
        letters = [i for i in head.subs[0] if not is_mark(i, ",")]
    elif not head.subs and behind is not None and behind.kind == "group" and behind.name == "()" and behind.seps == (",",):
        letters = [i for r in behind.rows for i in r]
    else:
        return None
    plain = len(letters) == 2 and all(i.kind == "atom" and not i.word for i in letters)
    return (letters[0], letters[1]) if plain else None


def without_row(row: Row, heads: dict[Hashable, Hashable]) -> Row:
    """A row with the entries of such tables by their columns alone."""

    def change(part: Row) -> Row:
        out: list[Item] = []
        skip = False
        for item, behind in pairwise((*part, Item("mark", ""))):
            places = in_table(item, behind) if not skip and stem(item) in heads else None
            if places is not None:
                applied = not item.subs
                out.append(replace(item, subs=((places[1],),), sups=behind.sups if applied else item.sups))
                skip = applied
            elif skip:
                skip = False
            else:
                out.append(item)
        return tuple(out)

    return everywhere(row, change)


def values_met(rows: Iterable[Row]) -> frozenset[Hashable]:
    r"""Heads of a value somewhere by which a claim differentiates, ``\frac{\partial L}{\partial V(s)}``, where every place that it names is named alone."""
    parts = [part for row in rows for part in inner_rows(row)]
    below = [i.rows[1] for part in parts for i in part if i.kind == "frac" and len(i.rows) == 2 and len(i.rows[1]) > 2]
    heads = {stem(b[1]) for b in below if is_d(b[0]) and at_place(b[1], b[2])}
    running = {j.key for part in parts for i in part if i.kind == "big" or i.name in EXPECTATIONS for s in i.subs for j in s}
    for part in parts if heads else ():
        for item, behind in pairwise((*part, Item("mark", ""))):
            if item.kind == "atom" and stem(item) in heads:
                if not at_place(item, behind) or any(i.key in running for r in behind.rows for i in r):
                    heads.discard(stem(item))
    return frozenset(heads)


def at_place(head: Item, group: Item) -> bool:
    """Whether a name stands applied to letters alone."""
    applied = head.kind == "atom" and not head.sups and group.kind == "group" and group.name == "()" and group.rows
    return bool(applied) and all(len(r) == 1 and r[0].kind == "atom" for r in group.rows)


def as_letters(row: Row, heads: frozenset[Hashable]) -> Row:
    """A row in which such a value is one name, at each place another."""

    def made(item: Item, behind: Item) -> Item | None:
        if item.kind != "atom" or stem(item) not in heads or not at_place(item, behind):
            return None
        places = map(str.__add__, map(latex_name, (r[0] for r in behind.rows)), (*behind.seps, ")"))
        called = latex_name(item) + "(" + "".join(places)
        return Item("atom", f"{PLACE}:{called}", sups=behind.sups, start=item.start, end=behind.end)

    return applied_as_one(row, made)


def is_entry(head: Item, group: Item) -> bool:
    """Whether a name stands applied to one letter, with at most a time below it."""
    plain = head.kind == "atom" and not head.sups and len(head.subs) <= 1
    return (
        plain
        and group.kind == "group"
        and group.name == "()"
        and len(group.rows) == 1 == len(group.rows[0])
        and group.rows[0][0].kind == "atom"
    )


def as_members(row: Row, heads: dict[Hashable, str]) -> Row:
    """A row in which such heads have what they are applied to below them."""

    def made(item: Item, behind: Item) -> Item | None:
        if item.kind != "atom" or stem(item) not in heads or not is_entry(item, behind):
            return None
        return replace(item, name=heads[stem(item)], subs=behind.rows, sups=behind.sups, end=behind.end)

    return applied_as_one(row, made)


Lists = dict[Hashable, tuple[Row, ...]]


def lists_given(givens: Iterable[Statement]) -> Lists:
    """The distributions that are given as lists of numbers, ``P=[0.5,0.5]``, by their letters."""
    pairs = ((g.terms[0][0], chances_in(g.terms[1])) for g in givens if g.rels == ("=",) and len(g.terms[0]) == 1)
    return {letter_key(head): chances for head, chances in pairs if head.kind == "atom" and chances}


def chances_in(row: Row) -> tuple[Row, ...]:
    """The numbers of a list that sum to one, ``[0.5,0.5]``; none of anything else."""
    group = row[0] if len(row) == 1 and row[0].kind == "group" and set(row[0].seps) == {","} else None
    return group.rows if group is not None and is_distribution(group.rows) else ()


def is_distribution(rows: Iterable[Row]) -> bool:
    values = [value_of(r) for r in rows]
    return len(values) > 1 and all(v is not None and v >= 0 for v in values) and sum(v for v in values if v is not None) == 1


def value_of(row: Row) -> Fraction | None:
    """The value of a number or of a fraction of numbers."""
    if len(row) != 1 or row[0].sups or row[0].subs:
        return None
    if row[0].kind == "frac":
        above, below = (value_of(r) for r in row[0].rows)
        return above / below if above is not None and below else None
    return row[0].value if row[0].kind == "number" else None


def logarithm_of(rows: Iterable[Row], givens: Iterable[Statement]) -> Item:
    r"""The logarithm by which entropies are counted: the one of a claim that has one alone, ``\log_2``, or the one of what is given; or the natural one."""
    own = {i.key: i for r in rows for i in map(bare, walk(r)) if i.kind == "atom" and i.name in LOGARITHMS}
    if len(own) == 1:
        return next(iter(own.values()))
    made = (g.terms[1] for g in givens if len(g.terms) == 2 and len(g.terms[0]) == 2 and g.terms[0][0].name in ENTROPIES)
    based = (bare(i) for row in made for i in walk(row) if i.name in LOGARITHMS and i.subs)
    return next(based, Item("atom", LOGARITHMS[0]))


def bare(item: Item) -> Item:
    """A name without what stands above it."""
    return replace(item, sups=(), primes=0)


def of_lists(row: Row, lists: Lists, log: Item) -> Row:
    """A row in which the entropies and divergences of listed distributions are the sums that they are."""

    def change(part: Row) -> Row:
        out: list[Item] = []
        skip = False
        for item, behind in pairwise((*part, Item("mark", ""))):
            total = () if skip or behind.kind != "group" else spelled_out(item, behind, lists, log)
            if total:
                out.append(Item("group", "()", (total,), sups=(*item.sups, *behind.sups), start=item.start, end=behind.end))
            elif not skip:
                out.append(item)
            skip = bool(total)
        return tuple(out)

    return everywhere(row, change)


def spelled_out(head: Item, group: Item, lists: Lists, log: Item) -> Row:
    """``H`` or ``D_{KL}`` of lists as a sum; nothing for anything else."""
    listed = [lists.get(letter_key(r[0]), ()) if len(r) == 1 and r[0].kind == "atom" else chances_in(r) for r in group.rows]
    if head.name in ENTROPIES and not listed[0] and group.seps and set(group.seps) == {","} and is_distribution(group.rows):
        listed = [group.rows]
    divergence = "KL" in head.said + "".join(i.said for s in head.subs for i in s) and group.seps in (("||",), ("|",))
    if not all(listed) or not (head.name in ENTROPIES and len(listed) < 3 or divergence):
        return ()
    first, second = listed[0], listed[-1]
    if len(first) != len(second) or any(value_of(p) and not value_of(q) for p, q in zip(first, second, strict=True)):
        return ()
    out: list[Item] = []
    for p, q in zip(first, second, strict=True):
        if value_of(p):
            of = (Item("frac", "frac", (p, q)),) if divergence else q
            out += [Item("mark", "+" if divergence else "-"), *p, log, Item("group", "()", (of,))]
    return tuple(replace(i, start=group.start, end=group.end) for i in (out[1:] if divergence else out))


__all__ = ["as_members", "lists_given", "logarithm_of", "of_lists", "tables"]
