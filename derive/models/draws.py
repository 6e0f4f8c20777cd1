"""Distributions, functions and numbers, drawn by name.

Every unknown is drawn from its name and a seed, so the order of evaluation never matters and a witness can be drawn
again by anyone.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import flint

from derive.values.algebra import Algebra, Mat, Vec
from derive.values.budget import BITS_PER_STEP, CELL, LARGEST_HELD, LARGEST_NUMBER, LARGEST_TRIAL, REDUCING, Budget, Exhausted
from derive.values.fields import Field
from derive.values.jets import Jet, Ring
from derive.values.paired import Paired
from derive.values.rational import Rational

#: Steps between two looks at the clock.
LOOK = 2000


@dataclass(slots=True)
class Setting:
    """What a world is drawn from: sizes, conventions, assumptions in force."""

    states: int = 3
    actions: int = 2
    outcomes: int = 3
    dim: int = 2
    group: int = 3
    first: int = 0
    reward_shift: int = 0
    reward_palette: bool = False
    endless: bool = False
    certain: frozenset[str] = frozenset()
    assumptions: frozenset[str] = frozenset()
    variables: tuple[str, ...] = ()
    order: int = 1
    scalars: frozenset[str] = frozenset()
    taylor: bool = False
    fixed_numbers: dict[str, Any] = field(default_factory=dict)
    generic: bool = False


class Draws(Algebra):
    """Unknowns of one field, each the same whenever it is asked for."""

    def __init__(self, fld: Field, seed: int, setting: Setting, ring: Ring):
        super().__init__(fld)
        self.seed, self.setting, self.ring = seed, setting, ring
        self.memo: dict[Any, Any] = {}
        self.unknown: set[str] = set()
        self.loose: set[str] = set()
        self.chosen_for: set[str] = set()
        self.steps = 0
        self.held = 0
        self.ties = True
        self.max_steps = LARGEST_TRIAL
        self.budget: Budget | None = None
        self.look = LOOK

    def rng(self, key: Any) -> random.Random:
        return random.Random(f"{self.seed}|{key}")

    def draw(self, key: Any, kind: str = "real") -> Any:
        """The element called ``key``; the same each time."""
        full = (key, kind)
        if full not in self.memo:
            self.hold(1)
            self.memo[full] = self.field.draw(self.rng(key), kind)
        return self.memo[full]

    def integer(self, key: Any, low: int, high: int) -> int:
        full = ("int", key, low, high)
        if full not in self.memo:
            self.memo[full] = self.rng(full).randint(low, high)
        return int(self.memo[full])

    def choice(self, key: Any, n: int) -> int:
        self.chosen_for.add(key[0] if isinstance(key, tuple) else key)
        return self.integer(("choice", key), 0, n - 1)

    def value(self, key: Any, kind: str = "real", depends: frozenset[str] | None = None) -> Any:
        """An unknown that is a function of the parameters in ``depends`` (None: of all; empty: a constant)."""
        variables = self.variables_of(depends)
        if not variables or self.ring.order == 0:
            return self.draw(key, kind)
        full = ("jet", key, kind, variables)
        if full not in self.memo:
            self.hold(len(self.ring.monomials))
            coefficients = [self.draw(key, kind)]
            for m in self.ring.monomials[1:]:
                inside = all(e == 0 or i in variables for i, e in enumerate(m))
                coefficients.append(self.field.draw(self.rng((key, m)), "real") if inside else 0)
            self.memo[full] = Jet(self.ring, self.ring.order, coefficients)
        return self.memo[full]

    def variables_of(self, depends: frozenset[str] | None) -> tuple[int, ...]:
        names = self.setting.variables
        return tuple(i for i, name in enumerate(names) if depends is None or name.split("[")[0] in depends)

    def simplex(self, key: Any, n: int, depends: frozenset[str] | None) -> list[Any]:
        """``n`` positive unknowns that sum to one, so that each of their derivatives sums to zero."""
        full = ("simplex", key, n, depends)
        if full in self.memo:
            return list(self.memo[full])
        self.hold(n * len(self.ring.monomials))
        rng = self.rng(("simplex", key, n))
        if isinstance(self.field, Rational | Paired):
            bound = 4 if isinstance(self.field, Rational) and not self.field.wide else 400
            weights = [rng.randint(1, bound) for _ in range(n)]
            if n == 2 and isinstance(self.field, Rational) and weights[0] == weights[1]:
                weights[1] += 1
            total = sum(weights)
            values = [self.field.lift(flint.fmpq(w, total)) for w in weights]
        else:
            draws = [self.field.draw(rng, "positive") for _ in range(n)]
            total_draw = sum(draws[1:], draws[0])
            values = [self.field.divide(d, total_draw) for d in draws]
        variables = self.variables_of(depends)
        if variables and self.ring.order:
            jets = [[v] for v in values]
            for m in self.ring.monomials[1:]:
                if all(e == 0 or i in variables for i, e in enumerate(m)):
                    parts = [self.field.draw(self.rng((key, n, m, j)), "real") for j in range(n - 1)]
                    last: Any = 0
                    for part in parts:
                        last = last - part
                    parts.append(last)
                else:
                    parts = [0] * n
                for jet, part in zip(jets, parts, strict=True):
                    jet.append(part)
            values = [Jet(self.ring, self.ring.order, jet) for jet in jets]
        self.memo[full] = tuple(values)
        return list(values)

    def frozen(self, value: Any) -> Any:
        """The value with every derivative set to zero (a stop-gradient)."""
        if isinstance(value, Vec | Mat):
            return self.each(value, self.frozen)
        return value.c[0] if isinstance(value, Jet) else value

    def holds(self, assumption: str) -> bool:
        return assumption in self.setting.assumptions

    def tick(self, n: int = 1) -> None:
        """Count work; a world that takes too many steps is given up."""
        self.steps += n
        if self.steps > self.max_steps:
            raise Exhausted("the model is too large for the budget")
        if self.steps > self.look:
            self.look = self.steps + LOOK
            if self.budget is not None and self.budget.overrun():
                raise Exhausted("it took too long")

    def hold(self, cells: int) -> None:
        """Count values that this world keeps, before they are made.

        Raises:
            Exhausted: they would take more memory than a claim may have.
        """
        self.held += cells * CELL
        if self.held > LARGEST_HELD:
            raise Exhausted("its values take more memory than a claim may have")
        self.tick(cells // 64)

    def weighed(self, value: Any) -> Any:
        """An exact number, charged by its length."""
        whole = type(value) is int
        bits = value.bit_length() if whole else value.height_bits()
        if bits > BITS_PER_STEP:
            if bits > LARGEST_NUMBER:
                raise Exhausted("a number too large to compute")
            self.tick(bits // BITS_PER_STEP if whole else REDUCING * bits // BITS_PER_STEP)
        return value

    @property
    def chancy(self) -> bool:
        """Whether two actions chosen independently may be the same by chance: then a few points show little."""
        return bool({"act", "next"} & self.chosen_for) or {"free action", "element"} <= self.chosen_for


__all__ = ["Draws", "Exhausted", "Setting"]
