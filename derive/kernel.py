r"""The kernel: verdicts, certificates and theorems over core terms.  Deciders propose; only this module admits.

A decider hands over a :class:`Proposal`: a status and a *certificate* that says how to see it again.  :func:`admit` sees it
again, at points that it draws itself, and returns the verdict or raises :class:`Rejected`.  A proposal that nothing could
re-check never becomes a verdict.  What a formula *means* is settled before: the kernel sees claims about core terms.

=============  =========================================================================================================
certificate    what the kernel replays
=============  =========================================================================================================
``Points``     the claim at fresh points, under all that is given there: an identity in an exact arithmetic is proved, an
               identity in balls and an order are confirmed; Taylor coefficients where the claim has an order
``Expansion``  that a claim about orders is what an approximation may say, and its points
``Witness``    the claim at the points planned, in numbers, with all that is given holding there: it fails at each
``Numbers``    both sides of a calculation, in rationals or balls, and the rounding that is claimed
``Untyped``    nothing: that no reading has a type is the elaborator's word; it must name the types
``Trivial``    nothing: definitions, statements without a claim, and what was not decided
=============  =========================================================================================================
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from derive.core.terms import CoreClaim, Var, same_term
from derive.decide.calculation import Comparison, compare
from derive.decide.expansion import expansions
from derive.decide.points import Point, Prepared, at_point, prepare
from derive.decide.proportion import compared
from derive.evaluate.compiler import Unmeant
from derive.values.arith import Irrational, NeedsOrder, Redraw, Undefined
from derive.values.budget import Exhausted
from derive.values.matrices import ShapeError
from derive.worlds.world import Plan

STATUSES = ("proved", "confirmed", "conditional", "refuted", "doubtful", "definition", "no-claim", "undecided", "unreadable")
#: Statuses of what is true; of what is true under a condition that is named, too.
HOLDS = ("proved", "confirmed")
STANDS = (*HOLDS, "conditional")
#: Relations that equal values show.
IDENTITIES = ("=", "propto")
#: Arithmetics without rounding: residues modulo a prime, and fractions.
RESIDUES, FRACTIONS = ("modular",), ("rational", "wide", "extreme")
#: Points that must have agreed before an identity is proved by residues, or by fractions; before it is confirmed; before an order is.
PROVING, FRACTIONAL, CONFIRMING, ORDERING = 6, 40, 12, 40
#: Fresh points at which the kernel replays a claim.  A false identity of total degree d between rational functions
#: survives one residue with probability at most d / 2⁶⁰ (Schwartz 1980, Zippel 1979).
REPLAYS = 2
#: Fresh points tried for each that must be usable; more where something is given, which may hold at few of them.
TRIED, TRIED_GIVEN = 20, 200
#: How far the kernel's seeds lie from those of the deciders.
FRESH = 1_000_003
#: What a point or an arithmetic that cannot be used raises.
UNUSABLE = (Redraw, Undefined, ZeroDivisionError, OverflowError)
TROUBLE = (Irrational, NeedsOrder, Unmeant, ShapeError, Exhausted, RecursionError)


class Rejected(Exception):
    """A proposal that did not survive the kernel's own check."""


@dataclass(frozen=True, slots=True)
class Points:
    """A claim that was seen to hold at points drawn by these plans."""

    claim: CoreClaim
    plans: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class Expansion:
    """An approximation, what was said to be small in it, and the claim about orders that was seen to hold."""

    claim: CoreClaim
    tends: tuple[Var, ...]
    points: Points


@dataclass(frozen=True, slots=True)
class Witness:
    """A claim and the plan of a point where it fails; the same for its other readings."""

    claim: CoreClaim
    plan: Plan
    others: tuple[Witness, ...] = ()


@dataclass(frozen=True, slots=True)
class Numbers:
    """A calculation and how its sides compare."""

    claim: CoreClaim
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Untyped:
    """No reading gives both sides one type: why."""

    why: str


@dataclass(frozen=True, slots=True)
class Trivial:
    """Nothing to re-check."""


Certificate = Points | Expansion | Witness | Numbers | Untyped | Trivial


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a claim.  It has no truth value: say which status is meant."""

    status: str
    message: str = ""
    method: str = ""
    sizes: str = ""
    code: str = ""
    assumptions: tuple[str, ...] = ()
    witness: Mapping[str, str] | None = None

    def __bool__(self) -> bool:
        raise TypeError("a verdict is neither true nor false; compare verdict.status")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A verdict that somebody wants admitted, with its certificate."""

    verdict: Verdict
    certificate: Certificate = Trivial()


_KEY = object()


@dataclass(frozen=True, slots=True)
class Theorem:
    """A claim that the kernel has seen hold (under the conditions that its verdict names); only :func:`theorem` can make one."""

    claim: CoreClaim
    verdict: Verdict
    _key: Any = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self._key is not _KEY:
            raise Rejected("only the kernel makes theorems")
        object.__setattr__(self, "_key", None)  # so that no copy of a theorem carries the key


def admit(proposal: Proposal) -> Verdict:
    """The proposal's verdict, after the kernel has checked its certificate itself.

    Raises:
        Rejected: the certificate does not show what the verdict says.
    """
    verdict, certificate = proposal.verdict, proposal.certificate
    need(verdict.status in STATUSES, "no such status")
    if verdict.status in STANDS:
        need((verdict.status == "conditional") == bool(verdict.assumptions), "a condition that is not named, or none for a name")
    match certificate:
        case Trivial():
            need(verdict.status not in (*STANDS, "refuted"), f"{verdict.status} without a certificate")
        case Untyped():
            need(verdict.status == "refuted" and bool(certificate.why), "types that are not named")
        case Witness():
            need(verdict.status == "refuted", "a witness refutes")
            for one in (certificate, *certificate.others):
                refail(one)
        case Numbers():
            recompute(verdict.status, certificate)
        case Points():
            replay(verdict.status, certificate)
        case Expansion():
            said = [made for made, _ in expansions(certificate.claim, certificate.tends)]
            need(certificate.points.claim in said, "the claim about orders is not what the approximation says")
            replay(verdict.status, certificate.points)
    return verdict


def theorem(claim: CoreClaim, proposal: Proposal) -> Theorem:
    """A theorem from a proposal about ``claim`` that holds.

    Raises:
        Rejected: the verdict is not one that holds, or its certificate is about another claim or fails.
    """
    certificate = proposal.certificate
    need(not isinstance(certificate, Trivial | Untyped) and certificate.claim == claim, "the certificate is about another claim")
    verdict = admit(proposal)
    need(verdict.status in STANDS, f"a claim that is {verdict.status} is no theorem")
    return Theorem(claim, verdict, _KEY)


def need(condition: bool, reason: str) -> None:
    if not condition:
        raise Rejected(reason)


def replay(status: str, certificate: Points) -> None:
    """Check that points show a status, and that the claim holds at fresh ones."""
    claim, plans = certificate.claim, certificate.plans
    identity = claim.relation in IDENTITIES or claim.relation == "~" and claim.order is not None
    exact = bool(plans) and all(p.arithmetic in (*RESIDUES, *FRACTIONS) for p in plans)
    residues = exact and all(p.arithmetic in RESIDUES for p in plans)
    if status == "proved":
        need(identity, "points show an identity, and no other relation")
        need(exact, "points in balls confirm, they do not prove")
    else:
        need(status in ("confirmed", "conditional"), "points do not show this")
    same = claim.relation == "=" and same_term(claim.lhs, claim.rhs)  # nothing but a value is to be seen
    enough = (
        REPLAYS if same else PROVING if residues else FRACTIONAL if status == "proved" else CONFIRMING if identity else ORDERING
    )
    need(len(set(plans)) >= enough, "too few points")
    prepared = prepared_for(compared(claim))
    seen = 0
    for plan in fresh(plans, REPLAYS * (TRIED_GIVEN if claim.givens else TRIED)):
        try:
            point = at_point(prepared, plan)
        except UNUSABLE:
            continue
        except TROUBLE as trouble:
            raise Rejected(f"the claim cannot be replayed: {trouble}") from trouble
        need(point.holds is not False or not fails_in_numbers(prepared, point), "the claim fails at a fresh point")
        need(status != "proved" or not point.stepped, "what is piecewise constant is not proved by points")
        seen += point.holds is True
        if seen == REPLAYS:
            return
    raise Rejected("no usable point was found")


def fails_in_numbers(prepared: Prepared, point: Point) -> bool:
    """Whether a claim that fails at a point fails in numbers too: residues may miss that the logarithms of several factors add up."""
    field_ = point.world.algebra.field if point.world is not None else None
    if not getattr(field_, "logs", None):
        return True
    try:
        return at_point(prepared, replace(point.plan, arithmetic="balls")).holds is not True
    except (*UNUSABLE, *TROUBLE):
        return True


def fresh(plans: tuple[Plan, ...], count: int) -> Iterator[Plan]:
    """Plans of the kernel's own: like those of a certificate in their arithmetic and signs, with other seeds and nothing pinned."""
    for i in range(count):
        like = plans[i % len(plans)]
        yield replace(like, seed=FRESH + 7919 * i, pins=(), spread=like.spread + i // len(plans))


def refail(certificate: Witness) -> None:
    """Check that a claim fails at the point planned, where all that is given holds."""
    plan = certificate.plan
    need(plan.arithmetic not in RESIDUES, "a witness needs numbers")
    try:
        # raises where something given does not hold
        point = at_point(prepared_for(compared(certificate.claim)), plan)
    except UNUSABLE as why:
        raise Rejected("what is given does not hold at the witness, or it has no value there") from why
    except TROUBLE as trouble:
        raise Rejected(f"the witness cannot be evaluated: {trouble}") from trouble
    need(point.holds is False, "the claim is not seen to fail at the witness")


def recompute(status: str, certificate: Numbers) -> None:
    """Check that a calculation comes out as said, and supports a status."""
    again = compare(certificate.claim)
    need(again == certificate.comparison, "the calculation does not come out as claimed")
    need(status == again.status or status == "conditional" and again.status in HOLDS, "the rounding does not support the verdict")


def prepared_for(claim: CoreClaim) -> Prepared:
    try:
        return prepare(claim)
    except Unmeant as why:
        raise Rejected(f"no meaning for {why}") from why


__all__ = [
    "HOLDS", "STANDS", "Certificate", "Expansion", "Numbers", "Points", "Proposal", "Rejected", "Theorem", "Trivial", "Untyped",
    "Verdict", "Witness", "admit", "theorem",
]  # fmt: skip
