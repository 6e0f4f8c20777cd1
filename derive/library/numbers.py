"""Numbers of worked examples: exact decimals, and roundings that say they are roundings."""

from __future__ import annotations

from fractions import Fraction


def decimal(value: Fraction | int | str) -> str | None:
    """The finite decimal of a fraction; None where it has none.

    >>> decimal(Fraction(961, 100)), decimal(Fraction(1, 3)), decimal("3")
    ('9.61', None, '3')
    """
    value = Fraction(value)
    rest = value.denominator
    places = 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest, count = rest // prime, count + 1
        places = max(places, count)
    return None if rest != 1 else f"{float(value):.{places}f}" if places < 15 else None


def shown(value: Fraction | int | str) -> str:
    r"""A number as a page shows it: a decimal where it is finite, else a fraction.

    >>> shown(Fraction(-7, 3))
    '-\\frac{7}{3}'
    """
    value = Fraction(value)
    text = decimal(value)
    if text is not None:
        return text
    sign = "-" if value < 0 else ""
    return rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"


def rounded(value: float, digits: int = 2) -> str:
    """A rounded decimal, half up on the printed digits.

    >>> rounded(1.3416)
    '1.34'
    """
    return f"{value:.{digits}f}"


def root(value: Fraction) -> tuple[str, str]:
    r"""``√value`` as LaTeX with its relation's right side: exact where the root is rational.

    >>> root(Fraction(5)), root(Fraction(9, 4))
    (('\\sqrt{5}', '2.24'), ('1.5', '1.5'))
    """
    from math import isqrt

    value = Fraction(value)
    p, q = isqrt(value.numerator), isqrt(value.denominator)
    if p * p == value.numerator and q * q == value.denominator:
        exact = shown(Fraction(p, q))
        return exact, exact
    return rf"\sqrt{{{shown(value)}}}", rounded(float(value) ** 0.5)
