"""Meaning of functions of numbers: sums, powers, roots, logarithms, signs, whole numbers."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from math import comb
from typing import Any

import flint

from derive.core.terms import Op, num
from derive.evaluate.compiler import Code, Compiler, Frame, bare
from derive.values.arith import LogOfZero, NoChance, Redraw, Undefined, fmpq, fraction
from derive.values.jets import Jet
from derive.values.matrices import Mat, is_exact
from derive.worlds.world import World


def folded(name: str) -> Callable[[Compiler, Op], Code]:
    """add, mul: over their arguments in order."""
    return lambda compiler, term: folded_codes(name, [compiler.code(a) for a in term.args])


def folded_codes(name: str, parts: list[Code]) -> Code:
    """Values combined in order; what cannot happen, and the logarithm of 0, do not count where they are weighed by 0."""

    def run(world: World, frame: Frame) -> Any:
        combine = getattr(world.algebra, name)
        total, lost = None, None
        for part in parts:
            try:
                value = part(world, frame)
            except (NoChance, LogOfZero) as why:
                if name != "mul":
                    raise
                if is_nought(total):
                    return 0
                lost = why
                continue
            total = value if total is None else combine(total, value)
        if lost is not None and not is_nought(total):
            raise lost
        return total

    return run


def is_nought(value: Any) -> bool:
    """Whether a value is 0 whatever it hangs on."""
    return isinstance(value, int) and value == 0


def applied(change: Callable[..., Any]) -> Callable[[Compiler, Op], Code]:
    """An operation that is a function of the world and its arguments' values."""

    def make(compiler: Compiler, term: Op) -> Code:
        parts = [compiler.code(a) for a in term.args]
        info = term.info
        run = partial(change, info=info) if info else change

        def go(world: World, frame: Frame) -> Any:
            return run(world, *(part(world, frame) for part in parts))

        return go

    return make


def of_algebra(name: str) -> Callable[..., Any]:
    """An operation that is one of the arithmetic's own."""
    return lambda w, *parts: getattr(w.algebra, name)(*parts)


def power(w: World, a: Any, b: Any) -> Any:
    if isinstance(a, Mat):
        if not isinstance(bare(b), int):
            raise Undefined("a matrix to a power that is no whole number")
        return w.algebra.power(a, int(b))
    if is_exact(b):
        return w.algebra.power(a, b)
    if is_exact(a) and a == 1:
        return 1
    return w.algebra.exp(w.algebra.mul(b, w.algebra.log(a)))


def raised(compiler: Compiler, term: Op) -> Code:
    """A power; the square of a length without its root."""
    base, exponent = term.args
    plain = applied(power)(compiler, term)
    squared = isinstance(base, Op) and base.name == "norm" and base.info == (2,) and exponent == num(2)
    if not squared or not isinstance(base, Op):
        return plain
    inner = compiler.code(base.args[0])

    def run(world: World, frame: Frame) -> Any:
        return world.algebra.total([world.algebra.mul(x, x) for x in inner(world, frame).items])

    return run


def root(w: World, a: Any, n: Any) -> Any:
    if not is_exact(n) or n == 0:
        raise Undefined("a root of a kind that is no number")
    return w.algebra.power(a, flint.fmpq(1) / flint.fmpq(n) if isinstance(n, int) else flint.fmpq(1) / n)


def logarithm(compiler: Compiler, term: Op) -> Code:
    """A logarithm; one of what has no value is none, and counts for nothing where it is weighed by 0."""
    inner = compiler.code(term.args[0])

    def run(world: World, frame: Frame) -> Any:
        try:
            value = inner(world, frame)
        except (Undefined, ZeroDivisionError) as why:
            raise LogOfZero(str(why)) from why
        return world.algebra.log(value)

    return run


def circle(name: str) -> Callable[..., Any]:
    def run(w: World, a: Any) -> Any:
        if name in ("sinh", "cosh", "tanh"):
            up = w.algebra.exp(a)
            down = w.algebra.div(1, up)
            half = fmpq(Fraction(1, 2))
            sinh = w.algebra.mul(half, w.algebra.sub(up, down))
            cosh = w.algebra.mul(half, w.algebra.add(up, down))
            return {"sinh": sinh, "cosh": cosh}.get(name) if name != "tanh" else w.algebra.div(sinh, cosh)
        if name == "tan":
            return w.algebra.div(w.algebra.circle("sin", a), w.algebra.circle("cos", a))
        if name in ("asin", "acos", "atan"):
            if isinstance(a, Jet):
                raise Undefined("a derivative of an inverse function")
            x = w.algebra.field.lift(a if not isinstance(a, int) else flint.fmpq(a))
            if not hasattr(x, "asin"):
                return w.algebra.circle(name, a)
            if name != "atan" and not (x <= 1 and x >= -1):
                raise Undefined("an inverse outside of its domain")
            return getattr(x, name)()
        return w.algebra.circle(name, a)

    return run


def sigmoid(w: World, a: Any) -> Any:
    """1 / (1 + e⁻ˣ)."""
    return w.algebra.div(1, w.algebra.add(1, w.algebra.exp(w.algebra.neg(a))))


def constant_of(name: str) -> Callable[..., Any]:
    def run(w: World) -> Any:
        return w.algebra.field.constant(name)

    return run


def sign_of(w: World, a: Any) -> int:
    """The sign of a value; the world remembers that order was used."""
    w.ordered = True
    return w.algebra.sign(a)


def absolute(w: World, a: Any) -> Any:
    s = sign_of(w, a)
    if s == 0 and isinstance(a, Jet):
        raise Redraw
    return a if s >= 0 else w.algebra.neg(a)


def sign(w: World, a: Any) -> Any:
    w.stepped = True
    return sign_of(w, a)


def maximum(w: World, *parts: Any) -> Any:
    best = parts[0]
    for part in parts[1:]:
        gap = w.algebra.sub(part, best)
        s = sign_of(w, gap)
        if s == 0 and isinstance(gap, Jet) and any(map(w.algebra.sign, gap.c)):
            raise Redraw  # a corner; what is tied to every order has none
        if s > 0:
            best = part
    return best


def minimum(w: World, *parts: Any) -> Any:
    return w.algebra.neg(maximum(w, *(w.algebra.neg(p) for p in parts)))


def clip(w: World, x: Any, low: Any, high: Any) -> Any:
    if sign_of(w, w.algebra.sub(high, low)) < 0:
        raise Redraw
    return minimum(w, maximum(w, x, low), high)


def floor(w: World, a: Any) -> Any:
    w.ordered = w.stepped = True
    x = fraction(a) if is_exact(a) else None
    if x is None:
        raise Undefined("a rounding of what is no rational")
    return x.numerator // x.denominator


def ceil(w: World, a: Any) -> Any:
    return -floor(w, -a)


def whole_number(a: Any) -> int:
    if isinstance(a, int):
        return a
    if isinstance(a, flint.fmpq) and a.q == 1:
        return int(a.p)
    raise Undefined("a whole number is needed")


def factorial(w: World, a: Any) -> Any:
    n = whole_number(a)
    if n < 0 or n > 60:
        raise Undefined("a factorial of what is out of reach")
    out = 1
    for k in range(2, n + 1):
        out *= k
    return out


def binomial(w: World, n: Any, k: Any) -> Any:
    a, b = whole_number(n), whole_number(k)
    if a < 0 or b < 0:
        raise Undefined("a binomial coefficient of a negative number")
    return comb(a, b)
