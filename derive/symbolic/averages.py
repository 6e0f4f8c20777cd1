r"""Sums, products, extremes, expectations: classes that bind a letter, and what they are made of.

>>> from derive.symbolic.lettering import action, parameter, policy_letter, state
>>> from derive.symbolic.field import Policy
>>> s, a, theta = state("s"), action("a"), parameter("theta")
>>> pi = Policy(policy_letter("pi"), theta)
>>> sp.diff(SumOver(Probability(pi, a, s), a), theta)
SumOver((Gradient(log(Probability(Policy(pi, theta), a, s)), theta))*Probability(Policy(pi, theta), a, s), (a,))
"""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.printing.precedence import PRECEDENCE

from derive.symbolic.base import Binder, Unsupported, whole
from derive.symbolic.field import (
    ActionLaw,
    Call,
    Mass,
    NextLaw,
    PathProbability,
    Probability,
    StartProbability,
    Transition,
    Value,
)
from derive.symbolic.lettering import Letter, state
from derive.symbolic.tensors import shape as shape_of


class Shaped(Binder):
    """A binder whose value has the shape of its body."""

    @property
    def shape(self) -> str:  # type: ignore[override]
        return shape_of(self.body)


class SumOver(Shaped):
    """Σ of the body: over a finite sort, ``(a,)``, or over whole numbers, ``(k, 1, n)``; conditions may follow."""

    core = "sum"

    def _eval_derivative(self, x: sp.Symbol) -> sp.Expr:
        if self.outside(x):
            raise Unsupported(f"a sum whose range moves with {x}")
        safe = self.renamed({x})
        made = sp.diff(safe.body, x)
        return sp.S.Zero if made == 0 else safe.rebuilt(made, safe.letters, safe.bounds, safe.where)

    def doit(self, **hints: Any) -> sp.Expr:
        """The sum in closed form where SymPy has one, for bounds that are in order; else the sum."""
        body = self.body.doit(**hints)
        if self.where or len(self.bounds) != 2 or not all(b.is_Integer for b in self.bounds):
            return self.rebuilt(body, self.letters, self.bounds, self.where)
        low, high = (int(b) for b in self.bounds)
        return sp.Add(*(body.subs(self.letters[0], k) for k in range(low, high + 1)))


class ProductOver(Shaped):
    """Π of the body."""

    core = "prod"

    def _eval_derivative(self, x: sp.Symbol) -> sp.Expr:
        if self.outside(x):
            raise Unsupported(f"a product whose range moves with {x}")
        safe = self.renamed({x})
        made = sp.diff(sp.log(safe.body), x)
        return sp.S.Zero if made == 0 else safe * SumOver(made, (*safe.letters, *safe.bounds), *safe.where)


class MaxOver(Shaped):
    """The largest value of the body; it has corners."""

    core = "max"


class MinOver(MaxOver):
    core = "min"


class BestOf(MaxOver):
    """The set of arguments at which the body is largest."""

    core = "argmax"

    @property
    def shape(self) -> str:  # type: ignore[override]
        return "thing"


class WorstOf(BestOf):
    core = "argmin"


class Limit(Shaped):
    """The limit of the body where a letter tends to a point: ``Limit(body, (x, 0))``."""

    core = "limit"


class IntegralOver(Shaped):
    """∫ of the body: ``IntegralOver(body, (x, low, high))``; ``doit`` is SymPy's."""

    core = "integral"

    def _eval_derivative(self, x: sp.Symbol) -> sp.Expr:
        if self.outside(x):
            raise Unsupported(f"an integral whose bounds move with {x}")
        safe = self.renamed({x})
        return safe.rebuilt(sp.diff(safe.body, x), safe.letters, safe.bounds, ())

    def doit(self, **hints: Any) -> sp.Expr:
        return sp.Integral(self.body, (*self.letters, *self.bounds)).doit(**hints)


class Expectation(Shaped):
    """E of the body over a law: ``Expectation(f, (a, law))``."""

    precedence = PRECEDENCE["Atom"]

    core = "expect"

    @property
    def weight(self) -> sp.Expr:
        """The probability of the bound letter."""
        return mass_in(self.bounds[0], self.letters[0])

    def _eval_derivative(self, x: sp.Symbol) -> sp.Expr:
        safe = self.renamed({x})
        made = sp.diff(safe.body, x)
        if self.outside(x):
            made = made + safe.body * sp.diff(sp.log(safe.weight), x)
        return sp.S.Zero if made == 0 else safe.rebuilt(made, safe.letters, safe.bounds, safe.where)

    def doit(self, **hints: Any) -> sp.Expr:
        """The sum that it is."""
        return SumOver(self.weight * self.body.doit(**hints), self.letters)


def mass_in(law: sp.Expr, x: sp.Expr) -> sp.Expr:
    """The probability of an outcome under a law, by the name that it has."""
    if isinstance(law, ActionLaw):
        return Probability(law.args[0], x, law.args[1])
    return Transition(x, *law.args) if isinstance(law, NextLaw) else Mass(law, x)


class Average(Shaped):
    """E of random variables, given conditions: ``Average(body, (), conditions…)``."""

    precedence = PRECEDENCE["Atom"]

    core, width = "mean", 0


class EpisodeMean(Shaped):
    """E over episodes of a policy, given conditions: ``EpisodeMean(body, (policy,), conditions…)``."""

    precedence = PRECEDENCE["Atom"]

    core, width = "episode", 0

    def _eval_derivative(self, x: sp.Symbol) -> sp.Expr:
        """The log-derivative of the episode's probability, where nothing is given."""
        if self.where:
            return whole(self, x)
        made = sp.diff(self.body, x)
        if self.outside(x):
            made = made + self.body * sp.diff(sp.log(PathProbability(self.bounds[0])), x)
        return sp.S.Zero if made == 0 else self.rebuilt(made, (), self.bounds, ())


class OverPaths(Shaped):
    """A sum over all episodes."""

    precedence = PRECEDENCE["Atom"]

    core, width = "all_paths", 0

    def _eval_derivative(self, x: sp.Symbol) -> sp.Expr:
        return self.rebuilt(sp.diff(self.body, x), (), (), ())


def Ratio(new: sp.Expr, old: sp.Expr, a: sp.Expr, s: sp.Expr) -> sp.Expr:
    """π_new(a|s) / π_old(a|s)."""
    return Probability(new, a, s) / Probability(old, a, s)


def Objective(policy: sp.Expr) -> sp.Expr:
    """J: the value of the state in which an episode begins, on average."""
    s = state("s").fresh(policy.free_symbols)
    return SumOver(StartProbability(s) * Value(policy, s), s)


def GroupMean(values: Letter, size: sp.Expr, i: Letter) -> sp.Expr:
    """The mean of a group's numbers: ``GroupMean(r, n, i)``."""
    return SumOver(Call(values, i), (i, 1, size)) / size


def GroupStd(values: Letter, size: sp.Expr, i: Letter) -> sp.Expr:
    """The standard deviation of a group's numbers, over n."""
    return sp.sqrt(SumOver((Call(values, i) - GroupMean(values, size, i)) ** 2, (i, 1, size)) / size)


def StopGradient(body: sp.Expr, letter: sp.Symbol, held: sp.Symbol) -> sp.Expr:
    """The body with its parameters held at others, which do not move."""
    return body.subs(letter, held)
