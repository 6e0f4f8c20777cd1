"""Vectors and matrices: extremes of quadratic forms, series of the powers of a matrix, eigenvalues, means over normal vectors."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any, cast

import flint

from derive.core.terms import Bind, Core, Op, Var, below, factors_of, free_variables
from derive.evaluate.analysis import negligible
from derive.evaluate.compiler import Code, Compiler, Frame, bare
from derive.evaluate.operations import lifted
from derive.evaluate.scalar_functions import whole_number
from derive.values.arith import Irrational, NeedsOrder, Redraw, Undefined
from derive.values.jets import Jet
from derive.values.matrices import Mat, Vec, is_exact
from derive.worlds.world import World

#: Most components, and how many values of each are looked at: two numbers that must give the same mean.
MOST, LOOKED = 2, (8, 10)


def extreme_of_quadratic(compiler: Compiler, term: Bind) -> Code:
    """The least or largest value of c + bᵀw + ½wᵀAw, or the w at which it has it: −A⁻¹b.

    The form is found from values of the body, and is one if it gives others too.
    """
    body = compiler.code(term.body)
    v = term.vars[0]
    sign = 1 if term.name.endswith("min") else -1

    def run(world: World, frame: Frame) -> Any:
        algebra = world.algebra
        n = world.size(v.type.args[0])

        def at(*places: int) -> Any:
            items = [lifted(world, places.count(i)) for i in range(n)]
            value = body(world, {**frame, v.number: Vec(tuple(items))})
            if isinstance(value, Jet | Vec | Mat):
                raise Redraw
            return value

        zero = at()
        once, twice = [at(i) for i in range(n)], [at(i, i) for i in range(n)]
        curve = [[algebra.add(algebra.sub(at(i, j), algebra.add(once[i], once[j])), zero) for j in range(n)] for i in range(n)]
        for i in range(n):
            curve[i][i] = algebra.add(algebra.sub(twice[i], algebra.mul(2, once[i])), zero)
        slope = [algebra.sub(algebra.sub(once[i], zero), algebra.div(curve[i][i], 2)) for i in range(n)]
        form = Quadratic(world, zero, slope, curve)
        for point in ([k + 3 for k in range(n)], [-2 * k - 3 for k in range(n)], [(-1) ** k * (k + 5) for k in range(n)]):
            told = body(world, {**frame, v.number: Vec(tuple(lifted(world, x) for x in point))})
            if not algebra.is_zero(algebra.sub(told, form.value(point))):
                raise Undefined("what is no quadratic form")
        if world.plan.arithmetic != "modular" and not form.definite(sign):
            raise Undefined("a form without an extreme")
        best = algebra.solve([list(row) for row in curve], [algebra.neg(b) for b in slope])
        return Vec(tuple(best)) if term.name.startswith("arg") else form.value(best)

    return run


class Quadratic:
    """c + bᵀw + ½wᵀAw."""

    def __init__(self, world: World, constant: Any, slope: list[Any], curve: list[list[Any]]):
        self.world, self.constant, self.slope, self.curve = world, constant, slope, curve

    def value(self, w: list[Any]) -> Any:
        algebra = self.world.algebra
        total = self.constant
        for i, x in enumerate(w):
            total = algebra.add(total, algebra.mul(self.slope[i], x))
            for j, y in enumerate(w):
                total = algebra.add(total, algebra.div(algebra.mul(self.curve[i][j], algebra.mul(x, y)), 2))
        return total

    def definite(self, sign: int) -> bool:
        """Whether every leading minor is positive, of A or of −A."""
        algebra = self.world.algebra
        for k in range(1, len(self.curve) + 1):
            minor = algebra.determinant(Mat(tuple(tuple(row[:k]) for row in self.curve[:k])))
            if algebra.sign(minor) * (sign if k % 2 else 1) <= 0:
                return False
        return True


def matrix_series(compiler: Compiler, term: Bind, is_geometric: Callable[[Core, Var], bool]) -> Code | None:
    """Σ_{k≥m} qᵏ X Mᵏ Y = X qᵐMᵐ (I − qM)⁻¹ Y; None where there is no power of a matrix in the terms, or more than one."""
    v = term.vars[0]
    factors = factors_of(term.body)
    moving = [i for i, f in enumerate(factors) if v in free_variables(f)]
    powers = [i for i in moving if isinstance(f := factors[i], Op) and f.name == "power" and is_matrix(f.args[0])]
    if len(powers) != 1 or not all(is_geometric(factors[i], v) for i in moving):
        return None
    place, numbers = powers[0], [i for i in moving if i != powers[0]]
    codes, base, low = [compiler.code(f) for f in factors], compiler.code(below(factors[place])[0]), compiler.code(term.args[0])

    def run(world: World, frame: Frame) -> Any:
        algebra = world.algebra
        start = whole_number(low(world, frame))
        first, second = ({**frame, v.number: start + i} for i in range(2))
        values = [code(world, first) for code in codes]
        if any(algebra.is_zero(values[i]) for i in numbers):
            raise Redraw
        m = base(world, frame)
        q = algebra.product([algebra.div(codes[i](world, second), values[i]) for i in numbers])
        step = algebra.mul(q, m)
        if world.plan.arithmetic != "modular" and not contracts(world, step):
            raise Redraw
        rest = algebra.inverse_matrix(algebra.add(identity_like(m), algebra.neg(step)))
        return algebra.product([algebra.mul(value, rest) if i == place else value for i, value in enumerate(values)])

    return run


def is_matrix(term: Core) -> bool:
    """Whether a term is a matrix by what it is made with."""
    if isinstance(term, Var):
        return term.type.name == "Matrix"
    if isinstance(term, Op) and term.name in ("mul", "add", "neg", "transpose", "inverse", "power"):
        return any(is_matrix(a) for a in term.args)
    return isinstance(term, Op) and term.name in ("transition_matrix", "matrix", "identity")


def identity_like(m: Mat) -> Mat:
    n = len(m.rows)
    return Mat(tuple(tuple(int(i == j) for j in range(n)) for i in range(n)))


def contracts(world: World, m: Mat) -> bool:
    """Whether the absolute values of every row add up to less than one: then the powers of a matrix have a sum."""
    return all(bare(world.algebra.total([abs(bare(x)) for x in row])) < 1 for row in m.rows)


def eigenvalue(w: World, a: Any, info: tuple[Any, ...]) -> Any:
    """The largest or smallest eigenvalue of a symmetric matrix of numbers."""
    entries = [[bare(x) for x in row] for row in a.rows] if isinstance(a, Mat) else []
    n = len(entries)
    if w.plan.arithmetic == "modular":
        raise NeedsOrder
    if not entries or any(len(row) != n for row in entries) or any(isinstance(x, Jet) for row in a.rows for x in row):
        raise Redraw
    if not all(w.algebra.is_zero(w.algebra.sub(entries[i][j], entries[j][i])) for i in range(n) for j in range(n)):
        raise Redraw
    if not all(is_exact(x) for row in entries for x in row):
        return in_balls(entries, info[0] == "max")
    poly = flint.fmpq_mat(n, n, [flint.fmpq(x) for row in entries for x in row]).charpoly()
    roots = poly.complex_roots()
    found = max((r.real for r, _ in cast(Any, roots)), key=lambda x: float(x.mid()) * (1 if info[0] == "max" else -1))
    exact = nearest(found)
    if exact is not None and poly(exact) == 0:
        return exact
    if not w.plan.arithmetic.endswith("balls"):
        raise Irrational
    return found


def in_balls(entries: list[list[Any]], largest: bool) -> Any:
    """The largest or smallest eigenvalue of a symmetric matrix of balls: enclosed apart, or together where they lie too near."""
    n = len(entries)
    m = flint.acb_mat(n, n, [flint.acb(flint.arb(x)) for row in entries for x in row])
    try:
        values = [x.real for x in m.eig(multiple=True)]
    except ValueError:
        raise Redraw from None
    found = values[0]
    for x in values[1:]:
        found = found.max(x) if largest else found.min(x)
    return found


def nearest(x: Any) -> Any:
    """The fraction with a small denominator in a ball; None where there is none."""
    for d in range(1, 61):
        mid = flint.fmpq(int((x * d + flint.arb("0.5")).mid().floor().unique_fmpz()), d)
        if (x - flint.arb(mid)).contains(0):
            return mid
    return None


def mean_of_vector(compiler: Compiler, term: Bind) -> Code:
    """E of a polynomial in m + x, where x has independent normal components of one variance.

    With weights that give the moments of a component right, Σ w_i w_j f(x_i, x_j) is the mean of f, as far as their number carries.

    Raises: Undefined where more values give another mean: the body is no polynomial of a small degree.
    """
    body, codes = compiler.code(term.body), [compiler.code(a) for a in term.args]
    v = term.vars[0]

    def run(world: World, frame: Frame) -> Any:
        algebra, n = world.algebra, world.size(v.type.args[0])
        if n > MOST:
            raise Redraw
        spread, *centre = (code(world, frame) for code in codes)

        def at(point: tuple[int, ...]) -> Any:
            x = Vec(tuple(point))
            return body(world, {**frame, v.number: algebra.add(centre[0], x) if centre else x})

        first, second = (mean_by(world, at, n, spread, count) for count in LOOKED)
        gap = algebra.sub(first, second)
        parts = gap.items if isinstance(gap, Vec) else [g for row in gap.rows for g in row] if isinstance(gap, Mat) else (gap,)
        if not all(negligible(algebra, g) for g in parts):
            raise Undefined("what is no polynomial of a small degree")
        return second

    return run


def mean_by(world: World, at: Callable[[tuple[int, ...]], Any], n: int, spread: Any, count: int) -> Any:
    """The mean from the values at a grid of whole numbers."""
    algebra = world.algebra
    nodes = [k // 2 + 1 if k % 2 else -(k // 2) for k in range(count)]
    moments: list[Any] = [1, 0]
    while len(moments) < count:
        k = len(moments)
        moments.append(algebra.mul(algebra.mul(k - 1, spread), moments[k - 2]))
    weights = algebra.solve([[x**k for x in nodes] for k in range(count)], moments)
    total: Any = None
    for places in product(range(count), repeat=n):
        weight = algebra.product([weights[i] for i in places])
        value = algebra.mul(weight, at(tuple(nodes[i] for i in places)))
        total = value if total is None else algebra.add(total, value)
    return total


__all__ = ["eigenvalue", "extreme_of_quadratic", "matrix_series"]
