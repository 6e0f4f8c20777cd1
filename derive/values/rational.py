"""Exact rationals: exact values, exact order; what leaves them asks for balls."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import flint

from derive.values.arith import Irrational, Redraw, Undefined, exact_root, fmpq, fraction

#: Magnitudes of wide draws: an inequality that holds for friendly numbers may fail near zero or far out.
MAGNITUDES = [Fraction(x) for x in ("1/50", "1/10", "1/5", "1/4", "1/3", "1/2", "2/3", "1", "3/2", "2", "3", "5", "10", "50")]
SHARES = [Fraction(x) for x in ("1/50", "1/10", "1/4", "1/3", "1/2", "2/3", "3/4", "9/10", "49/50")]


class Rational:
    """Exact rationals; what leaves them raises :class:`Irrational`.  Drawn friendly, or ``wide`` over magnitudes."""

    name = "rational"
    exact = True
    wide = False

    def lift(self, value: Any) -> Any:
        return flint.fmpq(value) if isinstance(value, int) else value

    def draw(self, rng: random.Random, kind: str) -> Any:
        if self.wide:
            size = fmpq(rng.choice(SHARES if kind == "unit" else MAGNITUDES))
            return -size if kind == "real" and rng.random() < 0.4 else size
        if kind == "unit":
            n = rng.choice((2, 3, 4, 5))
            return flint.fmpq(rng.randrange(1, n), n)
        if kind == "positive":
            return flint.fmpq(rng.randrange(1, 5), rng.choice((1, 1, 2, 3)))
        value = rng.choice((-3, -2, -1, 1, 2, 3, 4))
        return flint.fmpq(value, rng.choice((1, 1, 1, 2)))

    def divide(self, a: Any, b: Any) -> Any:
        if b == 0:
            raise Redraw
        return a / b

    def is_zero(self, a: Any) -> bool:
        return a == 0

    def sign(self, a: Any) -> int:
        return (a > 0) - (a < 0)

    def power(self, a: Any, exponent: Fraction) -> Any:
        if exponent.denominator == 1:
            if exponent < 0 and a == 0:
                raise Redraw
            if abs(exponent.numerator) > 4096:
                raise Undefined("an exponent too large to compute")
            return a**exponent.numerator
        root = exact_root(fraction(a), exponent.denominator)
        if root is None:
            raise Irrational
        return self.power(fmpq(root), Fraction(exponent.numerator))

    def log(self, a: Any) -> Any:
        if a == 1:
            return flint.fmpq(0)
        if a <= 0:
            raise Undefined("log of a number that is not positive")
        raise Irrational

    def log_number(self, value: Fraction) -> Any:
        return self.log(fmpq(value))

    def exp(self, a: Any) -> Any:
        if a == 0:
            return flint.fmpq(1)
        raise Irrational

    def circle(self, name: str, a: Any) -> Any:
        raise Irrational

    def constant(self, name: str) -> Any:
        raise Irrational
