"""Ranges of sums and products in one spelling: endless ones, those that count from the second state, those over elements that are written out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import count

from derive.elaborate.knowledge.scope import kinds, letter_key
from derive.elaborate.reading.reach import binds
from derive.elaborate.reading.statements import Statement
from derive.glossary.functions import EXPECTATIONS
from derive.glossary.marks import VALUE_NAMES, WITHOUT_END
from derive.syntax.flat import Item, Row, before_brackets, everywhere, is_mark, numeral, parts_between, row_key, walk


def without_end(row: Row) -> Row:
    r"""A row in which ``\sum_{k\ge0}``, and ``\sum_{t'\ge t}`` over times, go on without end."""

    def change(part: Row) -> Row:
        return tuple(up_to_infinity(i) if i.kind == "big" and len(i.subs) == 1 and not i.sups else i for i in part)

    return everywhere(row, change)


def with_lengths(lhs: Row, rhs: Row, givens: list[Statement]) -> tuple[Row, Row, list[Statement]]:
    r"""A claim with ``|y|`` for the n of a given ``n=|y|``, where tokens are told by those before them, ``y_{<t}``."""
    for given in givens:
        head, body = (given.terms[0], given.terms[1]) if given.rels == ("=",) and not given.conditions else ((), ())
        if len(head) != 1 or head[0].kind != "atom" or head[0].subs or len(body) != 1 or body[0].name != "abs":
            continue
        of = body[0].rows[0][0] if len(body[0].rows) == 1 and len(body[0].rows[0]) == 1 else None
        tokens = (i for row in (lhs, rhs) for i in walk(row) if of is not None and i.kind == "atom" and i.name == of.name)
        if any(is_mark(j, "<") for i in tokens for s in i.subs for j in s):
            put = partial(with_length, name=head[0], length=body[0])
            others = (g for g in givens if g is not given)
            kept = [replace(g, terms=tuple(everywhere(t, put) for t in g.terms)) for g in others]
            return with_lengths(everywhere(lhs, put), everywhere(rhs, put), kept)
    return lhs, rhs, givens


def with_length(part: Row, name: Item, length: Item) -> Row:
    """A row with a length for its name."""
    return tuple(
        replace(length, sups=i.sups, start=i.start, end=i.end) if i.key == replace(name, sups=i.sups).key else i for i in part
    )


def up_to_infinity(item: Item) -> Item:
    sub = item.subs[0]
    if item.name not in ("sum", "prod") or len(sub) != 3 or not is_mark(sub[1], r"\ge") or sub[0].kind != "atom":
        return item
    letter, _, start = sub
    later = start.kind == "atom" and "time" in kinds(start.name) and "time" in kinds(letter.name)
    if not later and start.value not in (0, 1):
        return item
    return replace(item, subs=((letter, Item("mark", "="), start),), sups=((Item("atom", WITHOUT_END),),))


def over_elements(row: Row) -> Row:
    r"""A row in which ``\pi(a_1|s)q(s,a_1)+\pi(a_2|s)q(s,a_2)+\dots`` is the sum over all actions: numbered elements, one after another."""

    def change(part: Row) -> Row:
        if not any(i.kind == "dots" for i in part):
            return part
        *terms, rest = parts_between(part, "+")
        dots = next((n for n, t in enumerate((*terms, rest)) if len(t) == 1 and t[0].kind == "dots"), 0)
        every = [*terms, rest]
        if dots < 2 or dots < len(every) - 2 or any(is_mark(i, "-") for t in every for i in t):
            return part
        numbered = {i.key: i for i in walk(every[0]) if is_element(i) and i.subs[0][0].value == 1}
        met = {i.name for t in every for i in walk(t) if is_element(i)}
        if len(numbered) != 1 or len(met) != 1 or not any(of_the_field(a, b) for a, b in before_brackets([every[0]])):
            return part
        (first,) = numbered.values()
        used = {i.key for i in walk(part)}
        bare = next(i for n in count() if (i := replace(first, subs=(), primes=n)).key not in used)
        body = at_element(every[0], first, bare)
        cases = [at_element(every[0], first, replace(first, subs=((numeral(n + 1),),))) for n in range(dots)]
        ends = {i.key: i for i in walk(every[-1]) if is_element(i)} if dots < len(every) - 1 else {}
        cases += [(), *(at_element(every[0], first, end) for end in ends.values())] if ends else [()]
        if [row_key(c) for c in cases if c] != [row_key(t) for n, t in enumerate(every) if n != dots]:
            return part
        return (Item("big", "sum", subs=((bare,),), start=part[0].start, end=part[0].start), *body)

    return everywhere(row, change)


def of_the_field(head: Item, group: Item) -> bool:
    """Whether a value, a policy or a conditional law stands here: what it is applied to are elements."""
    return head.name in VALUE_NAMES or kinds(head.name).get("policy") == 0 or "|" in group.seps


def is_element(item: Item) -> bool:
    """Whether a state or an action stands here with its number, or the letter of a last one."""
    numbered = item.kind == "atom" and len(item.subs) == 1 and len(item.subs[0]) == 1 and not item.sups
    timed = numbered and "time" in kinds(item.subs[0][0].name)
    return numbered and not timed and bool(kinds(item.name).keys() & {"state", "action"})


def at_element(row: Row, first: Item, other: Item) -> Row:
    """A row with another element in the place of the first one."""
    return everywhere(row, lambda r: tuple(replace(other, start=i.start, end=i.end) if i.key == first.key else i for i in r))


def counted_from_zero(row: Row) -> Row:
    r"""A row in which ``\prod_{t=1}^Tf(s_{t-1},s_t)`` is ``\prod_{t=0}^{T-1}f(s_t,s_{t+1})``: the first state is s_0.

    The letter is counted anew wherever it stands behind the operator, however far that reaches; a row in which another operator
    binds the letter is left as it is.
    """

    def change(part: Row) -> Row:
        for at, item in enumerate(part):
            under = item.subs[0] if item.kind == "big" and item.name in ("sum", "prod") and len(item.subs) == 1 else ()
            if len(under) != 3 or not is_mark(under[1], "=") or under[2].value != 1 or len(item.sups) != 1:
                continue
            letter, rest = under[0], part[at + 1 :]
            bound = any(
                binds(s, letter_key(letter)) for i in walk(rest) for s in i.subs if i.kind == "big" or i.name in EXPECTATIONS
            )
            if "time" in kinds(letter.name) and -1 in steps_of(rest, letter) and not bound:
                start = (letter, under[1], numeral(0))
                counted = replace(item, subs=(start,), sups=(moved(item.sups[0], -1),))
                return (*part[:at], counted, *(later(i, letter) for i in rest))
        return part

    return everywhere(row, change)


def steps_of(body: Row, letter: Item) -> set[int | None]:
    """How far from the time of a letter the states and actions of a row are."""
    named = (i for i in walk(body) if i.kind == "atom" and {"state", "action"} & kinds(i.name).keys())
    return {offset(s, letter) for i in named for s in i.subs}


def offset(row: Row, letter: Item) -> int | None:
    """n for the row t + n, None for any other."""
    if not row or row[0].kind != "atom" or letter_key(row[0]) != letter_key(letter):
        return None
    if len(row) == 1:
        return 0
    value = row[2].value if len(row) == 3 and is_mark(row[1], "+", "-") else None
    if value is None or value.denominator != 1:
        return None
    return int(value) if row[1].name == "+" else -int(value)


def moved(row: Row, steps: int) -> Row:
    """A time some steps later: T − 1 for T and −1, T for T + 1 and −1."""
    n = (offset(row, row[0]) or 0) + steps if offset(row, row[0]) is not None else None
    if n is None:
        return (*row, Item("mark", "+" if steps > 0 else "-"), numeral(abs(steps)))
    return row[:1] if n == 0 else (row[0], Item("mark", "+" if n > 0 else "-"), numeral(abs(n)))


def later(item: Item, letter: Item) -> Item:
    """An item with the next time for each: t + 1 for t, t for t − 1."""
    if item.kind == "atom" and letter_key(item) == letter_key(letter):
        return Item("group", "()", (moved((item,), 1),), start=item.start, end=item.end)

    def changed(rows: tuple[Row, ...]) -> tuple[Row, ...]:
        return tuple(moved(r, 1) if offset(r, letter) is not None else tuple(later(i, letter) for i in r) for r in rows)

    return replace(item, rows=changed(item.rows), subs=changed(item.subs), sups=changed(item.sups))


__all__ = ["counted_from_zero", "without_end"]
