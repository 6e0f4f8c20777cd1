r"""Definite integrals of polynomials, powers and exponentials: SymPy integrates, quadrature checks it.

Math:
    ∫ Σ_k c_k x^{r_k} e^{q_k(x)} dx,   r_k rational, q_k a polynomial of degree at most two
What SymPy gives is believed only where its numbers agree with those of a quadrature of the integrand at two random
places of its parameters; it is then a term like any other, which the interpreter evaluates.
Assumes: letters that are positive by their kind or by a stated condition; the others real.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from derive.models.core import Env, Interpreter, Unknown
from derive.models.heads import head_of
from derive.models.unknowns import POSITIVE, UNIT
from derive.terms import Big, Neg, Num, Paren, Pos, Rel, Sym, Term

LARGEST = 80
AGREEMENT = 12


def integral(m: Interpreter, t: Big, env: Env) -> Any:
    """∫_a^b f(x) dx over numbers."""
    if len(t.measure) != 1 or len(t.under) != 1 or t.upper is None or not isinstance(t.measure[0], Sym):
        raise Unknown("an integral of this form")
    variable = t.measure[0]
    letters = {x for part in (t.body, t.under[0], t.upper) for x in part.walk() if isinstance(x, Sym)} - {variable}
    if any(m.scope.find(x) is not None or x in env.vars for x in letters):
        raise Unknown("an integral over defined letters")
    positive = frozenset(x for x in letters if head_of(x).base in POSITIVE | UNIT or stated(m, x))
    number = m.facts.policy_args == "number"
    return m.value(integrated(t.body, variable, t.under[0], t.upper, positive, number), env)


def stated(m: Interpreter, x: Sym) -> bool:
    """Whether ``x > 0`` (or ``0 < x``) is a condition of the claim."""
    return any(
        isinstance(c, Rel)
        and (c.op in (">", r"\gt") and c.lhs == x and zero(c.rhs) or c.op in ("<", r"\lt") and c.rhs == x and zero(c.lhs))
        for c in m.scope.conditions
    )


def zero(t: Term) -> bool:
    return isinstance(t, Num) and t.value == 0


@lru_cache(maxsize=256)
def integrated(body: Term, variable: Sym, low: Term, high: Term, positive: frozenset[Sym], circle: bool) -> Term:
    """The value of an integral as a term.

    Raises:
        Unknown: SymPy has no closed form for it, or quadrature does not confirm the one it has.
    """
    import sympy  # heavy to load, and few claims need it

    from derive.models.bridge import BridgeError, from_sympy, to_sympy

    try:
        expr, a, b, x = to_sympy(body), bound(low), bound(high), to_sympy(variable)
    except BridgeError as why:
        raise Unknown("an integrand that SymPy has no word for") from why
    pi = sympy.Symbol("pi")
    plus = {sympy.Symbol(to_sympy(s).name) for s in positive}
    known = {s: sympy.Dummy(s.name, positive=True) if s in plus else sympy.Dummy(s.name, real=True) for s in
             (expr.free_symbols | a.free_symbols | b.free_symbols) - ({pi} if circle else set())}  # fmt: skip
    place = {**known, pi: sympy.pi} if circle else known
    expr, a, b, x = (e.subs(place) for e in (expr, a, b, x))
    if sympy.count_ops(expr) > LARGEST or not elementary(sympy, sympy.expand(expr), x):
        raise Unknown("an integrand of another kind")
    value = sympy.integrate(expr, (x, a, b))
    if value.has(sympy.Integral, sympy.Piecewise, sympy.oo, sympy.nan, sympy.zoo, sympy.erf):
        raise Unknown("an integral without a closed form here")
    if not all(agrees(sympy, expr, x, a, b, value, k) for k in (0, 1)):
        raise Unknown("an integral that quadrature does not confirm")
    back: dict[Any, Any] = {d: s for s, d in known.items()}
    try:
        return from_sympy(value.subs(back).subs(sympy.pi, pi))
    except BridgeError as why:
        raise Unknown("an integral that the notation has no word for") from why


def bound(t: Term) -> Any:
    """A limit of integration; ±∞ included."""
    import sympy

    from derive.models.bridge import to_sympy

    if isinstance(t, Paren | Pos):
        return bound(t.body)
    if isinstance(t, Neg):
        return -bound(t.body)
    return sympy.oo if t == Sym("infty") else to_sympy(t)


def elementary(sympy: Any, expr: Any, x: Any) -> bool:
    """Whether an expanded integrand is a sum of c x^r e^{q(x)}, q of degree at most two."""
    for term in sympy.Add.make_args(expr):
        for factor in sympy.Mul.make_args(term):
            if not factor.has(x):
                continue
            base, exponent = factor.as_base_exp()
            if base == x and exponent.is_Rational:
                continue
            inner = factor.args[0] if isinstance(factor, sympy.exp) else None
            if inner is None or not inner.is_polynomial(x) or sympy.degree(inner, x) > 2:
                return False
    return True


def agrees(sympy: Any, expr: Any, x: Any, a: Any, b: Any, value: Any, k: int) -> bool:
    """Whether quadrature gives the same number where the parameters are set to the k-th small rationals."""
    parameters = sorted((expr.free_symbols | a.free_symbols | b.free_symbols) - {x}, key=lambda s: str(s.name))
    at = {s: sympy.Rational(3 + 2 * i + k, 4 + i) for i, s in enumerate(parameters)}
    measured = sympy.Integral(expr.subs(at), (x, a.subs(at), b.subs(at))).evalf(AGREEMENT + 6)
    expected = value.subs(at).evalf(AGREEMENT + 6)
    gap = sympy.Abs(measured - expected)
    return bool(measured.is_number and gap < sympy.Rational(1, 10**AGREEMENT) * (1 + sympy.Abs(expected)))
