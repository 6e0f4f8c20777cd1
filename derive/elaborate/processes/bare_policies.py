r"""Policies that are written without what they are at, ``\nabla_\theta\pi_\theta=\pi_\theta\nabla_\theta\log\pi_\theta``: at any action and state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from derive.elaborate.knowledge.glances import parameter_below
from derive.elaborate.knowledge.scope import kinds, letter_key
from derive.elaborate.knowledge.shapes import OWN
from derive.elaborate.processes.operators import ANY_PAIR
from derive.glossary.functions import EXPECTATIONS, FUNCTIONS
from derive.glossary.marks import LOGARITHMS
from derive.syntax.flat import Item, Row, before_brackets, inner_rows, is_mark, row_key, walk

#: An action in a state, and an outcome, in letters of no text.
AT_PAIR = Item("group", "()", ((ANY_PAIR[1],), (ANY_PAIR[0],)), seps=("|",))
AT_ELEMENT = Item("group", "()", ((Item("atom", "x", primes=OWN),),))


def at_any_action(rows: Sequence[Row]) -> list[Row]:
    """Rows in which a policy that something differentiates by its bare name has an action and a state behind it, wherever it is a number.

    These are the ones that the policy has elsewhere, where it has them once; of what is summed or averaged no others are meant.
    """
    if not any(may_be_applied(part[at]) for row in rows for part, at in differentiated(row)):
        return list(rows)
    applied = {row_key((g,)): g for head, g in before_brackets(rows) if may_be_applied(head) and g.name == "()"}
    averaged = any(is_average(i) or "episode" in kinds(i.name) for row in rows for i in walk(row))
    chosen = chosen_everywhere(rows) if averaged and not applied else None
    if len(applied) > 1 or averaged and not (applied or chosen):
        return list(rows)
    return [filled(row, next(iter(applied.values()), chosen)) for row in rows]


def is_state(item: Item) -> bool:
    return kinds(item.name).get("state") == 0


def is_average(item: Item) -> bool:
    return item.kind == "big" or item.name in EXPECTATIONS


def chosen_everywhere(rows: Sequence[Row]) -> Item | None:
    """The one action over which a claim sums or averages, wherever a policy stands in it, in a state that is not named; None elsewhere."""
    averages = [i for row in rows for i in walk(row) if is_average(i)]
    letters = {letter_key(s[0]): s[0] for i in averages for s in i.subs if s and s[0].kind == "atom" and not is_state(s[0])}
    inside = all(any(map(is_average, row)) for row in rows if any(differentiated(row)))
    if len(letters) != 1 or not inside or any(len(i.subs) != 1 or letter_key(i.subs[0][0]) not in letters for i in averages):
        return None
    return Item("group", "()", ((next(iter(letters.values())),), (ANY_PAIR[0],)), seps=("|",))


def differentiated(row: Row) -> Iterator[tuple[Row, int]]:
    r"""Where bare names stand that a gradient is of, ``\nabla_\theta x`` or ``\nabla_\theta\log x``."""
    for part in inner_rows(row):
        for at, item in enumerate(part):
            if item.kind == "nabla":
                at += 2 if at + 1 < len(part) and part[at + 1].name in LOGARITHMS else 1
                if at < len(part) and is_bare(part, at):
                    yield part, at


def may_be_applied(item: Item) -> bool:
    """Whether a name is that of a policy, or of a distribution with a parameter below it."""
    if item.kind != "atom" or item.sups:
        return False
    may = kinds(item.name)
    return may.get("policy") == 0 or bool(may.keys() & {"policy", "law"}) and parameter_below(item)


def is_bare(row: Row, at: int) -> bool:
    """Whether a name stands in a row with nothing behind it that it is at."""
    return row[at].kind == "atom" and (at + 1 == len(row) or row[at + 1].kind != "group")


def filled(row: Row, places: Item | None) -> Row:
    """A row in which bare policies are at a place, any if none is said, but below and above names, behind ``∼``, and where something else is made of them."""
    out: list[Item] = []
    for at, item in enumerate(row):
        before = row[at - 1] if at else None
        of_name = before is not None and before.kind == "atom" and item.kind == "group"
        known = before is not None and ((before.word or before.name) in FUNCTIONS or before.name in EXPECTATIONS)
        rows = item.rows if of_name and not known else tuple(filled(r, places) for r in item.rows)
        out.append(item if rows == item.rows else replace(item, rows=rows))
        if may_be_applied(item) and is_bare(row, at) and not (before is not None and is_mark(before, r"\sim")):
            anywhere = AT_PAIR if "policy" in kinds(item.name) else AT_ELEMENT
            out.append(replace(places or anywhere, start=item.end, end=item.end, sups=()))
    return tuple(out)


__all__ = ["at_any_action"]
