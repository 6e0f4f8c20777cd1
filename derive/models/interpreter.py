r"""The one interpreter, composed: which function gives each kind of node its meaning."""

from __future__ import annotations

from typing import Any

from derive.models import (
    applications,
    binders,
    calculus,
    events,
    functions,
    integrals,
    limits,
    lookup,
    nodes,
    operators,
    randoms,
    symbols,
)
from derive.models.core import ClaimFacts, Env, Handler, Interpreter, Unknown
from derive.models.scope import Scope
from derive.models.world import World
from derive.terms import (
    Add,
    App,
    At,
    Big,
    Cases,
    Decor,
    Delta,
    Deriv,
    Div,
    Dots,
    Expect,
    Fence,
    Func,
    Grad,
    Item,
    Matrix,
    Mul,
    Neg,
    Num,
    Op,
    Paren,
    Placeholder,
    Pos,
    Postfix,
    Pow,
    Rel,
    Seq,
    SetOf,
    Sym,
    Term,
    Text,
    Transpose,
)


def _nothing(kind: str) -> Handler:
    def handler(m: Interpreter, t: Term, env: Env) -> Any:
        raise Unknown(kind)

    return handler


def _big(m: Interpreter, t: Big, env: Env) -> Any:
    """A limit, an integral over numbers, else an operator with a range."""
    if t.op == "int" and t.upper is not None:
        return integrals.integral(m, t, env)
    return limits.limit(m, t, env) if t.op == "lim" else binders.big(m, t, env)


def _function(m: Interpreter, t: Func, env: Env) -> Any:
    """Moments and divergences written as named functions, else the table of functions."""
    if t.name in ("Var", "var", "Cov", "cov"):
        return randoms.moment(m, t, env)
    if t.name in ("KL", "H", "I", "CE"):
        return applications.application(m, App(Sym(t.name), t.args, t.given, sep=r"\|" if t.name == "KL" else ","), env)
    return functions.function(m, t, env)


def _symbol(m: Interpreter, t: Sym, env: Env) -> Any:
    """An indicator with its condition as a subscript, else the symbol's own meaning."""
    value = events.indicator(m, t, env) if t.subs else None
    return symbols.symbol(m, t, env) if value is None else value


def _application(m: Interpreter, t: App, env: Env) -> Any:
    """Indicators and probabilities of events, unless the page defines them, else an application."""
    if m.facts.events or any(
        isinstance(x, Rel | Op | Paren | Seq) or isinstance(x, Sym) and (x.sups or x.accents) for x in (*t.args, *t.given)
    ):
        known = lookup.from_scope(m, t, env)
        if known is not None:
            return known
        for meaning in (events.indicator, events.event_probability):
            value = meaning(m, t, env)
            if value is not None:
                return value
    if m.facts.operators:
        value = operators.application(m, t, env)
        if value is not None:
            return value
    return applications.application(m, t, env)


HANDLERS: dict[type, Handler] = {
    Num: nodes._num,
    Sym: _symbol,
    App: _application,
    Func: _function,
    Big: _big,
    Expect: randoms.expect,
    Add: nodes._add,
    Neg: nodes._neg,
    Pos: nodes._paren,
    Mul: nodes._mul,
    Div: nodes._div,
    Pow: nodes._pow,
    Transpose: nodes._transpose,
    Op: nodes._op,
    Postfix: nodes._postfix,
    Paren: nodes._paren,
    Seq: nodes._seq,
    SetOf: _nothing("a set given by a condition"),
    Matrix: nodes._matrix,
    Cases: nodes._cases,
    Fence: nodes._fence,
    Item: nodes._item,
    Grad: calculus._grad,
    Deriv: calculus._deriv,
    At: calculus._at,
    Delta: calculus._delta,
    Decor: nodes._decor,
    Placeholder: _nothing("a placeholder dot"),
    Dots: _nothing("an ellipsis that nothing continues"),
    Text: _nothing("words"),
}


def interpreter(world: World, scope: Scope, facts: ClaimFacts) -> Interpreter:
    """An interpreter of every node kind in a world."""
    return Interpreter(world, scope, facts, HANDLERS)
