r"""The constants of the field as SymPy classes: policies, values, rewards, chances, what happens in an episode.

>>> from derive.symbolic.lettering import action, parameter, policy_letter, state
>>> s, a, theta, old = state("s"), action("a"), parameter("theta"), parameter("theta_old")
>>> new, before = Policy(policy_letter("pi"), theta), Policy(policy_letter("pi"), old)
>>> sp.diff(sp.log(Probability(new, a, s) / Probability(before, a, s)), theta)
Gradient(log(Probability(Policy(pi, theta), a, s)), theta)
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.symbolic.base import Info, Operation
from derive.symbolic.tensors import shape


class Named(Operation):
    """An operation that is a core constant of its own."""


class Chance(Named):
    """A probability: positive wherever it may be divided by."""

    is_positive = True

    def slots(self) -> tuple[int, ...]:
        return (0,)


class Policy(Named):
    """A policy at parameters: ``Policy(pi, theta)``."""

    core, shape = "at_parameter", "thing"


class Probability(Chance):
    """π(a|s): ``Probability(policy, a, s)``."""

    core = "prob"


class Mass(Chance):
    """The probability of an outcome: ``Mass(law, x)``."""

    core = "mass"


class ActionLaw(Named):
    """The distribution of actions in a state."""

    core, shape = "action_law", "thing"


class NextLaw(Named):
    """The distribution of the next state."""

    core, shape = "next_law", "thing"


class Smooth(Named):
    """A number that moves with the parameters of its policy, its first argument."""

    def slots(self) -> tuple[int, ...]:
        return (0,)


class Value(Smooth):
    """V^π(s): ``Value(policy, s)``."""

    core = "value"


class ActionValue(Smooth):
    """Q^π(s,a): ``ActionValue(policy, s, a)``."""

    core = "q_value"


class Advantage(Smooth):
    """A^π(s,a) = Q^π(s,a) − V^π(s)."""

    core = "advantage"

    def written_out(self, **hints: Any) -> sp.Expr:
        return ActionValue(*self.args) - Value(*self.args[:2])


class Occupancy(Smooth):
    """How often a state is visited under a policy, later visits discounted: ``Occupancy(policy, s)``, a sum of visits; (1 − γ) times it is d^π(s),
    ``Occupancy(policy, s, Info("share"))``."""

    core = "visitation"
    is_nonnegative = True


class PolicyReward(Smooth):
    """The expected reward of a state under a policy."""

    core = "policy_reward"


class PolicyTransition(Smooth):
    """The probability of the next state under a policy."""

    core = "policy_transition"
    is_nonnegative = True


class Fixed(Named):
    """A number of the process, which moves with no parameter."""

    def slots(self) -> tuple[int, ...]:
        return ()


class OptimalValue(Fixed):
    """V*(s)."""

    core = "optimal_value"


class OptimalActionValue(Fixed):
    """Q*(s,a)."""

    core = "optimal_q"


class OptimalAdvantage(Fixed):
    """Q*(s,a) − V*(s)."""

    core = "optimal_advantage"


class Transition(Fixed):
    """P(s'|s,a): ``Transition(next, s, a)``."""

    core = "transition"
    is_nonnegative = True


class Outcome(Fixed):
    """p(s',r|s,a)."""

    core = "outcome"
    is_nonnegative = True


class RewardChance(Fixed):
    """p(r|s,a)."""

    core = "reward_law"
    is_nonnegative = True


class Reward(Fixed):
    """r(s,a)."""

    core = "reward"


class RewardTo(Fixed):
    """r(s,a,s')."""

    core = "reward_to"


class Discount(Fixed):
    """γ, between 0 and 1."""

    core = "discount"
    is_positive = True


class StateAt(Fixed):
    """The state at a time of an episode."""

    core, shape = "state_at", "thing"


class ActionAt(Fixed):
    """The action at a time of an episode."""

    core, shape = "action_at", "thing"


class RewardAt(Fixed):
    """The reward of the step that is taken at a time."""

    core = "reward_at"


class Return(Fixed):
    """The discounted rewards from a time on."""

    core = "return_from"


class LastStep(Fixed):
    """The time of the last step."""

    core = "last_step"
    is_integer = True


class StartProbability(Fixed):
    """The probability that an episode begins in a state."""

    core = "start_mass"
    is_nonnegative = True


class PathProbability(Chance):
    """The probability of the episode at hand under a policy."""

    core = "path_mass"


class PathFunction(Smooth):
    """An unknown function of an episode."""

    core = "path_function"


class Size(Fixed):
    """How many elements a sort has: ``Size(Info(sort))``."""

    core = "cardinality"
    is_positive = True
    is_integer = True


class Number(Fixed):
    """An element as the number that it stands for."""

    core = "coerce"


class Call(Named):
    """An unknown function applied: ``Call(f, x)``; ``Info(k)`` is the number of primes."""

    core = "call"

    def _eval_derivative(self, x: sp.Symbol) -> sp.Expr:
        head, *arguments = self.terms
        by_parts = shape(x) == "vector" or shape(arguments[0]) != "scalar"
        if x not in head.free_symbols and len(arguments) == 1 and not by_parts:
            primes = (self.info[0] if self.info else 0) + 1
            return Call(head, arguments[0], Info(primes)) * sp.diff(arguments[0], x)
        return super()._eval_derivative(x)


class VectorCall(Named):
    """An unknown function whose values are vectors: ``VectorCall(f, x, Info(sort))``."""

    core, shape = "call_vector", "vector"


class Sigmoid(Named):
    """1 / (1 + e⁻ˣ)."""

    core = "sigmoid"
    is_positive = True

    def __new__(cls, x: Any) -> Any:
        return sp.Rational(1, 2) if x == 0 else super().__new__(cls, x)

    def _eval_derivative(self, x: sp.Symbol) -> sp.Expr:
        return self * (1 - self) * sp.diff(self.args[0], x)

    def written_out(self, **hints: Any) -> sp.Expr:
        return 1 / (1 + sp.exp(-self.args[0]))


class Clip(Named):
    """x held between two bounds; at its corners it has no derivative.

    >>> x = sp.Symbol("x")
    >>> sp.diff(Clip(x, 0, 1), x)
    Indicator(x > 0, x < 1)
    """

    core = "clip"

    def __new__(cls, x: Any, low: Any, high: Any) -> Any:
        """A number between numbers is one."""
        x, low, high = map(sp.sympify, (x, low, high))
        known = all(t.is_number for t in (x, low, high)) and (low <= high) == sp.true
        return sp.Min(sp.Max(x, low), high) if known else super().__new__(cls, x, low, high)

    def _eval_derivative(self, x: sp.Symbol) -> sp.Expr:
        body, low, high = self.args
        slopes = [sp.diff(a, x) for a in self.args]
        # each point is in one of three pieces; where the body equals a bound all along, it moves with it, so not at all with one that is still
        moving = slopes[1] != 0 or slopes[2] != 0
        inside = Indicator(body >= low, body <= high) if moving else Indicator(body > low, body < high)
        return inside * slopes[0] + Indicator(body < low) * slopes[1] + Indicator(body > high) * slopes[2]

    def written_out(self, **hints: Any) -> sp.Expr:
        x, low, high = self.args
        return sp.Min(sp.Max(x, low), high)


class Indicator(Fixed):
    """1 where all its conditions hold, else 0."""

    core = "indicator"
    is_nonnegative = True

    def __new__(cls, *conditions: Any) -> Any:
        open_ = [c for c in map(sp.sympify, conditions) if c != sp.true]
        if not open_ or sp.false in open_:
            return sp.Integer(not open_)
        return super().__new__(cls, *open_)

    def _eval_derivative(self, x: sp.Symbol) -> sp.Expr:
        return sp.S.Zero  # wherever it has one


class Extreme(Named):
    """The largest or smallest of some numbers, differentiated: the first of those that are tied counts.

    Math:
        ∂ max_i a_i = Σ_i 1[a_i > a_j for j < i, a_i ≥ a_j for j > i] ∂a_i, wherever the slopes of all that are tied agree, so off the corners.

    >>> x = sp.Symbol("x")
    >>> sp.diff(Smallest(x, Clip(x, 0, 2)), x).subs(x, 1)
    1
    """

    def __new__(cls, *args: Any) -> Any:
        """Numbers by themselves are one number."""
        terms = list(map(sp.sympify, args))
        return cls.plain(*terms) if all(t.is_number for t in terms) else super().__new__(cls, *terms)

    def _eval_derivative(self, x: sp.Symbol) -> sp.Expr:
        best, tied = self.better
        parts = []
        for i, a in enumerate(self.args):
            conditions = [best(a, b) for b in self.args[:i]] + [tied(a, b) for b in self.args[i + 1 :]]
            slope = sp.diff(a, x)
            parts.append(Indicator(*conditions) * slope if slope != 0 else slope)
        return sp.Add(*parts)

    def written_out(self, **hints: Any) -> sp.Expr:
        return self.plain(*self.args)


class Largest(Extreme):
    """max(a, b, …)."""

    core, plain, better = "maximum", sp.Max, (sp.Gt, sp.Ge)


class Smallest(Extreme):
    """min(a, b, …)."""

    core, plain, better = "minimum", sp.Min, (sp.Lt, sp.Le)


class Same(Fixed):
    """A condition: what this is outside of the expectation."""

    core, shape = "same", "thing"
