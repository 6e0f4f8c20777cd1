r"""Divergences, entropies and values with what they are of in brackets of their own.

``D_{KL}(\pi'\|\pi)[s]`` is that of the policies in s, ``V(\pi)(s)`` is ``V^\pi(s)``, and ``D_{KL}(\theta\|\theta')`` is that of the
distributions with these parameters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from derive.elaborate.knowledge.scope import kinds
from derive.glossary.functions import DIVERGENCE_WORDS
from derive.glossary.marks import ENTROPIES, VALUE_NAMES
from derive.syntax.flat import Item, Row, everywhere, walk

#: Brackets in which a state stands behind what it is the place of.
BRACKETS = ("()", "[]")


def families(rows: Iterable[Row]) -> tuple[Item, ...]:
    """The distributions that stand with parameters below them, without those."""
    found: dict[str, Item] = {}
    for item in (i for row in rows for i in walk(row) if i.kind == "atom"):
        below = [s for s in item.subs if len(s) == 1 and "parameter" in kinds(s[0].name)]
        if below and len(item.subs) == 1 and kinds(item.name).keys() & {"policy", "law"}:
            found.setdefault(item.name, replace(item, subs=(), sups=(), primes=0))
    return tuple(found.values())


def in_places(row: Row, of: tuple[Item, ...]) -> Row:
    """A row in which divergences, entropies and values name what they are of, and where."""

    def change(part: Row) -> Row:
        out: list[Item] = []
        at = 0
        while at < len(part):
            head, group, place = (part[at + n] if at + n < len(part) else None for n in range(3))
            at += 1
            if head is None or head.kind != "atom" or group is None or group.kind != "group":
                out += [head] if head is not None else []
                continue
            if is_measure(head) and len(of) == 1 and parameters_alone(group):
                group = replace(group, rows=tuple((replace(of[0], subs=(r,)),) for r in group.rows))
            there = place is not None and is_place(place) and policies_alone(group)
            if there and place is not None and is_measure(head):
                out += [head, replace(group, rows=tuple((*r, at_state(place)) for r in group.rows), sups=place.sups)]
                at += 2
            elif (
                there
                and place is not None
                and head.name in VALUE_NAMES
                and not head.sups
                and not head.subs
                and len(group.rows) == 1
            ):
                out += [replace(head, sups=(group.rows[0],)), place]
                at += 2
            else:
                out += [head, group]
                at += 1
        return tuple(out)

    return everywhere(row, change)


def is_measure(head: Item) -> bool:
    return head.name in DIVERGENCE_WORDS or head.name in ENTROPIES


def is_place(group: Item) -> bool:
    plain = group.kind == "group" and group.name in BRACKETS and len(group.rows) == 1 and len(group.rows[0]) == 1
    return plain and group.rows[0][0].kind == "atom" and not group.subs


def policies_alone(group: Item) -> bool:
    return all(len(r) == 1 and r[0].kind == "atom" and kinds(r[0].name).get("policy") == 0 for r in group.rows)


def parameters_alone(group: Item) -> bool:
    return len(group.rows) == 2 and all(
        len(r) == 1 and r[0].kind == "atom" and "parameter" in kinds(r[0].name) for r in group.rows
    )


def at_state(place: Item) -> Item:
    r"""``(\cdot|s)``."""
    return Item("group", "()", ((Item("placeholder"),), place.rows[0]), ("|",), start=place.start, end=place.end)


__all__ = ["families", "in_places"]
