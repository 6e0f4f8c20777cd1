r"""Decide one link of a chain by its relation: =, ≈, ≤, ≠, ∝; numbers, Taylor claims and estimates included."""

from __future__ import annotations

from dataclasses import replace

from derive.decide.assumptions import describe
from derive.decide.evidence import gather
from derive.decide.identity import decide_identity, refutation, relabel, sizes_of, undecided
from derive.models.closed import Comparison, compare_closed
from derive.models.core import Unknown
from derive.models.expansions import conventional, increments_of, is_big_oh, remainder_order
from derive.models.kernel import ORDERS, Numbers, Proposal, Sampled, Trials, Trivial, Verdict, order_holds
from derive.models.trial import TROUBLE, Claim, prepare, run_trial
from derive.terms import App, Big, Delta, Expect, Grad, Mul, Neg, Num, Paren, Sym, Term, strip
from derive.values.arith import Undefined
from derive.values.budget import Budget

APPROXIMATE = frozenset({r"\approx", r"\simeq", r"\approxeq", r"\sim"})
UNEQUAL = frozenset({r"\ne", r"\neq"})


def decide(claim: Claim, budget: Budget | None = None, refute: bool = True) -> Proposal:
    """The proposal for ``lhs relation rhs`` read in its scope."""
    budget = budget or Budget()
    if closed(claim.lhs) and closed(claim.rhs):
        return decide_numbers(claim)
    if claim.relation in ORDERS:
        return decide_order(claim, budget, refute)
    if claim.relation in UNEQUAL:
        return decide_unequal(claim, budget)
    if claim.relation in (r"\approx", r"\simeq", r"\approxeq"):
        return decide_approximation(claim, budget, refute)
    if claim.relation == r"\propto":
        # on a page the factor may be whatever the words around leave out; only a claim by itself is refuted
        told = isinstance(strip(claim.lhs), Grad | App)  # not a step Δθ, which only goes that way
        return decide_identity(claim, budget, refute and claim.scope.trusting and told, assume=False)
    if remainder_order(claim.rhs, []) is not None:
        return decide_taylor(replace(claim, expand=True), budget, refute) or undecided(
            "an expansion without an increment", "D501"
        )
    if claim.relation == r"\equiv":
        claim = replace(claim, relation="=")
    optimiser = decide_optimisers(claim, budget)
    return optimiser if optimiser is not None else decide_identity(claim, budget, refute)


def closed(t: Term) -> bool:
    """Whether a side has no symbols, only numbers (constants and units aside)."""
    for x in t.walk():
        if isinstance(x, App | Grad | Expect | Delta):
            return False
        if isinstance(x, Sym) and not (x.name in ("pi", "e") and not x.subs and not x.sups):
            return False
    return any(isinstance(x, Num) for x in t.walk())


# --- numbers -------------------------------------------------------------------------------------


def decide_numbers(claim: Claim) -> Proposal:
    """A closed computation, with the rounding that it shows."""
    try:
        comparison = compare_closed(claim.lhs, claim.rhs, claim.relation, claim.scope)
    except Undefined as why:
        return Proposal(Verdict("undecided", f"No value: {why}.", "exact arithmetic", code="D511"), Trivial())
    except Unknown as why:
        return undecided(str(why))
    return Proposal(number_verdict(comparison), Numbers(claim, comparison))


def number_verdict(c: Comparison) -> Verdict:
    if c.supports == "proved":
        message = {
            "exact": "The computation is exact.",
            "rounded": f"Rightly rounded to {c.digits} decimals.",
            "order": "The order holds.",
        }.get(c.kind, "Right within the rounding shown.")
        return Verdict("proved", message, "exact arithmetic", "every size", "D400")
    if c.supports == "confirmed":
        return Verdict("confirmed", f"Both sides agree to {c.digits} digits.", "balls", "", "D410")
    if c.supports == "conditional":
        what = {
            "equal after rounding": f"equal after rounding to {c.digits} decimals",
            "cut off, not rounded": f"cut off after {c.digits} decimals, not rounded",
        }.get(c.kind, "equal within the rounding shown")
        return Verdict(
            "conditional",
            f"Not equal but {what}: the left side is {c.lhs}, the right side {c.rhs}.",
            "exact arithmetic",
            "",
            "D421",
            (what,),
            witness={"lhs": c.lhs, "rhs": c.rhs},
        )
    if c.supports == "refuted":
        return Verdict(
            "refuted",
            f"The left side is {c.lhs}, the right side is {c.rhs}.",
            "exact arithmetic",
            "",
            "D402",
            witness={"lhs": c.lhs, "rhs": c.rhs},
        )
    return Verdict("undecided", f"Not decided: {c.kind}.", code="D512")


# --- Taylor, estimates ---------------------------------------------------------------------------


def decide_approximation(claim: Claim, budget: Budget, refute: bool) -> Proposal:
    """≈ by what stands beside it: an increment (Taylor), a sample (unbiasedness), else equality as a special case."""
    taylor = decide_taylor(claim, budget, refute)
    if taylor is not None:
        return taylor
    exact = decide_identity(replace(claim, relation="="), budget, refute=False, assume=False)
    if exact.verdict.status in ("proved", "confirmed"):
        return exact
    estimate = decide_estimate(claim, budget)
    if estimate is not None:
        return estimate
    return undecided("an approximation whose sense is not stated", "D505")


def decide_taylor(claim: Claim, budget: Budget, refute: bool) -> Proposal | None:
    """Agreement of Taylor coefficients through the order written; None where nothing is expanded."""
    pairs, order = increments_of(claim.lhs, claim.rhs)
    if not pairs or not order and remainder_order(claim.rhs, pairs) is None:
        return None
    expanded = replace(claim, expand=True)
    found = decide_identity(expanded, budget, refute)
    if found.verdict.status == "proved":
        k = order_of(expanded)
        return relabel(
            found,
            message=f"The Taylor coefficients agree through order {k}; the remainder is O(h^{k + 1}).",
            method="comparison of Taylor coefficients",
        )
    if found.verdict.status == "refuted" and not conventional(pairs) and remainder_order(claim.rhs, pairs) is None:
        return None
    if found.verdict.status == "refuted":
        return relabel(found, message=taylor_message(claim, found.verdict), code="D403")
    return found


def order_of(claim: Claim) -> int:
    from derive.models.trial import taylor_order

    return taylor_order(prepare(claim))


def taylor_message(claim: Claim, verdict: Verdict) -> str:
    rhs = strip(claim.rhs)
    if isinstance(rhs, Mul) and len([f for f in rhs.factors if isinstance(strip(f), App)]) >= 1 and len(rhs.factors) > 2:
        return "The terms of the expansion are multiplied where they should be added: the plus signs between them are missing."
    return "The right side is not the Taylor expansion of the left side: their coefficients differ."


def decide_estimate(claim: Claim, budget: Budget) -> Proposal | None:
    """``quantity ≈ sample``: equal in expectation, given the variables that both sides share."""
    if isinstance(claim.rhs, Expect):
        found = decide_identity(replace(claim, relation="="), budget, refute=False)
        return found if found.verdict.status != "undecided" else None
    differentiated = any(isinstance(x, Grad) for x in claim.lhs.walk())
    given = (
        ()
        if differentiated
        else tuple(dict.fromkeys(x for x in claim.lhs.walk() if isinstance(x, Sym) and x.name in ("s", "a") and not x.primes))
    )
    mean = replace(claim, rhs=Expect((), claim.rhs, given), relation="=")
    found = decide_identity(mean, budget, refute=False)
    status = found.verdict.status
    if status == "proved":
        return relabel(
            found, message="Equal in expectation: the right side is an unbiased estimate.", method="expectation at random points"
        )
    if status == "conditional":
        names = (*found.verdict.assumptions, describe("in-expectation"))
        return relabel(found, assumptions=names, message=f"An unbiased estimate only if {'; '.join(found.verdict.assumptions)}.")
    return None


# --- order, inequality, optimisers ---------------------------------------------------------------


def decide_order(claim: Claim, budget: Budget, refute: bool) -> Proposal:
    """≤, <, ≥, >: refuted by a rigorous witness, else confirmed at so many points."""
    if any(is_big_oh(x) for side in (claim.lhs, claim.rhs) for x in side.walk()):
        return undecided("an order of magnitude, with a constant that is not said")
    prepared = prepare(claim)
    seen, arithmetic = 0, "rational"
    for name in ("rational", "balls"):
        seen = 0
        for seed in range(budget.first(), budget.first() + (600 if claim.scope.conditions else 100)):
            if budget.spent() or seen >= 40:
                break
            try:
                outcome = run_trial(prepared, name, seed, claim.scope.assumptions, budget)
            except TROUBLE as trouble:
                if type(trouble).__name__ in ("Unknown", "ShapeError", "Exhausted"):
                    return undecided(str(trouble))
                if type(trouble).__name__ == "Irrational":
                    seen = 0  # rational only by chance: where it is not, balls take over
                    break
                continue
            holds = order_holds(outcome, claim.relation)
            if holds is False:
                loose = {x for x in outcome.loose if not (claim.scope.trusting and len(x) == 1 and x.islower())}
                if not refute or loose or budget.brief:
                    return undecided("the order fails for some values, but its symbols have no fixed meaning here", "D502")
                return refutation(prepared, budget, claim.relation)
            seen += 1
        if seen:
            arithmetic = name
            break
    if not seen:
        return undecided("no usable point was found")
    if prepare(claim) and not seen >= 8:
        return undecided("too few usable points")
    verdict = Verdict(
        "confirmed",
        f"The order holds at {seen} random points.",
        "rational points" if arithmetic == "rational" else "balls",
        f"{seen} points",
        "D411",
    )
    return Proposal(verdict, Sampled(claim, arithmetic, seen, 0, claim.scope.assumptions))


def decide_unequal(claim: Claim, budget: Budget) -> Proposal:
    """≠ in general: refuted where the sides are identical, else true for some values."""
    same = replace(claim, relation="=")
    evidence = gather(prepare(same), claim.scope.assumptions, budget)
    if evidence.kind == "equal":
        return undecided("the two sides are identical", "D506")
    if evidence.kind == "different" and not budget.brief:
        found = refutation(prepare(same), budget)
        if found.verdict.status == "refuted":
            verdict = Verdict(
                "conditional",
                "Different in general: for some values, not for all.",
                "an example",
                "",
                "D422",
                (describe("in-general"),),
                witness=found.verdict.witness,
            )
            return Proposal(verdict, Sampled(replace(claim, relation=r"\ne"), found.certificate.arithmetic, 1))  # type: ignore[union-attr]
    return undecided(evidence.reason or "whether the sides differ")


def decide_optimisers(claim: Claim, budget: Budget) -> Proposal | None:
    """argmax f = argmin g holds where f = −g, fails where f = g; max f = max g holds where f = g."""
    lhs, rhs = strip(claim.lhs), strip(claim.rhs)
    if not (isinstance(lhs, Big) and isinstance(rhs, Big) and lhs.under == rhs.under and lhs.upper == rhs.upper):
        return None
    if lhs.op in EXTREMES and rhs.op in EXTREMES:
        return decide_extremes(claim, lhs, rhs, budget)
    kinds = ("argmax", "argmin")
    if lhs.op not in kinds or rhs.op not in kinds:
        return None
    opposite = lhs.op != rhs.op
    inner = Claim(lhs.body, Neg(rhs.body) if opposite else rhs.body, "=", claim.scope)
    found = decide_identity(inner, budget, refute=False, assume=False)
    if found.verdict.status in ("proved", "confirmed"):
        return found
    if opposite:
        same = decide_identity(Claim(lhs.body, rhs.body, "=", claim.scope), budget, refute=False, assume=False)
        if same.verdict.status in ("proved", "confirmed") and not budget.brief:
            failed = refutation(prepare(inner), budget)
            return (
                relabel(
                    failed, message="The two sides optimise the same function in opposite directions: a minus sign is missing."
                )
                if failed.verdict.status == "refuted"
                else failed
            )
    return scaled_optimiser(claim, lhs, rhs, opposite, budget)


EXTREMES = {"max": 1, "sup": 1, "min": -1, "inf": -1}
SCALES = ("alpha", "beta", "lambda", "eta", "tau", "gamma")


def decide_extremes(claim: Claim, lhs: Big, rhs: Big, budget: Budget) -> Proposal | None:
    """Extremes of the same function in the same direction are equal; of −f, or of a multiple of f, only their places are."""
    opposite = EXTREMES[lhs.op] != EXTREMES[rhs.op]
    if not opposite:
        found = decide_identity(Claim(lhs.body, rhs.body, "=", claim.scope), budget, refute=False, assume=False)
        if found.verdict.status in ("proved", "confirmed"):
            return found
    return scaled_optimiser(claim, lhs, rhs, opposite, budget)


def scaled_optimiser(claim: Claim, lhs: Big, rhs: Big, opposite: bool, budget: Budget) -> Proposal | None:
    """f = c g for a positive coefficient c of the formula: the same optimiser, not the same value."""
    symbols = {x for t in (lhs, rhs) for x in t.walk() if isinstance(x, Sym) and x.name in SCALES and not x.subs}
    for scale in (None, *sorted(symbols, key=lambda x: x.name)):
        for left, right in ((lhs.body, rhs.body), (rhs.body, lhs.body))[: 1 if scale is None else 2]:
            other = right if scale is None else Mul((scale, Paren(right)), ("",))
            inner = Claim(left, Neg(Paren(other)) if opposite else other, "=", claim.scope)
            found = decide_identity(inner, budget, refute=False, assume=False)
            if found.verdict.status != "proved" or not isinstance(found.certificate, Trials):
                continue
            if lhs.op.startswith("arg"):
                return found
            says = (describe("same-optimiser"),)
            certificate = replace(
                found.certificate, assumptions=found.certificate.assumptions | {"same-optimiser"}, every_size=False
            )
            sizes = sizes_of(certificate, prepare(inner))
            verdict = Verdict("conditional", f"True only if {says[0]}.", "identity of what is optimised", sizes, "D420", says)
            return Proposal(verdict, certificate)
    return None


__all__ = ["Trials", "closed", "decide", "decide_numbers"]
