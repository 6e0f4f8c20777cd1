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

from derive.symbolic.base import Binder, Operation, Unsupported, whole
from derive.symbolic.field import (
    ActionLaw,
    Call,
    Mass,
    NextLaw,
    PathProbability,
    Probability,
    Smooth,
    StartProbability,
    Transition,
    Value,
)
from derive.symbolic.lettering import state
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

    def written_out(self, **hints: Any) -> sp.Expr:
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

    def written_out(self, **hints: Any) -> sp.Expr:
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


class Ratio(Operation):
    """π_new(a|s) / π_old(a|s), under one name: ``Ratio(new, old, a, s)``.

    >>> from derive.symbolic.lettering import action, policy_letter, state
    >>> made = Ratio(policy_letter("p"), policy_letter("q"), action("a"), state("s"))
    >>> made.doit(), made.subs(policy_letter("q"), policy_letter("p"))
    (Probability(p, a, s)/Probability(q, a, s), 1)
    """

    is_positive = True

    def __new__(cls, new: Any, old: Any, a: Any, s: Any) -> Any:
        return sp.S.One if new == old else super().__new__(cls, new, old, a, s)

    def written_out(self, **hints: Any) -> sp.Expr:
        new, old, a, s = self.args
        return Probability(new, a, s) / Probability(old, a, s)

    def _eval_derivative(self, x: sp.Symbol) -> sp.Expr:
        new, old, a, s = self.args
        return self * (sp.diff(sp.log(Probability(new, a, s)), x) - sp.diff(sp.log(Probability(old, a, s)), x))


class Objective(Smooth):
    """J: the value of the state in which an episode begins, on average."""

    core = "objective"

    def written_out(self, **hints: Any) -> sp.Expr:
        s = state("s").fresh(self.free_symbols)
        return SumOver(StartProbability(s) * Value(self.args[0], s), s)


class OfGroup(Operation):
    """A number made from those of a group: ``GroupMean(r, n, i)`` of r_1, …, r_n; i is bound."""

    def __new__(cls, values: Any, size: Any, i: Any) -> Any:
        if not isinstance(i, sp.Symbol):
            raise TypeError(f"{cls.__name__} binds a letter, not {i}")
        return super().__new__(cls, values, size, i)

    @property
    def bound_symbols(self) -> set[sp.Symbol]:
        return {self.args[2]}

    @property
    def free_symbols(self) -> set[sp.Basic]:
        return self.args[0].free_symbols | self.args[1].free_symbols

    def _eval_subs(self, old: sp.Basic, new: sp.Basic) -> sp.Basic:
        """Substitution that neither touches nor captures what is bound."""
        values, size, i = self.args
        values, size = values._subs(old, new), size._subs(old, new)
        return self.func(values, size, i.fresh(values.free_symbols) if i in values.free_symbols else i)

    def mean(self, of: Any) -> sp.Expr:
        """The mean of what is made of each member's number."""
        values, size, i = self.args
        return SumOver(of(Call(values, i)), (i, 1, size)) / size


class GroupMean(OfGroup):
    r"""The mean of a group's numbers.

    >>> from derive.symbolic.lettering import index, mapping
    >>> sp.latex(GroupMean(mapping("r", index("i").kind), index("n"), index("i")))
    '\\operatorname{mean}\\left(r_{1},\\dots,r_{n}\\right)'
    """

    word = "mean"

    def written_out(self, **hints: Any) -> sp.Expr:
        return self.mean(lambda r: r)

    def _eval_derivative(self, x: sp.Symbol) -> sp.Expr:
        return sp.diff(self.written_out(), x)


class GroupStd(OfGroup):
    """The standard deviation of a group's numbers, over n."""

    word = "std"
    is_nonnegative = True

    def written_out(self, **hints: Any) -> sp.Expr:
        middle = GroupMean(*self.args).written_out()
        return sp.sqrt(self.mean(lambda r: (r - middle) ** 2))

    def _eval_derivative(self, x: sp.Symbol) -> sp.Expr:
        return sp.diff(self.written_out() ** 2, x) / (2 * self)


#: Classes that core has no word for: they cross the bridge as what they are names for.
SHORTHANDS = (Ratio, OfGroup)
