"""What is given with a single claim: definitions, data, conditions and conventions, each taken for what it can only be."""

from __future__ import annotations

from dataclasses import dataclass, replace

from derive.check.customs import known
from derive.check.definitions import Definitions
from derive.check.dialects import common
from derive.check.shapes import assignable, definable, numeric, symbol_of
from derive.models.heads import head_of
from derive.models.kernel import ORDERS
from derive.models.masses import summed_to_one
from derive.models.trial import Claim, prepare
from derive.statements import Formula
from derive.terms import App, Rel, Sym, Term, Transpose

ADOPTED = (
    "soft-values",
    "values-fixed",
    "values-exact",
    "advantage-unbiased",
    "gamma-one",
    "visitation",
    "start-state",
    "one:lambda",
    "zero:lambda",
)
DEFINES = frozenset({":=", r"\coloneqq", r"\doteq", r"\triangleq", r"\equiv", r"\overset{\text{def}}{=}"})


@dataclass(slots=True)
class Givens(Definitions):
    """Takes what is given with a single claim."""

    def trust(self) -> None:
        """Read single claims: their symbols mean what is given, and free ones stand for anything."""
        self.trusting = True
        self.scope = replace(self.scope, trusting=True)

    def give(self, formula: Formula) -> None:
        """Take statements as given: definitions, data, conditions, assumptions."""
        self.trust()
        for statement in formula.statements:
            for condition in statement.conditions:
                if isinstance(condition, Rel):
                    self.scope = replace(self.scope, conditions=(*self.scope.conditions, condition))
            links = list(statement.links())
            if len(links) > 1 and all(r.op in ORDERS for _, r, _ in links):
                self.scope = replace(self.scope, conditions=(*self.scope.conditions, *(Rel(r.op, a, b) for a, r, b in links)))
                continue
            for lhs, rel, rhs in links:
                if isinstance(rhs, App) and isinstance(lhs, Sym) and head_of(lhs).base in ("s", "S", "a", "A") and rel.op == "=":
                    name = "deterministic-transitions" if head_of(lhs).base in ("s", "S") else "deterministic-policy"
                    self.scope = replace(self.scope, assumptions=self.scope.assumptions | {name})
                elif not statement.remarks or not numeric(statement.terms[-1]):
                    self.take(lhs, rel.op, rhs)

    def take(self, lhs: Term, op: str, rhs: Term) -> None:
        self.open_budget()
        lhs, rhs = common(lhs), common(rhs)
        if op in ORDERS or op in (r"\ne", r"\neq", r"\sim", r"\in"):
            self.scope = replace(self.scope, conditions=(*self.scope.conditions, Rel(op, lhs, rhs)))
            return
        if op not in ("=", r"\equiv", *DEFINES):
            return
        if summed_to_one(Rel(op, lhs, rhs)):
            self.scope = replace(self.scope, conditions=(*self.scope.conditions, Rel("=", lhs, rhs)))
            return
        if numeric(rhs) and assignable(lhs):
            self.assign(lhs, rhs)
            self.scope = replace(self.scope, use_data=True)
            return
        if isinstance(rhs, Transpose) and rhs.body == lhs and isinstance(lhs, Sym):
            self.scope = replace(self.scope, symmetric=self.scope.symmetric | {lhs.name})
            return
        sort = known(lhs) if definable(lhs) else "compound"
        if definable(lhs) and not sort:
            self.define(lhs, rhs)
            return
        claim = self.fit_shift(Claim(lhs, rhs, "=", self.reading(lhs, rhs)))
        self.scope = replace(self.scope, beyond=max(self.scope.beyond, prepare(claim).facts.beyond))
        self.learn(lhs, rhs)
        if definable(lhs) and head_of(symbol_of(lhs)).base in ("J", "eta"):
            self.define(lhs, rhs)
            return
        plain_case = self.judge(claim, share=2)
        if plain_case.verdict.status in ("proved", "confirmed"):
            return
        for name in ADOPTED:
            under = replace(claim, scope=replace(claim.scope, assumptions=claim.scope.assumptions | {name}))
            if self.judge(under, share=4).verdict.status == "proved":
                self.scope = replace(self.scope, assumptions=self.scope.assumptions | {name})
                return
        if definable(lhs):
            self.define(lhs, rhs)
