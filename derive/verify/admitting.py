"""What a finding shows of a claim, as a certificate that the kernel sees again; the deciders' word for one claim of core terms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from derive.core.terms import ZERO, Core, CoreClaim, Op, Var, free_variables, op, rebuild
from derive.decide.calculation import NOT_HERE, compare, is_closed
from derive.decide.expansion import degree, differences, expansions
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
        if len(claim.small) > 1 and not reading.tends:
            continue  # nothing says that all of them are small, or of one order
        if degree(claim.lhs, set(claim.small)) == 1:
            continue  # what is itself of first degree is the value of a letter, about, rather than an expansion
        if last is None:
            last = found
            last.why = f"{found.why} in {says}"
            if found.status == "refuted" and strangers(reading.claim, reading.tends):
                last = without_strangers(claim, seconds / 2)
                if last is None:
                    return None
                last.why = f"{last.why} in {says}"
    return None if last is not None and last.status == "refuted" and holds_together(reading, seconds / 2) else last


def holds_together(reading: Reading, seconds: float) -> bool:
    """Whether an approximation is an expansion where all the numbers in which its right side is a polynomial are small: which are is not said."""
    claim = replace(reading.claim, relation="=")
    both = free_variables(claim.lhs) & free_variables(claim.rhs)
    letters = sorted((v for v in both if v.type.name == "Real" and degree(claim.rhs, {v})), key=lambda v: v.number)
    of = degree(claim.rhs, set(letters)) if len(letters) > 1 and not reading.tends else None
    return of is not None and judge(replace(claim, order=of + 1, small=tuple(letters)), seconds).status in HOLDS


def strangers(claim: CoreClaim, tends: Iterable[Var]) -> set[Var]:
    """Coefficients of the right side that nothing ties to the left side."""
    free = free_variables(claim.rhs) - free_variables(claim.lhs)
    return {v for v in free if v.type.name in ("Vector", "Matrix", "Function")} - {c for _, c in differences(claim)} - set(tends)


def without_strangers(claim: CoreClaim, seconds: float) -> Finding | None:
    """The refutation of an expansion by the orders in which nothing stands by an unknown coefficient; None where they agree, or there is none."""
    terms = claim.rhs.args if isinstance(claim.rhs, Op) and claim.rhs.name == "add" else (claim.rhs,)
    unknown = free_variables(claim.rhs) - free_variables(claim.lhs) - set(claim.small)
    known = min((lowest(t, set(claim.small)) for t in terms if free_variables(t) & unknown), default=0)
    if not known:
        return None
    found = judge(replace(claim, order=known), seconds)
    return found if found.status == "refuted" else None


def for_derivatives(reading: Reading, seconds: float) -> tuple[str, Certificate] | None:
    """What letters that nothing explains must be for an approximation to be an expansion, and what shows that it then is one.

    A vector is taken for the gradient of the left side in what is small, a matrix for that of its second derivatives.
    """
    unknown = sorted(strangers(reading.claim, reading.tends), key=lambda v: v.number)
    if not unknown or any(v.type.name not in DERIVATIVES for v in unknown):
        return None
    for claim, _ in expansions(reading.claim, reading.tends):
        if len(claim.small) != 1 or claim.small[0].type.name != "Vector":
            continue
        v, rhs = claim.small[0], claim.rhs
        for letter in unknown:
            term = claim.lhs
            for _ in range(DERIVATIVES[letter.type.name][0]):
                term = op("gradient", term, v)
            rhs = with_derivative(rhs, letter, op("at", term, v, op("mul", ZERO, v)))
        made = replace(claim, rhs=rhs)
        found = judge(made, seconds)
        if found.status in HOLDS:
            says = (f"{reading.names.get(v.number, 'it')} is {DERIVATIVES[v.type.name][1]} of the left side" for v in unknown)
            return " and ".join(says), certificate_of(made, found)
    return None


def with_derivative(term: Core, letter: Var, derivative: Core) -> Core:
    """A term with a derivative for a letter, or for its value at the parameters."""
    called = isinstance(term, Op) and term.name == "call" and term.args[0] == letter
    return derivative if called or term == letter else rebuild(term, lambda t: with_derivative(t, letter, derivative))


#: How often the left side of an expansion is differentiated for a coefficient of a type, and what that is called.
DERIVATIVES = {
    "Vector": (1, "the gradient"),
    "Matrix": (2, "the matrix of second derivatives"),
    "Function": (2, "the matrix of second derivatives"),
}


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


def lowest(term: Core, small: set[Var]) -> int:
    """The lowest order in what is small that a term can have, whatever its coefficients are."""
    if isinstance(term, Var):
        return int(term in small)
    if not isinstance(term, Op) or not term.args:
        return 0
    match term.name:
        case "mul" | "dot":
            return sum(lowest(a, small) for a in term.args)
        case "add":
            return min(lowest(a, small) for a in term.args)
        case "neg" | "transpose" | "component" | "div" | "norm":
            return lowest(term.args[0], small)
    return 0


__all__ = ["admitted", "certificate_of", "decide", "expanded", "refutation_of"]
