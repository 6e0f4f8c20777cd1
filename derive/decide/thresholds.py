r"""Numbers that a claim names, as places where it may change: each is tried, what lies between two of them, and what lies beyond.

What holds at random points holds, for all that they show, on one side of a threshold: ``\\max(x,1)=x`` where x > 0.9, ``\\min(n,100)=n``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, islice, pairwise, product, takewhile
from time import process_time

from derive.core.constants import CONSTANTS
from derive.core.terms import Bind, Core, Num, Op, below, walk
from derive.decide.crowds import CROWDS, QUICK, ordering
from derive.decide.descent import at, coordinates, within
from derive.decide.points import Prepared
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
#: The largest power whose value is looked at.
POWER = 400


def threshold_plans(prepared: Prepared, arithmetic: str, seed: int) -> Iterator[Plan]:
    """Plans in which each number and each count of a claim lies on every side of the numbers that it names."""
    kind = ordering(arithmetic)
    still = [v for v in prepared.free if not v.random and v not in prepared.claim.small]
    reals = [v for v in still if v.type.name == "Real"][:LETTERS]
    named_steps = {*prepared.members, *(v.number for v in (*prepared.claim.times, prepared.claim.clock) if v is not None)}
    counts = [v for v in still if v.type.name == "Nat" and v.number not in named_steps]
    named = named_numbers(prepared)
    for i, value in enumerate(between(named)):
        for j, v in enumerate(reals):
            yield Plan(seed * 9019 + LETTERS * i + j, kind, ((v.number, value),), spread=i + j)
    for (i, gap), (v, w) in product(enumerate(between(named)), pairwise(reals)):  # numbers that are near one another
        yield Plan(seed * 9023 + i, kind, ((v.number, Fraction(1)), (w.number, 1 + gap)), spread=i)
    for i in range(FAR_APART if any(abs(x) > 1 for x in named) else 0):
        yield Plan(seed * 9043 + i, "extreme" if kind == "rational" else "extreme balls", spread=i)
    run = {v for p in prepared.claim.parts() for t in walk(p) if isinstance(t, Bind) for a in t.args for v in walk(a)}
    sizes = sorted(
        {n for c in named if c.denominator == 1 and 0 < c <= COUNT for n in (int(c) - 1, int(c), int(c) + 1, 2 * int(c)) if n}
    )
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


def opposite_plans(prepared: Prepared, held: tuple[Plan, ...], deadline: float) -> Iterator[Plan]:
    """Worlds in which a claim held with every number on the other side of zero, as far from it and farther."""
    for plan in takewhile(lambda _: process_time() < deadline, held[:OPPOSED]):
        plan = replace(plan, arithmetic=ordering(plan.arithmetic))
        point = at(prepared, plan)
        drawn = coordinates(point) if point is not None else {}
        for times in (-1, -10):
            moved = tuple((key, times * value) for key, (kind, value) in drawn.items() if kind == "real")
            if moved:
                yield replace(plan, moved=moved)


def lonely_plans(prepared: Prepared, crowds: Iterable[Plan], deadline: float) -> Iterator[Plan]:
    """Worlds with many of what is counted, in which one weight of a distribution is far ahead of all others."""
    some = islice((p for p in crowds if p.crowd == CROWDS[0] and not p.coincide), OPPOSED)
    for plan in takewhile(lambda _: process_time() < deadline, some):
        point = at(prepared, plan)
        drawn = coordinates(point) if point is not None else {}
        weights = [key for key, (kind, _) in drawn.items() if kind == "positive"]
        if weights:
            yield replace(plan, moved=((weights[0], Fraction(1)), *((key, LIGHT) for key in weights[1:])))


def drawn_thresholds(prepared: Prepared, held: tuple[Plan, ...], deadline: float) -> Iterator[Plan]:
    """Worlds in which a claim held with each of the numbers that they drew on every side of those that it names: values, chances, discounts."""
    values = between(named_numbers(prepared))
    plans = (replace(p, arithmetic=ordering(p.arithmetic)) for p in takewhile(lambda _: process_time() < deadline, held))
    points = ((plan, point) for plan in plans if (point := at(prepared, plan)) is not None)
    for plan, point in islice(points, TURNED):
        for key, (kind, _) in islice(coordinates(point).items(), DRAWN):
            yield from (replace(plan, moved=((key, value),)) for value in values if within(kind, value))


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
    """The values of the largest parts of a term that are numbers."""
    value = number(term)
    if value is not None:
        yield value
        return
    for part in below(term):
        yield from largest_numbers(part)


def number(term: Core) -> Fraction | None:
    """The value of a term of numbers alone, where it is rational."""
    if isinstance(term, Num):
        return Fraction(term.value)
    if not isinstance(term, Op) or not term.args or term.name not in ("add", "mul", "neg", "div", "power", "coerce"):
        return None
    parts = [number(a) for a in term.args]
    known = [p for p in parts if p is not None]
    if len(known) < len(parts):
        return None
    first, *rest = known
    for x in rest:
        if (
            term.name == "power"
            and not (x.denominator == 1 and abs(x) <= POWER)
            or term.name in ("div", "power")
            and not (x and first)
        ):
            return None
        first = (
            first + x
            if term.name == "add"
            else first * x
            if term.name == "mul"
            else first / x
            if term.name == "div"
            else first ** int(x)
        )
    return -first if term.name == "neg" else first


__all__ = ["drawn_thresholds", "lonely_plans", "opposite_plans", "threshold_plans"]
