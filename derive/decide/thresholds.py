r"""Numbers that a claim names, as places where it may change: each is tried, what lies between two of them, and what lies beyond.

What holds at random points holds, for all that they show, on one side of a threshold: ``\max(x,1)=x`` where x > 0.9, ``\min(n,100)=n``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, islice, pairwise, product, takewhile
from time import process_time

from derive.core.constants import CONSTANTS
from derive.core.terms import Bind, Core, CoreClaim, Num, Op, below, walk
from derive.decide.calculation import NOT_HERE, is_closed, value
from derive.decide.crowds import CROWDS, QUICK, ordering
from derive.decide.descent import at, coordinates, within
from derive.decide.points import Point, Prepared
from derive.values.arith import fraction
from derive.values.matrices import is_exact
from derive.worlds.world import Plan

#: Numbers of a claim of which sums and differences are thresholds too, numbers that are tried, and letters that take them.
SUMMED, TRIED, LETTERS = 5, 48, 4
#: Worlds of numbers of very different size, where one is named that others may not reach.
FAR_APART = 12
#: Worlds that are turned round.
OPPOSED = 8
#: Worlds of which the numbers that were drawn are moved one by one, and how many of these.
TURNED, DRAWN = 3, 8
#: A weight beside one that is far ahead.
LIGHT = Fraction(1, 10**6)
#: The largest count that is tried of what something runs through, and of what has no such cost.
CROWD, COUNT = 60, 10**5


def threshold_plans(prepared: Prepared, arithmetic: str, seed: int) -> Iterator[Plan]:
    """Plans in which each number and each count of a claim lies on every side of the numbers that it names."""
    kind = ordering(arithmetic)
    still = [v for v in prepared.free if not v.random and v not in prepared.claim.small]
    reals = [v for v in still if v.type.name == "Real"][:LETTERS]
    named_steps = {
        *prepared.of_worlds["members"],
        *(v.number for v in (*prepared.claim.times, prepared.claim.clock) if v is not None),
    }
    counts = [v for v in still if v.type.name == "Nat" and v.number not in named_steps]
    named = named_numbers(prepared)
    for i, place in enumerate(between(named)):
        for j, v in enumerate(reals):
            yield Plan(seed * 9019 + LETTERS * i + j, kind, ((v.number, place),), spread=i + j)
    for (i, gap), (v, w) in product(enumerate(between(named)), pairwise(reals)):  # numbers that are near one another
        yield Plan(seed * 9023 + i, kind, ((v.number, Fraction(1)), (w.number, 1 + gap)), spread=i)
    for i in range(FAR_APART if any(abs(x) > 1 for x in named) else 0):
        yield Plan(seed * 9043 + i, "extreme" if kind == "rational" else "extreme balls", spread=i)
    run = {v for p in prepared.claim.parts() for t in walk(p) if isinstance(t, Bind) for a in t.args for v in walk(a)}
    least = 0 if begins_at_zero(prepared.claim) else 1
    whole = [int(c) for c in named if c.denominator == 1 and least <= c <= COUNT]
    sizes = sorted({n for c in whole for n in (c - 1, c, c + 1, 2 * c) if n >= least})
    for i, size in enumerate(sizes):
        for j, v in enumerate(counts if not prepared.on_paths else ()):
            if v not in run or size <= CROWD:
                crowd = size if v in run else 0
                yield Plan(seed * 9029 + LETTERS * i + j, kind, ((v.number, Fraction(size)),), spread=i + j, crowd=crowd)
    operations = {t.name for p in prepared.claim.parts() for t in walk(p) if isinstance(t, Op)}
    if "cardinality" in operations and not (prepared.on_paths or operations & (CONSTANTS.keys() - QUICK - {"cardinality"})):
        for (i, size), which in product(enumerate(sizes), ("others", "states")):
            if 1 < size <= CROWD:
                yield Plan(seed * 9041 + i, kind, spread=i, crowd=size, crowded=which)


def begins_at_zero(claim: CoreClaim) -> bool:
    """Whether the member with the number nought is given of a sequence."""
    sides = (side for g in claim.givens for side in (g.lhs, g.rhs))
    return any(isinstance(x, Op) and x.name in ("call", "call_vector") and Num(Fraction(0)) in x.args[1:] for x in sides)


def drawn_in(
    prepared: Prepared, plans: Iterable[Plan], deadline: float
) -> Iterator[tuple[Plan, dict[str, tuple[str, Fraction]]]]:
    """Plans, in an arithmetic with an order, at which a claim can be used, each with the numbers that its world draws; until the time is over."""
    for plan in takewhile(lambda _: process_time() < deadline, plans):
        plan = replace(plan, arithmetic=ordering(plan.arithmetic))
        point = at(prepared, plan)
        if point is not None:
            yield plan, coordinates(point)


def opposite_plans(prepared: Prepared, held: tuple[Plan, ...], deadline: float) -> Iterator[Plan]:
    """Worlds in which a claim held with every number on the other side of zero, as far from it and farther."""
    for plan, drawn in drawn_in(prepared, held[:OPPOSED], deadline):
        for times in (-1, -10):
            moved = tuple((key, times * value) for key, (kind, value) in drawn.items() if kind == "real")
            if moved:
                yield replace(plan, moved=moved)


def lonely_plans(crowds: Iterable[Point]) -> Iterator[Plan]:
    """Worlds with many of what is counted, in which one weight of a distribution is far ahead of all others."""
    for point in islice((p for p in crowds if p.plan.crowd == CROWDS[0] and not p.plan.coincide), OPPOSED):
        weights = [key for key, (kind, _) in coordinates(point).items() if kind == "positive"]
        if weights:
            moved = ((weights[0], Fraction(1)), *((key, LIGHT) for key in weights[1:]))
            yield replace(point.plan, arithmetic=ordering(point.plan.arithmetic), moved=moved)


def drawn_thresholds(prepared: Prepared, held: tuple[Plan, ...], deadline: float) -> Iterator[Plan]:
    """Worlds in which a claim held with each of the numbers that they drew on every side of those that it names: values, chances, discounts."""
    places = between(named_numbers(prepared))
    for plan, drawn in islice(drawn_in(prepared, held, deadline), TURNED):
        for key, (kind, _) in islice(drawn.items(), DRAWN):
            yield from (replace(plan, moved=((key, place),)) for place in places if within(kind, place))


def named_numbers(prepared: Prepared) -> list[Fraction]:
    """The numbers that a claim and what is given name, and sums and differences of two of them where they are few."""
    found = {x for p in prepared.claim.parts() for x in largest_numbers(p)}
    if len(found) <= SUMMED:
        found |= {x for a, b in combinations(sorted(found), 2) for x in (a + b, a - b)}
    return sorted({Fraction(0), *found, *(-x for x in found)})


def between(named: list[Fraction]) -> list[Fraction]:
    """Numbers, what lies halfway between neighbours, and what lies beyond the first and the last."""
    made = {*named, *((a + b) / 2 for a, b in pairwise(named)), named[0] - 1, named[-1] + 1, 2 * named[0], 2 * named[-1]}
    return sorted(made)[:TRIED]


def largest_numbers(term: Core) -> Iterator[Fraction]:
    """The values of the largest parts of a term that are rational numbers."""
    if isinstance(term, Num):
        yield Fraction(term.value)
    elif is_closed(CoreClaim(term, "=", term)):
        with suppress(*NOT_HERE):
            found = value(term)
            if is_exact(found):
                yield fraction(found)
    else:
        for part in below(term):
            yield from largest_numbers(part)


__all__ = ["drawn_thresholds", "lonely_plans", "opposite_plans", "threshold_plans"]
