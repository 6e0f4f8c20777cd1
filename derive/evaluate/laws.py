"""Meaning of laws, joints, entropies and divergences."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any, cast

from derive.core.terms import Bind, Op
from derive.core.types import ACTION_SORT, STATE_SORT, TOKEN_SORT, Type
from derive.evaluate.compiler import Code, Compiler, Frame, Unmeant
from derive.evaluate.means import chances, equal_values, masses
from derive.evaluate.scalar_functions import absolute, is_nought
from derive.worlds.world import Element, World


def sort_of(compiler: Compiler, term: Any) -> Type:
    """The sort of a law's outcomes, from the type of its term or of the letter of its table."""
    if isinstance(term, Op):
        if term.name == "action_law":
            return ACTION_SORT
        if term.name == "next_law":
            return STATE_SORT
        if term.name == "token_law":
            return TOKEN_SORT
        if term.name == "joint_law":
            return cast("Type", term.info[2][term.info[0][0]])
        return sort_of(compiler, term.args[0])
    found: Type = (term.vars[0] if isinstance(term, Bind) else term).type.args[0]
    return found


def mass(compiler: Compiler, term: Op) -> Code:
    law, x = compiler.code(term.args[0]), compiler.code(term.args[1])

    def run(world: World, frame: Frame) -> Any:
        element: Element = x(world, frame)
        chances = masses(world, law(world, frame), element.sort)
        return chances[element.k] if element.k < len(chances) else 0  # a token that does not follow there

    return run


def over_laws(change: Callable[..., Any]) -> Callable[[Compiler, Op], Code]:
    def make(compiler: Compiler, term: Op) -> Code:
        parts = [compiler.code(a) for a in term.args]
        sort = sort_of(compiler, term.args[0])

        def run(world: World, frame: Frame) -> Any:
            return change(world, *(masses(world, part(world, frame), sort) for part in parts))

        return run

    return make


def xlogx(w: World, p: Any, q: Any) -> Any:
    return 0 if is_nought(p) else w.algebra.mul(p, w.algebra.log(q))


def divergence(w: World, p: list[Any], q: list[Any]) -> Any:
    """Σ p log(p/q)."""
    return w.algebra.total([xlogx(w, a, w.algebra.div(a, b)) for a, b in zip(p, q, strict=True) if not is_nought(a)])


def entropy(w: World, p: list[Any]) -> Any:
    return w.algebra.neg(w.algebra.total([xlogx(w, a, a) for a in p]))


def cross_entropy(w: World, p: list[Any], q: list[Any]) -> Any:
    return w.algebra.neg(w.algebra.total([xlogx(w, a, b) for a, b in zip(p, q, strict=True)]))


def total_variation(w: World, p: list[Any], q: list[Any]) -> Any:
    gaps = [absolute(w, w.algebra.sub(a, b)) for a, b in zip(p, q, strict=True)]
    return w.algebra.div(w.algebra.total(gaps), 2)


def joint(compiler: Compiler, term: Op) -> Code:
    """A marginal or conditional of one joint distribution over named coordinates (named while elaborating, numbered here)."""
    variable, *args = term.args
    number = variable.number  # type: ignore[attr-defined]
    codes = [compiler.code(a) for a in args]
    out, given = term.info[0], term.info[1]
    sorts = term.info[2]

    def run(world: World, frame: Frame) -> Any:
        fixed = {place: code(world, frame).k for place, code in zip((*out, *given), codes, strict=True)}
        top = marginal(world, number, sorts, fixed)
        if not given:
            return top
        return world.algebra.div(top, marginal(world, number, sorts, {g: fixed[g] for g in given}))

    return run


def joint_law(compiler: Compiler, term: Op) -> Code:
    """The masses of one coordinate of a joint distribution, given others."""
    variable, *args = term.args
    number = variable.number  # type: ignore[attr-defined]
    codes = [compiler.code(a) for a in args]
    (out,), given, sorts = term.info

    def run(world: World, frame: Frame) -> Any:
        fixed = {place: code(world, frame).k for place, code in zip(given, codes, strict=True)}
        whole = marginal(world, number, sorts, fixed) if given else 1
        each = [marginal(world, number, sorts, {**fixed, out: k}) for k in range(world.size(sorts[out]))]
        return [world.algebra.div(m, whole) for m in each]

    return run


def marginal(world: World, number: int, sorts: tuple[Type, ...], fixed: dict[int, int]) -> Any:
    """The chance of some coordinates: the sum over what the last of the others may be, each remembered."""
    key = ("marginal", number, tuple(sorted(fixed.items())))
    if key not in world.cache:
        rest = next((place for place in reversed(range(len(sorts))) if place not in fixed), None)
        world.cache[key] = (
            weight_of_cell(world, number, sorts, fixed)
            if rest is None
            else world.algebra.total([marginal(world, number, sorts, {**fixed, rest: k}) for k in range(world.size(sorts[rest]))])
        )
    return world.cache[key]


def weight_of_cell(world: World, number: int, sorts: tuple[Type, ...], cell: dict[int, int]) -> Any:
    """The chance of all coordinates together."""
    sizes = [world.size(s) for s in sorts]
    if number in world.products:
        own = [world.masses(("joint", number, place), n, ()) for place, n in enumerate(sizes)]
        return world.algebra.product([own[place][cell[place]] for place in range(len(sizes))])
    at = 0
    for place, n in enumerate(sizes):
        at = at * n + cell[place]
    if ("cells", number) not in world.cache:
        world.cache["cells", number] = world.masses(("joint", number), prod(sizes), ())
    return world.cache["cells", number][at]


def entropy_of(compiler: Compiler, term: Op) -> Code:
    """H of random variables, given others: H(all) − H(given)."""
    codes = [compiler.code(a) for a in term.args]
    cut = term.info[0]

    def of(world: World, frame: Frame, chosen: list[Code]) -> Any:
        cells: list[tuple[list[Any], Any]] = []
        for omega, p in enumerate(chances(world)):
            values = [code(world, {**frame, "omega": omega}) for code in chosen]
            for i, (known, weight) in enumerate(cells):
                if all(equal_values(world, a, b) for a, b in zip(known, values, strict=True)):
                    cells[i] = (known, world.algebra.add(weight, p))
                    break
            else:
                cells.append((values, p))
        return entropy(world, [p for _, p in cells])

    def run(world: World, frame: Frame) -> Any:
        whole = of(world, frame, codes)
        return world.algebra.sub(whole, of(world, frame, codes[cut:])) if cut < len(codes) else whole

    return run


def on_normals(name: str, other: Callable[[Compiler, Op], Code]) -> Callable[[Compiler, Op], Code]:
    """An entropy or a divergence of normal distributions, in closed form; of any others as sums."""

    def make(compiler: Compiler, term: Op) -> Code:
        normal = [a for a in term.args if isinstance(a, Op) and a.name == "normal_law"]
        if not normal:
            return other(compiler, term)
        if len(normal) < len(term.args) or name == "total_variation":
            raise Unmeant("a normal distribution beside another")
        codes = [compiler.code(x) for law in normal for x in law.args]

        def run(world: World, frame: Frame) -> Any:
            al = world.algebra
            m, v, *second = (code(world, frame) for code in codes)
            if name == "entropy":
                return al.div(al.add(al.log(al.mul(al.mul(2, al.field.constant("pi")), v)), 1), 2)
            mu, w = second
            gap = al.sub(m, mu)
            spread = al.div(al.add(v, al.mul(gap, gap)), w)
            if name == "divergence":
                return al.div(al.add(al.log(al.div(w, v)), al.sub(spread, 1)), 2)
            return al.div(al.add(al.log(al.mul(al.mul(2, al.field.constant("pi")), w)), spread), 2)

        return run

    return make
