"""How two values are related: equal, less, parallel, in the orders that are claimed; exactly, or as far as balls tell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import flint

from derive.core.terms import CoreClaim
from derive.evaluate.compiler import bare
from derive.values.arith import NeedsOrder, Undefined
from derive.values.jets import Jet
from derive.values.matrices import Mat, Vec, is_exact
from derive.worlds.world import World


def is_endless(value: Any) -> bool:
    """Whether a value is infinite."""
    value = value.c[0] if isinstance(value, Jet) else value
    return isinstance(value, flint.arb) and not value.is_finite()


def infinite(value: Any) -> int:
    """1 for ∞, −1 for −∞, 0 for anything else: a number, or a ball of which not even the sign is known."""
    value = bare(value)
    return int(value == flint.arb("inf")) - int(value == flint.arb("-inf")) if isinstance(value, flint.arb) else 0


def is_indefinite(value: Any) -> bool:
    """Whether a value, or a part of it, is what is left of ∞ − ∞: no number, which any number would seem to equal."""
    match value:
        case Vec():
            return any(map(is_indefinite, value.items))
        case Mat():
            return any(is_indefinite(x) for row in value.rows for x in row)
        case Jet():
            return any(map(is_indefinite, value.c))
    return isinstance(value, flint.arb) and bool(value.is_nan())


def holds(world: World, claim: CoreClaim, a: Any, b: Any) -> bool | None:
    """Whether a relation holds between two values; None where balls cannot tell."""
    if isinstance(a, frozenset) or isinstance(b, frozenset):
        return (a == b) if claim.relation == "=" else None
    if claim.relation == "propto":
        return parallel(world, a, b)
    if claim.relation in ("=", "~") and infinite(a) and infinite(b):
        return infinite(a) == infinite(b)
    difference = world.algebra.sub(a, b)
    if claim.relation in ("=", "~"):
        return all_zero(world, parts_of(world, claim, difference))
    if isinstance(difference, Vec):
        if claim.relation == "!=":
            return among(nonzero(bare(x)) for x in difference.items)
        # an order between vectors is one between all their components
        pairs = zip(*(x.items if isinstance(x, Vec) else [x] * len(difference.items) for x in (a, b)), strict=True)
        each = [holds(world, claim, x, y) for x, y in pairs]
        return False if False in each else None if None in each else True
    if isinstance(difference, Mat):
        return None
    x = bare(difference)
    if claim.relation == "!=":
        return nonzero(x)
    if type(x).__name__ == "nmod":
        raise NeedsOrder
    world.ordered = True
    positive, negative, zero = x > 0, x < 0, x == 0
    if not (positive or negative or zero):
        return None
    return {"<": negative, ">": positive, "<=": negative or zero, ">=": positive or zero}[claim.relation]


def among(found: Iterable[bool | None]) -> bool | None:
    """Whether something holds of one of several, None where it is not known."""
    each = [*found]
    return True if True in each else None if None in each else False


def parallel(world: World, a: Any, b: Any) -> bool | None:
    """Whether two vectors point the same way; numbers always do, up to their sign, and say nothing."""
    if not (isinstance(a, Vec) and isinstance(b, Vec)) or len(a.items) < 2:
        return None
    x, y = ([bare(v) for v in side.items] for side in (a, b))
    empty = [all_zero(world, side) for side in (x, y)]
    if None not in empty and empty[0] != empty[1]:
        return False
    minors = [
        world.algebra.sub(world.algebra.mul(x[i], y[j]), world.algebra.mul(x[j], y[i])) for i in range(len(x)) for j in range(i)
    ]
    if not all_zero(world, minors):
        return all_zero(world, minors)
    if world.plan.arithmetic == "modular":
        return True
    inner = world.algebra.total([world.algebra.mul(p, q) for p, q in zip(x, y, strict=True)])
    return True if inner > 0 else False if inner < 0 else None


def parts_of(world: World, claim: CoreClaim, difference: Any) -> list[Any]:
    """The numbers that must vanish: constant terms, and Taylor coefficients below the order that is claimed."""
    out: list[Any] = []
    scalars = (
        list(difference.items)
        if isinstance(difference, Vec)
        else [x for r in difference.rows for x in r]
        if isinstance(difference, Mat)
        else [difference]
    )
    small = {i for v in claim.small for i in world.epsilons.get(v.number, ())} if claim.order is not None else set()
    for x in scalars:
        if claim.order is not None and claim.order > 1 and not (isinstance(x, Jet) and x.order >= claim.order - 1):
            raise Undefined("too few orders are left")
        if isinstance(x, Jet) and claim.order is not None:
            for monomial, c in zip(x.ring.monomials, x.c, strict=False):
                degree = sum(e for i, e in enumerate(monomial) if i in small)
                if degree == sum(monomial) and degree < claim.order:
                    out.append(c)
        else:
            out.append(bare(x))
    return out


def all_zero(world: World, parts: list[Any]) -> bool | None:
    found: bool | None = True
    for x in parts:
        if is_exact(x):
            zero: bool | None = x == 0
        elif isinstance(x, flint.arb):
            unsure = x.is_nan() or x.contains(0) and x.rad() > flint.arb("1e-25")
            zero = None if unsure else bool(x.contains(0))
        else:
            zero = bool(world.algebra.field.is_zero(x))
        if zero is False:
            return False
        if zero is None:
            found = None
    return found


def nonzero(x: Any) -> bool | None:
    if is_exact(x):
        return bool(x != 0)
    if isinstance(x, flint.arb):
        return True if not x.contains(0) else None
    return bool(x != 0)


__all__ = ["holds", "infinite", "is_endless", "is_indefinite"]
