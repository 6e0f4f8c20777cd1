"""Meaning of binders: sums, products, extremes, limits, slopes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import comb
from typing import Any

import flint

from derive.core.terms import ONE, Bind, Core, Num, Op, Var, free_variables, walk
from derive.core.types import REAL
from derive.evaluate.analysis import at_infinity, in_balls, integral, limit, slope
from derive.evaluate.compiler import Code, Compiler, Frame, Unmeant, bare
from derive.evaluate.means import equal_values, expect, mean, sample
from derive.evaluate.optima.line_extremes import extreme_of_number
from derive.evaluate.optima.simplices import extreme_of_chances
from derive.evaluate.processes.paths import ON_PATHS, WHOLE
from derive.evaluate.processes.visits import series_of_steps
from derive.evaluate.quadratics import extreme_of_quadratic, matrix_series, mean_of_vector
from derive.evaluate.scalar_functions import sign_of, whole_number
from derive.values.algebra import Algebra
from derive.values.arith import NeedsOrder, Redraw, Undefined
from derive.values.jets import Jet
from derive.values.matrices import Mat, Vec
from derive.worlds.world import GIVEN, Drawn, Element, World

#: Terms of a sum over whole numbers.
LONGEST = 400
#: Terms of a series that are looked at after an episode is over.
AFTER = 6


def ranged(compiler: Compiler, term: Bind) -> Callable[[World, Frame], Iterator[Frame]]:
    """Frames in which the bound variable has each of its values, those that the conditions allow."""
    v = term.vars[0]
    where = [compiler.code(c) for c in term.where]
    bounds = [compiler.code(a) for a in term.args]

    def values(world: World, frame: Frame) -> Iterator[Any]:
        if len(bounds) == 2:
            low, high = whole_number(bounds[0](world, frame)), whole_number(bounds[1](world, frame))
            if high - low > LONGEST or high < low - 1:
                raise Redraw  # too long, or backwards
            return iter(range(low, high + 1))
        return iter(world.elements(v.type.args[0]))

    def frames(world: World, frame: Frame) -> Iterator[Frame]:
        for value in values(world, frame):
            inner = {**frame, v.number: value}
            if all(c(world, inner) for c in where):
                yield inner

    if not bounds and v.type.name != "Elem":
        raise Unmeant("a range without its end")
    return frames


def series(compiler: Compiler, term: Bind) -> Code:
    if any(isinstance(a, Op) and a.name == "infinity" for a in term.args):
        return infinite(compiler, term)
    frames, body = ranged(compiler, term), compiler.code(term.body)
    summed = term.name == "sum"

    def run(world: World, frame: Frame) -> Any:
        total: Any = None
        for inner in frames(world, frame):
            value = body(world, inner)
            total = value if total is None else world.algebra.add(total, value) if summed else world.algebra.mul(total, value)
        return total if total is not None else int(not summed)

    return run


def infinite(compiler: Compiler, term: Bind) -> Code:
    """A series without end: geometric, or over an episode, after which its terms vanish."""
    v = term.vars[0]
    if term.name != "sum" and v not in free_variables(term.body):
        return power_without_end(compiler, term)
    if term.name != "sum":
        raise Unsettled("an infinite product")
    if is_series_on_paths(term):
        body, low, vanishing = compiler.code(term.body), compiler.code(term.args[0]), vanishing_terms(term)

        def over_episode(world: World, frame: Frame) -> Any:
            terms: list[Any] = []
            start = whole_number(low(world, frame))
            for k in range(start, start + len(frame.get("path", ())) + world.ahead + AFTER):
                try:
                    terms.append(body(world, {**frame, v.number: k}))
                except BeyondPath:
                    if 0 < len(terms) < vanishing:
                        raise
                    if not all(world.algebra.is_zero(x) for x in terms[-vanishing:]):
                        raise GoesOn from None
                    return world.algebra.total(terms) if terms else 0
            return world.algebra.add(world.algebra.total(terms), tail(world, terms[-AFTER + 1 :]))

        return over_episode
    visited = series_of_steps(compiler, term)
    if visited is not None:
        return visited
    powers = matrix_series(compiler, term, is_geometric)
    if powers is not None:
        return powers
    if not is_geometric(term.body, v):
        return of_polynomial_times_power(compiler, term)
    body, low = compiler.code(term.body), compiler.code(term.args[0])

    def total(world: World, first: Any, second: Any) -> Any:
        if world.algebra.is_zero(first):
            if world.algebra.is_zero(second):
                raise Redraw  # an edge: zero terms, or a ratio of one
            return 0
        ratio = world.algebra.div(second, first)
        if world.plan.arithmetic != "modular":
            size = bare(ratio)
            if not (size < 1 and size > -1):
                raise Undefined("a series that does not converge")
        return world.algebra.div(first, world.algebra.sub(1, ratio))

    def geometric(world: World, frame: Frame) -> Any:
        start = whole_number(low(world, frame))
        first, second = (body(world, {**frame, v.number: start + i}) for i in range(2))
        if isinstance(first, Vec) and isinstance(second, Vec):
            return Vec(tuple(total(world, *pair) for pair in zip(first.items, second.items, strict=True)), first.row)
        if any(isinstance(x, Vec | Mat) for x in (first, second)):
            raise Redraw
        return total(world, first, second)

    return geometric


def is_series_on_paths(term: Bind) -> bool:
    """Whether a sum runs without end along an episode, after which its terms vanish."""
    endless = any(isinstance(a, Op) and a.name == "infinity" for a in term.args)
    return term.name == "sum" and endless and any(isinstance(t, Op) and t.name in ON_PATHS for t in walk(term.body))


def vanishing_terms(term: Bind) -> int:
    """How many terms must vanish before an episode counts as over: a difference of values may vanish by chance where it is not."""
    return 1 + any(isinstance(t, Op) and t.name == "call" for t in walk(term.body))


def power_without_end(compiler: Compiler, term: Bind) -> Code:
    """The product of infinitely many factors that are all the same: 0, 1 or infinite."""
    body = compiler.code(term.body)

    def run(world: World, frame: Frame) -> Any:
        factor = body(world, frame)
        size = sign_of(world, world.algebra.sub(factor, 1))
        if size == 0:
            return 1
        if sign_of(world, world.algebra.add(factor, 1)) <= 0:
            raise Undefined("a product that does not converge")
        if size < 0:
            return 0
        in_balls(world)
        return flint.arb("inf")

    return run


def of_polynomial_times_power(compiler: Compiler, term: Bind) -> Code:
    """Σ P(k) qᵏ: with t_k the terms and n > deg P, (1 − qE)ⁿ t vanishes, so that the sum is Σ_{j<n} ((1 − qE)ⁿ t)_j / (1 − q)ⁿ."""
    v = term.vars[0]
    split = factored(term.body, v)
    if split is None:
        raise Unmeant("an infinite series")
    degree, powers = split
    n = degree + 1
    body, low = compiler.code(term.body), compiler.code(term.args[0])
    power = compiler.code(powers)

    def run(world: World, frame: Frame) -> Any:
        algebra = world.algebra
        start = whole_number(low(world, frame))
        terms = [body(world, {**frame, v.number: start + i}) for i in range(n)]
        first, second = (power(world, {**frame, v.number: start + i}) for i in range(2))
        if any(isinstance(x, Vec | Mat) for x in (*terms, first)) or algebra.is_zero(first):
            raise Redraw
        q = algebra.div(second, first)
        if world.plan.arithmetic != "modular" and not (bare(q) < 1 and bare(q) > -1):
            raise Undefined("a series that does not converge")
        top: Any = 0
        for j in range(n):
            for i in range(j + 1):
                weight = algebra.mul(comb(n, i), algebra.product([algebra.neg(q)] * i) if i else 1)
                top = algebra.add(top, algebra.mul(weight, terms[j - i]))
        return algebra.div(top, algebra.product([algebra.sub(1, q)] * n))

    return run


def factored(body: Core, v: Var) -> tuple[int, Core] | None:
    """The degree of the polynomial in a product, and the powers with the variable in their exponents; None for anything else."""
    if isinstance(body, Op) and body.name == "mul":
        parts = [factored(a, v) for a in body.args]
        if any(p is None for p in parts):
            return None
        known = [p for p in parts if p is not None]
        powers = [p for _, p in known if p != ONE]
        return sum(d for d, _ in known), Op("mul", tuple(powers)) if len(powers) > 1 else powers[0] if powers else ONE
    if v not in free_variables(body) or is_geometric(body, v):
        return 0, body if v in free_variables(body) else ONE
    if is_affine(body, v):
        return 1, ONE
    if (
        isinstance(body, Op)
        and body.name == "power"
        and is_affine(body.args[0], v)
        and isinstance(body.args[1], Num)
        and body.args[1].value in (2, 3)
    ):
        return int(body.args[1].value), ONE
    return None


def nothing(algebra: Algebra, x: Any) -> bool:
    """Whether a value is zero with all its increments."""
    if isinstance(x, Vec):
        return all(nothing(algebra, y) for y in x.items)
    if isinstance(x, Mat):
        return all(nothing(algebra, y) for row in x.rows for y in row)
    return all(algebra.vanishing(c) for c in x.c) if isinstance(x, Jet) else algebra.vanishing(x)


def tail(world: World, last: list[Any]) -> Any:
    """What follows the last terms of a series over an episode that is over: nothing, or a geometric series if all of them are one."""
    algebra = world.algebra
    if all(nothing(algebra, x) for x in last):
        return 0
    if any(isinstance(x, Vec | Mat | Jet) for x in last):
        raise Redraw
    for a, b, c in zip(last, last[1:], last[2:], strict=False):
        if not algebra.vanishing(algebra.sub(algebra.mul(a, c), algebra.mul(b, b))):
            raise Redraw
    ratio = algebra.div(last[1], last[0])
    if world.plan.arithmetic != "modular" and not (bare(ratio) < 1 and bare(ratio) > -1):
        raise Redraw
    return algebra.div(algebra.mul(last[-1], ratio), algebra.sub(1, ratio))


class Unsettled(Unmeant):
    """An operation that nothing here settles, and that must not be settled by less."""


def is_geometric(body: Core, v: Var) -> bool:
    """Whether a term is c·qᵏ in its variable: products and quotients of constants and of powers whose exponent is k, or k and a constant."""
    if v not in free_variables(body):
        return True
    match body:
        case Op(name="mul" | "div" | "neg"):
            return all(is_geometric(a, v) for a in body.args)
        case Op(name="power"):
            base, exponent = body.args
            return v not in free_variables(base) and is_affine(exponent, v)
    return False


def is_affine(t: Core, v: Var) -> bool:
    if v not in free_variables(t) or t == v:
        return True
    match t:
        case Op(name="add" | "neg"):
            return all(is_affine(a, v) for a in t.args)
        case Op(name="mul"):
            return sum(v in free_variables(a) for a in t.args) == 1 and all(is_affine(a, v) for a in t.args)
    return False


class BeyondPath(Redraw):
    """A time after the end of the path at hand."""


class GoesOn(BeyondPath):
    """A series along an episode whose terms do not vanish when that is over."""


def extreme(compiler: Compiler, term: Bind) -> Code:
    if term.vars[0].type == REAL:
        return extreme_of_number(compiler, term)
    if term.vars[0].type.name == "Vector":
        return extreme_of_quadratic(compiler, term)
    if term.vars[0].type.name in ("Policy", "Law"):
        return extreme_of_chances(compiler, term)
    frames, body = ranged(compiler, term), compiler.code(term.body)
    v = term.vars[0]
    sign = 1 if term.name.endswith("max") else -1
    chosen = term.name.startswith("arg")

    def run(world: World, frame: Frame) -> Any:
        best: Any = None
        where: list[Any] = []
        reached = [(inner, body(world, inner)) for inner in frames(world, frame)]
        if not chosen and world.plan.arithmetic == "modular":
            return extreme_of_residues(world, sign, [value for _, value in reached])
        for inner, value in reached:
            s = 1 if best is None else sign * sign_of(world, world.algebra.sub(value, best))
            if s > 0:
                best, where = value, [inner[v.number]]
            elif s == 0:
                where.append(inner[v.number])
                if isinstance(value, Jet) or isinstance(best, Jet):
                    raise Redraw
        if best is None:
            raise Undefined("an extreme over nothing")
        if chosen:
            world.stepped = True
            return frozenset(getattr(x, "k", x) for x in where)
        return best

    return run


def extreme_of_residues(world: World, sign: int, values: list[Any]) -> Any:
    """A random element, the same wherever the largest of the same values is asked for.

    Residues have no order.  What holds whatever function of the set of values an extreme is, holds for the extreme; where
    that fails, nothing is known (``world.guessed``).
    """
    plain = [settled_value(world, x) for x in values]
    if not plain:
        raise Undefined("an extreme over nothing")
    if len(set(plain)) == 1:
        return values[0]
    world.guessed = True
    key = ("extreme", sign, frozenset(plain))
    if key not in world.cache:
        world.cache[key] = world.scalar("real", *key[:2], *sorted(plain))
    return world.cache[key]


def settled_value(world: World, value: Any) -> int:
    """The residue of a value that does not move."""
    if isinstance(value, Jet):
        if any(not world.algebra.vanishing(x) for x in value.c[1:]):
            raise NeedsOrder
        value = value.c[0]
    if not isinstance(value, int | flint.fmpq | flint.nmod):
        raise NeedsOrder
    return int(world.algebra.field.lift(value))


def table(compiler: Compiler, term: Bind) -> Code:
    """The masses of a law by a formula, one for each outcome; or those of a policy, one for each action in each state."""
    body, v = compiler.code(term.body), term.vars[0]

    def run(world: World, frame: Frame) -> Any:
        return [body(world, {**frame, v.number: x}) for x in world.elements(v.type.args[0])]

    hangs_on = {v.number for v in free_variables(term)}
    on_path = any(isinstance(t, Op) and t.name in (*ON_PATHS, *WHOLE) for t in walk(term))

    def policy(world: World, frame: Frame) -> Any:
        here = {name: x for name, x in frame.items() if name in hangs_on or isinstance(name, str) and (on_path or name != "path")}
        key = ("policy", term, frozenset((name, x if isinstance(x, Element | int) else id(x)) for name, x in here.items()))
        return world.once(key, lambda: made(world, frame), here)

    def made(world: World, frame: Frame) -> Drawn:
        rows = [run(world, {**frame, term.vars[1].number: s}) for s in world.elements(term.vars[1].type.args[0])]
        if not all(equal_values(world, world.algebra.total(row), 1) for row in rows):
            raise Undefined("probabilities of actions that do not add up to one")
        return Drawn(GIVEN, tuple(p for row in rows for p in row))

    return run if len(term.vars) == 1 else policy


BINDERS: dict[str, Callable[[Compiler, Bind], Code]] = {
    "sum": series,
    "prod": series,
    "max": extreme,
    "min": extreme,
    "argmax": extreme,
    "argmin": extreme,
    "limit": limit,
    "slope": slope,
    "expect": expect,
    "sample": sample,
    "normal_vector": mean_of_vector,
    "table": table,
    "mean": mean,
    "integral": integral,
    "at_infinity": at_infinity,
}

__all__ = ["BINDERS", "Var"]
