r"""Truncated Taylor polynomials in the parameters: the value of every scalar term.

A :class:`Ring` has ``n`` nilpotent variables ε₁…εₙ and a total degree K.  A :class:`Jet` of order k ≤ K is the list
of its coefficients on the monomials of degree ≤ k, in graded order, so a jet of lower order is a prefix.

Math:
    x = c + ν, ν nilpotent:   f(x) = Σ_k f⁽ᵏ⁾(c) νᵏ / k!
    ∂/∂ε_i lowers the order by one; products truncate at the smaller order.
A value without any ε stays a bare element of the field, which is exact to every order.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import combinations_with_replacement
from math import comb
from typing import Any

from derive.values.arith import Undefined
from derive.values.budget import LARGEST_PRODUCT, Exhausted


class Ring:
    """The truncated polynomial ring in ``n`` variables to total degree ``order``.

    >>> Ring(2, 2).monomials
    ((0, 0), (1, 0), (0, 1), (2, 0), (1, 1), (0, 2))
    """

    def __init__(self, n: int, order: int):
        if comb(2 * n + order, order) > LARGEST_PRODUCT:
            raise Exhausted("derivatives of too high an order in too many variables")
        self.n, self.order = n, order
        monomials = []
        self.sizes = []
        for degree in range(order + 1):
            for chosen in combinations_with_replacement(range(n), degree):
                monomials.append(tuple(chosen.count(i) for i in range(n)))
            self.sizes.append(len(monomials))
        self.monomials = tuple(monomials)
        self.index = {m: i for i, m in enumerate(monomials)}
        self.products = [
            [
                (j, self.index[tuple(a + b for a, b in zip(mi, mj, strict=True))])
                for j, mj in enumerate(monomials)
                if sum(mi) + sum(mj) <= order
            ]
            for mi in monomials
        ]
        self.derivatives = [
            [(j, m[i], self.index[tuple(e - (a == i) for a, e in enumerate(m))]) for j, m in enumerate(monomials) if m[i]]
            for i in range(n)
        ]

    def variable(self, i: int, value: Any) -> Any:
        """The jet ``value + ε_i``."""
        if self.order == 0:
            raise Undefined("no order left to differentiate")
        coefficients = [0] * self.sizes[self.order]
        coefficients[0] = value
        coefficients[1 + i] = 1
        return Jet(self, self.order, coefficients)


@lru_cache(maxsize=64)
def ring(n: int, order: int) -> Ring:
    """The ring, made once."""
    return Ring(n, order)


class Jet:
    """A truncated polynomial of known order over any field whose elements have operators."""

    __slots__ = ("c", "order", "ring")

    def __init__(self, ring: Ring, order: int, coefficients: list[Any]):
        self.ring, self.order, self.c = ring, order, coefficients

    def _with(self, other: Any) -> tuple[int, int]:
        order = min(self.order, other.order)
        return order, self.ring.sizes[order]

    def __add__(self, other: Any) -> Any:
        if isinstance(other, Jet):
            order, size = self._with(other)
            return Jet(self.ring, order, [a + b for a, b in zip(self.c[:size], other.c[:size], strict=True)])
        return Jet(self.ring, self.order, [self.c[0] + other, *self.c[1:]])

    __radd__ = __add__

    def __neg__(self) -> Jet:
        return Jet(self.ring, self.order, [-a for a in self.c])

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, Jet):
            order, size = self._with(other)
            return Jet(self.ring, order, [a - b for a, b in zip(self.c[:size], other.c[:size], strict=True)])
        return Jet(self.ring, self.order, [self.c[0] - other, *self.c[1:]])

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, other: Any) -> Any:
        if not isinstance(other, Jet):
            return Jet(self.ring, self.order, [a * other for a in self.c])
        order, size = self._with(other)
        out: list[Any] = [0] * size
        mine, theirs = self.c, other.c
        filled = [not (type(b) is int and b == 0) for b in theirs[:size]]
        for a, row in zip(mine[:size], self.ring.products, strict=False):
            if type(a) is int and a == 0:
                continue
            for j, k in row:
                if k >= size:
                    break  # graded order: what follows has a higher degree still
                if filled[j]:
                    out[k] = out[k] + a * theirs[j]
        return Jet(self.ring, order, out)

    __rmul__ = __mul__

    def nilpotent(self) -> Jet:
        """The jet without its constant term."""
        return Jet(self.ring, self.order, [0, *self.c[1:]])

    def compose(self, taylor: list[Any]) -> Any:
        """Σ_k taylor[k] νᵏ for this jet c + ν; ``taylor[k]`` is the k-th derivative at c over k!."""
        nu = self.nilpotent()
        total: Any = Jet(self.ring, self.order, [taylor[0]] + [0] * (self.ring.sizes[self.order] - 1))
        power: Any = None
        for k in range(1, self.order + 1):
            power = nu if power is None else power * nu
            total = total + power * taylor[k]
        return total

    def diff(self, i: int) -> Any:
        """∂/∂ε_i; of order one less."""
        if self.order == 0:
            raise Undefined("no order left to differentiate")
        order = self.order - 1
        out: list[Any] = [0] * self.ring.sizes[order]
        for j, times, target in self.ring.derivatives[i]:
            if target < len(out) and j < len(self.c):
                out[target] = self.c[j] * times
        if order == 0:
            return out[0]
        return Jet(self.ring, order, out)

    def __repr__(self) -> str:
        return f"Jet({self.c})"


def constant(value: Any) -> Any:
    """The constant term of a jet, or the value itself."""
    return value.c[0] if isinstance(value, Jet) else value


def differentiate(value: Any, i: int) -> Any:
    """∂/∂ε_i of a scalar value; a bare element does not depend on ε."""
    return value.diff(i) if isinstance(value, Jet) else 0


def lift_function(value: Any, taylor: Callable[[Any, int], list[Any]]) -> Any:
    """Apply a function, given (c, k) ↦ its Taylor coefficients 0…k at c, to a jet or an element."""
    if isinstance(value, Jet):
        return value.compose(taylor(value.c[0], value.order))
    return taylor(value, 0)[0]
