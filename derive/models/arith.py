r"""The exchangeable arithmetics that a jet's coefficients live in.

==============  ==========================================  =====================================
arithmetic      elements                                    answers
==============  ==========================================  =====================================
``Modular``     integers modulo the 61-bit prime ``P``      equal or not, with an error bound
``Rational``    ``flint.fmpq``                              exact values, exact order
``Balls``       ``flint.arb`` at ``bits`` bits              a rigorous "different" and "less than"
==============  ==========================================  =====================================

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

P = 2305843009213057079
Q = (P - 1) // 2

Exact = (int, flint.fmpq)


class Redraw(Exception):
    """This random point cannot be used (division by zero, root of a non-square): draw another."""


class NeedsOrder(Exception):
    """The term compares values; the arithmetic has no order."""


class Irrational(Exception):
    """The value leaves the rationals; use balls."""


class Undefined(Exception):
    """The term has no value here (log of a negative number, 0/0)."""


def fmpq(value: Fraction | int) -> Any:
    """A flint rational."""
    return flint.fmpq(value.numerator, value.denominator)


def fraction(value: Any) -> Fraction:
    """A Python fraction of an int or flint rational."""
    return Fraction(value) if isinstance(value, int) else Fraction(int(value.p), int(value.q))


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


def exact_root(value: Fraction, n: int) -> Fraction | None:
    """The rational n-th root of a non-negative rational, if there is one.

    >>> exact_root(Fraction(9, 4), 2)
    Fraction(3, 2)
    """
    if value < 0:
        raise Undefined("root of a negative number")
    parts = []
    for part in (value.numerator, value.denominator):
        root = int(flint.fmpz(part).root(n)) if part > 1 else part
        if root**n != part:
            return None
        parts.append(root)
    return Fraction(parts[0], parts[1])


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
        if a.contains(0) and a.rad() < flint.arb("1e-30"):
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


Field = Modular | Rational | Balls | Paired
