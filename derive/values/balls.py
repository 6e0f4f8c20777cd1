"""Real balls: a rigorous "different" and "less than" for values that are not rational."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import flint

from derive.values.arith import Redraw, Undefined, fmpq
from derive.values.rational import Rational


class Balls(Rational):
    """Real balls with rigorous radius, drawn at small rational points."""

    name = "balls"
    exact = False

    def __init__(self, bits: int = 192):
        flint.ctx.prec = bits

    def lift(self, value: Any) -> Any:
        return value if isinstance(value, flint.arb) else flint.arb(value)

    def draw(self, rng: random.Random, kind: str) -> Any:
        return flint.arb(super().draw(rng, kind))

    def divide(self, a: Any, b: Any) -> Any:
        if b.contains(0):
            raise Redraw
        return a / b

    def is_zero(self, a: Any) -> bool:
        """Certainly zero: only the exact zero ball."""
        return bool(a == 0)

    def sign(self, a: Any) -> int:
        if a > 0:
            return 1
        if a < 0:
            return -1
        if a == 0:
            return 0
        if not a.is_nan() and a.contains(0) and a.rad() < flint.arb("1e-30"):
            return 0
        raise Redraw

    def power(self, a: Any, exponent: Fraction) -> Any:
        if exponent < 0 and a.contains(0):
            raise Redraw
        if exponent.denominator == 1:
            return whole_power(a, int(exponent.numerator))
        if a < 0:
            raise Undefined("root of a negative number")
        zero = bool(a == 0)
        if a.contains(0) and not zero:
            root = flint.arb(0, a.abs_upper()).abs_upper() ** flint.arb(flint.fmpq(1, exponent.denominator))
            return whole_power(flint.arb(0, root.abs_upper()), int(exponent.numerator))
        if exponent.denominator == 2:
            return whole_power(a.sqrt(), int(exponent.numerator))
        return a ** flint.arb(fmpq(exponent))

    def log(self, a: Any) -> Any:
        if not a > 0:
            raise Undefined("log of a number that is not positive")
        return a.log()

    def log_number(self, value: Fraction) -> Any:
        return self.log(flint.arb(fmpq(value)))

    def exp(self, a: Any) -> Any:
        return a.exp()

    def circle(self, name: str, a: Any) -> Any:
        return getattr(a, name)()

    def constant(self, name: str) -> Any:
        return {"pi": flint.arb.pi(), "e": flint.arb(1).exp()}[name]


def whole_power(a: Any, n: int) -> Any:
    """A ball to a whole power, by squaring: ``arb ** n`` is not a number where the ball contains zero."""
    if n < 0:
        return 1 / whole_power(a, -n)
    out, square = flint.arb(1), a
    while n:
        if n & 1:
            out = out * square
        square = square * square
        n >>= 1
    return out
