"""Numbers for people: exact where they are short, else decimals."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import flint

from derive.values.arith import fmpq, fraction
from derive.values.matrices import Mat, Vec, is_exact


def show_value(value: Any, digits: int = 6) -> str:
    """A value for people: exact where short, else decimals."""
    if isinstance(value, Vec):
        return "(" + ", ".join(show_value(x, digits) for x in value.items) + ")"
    if isinstance(value, Mat):
        return "(" + "; ".join(", ".join(show_value(x, digits) for x in row) for row in value.rows) + ")"
    if is_exact(value):
        f = fraction(value)
        if f.denominator == 1 and abs(f.numerator) < 10**15:
            return str(f.numerator)
        if abs(f) >= 10**300 or abs(f.numerator).bit_length() > 1000 or f.denominator.bit_length() > 1000:
            return str(flint.arb(fmpq(f)).str(digits, radius=False))
        if f.denominator == 1:
            return f"{float(f):.{digits}g}"
        if terminating(f) and f.denominator <= 10**8:
            return f"{float(f):.10g}"
        return str(f) if f.denominator < 1000 and abs(f.numerator) < 10**6 else f"{float(f):.{digits}g}"
    if isinstance(value, flint.arb):
        return "0" if value.contains(0) and value.abs_upper() < 1e-12 else value.str(digits, radius=False)
    return str(value)


def terminating(f: Fraction) -> bool:
    d = f.denominator
    for p in (2, 5):
        while d % p == 0:
            d //= p
    return d == 1


__all__ = ["show_value"]
