r"""``r_{i,t}(\theta)`` beside policies at a token: the quotient of the two of them there, the one with θ above."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from derive.elaborate.knowledge.scope import kinds, letter_key
from derive.elaborate.reading.statements import Statement
from derive.glossary.marks import RATIOS
from derive.syntax.flat import Item, Row, everywhere, inner_rows, row_key


def token_ratio(rows: Iterable[Row], givens: Iterable[Statement]) -> tuple[Row, Row] | None:
    """A ratio's name at a parameter, and the quotient that it stands for; None where policies stand at several places, or the page says what it is."""
    parts = [p for row in rows for p in inner_rows(row)]
    pairs = [(a, b) for part in parts for a, b in pairwise(part) if a.kind == "atom" and b.kind == "group"]
    ratios = {row_key((a, b)): (a, b) for a, b in pairs if is_ratio(a, b)}
    if len(ratios) != 1 or any(g.terms and g.terms[0][:1] and g.terms[0][0].name in RATIOS for g in givens):
        return None
    head, group = next(iter(ratios.values()))
    policies = {letter_key(a): (a, b) for a, b in pairs if kinds(a.name).get("policy") == 0}
    places = {row_key((b,)) for a, b in pairs if kinds(a.name).get("policy") == 0}
    parameter = row_key(group.rows[0])
    now = [(a, b) for a, b in policies.values() if any(row_key(s) == parameter for s in a.subs)]
    if len(policies) != 2 or len(places) != 1 or len(now) != 1 or not after_others(now[0][1]):
        return None
    other = next(p for p in policies.values() if p != now[0])
    return (head, group), (Item("frac", "frac", (now[0], other), start=head.start, end=group.end),)


def is_ratio(head: Item, group: Item) -> bool:
    """Whether the name of a ratio with two indices stands at a parameter alone."""
    alone = group.name == "()" and len(group.rows) == 1 == len(group.rows[0]) and group.rows[0][0].kind == "atom"
    return head.name in RATIOS and len(head.subs) == 1 and alone and "parameter" in kinds(group.rows[0][0].name) and not head.sups


def after_others(group: Item) -> bool:
    """Whether a token stands in brackets, behind a bar what it follows."""
    return "|" in group.seps and len(group.rows) > 2


def with_quotient(row: Row, made: tuple[Row, Row]) -> Row:
    """A row with the quotient for the name."""
    name, quotient = made
    key = row_key(name)

    def change(part: Row) -> Row:
        out: list[Item] = []
        at = 0
        while at < len(part):
            found = row_key(part[at : at + 2]) == key
            out += quotient if found else (part[at],)
            at += 2 if found else 1
        return tuple(out)

    return everywhere(row, change)


__all__ = ["token_ratio", "with_quotient"]
