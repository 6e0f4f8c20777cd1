"""How tightly a printed term holds together, and what it would swallow of what stands after it."""

from __future__ import annotations

from derive.notation.trees.term_trees import (
    Add,
    App,
    At,
    Big,
    Decor,
    Delta,
    Deriv,
    Div,
    Expect,
    Func,
    Grad,
    Mul,
    Neg,
    Num,
    Op,
    Pos,
    Pow,
    Quant,
    Rel,
    Seq,
    Sym,
    Term,
    Transpose,
)
from derive.syntax.lex.symbols import SUM_INFIX

RELATION, SUM, PRODUCT, QUOTIENT, PREFIX, ATOM = range(6)
OPTIMUM_NAMES = ("max", "min", "sup", "inf", "argmax", "argmin", "lim", "limsup", "liminf", "argsup", "arginf")


def level(term: Term) -> int:
    """How tightly the printed form of a term holds together."""
    match term:
        case Rel() | Quant():
            return RELATION
        case Op(op=r"\mathrm{d}" | r"\partial"):
            return PREFIX
        case Op(op=op):
            return (
                RELATION if op in (r"\land", r"\lor", r"\neg", r"\pmod", "|", ":", ";") else SUM if op in SUM_INFIX else PRODUCT
            )
        case Add() | Neg() | Pos():
            return SUM
        case Mul() | At():
            return PRODUCT
        case Div(style=style) if style in ("/", "div"):
            return QUOTIENT
        case Deriv(style="/"):
            return QUOTIENT
        case Func(spelling=spelling) if spelling.endswith(r"\nabla"):
            return PREFIX
        case Big(op="family"):
            return ATOM
        case Grad() | Big() | Delta() | Deriv(style="beside" | "sub"):
            return PREFIX
        case Func(fences="") if term.args and term.name not in ("sqrt", "binom"):
            return PREFIX
        case Expect(fences=""):
            return PREFIX
        case Transpose(body=Grad() | Delta() | Func(fences="")):
            return PREFIX
        case Pow(base=Delta()):
            return PREFIX
        case Seq(fences=""):
            return RELATION
        case App(fences=""):
            return RELATION
        case Decor(kind="unit"):
            return PREFIX
    return ATOM


def spans_sum(term: Big) -> bool:
    """Whether an optimum, or one right inside it, takes a whole sum that is printed without brackets."""
    while isinstance(term.body, Big) and not term.measure and passes_lead(term):
        term = term.body
    return isinstance(term.body, Add) and not term.measure and takes_sums(term)


def takes_sums(term: Big) -> bool:
    """Whether the operator reads a whole sum when it stands first: an optimum does, a limit does not."""
    return term.op in OPTIMUM_NAMES and not term.op.startswith("lim")


def passes_lead(term: Big) -> bool:
    """Whether an optimum right inside this one stands first as well."""
    return takes_sums(term) and not term.op.startswith("arg")


def runs_on(factor: Term, op: str | None) -> bool:
    """Whether a factor's printed form would swallow what stands after it."""
    if isinstance(factor, Func) and factor.name.startswith("accent:"):
        return factor.spelling.endswith(r"\nabla") and runs_on(factor.args[0], op)
    if isinstance(factor, Big) and factor.op == "family":
        return False
    if isinstance(factor, Big) or (isinstance(factor, Expect) and factor.fences == ""):
        return True
    if isinstance(factor, Div) and factor.style in ("/", "div"):
        return runs_on(factor.den, op)
    if isinstance(factor, Grad | Func | Deriv | Transpose | Pow):
        inner: Term | None = None
        if isinstance(factor, Grad):
            inner = factor.body
            if inner is None:
                return op == ""
        elif isinstance(factor, Func) and factor.fences == "" and factor.args and factor.name != "sqrt":
            inner = factor.args[0]
            if isinstance(inner, Num) and op == "":
                return True
        elif isinstance(factor, Func) and not factor.args:
            return op == ""
        elif isinstance(factor, Deriv) and factor.style in ("beside", "sub"):
            inner = factor.body
            if inner is None:
                return op == ""
        if inner is not None:
            return runs_on(inner, op) or (op == "" and isinstance(factor, Grad | Deriv) and constant(inner))
    return False


def constant(term: Term) -> bool:
    if isinstance(term, Num):
        return True
    if isinstance(term, Div):
        return constant(term.num) and constant(term.den)
    if isinstance(term, Pow):
        return constant(term.base)
    if isinstance(term, Mul):
        return all(map(constant, term.factors))
    return (
        isinstance(term, Sym)
        and term.name in ("gamma", "lambda", "alpha", "beta", "eta", "N", "n", "G", "K", "M", "T")
        and not term.subs
    )


def numbered(term: Term) -> bool:
    r"""``2\pi\sigma^2``: a number and plain symbols, which a bare function takes together."""
    return (
        isinstance(term, Mul)
        and not any(term.ops)
        and isinstance(term.factors[0], Num)
        and all(plain(f.base if isinstance(f, Pow) else f) for f in term.factors[1:])
    )


def plain(term: Term) -> bool:
    return isinstance(term, Sym) and not term.accents and ":" not in term.name
