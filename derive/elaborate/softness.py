"""Values that count entropy: where a claim adds one to values, with which weight, and the claim with soft values in their place.

A soft value is V(s) = Σ_a π(a|s)(Q(s,a) − τ log π(a|s)) with Q(s,a) = r(s,a) + γ Σ p(s'|s,a)V(s') (Haarnoja et al. 2018, eq. 2 and 3).
"""

from __future__ import annotations

from derive.core.constants import VALUE_FAMILY
from derive.core.terms import ONE, Bind, Core, CoreClaim, Num, Op, Var, below, op, rebuild, strip_coerce, walk
from derive.core.types import REAL
from derive.elaborate.knowledge.scope import Knowledge, Unsure
from derive.elaborate.knowledge.search import Option

#: What stands in the place of a value, if it is soft.
SOFT = {
    "value": "soft_value",
    "q_value": "soft_q",
    "optimal_value": "soft_optimal_value",
    "optimal_q": "soft_optimal_q",
    "optimal_policy": "soft_policy",
}
#: Advantages, by the values that they are made of.
ADVANTAGES = {"advantage": ("q_value", "value"), "optimal_advantage": ("optimal_q", "optimal_value")}
#: The choice whether values count entropy.
SOFTLY = ("soft values",)
#: The base of exponentials.
E = op("exp", ONE)
#: Operations whose body is averaged, added or taken along an episode.
OVER = ("sum", "expect", "episode")


def softened(claim: CoreClaim, weight: Core | None, k: Knowledge) -> CoreClaim:
    """The claim with values that count entropy with a weight, where it adds one to values: one that holds for no others holds if they do."""
    if not any(isinstance(t, Op) and t.name in VALUE_FAMILY for p in (claim.lhs, claim.rhs) for t in walk(p)):
        return claim
    if k.softly and weight is None:
        weight = k.free_variable(("temperature",), r"\alpha", REAL)
    mixes = any(is_log_of_best(t) for p in (claim.lhs, claim.rhs) for t in walk(p))
    if weight is None and mixes:
        raise Unsure("the logarithm of the best policy, which takes one action: soft, or not")
    softly = Option(0.4, True, "entropy is counted in values")
    options = (softly,) if mixes or k.softly else (Option(0.0, False, "values are those of rewards alone"), softly)
    if weight is None or not k.oracle.choose(SOFTLY, options):
        return claim

    return claim.changed(lambda t: with_soft_values(t, weight))


def is_log_of_best(term: Core) -> bool:
    """Whether a logarithm of the probabilities of the best policy stands here: of a soft one, as any other has zeros."""
    of = term.args[0] if isinstance(term, Op) and term.name == "log" else None
    return of is not None and any(isinstance(t, Op) and t.name == "optimal_policy" for t in walk(of))


def temperature(claim: CoreClaim) -> Core | None:
    """The one weight of all entropies that a claim adds to values; None where it adds none, or there are several."""
    sides = (claim.lhs, claim.rhs)
    found = {t for side in sides for t in weights(side)} | {w for side in sides if (w := weight_of(side)) is not None}
    return found.pop() if len(found) == 1 else None


def weights(term: Core) -> set[Core]:
    """The weights of entropies in sums, and the scales of values in exponents, outside of gradients."""
    if isinstance(term, Op) and term.name in ("gradient", "derivative", "partial"):
        return set()
    out = {w for t in below(term) for w in weights(t)}
    if isinstance(term, Op) and term.name == "add":
        out |= {w for t in term.args if (w := weight_of(t)) is not None}
    exponent = (
        term.args[-1] if isinstance(term, Op) and (term.name == "exp" or term.name == "power" and term.args[0] == E) else None
    )
    if exponent is not None and any(isinstance(t, Op) and t.name in VALUE_FAMILY for t in walk(exponent)):
        out |= scale_of(exponent)
    return out


def weight_of(term: Core) -> Core | None:
    """The factors beside an entropy, or beside the logarithm of a policy; None where there is none."""
    if isinstance(term, Op) and term.name == "neg":
        return weight_of(term.args[0])
    if is_entropy(term):
        return ONE
    if isinstance(term, Op) and term.name == "mul":
        rest = [t for t in term.args if not is_entropy(t)]
        if len(rest) == len(term.args) - 1 and all(isinstance(strip_coerce(t), Var | Num) for t in rest):
            return rest[0] if len(rest) == 1 else op("mul", *rest)
    return None


def is_entropy(term: Core) -> bool:
    """Whether a term is an entropy of a policy or the logarithm of one of its probabilities, or a mean of these."""
    if isinstance(term, Bind) and term.name in OVER:
        return is_entropy(term.body)
    if isinstance(term, Op) and term.name == "neg":
        return is_entropy(term.args[0])
    if isinstance(term, Op) and term.name == "mul" and any(isinstance(t, Op) and t.name == "prob" for t in term.args):
        rest = [t for t in term.args if not (isinstance(t, Op) and t.name == "prob")]
        return len(rest) == 1 and is_entropy(rest[0])
    of = term.args[0] if isinstance(term, Op) and term.name in ("entropy", "log") else None
    return isinstance(of, Op) and of.name in ("action_law", "prob")


def scale_of(exponent: Core) -> set[Core]:
    """What values are divided by in an exponent."""
    if isinstance(exponent, Op) and exponent.name == "div":
        return {exponent.args[1]}
    if isinstance(exponent, Op) and exponent.name == "mul":
        rest = [t for t in exponent.args if not any(isinstance(x, Op) and x.name in VALUE_FAMILY for x in walk(t))]
        if len(rest) == 1 and isinstance(rest[0], Op) and rest[0].name == "div" and rest[0].args[0] == ONE:
            return {rest[0].args[1]}
        return {op("div", ONE, rest[0] if len(rest) == 1 else op("mul", *rest))} if rest else {ONE}
    return {ONE}


def with_soft_values(term: Core, weight: Core) -> Core:
    """A term in which all values count entropy with a weight."""
    if isinstance(term, Op) and term.name in ADVANTAGES:
        q, v = ADVANTAGES[term.name]
        at = term.args[:-1]
        made = op("add", op(q, *term.args), op("neg", op(v, *at)))
        return with_soft_values(made, weight)
    made = rebuild(term, lambda t: with_soft_values(t, weight))
    if isinstance(made, Op) and made.name in SOFT:
        return op(SOFT[made.name], weight, *made.args)
    return made


def soft_weights(claim: CoreClaim) -> set[Core]:
    """By what entropy is weighed in the values of a claim that count it."""
    return {t.args[0] for side in (claim.lhs, claim.rhs) for t in walk(side) if isinstance(t, Op) and t.name in SOFT.values()}


__all__ = ["soft_weights", "softened", "temperature", "with_soft_values"]
