"""What SymPy assumes of a symbol: what claims say of it, what only narrows its numbers, and what no number here is.

>>> list(signs(sp.Symbol("x", positive=True))), narrows(sp.Symbol("k", integer=True)), outside(sp.Symbol("z", complex=True))
(['>'], True, 'complex=True')
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp

#: Relations to 0, by the property that says them; of those that hold the first says most.
SIGNS = (("is_zero", "="), ("is_positive", ">"), ("is_negative", "<"), ("is_nonnegative", ">="), ("is_nonpositive", "<="))
#: What is said of any number here, or by a relation to 0.
SAID = {("commutative", True), ("finite", True), ("zero", False), ("extended_real", True)}
#: Properties that some real numbers have, of which no claim speaks.
NARROWING = frozenset(
    ("integer", "noninteger", "even", "odd", "prime", "composite", "rational", "irrational", "algebraic", "transcendental")
)

SIGNED = frozenset(("positive", "negative", "nonnegative", "nonpositive", "nonzero", "zero"))


def signs(x: sp.Symbol) -> Iterator[str]:
    """The relations to 0 that are assumed of a symbol."""
    first = next((relation for name, relation in SIGNS if getattr(x, name)), "")
    if first:
        yield first
    if x.is_zero is False and first not in ("<", ">"):
        yield "!="


def is_count(x: sp.Basic) -> bool:
    """Whether a symbol is a whole number that is not negative."""
    return bool(x.is_integer and x.is_nonnegative)


def told(x: Any) -> dict[str, bool]:
    """What was said of a symbol, or of a function, where it was made."""
    return dict(getattr(x, "_assumptions_orig", None) or getattr(x, "_kwargs", None) or {})


def narrows(x: Any) -> bool:
    """Whether a symbol or a function has values of some kind alone, and no claim says so: what fails for other numbers says nothing of it."""
    if not isinstance(x, sp.Symbol):
        return bool((NARROWING | SIGNED) & {name for name, value in told(x).items() if value})
    left = NARROWING - {"integer", "rational", "algebraic"} if is_count(x) else NARROWING
    return bool(left & told(x).keys())


def outside(x: Any) -> str:
    """The assumption by which a symbol is no real number, or may be none; empty where there is none."""
    real = getattr(x, "is_real", None)
    for name, value in told(x).items():
        beyond = real is False or real is None and name not in NARROWING
        if (name, value) not in SAID and (beyond or name == "commutative"):
            return f"{name}={value}"
    return ""


__all__ = ["is_count", "narrows", "outside", "signs"]
