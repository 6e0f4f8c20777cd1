r"""Extremes over distributions and policies of what is linear in their probabilities, and entropies of them.

With p the probabilities in a state, ``Σ p c + β H(p)`` has its largest value ``β log Σ exp(c/β)`` at ``p ∝ exp(c/β)`` if β > 0 (Gibbs'
inequality), and at one outcome if β ≤ 0; smallest values are those of the opposite.  That a body has this form is found from its
values: the form through some of them must give others too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from derive.core.terms import Bind
from derive.core.types import ACTION_SORT, POLICY, STATE_SORT
from derive.evaluate.analysis import negligible
from derive.evaluate.compiler import Code, Compiler, Frame
from derive.evaluate.scalar_functions import sign_of
from derive.values.arith import Irrational, NeedsOrder, Redraw, Undefined
from derive.values.jets import Jet
from derive.values.matrices import Mat, Vec
from derive.worlds.world import GIVEN, Drawn, World

#: Points at which the form that was found is held against the body.
CHECKED = 3
#: Most probabilities of a policy.
LARGEST = 16
OTHER_FORM = "an extreme of what is neither linear in the probabilities nor an entropy"

Rows = list[list[Any]]


def extreme_of_chances(compiler: Compiler, term: Bind) -> Code:
    """The largest or smallest value over all distributions, or over what a policy does in each state; or where it is."""
    body, v = compiler.code(term.body), term.vars[0]
    sign = 1 if term.name.endswith("max") else -1
    unlike = False  # whether a body was seen that has no such form: then it has none, wherever one is found by chance

    def run(world: World, frame: Frame) -> Any:
        if world.plan.arithmetic == "modular":
            raise NeedsOrder
        nonlocal unlike
        if unlike:
            raise Undefined(OTHER_FORM)
        world.stepped = True  # a form that was found from values proves nothing
        of_policy = v.type == POLICY
        count = world.size(STATE_SORT) if of_policy else 1
        width = world.size(ACTION_SORT if of_policy else v.type.args[0])

        def at(rows: Rows) -> Any:
            value = body(
                world, {**frame, v.number: Drawn(GIVEN, tuple(p for row in rows for p in row)) if of_policy else rows[0]}
            )
            if isinstance(value, Jet | Vec | Mat):
                raise Redraw
            return value

        if width == 1 or count * width > LARGEST:
            raise Redraw  # one outcome shows nothing; many take too long
        found = fitted(world, at, count, width)
        if found is None:
            unlike = True
            raise Undefined(OTHER_FORM)
        forms, total = found
        if not term.name.startswith("arg"):
            return world.algebra.total([total, *(form.extreme(world, sign) for form in forms)])
        rows = [form.place(world, sign) for form in forms]
        if not of_policy and None in rows[0]:
            raise Redraw
        return Drawn(GIVEN, tuple(p for row in rows for p in row)) if of_policy else rows[0]

    return run


@dataclass(frozen=True, slots=True)
class Form:
    """Σ p c + β H(p), for the probabilities of one state."""

    costs: list[Any]
    weight: Any

    def extreme(self, world: World, sign: int) -> Any:
        algebra = world.algebra
        if sign * self.curved(world) <= 0:
            return self.best(world, sign)[1]
        total = algebra.total([algebra.exp(algebra.div(c, self.weight)) for c in self.costs])
        return algebra.mul(self.weight, algebra.log(total))

    def place(self, world: World, sign: int) -> list[Any]:
        algebra = world.algebra
        if all(negligible(algebra, c) for c in (*self.costs, self.weight)):
            return [None] * len(self.costs)  # nothing here hangs on it
        if sign * self.curved(world) <= 0:
            where, _ = self.best(world, sign, alone=True)
            return [int(k == where) for k in range(len(self.costs))]
        weights = [algebra.exp(algebra.div(c, self.weight)) for c in self.costs]
        total = algebra.total(weights)
        return [algebra.div(w, total) for w in weights]

    def curved(self, world: World) -> int:
        """The sign of β."""
        return 0 if negligible(world.algebra, self.weight) else sign_of(world, self.weight)

    def best(self, world: World, sign: int, alone: bool = False) -> tuple[int, Any]:
        """An outcome whose c is best, and that.

        Raises: Redraw where there are two and it should be ``alone``.
        """
        where = 0
        for k, c in enumerate(self.costs[1:], 1):
            s = sign * sign_of(world, world.algebra.sub(c, self.costs[where]))
            if s == 0 and alone:
                raise Redraw
            where = k if s > 0 else where
        return where, self.costs[where]


def fitted(world: World, at: Callable[[Rows], Any], count: int, width: int) -> tuple[list[Form], Any] | None:
    """The forms of all states and the constant beside them; None where the body has no such form.

    Raises: Irrational where entropies may be seen in balls alone.
    """
    algebra = world.algebra
    entropic = world.plan.arithmetic.endswith("balls")
    even = distribution(world, [1] * width)
    base = [even] * count
    first = at(base)

    def entropy(p: list[Any]) -> Any:
        return algebra.neg(algebra.total([algebra.mul(x, algebra.log(x)) for x in p])) if entropic else 0

    def unlike(p: list[Any]) -> list[Any]:
        return [*map(algebra.sub, p[1:], even[1:]), *([algebra.sub(entropy(p), entropy(even))] if entropic else [])]

    forms: list[Form] = []
    tries = [distribution(world, [1 + (k == j) for k in range(width)]) for j in range(1, width)]
    tries += [distribution(world, [5] + [1] * (width - 1))] if entropic else []
    total = first
    for row in range(count):
        values = [algebra.sub(at([*base[:row], p, *base[row + 1 :]]), first) for p in tries]
        found = algebra.solve([unlike(p) for p in tries], values)
        costs, weight = [0, *found[: width - 1]], found[-1] if entropic else 0
        forms.append(Form(costs, weight))
        at_even = algebra.total([*map(algebra.mul, costs, even), algebra.mul(weight, entropy(even))])
        total = algebra.sub(total, at_even)
    checked = [[[1 + (3 * k + 2 * row + n * (k + 1)) % 7 for k in range(width)] for row in range(count)] for n in range(CHECKED)]
    checked += [
        [[1 + 60 * (k == (corner + row) % width) for k in range(width)] for row in range(count)] for corner in range(width)
    ]
    for weights in checked:
        rows = [distribution(world, w) for w in weights]
        told = algebra.total(
            [total]
            + [
                algebra.total([*map(algebra.mul, form.costs, p), algebra.mul(form.weight, entropy(p))])
                for form, p in zip(forms, rows, strict=True)
            ]
        )
        if not negligible(algebra, algebra.sub(at(rows), told)):
            if not entropic:
                raise Irrational
            return None
    return forms, total


def distribution(world: World, weights: list[int]) -> list[Any]:
    """Probabilities in the ratio of weights."""
    return [world.algebra.div(w, sum(weights)) for w in weights]


__all__ = ["extreme_of_chances"]
