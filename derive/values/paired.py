"""Residues and balls in lock-step: roots and logarithms that have both equality and order."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import flint

from derive.values.arith import Irrational, Redraw, fmpq
from derive.values.balls import Balls, whole_power
from derive.values.modular import Modular, P, Q


class Pair:
    """A residue and a ball of the same real number, computed in lock-step."""

    __slots__ = ("ball", "res")

    def __init__(self, res: Any, ball: Any):
        self.res, self.ball = res, ball

    def _other(self, other: Any) -> Pair | None:
        if isinstance(other, Pair):
            return other
        if isinstance(other, int):
            return Pair(flint.nmod(other % P, P), flint.arb(other))
        return None

    def __add__(self, other: Any) -> Any:
        o = self._other(other)
        return NotImplemented if o is None else Pair(self.res + o.res, self.ball + o.ball)

    __radd__ = __add__

    def __neg__(self) -> Pair:
        return Pair(-self.res, -self.ball)

    def __sub__(self, other: Any) -> Any:
        o = self._other(other)
        return NotImplemented if o is None else Pair(self.res - o.res, self.ball - o.ball)

    def __rsub__(self, other: Any) -> Any:
        o = self._other(other)
        return NotImplemented if o is None else Pair(o.res - self.res, o.ball - self.ball)

    def __mul__(self, other: Any) -> Any:
        o = self._other(other)
        return NotImplemented if o is None else Pair(self.res * o.res, self.ball * o.ball)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        o = self._other(other)
        if o is None:
            return NotImplemented
        if o.res == 0 or o.ball.contains(0):
            raise Redraw
        return Pair(self.res / o.res, self.ball / o.ball)

    def __rtruediv__(self, other: Any) -> Any:
        o = self._other(other)
        return NotImplemented if o is None else o / self

    def __pow__(self, n: int) -> Pair:
        if n < 0:
            return 1 / self**-n
        return Pair(self.res**n, whole_power(self.ball, n))

    def __eq__(self, other: Any) -> bool:
        o = self._other(other)
        return o is not None and bool(self.res == o.res) and not bool(self.ball != o.ball)

    def __hash__(self) -> int:
        return hash(int(self.res))

    def __repr__(self) -> str:
        return f"Pair({self.ball.str(6)})"


class Paired:
    """``Modular`` and ``Balls`` in lock-step at random rational points: order from the ball, equality from both."""

    name = "paired"
    exact = True

    def __init__(self, seed: int = 0, bits: int = 192):
        self.modular = Modular(seed)
        self.balls = Balls(bits)

    def lift(self, value: Any) -> Any:
        return value if isinstance(value, Pair) else Pair(self.modular.lift(value), self.balls.lift(value))

    def draw(self, rng: random.Random, kind: str) -> Any:
        while True:
            den = rng.randrange(5, 4000)
            top = den if kind == "unit" else 4 * den
            value = Fraction(rng.randrange(1, top), den)
            residue = self.modular.lift(fmpq(value))
            if pow(int(residue), Q, P) == 1:
                break
        if kind == "real" and rng.random() < 0.4:
            value, residue = -value, -residue
        return Pair(residue, flint.arb(fmpq(value)))

    def divide(self, a: Any, b: Any) -> Any:
        return a / b

    def is_zero(self, a: Any) -> bool:
        return a.res == 0 and a.ball.contains(0)

    def sign(self, a: Any) -> int:
        if a.res == 0 and a.ball.contains(0):
            return 0
        if a.ball > 0:
            return 1
        if a.ball < 0:
            return -1
        raise Redraw

    def power(self, a: Any, exponent: Fraction) -> Any:
        return Pair(self.modular.power(a.res, exponent), self.balls.power(a.ball, exponent))

    def log(self, a: Any) -> Any:
        return Pair(self.modular.log(a.res), self.balls.log(a.ball))

    def log_number(self, value: Fraction) -> Any:
        return Pair(self.modular.log_number(value), self.balls.log_number(value))

    def exp(self, a: Any) -> Any:
        return Pair(self.modular.exp(a.res), self.balls.exp(a.ball))

    def circle(self, name: str, a: Any) -> Any:
        raise Irrational

    def constant(self, name: str) -> Any:
        residue = self.modular.draw(random.Random(f"constant {name}"), "positive")
        return Pair(residue, self.balls.constant(name))
