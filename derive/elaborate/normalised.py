r"""Values that are normalised by 1 − γ, so that they are as large as rewards: where a claim may mean these.

They are V(s) = (1 − γ) E[Σ γ^t r_t | s_0 = s], with Q(s,a) = (1 − γ)r(s,a) + γ Σ p(s'|s,a)V(s') (Kakade and Langford 2002, section 2).
"""

from __future__ import annotations

from derive.core.constants import REWARDS, VALUE_FAMILY, VALUE_VECTORS
from derive.core.terms import ONE, Core, CoreClaim, Op, factors_of, op, rebuild, walk
from derive.elaborate.knowledge.scope import Knowledge
from derive.elaborate.knowledge.search import Option

#: What is as large as a sum of discounted rewards, in any other text.
SUMS = frozenset((*VALUE_FAMILY, *VALUE_VECTORS, "objective"))
#: The choice whether values are normalised.
NORMALISED = ("normalised values",)
SHARE = op("add", ONE, op("neg", op("discount")))


def normalised(claim: CoreClaim, k: Knowledge) -> CoreClaim:
    """The claim with normalised values, where it has rewards times 1 − γ beside values: one that holds for no others holds if they are."""
    sides = (claim.lhs, claim.rhs)
    if not any(is_share_of_rewards(t) for p in sides for t in walk(p)) or not any(names(p) & SUMS for p in sides):
        return claim
    options = (
        Option(0.0, False, "values are sums of discounted rewards"),
        Option(0.4, True, "values are normalised by 1 - gamma"),
    )
    if not k.oracle.choose(NORMALISED, options):
        return claim

    return claim.changed(with_normalised)


def names(term: Core) -> set[str]:
    return {t.name for t in walk(term) if isinstance(t, Op)}


def is_share_of_rewards(term: Core) -> bool:
    """Whether a term is 1 − γ times what has rewards and no values in it."""
    found = names(term)
    return SHARE in factors_of(term) and bool(found & REWARDS) and not found & SUMS


def with_normalised(term: Core) -> Core:
    """A term in which all values are normalised."""
    made = rebuild(term, with_normalised)
    return op("mul", SHARE, made) if isinstance(made, Op) and made.name in SUMS else made


__all__ = ["normalised"]
