"""Integers modulo a prime: equal or not, with an error bound.

Transcendental functions modulo ``P``.  A logarithm is additive on products, an exponential
multiplicative on sums, and nothing else about them is used: ``log x`` is a fresh random element
remembered by ``x``, unless ``x`` is a product, quotient or power of remembered values; ``exp`` is its
mirror image.  An identity that holds for these holds for the real functions, because every relation
used is a true one.

Roots modulo ``P``.  ``P = 2q + 1`` with ``q`` prime, ``-1`` is not a square, and 2, 3, …, 41 are.  The squares
form a group of odd order ``q`` in which every rational power exists and is unique, so the squares play the
positive reals: ``(xy)^{1/n} = x^{1/n} y^{1/n}``.  A positive quantity is drawn as a square; a root of
something that is no square asks for another draw.
"""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import flint

from derive.values.arith import Irrational, NeedsOrder, Redraw, Undefined

P = 2305843009213057079
Q = (P - 1) // 2


class Modular:
    """Integers modulo ``P``, with generators for logarithms and exponentials."""

    name = "modular"
    exact = True

    def __init__(self, seed: int = 0):
        self.rng = random.Random(f"generators|{seed}")
        self.logs: dict[int, Any] = {}
        self.exps: dict[int, Any] = {}
        self.two = flint.nmod(2, P)

    def lift(self, value: Any) -> Any:
        """An element from an int or rational."""
        if isinstance(value, int):
            return flint.nmod(value % P, P)
        if isinstance(value, flint.nmod):
            return value
        den = int(value.q) % P
        if den == 0:
            raise Redraw
        return flint.nmod(int(value.p) % P, P) / flint.nmod(den, P)

    def draw(self, rng: random.Random, kind: str) -> Any:
        """A random element; positive kinds are squares."""
        value = flint.nmod(rng.randrange(2, P), P)
        if kind in ("positive", "unit"):
            return value * value
        root = value * value
        return root if rng.random() < 0.5 else -root

    def divide(self, a: Any, b: Any) -> Any:
        try:
            return a / b
        except ZeroDivisionError:
            raise Redraw from None

    def is_zero(self, a: Any) -> bool:
        return a == 0

    def sign(self, a: Any) -> int:
        if a == 0:
            return 0
        raise NeedsOrder

    def power(self, a: Any, exponent: Fraction) -> Any:
        """``a`` to a rational exponent, in the group of squares."""
        if exponent.denominator == 1:
            n = exponent.numerator
            if n < 0 and a == 0:
                raise Redraw
            return a**n
        if a == 0:
            return a
        if pow(int(a), Q, P) != 1:
            raise Redraw
        e = exponent.numerator * pow(exponent.denominator, -1, Q) % Q
        return flint.nmod(pow(int(a), e, P), P)

    def log(self, a: Any) -> Any:
        key = int(a)
        if key == 0:
            raise Redraw
        if key == 1:
            return flint.nmod(0, P)
        if key not in self.logs:
            value = self._related_log(key)
            if value is None:
                value = flint.nmod(self.rng.randrange(2, P), P)
            self.logs[key] = value
            self.exps.setdefault(int(value), a)
        return self.logs[key]

    def _related_log(self, key: int) -> Any:
        inverse = pow(key, -1, P)
        if inverse in self.logs:
            return -self.logs[inverse]
        for known, value in self.logs.items():
            quotient = key * pow(known, -1, P) % P
            if quotient in self.logs:
                return value + self.logs[quotient]
            product = key * known % P
            if product in self.logs:
                return self.logs[product] - value
        return None

    def log_number(self, value: Fraction) -> Any:
        """log of a positive rational through the logs of its primes."""
        if value <= 0:
            raise Undefined("log of a number that is not positive")
        total = flint.nmod(0, P)
        for n, sign in ((value.numerator, 1), (value.denominator, -1)):
            for prime, times in flint.fmpz(n).factor():
                total += sign * int(times) * self.log(flint.nmod(int(prime) % P, P))
        return total

    def exp(self, a: Any) -> Any:
        key = int(a)
        if key == 0:
            return flint.nmod(1, P)
        if key not in self.exps:
            value = self._related_exp(key)
            if value is None:
                root = flint.nmod(self.rng.randrange(2, P), P)
                value = root * root
            self.exps[key] = value
            self.logs.setdefault(int(value), a)
        return self.exps[key]

    def _related_exp(self, key: int) -> Any:
        negative = (-key) % P
        if negative in self.exps:
            return 1 / self.exps[negative]
        for known, value in self.exps.items():
            rest = (key - known) % P
            if rest in self.exps:
                return value * self.exps[rest]
            total = (key + known) % P
            if total in self.exps:
                return self.exps[total] / value
            if key == 2 * known % P:
                return value * value
            if known == 2 * key % P and pow(int(value), Q, P) == 1:
                return self.power(value, Fraction(1, 2))
        return None

    def circle(self, name: str, a: Any) -> Any:
        raise Irrational

    def constant(self, name: str) -> Any:
        raise Irrational
