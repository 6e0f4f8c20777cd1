r"""The catalogue of assumptions: what a text may leave unsaid, each a restriction of the models.

A claim that fails in the general model is tried again under small sets of these; the smallest that makes it hold is its
condition.  ``needs`` names the traits of a claim (collected while it was evaluated) without which an assumption cannot matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True, slots=True)
class Assumption:
    """A named restriction: its LaTeX, a plain sentence, the traits it needs, and its cost in the search."""

    name: str
    latex: str
    says: str
    needs: frozenset[str]
    cost: int = 1


def _a(name: str, latex: str, says: str, *needs: str, cost: int = 1) -> Assumption:
    return Assumption(name, latex, says, frozenset(needs), cost)


CATALOGUE: tuple[Assumption, ...] = (
    _a("values-fixed", r"\nabla_\theta Q^\pi = 0", "Q^π (and V^π, A^π) is held fixed with respect to θ", "true-values"),
    _a(
        "visitation",
        r"d^\pi(s)=\sum_{t\ge 0}\gamma^t P(s_t=s)",
        "states are weighted by the unnormalised discounted visitation Σ_t γ^t P(s_t=s): the sum over t is implicit",
        "occupancy",
        "free-time",
    ),
    _a(
        "discount-dropped",
        r"\nabla_\theta J\propto\sum_t\mathbb{E}[\nabla_\theta\log\pi_\theta(a_t|s_t)Q^\pi(s_t,a_t)]",
        "the states' own discount γ^t is dropped from the gradient, as practice does (Thomas 2014)",
        "objective",
    ),
    _a(
        "target-fixed",
        r"\nabla V(s')=0",
        "the target (the values at the next state) is held fixed: a semi-gradient",
        "bootstrap",
    ),
    _a(
        "soft-values",
        r"V(s)=\mathbb{E}_a[Q(s,a)-\alpha\log\pi(a|s)]",
        "V, Q and A are soft values: they count the entropy of the policy at every step",
        "soft",
    ),
    _a("gamma-one", r"\gamma=1", "the problem is undiscounted: γ = 1", "gamma"),
    _a("sum-over-t", r"\sum_t", "the sum over time steps t is implicit", "free-time"),
    _a(
        "advantage-unbiased",
        r"\mathbb{E}[\hat A_t\mid s_t,a_t]=A^\pi(s_t,a_t)+b(s_t)",
        "the advantage estimate is unbiased up to a baseline that depends on the state only",
        "estimate",
    ),
    _a("values-exact", r"V=V^\pi,\ Q=Q^\pi", "V and Q are the true value functions of π", "estimate"),
    _a("start-state", r"J(\theta)=V^\pi(s)", "the objective is the value of the one state s: episodes start there", "objective"),
    _a("starts-at-first", r"\Pr(s_0)=1", "every episode starts at the state s_0", "first-state"),
    _a(
        "expected-return",
        r"J(\theta)=\mathbb{E}_\pi[G_0]",
        "J is the expected return of whole episodes, not the one-state objective",
        "page-objective",
    ),
    _a(
        "ends-at-last",
        r"r_T=0",
        "the episode is over at the last step T: what is written of it from there on counts nothing",
        "last-step",
    ),
    _a("derivatives-at-old", r"\nabla_\theta\big|_{\theta=\theta_{old}}", "the derivatives are taken at θ_old", "increments"),
    _a("deterministic-transitions", r"s'=f(s,a)", "transitions and rewards are deterministic", "unwritten-transitions"),
    _a("deterministic-policy", r"a=\pi(s)", "the policy is deterministic", "unwritten-policy"),
    _a("on-policy", r"\theta=\theta_{old}", "the data come from the current policy: θ = θ_old", "old"),
    _a("one:lambda", r"\lambda=1", "λ = 1", "lambda-return"),
    _a("zero:lambda", r"\lambda=0", "λ = 0", "lambda-return"),
    _a("sample-deviation", r"\frac{1}{n-1}", "the standard deviation is the sample one, with n−1", "deviation"),
    _a(
        "iid",
        r"X_i\ \text{i.i.d.},\ \mathbb{E}[X_i]=\mu,\ \operatorname{Var}(X_i)=\sigma^2",
        "the draws are independent and identically distributed, with mean μ and variance σ²",
        "sample",
    ),
    _a("bar-mean", r"\bar X=\mathbb{E}[X]", "the bar denotes the mean: X̄ = E[X]", "barred"),
    _a("distinct-names", r"i\ne j", "different letters name different things", "names"),
    _a("action-fixed-objective", r"b(s,a)=b(s)", "the baseline depends on the state only", "never"),
)
BY_NAME = {a.name: a for a in CATALOGUE}

#: Readings that exclude each other.
EXCLUSIVE = (
    {"visitation", "sum-over-t"},
    {"visitation", "discount-dropped"},
    {"gamma-one", "discount-dropped"},
    {"expected-return", "discount-dropped"},
    {"start-state", "discount-dropped"},
    {"start-state", "expected-return"},
    {"start-state", "starts-at-first"},
    {"one:lambda", "zero:lambda"},
    {"ends-at-last", "values-exact"},
    {"soft-values", "deterministic-policy"},
    {"deterministic-policy", "on-policy"},
)

#: Assumptions about how a claim relates its sides rather than about the model; never searched, named by the deciders.
READINGS = {
    "in-expectation": (r"\mathbb{E}", "the right side is an estimate: equal in expectation, not sample by sample"),
    "rounding": (r"\approx", "equal after rounding"),
    "in-general": (r"\exists", "different in general: for some values, not for all"),
    "same-optimiser": (r"\arg", "the equality means that both sides have the same optimiser, not the same value"),
}


def describe(name: str) -> str:
    """The plain sentence of an assumption.

    >>> describe("gamma-one")
    'the problem is undiscounted: γ = 1'
    """
    if name in BY_NAME:
        return BY_NAME[name].says
    if name in READINGS:
        return READINGS[name][1]
    return name


def able(traits: frozenset[str]) -> list[str]:
    """The assumptions that could matter to a claim with these traits."""
    return [a.name for a in CATALOGUE if a.needs & traits]


def combinations_of(able: list[str], most: int = 3) -> Iterator[frozenset[str]]:
    """Sets of two or more of these assumptions that do not exclude each other, smallest first."""
    for size in range(2, most + 1):
        for chosen in combinations(able, size):
            found = frozenset(chosen)
            if not any(len(found & pair) > 1 for pair in EXCLUSIVE):
                yield found
