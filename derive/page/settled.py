"""What the field means one thing by: a definition of it that says another is an error, whatever a page defines."""

from __future__ import annotations

from dataclasses import replace

from derive.core.constants import VALUE_FAMILY
from derive.core.terms import Bind, Core, CoreClaim, Op, free_variables, op, walk
from derive.decide.judge import judge
from derive.page.claim_forms import adds_rewards
from derive.verify.verdicts import HOLDS

#: Seconds for trying whether a discount is counted from the beginning of the episode.
TRYING = 1.0


def is_quantity(term: Core) -> bool:
    """Whether a side is a quantity that follows from a process and a policy, at letters: V^π(s)."""
    return isinstance(term, Op) and term.name in VALUE_FAMILY and not any(isinstance(t, Bind) for t in walk(term))


def counted_from_start(claim: CoreClaim) -> bool:
    """Whether a return is defined with every reward discounted from the first step of the episode on: γᵗ times the usual one."""
    if not (isinstance(claim.lhs, Op) and claim.lhs.name == "return_from"):
        return False
    early = op("mul", op("power", op("discount"), claim.lhs.args[0]), claim.lhs)
    return judge(replace(claim, lhs=early), TRYING).status in HOLDS


def is_weight(term: Core) -> bool:
    """The importance weight of a step or of several: a ratio of two policies."""
    body = term.body if isinstance(term, Bind) and term.name == "prod" else term
    return isinstance(body, Op) and body.name == "div" and all(isinstance(a, Op) and a.name == "prob" for a in body.args)


#: What has one definition in the field, at distributions and along an episode; a discount or a λ that is written belongs to it.
SETTLED = frozenset(("divergence", "cross_entropy", "total_variation", "entropy", "return_from", "lambda_return"))


def is_settled(claim: CoreClaim) -> bool:
    """Whether a definition says what the field means one thing by, of nothing but what its name has: D(p‖q), G_t, the estimator of GAE."""
    named = [t for t in walk(claim.lhs) if isinstance(t, Op) and t.name in SETTLED or is_weight(t)]
    written = walk(claim.rhs)
    discounts = any(isinstance(t, Op) and t.name == "discount" for t in written)
    episodic = any(isinstance(t, Op) and t.name in ("return_from", "lambda_return") for t in named)
    named = named or [t for t in walk(claim.lhs) if adds_rewards(t)]  # a return that goes on with a value
    return bool(named) and free_variables(claim.rhs) <= free_variables(claim.lhs) and (discounts or not episodic)


__all__ = ["counted_from_start", "is_quantity", "is_settled"]
