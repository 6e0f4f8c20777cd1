r"""Decide ``lhs = rhs`` and its kin by evidence: proved, confirmed, conditional, refuted or undecided."""

from __future__ import annotations

from dataclasses import replace

from derive.decide.assumptions import able, combinations_of, describe
from derive.decide.evidence import Budget, Evidence, gather
from derive.decide.residual import residual
from derive.decide.witness import find_witness
from derive.kernel import Proposal, Sampled, Trials, Trivial, Verdict
from derive.models.facts import closure
from derive.models.trial import TROUBLE, Claim, Prepared, prepare, run_trial
from derive.terms import App, Big, Expect, Func, Sym

MOST_SETS = 90


def decide_identity(claim: Claim, budget: Budget, refute: bool = True, assume: bool = True) -> Proposal:
    """The proposal for an identity; with ``refute`` false a failing claim stays undecided (it may be a definition)."""
    prepared = prepare(claim)
    evidence = gather(prepared, claim.scope.assumptions, budget)
    if evidence.kind == "equal":
        return proved(prepared, evidence)
    if evidence.kind == "agree":
        verdict = Verdict(
            "confirmed",
            f"Both sides agree to 45 digits at {evidence.points} random points.",
            "balls",
            f"{evidence.points} points",
            "D410",
        )
        return Proposal(verdict, Sampled(claim, "balls", evidence.points, 45, claim.scope.assumptions))
    if evidence.kind == "unknown":
        code = "D201" if evidence.shape else "D501"
        return undecided(evidence.reason, code)
    if assume:
        found = search(prepared, evidence, budget)
        if found is not None:
            return found
    if not refute or evidence.loose:
        reason = (
            f"its symbols {', '.join(sorted(evidence.loose)[:3])} have no meaning here"
            if evidence.loose
            else "the sides differ, but the left one may be defined by it"
        )
        return undecided(reason, "D502")
    return refutation(prepared)


def proved(prepared: Prepared, evidence: Evidence) -> Proposal:
    claim = prepared.claim
    assumed = claim.scope.assumptions
    how = (
        "identity at random points modulo a 61-bit prime"
        if evidence.arithmetic == "modular"
        else f"identity at {evidence.points} random points over every region met"
    )
    message = f"Holds through order {order_of(prepared)} in the increment." if claim.expand else "Both sides are equal."
    verdict = Verdict("proved", message, how, sizes_of(prepared), "D400")
    return Proposal(verdict, Trials(claim, evidence.arithmetic, assumed))


def order_of(prepared: Prepared) -> int:
    from derive.models.trial import taylor_order

    return taylor_order(prepared)


def sizes_of(prepared: Prepared) -> str:
    """``every size`` where no sum, expectation or distribution is involved; else the sizes tried and the error bound."""
    if size_free(prepared):
        return "every size"
    s = prepared.setting
    return f"{s.states} states, {s.actions} actions, groups of {s.group - 1} and {s.group}; error below 2^-50 each"


def size_free(prepared: Prepared) -> bool:
    claim = prepared.claim
    for t in closure((claim.lhs, claim.rhs), claim.scope):
        for x in t.walk():
            if isinstance(x, Big | Expect):
                return False
            if isinstance(x, Func) and x.name in ("mean", "std", "Var", "Cov", "softmax", "KL", "H"):
                return False
            if (
                isinstance(x, App)
                and isinstance(x.head, Sym)
                and x.head.name in ("J", "V", "Q", "A", "v", "q", "D", "H", "I", "d")
            ):
                return False
            if isinstance(x, Sym) and x.name in ("J", "G", "R"):
                return False
    return True


def search(prepared: Prepared, evidence: Evidence, budget: Budget) -> Proposal | None:
    """The smallest set of assumptions under which the claim holds, as a conditional verdict.

    An assumption that alone moves neither side cannot matter; sets are built from those that do.
    """
    stated = prepared.claim.scope.assumptions
    singles = [name for name in able(evidence.traits) if name not in stated]
    base = sides_at(prepared, stated)
    moving = []
    for name in singles:
        under = gather(prepared, stated | {name}, budget)
        if under.kind in ("equal", "agree"):
            return conditional(
                prepared, frozenset({name}), under, residual(prepared.claim, budget) if name == "values-fixed" else None
            )
        if budget.spent():
            return None
        if base is None or sides_at(prepared, stated | {name}) != base:
            moving.append(name)
    for tried, chosen in enumerate(combinations_of(moving)):
        if tried > MOST_SETS or budget.spent():
            return None
        under = gather(prepared, stated | chosen, budget)
        if under.kind in ("equal", "agree"):
            return conditional(prepared, chosen, under)
    return None


def sides_at(prepared: Prepared, assumptions: frozenset[str]) -> str | None:
    """Both sides at one fixed point, for telling whether an assumption moves them; None where there is no such point."""
    try:
        outcome = run_trial(prepared, "modular", 0, assumptions)
    except TROUBLE:
        return None
    return f"{outcome.lhs}|{outcome.rhs}"


def conditional(prepared: Prepared, chosen: frozenset[str], under: Evidence, dropped: str | None = None) -> Proposal:
    claim = prepared.claim
    says = tuple(describe(name) for name in sorted(chosen))
    how = "identity at random points, under assumptions" if under.kind == "equal" else "agreement in balls, under assumptions"
    verdict = Verdict("conditional", f"True only if {'; '.join(says)}.", how, sizes_of(prepared), "D420", says, dropped)
    stated = claim.scope.assumptions | chosen
    if under.kind == "equal":
        return Proposal(verdict, Trials(claim, under.arithmetic, stated))
    return Proposal(verdict, Sampled(claim, "balls", under.points, 45, stated))


def refutation(prepared: Prepared, relation: str = "=") -> Proposal:
    """Refuted with a witness, or undecided when no small one shows it."""
    found = find_witness(prepared, relation, assumptions=prepared.claim.scope.assumptions)
    if found is None:
        return undecided("the sides differ at random points, but no small counterexample was found", "D503")
    witness, values, _ = found
    message = f"The two sides differ: at a small example the left side is {values['lhs']} and the right side is {values['rhs']}."
    return Proposal(
        Verdict(
            "refuted",
            message,
            "counterexample in exact arithmetic" if witness.arithmetic == "rational" else "counterexample in rigorous balls",
            "",
            "D401",
            witness=values,
        ),
        witness,
    )


def undecided(reason: str, code: str = "D501") -> Proposal:
    return Proposal(Verdict("undecided", f"Not decided: {reason}.", code=code), Trivial())


def relabel(proposal: Proposal, **changes: object) -> Proposal:
    """The proposal with parts of its verdict said otherwise."""
    return replace(proposal, verdict=replace(proposal.verdict, **changes))  # type: ignore[arg-type]
