r"""Decide ``lhs = rhs`` and its kin by evidence: proved, confirmed, conditional, refuted or undecided."""

from __future__ import annotations

from dataclasses import replace

from derive.decide.assumptions import EXCLUSIVE, able, combinations_of, describe
from derive.decide.evidence import Evidence, gather, glance
from derive.decide.residual import residual
from derive.decide.witness import find_witness
from derive.models.kernel import EVERY_SIZE, Proposal, Sampled, Trials, Trivial, Verdict, at_every_size
from derive.models.trial import Claim, Prepared, prepare
from derive.values.budget import Budget

MOST_SETS = 90
DIFFER = "the sides differ, but the left one may be defined by it"
DIFFERENT = Evidence("different")


def decide_identity(claim: Claim, budget: Budget, refute: bool = True, assume: bool = True) -> Proposal:
    """The proposal for an identity; with ``refute`` false a failing claim stays undecided (it may be a definition)."""
    prepared = prepare(claim)
    brief = budget.brief or not (refute or assume)
    if brief and glance(prepared, claim.scope.assumptions, budget).differ:
        return undecided(DIFFER, "D502")
    evidence = gather(prepared, claim.scope.assumptions, budget)
    if evidence.kind == "equal":
        return proved(prepared, evidence, budget)
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
    if brief:
        return undecided(DIFFER, "D502")
    if assume:
        found = search(prepared, evidence, budget)
        if found is not None:
            return found
    if not refute or evidence.loose:
        reason = f"its symbols {', '.join(sorted(evidence.loose)[:3])} have no meaning here" if evidence.loose else DIFFER
        return undecided(reason, "D502")
    return refutation(prepared, budget)


def proved(prepared: Prepared, evidence: Evidence, budget: Budget) -> Proposal:
    claim = prepared.claim
    assumed = claim.scope.assumptions
    how = (
        "identity at random points modulo a 61-bit prime"
        if evidence.arithmetic == "modular"
        else f"identity at {evidence.points} random points over every region met"
    )
    message = f"Holds through order {order_of(prepared)} in the increment." if claim.expand else "Both sides are equal."
    certificate = Trials(claim, evidence.arithmetic, assumed)
    if not budget.brief:
        certificate = lifted(certificate)
    return Proposal(Verdict("proved", message, how, sizes_of(certificate, prepared), "D400"), certificate)


def order_of(prepared: Prepared) -> int:
    from derive.models.trial import taylor_order

    return taylor_order(prepared)


def sizes_of(certificate: Trials, prepared: Prepared) -> str:
    """``every size`` where the sizes tried stand for all; else the sizes tried and the error bound."""
    if certificate.every_size:
        return EVERY_SIZE
    return sizes_tried(prepared)


def sizes_tried(prepared: Prepared) -> str:
    s = prepared.setting
    return f"{s.states} states, {s.actions} and {s.actions + 1} actions, groups of {s.group - 1} and {s.group}; error below 2^-50 each"


def lifted(certificate: Trials) -> Trials:
    """The certificate for every size, if it holds at the sizes that stand for all."""
    for_all = replace(certificate, every_size=True)
    return for_all if at_every_size(for_all, 0) else certificate


def search(prepared: Prepared, evidence: Evidence, budget: Budget) -> Proposal | None:
    """The smallest set of assumptions under which the claim holds, as a conditional verdict.

    An assumption that alone moves neither side cannot matter; sets are built from those that do.
    """
    stated = prepared.claim.scope.assumptions
    apart = {x for pair in EXCLUSIVE if pair & stated for x in pair}
    singles = [name for name in able(evidence.traits) if name not in stated | apart]
    base = (evidence.sides or glance(prepared, stated, budget).sides) if singles else ""
    moving = []
    for name in singles:
        seen = glance(prepared, stated | {name}, budget)
        under = DIFFERENT if seen.differ else gather(prepared, stated | {name}, budget)
        if under.kind in ("equal", "agree"):
            return conditional(
                prepared, frozenset({name}), under, residual(prepared.claim, budget) if name == "values-fixed" else None
            )
        if budget.spent():
            return undecided("the budget is spent before every assumption was tried")
        if not base or seen.sides != base:
            moving.append(name)
    for tried, chosen in enumerate(combinations_of(moving)):
        if tried > MOST_SETS:
            return None
        if budget.spent():
            return undecided("the budget is spent before every assumption was tried")
        under = DIFFERENT if glance(prepared, stated | chosen, budget).differ else gather(prepared, stated | chosen, budget)
        if under.kind in ("equal", "agree"):
            return conditional(prepared, chosen, under)
    return None


def conditional(prepared: Prepared, chosen: frozenset[str], under: Evidence, dropped: str | None = None) -> Proposal:
    claim = prepared.claim
    says = tuple(describe(name) for name in sorted(chosen))
    how = "identity at random points, under assumptions" if under.kind == "equal" else "agreement in balls, under assumptions"
    stated = claim.scope.assumptions | chosen
    message = f"True only if {'; '.join(says)}."
    if under.kind == "equal":
        certificate = lifted(Trials(claim, under.arithmetic, stated))
        return Proposal(Verdict("conditional", message, how, sizes_of(certificate, prepared), "D420", says, dropped), certificate)
    verdict = Verdict("conditional", message, how, sizes_tried(prepared), "D420", says, dropped)
    return Proposal(verdict, Sampled(claim, "balls", under.points, 45, stated))


def refutation(prepared: Prepared, budget: Budget, relation: str = "=") -> Proposal:
    """Refuted with a witness, or undecided when no small one shows it."""
    found = find_witness(prepared, budget, relation, assumptions=prepared.claim.scope.assumptions)
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
