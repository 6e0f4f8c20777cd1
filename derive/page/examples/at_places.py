r"""Sums and extremes over places whose numbers an example gives one by one: ``\sum_a\pi(a|s)Q(s,a)`` with ``\pi(a_1|s)=0.3``, ``\pi(a_2|s)=0.7``.

The places that are given need not be all.  What comes out with them holds in the example; it is wrong for sure where a sum is weighed by
numbers that make 1, and where for an extreme one number is taken that is not the largest, or the smallest.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from derive.elaborate.reading.statements import Statement
from derive.elaborate.spelling.tabular import value_of
from derive.page.examples.quantities import Fact
from derive.page.examples.systems import is_somewhere
from derive.syntax.flat import Item, Row, everywhere, inner_rows, is_mark, row_key, walk
from derive.verify.links import LinkVerdict
from derive.verify.verdicts import HOLDS

#: Operators that are written out, and which of them take one of what they are over.
EXTREMES = ("max", "min")
OVER = ("sum", *EXTREMES)
#: Most places that are written out.
MOST = 12


@dataclass(slots=True)
class Places:
    """The numbers of an example at places, and what has been written out with them."""

    facts: list[Fact]
    most: int = 0  # the most places that an extreme is over
    sure: bool = True  # whether every sum is weighed by numbers that make 1

    def written_out(self, row: Row, only: int | None = None) -> Row:
        """A row with its operators over places as what they are over, one by one; of an extreme, one alone where that is asked for."""

        def change(part: Row) -> Row:
            out: list[Item] = []
            at = 0
            while at < len(part):
                end = reach(part, at) if part[at].kind == "big" and part[at].name in OVER else 0
                bodies = self.bodies(part[at], part[at + 1 : end]) if end else []
                if not bodies:
                    out.append(part[at])
                    at += 1
                    continue
                rows, seps = self.joined(part[at], bodies, only)
                out += [*self.head(part[at], only), Item("group", "()", rows, seps, start=part[at].start, end=part[end - 1].end)]
                at = end
            return tuple(out)

        return everywhere(row, change)

    def head(self, big: Item, only: int | None) -> list[Item]:
        """An extreme as a function of what stands in brackets behind it."""
        return [replace(big, subs=())] if big.name in EXTREMES and only is None else []

    def joined(self, big: Item, bodies: list[Row], only: int | None) -> tuple[tuple[Row, ...], tuple[str, ...]]:
        """What stands in the brackets behind an operator."""
        if big.name in EXTREMES:
            self.most = max(self.most, len(bodies))
            return (tuple(bodies), (",",) * (len(bodies) - 1)) if only is None else ((bodies[only % len(bodies)],), ())
        return (tuple(i for body in bodies for i in (Item("mark", "+"), *body))[1:],), ()

    def bodies(self, big: Item, body: Row) -> list[Row]:
        """What an operator is over at each place; nothing where the places are not given."""
        letter = letter_of(big)
        if letter is None:
            return []
        applied = [(a, b) for part in inner_rows(body) for a, b in pairwise(part) if a.kind == "atom" and b.kind == "group"]
        applied = [(a, b) for a, b in applied if any(row_key(r) == letter for r in b.rows)]
        uses = sum(row_key((i,)) == letter for i in walk(body))
        given = [self.at_places(a, b, letter) for a, b in applied]
        if not given or uses != sum(row_key(r) == letter for _, b in applied for r in b.rows):
            return []
        if not 1 < len(given[0]) <= MOST or any(g.keys() != given[0].keys() for g in given):
            return []
        self.sure &= big.name in EXTREMES or any(sum(g.values()) == 1 and min(g.values()) >= 0 for g in given)
        return [at_place(body, letter, place) for place in self.rows_of(applied[0], letter, given[0])]

    def at_places(self, name: Item, group: Item, letter: Hashable) -> dict[Hashable, Fraction]:
        """The numbers of a name at the places that a letter in its brackets may be."""
        found: dict[Hashable, Fraction] = {}
        for fact in self.facts:
            place, value = place_of(fact, name, group, letter), signed_value(fact.number)
            if place and value is not None:
                found[row_key(place)] = value
        return found

    def rows_of(self, applied: tuple[Item, Item], letter: Hashable, given: dict[Hashable, Fraction]) -> list[Row]:
        """The places themselves, in the order in which they are given."""
        places = (place_of(fact, *applied, letter) for fact in self.facts)
        return list({row_key(p): p for p in places if row_key(p) in given}.values())


def at_places(one: Statement, facts: list[Fact], decided: Callable[[Statement], LinkVerdict | None]) -> LinkVerdict | None:
    """The verdict on a link with its operators over places written out; None where there are none, or where they leave it open."""
    places = Places(facts)
    one = best_place(one, places)
    made = replace(one, terms=tuple(map(places.written_out, one.terms)))
    if made.terms == one.terms:
        return None
    found = decided(made)
    if found is None or found.status != "refuted" or not places.sure or not places.most:
        return found if found is None or found.status != "refuted" or places.sure else None
    others = (decided(replace(one, terms=tuple(places.written_out(t, n) for t in one.terms))) for n in range(places.most))
    return found if any(v is not None and v.status in HOLDS for v in others) else None


def best_place(one: Statement, places: Places) -> Statement:
    r"""That a place is the best one, ``\arg\max_aQ(s,a)=a_2``, as what is said of the numbers: that at it is the largest; any other as it is."""
    first = one.terms[0][0] if one.terms[0] else None
    if (
        first is None
        or first.kind != "big"
        or first.name not in ("argmax", "argmin")
        or reach(one.terms[0], 0) != len(one.terms[0])
    ):
        return one
    extreme = replace(first, name=first.name.removeprefix("arg"))
    body, letter = one.terms[0][1:], letter_of(first)
    if letter is None or row_key(at_place(body, letter, one.terms[1])) not in map(row_key, places.bodies(extreme, body)):
        return one
    return replace(one, terms=((extreme, *body), at_place(body, letter, one.terms[1])))


def reach(row: Row, at: int) -> int:
    """Where what an operator is over ends: a sum at the next term, an extreme behind one name or one bracket that nothing multiplies; 0 for others."""
    end = next((n for n in range(at + 1, len(row)) if is_mark(row[n], "+", "-")), len(row))
    body = row[at + 1 : end]
    named = len(body) == 2 and body[0].kind == "atom" and body[1].kind == "group"
    return end if row[at].name == "sum" and body or named or len(body) == 1 and body[0].kind == "group" else 0


def letter_of(big: Item) -> Hashable | None:
    r"""The letter alone over which an operator is, or its set behind ``\in``; None for a range."""
    under = big.subs[0] if len(big.subs) == 1 and not big.sups else ()
    if len(under) > 2 and is_mark(under[1], r"\in"):
        under = under[:1]
    return row_key(under) if len(under) == 1 and under[0].kind == "atom" and not under[0].subs else None


def place_of(fact: Fact, name: Item, group: Item, letter: Hashable) -> Row:
    """Where the number of a fact is, if it is of a name with the same in its brackets but for a letter; empty where it is not."""
    if len(fact.name) != 2 or fact.name[0].key != name.key or fact.name[1].kind != "group":
        return ()
    mine, own = fact.name[1], [row_key(r) == letter for r in group.rows]
    if (mine.seps, len(mine.rows)) != (group.seps, len(group.rows)):
        return ()
    if any(row_key(a) != row_key(b) for a, b, here in zip(mine.rows, group.rows, own, strict=True) if not here):
        return ()
    found = {row_key(r): r for r, here in zip(mine.rows, own, strict=True) if here}
    [place, *more] = found.values()
    return place if not more and is_somewhere(place) else ()


def at_place(row: Row, letter: Hashable, place: Row) -> Row:
    """A row with a place for a letter."""
    return everywhere(row, lambda part: place if row_key(part) == letter else part)


def signed_value(number: Row) -> Fraction | None:
    """The value of a number with or without a sign; None for any other row."""
    sign = number[0].name if number and is_mark(number[0], "-", "+") else ""
    value = value_of(number[1:] if sign else number)
    return -value if value is not None and sign == "-" else value


__all__ = ["at_places"]
