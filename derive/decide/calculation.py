r"""Calculations with numbers alone: exact where the rationals reach, balls beyond, and what a printed decimal claims.

A decimal printed with n digits after its point claims its value to half a unit of the last digit.  ``≈`` is then right
rounding; ``=`` between values that differ by no more is an equality after rounding; a value cut off instead of rounded
is said to be so; anything further away is wrong.  Decimals that are themselves rounded (at least three significant
digits, and not in the line before) carry half a unit each through a line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import flint

from derive.core.terms import ZERO, Core, CoreClaim, Num, Op, below, in_place, num, op, walk
from derive.decide.points import Point, Prepared, at_point, prepare
from derive.decide.premises.solved_premises import ARITHMETIC
from derive.evaluate.compiler import Unmeant
from derive.values.arith import Irrational, NeedsOrder, Redraw, Undefined, fmpq
from derive.values.matrices import Mat, Vec, is_exact
from derive.worlds.world import Plan

#: Fewest significant digits of a decimal that may be the rounding of something; of one in an approximation.
ROUNDED, ROUNDED_NEAR = 3, 2
#: Most decimals of a line whose rounding is carried through it.
MOST_CARRIED = 12
#: Bits of a ball; balls that overlap wider than this say nothing.
PRECISION, WIDEST = 192, "1e-45"
NOT_HERE = (Redraw, Undefined, Irrational, NeedsOrder, ZeroDivisionError, Unmeant)
ORDERS: dict[str, Callable[[int], bool]] = {
    "<": lambda s: s < 0, ">": lambda s: s > 0, "<=": lambda s: s <= 0, ">=": lambda s: s >= 0, "!=": lambda s: s != 0,
}  # fmt: skip


TRANSCENDENTAL = ("log", "exp", "sigmoid", "factorial", "binomial", "pi", "sin", "cos", "tan", "tanh")
OF_TENSORS = (
    "vector", "matrix", "transpose", "dot", "det", "trace", "inverse", "norm", "diag", "diagonal", "component", "eigenvalue",
)  # fmt: skip
PLAIN = frozenset((*ARITHMETIC, *TRANSCENDENTAL, *OF_TENSORS))
#: Tensors that are known where their size is a number.
SIZED = ("identity", "ones")


def is_closed(claim: CoreClaim) -> bool:
    """Whether a claim is a computation with numbers alone, or with vectors and matrices of numbers."""
    return all(
        isinstance(t, Num) or isinstance(t, Op) and (t.name in PLAIN or t.name in SIZED and t.info[0].name.isdigit())
        for p in (claim.lhs, claim.rhs)
        for t in walk(p)
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two sides compare: the status that this supports, why, the values, and how many decimals are shown."""

    status: str
    why: str
    lhs: Any = field(default=None, compare=False)
    rhs: Any = field(default=None, compare=False)
    digits: int = 0


def compare(claim: CoreClaim) -> Comparison:
    """A calculation, with the rounding that it shows.

    >>> from derive.core.terms import num, op
    >>> compare(CoreClaim(op("div", num(2), num(3)), "~", num(Fraction(67, 100), 2))).why
    'rounded'
    >>> compare(CoreClaim(op("add", num(1), num(1)), "=", num(3))).status
    'refuted'
    """
    try:
        a, b = value(claim.lhs), value(claim.rhs)
    except NOT_HERE:
        return Comparison("undecided", "no value")
    if any(isinstance(x, Vec | Mat) for x in (a, b)):
        return by_entries(claim, a, b)
    status, why, digits = weighed(claim, a, b)
    return Comparison(status, why, a, b, digits)


#: How far two numbers may lie apart, as a share of the larger, of which the second shows no decimals and is said to be about the first.
ROUGHLY = flint.arb("0.05")
#: Statuses of entries, the worst first.
WORST = ("refuted", "undecided", "conditional", "confirmed", "proved")


def by_entries(claim: CoreClaim, a: Any, b: Any) -> Comparison:
    """Vectors and matrices entry by entry: what the worst of them comes to."""
    if type(a) is not type(b) or shape(a) != shape(b):
        return Comparison("undecided", "shapes do not fit")
    if claim.relation not in ("=", "~"):
        return Comparison("undecided", "an order between vectors")
    sizes = shape(a)
    places = [(i,) for i in range(sizes[0])] if len(sizes) == 1 else [(i, j) for i in range(sizes[0]) for j in range(sizes[1])]
    each = [compare(CoreClaim(entry(claim.lhs, p, sizes), claim.relation, entry(claim.rhs, p, sizes))) for p in places]
    worst = min(each, key=lambda c: WORST.index(c.status))
    return replace(worst, lhs=a, rhs=b)


def shape(x: Any) -> tuple[int, ...]:
    return (len(x.items),) if isinstance(x, Vec) else (len(x.rows), len(x.rows[0]))


def entry(term: Core, place: tuple[int, ...], sizes: tuple[int, ...]) -> Core:
    """An entry of a vector or matrix: the number that is written there, where it is written out."""
    if isinstance(term, Op) and term.name in ("vector", "matrix"):
        return term.args[place[0] if len(place) == 1 else place[0] * sizes[1] + place[1]]
    return op("component", term, *(num(i + 1) for i in place))


def value(term: Core) -> Any:
    """The value of a term of numbers: a fraction where there is one, else a ball.

    Raises: one of NOT_HERE where it has none.
    """
    return computed(CoreClaim(term, "=", ZERO))[1].lhs


def computed(claim: CoreClaim) -> tuple[Prepared, Point]:
    """Both sides of a claim of numbers: exactly, or in balls where it leaves the rationals.

    Raises: one of NOT_HERE where a side has no value.
    """
    prepared = prepare(claim)
    try:
        return prepared, at_point(prepared, Plan(1, "rational"))
    except (Irrational, NeedsOrder):
        return prepared, at_point(prepared, Plan(1, "balls"))


def weighed(claim: CoreClaim, a: Any, b: Any) -> tuple[str, str, int]:
    """The status that two values support, why, and the decimals shown."""
    relation = claim.relation
    exact = is_exact(a) and is_exact(b)
    x, y = ball(a), ball(b)
    if relation in ORDERS:
        sign = 0 if exact and a == b else 1 if x > y else -1 if x < y else None
        return ("undecided", "too close", 0) if sign is None else ("proved" if ORDERS[relation](sign) else "refuted", "order", 0)
    if exact and a == b:
        return "proved", "exact", 0
    gap = abs(x - y)
    if not exact and gap.contains(0):
        if by_algebra(claim):
            return "proved", "exact", 0
        return (
            ("undecided", "too close", 0) if gap.rad() > flint.arb(WIDEST) * (1 + abs(x.mid())) else ("confirmed", "agrees", 45)
        )
    near = relation == "~"
    printed, x, y = (claim.rhs, x, y) if decimal(claim.rhs) else (claim.lhs, y, x)
    n = decimal(printed)
    if n is not None:
        half = half_unit(n, near)
        within = abs(a - b) <= fmpq(half) if exact else gap <= flint.arb(fmpq(half))
        if (n.digits or near) and within:
            return ("proved", "rounded", n.digits) if near else ("conditional", "equal after rounding", n.digits)
        if (n.digits or near) and abs(y) <= abs(x) and gap < flint.arb(fmpq(2 * half)):
            return "conditional", "cut off, not rounded", n.digits
    slack = carried(claim)
    if slack > 0 and gap <= slack + (flint.arb(fmpq(half_unit(n, False))) if n is not None else 0):
        return ("proved", "within the rounding", 0) if near else ("conditional", "within the rounding", 0)
    if slack > 0 and (misplaced(claim.lhs, claim.rhs) or gap > 10 * slack and 2 * gap > abs(x) and 2 * gap > abs(y)):
        return "refuted", "different", 0
    if near and n is None:
        return "undecided", "an approximation without a stated precision", 0
    last = decimal(claim.rhs)
    if near and (last is None or not last.digits) and gap <= ROUGHLY * max(abs(x), abs(y), key=float):
        return "undecided", "roughly equal", 0  # 2¹⁰ = 1024 ≈ 10³
    return "refuted", "different", 0


def by_algebra(claim: CoreClaim) -> bool:
    """Whether the sides are equal where logarithms and roots keep their algebra."""
    try:
        return bool(at_point(prepare(CoreClaim(claim.lhs, "=", claim.rhs)), Plan(1, "modular")).holds)
    except NOT_HERE:
        return False


def ball(x: Any) -> Any:
    flint.ctx.prec = PRECISION
    return x if isinstance(x, flint.arb) else flint.arb(x)


def decimal(term: Core) -> Num | None:
    """The number that a side is, its sign aside."""
    while isinstance(term, Op) and term.name in ("neg", "coerce"):
        term = term.args[0]
    return term if isinstance(term, Num) else None


def half_unit(n: Num, near: bool) -> Fraction:
    """Half a unit in the last digit printed; near a whole number, half of the power of ten that it ends in."""
    if n.digits or not near or not n.value or n.value.denominator != 1:
        return Fraction(1, 2 * 10**n.digits)
    unit, whole = 1, abs(int(n.value))
    while whole % (10 * unit) == 0:
        unit *= 10
    return Fraction(unit, 2)


def significant(n: Num) -> int:
    """How many digits a decimal shows, zeros in front aside."""
    return max(1, len(str(abs(int(n.value * 10**n.digits)))))


def carried(claim: CoreClaim) -> Any:
    """How far the right side may move when its new decimals move by half a unit each: Σ |∂/∂xᵢ| · ½ulpᵢ, by differences."""
    total = flint.arb(0)
    least = ROUNDED_NEAR if claim.relation == "~" else ROUNDED
    before = {t.value for t in walk(claim.lhs) if isinstance(t, Num)}
    new = {
        t for t in walk(claim.rhs) if isinstance(t, Num) and t.value not in before and t.digits >= 2 and significant(t) >= least
    }
    if not new or decimal(claim.rhs) is not None or len(new) > MOST_CARRIED:
        return total
    try:
        base = ball(value(claim.rhs))
        for n in new:
            moved = Num(n.value + half_unit(n, False), n.digits)
            total += abs(ball(value(in_place(claim.rhs, n, moved))) - base)
    except NOT_HERE:
        return flint.arb(0)
    return total


def misplaced(before: Core, after: Core) -> bool:
    """Whether a side is the one before with decimals in place of parts, one of which has quite another value."""
    for part, literal in counterparts(before, after) or ():
        n = decimal(literal)
        if n is None or n.digits == 0:
            continue
        try:
            gap = abs(ball(value(part)) - ball(value(literal)))
        except NOT_HERE:
            continue
        if gap > 4 * flint.arb(fmpq(half_unit(n, False))):
            return True
    return False


def counterparts(before: Core, after: Core) -> list[tuple[Core, Core]] | None:
    """The parts of a side that numbers stand for in the next, which has its shape otherwise; None where it has another shape."""
    if before == after:
        return []
    if decimal(after) is not None:
        return [(before, after)]
    xs, ys = below(before), below(after)
    if not isinstance(before, Op) or not isinstance(after, Op) or before.name != after.name or len(xs) != len(ys) or not xs:
        return None
    pairs = [counterparts(x, y) for x, y in zip(xs, ys, strict=True)]
    return None if any(p is None for p in pairs) else [q for p in pairs for q in p or ()]


__all__ = ["NOT_HERE", "Comparison", "compare", "computed"]
