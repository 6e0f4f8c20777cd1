r"""Numbers that a list gives the members of a name, where all that is said of it is by number: ``-\sum_ip_i\log p_i`` with ``p=(1/2,1/4,1/4)``."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.reading.statements import Statement
from derive.glossary.functions import GROUP_WORDS
from derive.glossary.marks import MEAN, PLAIN_LETTERS
from derive.syntax.flat import Item, Row, everywhere, inner_rows, is_mark, numeral, parts_between, row_key, walk

#: What runs over members.
OVER = ("sum", "prod")
#: What a number is written with.
NUMERALS = ("number", "frac", "root", "mark")
#: The last number of a list whose members are written out.
MOST_WRITTEN = 16


def by_lists(lhs: Row, rhs: Row, givens: list[Statement]) -> tuple[Row, Row, list[Statement]]:
    """A claim with the numbers that lists give: members by number are these, and sums that name no range run over all of them.

    A name that the field has another use for (``p``, a distribution) is a plain letter then: all that the claim says is of its numbers.
    """
    rows = [lhs, rhs]
    letters = iter(
        x for x in PLAIN_LETTERS if all(i.name != x for r in (*rows, *(t for g in givens for t in g.terms)) for i in walk(r))
    )
    kept: list[Statement] = []
    for given in givens:
        values = list_of(given)
        head = given.terms[0][0] if values else None
        known = rows
        rows = [everywhere(row, partial(in_statistics, head=head, values=values)) for row in rows] if head is not None else rows
        if head is not None and rows != known and not any(is_named(i, head) for row in rows for i in walk(row)):
            continue
        if head is None or not by_number(head, rows) or any(speaks(g, head) for g in givens if g is not given):
            kept.append(given)
            continue
        own = replace(head, name=next(letters, head.name), subs=()) if kinds(head.name) else head
        rows = [with_ranges(row, head, len(values)) for row in rows]
        rows = [everywhere(row, partial(members, head=head, values=values, own=own)) for row in rows]
        if any(i.kind == "atom" and stem(i) == stem(own) for row in rows for i in walk(row)):
            kept.append(replace(given, terms=((own,), given.terms[1])))
    left, right = rows
    return left, right, kept


def in_statistics(row: Row, head: Item, values: tuple[Row, ...]) -> Row:
    """A row in which the numbers of a list stand where the mean or the spread of all its members is taken, and its members where it is of some."""
    out: list[Item] = []
    for item in row:
        if out and out[-1].said in GROUP_WORDS and item.kind == "group":
            members = shown(item).rows
            if any(is_named(i, head) for r in members for i in r):
                rows = values if is_whole_list(members, head) else members
                item = replace(item, name="()", rows=rows, seps=(",",) * (len(rows) - 1))
        out.append(item)
    return tuple(out)


def is_whole_list(rows: tuple[Row, ...], head: Item) -> bool:
    r"""Whether all members of a name are listed: ``r``, ``r_j``, ``r_1,\dots,r_G``."""
    places = [r[0] if len(r) == 1 else Item("mark", "") for r in rows]
    ends = [i for i in places if i.kind != "dots"]
    below = [i.subs[0][0] if i.subs and len(i.subs[0]) == 1 else None for i in ends]
    if not all(is_named(i, head) for i in ends):
        return False
    if len(places) == len(ends) == 1:
        return below[0] is None and not ends[0].subs or below[0] is not None and below[0].kind == "atom"
    dotted = len(places) == 3 and len(ends) == 2 and places[1].kind == "dots"
    return dotted and below[0] is not None and below[0].value == 1 and below[1] is not None and below[1].kind == "atom"


def shown(group: Item) -> Item:
    """The brackets in which the members of a list stand; braces that LaTeX does not show hold a list, too."""
    while len(group.rows) == 1 and len(group.rows[0]) == 1 and group.rows[0][0].kind == "group" and not group.subs:
        group = group.rows[0][0]
    rows = tuple(parts_between(group.rows[0], ",")) if group.name == "row" else group.rows
    return replace(group, rows=written_out(rows))


def written_out(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    r"""The members of a list from one number to another, each of them: ``r_1,\dots,r_4``."""
    if len(rows) != 3 or [len(r) for r in rows] != [1, 1, 1] or rows[1][0].kind != "dots":
        return rows
    first, last = rows[0][0], rows[2][0]
    low, high = ([s[0].value for s in i.subs if len(s) == 1] for i in (first, last))
    if (
        stem(first) != stem(last)
        or len(low) != 1
        or len(high) != 1
        or low[0] is None
        or high[0] is None
        or high[0] > MOST_WRITTEN
    ):
        return rows
    return tuple((replace(first, subs=((numeral(n),),)),) for n in range(int(low[0]), int(high[0]) + 1)) or rows


def is_named(item: Item, head: Item) -> bool:
    return item.kind == "atom" and item.name == head.name and item.accents == head.accents


def list_of(given: Statement) -> tuple[Row, ...]:
    """The numbers that a given lists for a name; nothing for any other."""
    if given.rels not in (("=",), (":=",)) or given.conditions or len(given.terms[0]) != 1 or len(given.terms[1]) != 1:
        return ()
    head, group = given.terms[0][0], given.terms[1][0]
    listed = head.kind == "atom" and not head.subs and group.kind == "group" and len(group.rows) > 1 and set(group.seps) == {","}
    plain = listed and all(i.kind in NUMERALS for r in group.rows for i in walk(r))
    return group.rows if plain else ()


def by_number(head: Item, rows: list[Row]) -> bool:
    """Whether a claim speaks of a name by the numbers of its members alone, none of them 0."""
    found = [i for row in rows for i in walk(row) if i.kind == "atom" and i.name == head.name and i.accents == head.accents]
    plain = all(len(i.subs) == 1 and len(i.subs[0]) == 1 and i.primes == head.primes for i in found)
    means = any(i.kind == "atom" and i.name == head.name and i.accents == MEAN and not i.subs for row in rows for i in walk(row))
    return (
        (bool(found) or means)
        and plain
        and all(i.subs[0][0].kind in ("atom", "number") and i.subs[0][0].value != 0 for i in found)
    )


def speaks(given: Statement, head: Item) -> bool:
    return any(i.kind == "atom" and i.name == head.name for t in given.terms for i in walk(t))


def with_ranges(row: Row, head: Item, count: int) -> Row:
    """A row in which sums over the members of a name run over all of them."""
    over = {i.subs[0][0].name for part in inner_rows(row) for i in part if is_member(i, head) and i.subs[0][0].kind == "atom"}

    def ranged(part: Row) -> Row:
        return tuple(
            replace(i, subs=((*i.subs[0], Item("mark", "="), numeral(1)),), sups=((numeral(count),),))
            if i.kind == "big"
            and i.name in OVER
            and len(i.subs) == 1
            and len(i.subs[0]) == 1
            and not i.sups
            and i.subs[0][0].name in over
            else i
            for i in part
        )

    return everywhere(row, ranged)


def members(row: Row, head: Item, values: tuple[Row, ...], own: Item) -> Row:
    """A row with the members of a name: those by number as what they are, those by letter under another name; their mean and their extremes."""
    out: list[Item] = []
    for at, item in enumerate(row):
        before = out[-1] if out else None
        if (
            before is not None
            and is_member(item, head)
            and is_extreme(before, item)
            and (at + 1 == len(row) or is_mark(row[at + 1]))
        ):
            out[-1] = replace(before, subs=())
            out.append(Item("group", "()", values, (",",) * (len(values) - 1), start=item.start, end=item.end))
        elif item.kind == "atom" and item.name == head.name and item.accents == MEAN and not item.subs:
            total = tuple(i for v in values for i in (Item("mark", "+"), Item("group", "()", (v,))))[1:]
            mean = Item("frac", "frac", (total, (numeral(len(values)),)), start=item.start, end=item.end)
            out.append(Item("group", "()", ((mean,),), sups=item.sups, start=item.start, end=item.end))
        else:
            out.append(member(item, head, values, own))
    return tuple(out)


def is_extreme(item: Item, of: Item) -> bool:
    """Whether the largest or the smallest of all members is taken."""
    return (
        item.kind == "big"
        and item.name in ("max", "min")
        and len(item.subs) == 1
        and not item.sups
        and row_key(item.subs[0]) == row_key(of.subs[0])
    )


def member(item: Item, head: Item, values: tuple[Row, ...], own: Item) -> Item:
    if not is_member(item, head):
        return item
    place = item.subs[0][0].value
    if place is not None and place <= len(values):
        return Item("group", "()", (values[int(place) - 1],), sups=item.sups, start=item.start, end=item.end)
    return replace(item, name=own.name)


def is_member(item: Item, head: Item) -> bool:
    return item.kind == "atom" and item.name == head.name and len(item.subs) == 1 and len(item.subs[0]) == 1


__all__ = ["NUMERALS", "by_lists", "list_of", "shown"]
