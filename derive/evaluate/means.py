"""Expectations over laws and over outcomes, and the masses that they are made of."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Any

from derive.core.terms import Bind, Core, Op, free_variables
from derive.core.types import TOKEN_SORT
from derive.evaluate.analysis import normal_mean
from derive.evaluate.compiler import FACTORS, OUTCOMES, Code, Compiler, Frame
from derive.evaluate.scalar_functions import whole_number
from derive.values.arith import NoChance, Redraw
from derive.values.jets import constant
from derive.worlds.world import Drawn, Element, World


def masses(world: World, law: Any, sort: Any) -> list[Any]:
    """The masses of a law over a sort."""
    if isinstance(law, Drawn):
        return world.masses(law.key, world.size(sort), law.at)
    return list(law)


def expect(compiler: Compiler, term: Bind) -> Code:
    if isinstance(term.args[0], Op) and term.args[0].name == "normal_law":
        return normal_mean(compiler, term)
    body, law = compiler.code(term.body), compiler.code(term.args[0])
    v = term.vars[0]

    def run(world: World, frame: Frame) -> Any:
        sort = v.type.args[0]
        pairs = zip(world.elements(sort), masses(world, law(world, frame), sort), strict=sort != TOKEN_SORT)
        return world.algebra.total(world.algebra.mul(p, body(world, {**frame, v.number: x})) for x, p in pairs)

    return run


#: Most outcomes of all samples together.
MOST_SAMPLED = 128


def sample(compiler: Compiler, term: Bind) -> Code:
    """The mean over independent draws of one law, all their outcomes one after another.

    Raises: Redraw where there are too many.
    """
    body, law, count = compiler.code(term.body), compiler.code(term.args[0]), compiler.code(term.args[1])
    v = term.vars[0]
    free = {u.number for u in free_variables(term)}

    def run(world: World, frame: Frame) -> Any:
        if free & frame.keys() or "omega" in frame or "path" in frame:
            return over_all(world, frame)
        key = ("sample", term)
        if key not in world.cache:
            world.cache[key] = over_all(world, frame)
        return world.cache[key]

    def over_all(world: World, frame: Frame) -> Any:
        sort = v.type.args[-1].args[0]
        n = whole_number(count(world, frame))
        if n < 1 or world.size(sort) ** n > MOST_SAMPLED:
            raise Redraw
        weights = masses(world, law(world, frame), sort)
        parts = []
        for drawn in product(range(len(weights)), repeat=n):
            value = body(world, {**frame, v.number: tuple(Element(sort, k) for k in drawn)})
            parts.append(world.algebra.mul(world.algebra.product([weights[k] for k in drawn]), value))
        return world.algebra.total(parts)

    return run


def chances(world: World) -> list[Any]:
    """The probabilities of the outcomes that random variables are functions of."""
    if world.factors:
        first, second = world.masses(("outcomes", 0), 2, ()), world.masses(("outcomes", 1), 3, ())
        return [world.algebra.mul(first[i], second[j]) for i, j in FACTORS]
    return world.masses(("outcomes",), OUTCOMES, ())


def mean(compiler: Compiler, term: Bind) -> Code:
    """E[body | conditions] over outcomes; a condition ``same(X)`` asks for the value that X has at the outcome outside."""
    body, conditions = compiler.code(term.body), conditions_of(compiler, term)
    same = list(map(compiler.code, same_as_outside(term)))

    def run(world: World, frame: Frame) -> Any:
        outside = {**frame, "omega": frame.get("omega", 0)}
        given = [(code, code(world, outside)) for code in same]
        cases = met(world, frame, "omega", enumerate(chances(world)), conditions, given)
        weights = [chance for _, chance in cases] if term.where else None
        return weighed(world, weights, ((body(world, inner), chance) for inner, chance in cases))

    return run


def is_same(condition: Core) -> bool:
    return isinstance(condition, Op) and condition.name == "same"


def same_as_outside(term: Bind) -> list[Core]:
    """What must be what it is outside: the x of the conditions ``same(x)``."""
    return [c.args[0] for c in term.where if isinstance(c, Op) and is_same(c)]


def conditions_of(compiler: Compiler, term: Bind) -> list[Code]:
    """The other conditions."""
    return [compiler.code(c) for c in term.where if not is_same(c)]


def weighed(world: World, weights: list[Any] | None, values: Iterable[tuple[Any, Any]]) -> Any:
    """The sum of values by their chances, divided by the chances of what is given; values are asked for if that can happen.

    Raises: NoChance where nothing is left that is given, or nothing that has a chance.
    """
    algebra = world.algebra
    weight = algebra.total(weights) if weights is not None else 1
    if isinstance(weight, int) and weight == 0:
        raise NoChance
    total = algebra.total(algebra.mul(chance, value) for value, chance in values)
    return total if weights is None else algebra.div(total, weight)


def met(
    world: World, frame: Frame, key: str, cases: Iterable[tuple[Any, Any]], where: list[Code], given: list[tuple[Code, Any]]
) -> list[tuple[Frame, Any]]:
    """The frames of the cases, each with its chance, in which the conditions hold and what is given has its value."""
    inner = (({**frame, key: case}, chance) for case, chance in cases)
    return [
        (one, chance)
        for one, chance in inner
        if all(c(world, one) for c in where) and all(equal_values(world, code(world, one), value) for code, value in given)
    ]


def equal_values(world: World, a: Any, b: Any) -> bool:
    if isinstance(a, bool | Element):
        return bool(a == b)
    difference = constant(world.algebra.sub(a, b))
    if hasattr(difference, "rad"):
        return bool(difference.contains(0)) and not difference.is_nan()  # levels are apart
    return bool(difference == 0) if isinstance(difference, int) else bool(world.algebra.field.is_zero(difference))
