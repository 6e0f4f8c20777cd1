r"""``p(x|y) \\propto p(y|x)p(x)``: two functions of an outcome that differ by a factor which does not depend on it."""

from __future__ import annotations

from dataclasses import replace

from derive.core.terms import CoreClaim, Op, Var, free_variables, op, unused, walk
from derive.core.terms import replace as replaced


def compared(claim: CoreClaim) -> CoreClaim:
    """The claim that a(x) b(x') = a(x') b(x) for any two outcomes; vectors are compared as they are.

    The outcome is what the distribution on the left is over, or else the first free letter of a finite sort.
    """
    v = outcome(claim)
    if claim.relation != "propto" or v is None:
        return claim
    other = Var(unused(claim.parts()), v.type)
    a, b = claim.lhs, claim.rhs
    there = [replaced(t, {v.number: other}) for t in (a, b)]
    return replace(claim, lhs=op("mul", a, there[1]), relation="=", rhs=op("mul", there[0], b))


def outcome(claim: CoreClaim) -> Var | None:
    head = claim.lhs
    if isinstance(head, Op) and head.name in ("prob", "mass", "joint") and len(head.args) > 1 and isinstance(head.args[1], Var):
        return head.args[1]
    if any(isinstance(t, Op) and t.name == "gradient" for t in walk(head)):
        return None
    free = sorted((v for v in free_variables(head) if v.type.name == "Elem"), key=lambda v: v.number)
    return free[0] if free else None
