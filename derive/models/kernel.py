r"""The kernel: verdicts, certificates and theorems.  Deciders propose; only this module admits.

A decider hands over a :class:`Proposal`: a status and a *certificate* that says how to see it again.  :func:`admit`
sees it again, at random points of its own choosing, and returns a :class:`Theorem` or raises :class:`Rejected`.
A proposal that nothing could re-check never becomes a verdict.

==============  ======================================================================================
certificate     what the kernel replays
==============  ======================================================================================
``Trials``      both sides at fresh random points of an exact arithmetic, under the assumptions: equal each time;
                for every size: in generic worlds of all the sizes that a cutoff asks for
``Sampled``     both sides in balls at fresh points: they agree to the digits claimed, or the order holds
``Witness``     both sides at the point given, in rationals or balls: different (or out of order), rigorously
``Numbers``     both sides of a closed computation, in rationals or balls: the rounding that is claimed
``Trivial``     nothing: definitions, statements without a claim, and what was not decided
==============  ======================================================================================
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import flint

from derive.models.closed import Comparison, compare_closed
from derive.models.cutoff import at_sizes, sizes_that_suffice
from derive.models.trial import TROUBLE, Claim, Outcome, Prepared, prepare, run_trial
from derive.values.algebra import Mat, Vec, is_exact
from derive.values.arith import Redraw, Undefined
from derive.values.jets import Jet, constant

Status = Literal["proved", "confirmed", "conditional", "refuted", "doubtful", "definition", "no-claim", "undecided", "unreadable"]

#: Fresh points at which the kernel replays an identity.  A false identity of total degree d between rational
#: functions survives one with probability at most d / 2⁶⁰ (Schwartz 1980, Zippel 1979).
REPLAYS = 2
#: Replays of a claim about actions chosen independently, which coincide at every other point.
CHANCY_REPLAYS = 12
FRESH = 7919
EVERY_SIZE = "every size"
#: Assumptions that set derivatives to zero; others restrict the worlds in ways that a cutoff does not see.
LIFTABLE = frozenset({"values-fixed"})


class Rejected(Exception):
    """A proposal that did not survive the kernel's own check."""


@dataclass(frozen=True, slots=True)
class Trials:
    """Equal at random points of an exact arithmetic."""

    claim: Claim
    arithmetic: str
    assumptions: frozenset[str] = frozenset()
    every_size: bool = False


@dataclass(frozen=True, slots=True)
class Sampled:
    """Agreement to ``digits`` digits, or the order claimed, at ``points`` points in balls (or exact rationals)."""

    claim: Claim
    arithmetic: str
    points: int
    digits: int = 0
    assumptions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Witness:
    """A point where the claim fails."""

    claim: Claim
    arithmetic: str
    seed: int
    assumptions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Numbers:
    """A closed computation and how it compares."""

    claim: Claim
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Trivial:
    """Nothing to re-check."""


Certificate = Trials | Sampled | Witness | Numbers | Trivial


@dataclass(frozen=True, slots=True)
class Repair:
    """A one-edit variant that holds: the mended LaTeX, what was done, and the edit in the formula's own text."""

    latex: str
    what: str
    start: int = 0
    end: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a claim.  It has no truth value: say which status is meant."""

    status: Status
    message: str = ""
    method: str = ""
    sizes: str = ""
    code: str = ""
    assumptions: tuple[str, ...] = ()
    residual: str | None = None
    witness: dict[str, str] | None = None
    repair: Any = None

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
    """A claim that the kernel has seen hold (under the assumptions it names); only :func:`admit` can make one."""

    claim: Claim
    verdict: Verdict
    _key: Any = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self._key is not _KEY:
            raise Rejected("only the kernel makes theorems")
        object.__setattr__(self, "_key", None)  # so that no copy of a theorem carries the key


HOLDS = ("proved", "confirmed", "conditional")


def admit(proposal: Proposal) -> Verdict:
    """The proposal's verdict, after the kernel has checked its certificate itself.

    Raises:
        Rejected: the certificate does not show what the verdict says.
    """
    status, certificate = proposal.verdict.status, proposal.certificate
    if isinstance(certificate, Trivial):
        if status in ("proved", "confirmed", "conditional", "refuted"):
            raise Rejected(f"{status} without a certificate")
        return proposal.verdict
    if isinstance(certificate, Trials):
        _need(status in ("proved", "conditional"), "random points show an identity, nothing else")
        _need(
            certificate.claim.relation in ("=", r"\equiv", r"\propto") or certificate.claim.expand,
            "equal values show an identity or a proportionality, no other relation",
        )
        _named(proposal.verdict, certificate)
        _replay(prepare(certificate.claim), certificate.arithmetic, certificate.assumptions)
        _need(certificate.every_size == (proposal.verdict.sizes == EVERY_SIZE), "the sizes are not those of the certificate")
        if certificate.every_size:
            _need(at_every_size(certificate, FRESH), "the sizes tried do not stand for every size")
    elif isinstance(certificate, Sampled):
        _need(status in ("confirmed", "conditional"), "points in balls confirm, they do not prove")
        if certificate.claim.relation not in UNEQUAL:
            _named(proposal.verdict, certificate)
        _resample(certificate)
    elif isinstance(certificate, Witness):
        _need(status == "refuted", "a witness refutes")
        _need(certificate.assumptions <= certificate.claim.scope.assumptions, "a witness under an assumption that nobody stated")
        _refails(certificate)
    elif isinstance(certificate, Numbers):
        claim = certificate.claim
        again = compare_closed(claim.lhs, claim.rhs, claim.relation, claim.scope)
        _need(again == certificate.comparison, "the computation does not come out as claimed")
        _need(again.supports == status, "the rounding does not support the verdict")
    return proposal.verdict


def theorem(claim: Claim, proposal: Proposal) -> Theorem:
    """A theorem from a proposal about ``claim`` that holds.

    Raises:
        Rejected: the verdict is not one that holds, or its certificate is about another claim or fails.
    """
    certificate = proposal.certificate
    if isinstance(certificate, Trivial) or certificate.claim != claim:
        raise Rejected("the certificate is about another claim")
    verdict = admit(proposal)
    if verdict.status not in HOLDS:
        raise Rejected(f"a claim that is {verdict.status} is no theorem")
    return Theorem(claim, verdict, _KEY)


def _named(verdict: Verdict, certificate: Trials | Sampled) -> None:
    """A claim that needs assumptions beyond those of its scope is conditional and names them, one sentence each."""
    extra = certificate.assumptions - certificate.claim.scope.assumptions
    _need((verdict.status == "conditional") == bool(extra), "an assumption that the verdict does not name")
    _need(len(verdict.assumptions) >= len(extra), "an assumption that the verdict does not name")


def _need(condition: bool, reason: str) -> None:
    if not condition:
        raise Rejected(reason)


def _replay(prepared: Prepared, arithmetic: str, assumptions: frozenset[str]) -> None:
    _need(arithmetic in ("modular", "paired", "rational", "functions"), "an identity needs an exact arithmetic")
    seen = 0
    for attempt in range(REPLAYS * (600 if prepared.claim.scope.conditions else 12)):
        try:
            outcome = run_trial(prepared, arithmetic, FRESH + attempt, assumptions)
        except (Redraw, Undefined):
            continue
        except TROUBLE as trouble:
            raise Rejected(f"the claim cannot be replayed: {trouble}") from trouble
        _need(outcome.equal is True, "the two sides differ at a fresh point")
        seen += 1
        enough = CHANCY_REPLAYS if outcome.world is not None and outcome.world.chancy else REPLAYS
        if seen == (1 if arithmetic == "functions" and enough == REPLAYS else enough):
            return
    raise Rejected("no usable random point was found")


def at_every_size(certificate: Trials, seed: int) -> bool:
    """Whether a claim holds in generic worlds of all the sizes that, by :mod:`derive.models.cutoff`, stand for every size."""
    prepared = prepare(certificate.claim)
    plan = sizes_that_suffice(prepared)
    if plan is None or not certificate.assumptions <= LIFTABLE or certificate.arithmetic != "modular" and len(plan) > 1:
        return False
    for sizes in plan:
        sized = at_sizes(prepared, sizes)
        if not any(_equal_there(sized, certificate, seed + attempt) for attempt in range(3)):
            return False
    return True


def _equal_there(prepared: Prepared, certificate: Trials, seed: int) -> bool:
    try:
        return run_trial(prepared, certificate.arithmetic, seed, certificate.assumptions).equal is True
    except TROUBLE:
        return False


def _resample(certificate: Sampled) -> None:
    prepared = prepare(certificate.claim)
    seen = 0
    for attempt in range(40):
        try:
            outcome = run_trial(prepared, certificate.arithmetic, FRESH + attempt, certificate.assumptions)
        except (Redraw, Undefined):
            continue
        except TROUBLE as trouble:
            raise Rejected(f"the claim cannot be replayed: {trouble}") from trouble
        holds = order_holds(outcome, certificate.claim.relation)
        _need(holds is not False, "the claim fails at a fresh point")
        _need(
            holds is True or certificate.claim.relation not in (*ORDERS, *UNEQUAL) and tight(outcome),
            "the balls are too wide to tell",
        )
        seen += 1
        enough = CHANCY_REPLAYS if outcome.world is not None and outcome.world.chancy else 4
        if seen == min(enough, certificate.points):
            return
    raise Rejected("no usable random point was found")


def _refails(certificate: Witness) -> None:
    _need(certificate.arithmetic in ("rational", "balls"), "a witness needs real numbers")
    try:
        outcome = run_trial(prepare(certificate.claim), certificate.arithmetic, certificate.seed, certificate.assumptions)
    except TROUBLE as trouble:
        raise Rejected(f"the witness cannot be evaluated: {trouble}") from trouble
    _need(order_holds(outcome, certificate.claim.relation) is False, "the claim holds at the witness")


ORDERS = {
    "<": (-1,),
    r"\lt": (-1,),
    ">": (1,),
    r"\gt": (1,),
    r"\le": (-1, 0),
    r"\leq": (-1, 0),
    r"\leqslant": (-1, 0),
    r"\ge": (1, 0),
    r"\geq": (1, 0),
    r"\geqslant": (1, 0),
}


UNEQUAL = (r"\ne", r"\neq")


def tight(outcome: Outcome) -> bool:
    """Whether a difference is zero to within balls so small that the agreement says something."""
    return all(
        not isinstance(x, flint.arb) or bool(x.contains(0)) and bool(x.rad() < flint.arb("1e-30")) for x in components(outcome)
    )


def order_holds(outcome: Outcome, relation: str) -> bool | None:
    """Whether the relation holds in an outcome, rigorously; None where the balls cannot tell.

    An identity holds where the difference cannot be told from zero, and fails where it certainly is not zero.
    """
    if relation in ORDERS:
        sign = ball_sign(constant(outcome.difference))
        return None if sign is None else sign in ORDERS[relation]
    if relation in (r"\ne", r"\neq"):
        return True if any(certainly_nonzero(x) for x in components(outcome)) else None
    if outcome.difference is None:
        return outcome.equal
    if outcome.equal:
        return True
    return None if not any(certainly_nonzero(x) for x in components(outcome)) else False


def components(outcome: Outcome) -> list[Any]:
    """The scalar parts of a difference that a claim speaks about: base values, and Taylor coefficients through its order."""
    found: list[Any] = []

    def visit(value: Any) -> None:
        if isinstance(value, Vec):
            for x in value.items:
                visit(x)
        elif isinstance(value, Mat):
            for row in value.rows:
                for x in row:
                    visit(x)
        elif isinstance(value, Jet) and outcome.order and outcome.world is not None:
            names = outcome.world.setting.variables
            for monomial, c in zip(value.ring.monomials, value.c, strict=False):
                if sum(monomial) <= outcome.order and all(not e or names[i] != "slot" for i, e in enumerate(monomial)):
                    found.append(c)
        else:
            found.append(constant(value))

    visit(outcome.difference)
    return found


def ball_sign(value: Any) -> int | None:
    if isinstance(value, Vec | Mat):
        return None
    if isinstance(value, flint.arb):
        return 1 if value > 0 else -1 if value < 0 else 0 if value == 0 else None
    return (value > 0) - (value < 0)


def certainly_nonzero(value: Any) -> bool:
    if isinstance(value, flint.arb):
        return not value.contains(0)
    return bool(value != 0) if is_exact(value) else False
