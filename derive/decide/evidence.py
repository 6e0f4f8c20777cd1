r"""Evidence for or against an identity: trials in the arithmetic that a claim calls for.

Modular first (exact, microseconds); paired balls and residues where the claim compares values; balls where it leaves
what residues can follow.  Nothing here decides: see :mod:`derive.decide.identity`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from derive.models.core import Unknown
from derive.models.draws import Exhausted
from derive.models.heads import POLICIES, barred, head_of
from derive.models.kernel import order_holds, tight
from derive.models.scope import Scope, closure, ground_scripts
from derive.models.trial import ORDER, TROUBLE, Claim, Outcome, Prepared, run_trial, vanishes
from derive.terms import Add, App, Div, Fence, Func, Grad, Mul, Neg, Num, Paren, Pow, Rel, Sym, Term
from derive.values.algebra import Mat, ShapeError, Vec
from derive.values.arith import Irrational, NeedsOrder, Redraw, Undefined
from derive.values.budget import Budget
from derive.values.jets import Jet

#: Points for a claim about actions chosen independently, which coincide at every other point.
CHANCY = 16
#: Letters of probabilities of transitions and trajectories.
PROBABILITIES = frozenset({"P", "p", "Pr", "mathcal:P", "mathbb:P"})
POINTS = {"modular": 2, "paired": 10, "balls": 5}


@dataclass(frozen=True, slots=True)
class Evidence:
    """``kind`` is equal, different or unknown; ``traits`` say which assumptions could matter."""

    kind: str
    arithmetic: str = ""
    points: int = 0
    reason: str = ""
    shape: bool = False
    traits: frozenset[str] = frozenset()
    loose: frozenset[str] = frozenset()
    sides: str = ""


def try_points(
    prepared: Prepared, arithmetic: str, assumptions: frozenset[str], budget: Budget, points: int | None = None
) -> tuple[list[Outcome], str]:
    """Outcomes at several points, and why there are fewer than asked (empty if not)."""
    wanted = points or POINTS[arithmetic]
    outcomes: list[Outcome] = []
    telling = 0
    reason = "no usable random point was found"
    for attempt in range(max(wanted, CHANCY) * (60 if prepared.claim.scope.conditions else 12)):
        if budget.spent():
            return outcomes, "the budget is spent"
        try:
            outcome = run_trial(prepared, arithmetic, budget.first() + attempt, assumptions, budget)
        except Redraw:
            continue
        except Undefined as why:
            reason = str(why) or reason
            continue
        outcomes.append(outcome)
        if outcome.world is not None and outcome.world.chancy:
            wanted = max(wanted, CHANCY)
        telling += not vanishing(prepared, outcome)
        enough = telling == wanted or len(outcomes) == 4 * wanted
        if enough or outcome.equal is False and (arithmetic != "balls" or order_holds(outcome, "=") is False):
            return outcomes, ""
    return outcomes, reason


def vanishing(prepared: Prepared, outcome: Outcome) -> bool:
    """Whether both sides are zero where neither is written so: an event that cannot happen at this point says little."""
    literal = any(isinstance(side, Num) for side in (prepared.claim.lhs, prepared.claim.rhs))
    return not literal and all(not isinstance(x, Vec | Mat | Jet) and bool(x == 0) for x in (outcome.lhs, outcome.rhs))


@dataclass(frozen=True, slots=True)
class Glance:
    """What one point shows: whether the sides certainly differ there, and both as text (empty where there is no such point)."""

    differ: bool = False
    sides: str = ""


def glance(prepared: Prepared, assumptions: frozenset[str], budget: Budget) -> Glance:
    """One look at the two sides: far cheaper than gathering evidence, where most of what is looked at does not hold.

    Residues show a difference where they follow all of the algebra; elsewhere balls do, and residues only what moves.
    """
    conditioned = any(isinstance(c, Rel) and c.op in ORDER for c in prepared.claim.scope.conditions)
    followed = not (conditioned or transcendental(prepared) or rooted(prepared))
    for arithmetic in ("modular",) if followed else ("balls", "modular"):
        try:
            outcomes, _ = try_points(prepared, arithmetic, assumptions, budget, 1)
        except (*TROUBLE, ValueError, TypeError, AttributeError, KeyError, IndexError, NotImplementedError):
            continue
        if outcomes:
            one = outcomes[0]
            differ = order_holds(one, "=") is False if arithmetic == "balls" else followed and not one.equal
            return Glance(differ, sides_of(one))
    return Glance()


def sides_of(outcome: Outcome) -> str:
    return f"{outcome.lhs}|{outcome.rhs}"


def gather(prepared: Prepared, assumptions: frozenset[str], budget: Budget) -> Evidence:
    """Whether the two sides are equal wherever they were tried."""
    conditioned = any(isinstance(c, Rel) and c.op in ORDER for c in prepared.claim.scope.conditions)
    hard = transcendental(prepared)
    failed = False
    for arithmetic in ("modular", "paired", "balls"):
        if arithmetic == "modular" and rooted(prepared):
            continue  # a residue does not know the sign of a root
        if arithmetic == "paired" and failed:
            continue  # its residues would fail again
        try:
            outcomes, reason = try_points(prepared, arithmetic, assumptions, budget)
        except NeedsOrder:
            continue
        except Irrational:
            if arithmetic == "balls":
                return Evidence("unknown", reason="a value that no arithmetic here reaches")
            continue
        except ShapeError as why:
            return Evidence("unknown", reason=str(why), shape=True)
        except (Unknown, Exhausted) as why:
            return Evidence("unknown", arithmetic, reason=str(why))
        except (
            ZeroDivisionError,
            OverflowError,
            RecursionError,
            ValueError,
            TypeError,
            AttributeError,
            KeyError,
            IndexError,
            NotImplementedError,
        ) as why:
            return Evidence("unknown", arithmetic, reason=f"a value that could not be computed ({type(why).__name__})")
        if not outcomes:
            if arithmetic == "balls" or "budget" in reason:
                return Evidence("unknown", arithmetic, reason=reason)
            continue
        notes = frozenset().union(*(o.notes for o in outcomes))
        loose = frozenset().union(*(o.loose for o in outcomes))
        traits = notes | traits_of(prepared)
        if differentiates_values(prepared.claim):
            traits -= {"true-values", "bootstrap"}
        if all(o.equal for o in outcomes):
            if arithmetic == "balls":
                continue
            if all(o.world is not None and o.world.chancy and vanishing(prepared, o) for o in outcomes):
                return Evidence("unknown", arithmetic, reason="both sides vanish wherever they were tried")
            if "still" in notes and (all(zero(o) for o in outcomes) or stepping(prepared.claim)):
                return Evidence("unknown", arithmetic, reason="nothing under its gradients moves with the parameters")
            return Evidence("equal", arithmetic, len(outcomes), traits=traits, loose=loose)
        loose = fixed_by_neither(prepared, loose, frozenset().union(*(o.world.unknown for o in outcomes if o.world is not None)))
        if arithmetic == "modular" and (hard or conditioned):
            failed = not (conditioned or fractional(prepared))
            continue  # a residue knows only part of the algebra of logs, and not the conditions
        if arithmetic == "balls":
            return replace(balls_evidence(outcomes, traits, loose), sides=sides_of(outcomes[0]))
        if arithmetic == "paired" and hard:
            continue
        return Evidence("different", arithmetic, len(outcomes), traits=traits, loose=loose)
    return Evidence("unknown", reason="the claim compares values that cannot be told apart")


def stepping(claim: Claim) -> bool:
    """Whether gradients stand beside other terms, as in an update: then what they do not move does not show."""
    sums = [[differentiates(t) for t in x.terms] for side in (claim.lhs, claim.rhs) for x in side.walk() if isinstance(x, Add)]
    return any(any(found) and not all(found) for found in sums)


def differentiates(t: Term) -> bool:
    return any(isinstance(x, Grad) for x in t.walk())


def zero(outcome: Outcome) -> bool:
    """Whether both sides came out zero."""
    w = outcome.world
    return w is not None and outcome.lhs is not None and vanishes(w, outcome.lhs, 0) and vanishes(w, outcome.rhs, 0)


MARKS = frozenset({"average over the data"})


def fixed_by_neither(prepared: Prepared, loose: frozenset[str], unknown: frozenset[str]) -> frozenset[str]:
    """Symbols for which a failing claim may just be an equation: unknown ones that stand on one side only.

    What stands on both sides, and everything in a single claim with its givens, holds for any value or not at all.
    """
    claim = prepared.claim
    marks = loose & MARKS
    if claim.scope.restricted:
        spoken = {head_of(x).key for t in closure((claim.lhs, claim.rhs), claim.scope) for x in t.walk() if isinstance(x, Sym)}
        marks |= claim.scope.restricted & spoken - started(claim.scope)
    if claim.scope.trusting:
        return marks
    if "iid" in claim.scope.assumptions:
        unknown, loose = unknown - {"mu", "sigma"}, loose - {"mu", "sigma"}  # stated: the mean and the deviation of each draw
    left, right = (
        {key for t in closure((side,), claim.scope) for x in t.walk() for key in keys_of(x)} for side in (claim.lhs, claim.rhs)
    )
    bodies = (t for t in closure((claim.lhs, claim.rhs), claim.scope) if t is not claim.lhs and t is not claim.rhs)
    said = {key for t in bodies for x in t.walk() for key in keys_of(x)}  # the β of a definition that is used is no new name
    left, right = left | said, right | said
    return marks | frozenset(
        u for u in unknown | loose if (u in left) != (u in right) and (symbols(claim.lhs) and symbols(claim.rhs) or u in loose)
    )


def started(scope: Scope) -> frozenset[str]:
    """Heads of the recursions whose first value is given with the claim, and of v = r + γPv: they are fixed."""
    fixing = (d.pattern for d in scope.definitions if ground_scripts(d.pattern) or d.pattern in d.body.walk())
    points = [*scope.data, *fixing] if scope.trusting else []
    heads = [p.head if isinstance(p, App) else p for p in points]
    return frozenset(head_of(h).key for h in heads if isinstance(h, Sym))


def keys_of(x: Term) -> Iterator[str]:
    """The names that a symbol goes by; f' speaks of f too."""
    if isinstance(x, Sym):
        yield head_of(x).key
    if isinstance(x, App) and isinstance(x.head, Sym) and x.head.primes:
        yield head_of(replace(x.head, primes=0)).key


def symbols(t: Term) -> bool:
    return any(isinstance(x, Sym) for x in t.walk())


def balls_evidence(outcomes: list[Outcome], traits: frozenset[str], loose: frozenset[str]) -> Evidence:
    if any(order_holds(o, "=") is False for o in outcomes):
        return Evidence("different", "balls", len(outcomes), traits=traits, loose=loose)
    if not all(tight(o) for o in outcomes):
        return Evidence(
            "unknown",
            "balls",
            len(outcomes),
            "the two sides cannot be told apart in the precision used",
            traits=traits,
            loose=loose,
        )
    return Evidence("agree", "balls", len(outcomes), traits=traits, loose=loose)


TRANSCENDENTAL = frozenset({"log", "ln", "lg", "exp", "sigmoid", "tanh", "softmax", "softplus", "sqrt", "KL", "std", "H", "I"})


def transcendental(prepared: Prepared) -> bool:
    """Whether a side uses logarithms, exponentials or roots that residues follow only in part."""
    for t in closure((prepared.claim.lhs, prepared.claim.rhs), prepared.claim.scope):
        for x in t.walk():
            if isinstance(x, Func) and x.name in TRANSCENDENTAL:
                return True
            if isinstance(x, App) and isinstance(x.head, Sym) and head_of(x.head).base in ("H", "I", "D", "KL", "sigma", "CE"):
                return True
            if type(x).__name__ == "Pow" and not is_plain_exponent(x.exp):  # type: ignore[attr-defined]
                return True
            if type(x).__name__ == "Fence":
                return True
    return False


COUNTERS = frozenset("tTklnmijNKGMH") | {"tau"}


def is_plain_exponent(t: Term) -> bool:
    """A whole number, or arithmetic on counters (``γ^{t+k}``)."""
    if isinstance(t, Num):
        return t.value.denominator == 1
    if isinstance(t, Sym):
        return t.name in COUNTERS or t.name in ("top", "prime")
    return isinstance(t, Add | Neg | Paren | Mul) and all(is_plain_exponent(c) for c in t.children())


def rooted(prepared: Prepared) -> bool:
    """Whether a side takes a root: of a number whose sign a residue cannot know."""
    for t in closure((prepared.claim.lhs, prepared.claim.rhs), prepared.claim.scope):
        for x in t.walk():
            if isinstance(x, Func) and x.name in ("sqrt", "std") or isinstance(x, Fence) and x.kind == "norm":
                return True
            if isinstance(x, Pow) and any(isinstance(y, Div) for y in x.exp.walk()):
                return True
    return False


def fractional(prepared: Prepared) -> bool:
    """Whether a side takes a power that is no whole number: residues follow it at some points only."""
    sides = closure((prepared.claim.lhs, prepared.claim.rhs), prepared.claim.scope)
    return any(
        isinstance(y, Num) and y.value.denominator != 1
        for t in sides
        for x in t.walk()
        if isinstance(x, Pow)
        for y in x.exp.walk()
    )


def traits_of(prepared: Prepared) -> frozenset[str]:
    """Traits that the claim's own symbols show."""
    traits: set[str] = set()
    claim = prepared.claim
    for t in closure((claim.lhs, claim.rhs), claim.scope):
        for x in t.walk():
            if isinstance(x, Sym):
                h = head_of(x)
                traits.add("symbol:" + h.base)
                if h.base == "gamma" or h.base in ("G", "delta", "J") or h.policy is not None:
                    traits.add("gamma")
                if "old" in h.labels | h.param_labels:
                    traits.add("old")
                if h.base in ("s", "a", "r", "P", "R") and not h.labels:
                    traits.add("process")
                if barred(x):
                    traits.add("barred")
            if isinstance(x, Func) and x.name == "std":
                traits.add("deviation")
    if any(head_of(d.sym).base in ("J", "eta") for d in claim.scope.definitions) and "symbol:J" in traits:
        traits.add("page-objective")
    if "gamma" in traits and (discount_by_time(claim) or claim.scope.discounted and not graded(claim)):
        traits.discard("gamma")
    spoken = any(isinstance(x, Sym) and x.name == "lambda" for side in (claim.lhs, claim.rhs) for x in side.walk())
    if "symbol:lambda" in traits and not spoken and traits & {"symbol:delta", "symbol:A", "symbol:G"}:
        traits.add("lambda-return")
    if prepared.facts.increments:
        traits.add("increments")
    if "process" in traits and not prepared.setting.variables:
        traits |= {
            f"unwritten-{name}" for name in ("transitions", "policy") if not (writes(claim.lhs, name) and writes(claim.rhs, name))
        }
    return frozenset(traits)


def writes(side: Term, name: str) -> bool:
    """Whether a side writes the probabilities of transitions or actions, or of whole trajectories: it does not take them for 1."""
    for x in side.walk():
        if not (isinstance(x, App) and isinstance(x.head, Sym)):
            continue
        if x.args and all(isinstance(a, Sym) and a.name == "tau" for a in x.args) and head_of(x.head).base in PROBABILITIES:
            return True
        if x.given and (x.head.name in POLICIES if name == "policy" else head_of(x.head).base in PROBABILITIES):
            return True
    return False


def differentiates_values(claim: Claim) -> bool:
    """Whether ∇V or ∇Q stands among the terms of a side: then the values are not held fixed there."""
    sides = [side.body if isinstance(side, Paren) else side for side in (claim.lhs, claim.rhs)]
    return any(
        isinstance(x, Grad) and x is not side and isinstance(x.body, App) and isinstance(x.body.head, Sym)
        and head_of(x.body.head).base in ("V", "v", "Q", "q") and head_of(x.body.head).policy is not None
        for side in sides for x in side.walk()
    )  # fmt: skip


def discount_by_time(claim: Claim) -> bool:
    """Whether a claim writes γ to a power that counts time: then it speaks of discounting, and γ = 1 is no convention of it."""
    for side in (claim.lhs, claim.rhs):
        for x in side.walk():
            if isinstance(x, Pow) and x.base == Sym("gamma") and any(isinstance(y, Sym) and y.name == "t" for y in x.exp.walk()):
                return True
    return False


def graded(claim: Claim) -> bool:
    return any(isinstance(x, Grad) for side in (claim.lhs, claim.rhs) for x in side.walk())
