"""Divergences and entropies of distributions: written out, and differentiated as the sums that they are."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.core.types import ACTION, STATE, element
from derive.symbolic.averages import SumOver, mass_in
from derive.symbolic.base import Operation, Unsupported
from derive.symbolic.field import ActionLaw, NextLaw, Policy
from derive.symbolic.lettering import Letter


def outcome_of(law: sp.Basic) -> Letter:
    """A letter for the outcomes of a law."""
    if isinstance(law, ActionLaw):
        made = Letter("a", ACTION)
    elif isinstance(law, NextLaw):
        made = Letter("s'", STATE)
    elif isinstance(law, Policy):
        return outcome_of(law.args[0])
    elif isinstance(law, Letter):
        made = Letter("x", element(law.kind.args[0]))
    else:
        raise Unsupported(f"{law} is no distribution")
    return made


class OfLaws(Operation):
    """A number made from the masses of distributions."""

    def summand(self, *masses: sp.Expr) -> sp.Expr:
        raise Unsupported(type(self).__name__)

    def written_out(self, **hints: Any) -> sp.Expr:
        """The sum that it is."""
        x = outcome_of(self.args[0]).fresh(self.free_symbols)
        return SumOver(self.summand(*(mass_in(law, x) for law in self.args)), x)

    def _eval_derivative(self, x: sp.Symbol) -> sp.Expr:
        return sp.diff(self.written_out(), x)


class Divergence(OfLaws):
    """KL(p‖q) in nats: ``Divergence(p, q)``."""

    core = "divergence"
    is_nonnegative = True

    def summand(self, *masses: sp.Expr) -> sp.Expr:
        p, q = masses
        return p * (sp.log(p) - sp.log(q))


class CrossEntropy(OfLaws):
    """−Σ p log q."""

    core = "cross_entropy"

    def summand(self, *masses: sp.Expr) -> sp.Expr:
        p, q = masses
        return -p * sp.log(q)


class Entropy(OfLaws):
    """−Σ p log p."""

    core = "entropy"

    def summand(self, *masses: sp.Expr) -> sp.Expr:
        (p,) = masses
        return -p * sp.log(p)


class TotalVariation(OfLaws):
    """Half the sum of the distances; it has corners."""

    core = "total_variation"
    is_nonnegative = True

    def summand(self, *masses: sp.Expr) -> sp.Expr:
        p, q = masses
        return sp.Abs(p - q) / 2

    def _eval_derivative(self, x: sp.Symbol) -> sp.Expr:
        raise Unsupported("the total variation distance has corners")
