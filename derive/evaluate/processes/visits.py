r"""How often a process is in a state: discounted visits, and the mean return of an episode."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from derive.core.terms import ZERO, Bind, Op, below, factors_of, free_variables
from derive.core.types import STATE_SORT
from derive.evaluate.chances import (
    discount,
    fixed_point,
    next_law,
    policy_reward,
    policy_transition,
    reward,
    start_masses,
    values_under,
)
from derive.evaluate.compiler import Code, Compiler, Frame
from derive.evaluate.scalar_functions import applied
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


def visitation_from(w: World, policy: Drawn, s: Element) -> list[Any]:
    r"""(1 − γ)Σ_k γᵏ P(s_k = · | s_0 = s)."""
    rest = w.algebra.sub(1, discount(w))
    return [w.algebra.mul(rest, x) for x in visits_from(w, policy, s)]


def visitation_since(w: World, policy: Drawn, start: Element, s: Element) -> Any:
    return visits_from(w, policy, start)[s.k]


def visits_from(w: World, policy: Drawn, s: Element) -> list[Any]:
    r"""Σ_k γᵏ P(s_k = · | s_0 = s), by solving d = e_s + γ Pᵀ d."""
    key = ("visits from", policy.whole, s.k)
    if key not in w.cache:
        states = w.elements(STATE_SORT)
        back = [[policy_transition(w, policy, x, t) for t in states] for x in states]
        w.cache[key] = fixed_point(w, back, [int(x.k == s.k) for x in states])
    return list(w.cache[key])


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


def average_reward(w: World, policy: Drawn) -> Any:
    """Σ_s d(s) r_π(s) for the distribution d of the long run."""
    states = w.elements(STATE_SORT)
    return w.algebra.total([w.algebra.mul(stationary(w, policy, s), policy_reward(w, policy, s)) for s in states])


def differential_values(w: World, policy: Drawn) -> list[Any]:
    """v = r − r̄ + P v with Σ d v = 0, by solving (I − P + 1dᵀ)v = r − r̄."""
    key = ("differential", policy.whole)
    if key not in w.cache:
        states = w.elements(STATE_SORT)
        mean = average_reward(w, policy)
        often = [stationary(w, policy, s) for s in states]
        rows = [
            [
                w.algebra.add(w.algebra.sub(int(s.k == t.k), policy_transition(w, policy, t, s)), d)
                for t, d in zip(states, often, strict=True)
            ]
            for s in states
        ]
        w.cache[key] = w.algebra.solve(rows, [w.algebra.sub(policy_reward(w, policy, s), mean) for s in states])
    return list(w.cache[key])


def differential_value(w: World, policy: Drawn, s: Element) -> Any:
    return differential_values(w, policy)[s.k]


def differential_q(w: World, policy: Drawn, s: Element, a: Element) -> Any:
    """r(s,a) − r̄ + Σ p(s'|s,a) v(s')."""
    ahead = [w.algebra.mul(p, v) for p, v in zip(next_law(w, s, a), differential_values(w, policy), strict=True)]
    return w.algebra.total([reward(w, s, a), w.algebra.neg(average_reward(w, policy)), *ahead])


def objective(w: World, policy: Drawn) -> Any:
    """The mean discounted return from the first state on."""
    return w.algebra.total([w.algebra.mul(p, v) for p, v in zip(start_masses(w), values_under(w, policy), strict=True)])


def series_of_steps(compiler: Compiler, term: Bind) -> Code | None:
    """Σ_{k≥0} γᵏ P(s_k = t | s_0 = s), how often a state is visited from another on; None for anything else."""
    v = term.vars[0]
    factors = list(factors_of(term.body))
    inner = next(
        (f for f in factors if isinstance(f, Bind) and f.name == "sum" and not f.args and v in free_variables(f.body)), None
    )
    if inner is not None:  # the sum over the states that one may come from, outside
        turned = replace(term, body=Op("mul", (*(f for f in factors if f is not inner), inner.body)))
        return compiler.code(replace(inner, body=turned)) if series_of_steps(compiler, turned) is not None else None
    steps = [f for f in factors if isinstance(f, Op) and f.name == "steps_to" and f.args[-1] == v]
    weights = [f for f in factors if f == Op("power", (Op("discount", ()), v))]
    rest = [f for f in factors if f not in steps and f not in weights]
    if len(steps) != 1 or len(weights) != 1 or term.args[0] != ZERO or any(v in free_variables(f) for f in rest):
        return None
    policy, start, end = (compiler.code(a) for a in below(steps[0])[:3])
    others = [compiler.code(f) for f in rest]

    def run(world: World, frame: Frame) -> Any:
        visits = visits_from(world, policy(world, frame), start(world, frame))[end(world, frame).k]
        return world.algebra.product([*(code(world, frame) for code in others), visits])

    return run


VISITS: dict[str, Callable[[Compiler, Op], Code]] = {
    "visitation": applied(visitation),
    "visitation_law": applied(visitation_law),
    "visitation_from": applied(visitation_from),
    "visitation_since": applied(visitation_since),
    "start_law": applied(start_masses),
    "stationary": applied(stationary),
    "average_reward": applied(average_reward),
    "differential_value": applied(differential_value),
    "differential_q": applied(differential_q),
    "objective": applied(objective),
}
