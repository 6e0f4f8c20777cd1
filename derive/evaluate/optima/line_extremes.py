"""Largest and smallest values on a line or between two numbers, and where they are: exactly for polynomials of the
second degree, by a search in balls for any other body."""

from __future__ import annotations

from typing import Any

import flint

from derive.core.terms import Bind
from derive.evaluate.analysis import Body, end_of, in_balls, is_tame, plain, polynomial, substituted
from derive.evaluate.compiler import Code, Compiler, Frame
from derive.values.arith import Irrational, NeedsOrder, Redraw, Undefined
from derive.values.jets import Jet
from derive.worlds.world import World

#: How many places between the ends are looked at, in two ways that must agree, how far out, and at most how many that may be the highest.
LOOKED, OUT, MOST_TOPS = (64, 91), 4, 3
#: How often what is left is divided, and steps of Newton's method behind that, with slopes between places so far apart.
THIRDS, NEWTON, STEP = 40, 5, flint.arb(flint.fmpq(1, 2**50))
#: What two searches may differ by, and what a search may be off by, in a value and in a place: it is flat where it is largest.
NEAR, OFF = flint.arb("1e-25"), (flint.arb("1e-40"), flint.arb("1e-26"))


def extreme_of_number(compiler: Compiler, term: Bind) -> Code:
    """The largest or smallest value of a body of one number, or where it has it."""
    body = compiler.code(term.body)
    v = term.vars[0]
    sign, where = 1 if term.name.endswith("max") else -1, term.name.startswith("arg")
    ends = [None if end_of(a) else compiler.code(a) for a in term.args] or [None, None]

    def run(world: World, frame: Frame) -> Any:
        if world.plan.arithmetic == "modular":
            raise NeedsOrder
        low, high = (None if code is None else code(world, frame) for code in ends)
        at = lambda x: body(world, {**frame, v.number: x})  # noqa: E731
        try:
            c = polynomial(world, at)
        except (Undefined, Redraw, Irrational, ZeroDivisionError):
            in_balls(world)
            return searched(world, at, low, high, sign, where)
        if any(isinstance(a, Jet) for a in c):
            raise Redraw
        world.ordered = True
        if len(c) < 4:
            return of_second_degree(world, c, low, high, sign, where)
        in_balls(world)
        if low is None is high and (len(c) % 2 == 0 or sign * world.algebra.sign(c[-1]) > 0):
            return flint.arb("inf") * (1 if where else sign)
        return searched(world, at, low, high, sign, where)

    return run


def of_second_degree(world: World, c: list[Any], low: Any, high: Any, sign: int, where: bool) -> Any:
    """The extreme of a polynomial of the second degree between two ends: at one of them, or between them where its slope vanishes."""
    algebra = world.algebra
    constant, slope, curve = [*c, 0, 0][:3]
    places = [x for x in (low, high) if x is not None]
    if len(places) == 2 and algebra.sign(algebra.sub(high, low)) < 0:
        raise Undefined("an extreme over nothing")
    bends = algebra.sign(curve)
    for end, s in ((low, -1), (high, 1)):
        if end is None and sign * (bends or s * algebra.sign(slope)) > 0:
            in_balls(world)  # without bound, far out
            return flint.arb("inf") * (1 if where else sign)
    if bends:
        top = algebra.div(algebra.neg(slope), algebra.mul(2, curve))
        inside = all(end is None or s * algebra.sign(algebra.sub(top, end)) > 0 for end, s in ((low, 1), (high, -1)))
        places += [top] if inside else []
    values = [(algebra.add(constant, algebra.mul(x, algebra.add(slope, algebra.mul(curve, x)))), x) for x in places or [0]]
    best = values[0]
    for other in values[1:]:
        best = other if sign * algebra.sign(algebra.sub(other[0], best[0])) > 0 else best
    if where and (not places or sum(algebra.is_zero(algebra.sub(y, best[0])) for y, _ in values) > 1):
        raise Undefined("several numbers are one")
    return best[1] if where else best[0]


def searched(world: World, at: Body, low: Any, high: Any, sign: int, where: bool) -> Any:
    """The extreme of any body, looked for from many places.

    Raises: Undefined where it has none between the ends, or two searches differ.
    """
    if not is_tame(world):
        raise Redraw
    a, b = (None if end is None else plain(end) for end in (low, high))
    if a is not None and b is not None and not a < b:
        raise Redraw

    def value(t: Any) -> Any:
        try:
            found = plain(at(substituted(t, a, b)[0])) * sign
        except Undefined:
            return flint.arb("-inf")  # it is looked for where there are values
        if not found.is_finite():
            raise Undefined("a value without bound")
        return flint.arb(found.mid())

    found = []
    for parts in LOOKED:
        places = [flint.arb(flint.fmpq(2 * OUT * k, parts) - OUT) for k in range(parts + 1)]
        values = [value(t) for t in places]
        order = sorted(range(len(values)), key=lambda k: values[k], reverse=True)
        if order[0] in (0, parts):
            end = (a, b)[(order[0] > 0) != (a is None and b is not None)]
            if end is None or plain(at(end)) * sign < values[order[0]]:
                raise Undefined("an extreme far out, or at an end that is not reached")
            found.append((plain(at(end)), end))
            continue
        tops = [k for k in order if 0 < k < parts and values[k] >= values[k - 1] and values[k] > values[k + 1]][:MOST_TOPS]
        reached = sorted((top_between(value, places[k - 1], places[k + 1]) for k in tops), key=value, reverse=True)
        if not reached:
            raise Undefined("an extreme along a level stretch")
        if where and len(reached) > 1 and value(reached[0]) - value(reached[1]) < NEAR:
            raise Undefined("several numbers are one")
        found.append((value(reached[0]) * sign, substituted(reached[0], a, b)[0]))
    best, rival = (pair[where] for pair in found)
    if not abs(best - rival) < NEAR * (1 + abs(best)):
        raise Undefined("an extreme that two searches do not agree on")
    return flint.arb(best.mid(), (abs(best - rival) + OFF[where] * (1 + abs(best))).upper())


def top_between(value: Body, left: Any, right: Any) -> Any:
    """Where a body is largest between two places, if it rises and then falls: by thirds, and then where its slope vanishes."""
    for _ in range(THIRDS):
        a, b = (flint.arb((x + (y - x) / 3).mid()) for x, y in ((left, right), (right, left)))
        left, right = (a, right) if value(a) < value(b) else (left, b)
    t = flint.arb(((left + right) / 2).mid())
    for _ in range(NEWTON):
        up, here, down = (value(t + s * STEP) for s in (1, 0, -1))
        curve = up - 2 * here + down
        if not curve < 0:
            raise Undefined("an extreme at a corner")
        t = flint.arb((t - STEP * (up - down) / (2 * curve)).mid())
    return t


__all__ = ["extreme_of_number"]
