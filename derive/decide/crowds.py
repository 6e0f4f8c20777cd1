"""Bounds at their edges: where there are many of what is counted, and where random variables take two values alone."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any

from derive.core.constants import CONSTANTS
from derive.core.terms import ZERO, Bind, Core, CoreClaim, Num, Op, Var, below, free_variables, walk
from derive.decide.calculation import is_closed
from derive.decide.points import Point, Prepared
from derive.values.jets import constant
from derive.worlds.world import Plan

#: How many there are of what is counted, where a bound is tried at last.
CROWDS = (40, 1500)
#: Values of numbers, and of random variables at either end.
EDGES = tuple(Fraction(x) for x in ("1", "1/2", "2", "3"))
#: What has pieces, values of numbers on different sides of them, and how many numbers take them all.
PIECEWISE = frozenset(("minimum", "maximum", "clip", "abs", "sign", "indicator"))
CORNERS = tuple(Fraction(x) for x in ("-1", "1/10", "3"))
MOST_CORNERED = 3
#: Values of a number, and counts of what nothing runs through, where an order is tried far out.
FAR = tuple(Fraction(x) for x in (10**3, 10**6, 10**30))
#: What is made of matrices: of as many numbers as the square.
SQUARE = frozenset(("trace", "det", "inverse", "eigenvalue", "diag", "diagonal", "identity"))
#: Constants whose values many outcomes do not make slow: those of a distribution, and of a policy without a process.
QUICK = frozenset(
    ("prob", "chosen", "action_law", "mass", "divergence", "entropy", "cross_entropy", "total_variation", "discount")
)


def crowded_plans(prepared: Prepared, arithmetic: str, seed: int) -> Iterator[Plan]:
    """Plans with many of what is counted; none for a process or a matrix, which would take too long, and fewer for sums in sums."""
    sides = (prepared.claim.lhs, prepared.claim.rhs)
    named = {t.name for side in sides for t in walk(side) if isinstance(t, Op)}
    if prepared.on_paths or named & (CONSTANTS.keys() - QUICK) or any(v.type.name == "Matrix" for v in prepared.free):
        return
    wide = (
        max(map(nested, sides)) > 1 or bool(named & SQUARE) or any(v.type.name == "Joint" for v in prepared.free)
    )  # as many pairs as the square
    for i, size in enumerate(CROWDS[:1] if wide else CROWDS):
        for which in ("others", "states"):
            for even in (False, True):
                for sign in ("real", "unit"):  # numbers that are bounded too
                    yield Plan(
                        seed * 8009 + 2 * i + even, ordering(arithmetic), sign=sign, spread=i, coincide=even, crowd=size, crowded=which
                    )  # fmt: skip
            if not i or not wide:
                extreme = "extreme balls" if "balls" in arithmetic else "extreme"  # one of them far ahead of all others
                yield from (Plan(seed * 8011 + k, extreme, spread=k, crowd=size, crowded=which) for k in range(6 if not i else 2))


def edge_plans(prepared: Prepared, arithmetic: str, seed: int) -> Iterator[Plan]:
    """Plans in which random variables take two values alone, equally often: the ends that are given, or two opposite ones."""
    drawn = [v for v in prepared.free if v.random and v.type.name == "Real"]
    reals = [v for v in prepared.free if not v.random and v.type.name == "Real"]
    bounds = [(a, b) for g in prepared.claim.givens if g.relation in ("<", "<=", ">", ">=") for a, b in [rising(g)]]
    told = {x.number for pair in bounds for x in pair if isinstance(x, Var)}
    for i, size in enumerate(EDGES if drawn else ()):
        pins = {v.number: size for v in reals}
        ends = []
        for x in drawn:
            low = next((a for a, b in bounds if b == x), None)
            high = next((b for a, b in bounds if a == x), None)
            pins |= {a.number: value for a, value in ((low, -size), (high, size)) if isinstance(a, Var)}
            least = low.value if isinstance(low, Num) else -size
            most = high.value if isinstance(high, Num) else size
            ends.append((x.number, Fraction(least), Fraction(most)))
        for sign in (1, -1):
            yield Plan(
                seed * 9001 + i, ordering(arithmetic), tuple((n, value if n in told else sign * value) for n, value in pins.items()),
                spread=2 * i + 1, coincide=True, ends=tuple(ends),
            )  # fmt: skip


def has_pieces(claim: CoreClaim) -> bool:
    """Whether a claim has pieces: what holds in one of them may fail in another."""
    return any(t.name in PIECEWISE for side in (claim.lhs, claim.rhs) for t in walk(side) if isinstance(t, Op))


def corner_plans(prepared: Prepared, arithmetic: str, seed: int) -> Iterator[Plan]:
    """Plans in which numbers lie on every side of one another in turn: small, large and negative ones, each beside each.

    A claim with pieces holds at most random points where it fails in one piece alone; none for claims without.
    """
    if not has_pieces(prepared.claim):
        return
    reals = [v for v in prepared.free if not v.random and v.type.name == "Real" and v not in prepared.claim.small]
    for i, values in enumerate(product(CORNERS, repeat=min(len(reals), MOST_CORNERED))):
        for turn in range(2):
            pins = tuple((v.number, value) for v, value in zip(reals, values, strict=False))
            yield Plan(seed * 9011 + 2 * i + turn, ordering(arithmetic), pins, spread=2 * i + turn + 1)


def far_plans(prepared: Prepared, arithmetic: str, seed: int) -> Iterator[Plan]:
    """Plans in which one number after the other, and then all of them, lies far out, on either side of zero, or beside it.

    Counts that a sum, a product or an episode runs through stay small: they are ``crowded_plans``'.
    """
    run = {v for s in prepared.claim.parts() for t in walk(s) if isinstance(t, Bind) for a in t.args for v in free_variables(a)}
    still = [v for v in prepared.free if not v.random and v not in prepared.claim.small]
    reals = [v for v in still if v.type.name == "Real"]
    counts = [v for v in still if v.type.name == "Nat" and v not in run and not prepared.on_paths]
    for i, size in enumerate(FAR):
        for j, v in enumerate(counts):
            yield Plan(seed * 9013 + 40 * i + j, ordering(arithmetic), ((v.number, size),), spread=i + j)
        for j, value in enumerate((size, -size, 1 / size, -1 / size)):
            for k, group in enumerate([[v] for v in reals] + [reals] * (len(reals) > 1)):
                pins = tuple((v.number, value) for v in group)
                yield Plan(seed * 9017 + 400 * i + 40 * j + k, ordering(arithmetic), pins, spread=i + j + k)


def ordering(arithmetic: str) -> str:
    """The arithmetic with an order that is nearest to one in which a claim had values."""
    return "balls" if "balls" in arithmetic else "rational"


def rising(given: CoreClaim) -> tuple[Core, Core]:
    """The two sides of an order, the smaller first."""
    return (given.lhs, given.rhs) if given.relation in ("<", "<=") else (given.rhs, given.lhs)


def nested(term: Core) -> int:
    """How deep sums, means and extremes stand in one another."""
    return isinstance(term, Bind) + max(map(nested, below(term)), default=0)


def nears_bound(prepared: Prepared, seen: list[Point]) -> bool:
    """Whether a value comes nearer to a bound that is a number, other than 0, the more there are of what is counted."""
    sides = (prepared.claim.lhs, prepared.claim.rhs)
    counted = any(isinstance(t, Bind) for side in sides for t in walk(side)) or any(v.type.name != "Real" for v in prepared.free)
    if not counted or not any(is_closed(CoreClaim(t, "=", t)) and t != ZERO for t in sides):
        return False
    gaps: dict[str, list[Any]] = {}
    for point in seen:
        if point.plan.coincide and not prepared.random and point.plan.sign == "real":
            gaps.setdefault(point.plan.crowded, []).append(abs(constant(point.lhs) - constant(point.rhs)))
    return any(len(g) > 1 and bool(g[-1] < g[0]) for g in gaps.values())


__all__ = ["corner_plans", "crowded_plans", "edge_plans", "far_plans", "has_pieces", "nears_bound"]
