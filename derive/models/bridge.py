r"""The bridge to SymPy: terms of plain algebra and calculus as SymPy expressions, and back.

Symbols keep their names (``\theta`` is ``Symbol("theta")``); a policy is a function of action, state and parameters,
``π(a|s;θ)`` = ``Function("pi")(a, s, theta)``, so that SymPy can differentiate it.  SymPy calculates; it never decides:
what comes back is a term that the kernel decides like any other.

>>> from derive.notation import parse_term
>>> to_sympy(parse_term(r"\pi_\theta(a\mid s)"))
pi(a, s, theta)
>>> from derive.notation.printer import to_latex
>>> to_latex(from_sympy(to_sympy(parse_term(r"\frac{x^2}{y}"))))
'\\frac{x^2}{y}'
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy

from derive.models.heads import PARAMETERS, POLICIES
from derive.notation import parse_term
from derive.terms import Add, App, Big, Deriv, Div, Func, Grad, Label, Mul, Neg, Num, Paren, Pos, Pow, Rel, Sym, Term

FUNCTIONS = {
    "log": sympy.log, "ln": sympy.log, "exp": sympy.exp, "sqrt": sympy.sqrt, "sin": sympy.sin, "cos": sympy.cos, "tan": sympy.tan,
    "tanh": sympy.tanh, "sinh": sympy.sinh, "cosh": sympy.cosh, "min": sympy.Min, "max": sympy.Max, "abs": sympy.Abs,
}  # fmt: skip
NAMES = {
    sympy.log: "log",
    sympy.sin: "sin",
    sympy.cos: "cos",
    sympy.tan: "tan",
    sympy.tanh: "tanh",
    sympy.sinh: "sinh",
    sympy.cosh: "cosh",
    sympy.Min: "min",
    sympy.Max: "max",
}


class BridgeError(ValueError):
    """A term or expression that the other side has no word for."""


def to_sympy(term: Term) -> Any:
    """The SymPy expression of a term of plain algebra or calculus.

    Raises:
        BridgeError: the term has no counterpart.
    """
    match term:
        case Num():
            return sympy.Rational(term.value.numerator, term.value.denominator)
        case Sym(name="e", subs=(), sups=()):
            return sympy.E
        case Sym():
            return sympy.Symbol(symbol_name(term))
        case Paren() | Pos():
            return to_sympy(term.body)
        case Neg():
            return -to_sympy(term.body)
        case Add():
            return sympy.Add(*map(to_sympy, term.terms))
        case Mul():
            return sympy.Mul(*map(to_sympy, term.factors))
        case Div():
            return to_sympy(term.num) / to_sympy(term.den)
        case Pow():
            return to_sympy(term.base) ** to_sympy(term.exp)
        case Func() if term.name in FUNCTIONS and term.sub is None and not term.given:
            made = FUNCTIONS[term.name](*map(to_sympy, term.args))
            return made if term.sup is None else made ** to_sympy(term.sup)
        case App(head=Sym()):
            return applied(term)
        case Deriv() if term.body is not None:
            return sympy.Derivative(to_sympy(term.body), *((to_sympy(v), n) for v, n in term.wrt))
        case Grad() if term.body is not None:
            wrt = to_sympy(term.wrt) if term.wrt is not None else sympy.Symbol("theta")
            return sympy.Derivative(to_sympy(term.body), (wrt, term.order))
        case Big(op="sum", under=(Rel(op="="),)) if term.upper is not None:
            rel = term.under[0]
            return sympy.Sum(to_sympy(term.body), (to_sympy(rel.lhs), to_sympy(rel.rhs), to_sympy(term.upper)))  # type: ignore[attr-defined]
    raise BridgeError(f"SymPy has no word for this {type(term).__name__}")


def applied(term: App) -> Any:
    """A function applied: its arguments, then what is given, then its parameters; primes are derivatives."""
    head = term.head
    assert isinstance(head, Sym)
    params = tuple(s for s in head.subs if isinstance(s, Sym) and s.name in PARAMETERS)
    name = symbol_name(Sym(head.name, head.accents, tuple(s for s in head.subs if s not in params), head.sups))
    arguments = [to_sympy(x) for x in (*term.args, *term.given, *params)]
    f = sympy.Function(name)(*arguments)
    if not head.primes:
        return f
    if len(arguments) != 1:
        raise BridgeError("a prime on a function of several variables")
    x = sympy.Dummy("x")
    return sympy.Derivative(sympy.Function(name)(x), (x, head.primes)).subs(x, arguments[0])


def symbol_name(sym: Sym) -> str:
    r"""SymPy's usual spelling (``theta_old``) where there is one, else the LaTeX."""
    from derive.notation.printer import to_latex

    simple = not sym.accents and not sym.sups and not sym.primes and ":" not in sym.name
    if simple and not sym.subs:
        return sym.name
    if simple and len(sym.subs) == 1 and isinstance(sym.subs[0], Label | Num | Sym):
        sub = sym.subs[0]
        text = (
            sub.name
            if isinstance(sub, Sym) and not (sub.subs or sub.sups or sub.accents)
            else sub.text
            if isinstance(sub, Label | Num)
            else ""
        )
        if text.isalnum():
            return f"{sym.name}_{text}"
    return to_latex(sym)


def from_sympy(expr: Any) -> Term:
    """The term of a SymPy expression, in the order of a textbook: constants first, then descending powers.

    Raises:
        BridgeError: the expression has no counterpart.
    """
    expr = sympy.sympify(expr)
    if expr.is_Rational:
        return rational(Fraction(int(expr.p), int(expr.q)))
    if expr is sympy.E:
        return Sym("e")
    if expr.is_Symbol:
        return parse_term(sympy.latex(expr))
    if expr.is_Add:
        return Add(tuple(from_sympy(x) for x in expr.as_ordered_terms()))
    if expr.is_Mul:
        return product(expr)
    if isinstance(expr, sympy.exp):
        return Pow(Sym("e"), from_sympy(expr.args[0]))
    if expr.is_Pow:
        return power(expr)
    if type(expr) in NAMES:
        name = NAMES[type(expr)]
        return Func(name, tuple(map(from_sympy, expr.args)), spelling=f"\\{name}")
    if isinstance(expr, sympy.Derivative):
        wrt = tuple((from_sympy(v), int(n)) for v, n in expr.variable_count)
        kind = "d" if len(wrt) == 1 and len(expr.expr.free_symbols) <= 1 else "partial"
        return Deriv(from_sympy(expr.expr), wrt, kind, "beside")
    if isinstance(expr, sympy.Subs) and isinstance(expr.expr, sympy.Derivative) and len(expr.expr.expr.args) == 1:
        f = from_sympy(expr.expr.expr)
        assert isinstance(f, App)
        assert isinstance(f.head, Sym)
        return App(
            Sym(f.head.name, f.head.accents, f.head.subs, f.head.sups, int(expr.expr.derivative_count)),
            (from_sympy(expr.point[0]),),
        )
    if isinstance(expr, sympy.Sum) and len(expr.limits) == 1:
        i, low, high = expr.limits[0]
        return Big(
            "sum", (Rel("=", from_sympy(i), from_sympy(low)),), from_sympy(high), from_sympy(expr.function), spelling="\\sum"
        )
    if isinstance(expr, sympy.core.function.AppliedUndef):
        return application(expr)
    raise BridgeError(f"the notation has no word for {expr}")


def application(expr: Any) -> Term:
    """An undefined function applied; a policy of three arguments is ``π_θ(a|s)``."""
    head = parse_term(sympy.latex(sympy.Symbol(expr.func.__name__)))
    arguments = tuple(map(from_sympy, expr.args))
    if not isinstance(head, Sym):
        raise BridgeError(f"{expr.func} is no name")
    last = arguments[-1]
    if isinstance(last, Sym) and last.name in PARAMETERS and len(arguments) > 1:
        head = Sym(head.name, head.accents, (last, *head.subs), head.sups)
        arguments = arguments[:-1]
    if head.name in POLICIES and len(arguments) == 2:
        return App(head, arguments[:1], given=arguments[1:])
    return App(head, arguments)


def rational(value: Fraction) -> Term:
    if value < 0:
        return Neg(rational(-value))
    if value.denominator == 1:
        return Num(value, str(value))
    return Div(Num(Fraction(value.numerator), str(value.numerator)), Num(Fraction(value.denominator), str(value.denominator)))


def product(expr: Any) -> Term:
    """A product as a quotient where it has one, with its sign in front."""
    if expr.could_extract_minus_sign():
        return Neg(from_sympy(-expr))
    top, bottom = sympy.fraction(expr)
    if bottom != 1:
        number, rest = expr.as_coeff_Mul()
        if number.is_Rational and number.q != 1 and bottom == number.q:
            return Mul(
                (rational(Fraction(int(number.p), int(number.q))), *factors(from_sympy(rest))),
                ("",) * len(factors(from_sympy(rest))),
            )
        return Div(from_sympy(top), from_sympy(bottom))
    parts = [bracketed(from_sympy(x)) for x in expr.as_ordered_factors()]
    return Mul(tuple(parts), ("",) * (len(parts) - 1))


def factors(term: Term) -> tuple[Term, ...]:
    return term.factors if isinstance(term, Mul) and not any(term.ops) else (bracketed(term),)


def bracketed(term: Term) -> Term:
    return Paren(term) if isinstance(term, Add | Neg) else term


def power(expr: Any) -> Term:
    base, exp = expr.as_base_exp()
    if exp == sympy.Rational(1, 2):
        return Func("sqrt", (from_sympy(base),), spelling="\\sqrt")
    if exp.is_negative:
        return Div(Num(Fraction(1), "1"), from_sympy(1 / expr))
    made = from_sympy(base)
    return Pow(made if isinstance(made, Sym | Num | App) else Paren(made), from_sympy(exp))
