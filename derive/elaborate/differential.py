r"""Differential values: those of a claim that counts rewards against their average in the long run, ``r - r(\pi)``, and discounts nothing.

v(s) = Σ_t E[R_t − r(π) | S_0 = s], so that v(s) = Σ_a π(a|s)(r(s,a) − r(π) + Σ p(s'|s,a)v(s')) (Sutton and Barto 2018, section 10.3).
"""

from __future__ import annotations

from derive.core.constants import REWARDS, VALUE_FAMILY
from derive.core.terms import Core, CoreClaim, Op, below, op, rebuild, walk
from derive.elaborate.knowledge.scope import Unsure

DIFFERENTIAL = {"value": "differential_value", "q_value": "differential_q"}


def differential(claim: CoreClaim) -> CoreClaim:
    """The claim with differential values, where an average reward stands in it and no discount.

    Raises: Unsure where values of another kind stand beside such a reward, or beside an objective that may be one.
    """
    found = {t.name for p in (claim.lhs, claim.rhs) for t in walk(p) if isinstance(t, Op)}
    if "discount" in found or not found & set(VALUE_FAMILY):
        return claim
    if "average_reward" not in found:
        if any(map(counts_against_objective, (*walk(claim.lhs), *walk(claim.rhs)))):
            raise Unsure("values beside rewards less an objective: differential ones, or not")
        return claim
    if found & set(VALUE_FAMILY) - {*DIFFERENTIAL, "advantage"}:
        raise Unsure("the best values beside an average reward")

    return claim.changed(with_differential)


def counts_against_objective(term: Core) -> bool:
    """Whether an objective is added to a reward or to a value, or taken from it."""
    if not (isinstance(term, Op) and term.name == "add"):
        return False
    plain = [t.args[0] if isinstance(t, Op) and t.name == "neg" else t for t in term.args]
    parts = {t.name for t in plain if isinstance(t, Op)}
    return "objective" in parts and bool(parts & {*REWARDS, *VALUE_FAMILY, "coerce"})


def with_differential(term: Core) -> Core:
    """A term in which all values are differential ones."""
    if isinstance(term, Op) and term.name == "advantage":
        policy, state, _ = below(term)
        return with_differential(op("add", op("q_value", *term.args), op("neg", op("value", policy, state))))
    made = rebuild(term, with_differential)
    return op(DIFFERENTIAL[made.name], *made.args) if isinstance(made, Op) and made.name in DIFFERENTIAL else made


__all__ = ["differential"]
