"""Extremes over numbers, and where they are: exact for polynomials of second degree, by a search in balls for any other body."""

from __future__ import annotations

from typing import Any

import flint

from derive.core.terms import ONE, Bind
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
NOT_ONE = "several numbers are one, or an end that is not reached"


def extreme_of_number(compiler: Compiler, term: Bind) -> Code:
    """The largest or smallest value of a body of one number, or where it has it."""
    body = compiler.code(term.body)
    v = term.vars[0]
    sign, where = 1 if term.name.endswith("max") else -1, term.name.startswith("arg")
    ends = [None if end_of(a) else compiler.code(a) for a in term.args[:2]] or [None, None]
    shut = [a != ONE for a in term.args[2:]] or [True, True]  # whether the ends belong to what it runs through

    def run(world: World, frame: Frame) -> Any:
        if world.plan.arithmetic == "modular":
            raise NeedsOrder
        low, high = (None if code is None else code(world, frame) for code in ends)
        at = lambda x: body(world, {**frame, v.number: x})  # noqa: E731
        try:
            c = polynomial(world, at)
        except (Undefined, Redraw, Irrational, ZeroDivisionError):
            in_balls(world)
            return searched(world, at, (low, high), shut, sign, where)
        if any(isinstance(a, Jet) for a in c):
            raise Redraw
        world.ordered = True
        if len(c) < 4:
            return of_second_degree(world, c, (low, high), shut, sign, where)
        in_balls(world)
        if low is None is high and (len(c) % 2 == 0 or sign * world.algebra.sign(c[-1]) > 0):
            return flint.arb("inf") * (1 if where else sign)
        return searched(world, at, (low, high), shut, sign, where)

    return run


def of_second_degree(world: World, c: list[Any], ends: tuple[Any, Any], shut: list[bool], sign: int, where: bool) -> Any:
    """The extreme of a polynomial of the second degree between two ends: at one of them, or between them where its slope vanishes."""
    algebra, add, mul, (low, high) = world.algebra, world.algebra.add, world.algebra.mul, ends
    constant, slope, curve = [*c, 0, 0][:3]
    places = [(x, own) for x, own in zip(ends, shut, strict=True) if x is not None]
    if len(places) == 2 and algebra.sign(algebra.sub(high, low)) < 0:
        raise Undefined("an extreme over nothing")
    bends = algebra.sign(curve)
    for end, s in ((low, -1), (high, 1)):
        if end is None and sign * (bends or s * algebra.sign(slope)) > 0:
            in_balls(world)  # without bound, far out
            return flint.arb("inf") * (1 if where else sign)
    if bends:
        top = algebra.div(algebra.neg(slope), mul(2, curve))
        inside = all(end is None or s * algebra.sign(algebra.sub(top, end)) > 0 for end, s in ((low, 1), (high, -1)))
        places += [(top, True)] if inside else []
    values = [(add(constant, mul(x, add(slope, mul(curve, x)))), x, own) for x, own in places or [(0, True)]]
    best = values[0]
    for other in values[1:]:
        best = other if sign * algebra.sign(algebra.sub(other[0], best[0])) > 0 else best
    level = not (bends or algebra.sign(slope))
    tied = [one for one in values if algebra.is_zero(algebra.sub(one[0], best[0]))]
    reached = [one for one in tied if one[2] or level]
    if not reached or where and (level or len(tied) > 1):
        raise Undefined(NOT_ONE)
    return reached[0][where]


def searched(world: World, at: Body, ends: tuple[Any, Any], shut: list[bool], sign: int, where: bool) -> Any:
    """The extreme of any body, looked for from many places.

    Raises: Undefined where it has none between the ends, or two searches differ.
    """
    a, b = (None if end is None else plain(end) for end in ends)
    if not is_tame(world) or a is not None and b is not None and not a < b:
        raise Redraw

    def height(x: Any) -> Any:
        try:
            return plain(at(x)) * sign
        except (Undefined, Redraw):
            return flint.arb("-inf")  # it is looked for where there are values

    def value(t: Any) -> Any:
        found = height(substituted(t, a, b)[0])
        if not (found.is_finite() or found < 0):
            raise Undefined("a value without bound")
        return flint.arb(found.mid())

    edges = [(h, x, own) for x, own in zip((a, b), shut, strict=True) if x is not None and (h := height(x)).is_finite()]
    found = []
    for parts in LOOKED:
        places = [flint.arb(flint.fmpq(2 * OUT * k, parts) - OUT) for k in range(parts + 1)]
        values = [value(t) for t in places]
        order = sorted(range(len(values)), key=lambda k: values[k], reverse=True)
        tops = [k for k in order if 0 < k < parts and values[k] >= values[k - 1] and values[k] > values[k + 1]][:MOST_TOPS]
        end = (a, b)[(order[0] > 0) != (a is None and b is not None)]
        ended = end is not None and height(end) >= values[order[0]] > -flint.arb("inf")
        if not (ended if order[0] in (0, parts) else tops):
            raise Undefined("an extreme far out, along a level stretch, or at an end that is not reached")
        inside = [top_between(value, places[k - 1], places[k + 1]) for k in tops]
        reached = sorted([*edges, *((value(t), substituted(t, a, b)[0], True) for t in inside)], key=lambda y: y[0], reverse=True)
        tied = [y for y in reached if not reached[0][0] - y[0] >= NEAR]
        if not any(own for _, _, own in tied) or where and len(tied) > 1:
            raise Undefined(NOT_ONE)
        found.append((reached[0][0] * sign, tied[0][1]))
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
