r"""``p(y_1\succ y_2|x)`` beside the rewards of both: how likely the first is preferred (Bradley and Terry 1952), σ(r(x,y_1) − r(x,y_2))."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.reading.statements import Statement
from derive.glossary.functions import PROBABILITIES
from derive.syntax.flat import Item, Row, inner_rows, is_mark, numeral, row_key

#: What stands between two that are compared, the first of which is preferred.
PREFERRED = (r"\succ", ">")


def as_rewards(lhs: Row, rhs: Row, givens: Iterable[Statement]) -> tuple[Row, Row]:
    """A claim with the chance of a preference as what the rewards on its other side make of it; any other claim as it is."""
    if any(compared(g.terms[0]) for g in givens if g.terms):
        return lhs, rhs  # the page says what it is
    return chance(lhs, rhs) or lhs, chance(rhs, lhs) or rhs


def compared(row: Row) -> tuple[Item, Item] | None:
    """The two of which a side says how likely the first is preferred."""
    if len(row) != 2 or row[0].kind != "atom" or row[1].kind != "group" or set(row[1].seps) - {"|"}:
        return None
    pair = row[1].rows[0]
    lawful = row[0].name in PROBABILITIES or "law" in kinds(row[0].name)
    if not lawful or len(pair) != 3 or not is_mark(pair[1], *PREFERRED) or pair[0].kind != "atom" or pair[2].kind != "atom":
        return None
    return pair[0], pair[2]


def chance(side: Row, other: Row) -> Row | None:
    pair = compared(side)
    if pair is None:
        return None
    first, second = (list(rewards_of(other, item)) for item in pair)
    if not first or not second:
        return None
    better = first[0]
    worse = (
        better[0],
        replace(better[1], rows=tuple((pair[1],) if row_key(r) == row_key((pair[0],)) else r for r in better[1].rows)),
    )
    if row_key(worse) not in map(row_key, second):
        return None
    gap = (*worse, Item("mark", "-"), *better)
    exponential = (Item("atom", "text:exp"), Item("group", "()", (gap,)))
    whole = Item("frac", "frac", ((numeral(1),), (numeral(1), Item("mark", "+"), *exponential)))
    return (replace(whole, start=side[0].start, end=side[-1].end),)


def rewards_of(row: Row, item: Item) -> Iterator[Row]:
    """The rewards of a response in a row."""
    for part in inner_rows(row):
        for head, group in pairwise(part):
            applied = head.kind == "atom" and "reward" in kinds(head.name) and group.kind == "group" and group.name == "()"
            if applied and any(row_key(r) == row_key((item,)) for r in group.rows):
                yield (head, group)


__all__ = ["as_rewards"]
