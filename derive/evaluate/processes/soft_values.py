"""Values that count entropy: of a policy, and the largest ones, with the policy that has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flint

from derive.core.terms import Op
from derive.core.types import ACTION_SORT, STATE_SORT
from derive.evaluate.analysis import in_balls
from derive.evaluate.chances import backed_up, discount, fixed_point, policy_reward, policy_row, policy_transition
from derive.evaluate.compiler import Code, Compiler
from derive.evaluate.laws import entropy
from derive.evaluate.scalar_functions import applied
from derive.values.arith import Redraw, Undefined
from derive.values.jets import Jet
from derive.worlds.world import GIVEN, Drawn, Element, World, whole_token

#: Steps after which the largest values are given up, and what two steps may differ by.
STEPS, NEAR = 60, flint.arb("1e-45")


def soft_values(w: World, weight: Any, policy: Drawn) -> list[Any]:
    """The values of all states, worked out once."""
    key = ("soft values", whole_token(weight), policy.whole)
    if key not in w.cache:
        w.cache[key] = soft_values_of(w, weight, policy)
    return list(w.cache[key])


def soft_values_of(w: World, weight: Any, policy: Drawn) -> list[Any]:
    """V = (I − γP)⁻¹ (r + τ H).

    Raises: Undefined where episodes end: whether entropy counts behind the end, no text says.
    """
    if w.runs_out:
        raise Undefined("soft values of episodes that end")
    states = w.elements(STATE_SORT)
    p = [[policy_transition(w, policy, t, s) for t in states] for s in states]
    extra = [w.algebra.mul(weight, entropy(w, policy_row(w, policy, s.k))) for s in states]
    return fixed_point(w, p, [w.algebra.add(policy_reward(w, policy, s), h) for s, h in zip(states, extra, strict=True)])


def soft_value(w: World, weight: Any, policy: Drawn, s: Element) -> Any:
    return soft_values(w, weight, policy)[s.k]


def soft_q(w: World, weight: Any, policy: Drawn, s: Element, a: Element) -> Any:
    return backed_up(w, soft_values(w, weight, policy), s.k, a.k)


def largest(w: World, weight: Any) -> list[Any]:
    r"""What V = τ log Σ exp(Q/τ) has for its fixed point, the largest values for a positive τ: it shrinks distances by γ.

    A ball around what nearly is one, as wide as that may be off.
    """
    if isinstance(weight, Jet):
        raise Redraw
    in_balls(w)
    key = ("largest soft values", whole_token(weight))
    if key not in w.cache:
        states = w.elements(STATE_SORT)
        v: list[Any] = [flint.arb(0)] * len(states)
        shrinks = flint.arb(discount(w))
        if not 0 <= shrinks < 1:
            raise Redraw
        for _ in range(STEPS):  # Newton's steps: the soft values of the policy that is best for those before
            v = [flint.arb(x.mid()) for x in soft_values_of(w, weight, mixed(w, weight, v))]
            gap = max((abs(a - backup(w, weight, v, s)).upper() for a, s in zip(v, states, strict=True)), key=float)
            if gap < NEAR:
                break
        else:
            raise Redraw
        left = gap / (1 - shrinks) + NEAR
        w.cache[key] = [flint.arb(x, left) for x in v]
    return list(w.cache[key])


def backup(w: World, weight: Any, v: list[Any], s: Element) -> Any:
    algebra = w.algebra
    scaled = [algebra.exp(algebra.div(backed_up(w, v, s.k, a), weight)) for a in range(w.size(ACTION_SORT))]
    return algebra.mul(weight, algebra.log(algebra.total(scaled)))


def soft_optimal_value(w: World, weight: Any, s: Element) -> Any:
    return largest(w, weight)[s.k]


def soft_optimal_q(w: World, weight: Any, s: Element, a: Element) -> Any:
    return backed_up(w, largest(w, weight), s.k, a.k)


def soft_policy(w: World, weight: Any) -> Drawn:
    """The policy that has the largest values."""
    return mixed(w, weight, largest(w, weight))


def mixed(w: World, weight: Any, v: list[Any]) -> Drawn:
    """π ∝ exp(Q/τ), with Q from values of the next states."""
    algebra, out = w.algebra, []
    for s in w.elements(STATE_SORT):
        scaled = [algebra.exp(algebra.div(backed_up(w, v, s.k, a), weight)) for a in range(w.size(ACTION_SORT))]
        total = algebra.total(scaled)
        out += [algebra.div(x, total) for x in scaled]
    return Drawn(GIVEN, tuple(out))


SOFT_OPERATIONS: dict[str, Callable[[Compiler, Op], Code]] = {
    "soft_value": applied(soft_value),
    "soft_q": applied(soft_q),
    "soft_optimal_value": applied(soft_optimal_value),
    "soft_optimal_q": applied(soft_optimal_q),
    "soft_policy": applied(soft_policy),
}

__all__ = ["SOFT_OPERATIONS", "soft_optimal_q", "soft_optimal_value", "soft_policy", "soft_q", "soft_value"]
