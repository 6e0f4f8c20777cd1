r"""Values given at points: ``V(S_T) = 0``, ``f(0) = 1``, ``G_T = V(S_T)``, beside a rule for the other arguments.

A rule (``f(n) = n f(n-1)``) is followed until its argument *comes to* a point that is given, however it is written there:
``f(n-1)`` with n = 1 is ``f(0)``.  Without such a point a recursion has no end and its claim stays undecided.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from derive.models.core import Env, Interpreter, Unknown
from derive.models.heads import head_of
from derive.models.scope import closure, ground_scripts
from derive.models.world import TERMINAL, Index
from derive.terms import App, Sym, Term
from derive.values.algebra import is_exact, whole
from derive.values.arith import NeedsOrder

Point = tuple[tuple[Any, ...], Term]


def at_point(m: Interpreter, t: Term, env: Env) -> Any:
    """The value given at the point that a symbol's indices or an application's arguments come to; None where none is."""
    sym = t.head if isinstance(t, App) else t
    if not isinstance(sym, Sym):
        return None
    points = points_of(m, sym, isinstance(t, App))
    if not points:
        return None
    here = place(m, t, env)
    for there, body in points:
        if here is not None and here == there:
            return m.value(body, Env())
    return None


def value_at(m: Interpreter, name: str, where: Any, applied: bool) -> Any:
    """The value given of a plain letter at a place (``V`` at the terminal state, ``G`` at step T); None where none is."""
    if not m.scope.trusting:
        return None
    return next((m.value(body, Env()) for there, body in points_of(m, Sym(name), applied) if there == (where,)), None)


def points_of(m: Interpreter, sym: Sym, applied: bool) -> list[Point]:
    """The points given of one head, evaluated once per world."""
    key = ("points", head_of(sym).key, applied)
    if key not in m.pinned:
        m.pinned[key] = []  # while its own scripts are evaluated
        m.pinned[key] = [
            (where, body)
            for pattern, body in stated(m, sym, applied)
            if (where := place(m, pattern, Env())) is not None and (m.scope.find(pattern) is not None or fixed(where))
        ]
    return m.pinned[key]


def stated(m: Interpreter, sym: Sym, applied: bool) -> Iterator[tuple[Term, Term]]:
    """(ground pattern, value) pairs of one head, from data and definitions."""
    wanted = head_of(sym).key
    pairs: list[tuple[Term, Term]] = [(d.pattern, d.body) for d in m.scope.definitions]
    if m.scope.use_data:
        pairs += m.scope.data.items()
    for pattern, body in pairs if m.scope.trusting else ():
        own = pattern.head if isinstance(pattern, App) else pattern
        if (
            isinstance(own, Sym)
            and isinstance(pattern, App) == applied
            and head_of(own).key == wanted
            and ground_scripts(pattern)
            and not of_outcomes(m, body)
        ):
            yield pattern, body


def of_outcomes(m: Interpreter, body: Term) -> bool:
    """Whether a value is a function of an outcome x, which an expectation may bind: k_1 = log q(x)/p(x) is no point of a sequence."""
    terms = (x for t in closure((body,), m.scope) for x in t.walk())
    return any(a.name in ("x", "y", "z") for t in terms if isinstance(t, App) for a in (*t.args, *t.given) if isinstance(a, Sym))


def fixed(where: tuple[Any, ...]) -> bool:
    """Whether a point is the same in every episode: numbers, and the terminal state."""
    return all(x[1] == TERMINAL if isinstance(x, tuple) else True for x in where)


def place(m: Interpreter, t: Term, env: Env) -> tuple[Any, ...] | None:
    """What the scripts of a term come to: whole numbers, exact numbers, elements; None for anything else."""
    scripts = (*t.args, *t.given) if isinstance(t, App) else head_of(t).indices if isinstance(t, Sym) else ()
    found: list[Any] = []
    for script in scripts:
        try:
            value = whole(m.value(script, env))
        except (Unknown, NeedsOrder):
            return None
        if isinstance(value, Index):
            found.append((value.sort, value.k))
        elif is_exact(value):
            found.append(value)
        else:
            return None
    return tuple(found) or None
