r"""Limits: at a point through a nilpotent beside it, at infinity through the recurrence that a sequence obeys.

Math:
    lim_{x→a} f(x) is the constant term of f(a+ε), ε nilpotent, where f is analytic at a but for a factor ε^k that cancels
    lim_{n→∞} u_n = u_0 + Σ_n (u_{n+1} − u_n), summed by its recurrence; admitted where |u_n − limit| shrinks with n
A value that jumps at the point (an order between equal values) has no limit here.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from derive.models.core import Env, Interpreter, Unknown
from derive.models.series import sum_sequence
from derive.notation.show import show
from derive.terms import Big, Div, Rel, Sym, Term
from derive.values.algebra import Mat, Vec, is_exact
from derive.values.arith import NeedsOrder, Redraw
from derive.values.jets import Jet

LIMIT = "lim "


def at_infinity(t: Term) -> bool:
    return any(isinstance(x, Sym) and x.name == "infty" for x in t.walk())


def limits_in(terms: list[Term]) -> list[str]:
    """The ring variables of the limits at points."""
    found = [
        LIMIT + show(x.under[0].lhs)
        for t in terms
        for x in t.walk()
        if isinstance(x, Big) and x.op == "lim" and x.under and isinstance(x.under[0], Rel) and not at_infinity(x.under[0].rhs)
    ]
    return list(dict.fromkeys(found))


def limits_order(terms: list[Term]) -> int:
    """The orders that limits at points need: one for each quotient below them."""
    return max((1 + quotients(x) for t in terms for x in t.walk() if isinstance(x, Big) and x.op == "lim"), default=0)


def quotients(t: Term) -> int:
    below = max((quotients(c) for c in t.children()), default=0)
    return below + isinstance(t, Div)


def limit(m: Interpreter, t: Big, env: Env) -> Any:
    """The value of a limit."""
    if len(t.under) != 1 or not isinstance(t.under[0], Rel) or t.under[0].op not in (r"\to", r"\rightarrow"):
        raise Unknown("a limit of this form")
    variable, place = t.under[0].lhs, t.under[0].rhs
    if at_infinity(place):
        return limit_of_sequence(m, t, variable, env)
    w = m.world
    i = w.setting.variables.index(LIMIT + show(variable))
    at = m.number(place, env)
    if isinstance(at, Vec | Mat | Jet) or not w.ring.order:
        raise Unknown("a limit at this place")
    near = w.add(w.ring.variable(i, w.field.lift(0)), w.field.lift(at) if is_exact(at) else at)
    before, w.ties = w.ties, False
    try:
        value = m.number(t.body, env.bind(variable, near))
    finally:
        w.ties = before
    return w.each(value, lambda x: at_the_point(x, i)) if isinstance(value, Vec | Mat) else at_the_point(value, i)


def at_the_point(value: Any, i: int) -> Any:
    if not isinstance(value, Jet):
        return value
    kept = [c if value.ring.monomials[j][i] == 0 else 0 for j, c in enumerate(value.c)]
    return Jet(value.ring, value.order, kept) if value.ring.n > 1 else kept[0]


def limit_of_sequence(m: Interpreter, t: Big, variable: Term, env: Env) -> Any:
    """lim_{n→∞} u_n of a sequence that obeys a linear recurrence; residues know no convergence and leave it to balls."""
    w = m.world
    if w.field.name in ("modular", "functions"):
        raise NeedsOrder

    def u(n: int) -> Any:
        value = m.number(t.body, env.bind(variable, n))
        if isinstance(value, Vec | Mat):
            raise Unknown("the limit of a vector")
        return value

    found = w.add(u(1), sum_sequence(m, lambda k: w.sub(u(k + 1), u(k)), 1))
    gaps = [w.sub(u(n), found) for n in (6, 24, 96)]
    sizes = [w.mul(g, g) for g in gaps]
    for earlier, later in pairwise(sizes):
        if w.sign(later) != 0 and w.sign(w.sub(w.mul(2, later), earlier)) >= 0:
            if w.sign(w.sub(later, earlier)) >= 0:
                raise Unknown("a sequence that does not converge")
            raise Redraw
    return found
