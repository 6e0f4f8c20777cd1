r"""Numbers that are given of rewards, returns, values and errors, ``A^\pi(s,a)=0``: what they say of others that hang on these."""

from __future__ import annotations

from collections.abc import Sequence

from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.reading.statements import Statement
from derive.glossary.marks import RETURNS, VALUE_NAMES
from derive.syntax.flat import Item, Row, is_mark
from derive.syntax.flat import walk as items_of


def pinned(given: Statement, rows: Sequence[Row]) -> bool:
    """Whether a given is the number that a reward, a return, a value or an error comes to, and rows speak of others: all hang on one another.

    Rewards that are given beside values are those of which these are made.
    """
    if given.rels != ("=",) or not given.terms[0] or [i.kind for i in given.terms[1] if not is_mark(i, "-")] != ["number"]:
        return False
    head, *behind = given.terms[0]
    at_number = any(is_mark(j, "-") or j.kind == "number" for s in head.subs for j in s[-1:] if len(s) == 1)
    at_number = at_number or any(i.kind == "number" for group in behind for r in group.rows for i in items_of(r))
    if kinds(head.name).get("reward") == 0 and any(i.name in VALUE_NAMES for row in rows for i in items_of(row)):
        return False
    return is_gained(head) and not at_number and any(is_gained(i) and i.name != head.name for row in rows for i in items_of(row))


def is_gained(item: Item) -> bool:
    """Whether a name stands for what a policy gains, or one of what that is made of: rewards, returns, values, errors."""
    may = kinds(item.name)
    return item.kind == "atom" and (item.name in VALUE_NAMES | RETURNS or "error" in may or may.get("reward") == 0)


__all__ = ["pinned"]
