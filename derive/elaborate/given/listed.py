r"""Numbers that a list gives the members of a name, where all that is said of it is by number: ``-\sum_ip_i\log p_i`` with ``p=(1/2,1/4,1/4)``."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.reading.statements import Statement
from derive.glossary.functions import GROUP_WORDS
from derive.glossary.marks import MEAN, PLAIN_LETTERS
from derive.syntax.flat import Item, Row, everywhere, inner_rows, is_mark, numeral, row_key, walk

#: What runs over members.
OVER = ("sum", "prod")
#: What a number is written with.
NUMERALS = ("number", "frac", "root", "mark")


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
    """A row in which the numbers of a list stand where the mean or the spread of all its members is taken."""
    out: list[Item] = []
    for item in row:
        if out and out[-1].said in GROUP_WORDS and item.kind == "group" and is_whole_list(item, head):
            item = replace(item, name="()", rows=values, seps=(",",) * (len(values) - 1))
        out.append(item)
    return tuple(out)


def is_whole_list(group: Item, head: Item) -> bool:
    r"""Whether brackets hold all members of a name: ``(r)``, ``(\{r_j\})``, ``(r_1,\dots,r_G)``."""
    while len(group.rows) == 1 and len(group.rows[0]) == 1 and group.rows[0][0].kind == "group":
        group = group.rows[0][0]
    places = [i for r in group.rows for i in r if not is_mark(i, ",")]
    members = [i for i in places if i.kind != "dots"]
    first = members[0].subs[0][0] if members and members[0].subs and members[0].subs[0] else None
    if not all(is_named(i, head) for i in members):
        return False
    if len(members) == len(places) == 1:
        return first is None or first.kind == "atom"
    return len(members) == len(places) - 1 == 2 and places[1].kind == "dots" and first is not None and first.value == 1


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


__all__ = ["NUMERALS", "by_lists", "list_of"]
