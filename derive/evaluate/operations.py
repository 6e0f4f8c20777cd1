"""Meaning of plain operations: algebra, functions, vectors and matrices, derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import flint

from derive.core.terms import Op, Var
from derive.evaluate.compiler import Code, Compiler, Frame, Unmeant, bare
from derive.evaluate.scalar_functions import (
    absolute,
    applied,
    binomial,
    ceil,
    circle,
    clip,
    constant_of,
    factorial,
    floor,
    folded,
    logarithm,
    maximum,
    minimum,
    of_algebra,
    raised,
    root,
    sigmoid,
    sign,
    sign_of,
    whole_number,
)
from derive.values.arith import Redraw, Undefined
from derive.values.jets import Jet, differentiate
from derive.values.matrices import Mat, Vec
from derive.worlds.world import VALUES, Drawn, Element, World, constant, token

# --- vectors and matrices --------------------------------------------------------------------------


def vector_of(w: World, *parts: Any) -> Any:
    return Vec(parts)


def matrix_of(w: World, *parts: Any, info: tuple[int, int]) -> Any:
    n, m = info
    return Mat(tuple(tuple(parts[i * m + j] for j in range(m)) for i in range(n)))


def trace(w: World, a: Any) -> Any:
    return w.algebra.total([row[i] for i, row in enumerate(a.rows)])


def diagonal(w: World, a: Any) -> Any:
    if isinstance(a, Mat):
        return Vec(tuple(row[i] for i, row in enumerate(a.rows)))
    n = len(a.items)
    return Mat(tuple(tuple(a.items[i] if i == j else 0 for j in range(n)) for i in range(n)))


def identity(w: World, info: tuple[Any, ...]) -> Any:
    n = w.size(info[0])
    return Mat(tuple(tuple(int(i == j) for j in range(n)) for i in range(n)))


def softmax(w: World, a: Any) -> Any:
    """eˣⁱ / Σ eˣʲ."""
    parts = [w.algebra.exp(x) for x in a.items]
    total = w.algebra.total(parts)
    return Vec(tuple(w.algebra.div(x, total) for x in parts))


def ones(w: World, info: tuple[Any, ...]) -> Any:
    return Vec((1,) * w.size(info[0]))


def component(w: World, a: Any, *indices: Any) -> Any:
    value = a
    for index in indices:
        parts = value.items if isinstance(value, Vec) else value.rows if isinstance(value, Mat) else value
        place = index.k if isinstance(index, Element) else whole_number(index) - 1
        if not 0 <= place < len(parts):
            raise Redraw
        value = parts[place]
    return value


def norm(w: World, a: Any, info: tuple[int, ...]) -> Any:
    """‖a‖₁, ‖a‖₂, or ‖a‖_∞ for 0; of a matrix how much it stretches at most: the largest sum of sizes in a column (1) or in a row (0)."""
    if isinstance(a, Mat):
        lines = zip(*a.rows, strict=True) if info[0] == 1 else a.rows
        return maximum(w, *(w.algebra.total([absolute(w, x) for x in line]) for line in lines))
    parts = list(a.items)
    if info[0] == 2:
        return w.algebra.power(w.algebra.total([w.algebra.mul(x, x) for x in parts]), flint.fmpq(1, 2))
    sizes = [absolute(w, x) for x in parts]
    return w.algebra.total(sizes) if info[0] == 1 else maximum(w, *sizes)


def direction(w: World, a: Any) -> Any:
    """A vector in units of the sum of its sizes, a number as its sign.  What is the same for other vectors, too, proves nothing.

    Raises: Redraw where it vanishes.
    """
    w.stepped = True
    total = norm(w, a, (1,)) if isinstance(a, Vec) else absolute(w, a)
    if w.algebra.is_zero(total):
        raise Redraw
    return Vec(tuple(w.algebra.div(x, total) for x in a.items)) if isinstance(a, Vec) else w.algebra.div(a, total)


# --- conditions ------------------------------------------------------------------------------------


def compare(name: str) -> Callable[..., Any]:
    wanted = {"eq": (0,), "ne": (-1, 1), "lt": (-1,), "le": (-1, 0), "gt": (1,), "ge": (0, 1)}[name]

    def run(w: World, a: Any, b: Any) -> bool:
        if isinstance(a, Element) and isinstance(b, Element):
            return (0 if a.k == b.k else 1) in wanted if name in ("eq", "ne") else bool({(a.k > b.k) - (a.k < b.k)} & set(wanted))
        if isinstance(a, int) and isinstance(b, int):
            return ((a > b) - (a < b)) in wanted
        difference = w.algebra.sub(a, b)
        if name in ("eq", "ne") and isinstance(a, flint.arb) and isinstance(b, flint.arb) and token(a) == token(b):
            return name == "eq"  # one draw, not a difference of two balls
        if name in ("eq", "ne") and not isinstance(difference, Jet):
            return w.algebra.is_zero(difference) == (name == "eq")
        return sign_of(w, difference) in wanted

    return run


def indicator(w: World, *conditions: Any) -> int:
    w.stepped = True
    return int(all(conditions))


def cases(compiler: Compiler, term: Op) -> Code:
    pairs = [(compiler.code(term.args[i]), compiler.code(term.args[i + 1])) for i in range(0, len(term.args), 2)]

    def run(world: World, frame: Frame) -> Any:
        for condition, value in pairs:
            if condition(world, frame):
                return value(world, frame)
        raise Undefined("no case holds")

    return run


# --- functions and derivatives -----------------------------------------------------------------------


def call(compiler: Compiler, term: Op) -> Code:
    head, *args = (compiler.code(a) for a in term.args)
    primes = term.info[0] if term.info else 0

    def run(world: World, frame: Frame) -> Any:
        f: Drawn = head(world, frame)
        values = tuple(arg(world, frame) for arg in args)
        rule = world.follows.get(f.number)
        if rule is not None and not primes:
            return rule.value(world, frame, values, lambda: drawn(world, f, values), f.number)
        return drawn(world, f, values)

    def drawn(world: World, f: Drawn, values: tuple[Any, ...]) -> Any:
        names: list[str] = []
        numbers: list[Any] = list(f.at)
        for value in values:
            if isinstance(value, Element):
                names.append(token(value))
            elif isinstance(value, Vec):
                numbers.extend(value.items)
                names.append(str(len(value.items)))
            elif isinstance(value, Mat):
                numbers.extend(x for row in value.rows for x in row)
            else:
                numbers.append(value)
        if primes and len(f.at):
            raise Undefined("a prime on a function that also moves with a parameter")
        if f.number in world.among and not primes:
            return world.one_of(f.number, names, [token(constant(x)) for x in numbers])
        return world.function("real", (f.number, tuple(names)), tuple(numbers), primes)

    return run


#: Most components of the vectors that an unknown function gives.
MOST_COMPONENTS = 8


def call_vector(compiler: Compiler, term: Op) -> Code:
    """An unknown function of elements whose values are vectors."""
    head, *args = (compiler.code(a) for a in term.args)
    sort = term.info[0]

    def run(world: World, frame: Frame) -> Any:
        f: Drawn = head(world, frame)
        values = tuple(arg(world, frame) for arg in args)
        rule = world.follows.get(f.number)
        return (
            drawn(world, f, values)
            if rule is None
            else rule.value(world, frame, values, lambda: drawn(world, f, values), f.number)
        )

    def drawn(world: World, f: Drawn, values: tuple[Any, ...]) -> Any:
        if world.size(sort) > MOST_COMPONENTS:
            raise Redraw  # many vectors of many components take too long
        names = tuple(map(token, values))
        return Vec(tuple(world.function("real", (f.number, names, i), tuple(f.at)) for i in range(world.size(sort))))

    return run


def member(w: World, family: Any, *indices: Any, info: tuple[Any, ...]) -> Any:
    """A member of a sequence of elements; of drawn ones, the one that was drawn."""
    if isinstance(family, tuple):
        k = whole_number(indices[0])
        if not 1 <= k <= len(family):
            raise Undefined("a sample beyond the last")
        return family[k - 1]
    places = tuple(token(i) if isinstance(i, Element) else str(whole_number(i)) for i in indices)
    return Element(info[0], w.rng("member", family.number, places).randrange(w.size(info[0])))


def nth(w: World, index: Any, info: tuple[Any, ...]) -> Any:
    """The outcome with a number, counted from one."""
    k = whole_number(index) - 1
    if not 0 <= k < w.size(info[0]):
        raise Undefined("an outcome beyond the last")
    return Element(info[0], k)


def only(w: World, chosen: Any, info: tuple[Any, ...]) -> Any:
    """The one element that is best; where there are several, none is meant."""
    if len(chosen) != 1:
        raise Redraw
    return Element(info[0], next(iter(chosen)))


def at_parameter(w: World, family: Any, parameter: Any) -> Any:
    numbers = tuple(parameter.items) if isinstance(parameter, Vec) else (parameter,)
    return Drawn(family.number, (*family.at, *numbers))


def in_motion(world: World, frame: Frame, v: Var) -> tuple[Frame, tuple[int, ...]]:
    """A frame in which a number that is bound, and stands still, moves by the ε of its letter; and that ε, to be set to 0 again."""
    x, places = frame.get(v.number), world.epsilons[v.number]
    if x is None or isinstance(x, Vec | Mat | Element) or not world.algebra.is_zero(differentiate(x, places[0])):
        return frame, ()
    return {**frame, v.number: world.algebra.add(world.ring.variable(places[0], 0), x)}, places


def derivative(compiler: Compiler, term: Op) -> Code:
    body = compiler.code(term.args[0])
    variable = term.args[1]
    if not isinstance(variable, Var):
        raise Unmeant("a derivative by what is no letter")
    which = compiler.code(term.args[2]) if len(term.args) > 2 else None

    def run(world: World, frame: Frame) -> Any:
        places = world.epsilons[variable.number]
        place = places[0]
        if which is not None:
            index = which(world, frame)
            which_one = index.k if isinstance(index, Element) else whole_number(index) - 1
            if not 0 <= which_one < len(places):
                raise Redraw
            place = places[which_one]
        frame, bound = in_motion(world, frame, variable)
        value = body(world, frame)
        if isinstance(value, Vec | Mat):
            return world.algebra.each(value, lambda x: settled(differentiate(x, place), bound))
        return settled(differentiate(value, place), bound)

    return run


def gradient(compiler: Compiler, term: Op) -> Code:
    body = compiler.code(term.args[0])
    variable = term.args[1]
    if not isinstance(variable, Var):
        raise Unmeant("a gradient by what is no letter")
    scalar, matrix = variable.type.name == "Real", variable.type.name == "Matrix"

    def run(world: World, frame: Frame) -> Any:
        places = world.epsilons[variable.number]
        frame, bound = in_motion(world, frame, variable)
        value = body(world, frame)
        if scalar:
            return settled(differentiate(value, places[0]), bound)
        if matrix:
            slopes = [differentiate(value, i) for i in places]
            columns = world.size(variable.type.args[1])
            return Mat(tuple(tuple(slopes[i : i + columns]) for i in range(0, len(slopes), columns)))
        if isinstance(value, Vec):
            return Mat(tuple(tuple(differentiate(x, i) for i in places) for x in value.items))
        return Vec(tuple(differentiate(value, i) for i in places))

    return run


def at(compiler: Compiler, term: Op) -> Code:
    body, point = compiler.code(term.args[0]), compiler.code(term.args[2])
    variable = term.args[1]
    assert isinstance(variable, Var)

    def run(world: World, frame: Frame) -> Any:
        where = point(world, frame)
        base = (
            Vec(tuple(world.moved(bare(x), variable, i) for i, x in enumerate(where.items)))
            if isinstance(where, Vec)
            else world.moved(lifted(world, bare(where)), variable, 0)
        )
        value = body(world, {**frame, variable.number: base})
        places = world.epsilons.get(variable.number, ())
        return world.algebra.each(value, lambda x: settled(x, places)) if isinstance(value, Vec | Mat) else settled(value, places)

    return run


def lifted(world: World, x: Any) -> Any:
    return world.algebra.field.lift(flint.fmpq(x) if isinstance(x, int) else x)


def settled(value: Any, places: tuple[int, ...]) -> Any:
    """A value at ε = 0 of some variables."""
    if not isinstance(value, Jet):
        return value
    kept = [c if not any(m[i] for i in places) else 0 for m, c in zip(value.ring.monomials, value.c, strict=False)]
    return Jet(value.ring, value.order, kept)


def coerce(w: World, a: Any) -> Any:
    """An element as the number that it stands for."""
    if isinstance(a, Element):
        if w.runs_out and a.sort.name == "RewardOutcome" and a.k == 0:
            return 0
        if a.sort.name.startswith(VALUES):
            number = int(a.sort.name.removeprefix(VALUES))
            return w.outcome(w.lengths[number], w.attained(number)[a.k])
        return w.scalar("real", "number of", a.sort, a.k)
    return a


def stopped(w: World, a: Any) -> Any:
    """A value that does not move."""
    if isinstance(a, Vec | Mat):
        return w.algebra.each(a, bare)
    return bare(a)


def both(w: World, *parts: Any) -> bool:
    return all(parts)


def either(w: World, *parts: Any) -> bool:
    return any(parts)


OPERATIONS: dict[str, Callable[[Compiler, Op], Code]] = {
    "add": folded("add"),
    "mul": folded("mul"),
    "log": logarithm,
    **{name: applied(of_algebra(name)) for name in ("neg", "div", "dot", "exp", "transpose")},
    "det": applied(of_algebra("determinant")),
    "inverse": applied(of_algebra("inverse_matrix")),
    **{
        name: applied(cast("Callable[..., Any]", change))
        for name, change in {
            "root": root, "sigmoid": sigmoid, "abs": absolute, "sign": sign,
            "maximum": maximum, "minimum": minimum, "clip": clip, "floor": floor,
            "ceil": ceil, "factorial": factorial, "binomial": binomial, "vector": vector_of,
            "matrix": matrix_of, "trace": trace,
            "diag": diagonal, "diagonal": diagonal, "identity": identity, "softmax": softmax,
            "ones": ones, "component": component, "norm": norm, "direction": direction, "indicator": indicator,
            "at_parameter": at_parameter, "member": member, "nth": nth, "only": only, "coerce": coerce, "stop": stopped, "and": both, "or": either,
            "pi": constant_of("pi"),
        }.items()
    },
    **{name: applied(circle(name)) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan")},
    **{name: applied(compare(name)) for name in ("eq", "ne", "lt", "le", "gt", "ge")},
    "not": applied(lambda w, a: not a),
    "true": applied(lambda w: True),
    "power": raised,
    "cases": cases,
    "call": call,
    "call_vector": call_vector,
    "derivative": derivative,
    "partial": derivative,
    "gradient": gradient,
    "at": at,
}  # fmt: skip
