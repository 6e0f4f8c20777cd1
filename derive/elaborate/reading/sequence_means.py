r"""A bar over the letter of a sequence as the mean over the range that a claim takes it over: ``\bar x`` beside ``\sum_{t=0}^Tx_t`` is of T+1 members."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from derive.elaborate.reading.reach import next_term_end
from derive.glossary.marks import MEAN
from derive.syntax.flat import Item, Row, everywhere, inner_rows, is_mark, numeral, row_key, walk


def means_over_ranges(lhs: Row, rhs: Row) -> tuple[Row, Row]:
    """A claim with means over ranges that begin at 0 as what they are; a sum over any other range need not be over all that the mean is of."""
    rows = [lhs, rhs]
    for item in barred(rows):
        over = {row_key((*total.subs[0][2:], *total.sups[0])): (total, body) for total, body in ranges(rows, item)}
        found = next(iter(over.values())) if len(over) == 1 else None
        if found is not None and row_key(found[0].subs[0][2:]) == row_key((numeral(0),)):
            rows = [everywhere(row, partial(spelled, item=item, total=found[0], member=found[1])) for row in rows]
    return rows[0], rows[1]


def barred(rows: list[Row]) -> list[Item]:
    """The bars in rows that have no index."""
    found = {i.key: i for row in rows for i in walk(row) if i.kind == "atom" and i.accents == MEAN and not (i.subs or i.sups)}
    return [*found.values()]


def ranges(rows: list[Row], item: Item) -> list[tuple[Item, Item]]:
    """The sums over members of the letter below a bar, each with a member."""
    out = []
    for part in (p for row in rows for p in inner_rows(row)):
        for at, total in enumerate(part):
            under = (
                total.subs[0] if total.kind == "big" and total.name == "sum" and len(total.subs) == len(total.sups) == 1 else ()
            )
            if len(under) < 3 or not is_mark(under[1], "="):
                continue
            body = part[at + 1 : next_term_end(part, at + 1)]
            members = (i for i in walk(body) if i.kind == "atom" and i.name == item.name and len(i.subs) == 1 and not i.accents)
            out += [(total, i) for i in members if row_key(i.subs[0]) == row_key(under[:1])][:1]
    return out


def spelled(row: Row, item: Item, total: Item, member: Item) -> Row:
    """A row in which the mean is the sum over its range, by the number of its members."""
    low, high = total.subs[0][2:], total.sups[0]
    count = (*high, Item("mark", "+"), numeral(1), Item("mark", "-"), Item("group", "()", (low,)))
    mean = Item("frac", "frac", ((total, replace(member, sups=())), count))
    return tuple(
        Item("group", "()", ((mean,),), sups=i.sups, start=i.start, end=i.end) if replace(i, sups=()).key == item.key else i
        for i in row
    )


__all__ = ["barred", "means_over_ranges", "ranges"]
