"""What every arithmetic shares: why a value may be missing, and exact rationals."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import flint


class Redraw(Exception):
    """This random point cannot be used (division by zero, root of a non-square): draw another."""


class NoChance(Redraw):
    """What is given cannot happen: of that there is no mean.  Where it is weighed by its probability, 0, it does not count."""


class NeedsOrder(Exception):
    """The term compares values; the arithmetic has no order."""


class Irrational(Exception):
    """The value leaves the rationals; use balls."""


class Undefined(Exception):
    """The term has no value here (log of a negative number, 0/0)."""


class LogOfZero(Undefined):
    """A logarithm of 0: nothing by itself, and nothing that counts where it is weighed by 0."""


def fmpq(value: Fraction | int) -> Any:
    """A flint rational."""
    return flint.fmpq(value.numerator, value.denominator)


def fraction(value: Any) -> Fraction:
    """A Python fraction of an int or flint rational."""
    return Fraction(value) if isinstance(value, int) else Fraction(int(value.p), int(value.q))


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
