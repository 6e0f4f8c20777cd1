r"""Rules at work on SymPy objects: every place where one applies, what it makes of them there, and what must hold for that.

>>> from derive.symbolic.spelling import from_latex
>>> start = from_latex(r"\sum_a\nabla_\theta\pi_\theta(a\mid s)", parameters=["theta"])
>>> apply("log-derivative", start).expr
SumOver((Gradient(log(Probability(Policy(pi, theta), a, s)), theta))*Probability(Policy(pi, theta), a, s), (a,))
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from derive.core.terms import CoreClaim
from derive.rules.applying.application import Applied, NotApplicable, applications, picked
from derive.rules.formulas import Formula
from derive.symbolic.crossing import Bridge
from derive.symbolic.spelling import MADE
from derive.verify.verdicts import HOLDS


@dataclass(frozen=True)
class Rewritten:
    """What a rule makes of an object at one place; the conditions are relations of SymPy, each shown to hold or to be assumed."""

    rule: str
    expr: Any
    relation: str
    conditions: tuple[tuple[Any, bool], ...]
    applied: Applied

    @property
    def status(self) -> str:
        """The judge's verdict on the step, under its conditions."""
        return self.applied.finding()


def places(rule: str, expr: Any, backwards: bool = False, letters: Mapping[str, str] | None = None) -> list[Rewritten]:
    """Every place where a rule applies to an object, with what it makes of it there.

    Raises: Unbridged; NotApplicable where there is no such rule.
    """
    bridge = Bridge()
    formula = Formula(bridge.to_core(expr), bridge.names)
    return [rewritten(made, bridge) for made in applications(rule, formula, backwards, letters) if not made.open]


def rewritten(made: Applied, bridge: Bridge) -> Rewritten:
    bridge.names.update(made.after.names)
    conditions = tuple((relation(c.claim, bridge), c.holds) for c in made.conditions if c.claim is not None)
    return Rewritten(made.rule, bridge.to_sympy(made.after.term), made.relation, conditions, made)


def relation(claim: CoreClaim, bridge: Bridge) -> Any:
    """A claim as a relation of SymPy."""
    return MADE[claim.relation](bridge.to_sympy(claim.lhs), bridge.to_sympy(claim.rhs), evaluate=False)


def apply(rule: str, expr: Any, at: int = 1, backwards: bool = False, letters: Mapping[str, str] | None = None) -> Rewritten:
    """What a rule makes of an object at the first place where it applies, or at another (``at``, from 1 on); ``letters`` gives LaTeX for the rule's own.

    Raises: NotApplicable where it does not apply, or where the judge does not hold what it gives.
    """
    bridge = Bridge()
    term, assumed = bridge.to_core(expr), tuple(bridge.assumed(expr.free_symbols))
    formula = Formula(term, bridge.names, assumed)
    made = rewritten(picked(applications(rule, formula, backwards, letters), at, rule, expr), bridge)
    if made.status not in HOLDS:
        raise NotApplicable(f"{rule} gives {made.expr}, and that is {made.status}")
    return made


__all__ = ["Rewritten", "apply", "places"]
