"""Vectors and matrices of unknown length: products that keep their order, transposes, inverses, norms."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.symbolic.base import Field, Operation, Unsupported
from derive.symbolic.lettering import Letter
from derive.symbolic.lettering import shape as shape_of_type

SCALAR, VECTOR, ROW, MATRIX = "scalar", "vector", "row", "matrix"


def shape(term: sp.Basic) -> str:
    """``scalar``, ``vector``, ``row``, ``matrix`` or ``thing``.

    Raises: Unsupported where a product or a sum has no shape.
    """
    if isinstance(term, Letter):
        return shape_of_type(term.kind)
    if isinstance(term, Field):
        return term.shape
    if isinstance(term, sp.Add):
        return one_of({shape(a) for a in term.args if a != 0}, term)
    if isinstance(term, sp.Mul):
        found = [s for s in map(shape, term.args) if s != SCALAR]
        if len(found) > 1:
            raise Unsupported(f"a product of {' and '.join(found)} without an order: write Product(…)")
        return found[0] if found else SCALAR
    if isinstance(term, sp.Pow) and shape(term.base) != SCALAR:
        raise Unsupported(f"a power of a {shape(term.base)}: write Product(…)")
    return SCALAR


def one_of(found: set[str], term: sp.Basic) -> str:
    if len(found) > 1:
        raise Unsupported(f"a sum of a {' and a '.join(sorted(found))}: {term}")
    return found.pop() if found else SCALAR


#: What the product of two shapes is.
PRODUCTS = {
    (ROW, VECTOR): SCALAR, (VECTOR, ROW): MATRIX, (MATRIX, VECTOR): VECTOR, (ROW, MATRIX): ROW, (MATRIX, MATRIX): MATRIX,
}  # fmt: skip


def product_shape(parts: tuple[sp.Basic, ...]) -> str:
    out = SCALAR
    for part in parts:
        other = shape(part)
        out = other if out == SCALAR else out if other == SCALAR else PRODUCTS.get((out, other), "")
        if not out:
            raise Unsupported(f"a product whose shapes do not fit: {parts}")
    return out


class Tensor(Operation):
    """An operation on vectors and matrices; its derivative goes through it where that is linear."""

    linear = False

    def _eval_derivative(self, x: sp.Symbol) -> sp.Expr:
        if not self.linear or isinstance(x, Letter) and x.kind.name == "Vector":
            raise Unsupported(f"{type(self).__name__} is not differentiated by {x}: differentiate along a line")
        return sp.Add(
            *(
                self.func(*self.args[:i], sp.diff(a, x), *self.args[i + 1 :])
                for i, a in enumerate(self.args)
                if x in a.free_symbols
            )
        )


class Product(Tensor):
    r"""A product in its order: ``Product(Transpose(g), x)`` is a number, ``Product(x, Transpose(x))`` a matrix."""

    core, linear = "mul", True

    def __new__(cls, *parts: Any) -> Any:
        flat: list[sp.Basic] = []
        scalars: list[sp.Basic] = []
        for part in map(sp.sympify, parts):
            factor, rest = split(part)
            scalars.append(factor)
            if rest is not None:
                flat.extend(rest.args if isinstance(rest, cls) else (rest,))
        product_shape(tuple(flat))
        if any(s == 0 for s in scalars):
            return sp.S.Zero
        if len(flat) < 2:
            return times(*scalars, *flat)
        for i, part in enumerate(flat):
            if isinstance(part, sp.Add):  # it distributes, so that what is linear is seen to be
                return times(*scalars) * sp.Add(*(cls(*flat[:i], a, *flat[i + 1 :]) for a in part.args))
        return times(*scalars, sp.Expr.__new__(cls, *flat))

    @property
    def shape(self) -> str:  # type: ignore[override]
        return product_shape(self.args)


def times(*factors: sp.Basic) -> sp.Expr:
    """A flat product of numbers: SymPy leaves a product inside of one where two roots have met, and goes with a number into a sum."""
    made = sp.Mul(*factors)
    return sp.Mul(*made.args) if made.is_Mul and any(a.is_Mul for a in made.args) else made


def split(part: sp.Basic) -> tuple[sp.Basic, sp.Basic | None]:
    """A number in front, and the vector or matrix behind it."""
    if shape(part) == SCALAR:
        return part, None
    if isinstance(part, sp.Mul):
        (own,) = [a for a in part.args if shape(a) != SCALAR]
        return sp.Mul(*(a for a in part.args if a is not own)), own
    return sp.S.One, part


class Transpose(Tensor):
    """A row of a vector, a vector of a row, a matrix reflected."""

    core, linear = "transpose", True

    def __new__(cls, body: Any) -> Any:
        body = sp.sympify(body)
        if body == 0 or shape(body) == SCALAR:
            return body
        if isinstance(body, sp.Add):
            return sp.Add(*map(cls, body.args))
        factor, own = split(body)
        if isinstance(own, Transpose):
            return factor * own.args[0]
        if isinstance(own, Product):
            return factor * Product(*(cls(a) for a in reversed(own.args)))
        return factor * sp.Expr.__new__(cls, own)

    @property
    def shape(self) -> str:  # type: ignore[override]
        return {VECTOR: ROW, ROW: VECTOR}.get(shape(self.args[0]), MATRIX)


class Inverse(Tensor):
    core, shape = "inverse", MATRIX


class Determinant(Tensor):
    core = "det"


class Trace(Tensor):
    core, linear = "trace", True


class Norm(Tensor):
    """‖x‖: ``Info(2)`` the Euclidean, 1 the sum of sizes, 0 the largest size."""

    core = "norm"
    is_nonnegative = True

    def _eval_derivative(self, x: sp.Symbol) -> sp.Expr:
        if self.info[:1] not in ((), (2,)) or isinstance(x, Letter) and x.kind.name == "Vector":
            return super()._eval_derivative(x)
        return Product(Transpose(self.args[0]), sp.diff(self.args[0], x)) / self


class Dot(Tensor):
    """x·y."""

    core, linear = "dot", True


class Components(Tensor):
    """A vector by its components."""

    core, shape = "vector", VECTOR


class Entries(Tensor):
    """A matrix by its entries, row by row; ``Info(rows, columns)``."""

    core, shape = "matrix", MATRIX


class Component(Tensor):
    """A component of a vector, an entry of a matrix."""

    core = "component"


class Identity(Tensor):
    core, shape = "identity", MATRIX


class Ones(Tensor):
    core, shape = "ones", VECTOR


class Diagonal(Tensor):
    """The vector on the diagonal of a matrix, or the matrix with a vector on it."""

    core = "diagonal"

    @property
    def shape(self) -> str:  # type: ignore[override]
        return {VECTOR: MATRIX}.get(shape(self.args[0]), VECTOR)


class Diag(Diagonal):
    core = "diag"


class ValueVector(Tensor):
    """The values of all states under a policy."""

    core, shape = "value_vector", VECTOR


class RewardVector(Tensor):
    """The expected rewards of all states under a policy."""

    core, shape = "reward_vector", VECTOR


class TransitionMatrix(Tensor):
    """The transitions under a policy."""

    core, shape = "transition_matrix", MATRIX


class OptimalVector(Tensor):
    """The optimal values of all states."""

    core, shape = "optimal_vector", VECTOR


class Backup(Tensor):
    """The Bellman operator of a policy."""

    core, shape = "backup", VECTOR


class OptimalBackup(Tensor):
    """The Bellman operator of the best actions."""

    core, shape = "optimal_backup", VECTOR
