r"""One formula, proved: every link of it a theorem, or the definition of a symbol."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from derive.decide.assumptions import describe
from derive.decide.evidence import Budget
from derive.decide.relations import closed, decide, number_verdict
from derive.derivation.given import CONDITIONS, DEFINING, StepError, bare, head, numeric, read, setup_of, several, take
from derive.kernel import HOLDS, Numbers, Proposal, Rejected, Theorem, Trivial, Verdict, admit, theorem
from derive.models.closed import compare_closed
from derive.models.core import Unknown
from derive.models.scope import Scope
from derive.models.times import reward_shift
from derive.models.trial import Claim
from derive.notation import parse
from derive.notation.printer import to_latex
from derive.statements import Formula, Relation
from derive.terms import Missing, Rel, Sym, Term
from derive.values.arith import Undefined

STEPS = 3_000_000


@dataclass(frozen=True, slots=True, repr=False)
class Proved:
    """A formula that may be printed: every link of it is a theorem, or introduces a symbol.

    ``latex`` is the formula as printed; reading it gives ``formula`` back.
    """

    latex: str
    formula: Formula
    theorems: tuple[Theorem, ...]
    defines: tuple[Verdict, ...] = ()
    given: tuple[str, ...] = ()
    assuming: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """The weakest status among the links."""
        order = ("conditional", "confirmed", "proved", "definition")
        found = {t.verdict.status for t in self.theorems} | {v.status for v in self.defines}
        return next(s for s in order if s in found)

    @property
    def conditions(self) -> tuple[str, ...]:
        """What the formula assumes, in plain words."""
        said = [describe(name) for name in self.assuming]
        for t in self.theorems:
            said.extend(a for a in t.verdict.assumptions if a not in said)
        return tuple(said)

    @property
    def evidence(self) -> str:
        """How the kernel decided it."""
        said = []
        for t in self.theorems:
            text = ", ".join(part for part in (t.verdict.method, t.verdict.sizes) if part)
            if text and text not in said:
                said.append(text)
        return "; ".join(said) or "definition"

    def __repr__(self) -> str:
        return f"{self.latex}  ({self.status}: {self.evidence})"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex}$"


def stated(proved: Proved) -> Proved:
    """The formula, unless it holds only under something that it does not state.

    Raises:
        StepError: with the condition that is missing.
    """
    for t in proved.theorems:
        if t.verdict.assumptions:
            says = "; ".join(t.verdict.assumptions)
            raise StepError(f"{to_latex(t.claim.lhs)} {t.claim.relation} {to_latex(t.claim.rhs)} holds only if {says}", t.verdict)
    return proved


def prove(latex: str, given: Iterable[str] = (), assuming: Iterable[str] = (), define: bool = False) -> Proved:
    r"""The formula with a theorem for each of its links; with ``define`` its first left side is introduced by it.

    >>> prove(r"\frac{8-5}{\sqrt{5}}\approx 1.34").status
    'proved'

    Raises:
        StepError: a link does not hold, or is not decided.
    """
    return _proved(latex, several("given", given), several("assuming", assuming), define)


@lru_cache(maxsize=4096)
def _proved(latex: str, given: tuple[str, ...], assuming: tuple[str, ...], define: bool) -> Proved:
    setup = setup_of(given, assuming)
    formula = read(latex, setup.lexicon)
    scope, theorems, defines = setup.scope, [], []
    for statement in formula.statements:
        if not statement.rels:
            raise StepError(f"{to_latex(statement)} says nothing that could be proved")
        here = tuple(c for c in statement.conditions if isinstance(c, Rel) and c.op in CONDITIONS)
        within = replace(scope, conditions=(*scope.conditions, *here))
        for i, (lhs, rel, rhs) in enumerate(statement.links()):
            if isinstance(lhs, Missing) or isinstance(rhs, Missing):
                raise StepError(f"{to_latex(statement)} has a side missing")
            if define and i == 0 and rel.op in DEFINING and head(lhs) is not None:
                proposal = Proposal(Verdict("definition", f"Defines {to_latex(bare(lhs))}.", code="D001"), Trivial())
                defines.append(admit(proposal))
                scope = take(scope, replace(statement, terms=(lhs, rhs), rels=(rel,)))
                within = replace(scope, conditions=within.conditions)
            else:
                theorems.append(prove_link(lhs, rel, rhs, within))
    printed = to_latex(formula)
    if parse(printed, setup.lexicon) != formula:
        raise StepError(f"printed as {printed}, which reads back as something else")
    return Proved(printed, formula, tuple(theorems), tuple(defines), given, assuming)


def prove_link(lhs: Term, rel: Relation, rhs: Term, scope: Scope) -> Theorem:
    """The theorem ``lhs rel rhs`` in a scope.

    Raises:
        StepError: the kernel does not admit it; with the residual or the witness.
    """
    op = "=" if rel.op in DEFINING else rel.op
    shift = reward_shift([lhs, rhs])
    claim = Claim(lhs, rhs, op, replace(scope, reward_shift=scope.reward_shift if shift is None else shift))
    proposal = propose(claim)
    if proposal.verdict.status not in HOLDS and claim.scope.reward_shift is None and _rewards(lhs, rhs):
        # the reward that follows a step may be called R_{t+1}: the theorem's scope then says so
        claim = replace(claim, scope=replace(claim.scope, reward_shift=1))
        second = propose(claim)
        proposal = second if second.verdict.status in HOLDS else proposal
    verdict = proposal.verdict
    made = proposal.certificate.claim if not isinstance(proposal.certificate, Trivial) else claim
    if verdict.status in HOLDS:
        try:
            return theorem(made, proposal)
        except Rejected as why:
            verdict = Verdict("undecided", f"the kernel did not admit it: {why}", code="D591")
    raise StepError(f"{to_latex(lhs)} {op} {to_latex(rhs)} is {verdict.status}: {verdict.message}{_shown(verdict)}", verdict)


def _rewards(*sides: Term) -> bool:
    return any(isinstance(x, Sym) and x.name in ("R", "r") and x.subs for side in sides for x in side.walk())


def propose(claim: Claim) -> Proposal:
    """A proposal for a claim: a computation where the given data make it one, else a claim about all values."""
    numbers = numeric(claim.rhs) or numeric(claim.lhs)
    if claim.scope.use_data and numbers and not (closed(claim.lhs) and closed(claim.rhs)):
        try:
            comparison = compare_closed(claim.lhs, claim.rhs, claim.relation, claim.scope)
        except (Unknown, Undefined, TypeError, ValueError, AttributeError, KeyError, IndexError):
            comparison = None
        if comparison is not None and comparison.supports in ("proved", "confirmed", "refuted"):
            return Proposal(number_verdict(comparison), Numbers(claim, comparison))
    general = claim if not claim.scope.use_data else replace(claim, scope=replace(claim.scope, use_data=False))
    found = decide(general, Budget(STEPS))
    if found.verdict.status in HOLDS or not claim.scope.use_data:
        return found
    with_data = decide(claim, Budget(STEPS))
    return with_data if with_data.verdict.status in HOLDS else found


def _shown(verdict: Verdict) -> str:
    """The witness and the residual, as an appendix to a message."""
    parts = []
    if verdict.residual:
        parts.append(f"left minus right is {verdict.residual}")
    if verdict.witness:
        parts.append("for example " + ", ".join(f"{k} = {v}" for k, v in verdict.witness.items()))
    return "" if not parts else " (" + "; ".join(parts) + ")"
