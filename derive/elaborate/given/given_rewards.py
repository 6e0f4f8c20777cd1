r"""Bounds on rewards that are given by their letter alone, ``r\in[0,1]``, ``|r|\le R_{\max}``, beside values: bounds on every reward."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace

from derive.core.terms import Core, CoreClaim, Op, Var, free_variables, in_place, op, strip_coerce, walk

#: Relations by which a bound is given.
BOUNDS = ("<=", ">=", "<", ">")
#: What has the reward of a single step in it: that those are bounded says more than that their means are.
OF_STEPS = frozenset(("reward_at", "return_from", "n_step_return", "lambda_return", "outcome", "reward_law"))


def of_every_reward(claim: CoreClaim, letters: AbstractSet[Var], state: Var, action: Var) -> CoreClaim | None:
    """A claim whose bounds on letters for rewards, bare or at any time, are of the reward of every state and action; None where more is given.

    An equation that speaks of single steps holds whatever their rewards are, or not for a bound.
    """
    stepwise = any(isinstance(t, Op) and t.name in OF_STEPS for p in (claim.lhs, claim.rhs) for t in walk(p))
    earned = op("reward", state, action)
    spoken = {v for p in (claim.lhs, claim.rhs) for v in free_variables(p)}
    givens = []
    for given in claim.givens:
        parts = {t for p in given.parts() for t in walk(p)}
        bounded = [own for side in (given.lhs, given.rhs) if (own := out_of_bars(side)) in letters or is_any_step(own, spoken)]
        if not bounded and not letters & parts:
            givens.append(given)
            continue
        if stepwise and claim.relation == "=" and given.relation in BOUNDS:
            continue
        if stepwise or len(bounded) != 1 or given.every or given.relation not in (*BOUNDS, "="):
            return None
        lhs, rhs = (in_place(side, bounded[0], earned) for side in (given.lhs, given.rhs))
        givens.append(replace(given, lhs=lhs, rhs=rhs, every=(state, action)))
    return replace(claim, givens=tuple(givens))


def out_of_bars(side: Core) -> Core:
    """What stands between the bars of a size, and anything else itself."""
    side = strip_coerce(side)
    return strip_coerce(side.args[0]) if isinstance(side, Op) and side.name == "abs" else side


def is_any_step(term: Core, spoken: AbstractSet[Var]) -> bool:
    """Whether a term is the reward of a step that a claim does not speak of: of any step."""
    free = free_variables(term) if isinstance(term, Op) and term.name == "reward_at" else frozenset()
    return bool(free) and not free & spoken


__all__ = ["is_any_step", "of_every_reward", "out_of_bars"]
