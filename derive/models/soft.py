r"""Soft values: the rewards of a policy with α times its entropy at every step.

Math:
    V(s) = Σ_a π(a|s) [Q(s,a) − α log π(a|s)],   Q(s,a) = Σ_{s'} P(s'|s,a) [r(s,a,s') + γ V(s')]
    V*(s) = α log Σ_a exp(Q*(s,a)/α),   π*(a|s) = exp((Q*(s,a) − V*(s))/α)

They are another meaning of the same letters, in force under the assumption ``soft-values``, which only a claim that writes a
temperature beside log π, an entropy or Q/α has a use for.

Source: Haarnoja et al. 2018; Ziebart 2010.
"""

from __future__ import annotations

from typing import Any

from derive.models.draws import Exhausted
from derive.models.heads import POLICIES, head_of
from derive.models.world import TERMINAL, World
from derive.terms import App, Div, Func, Mul, Neg, Paren, Sym, Term

TEMPERATURES = frozenset({"alpha", "beta", "tau", "lambda", "eta"})
VALUES = frozenset({"V", "v", "Q", "q", "A"})

Values = tuple[dict[int, Any], dict[tuple[int, int], Any]]


def temperature_of(terms: list[Term]) -> Sym | None:
    """The letter that weighs log π, an entropy of a policy, or divides the values in an exponential, where true values are spoken of."""
    spoken = any(true_value(x) for t in terms for x in t.walk())
    found = {y for t in terms for x in t.walk() for y in weighing(x)} if spoken else set()
    return found.pop() if len(found) == 1 else None


def true_value(t: Term) -> bool:
    return isinstance(t, Sym) and head_of(t).base in VALUES and (head_of(t).policy is not None or "*" in head_of(t).labels)


def weighing(t: Term) -> set[Sym]:
    """The temperatures of one factor: the α of α log π(a|s), of α H(π), of Q(s,a)/α."""
    if isinstance(t, Mul):
        letters = {f for f in t.factors if isinstance(f, Sym) and f.name in TEMPERATURES and not (f.subs or f.sups)}
        return letters if any(of_policy(f) for f in t.factors) else set()
    if isinstance(t, Div) and isinstance(t.den, Sym) and t.den.name in TEMPERATURES and not (t.den.subs or t.den.sups):
        return {t.den} if any(true_value(x) for x in t.num.walk()) else set()
    return set()


def of_policy(t: Term) -> bool:
    """log π(a|s), its like in brackets, and entropies of a policy."""
    while isinstance(t, Paren | Neg):
        t = t.body
    inside = t.args if isinstance(t, Func) and t.name in ("log", "ln", "H") else ()
    if isinstance(t, App) and isinstance(t.head, Sym) and head_of(t.head).base == "H":
        inside = t.args
    return any(isinstance(x, Sym) and x.name in POLICIES for a in inside for x in a.walk())


class SoftWorld(World):
    """A world whose V, Q and A are soft; ``temperature`` is α."""

    soft = True
    temperature: Any = None

    def valued(self, mean: Any, probabilities: list[Any]) -> Any:
        """Σ_a π(a|s) Q(s,a) with the bonus −α Σ_a π(a|s) log π(a|s)."""
        shares = (self.mul(p, self.log(p)) for p in probabilities if not (type(p) is int and p in (0, 1)))
        return self.sub(mean, self.mul(self.temperature, self.total(shares)))

    def _solved(self, act: Any) -> Any:
        raise Exhausted("soft values of a process that never ends")

    def optimal(self) -> Values:
        """Soft V* and Q*, by backward induction."""
        if self.setting.endless:
            raise Exhausted("soft values of a process that never ends")
        if "optimal" not in self.memo:
            v: dict[int, Any] = {TERMINAL: 0}
            q: dict[tuple[int, int], Any] = {}
            gamma, actions = self.gamma(), range(self.setting.actions)
            for s in reversed(range(self.setting.states)):
                for a in actions:
                    q[s, a] = self.total(
                        self.mul(p, self.add(self.reward(s, a, n), self.mul(gamma, v[n])))
                        for n, p in self.transition(s, a).items()
                    )
                whole = self.total(self.exp(self.div(q[s, a], self.temperature)) for a in actions)
                v[s] = self.mul(self.temperature, self.log(whole))
            self.memo["optimal"] = (v, q)
        return self.memo["optimal"]

    def best(self, s: int) -> list[Any]:
        """π*(·|s) = exp((Q* − V*)/α)."""
        _, q = self.optimal()
        weights = [self.exp(self.div(q[s, a], self.temperature)) for a in range(self.setting.actions)]
        whole = self.total(weights)
        return [self.div(x, whole) for x in weights]
