"""Eigenvalues of small matrices of numbers: the largest, the smallest, the spectral radius."""

from __future__ import annotations

from typing import Any

from derive.models.core import HALF, Env, Interpreter, Unknown, absolute
from derive.models.heads import head_of
from derive.terms import Matrix, Paren, Sym, Term
from derive.values.algebra import Mat, ShapeError

LARGEST = 2


def eigenvalues(m: Interpreter, a: Mat) -> list[Any]:
    """The real eigenvalues of a triangular or 2 × 2 matrix, ascending: (tr ± √(tr² − 4 det)) / 2.

    Raises:
        Unknown: they are complex, or the matrix is larger.
    """
    w, n = m.world, len(a.rows)
    if any(len(row) != n for row in a.rows):
        raise ShapeError("eigenvalues of a matrix that is not square")
    if all(w.is_zero(a.rows[i][j]) for i in range(n) for j in range(i)) or all(
        w.is_zero(a.rows[i][j]) for i in range(n) for j in range(i + 1, n)
    ):
        found = [a.rows[i][i] for i in range(n)]
    elif n == LARGEST:
        trace = w.add(a.rows[0][0], a.rows[1][1])
        spread = w.sub(w.mul(trace, trace), w.mul(4, w.determinant(a)))
        if w.sign(spread) < 0:
            raise Unknown("eigenvalues that are not real")
        root = w.power(spread, HALF)
        found = [w.div(w.sub(trace, root), 2), w.div(w.add(trace, root), 2)]
    else:
        raise Unknown("the eigenvalues of a matrix this large")
    for i in range(len(found)):
        for j in range(len(found) - 1 - i):
            if w.sign(w.sub(found[j], found[j + 1])) > 0:
                found[j], found[j + 1] = found[j + 1], found[j]
    return found


def spectral(m: Interpreter, which: str, a: Mat) -> Any:
    """λ_max, λ_min or the spectral radius ρ = max |λ|."""
    w, found = m.world, eigenvalues(m, a)
    if which != "radius":
        return found[-1] if which == "max" else found[0]
    low, high = absolute(m, found[0]), absolute(m, found[-1])
    return high if w.sign(w.sub(high, low)) >= 0 else low


def spectrum(m: Interpreter, head: Sym, argument: Term, env: Env) -> Any:
    """λ_max(A), λ_min(A), ρ(A) of a matrix; None for any other λ or ρ."""
    h = head_of(head)
    marks = h.labels | {i.name.removeprefix("text:") for i in h.indices if isinstance(i, Sym)}
    which = "radius" if h.base == "rho" and not marks else next((x for x in ("max", "min") if x in marks), "")
    if h.base not in ("lambda", "rho") or not which or not isinstance(argument, Sym | Matrix | Paren):
        return None
    try:
        value = m.value(argument, env)
    except Unknown:
        return None
    return spectral(m, which, value) if isinstance(value, Mat) else None
