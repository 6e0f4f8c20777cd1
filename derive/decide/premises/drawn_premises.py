"""Premises that hold by how a world is drawn: what matrices are like, independence, recursions, rewards between bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import flint

from derive.core.terms import Bind, Core, CoreClaim, Num, Op, Var, free_variables, num, strip_coerce
from derive.decide.premises.drawn_matrices import shape_matrices
from derive.evaluate.chances import reward_values
from derive.evaluate.compiler import Code, Frame, bare
from derive.evaluate.recursive_sequences import Follows, shape_of
from derive.values.arith import NeedsOrder, Redraw
from derive.worlds.world import World

if TYPE_CHECKING:
    from derive.decide.points import Prepared

#: Parts of the way from the least to the largest that rewards lie at.
PLACES = (0, 1, flint.fmpq(1, 3), flint.fmpq(3, 4))
#: In how many worlds of this many all rewards are at one bound.
ALIKE = 6


# --- matrices and random variables -----------------------------------------------------------------


def structures(p: Prepared, world: World) -> None:
    """Matrices that are what is given of them, random variables and coordinates that are independent."""
    world.factors.update(apart(p.claim))
    shape_matrices(p.claim.givens, world)
    for given, _, _ in p.givens:
        a, b = given.lhs, given.rhs
        pair = independent(given)
        if pair is not None and pair[0] == pair[1]:
            world.products = world.products | {pair[0].number}
        if given.relation != "=":
            continue
        for x, y in ((a, b), (b, a)):
            if isinstance(x, Op) and x.name == "joint" and len(x.args) > 2 and not x.info[1] and is_product(x, y):
                world.products = world.products | {x.args[0].number} if isinstance(x.args[0], Var) else world.products


def apart(claim: CoreClaim) -> dict[int, int]:
    """Which of two parts of an outcome each random variable hangs on: two that are given to be independent, on different ones.

    Raises: Redraw where two parts are not enough.
    """
    parts: dict[int, int] = {}
    left = [(a.number, b.number) for a, b in pairs_apart(claim)]
    while left:
        a, b = next((pair for pair in left if pair[0] in parts or pair[1] in parts), left[0])
        left.remove((a, b))
        first = parts.get(a, 1 - parts.get(b, 1))
        if parts.get(b, 1 - first) == first:
            raise Redraw
        parts[a], parts[b] = first, 1 - first
    return parts


def pairs_apart(claim: CoreClaim) -> list[tuple[Var, Var]]:
    """The pairs of different random variables that are given to be independent."""
    found = (independent(given) for given in claim.givens)
    return list(dict.fromkeys(pair for pair in found if pair is not None and pair[0] != pair[1]))


def independent(given: CoreClaim) -> tuple[Var, Var] | None:
    """Two random variables or events that are said to be independent: so, by P(A, B) = P(A) P(B), or by I(X; Y) = 0.

    A joint distribution that is independent of itself is one whose coordinates are independent.
    """
    a, b = given.lhs, given.rhs
    if given.relation == "independent" and isinstance(a, Var) and isinstance(b, Var):
        return a, b
    if given.relation != "=":
        return None
    for x, y in ((a, b), (b, a)):
        if isinstance(x, Bind) and x.name == "mean" and isinstance(y, Op) and y.name == "mul":
            both = events_of(x)
            single = [events_of(m) for m in y.args]
            if len(set(both)) == 2 and sorted(map(str, both)) == sorted(str(e) for s in single for e in s):
                return both[0], both[1]
        if isinstance(x, Op) and x.name == "add" and y == num(0) and len(x.args) == 2:
            first, second = x.args[0], x.args[1].args[0] if isinstance(x.args[1], Op) and x.args[1].name == "neg" else None
            if (
                isinstance(first, Op)
                and isinstance(second, Op)
                and first.name == second.name == "entropy_of"
                and len(second.args) == 2
            ):
                u, v = second.args
                if isinstance(u, Var) and isinstance(v, Var) and first.args == (u,):
                    return u, v
    return None


def events_of(term: Core) -> list[Var]:
    """The events of P(A ∩ B)."""
    if not (isinstance(term, Bind) and term.name == "mean" and not term.where):
        return []
    body = term.body
    while isinstance(body, Op) and body.name in ("indicator", "and") and len(body.args) == 1:
        body = body.args[0]
    parts = body.args if isinstance(body, Op) and body.name in ("indicator", "and") else (body,)
    letters = [x.args[1] for x in parts if isinstance(x, Op) and x.name == "eq"]
    if len(set(letters)) < len(letters):
        return []  # P(X = x, Y = x) is of equal values alone
    found = [valued(x) for x in parts]
    return [v for v in found if v is not None] if None not in found else []


def valued(term: Core) -> Var | None:
    """The event A, or the random variable X of X = x, where x is a letter for any of its values."""
    if isinstance(term, Op) and term.name == "eq" and isinstance(term.args[0], Var) and term.args[0].random:
        return term.args[0] if isinstance(term.args[1], Var) and not term.args[1].random else None
    return term if isinstance(term, Var) else None


def is_product(joint: Op, other: Core) -> bool:
    """Whether the other side is the product of the marginals: of one coordinate each."""
    return (
        isinstance(other, Op) and other.name == "mul"
        and all(isinstance(m, Op) and m.name == "joint" and m.args[0] == joint.args[0] and not m.info[1] for m in other.args)
        and all(isinstance(m, Op) and len(m.info[0]) == 1 for m in other.args)
        and sorted(c for m in other.args if isinstance(m, Op) for c in m.info[0]) == sorted(joint.info[0])
    )  # fmt: skip


# --- sequences ---------------------------------------------------------------------------------------


def recursions(p: Prepared, world: World) -> None:
    """Make the sequences that recursions give follow from them.

    Raises: Redraw where one is given by something else than a recursion in its index, or by two of them.
    """
    for given, _, rhs in p.givens:
        if given.relation != "follows":
            continue
        head = given.lhs
        shape = shape_of(head, given.rhs) if isinstance(head, Op) else None
        if shape is None or not isinstance(head, Op) or not isinstance(head.args[0], Var) or head.args[0].number in world.follows:
            raise Redraw
        variables, place, shift, steps, backwards = shape
        rule = Follows(variables, place, shift, rhs, steps, backwards)
        for other, code, value in p.givens:
            for member, values in ((other.lhs, value), (other.rhs, code)):
                if other.relation == "=" and is_start(member, head, place):
                    assert isinstance(member, Op)
                    rule.starts.append((member.args[1:], tuple(map(p.code, member.args[1:])), values))
        world.follows[head.args[0].number] = rule


def is_start(member: Core, head: Op, place: int) -> bool:
    """Whether a member with a certain index stands here, its other arguments any."""
    if not (isinstance(member, Op) and member.name == head.name and member.args[0] == head.args[0]):
        return False
    index = member.args[1 + place]
    others = [a for i, a in enumerate(member.args[1:]) if i != place]
    return (
        isinstance(index, Num) or not free_variables(index) or all(v.type.name == "Nat" for v in free_variables(index))
    ) and all(isinstance(a, Var) for a in others)


# --- rewards -----------------------------------------------------------------------------------------


def bound_rewards(bounds: Sequence[tuple[CoreClaim, Code, Code]], world: World, frame: Frame) -> None:
    """Moves the rewards of a world between both bounds that are given of them, ``a ≤ r(s,a) ≤ b`` for all s and a, or to what all are."""
    low: Any = None
    high: Any = None
    for given, lhs, rhs in bounds:
        if not given.every:
            continue
        for own, other, bound, least in ((given.lhs, given.rhs, rhs, ">="), (given.rhs, given.lhs, lhs, "<=")):
            inner = strip_coerce(own)
            size = isinstance(inner, Op) and inner.name == "abs" and is_reward(inner.args[0])
            if (
                given.relation not in ("<=", ">=", "=")
                or not (size or is_reward(inner))
                or free_variables(other) & {*given.every}
            ):
                continue
            limit = bare(bound(world, frame))
            if given.relation == "=":
                low = high = limit
            elif given.relation == least:
                low = low if size else limit
            else:
                low, high = world.algebra.neg(limit) if size else low, limit
    if low is None or high is None or world.plan.arithmetic == "modular" and low is not high:
        return
    gap = world.algebra.sub(high, low)
    try:
        if low is not high and world.algebra.sign(gap) < 0:
            return
    except NeedsOrder:
        return
    alike = world.rng("rewards alike").randrange(ALIKE)
    values = reward_values(world)
    for k in range(int(world.runs_out), len(values)):
        place = PLACES[alike] if alike < 2 else PLACES[world.rng("reward between", k).randrange(len(PLACES))]
        values[k] = world.algebra.add(low, world.algebra.mul(gap, place))


def is_reward(term: Core) -> bool:
    """Whether a term is the reward of a state and an action."""
    term = strip_coerce(term)
    return isinstance(term, Op) and term.name == "reward"


__all__ = ["bound_rewards", "independent", "is_product", "is_start", "pairs_apart", "recursions", "structures"]
