"""Expectations over a normal distribution, by a quadrature that is exact for the polynomials it is used for."""

from __future__ import annotations

from fractions import Fraction

from derive.models.core import HALF, Env, Interpreter, Unknown
from derive.models.free_letters import Weighted
from derive.terms import Add, App, Div, Mul, Neg, Num, Paren, Pow, Sym, Term
from derive.values.algebra import Vec
from derive.values.arith import fmpq


def gaussian(m: Interpreter, variable: Term, dist: App, body: Term, env: Env) -> Weighted:
    """Three-point Gauss–Hermite: exact for polynomials of degree five, and only used for those."""
    if degree_in(body, variable) > 5 or len(dist.args) != 2:
        raise Unknown("a Gaussian expectation of something that is no small polynomial")
    w = m.world
    mean = m.number(dist.args[0], env)
    if isinstance(mean, Vec) or not isinstance(variable, Sym):
        raise Unknown("a Gaussian vector")
    var = m.number(dist.args[1], env)
    deviation = w.power(var, HALF)
    root = w.power(w.field.lift(3), HALF) if hasattr(w.field, "power") else w.power(3, HALF)
    for sign, weight in ((-1, fmpq(Fraction(1, 6))), (0, fmpq(Fraction(2, 3))), (1, fmpq(Fraction(1, 6)))):
        yield weight, env.bind(variable, w.add(mean, w.mul(sign, w.mul(deviation, root))))


def degree_in(t: Term, variable: Term) -> int:
    """The degree of a polynomial in a variable; large when it is none."""
    if t == variable:
        return 1
    if not any(x == variable for x in t.walk()):
        return 0
    if isinstance(t, Add):
        return max(degree_in(x, variable) for x in t.terms)
    if isinstance(t, Mul):
        return sum(degree_in(x, variable) for x in t.factors)
    if isinstance(t, Neg | Paren):
        return degree_in(t.body, variable)
    if isinstance(t, Pow) and isinstance(t.exp, Num) and t.exp.value.denominator == 1 and t.exp.value >= 0:
        return int(t.exp.value) * degree_in(t.base, variable)
    if isinstance(t, Div) and degree_in(t.den, variable) == 0:
        return degree_in(t.num, variable)
    return 99
