r"""Proportionality: equal up to a factor that is free of the variable.

Math:
    a ∝ b over x  iff  a(x) b(y) = a(y) b(x) for all x, y:  every 2×2 minor of the two rows vanishes
The variable of ``p(x|y) ∝ …`` is x; of ``∇_θ J ∝ …`` the components of the gradient.
Assumes: neither side vanishes.
"""

from __future__ import annotations

from typing import Any

from derive.models.core import Env, Interpreter, Unknown
from derive.models.elements import sort_of
from derive.models.probability import outcomes
from derive.models.world import Index
from derive.terms import App, Paren, Placeholder, Sym, Term
from derive.values.algebra import Vec
from derive.values.jets import constant


def minors(m: Interpreter, lhs: Term, rhs: Term, env: Env) -> tuple[Any, Any, Any]:
    """Both sides as rows over the variable, and the minors that vanish where they are proportional."""
    while isinstance(lhs, Paren):
        lhs = lhs.body
    rows = varied(m, lhs, rhs, env) if isinstance(lhs, App) else (m.number(lhs, env), m.number(rhs, env))
    if not all(isinstance(row, Vec) and len(row.items) > 1 for row in rows):
        raise Unknown("a proportionality without its variable")
    a, b = (row.items for row in rows)
    if len(a) != len(b):
        raise Unknown("a proportionality between vectors of different length")
    w = m.world
    empty = [all(w.is_zero(x) for x in row) for row in (a, b)]
    if all(empty):
        raise Unknown("a proportionality with zero")
    if any(empty):
        return *rows, rows[empty.index(False)]
    pairs = [(i, j) for i in range(len(a)) for j in range(i)]
    return *rows, Vec(tuple(w.sub(w.mul(a[i], b[j]), w.mul(a[j], b[i])) for i, j in pairs))


def varied(m: Interpreter, lhs: App, rhs: Term, env: Env) -> tuple[Any, Any]:
    """Both sides at every outcome of the variable that the left side is a function of."""
    if len(lhs.args) != 1 or not isinstance(lhs.args[0], Sym) or isinstance(lhs.args[0], Placeholder):
        raise Unknown("a proportionality without its variable")
    variable = lhs.args[0]
    if variable in m.facts.numbers or not isinstance(m.value(variable, env), Index):
        raise Unknown("a proportionality over numbers")
    places = [env.bind(variable, x) for x in outcomes(m, sort_of(m, variable)) if x.k >= 0]
    found = [(m.number(lhs, here), m.number(rhs, here)) for here in places]
    if any(isinstance(constant(x), Vec) for pair in found for x in pair):
        raise Unknown("a proportionality of vectors at every outcome")
    return Vec(tuple(a for a, _ in found)), Vec(tuple(b for _, b in found))
