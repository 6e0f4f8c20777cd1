"""Matrices drawn so that they are what is given of them: symmetric, definite, orthogonal, projections, commuting with another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeGuard

import flint

from derive.core.terms import Core, CoreClaim, Op, Var, num, op
from derive.evaluate.compiler import bare
from derive.values.arith import Redraw
from derive.values.matrices import Mat
from derive.worlds.world import World

#: How many times smaller a definite matrix is than one with eigenvalues above 1.
SCALES = (1, 1, 7, 60)


def shape_matrices(givens: Sequence[CoreClaim], world: World) -> None:
    """Make each matrix what is given of it; of two that commute, the second is made of the first."""
    symmetric: set[int] = set()
    for given in givens:
        sides = (given.lhs, given.rhs)
        if given.relation in ("definite", "semidefinite") and is_matrix(given.lhs):
            made = gram(world, world.free(given.lhs), given.relation == "definite")
            part = flint.fmpq(SCALES[world.rng("scale", given.lhs.number).randrange(len(SCALES))])
            keep(world, given.lhs, world.algebra.div(made, part))
            symmetric.add(given.lhs.number)
        for x, y in (sides, sides[::-1]) if given.relation == "=" else ():
            turned = orthogonal(x, y)
            if turned is not None:
                keep(world, turned, cayley(world, world.free(turned)))
            for sign, other in ((1, y), (-1, negated(y))):
                found = mirror(x, other) if sign > 0 or other != y else None
                if found is not None:
                    keep(world, found, mirrored(world, world.free(found), sign))
                    symmetric |= {found.number} if sign > 0 else set()
    for given in givens:
        for x, y in ((given.lhs, given.rhs), (given.rhs, given.lhs)) if given.relation == "=" else ():
            if is_matrix(x) and y in (op("power", x, num(2)), op("mul", x, x)):
                keep(world, x, projection(world, world.free(x), x.number in symmetric))
    for given in givens:
        first, second = given.lhs.args if isinstance(given.lhs, Op) and len(given.lhs.args) == 2 else (num(0), num(0))
        if (
            is_matrix(first)
            and is_matrix(second)
            and (given.lhs, given.rhs) == (op("mul", first, second), op("mul", second, first))
        ):
            keep(world, second, polynomial(world, world.free(first), second.number))


def keep(world: World, v: Var, value: Mat) -> None:
    """Let a matrix be a value; what is differentiated by it moves each entry alone."""
    entries = tuple(
        tuple(world.moved(bare(x), v, i * len(row) + j) for j, x in enumerate(row)) for i, row in enumerate(value.rows)
    )
    world.cache[("free", v.number)] = Mat(entries)


def is_matrix(term: Core) -> TypeGuard[Var]:
    return isinstance(term, Var) and term.type.name == "Matrix"


def negated(term: Core) -> Core:
    """What a term is the negative of; itself where it is of nothing."""
    return term.args[0] if isinstance(term, Op) and term.name == "neg" else term


def mirror(x: Core, y: Core) -> Var | None:
    """The matrix of which one side is what the other is turned over."""
    return x if is_matrix(x) and y == op("transpose", x) else y if is_matrix(y) and x == op("transpose", y) else None


def square(m: Mat) -> int:
    """How many rows a square matrix has.

    Raises: Redraw where it is not square.
    """
    if any(len(row) != len(m.rows) for row in m.rows):
        raise Redraw
    return len(m.rows)


def mirrored(world: World, m: Mat, sign: int) -> Mat:
    """The part of a matrix above its diagonal, and below it the same, or its negative."""
    n = square(m)

    def entry(i: int, j: int) -> Any:
        if i == j and sign < 0:
            return 0
        above = m.rows[min(i, j)][max(i, j)]
        return above if i <= j or sign > 0 else world.algebra.neg(above)

    return Mat(tuple(tuple(entry(i, j) for j in range(n)) for i in range(n)))


def projection(world: World, m: Mat, symmetric: bool) -> Mat:
    """M⁻¹DM, where D has zeros and ones on its diagonal; with an orthogonal M where it is to be symmetric."""
    n, algebra = square(m), world.algebra
    base = cayley(world, m) if symmetric else m
    kept = [world.rng("projected", i).randrange(2) for i in range(n)]
    part = Mat(tuple(tuple(int(i == j) * kept[i] for j in range(n)) for i in range(n)))
    return algebra.product([algebra.inverse_matrix(base), part, base])


def polynomial(world: World, m: Mat, number: int) -> Mat:
    """c + M d + M² e: what commutes with a matrix."""
    n, algebra = square(m), world.algebra
    c, d, e = (world.scalar("real", "commuting", number, k) for k in range(3))
    one = Mat(tuple(tuple(int(i == j) for j in range(n)) for i in range(n)))
    return algebra.total([algebra.mul(c, one), algebra.mul(d, m), algebra.mul(e, algebra.mul(m, m))])


def gram(world: World, m: Mat, definite: bool) -> Mat:
    """MᵀM, or MᵀM + I."""
    n, algebra = square(m), world.algebra
    products = [[algebra.total([algebra.mul(row[i], row[j]) for row in m.rows]) for j in range(n)] for i in range(n)]
    return Mat(tuple(tuple(algebra.add(products[i][j], int(definite and i == j)) for j in range(n)) for i in range(n)))


def cayley(world: World, m: Mat) -> Any:
    """(I − S)(I + S)⁻¹ for a skew S: an orthogonal matrix."""
    n, algebra = square(m), world.algebra
    skew = [[0 if i == j else m.rows[min(i, j)][max(i, j)] for j in range(n)] for i in range(n)]
    skew = [[x if i < j else algebra.neg(x) for j, x in enumerate(row)] for i, row in enumerate(skew)]
    both = ([[x if sign > 0 else algebra.neg(x) for x in row] for row in skew] for sign in (1, -1))
    plus, minus = (
        Mat(tuple(tuple(algebra.add(int(i == j), x) for j, x in enumerate(row)) for i, row in enumerate(rows))) for rows in both
    )
    turned = algebra.mul(minus, algebra.inverse_matrix(plus))
    if world.rng("orientation", n).random() < 0.5:  # rotations alone would have determinant 1
        turned = Mat((tuple(algebra.neg(x) for x in turned.rows[0]), *turned.rows[1:]))
    return turned


def orthogonal(x: Core, y: Core) -> Var | None:
    """A of AᵀA = I or AAᵀ = I."""
    if not (isinstance(x, Op) and x.name == "mul" and len(x.args) == 2 and isinstance(y, Op) and y.name == "identity"):
        return None
    a, b = x.args
    for m, t in ((a, b), (b, a)):
        if isinstance(m, Var) and t == Op("transpose", (m,)):
            return m
    return None
