"""What is at hand put in its place: values at named states as numbers, ``V(A)`` with ``V(B)=2`` given, and the state that is met, ``s_t=s``."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace
from itertools import pairwise

from derive.elaborate.knowledge.glances import timed_state
from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.reading.statements import Statement
from derive.glossary.functions import EXPECTATIONS
from derive.glossary.marks import VALUE_NAMES
from derive.syntax.flat import Item, Row, everywhere, inner_rows, is_mark, row_key, walk


def of_example(lhs: Row, rhs: Row, givens: list[Statement]) -> tuple[Row, Row, list[Statement]]:
    """A claim of values at named states as one of numbers, if it is told all of them, but for the one that its left side may be alone."""
    rows = [lhs, rhs, *(t for g in givens for t in g.terms)]
    if any(
        i.kind == "big" or i.kind == "atom" and (i.name in EXPECTATIONS or kinds(i.name).get("policy") == 0)
        for r in rows
        for i in walk(r)
    ):
        return lhs, rhs, givens
    told = {row_key(g.terms[0]) for g in givens if g.rels == ("=",) and len(g.terms[0]) == 2 and not letters(g.terms[1])}
    every = [pair for row in rows for pair in applied(row)]
    named = [pair for pair in every if is_named(pair[1])]
    if not named or len({pair[0].name for pair in every}) > 1 or len(named) < len(every):
        return lhs, rhs, givens
    open_ = {row_key(pair) for row in (lhs, rhs) for pair in applied(row)} - told
    if not told or open_ - {row_key(lhs)} or open_ and row_key(lhs) in {row_key(pair) for pair in applied(rhs)}:
        return lhs, rhs, givens
    return as_number(lhs), as_number(rhs), [replace(g, terms=tuple(map(as_number, g.terms))) for g in givens]


def where_it_is(lhs: Row, rhs: Row, givens: list[Statement]) -> tuple[Row, Row, list[Statement]]:
    """A claim at the state or the action that a time is said to meet: ``s_t=s`` makes V(s_t) the value of s, and says nothing of what is averaged."""
    met = [g for g in givens if is_met(g)]
    for given in met:
        (item,), (letter,) = given.terms
        if any(i.key == letter.key for row in (lhs, rhs) for i in walk(row)):
            lhs, rhs = met_at(lhs, item, letter), met_at(rhs, item, letter)
    return (lhs, rhs, [g for g in givens if g not in met]) if met else (lhs, rhs, givens)


def is_met(given: Statement) -> bool:
    """Whether a state or an action at a time is said to be a letter: ``s_t=s``."""
    if given.rels != ("=",) or given.conditions or [len(t) for t in given.terms] != [1, 1]:
        return False
    (item,), (letter,) = given.terms
    plain = letter.kind == "atom" and not (letter.subs or letter.sups or letter.accents)
    return timed_state(item) and plain and bool(kinds(item.name).keys() & kinds(letter.name).keys() & {"state", "action"})


def met_at(row: Row, item: Item, letter: Item) -> Row:
    """A row with a letter for a state at a time, but where an event is that it is one: ``P(s_t=s)``."""
    out: list[Item] = []
    for part, behind in pairwise((*row, Item("mark", ""))):
        if part.key == item.key and not is_mark(behind, "="):
            part = replace(letter, start=part.start, end=part.end)
        elif part.kind != "atom":
            part = replace(part, rows=tuple(met_at(r, item, letter) for r in part.rows))
        out.append(part)
    return tuple(out)


def applied(row: Row) -> Iterator[tuple[Item, Item]]:
    """The values of a row, each with what they are at."""
    for part in inner_rows(row):
        for head, group in pairwise(part):
            if head.kind == "atom" and head.name in VALUE_NAMES and group.kind == "group" and group.name == "()":
                yield head, group


def is_named(group: Item) -> bool:
    """Whether capitals, or letters with numbers, stand in brackets: the names of states and actions of an example."""

    def name(item: Item) -> bool:
        numbered = len(item.subs) == 1 and [i.kind for i in item.subs[0]] == ["number"]
        return (
            item.kind == "number" or item.kind == "atom" and (numbered or item.name.isupper() and "state" not in kinds(item.name))
        )

    return all(len(r) == 1 and name(r[0]) for r in group.rows)


def letters(row: Row) -> set[Hashable]:
    return {i.key for i in walk(row) if i.kind == "atom"}


def as_number(row: Row) -> Row:
    """A row with ``V_A`` for ``V(A)``."""

    def change(part: Row) -> Row:
        out: list[Item] = []
        for item in part:
            head = out[-1] if out else None
            if (
                head is not None
                and head.kind == "atom"
                and head.name in VALUE_NAMES
                and item.kind == "group"
                and item.name == "()"
                and is_named(item)
            ):
                whose = "".join(i.name for s in (*head.subs, *head.sups) for i in s)
                out[-1] = replace(head, name=f"text:{head.name}{whose}", subs=item.rows, sups=item.sups, end=item.end)
            else:
                out.append(item)
        return tuple(out)

    return everywhere(row, change)


def with_numbers(lhs: Row, rhs: Row) -> tuple[Row, Row] | None:
    """A calculation with values at named states as one with any numbers in their places: what holds of these holds of those.

    None where there are no such values, or where a claim does more than calculate with them.
    """
    if any(i.kind in ("big", "nabla") or i.kind == "atom" and i.name in EXPECTATIONS for r in (lhs, rhs) for i in walk(r)):
        return None
    made = as_number(lhs), as_number(rhs)
    return None if made == (lhs, rhs) else made


__all__ = ["of_example", "with_numbers"]
