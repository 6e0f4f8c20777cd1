r"""How often a process is in a state: discounted visits, and the mean return of an episode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derive.core.terms import Op
from derive.core.types import STATE_SORT
from derive.evaluate.chances import discount, fixed_point, policy_transition, start_masses, values_under
from derive.evaluate.compiler import Code, Compiler
from derive.evaluate.operations import applied
from derive.values.arith import Redraw, Undefined
from derive.values.jets import Jet
from derive.worlds.world import Drawn, Element, World


def visits(w: World, policy: Drawn) -> list[Any]:
    r"""Σ_t γᵗ P(s_t = s), by solving d = ρ + γ Pᵀ d."""
    key = ("visits", policy.whole)
    if key not in w.cache:
        states = w.elements(STATE_SORT)
        back = [[policy_transition(w, policy, s, t) for t in states] for s in states]
        w.cache[key] = fixed_point(w, back, start_masses(w))
    return list(w.cache[key])


def visitation(w: World, policy: Drawn, s: Element) -> Any:
    return visits(w, policy)[s.k]


def visitation_law(w: World, policy: Drawn) -> list[Any]:
    """The visits divided by their sum, 1/(1 − γ)."""
    rest = w.algebra.sub(1, discount(w))
    return [w.algebra.mul(rest, x) for x in visits(w, policy)]


def stationary(w: World, policy: Drawn, s: Element) -> Any:
    """d = Pᵀ d with Σ d = 1, by solving."""
    key = ("stationary", policy.whole)
    if key not in w.cache:
        states = w.elements(STATE_SORT)
        if w.runs_out:
            raise Redraw
        rows = [[w.algebra.sub(policy_transition(w, policy, t, s), int(s == t)) for s in states] for t in states]
        rows[-1] = [1] * len(states)
        if any(isinstance(x, Jet) for row in rows for x in row):
            raise Undefined("how the long run moves with parameters")
        w.cache[key] = w.algebra.solve(rows, [0] * (len(states) - 1) + [1])
    return w.cache[key][s.k]


def objective(w: World, policy: Drawn) -> Any:
    """The mean discounted return from the first state on."""
    return w.algebra.total([w.algebra.mul(p, v) for p, v in zip(start_masses(w), values_under(w, policy), strict=True)])


VISITS: dict[str, Callable[[Compiler, Op], Code]] = {
    "visitation": applied(visitation),
    "visitation_law": applied(visitation_law),
    "start_law": applied(start_masses),
    "stationary": applied(stationary),
    "objective": applied(objective),
}
