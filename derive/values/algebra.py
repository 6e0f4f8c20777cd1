r"""Arithmetic on values: exact numbers, field elements, jets, vectors and matrices.

Exact numbers (``int``, ``fmpq``) stay exact until they meet a field element, so that exponents, bounds and
closed computations never leave the rationals.  Shapes: a :class:`Vec` is a column (``row=True`` a row), a
:class:`Mat` a tuple of rows.  Juxtaposition multiplies matrices; two columns side by side are refused
(``D2xx``) unless a dot stands between them, which is the inner product.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import flint

from derive.values.arith import Irrational, LogOfZero, Redraw, Undefined, exact_root, fmpq, fraction
from derive.values.budget import LARGEST_NUMBER
from derive.values.fields import Field
from derive.values.jets import Jet, constant, lift_function
from derive.values.matrices import PLAIN, Mat, ShapeError, Vec, is_exact, whole


class Algebra:
    """Operations on values over one field."""

    def __init__(self, field: Field):
        self.field = field
        self.shortened = False  # whether a division has cost orders

    # scalars

    def meet(self, a: Any, b: Any) -> tuple[Any, Any]:
        """Lift an exact rational that meets a field element."""
        if isinstance(a, flint.fmpq) and not is_exact(b):
            a = self.field.lift(a)
        elif isinstance(b, flint.fmpq) and not is_exact(a):
            b = self.field.lift(b)
        return a, b

    def add(self, a: Any, b: Any) -> Any:
        if (type(a), type(b)) in PLAIN:
            return a + b
        if isinstance(a, Vec | Mat) or isinstance(b, Vec | Mat):
            return self._add_tensor(a, b)
        a, b = self.meet(a, b)
        try:
            out = a + b
        except TypeError:
            raise ShapeError("a sum of what has none") from None
        return self.weighed(out) if is_exact(out) else out

    def weighed(self, value: Any) -> Any:
        """An exact number that was just computed, as a budget sees it."""
        return value

    def neg(self, a: Any) -> Any:
        if isinstance(a, Vec | Mat):
            return self.each(a, self.neg)
        try:
            return -a
        except TypeError:
            raise ShapeError("a difference of what has none") from None

    def sub(self, a: Any, b: Any) -> Any:
        return self.add(a, self.neg(b))

    def mul(self, a: Any, b: Any, dot: bool = False) -> Any:
        if (type(a), type(b)) in PLAIN:
            return a * b
        if isinstance(a, Vec | Mat) or isinstance(b, Vec | Mat):
            return self._mul_tensor(a, b, dot)
        a, b = self.meet(a, b)
        try:
            out = whole(a * b)
        except TypeError:
            raise ShapeError("a product of what has none") from None
        return self.weighed(out) if is_exact(out) else out

    def total(self, values: Any) -> Any:
        out: Any = 0
        for value in values:
            out = self.add(out, value)
        return out

    def product(self, values: Any) -> Any:
        out: Any = 1
        for value in values:
            out = self.mul(out, value)
        return out

    def div(self, a: Any, b: Any) -> Any:
        if isinstance(b, Vec | Mat):
            if isinstance(a, Vec) and isinstance(b, Vec) and len(a.items) == len(b.items):
                return Vec(tuple(self.div(x, y) for x, y in zip(a.items, b.items, strict=True)), a.row)
            raise ShapeError("division by a vector or matrix")
        if isinstance(a, Vec | Mat):
            return self.each(a, lambda x: self.div(x, b))
        if is_exact(b):
            if b == 0:
                raise Undefined("division by zero")
            return self.mul(a, whole(flint.fmpq(1) / b))
        if isinstance(b, Jet) and self.vanishing(b.c[0]):
            return self.cancelled(a, b)
        return self.mul(a, self.inverse(b))

    def vanishing(self, c: Any) -> bool:
        """Whether a coefficient is exactly zero."""
        return bool(c == 0) if is_exact(c) else bool(self.field.is_zero(c))

    def cancelled(self, a: Any, b: Jet) -> Any:
        """a / b for a denominator ε_i^k (c + …): both are divided by ε_i^k, which costs k orders."""
        for i in range(b.ring.n):
            powers = [mono[i] for mono, c in zip(b.ring.monomials, b.c, strict=False) if not self.vanishing(c)]
            if not powers:
                break
            k = min(powers)
            if k and isinstance(a, Jet):
                top, bottom = (self.shifted(x, i, k) for x in (a, b))
                if not self.vanishing(constant(bottom)):
                    return self.mul(top, self.inverse(bottom))
        raise Undefined("division by zero")

    def shifted(self, a: Jet, i: int, k: int) -> Any:
        """a / ε_i^k for a jet that has the factor."""
        self.shortened = True
        if a.order < k:
            raise Undefined("no order left to divide")
        out: list[Any] = [0] * a.ring.sizes[a.order - k]
        for mono, c in zip(a.ring.monomials, a.c, strict=False):
            if mono[i] >= k:
                lower = a.ring.index[tuple(e - k * (j == i) for j, e in enumerate(mono))]
                if lower < len(out):
                    out[lower] = c
            elif not self.vanishing(c):
                raise Undefined("division by zero")
        return Jet(a.ring, a.order - k, out)

    def inverse(self, b: Any) -> Any:
        one = self.field.lift(1)

        def taylor(c: Any, k: int) -> list[Any]:
            c = self.field.lift(c)
            inv = self.field.divide(one, c)
            out = [inv]
            for _ in range(k):
                out.append(-(out[-1] * inv))
            return out

        return lift_function(b, taylor)

    def power(self, a: Any, exponent: Any) -> Any:
        """``a`` to an exact rational exponent, or to a value through exp and log."""
        if isinstance(a, Mat):
            return self._matrix_power(a, exponent)
        if isinstance(a, Vec):
            if exponent == 2:
                return self.mul(a, a, dot=True)
            raise ShapeError("power of a vector")
        if not is_exact(exponent):
            return self.exp(self.mul(exponent, self.log(a)))
        e = fraction(exponent)
        if abs(e.numerator) > 100_000:
            if e.denominator != 1 or self.field.name == "modular" or isinstance(a, Jet):
                raise Undefined("an exponent too large to compute")
            if self.field.name != "balls":
                raise Irrational
            return self.field.lift(a) ** int(e.numerator)
        if is_exact(a):
            if e.denominator == 1:
                if a == 0 and e < 0:
                    raise Undefined("division by zero")
                bits = max(fraction(a).numerator.bit_length(), fraction(a).denominator.bit_length())
                if bits * abs(e.numerator) > LARGEST_NUMBER:
                    raise Undefined("a number too large to compute")
                return whole(flint.fmpq(a) ** int(e.numerator)) if a != 0 or e != 0 else 1
            if a < 0:
                raise Undefined("root of a negative number")
            root = exact_root(fraction(a), e.denominator)
            if root is not None:
                return self.power(whole(fmpq(root)), e.numerator)
            a = self.field.lift(a)
        if e.denominator == 1 and not isinstance(a, Jet):
            return self.field.power(a, e)
        if e.denominator == 1 and e.numerator >= 0:
            return self._repeated(a, e.numerator)

        def taylor(c: Any, k: int) -> list[Any]:
            c = self.field.lift(c)
            out = [self.field.power(c, e)]
            factor = Fraction(1)
            for i in range(k):
                factor *= (e - i) / (i + 1)
                term = self.field.divide(out[0], self._repeated(c, i + 1))
                out.append(term * self.field.lift(fmpq(factor)))
            return out

        return lift_function(a, taylor)

    def _repeated(self, a: Any, n: int) -> Any:
        out: Any = 1
        while n:
            if n & 1:
                out = out * a
            a, n = a * a, n >> 1
        return out

    def log(self, a: Any) -> Any:
        if is_exact(a):
            if a == 1:
                return 0
            if a == 0:
                raise LogOfZero("log of zero")
            return self.field.log_number(fraction(a))

        def taylor(c: Any, k: int) -> list[Any]:
            c = self.field.lift(c)
            out, power = [self.field.log(c)], self.field.lift(1)
            for i in range(1, k + 1):
                power = power * c
                out.append(self.field.divide(self.field.lift(fmpq(Fraction((-1) ** (i + 1), i))), power))
            return out

        return lift_function(a, taylor)

    def exp(self, a: Any) -> Any:
        if is_exact(a):
            if a == 0:
                return 1
            a = self.field.lift(a)

        def taylor(c: Any, k: int) -> list[Any]:
            out = [self.field.exp(self.field.lift(c))]
            for i in range(1, k + 1):
                out.append(self.field.divide(out[-1], self.field.lift(i)))
            return out

        return lift_function(a, taylor)

    def circle(self, name: str, a: Any) -> Any:
        """sin, cos, tan, arctan, …; balls only, without derivatives except sin and cos."""
        if is_exact(a):
            if a == 0 and name in ("sin", "tan", "sinh", "atan", "asin"):
                return 0
            if a == 0 and name in ("cos", "cosh"):
                return 1
            a = self.field.lift(a)
        if not isinstance(a, Jet):
            return self.field.circle(name, a)
        if name not in ("sin", "cos"):
            raise Irrational

        def taylor(c: Any, k: int) -> list[Any]:
            s, co = self.field.circle("sin", self.field.lift(c)), self.field.circle("cos", self.field.lift(c))
            cycle = [s, co, -s, -co] if name == "sin" else [co, -s, -co, s]
            out, factorial = [], 1
            for i in range(k + 1):
                factorial *= max(i, 1)
                out.append(cycle[i % 4] / factorial)
            return out

        return lift_function(a, taylor)

    #: Whether equal values may be ordered as equal; near a limit they may not.
    ties = True

    def sign(self, a: Any) -> int:
        c = constant(a)
        if not self.ties and isinstance(a, Jet) and self.is_zero(c) and any(not self.vanishing(x) for x in a.c[1:]):
            raise Undefined("a value that jumps at its limit")
        if is_exact(c):
            return (c > 0) - (c < 0)
        if isinstance(c, Vec | Mat):
            raise ShapeError("order of vectors")
        return self.field.sign(c)

    def is_zero(self, a: Any) -> bool:
        """Whether the value is zero at the base point (jets of higher order do not matter)."""
        c = constant(a)
        if isinstance(c, Vec):
            return all(self.is_zero(x) for x in c.items)
        if isinstance(c, Mat):
            return all(self.is_zero(x) for row in c.rows for x in row)
        if is_exact(c):
            return bool(c == 0)
        return bool(self.field.is_zero(c))

    # tensors

    def each(self, a: Any, change: Any) -> Any:
        if isinstance(a, Vec):
            return Vec(tuple(change(x) for x in a.items), a.row)
        return Mat(tuple(tuple(change(x) for x in row) for row in a.rows))

    def _add_tensor(self, a: Any, b: Any) -> Any:
        if is_exact(a) and a == 0:
            return b
        if is_exact(b) and b == 0:
            return a
        if isinstance(a, Vec) and isinstance(b, Vec) and len(a.items) == len(b.items):
            if a.row != b.row:
                raise ShapeError("a row added to a column")
            return Vec(tuple(self.add(x, y) for x, y in zip(a.items, b.items, strict=True)), a.row)
        if isinstance(a, Mat) and isinstance(b, Mat) and len(a.rows) == len(b.rows) and len(a.rows[0]) == len(b.rows[0]):
            return Mat(
                tuple(tuple(self.add(x, y) for x, y in zip(r, s, strict=True)) for r, s in zip(a.rows, b.rows, strict=True))
            )
        if isinstance(a, Vec) and not isinstance(b, Vec | Mat):
            return self.each(a, lambda x: self.add(x, b))
        if isinstance(b, Vec) and not isinstance(a, Vec | Mat):
            return self.each(b, lambda x: self.add(a, x))
        raise ShapeError("sum of values of different shape")

    def dot(self, a: Vec, b: Vec) -> Any:
        if len(a.items) != len(b.items):
            raise ShapeError("inner product of vectors of different length")
        return self.total(self.mul(x, y) for x, y in zip(a.items, b.items, strict=True))

    def _mul_tensor(self, a: Any, b: Any, dot: bool) -> Any:
        if not isinstance(a, Vec | Mat):
            return self.each(b, lambda x: self.mul(a, x))
        if not isinstance(b, Vec | Mat):
            return self.each(a, lambda x: self.mul(x, b))
        if isinstance(a, Vec) and isinstance(b, Vec):
            if a.row and not b.row or dot:
                return self.dot(a, b)
            if not a.row and b.row:
                return Mat(tuple(tuple(self.mul(x, y) for y in b.items) for x in a.items))
            raise ShapeError("product of two columns: transpose one, or write a dot")
        if isinstance(a, Mat) and isinstance(b, Vec) and not b.row:
            return Vec(tuple(self.dot(Vec(row), b) for row in a.rows))
        if isinstance(a, Vec) and isinstance(b, Mat) and a.row:
            return Vec(tuple(self.dot(a, Vec(column)) for column in zip(*b.rows, strict=True)), row=True)
        if isinstance(a, Mat) and isinstance(b, Mat):
            columns = list(zip(*b.rows, strict=True))
            return Mat(tuple(tuple(self.dot(Vec(row), Vec(column)) for column in columns) for row in a.rows))
        raise ShapeError("product of values whose shapes do not fit")

    def transpose(self, a: Any) -> Any:
        if isinstance(a, Vec):
            return Vec(a.items, not a.row)
        if isinstance(a, Mat):
            return Mat(tuple(zip(*a.rows, strict=True)))
        return a

    def solve(self, matrix: list[list[Any]], right: list[Any]) -> list[Any]:
        """The solution of a square linear system, by elimination in this arithmetic (jets included)."""
        n = len(matrix)
        rows = [[*row, r] for row, r in zip(matrix, right, strict=True)]
        for i in range(n):
            pivot = next((j for j in range(i, n) if not self.is_zero(rows[j][i])), None)
            if pivot is None:
                raise Redraw
            rows[i], rows[pivot] = rows[pivot], rows[i]
            scale = self.div(1, rows[i][i])
            rows[i] = [self.mul(x, scale) for x in rows[i]]
            for j in range(n):
                if j != i and not (is_exact(rows[j][i]) and rows[j][i] == 0):
                    factor = rows[j][i]
                    rows[j] = [self.sub(x, self.mul(factor, y)) for x, y in zip(rows[j], rows[i], strict=True)]
        return [row[n] for row in rows]

    def inverse_matrix(self, a: Mat) -> Mat:
        n = len(a.rows)
        if any(len(row) != n for row in a.rows):
            raise ShapeError("inverse of a matrix that is not square")
        columns = [self.solve([list(r) for r in a.rows], [int(i == j) for i in range(n)]) for j in range(n)]
        return Mat(tuple(zip(*columns, strict=True)))

    def _matrix_power(self, a: Mat, exponent: Any) -> Mat:
        if not isinstance(exponent, int) or abs(exponent) > 64:
            raise ShapeError("power of a matrix that is no small whole number")
        if exponent < 0:
            return self._matrix_power(self.inverse_matrix(a), -exponent)
        n = len(a.rows)
        out = Mat(tuple(tuple(int(i == j) for j in range(n)) for i in range(n)))
        for _ in range(exponent):
            out = self.mul(out, a)
        return out

    def determinant(self, a: Mat) -> Any:
        n = len(a.rows)
        if any(len(row) != n for row in a.rows):
            raise ShapeError("determinant of a matrix that is not square")
        if n == 1:
            return a.rows[0][0]
        if n > 3:
            return self._eliminated(a)
        total: Any = 0
        for j in range(n):
            minor = Mat(tuple(row[:j] + row[j + 1 :] for row in a.rows[1:]))
            term = self.mul(a.rows[0][j], self.determinant(minor))
            total = self.add(total, term if j % 2 == 0 else self.neg(term))
        return total

    def _eliminated(self, a: Mat) -> Any:
        """The determinant as the product of the pivots: n³ operations rather than n!."""
        rows, out = [list(row) for row in a.rows], 1
        for i in range(len(rows)):
            pivot = next((j for j in range(i, len(rows)) if not self.is_zero(rows[j][i])), None)
            if pivot is None:
                return 0
            if pivot != i:
                rows[i], rows[pivot], out = rows[pivot], rows[i], self.neg(out)
            out = self.mul(out, rows[i][i])
            for j in range(i + 1, len(rows)):
                factor = self.div(rows[j][i], rows[i][i])
                rows[j] = [self.sub(x, self.mul(factor, y)) for x, y in zip(rows[j], rows[i], strict=True)]
        return out
