r"""Derivatives by the numbers of a table, ``\frac{\partial\pi(x)}{\partial H(a)}``: what is applied is a member of a sequence there, ``H_a``."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace
from itertools import pairwise

from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.letters.heads import is_d
from derive.syntax.flat import Item, Row, everywhere, walk


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

    def change(part: Row) -> Row:
        out: list[Item] = []
        skip = False
        for item, behind in pairwise((*part, Item("mark", ""))):
            if skip:
                skip = False
            elif item.kind == "atom" and stem(item) in heads and is_entry(item, behind):
                out.append(replace(item, name=heads[stem(item)], subs=behind.rows, sups=behind.sups, end=behind.end))
                skip = True
            else:
                out.append(item)
        return tuple(out)

    return everywhere(row, change)


__all__ = ["as_members", "tables"]
