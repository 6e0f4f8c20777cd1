"""What a finding shows of a claim, as a certificate that the kernel sees again; the deciders' word for one claim of core terms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from derive.core.terms import Core, CoreClaim, Op, Var, free_variables
from derive.decide.calculation import NOT_HERE, compare, is_closed
from derive.decide.expansion import expansions, lowest, strangers
from derive.decide.judge import Finding, judge
from derive.decide.proportion import compared
from derive.elaborate.claims import Reading
from derive.kernel import HOLDS, Certificate, Expansion, Numbers, Points, Proposal, Rejected, Trivial, Verdict, Witness, admit


def expanded(reading: Reading, seconds: float) -> Finding | None:
    """The verdict on an approximation as an expansion; None where nothing here says what is small."""

    def named(v: Core) -> str:
        return str(v) if not isinstance(v, Var) else reading.names.get(v.number, "h")

    last: Finding | None = None
    for claim, small in expansions(reading.claim, reading.tends):
        centred = len(small) == 2 and claim.small != small
        says = f"({named(small[0])}-{named(small[1])})" if centred else " ".join(map(named, small))
        found = judge(claim, seconds / 2)
        if found.status in HOLDS:
            found.why = f"order {claim.order} {says}"
            return found
        if last is None:
            last = found
            last.why = f"{found.why} in {says}"
            if found.status == "refuted" and strangers(reading.claim, reading.tends):
                last = without_strangers(claim, seconds / 2)
                if last is None:
                    return None
                last.why = f"{last.why} in {says}"
    return last


def without_strangers(claim: CoreClaim, seconds: float) -> Finding | None:
    """The refutation of an expansion by the orders in which nothing stands by an unknown coefficient; None where they agree, or there is none."""
    terms = claim.rhs.args if isinstance(claim.rhs, Op) and claim.rhs.name == "add" else (claim.rhs,)
    unknown = free_variables(claim.rhs) - free_variables(claim.lhs) - set(claim.small)
    known = min((lowest(t, set(claim.small)) for t in terms if free_variables(t) & unknown), default=0)
    if not known:
        return None
    found = judge(replace(claim, order=known), seconds)
    return found if found.status == "refuted" else None


def certificate_of(claim: CoreClaim, finding: Finding, tends: tuple[Var, ...] = ()) -> Certificate:
    """How the kernel may see again what a finding says of a claim."""
    judged = finding.prepared.claim if finding.prepared is not None else claim
    if finding.status == "refuted" and finding.witness is not None:
        return Witness(judged if claim.relation == "~" else claim, finding.witness.plan)
    if finding.status in HOLDS and claim.relation == "~" and claim.order is None:
        return Expansion(claim, tends, Points(judged, finding.seen))
    return Points(claim, finding.seen) if finding.status in HOLDS else Trivial()


def refutation_of(found: Iterable[tuple[Reading, Finding]]) -> Certificate:
    """The points at which the readings of a claim fail, the first reading's first."""
    seen = [certificate_of(reading.claim, finding) for reading, finding in found]
    points = [w for w in seen if isinstance(w, Witness)]
    return Witness(points[0].claim, points[0].plan, tuple(points[1:])) if points else Trivial()


def decide(claim: CoreClaim, seconds: float = 2.0) -> Proposal:
    """What is known of one claim of core terms, as the kernel admits it; what no arithmetic here can take is undecided."""
    try:
        if is_closed(claim):
            comparison = compare(claim)
            only = (comparison.why,) if comparison.status == "conditional" else ()
            verdict = Verdict(comparison.status, comparison.why, "exact arithmetic", assumptions=only)
            return admitted(verdict, Numbers(claim, comparison))
        finding = judge(compared(claim), seconds)
    except (TypeError, AttributeError, KeyError, IndexError, ValueError, AssertionError, *NOT_HERE) as why:
        return Proposal(Verdict("undecided", f"it has no meaning here ({type(why).__name__}: {why})"))
    return admitted(Verdict(finding.status, finding.why, finding.method), certificate_of(claim, finding))


def admitted(verdict: Verdict, certificate: Certificate) -> Proposal:
    """A proposal that the kernel admits: the one made, or that it is not decided."""
    proposal = Proposal(verdict, certificate)
    try:
        admit(proposal)
    except Rejected as why:
        return Proposal(Verdict("undecided", f"Not decided: the kernel did not admit it: {why}.", code="D591"))
    return proposal


__all__ = ["admitted", "certificate_of", "decide", "expanded", "refutation_of"]
