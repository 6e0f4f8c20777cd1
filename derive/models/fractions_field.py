r"""Rational functions over Q: every unknown is an indeterminate, and equality is a proof at the given size.

An element is a reduced quotient of two polynomials with rational coefficients (``flint.fmpq_mpoly``).  Where both sides
of a claim come out as the same quotient, they are equal for all values of the unknowns, without an error bound.
"""

from __future__ import annotations

import random
from fractions import Fraction
from functools import lru_cache
from typing import Any

import flint

from derive.values.arith import Irrational, NeedsOrder, Redraw, Undefined

UNKNOWNS = 96


@lru_cache(maxsize=1)
def context() -> Any:
    """The polynomial ring in enough unknowns, made once."""
    return flint.fmpq_mpoly_ctx.get(("x", UNKNOWNS), "degrevlex")


class Quotient:
    """A reduced fraction of polynomials; the denominator is monic, so equal fractions have equal parts."""

    __slots__ = ("den", "num")

    def __init__(self, num: Any, den: Any):
        common = num.gcd(den)
        if common != 1:
            num, den = num // common, den // common
        lead = den.leading_coefficient()
        self.num, self.den = num / lead, den / lead

    def _other(self, other: Any) -> Quotient | None:
        if isinstance(other, Quotient):
            return other
        if isinstance(other, int | flint.fmpq):
            return Quotient(context().constant(other), context().constant(1))
        return None

    def __add__(self, other: Any) -> Any:
        o = self._other(other)
        return NotImplemented if o is None else Quotient(self.num * o.den + o.num * self.den, self.den * o.den)

    __radd__ = __add__

    def __neg__(self) -> Quotient:
        return Quotient(-self.num, self.den)

    def __sub__(self, other: Any) -> Any:
        o = self._other(other)
        return NotImplemented if o is None else self + (-o)

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, other: Any) -> Any:
        o = self._other(other)
        return NotImplemented if o is None else Quotient(self.num * o.num, self.den * o.den)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        o = self._other(other)
        if o is None:
            return NotImplemented
        if o.num == 0:
            raise Redraw
        return Quotient(self.num * o.den, self.den * o.num)

    def __rtruediv__(self, other: Any) -> Any:
        o = self._other(other)
        return NotImplemented if o is None else o / self

    def __pow__(self, n: int) -> Quotient:
        return Quotient(self.num**n, self.den**n) if n >= 0 else 1 / self**-n

    def __eq__(self, other: object) -> bool:
        o = self._other(other)
        return o is not None and bool(self.num == o.num) and bool(self.den == o.den)

    def __hash__(self) -> int:
        return hash(str(self.num))

    def __repr__(self) -> str:
        return f"({self.num})/({self.den})"


class RationalFunctions:
    """The field of rational functions in the claim's unknowns, over the rationals.

    >>> field = RationalFunctions()
    >>> x, y = (field.draw(random.Random(0), "real") for _ in range(2))
    >>> (x * x - y * y) / (x - y) == x + y
    True
    """

    name = "functions"
    exact = True

    def __init__(self) -> None:
        self.used = 0

    def lift(self, value: Any) -> Any:
        """A constant."""
        return value if isinstance(value, Quotient) else Quotient(context().constant(value), context().constant(1))

    def draw(self, rng: random.Random, kind: str) -> Any:
        """The next unknown."""
        if self.used == UNKNOWNS:
            raise Undefined("more unknowns than the ring has")
        self.used += 1
        return Quotient(context().gens()[self.used - 1], context().constant(1))

    def divide(self, a: Any, b: Any) -> Any:
        return a / b

    def is_zero(self, a: Any) -> bool:
        return bool(a == 0)

    def sign(self, a: Any) -> int:
        if a == 0:
            return 0
        raise NeedsOrder

    def power(self, a: Any, exponent: Fraction) -> Any:
        """Whole powers; a root leaves the field."""
        if exponent.denominator != 1:
            raise Irrational
        return a**exponent.numerator

    def log(self, a: Any) -> Any:
        if a == 1:
            return self.lift(0)
        raise Irrational

    def log_number(self, value: Fraction) -> Any:
        raise Irrational

    def exp(self, a: Any) -> Any:
        if a == 0:
            return self.lift(1)
        raise Irrational

    def circle(self, name: str, a: Any) -> Any:
        raise Irrational

    def constant(self, name: str) -> Any:
        raise Irrational
