"""Infinite sums.

The terms are evaluated one by one; a sequence that obeys a linear recurrence (found by Berlekamp–Massey over an exact
field) has a rational generating function, and the sum is its value at one.  That covers sums that end with the episode,
geometric series and their derivatives, without knowing which is meant.  Assumes: the series converges.
"""

from __future__ import annotations

from typing import Any

from derive.models.core import Interpreter, Unknown
from derive.values.algebra import Vec, is_exact
from derive.values.jets import Jet

#: So many zeros in a row, beyond the horizon, end a sum that has had other terms.
ENDED = 4


def sum_sequence(m: Interpreter, term: Any, first: int) -> Any:
    """Σ_{k≥first} term(k) by the recurrence its terms obey."""
    w = m.world
    count = 2 * w.horizon + 8
    terms: list[Any] = []
    for k in range(count):
        terms.append(term(first + k))
        ended = k >= w.horizon + 3 and all(is_null(m, x) for x in terms[-ENDED:])
        if ended and not all(is_null(m, x) for x in terms):
            return w.total(terms[:-ENDED])  # the episode is over, and what it had to add has been added
    tail = next((i for i in range(count) if all(is_null(m, x) for x in terms[i:])), count)
    if tail <= count - 3:
        return w.total(terms[:tail])
    if any(isinstance(x, Vec) for x in terms):
        size = next(len(x.items) for x in terms if isinstance(x, Vec))
        parts = [recurrent_sum(m, [x.items[i] if isinstance(x, Vec) else 0 for x in terms]) for i in range(size)]
        return Vec(tuple(parts))
    return recurrent_sum(m, terms)


def is_null(m: Interpreter, value: Any) -> bool:
    """Zero in every component and every order."""
    if isinstance(value, Vec):
        return all(is_null(m, x) for x in value.items)
    if isinstance(value, Jet):
        return all(is_null(m, x) for x in value.c)
    return bool(value == 0) if is_exact(value) else bool(m.world.field.is_zero(value))


def recurrent_sum(m: Interpreter, terms: list[Any]) -> Any:
    """Berlekamp–Massey on the base values, then the generating function at one, carried out on the jets.

    Math: if Σ_j c_j u_{k−j} = 0 with c_0 = 1 for all k ≥ L, then Σ_k u_k = (Σ_{i<L} Σ_{j≤i} c_j u_{i−j}) / Σ_j c_j.
    """
    w = m.world
    if not w.field.exact and not all(is_exact(x) for x in terms):
        raise Unknown("an infinite sum in inexact arithmetic")
    if any(isinstance(x, Jet) for x in terms):
        raise Unknown("an infinite sum that moves with the parameters")
    c: list[Any] = [1]
    b: list[Any] = [1]
    length, shift, last = 0, 1, 1
    for k, u in enumerate(terms):
        d = w.total([u, *(w.mul(c[j], terms[k - j]) for j in range(1, min(length, len(c) - 1) + 1))])
        if w.is_zero(d):
            shift += 1
            continue
        factor = w.div(d, last)
        padded = [0] * shift + [w.mul(factor, x) for x in b]
        updated = [w.sub(c[i] if i < len(c) else 0, padded[i] if i < len(padded) else 0) for i in range(max(len(c), len(padded)))]
        if 2 * length <= k:
            b, last, length, shift = c, d, k + 1 - length, 1
        else:
            shift += 1
        c = updated
    if length > len(terms) // 2 - 2:
        raise Unknown("an infinite sum whose terms obey no short recurrence")
    top = w.total(w.mul(c[j], terms[i - j]) for i in range(length) for j in range(min(i, len(c) - 1) + 1))
    bottom = w.total(c)
    if w.is_zero(bottom):
        raise Unknown("a series that does not converge")
    return w.div(top, bottom)
