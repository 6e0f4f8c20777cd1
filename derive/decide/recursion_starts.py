"""Recursions that are given, with the members at which they start: what makes the sequences of a world follow from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.core.terms import Core, Num, Op, Var, free_variables
from derive.evaluate.recursive_sequences import Follows, shape_of
from derive.values.arith import Redraw
from derive.worlds.world import World

if TYPE_CHECKING:
    from derive.decide.points import Prepared


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


__all__ = ["recursions"]
