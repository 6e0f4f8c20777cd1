"""Sequences that follow from a recursion: each member from others, down to where it starts or up to where it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from derive.core.terms import Core, Num, Op, Var, walk
from derive.evaluate.compiler import Code, Frame
from derive.evaluate.scalar_functions import whole_number
from derive.values.arith import Redraw
from derive.worlds.world import World, token

#: Where a recursion begins for which nothing gives a first member, world by world; where one that runs backwards ends; most steps to a member.
FIRST, LAST, FURTHEST = (1, 0), 16, 64

#: Where a frame keeps the members that are known.
MEMO = "members"


@dataclass(slots=True)
class Follows:
    """A recursion: the variables of its head, the place of its index and the shift on it, its right side, and the members that are given.

    ``steps`` is how many members it takes to go on, ``backwards`` whether they are later ones.
    """

    variables: tuple[int, ...]
    place: int
    shift: int
    body: Code
    steps: int
    backwards: bool
    starts: list[tuple[tuple[Core, ...], tuple[Code, ...], Code]] = field(default_factory=list)

    def value(self, world: World, frame: Frame, args: tuple[Any, ...], drawn: Callable[[], Any], key: int) -> Any:
        """The member at its arguments; one that nothing comes before is drawn.  What was made on the way is kept for as long as that takes."""
        memo = frame.get(MEMO)
        if memo is None:
            frame = {**frame, MEMO: (memo := {})}
        known = (key, tuple(token(a) for a in args), frame.get("path"), frame.get("omega"))
        if known not in memo:
            memo[known] = self.made(world, frame, args, drawn)
        return memo[known]

    def made(self, world: World, frame: Frame, args: tuple[Any, ...], drawn: Callable[[], Any]) -> Any:
        k = whole_number(args[self.place])
        starts = {whole_number(codes[self.place](world, frame)): (heads, value) for heads, codes, value in self.starts}
        if k in starts:
            heads, value = starts[k]
            bound = {h.number: a for h, a in zip(heads, args, strict=True) if isinstance(h, Var) and h.type.name == "Elem"}
            return value(world, {**frame, **bound})
        if self.backwards:
            edge = max(starts, default=LAST)
            beyond, free = k > edge, not starts and k > edge - self.steps
        else:
            edge = min(starts, default=FIRST[world.plan.spread % len(FIRST)])
            beyond, free = k < edge, (not starts or len(starts) < self.steps) and k < edge + self.steps
        if beyond or abs(k - edge) > FURTHEST:
            raise Redraw
        if free:
            return drawn()
        bound = {n: a if i != self.place else k - self.shift for i, (n, a) in enumerate(zip(self.variables, args, strict=True))}
        return self.body(world, {**frame, **bound})


def shape_of(head: Op, rhs: Core) -> tuple[tuple[int, ...], int, int, int, bool] | None:
    """The variables of a recursion's head, the place of its index, the shift on it, how many steps it takes, and whether backwards.

    None where the head has no index, or where it is reached from both sides.
    """
    variables, place, shift = [], -1, 0
    for i, a in enumerate(head.args[1:]):
        if (found := shifted_index(a)) is None:
            return None
        v, c = found
        variables.append(v.number)
        if v.type.name == "Nat":
            if place >= 0:
                return None
            place, shift = i, c
    if place < 0:
        return None
    gaps = []
    for t in walk(rhs):
        if isinstance(t, Op) and t.name == head.name and t.args[0] == head.args[0]:
            if (found := shifted_index(t.args[1 + place])) is not None and found[0].number == variables[place]:
                gaps.append(found[1] - shift)
    if any(g >= 0 for g in gaps) and any(g <= 0 for g in gaps):
        return None
    backwards = bool(gaps) and gaps[0] > 0
    return tuple(variables), place, shift, max((abs(g) for g in gaps), default=1), backwards


def shifted_index(term: Core) -> tuple[Var, int] | None:
    """n and c of n + c; None for anything else."""
    match term:
        case Var():
            return term, 0
        case Op(name="coerce", args=(inner,)):
            return shifted_index(inner)
        case Op(name="add", args=(a, b)):
            for x, y, sign in ((a, b, 1), (b, a, 1)):
                if isinstance(y, Op) and y.name == "neg":
                    y, sign = y.args[0], -1
                found = shifted_index(x)
                if found is not None and isinstance(y, Num) and y.value.denominator == 1:
                    return found[0], found[1] + sign * int(y.value)
    return None
