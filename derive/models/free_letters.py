"""Which letters of a body are free, and which of them belong to the decision process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from derive.models.core import Env, Interpreter
from derive.models.elements import time_like, timed
from derive.models.heads import POLICIES, head_of
from derive.terms import App, Big, Expect, Num, Rel, Seq, Sym, Term

PROCESS = frozenset({"s", "a", "r", "S", "A", "R", "G", "delta", "o"})
STEP = frozenset({"s", "a", "r"})
Weighted = Iterator[tuple[Any, Env]]


def is_process(t: Term) -> bool:
    if isinstance(t, Seq):
        return any(is_process(x) for x in t.items)
    return isinstance(t, Sym) and head_of(t).base in PROCESS and any(time_like(i) for i in head_of(t).indices)


def in_process(m: Interpreter, t: Term) -> bool:
    """Whether a letter is a variable of the episode in this claim: r_k where k counts steps, s_0 where a claim speaks of time."""
    if is_process(t):
        return True
    if not isinstance(t, Sym) or head_of(t).base not in PROCESS or t.accents:
        return False
    counted = any(isinstance(x, Sym) and x.name in m.facts.times for i in head_of(t).indices for x in i.walk())
    return counted or timed(m) and any(isinstance(i, Num) for i in head_of(t).indices)


def is_process_action(t: Term) -> bool:
    return isinstance(t, Sym) and head_of(t).base in ("a", "A")


def unbound_symbols(m: Interpreter, terms: tuple[Term, ...], env: Env) -> list[Sym]:
    """Symbols that occur free in what is averaged, definitions included, in order of appearance."""
    found: dict[Sym, None] = {}
    seen: set[Term] = set()

    def visit(t: Term, bound: frozenset[Term]) -> None:
        if t in env.vars or t in bound:
            return
        if isinstance(t, Big | Expect):
            inner = bound | {x.lhs if isinstance(x, Rel) else x for x in t.under}
            for x in t.under:
                if isinstance(x, Rel):
                    visit(x.rhs, bound)
            visit(t.body, frozenset(inner))
            if isinstance(t, Expect):
                for g in t.given:
                    visit(g, bound)
            return
        if isinstance(t, Sym | App) and t not in seen:
            definition = m.scope.find(t)
            if definition is not None and not (m.scope.use_data and t in m.scope.data):
                seen.add(t)
                variables = {v for v, _ in definition[1]}
                visit(definition[0].body, bound | frozenset(v for v in variables if isinstance(v, Sym) and v.name not in ("t",)))
                for _, actual in definition[1]:
                    visit(actual, bound)
                return
        if isinstance(t, Sym):
            found.setdefault(t)
            return
        if isinstance(t, App):
            if isinstance(t.head, Sym) and t.head.name in POLICIES:
                pass
            for x in (*t.args, *t.given):
                visit(x, bound)
            return
        for x in t.children():
            visit(x, bound)

    for t in terms:
        visit(t, frozenset())
    return list(found)


def free_time(m: Interpreter, body: Term, env: Env) -> Sym | None:
    """The time letter that occurs free in a body."""
    for v in unbound_symbols(m, (body,), env):
        for i in head_of(v).indices:
            for x in i.walk():
                if isinstance(x, Sym) and x.name == "t" and x not in env.vars and not bound_inside(body, x):
                    return x
    return None


def bound_inside(body: Term, variable: Term) -> bool:
    for x in body.walk():
        if isinstance(x, Big):
            for u in x.under:
                if (u.lhs if isinstance(u, Rel) else u) == variable:
                    return True
    return False
