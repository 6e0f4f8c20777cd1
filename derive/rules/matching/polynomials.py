"""Polynomials in whatever keys stand for, with negative powers: sums, products, exact quotients."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from functools import lru_cache
from typing import Any

Atom = Any
Monomial = frozenset[tuple[Atom, int]]
Poly = dict[Monomial, Fraction]
ONE: Monomial = frozenset()


def first(p: Poly) -> Monomial:
    """One of the monomials, always the same."""
    return min(p, key=lambda m: sorted(map(stable, m)))


@lru_cache(maxsize=65536)
def stable(x: Any) -> str:
    """A text of a key that does not hang on the order in which sets are kept."""
    if isinstance(x, frozenset):
        return "{" + ",".join(sorted(map(stable, x))) + "}"
    return "(" + ",".join(map(stable, x)) + ")" if isinstance(x, tuple) else repr(x)


def joined(m: Monomial, n: Monomial) -> Monomial:
    powers: Counter[Any] = Counter()
    for a, k in (*m, *n):
        powers[a] += k
    return frozenset((a, k) for a, k in powers.items() if k)


def inverse(p: Poly) -> Poly:
    if len(p) == 1:
        ((monomial, c),) = p.items()
        return {frozenset((a, -n) for a, n in monomial): 1 / c}
    if not p:
        return {frozenset({(("nothing",), -1)}): Fraction(1)}
    # what all terms have in common comes out, and the number of the term that comes first
    common = {a: min(dict(m).get(a, 0) for m in p) for a in {a for m in p for a, _ in m}}
    common = {a: k for a, k in common.items() if k}
    less = frozenset((a, -k) for a, k in common.items())
    reduced = {joined(m, less): c for m, c in p.items()}
    lead = reduced[first(reduced)]
    out = frozenset({(("poly", frozenset((m, c / lead) for m, c in reduced.items())), -1)})
    return {joined(out, less): 1 / lead}


def plus(p: Poly, q: Poly) -> Poly:
    out = dict(p)
    for m, c in q.items():
        out[m] = out.get(m, Fraction(0)) + c
        if not out[m]:
            del out[m]
    return out


def times(p: Poly, q: Poly) -> Poly:
    out: Poly = {}
    for m, c in p.items():
        for n, d in q.items():
            out = plus(out, {joined(m, n): c * d})
    return reduced(out)


def reduced(p: Poly) -> Poly:
    """A polynomial over its own value is 1, whatever else is added."""
    for a, k in sorted({(a, k) for m in p for a, k in m if isinstance(a, tuple) and a[0] == "poly" and k < 0}, key=stable):
        over = {joined(m, frozenset({(a, -k)})): c for m, c in p.items() if (a, k) in m}
        rest = {m: c for m, c in p.items() if (a, k) not in m}
        if len(over) > 1 and (q := quotient(over, dict(a[1]))) is not None:
            return reduced(plus(rest, {joined(m, frozenset({(a, k + 1)})): c for m, c in q.items()}))
    return p


def quotient(p: Poly, d: Poly) -> Poly | None:
    """p / d where nothing is left: long division by an atom whose highest power in d stands in one monomial."""
    for a in sorted({a for m in d for a, _ in m}, key=stable):
        top = max(power_of(a, m) for m in d)
        heads = [m for m in d if power_of(a, m) == top]
        if len(heads) == 1 and min(power_of(a, m) for m in d) < top:
            return divided(p, d, a, heads[0])
    return None


def divided(p: Poly, d: Poly, a: Atom, head: Monomial) -> Poly | None:
    """Long division of p by d in powers of an atom; None where something is left."""
    less = frozenset((x, -k) for x, k in head)
    lowest = min(power_of(a, m) for m in p) + power_of(a, head) - min(power_of(a, m) for m in d)
    out: Poly = {}
    while p:
        high = max(power_of(a, m) for m in p)
        if high < lowest:
            return None
        part = {joined(m, less): c / d[head] for m, c in p.items() if power_of(a, m) == high}
        out = plus(out, part)
        for m, c in part.items():
            p = plus(p, {joined(m, n): -c * e for n, e in d.items()})
    return out


def power_of(a: Atom, m: Monomial) -> int:
    return dict(m).get(a, 0)
