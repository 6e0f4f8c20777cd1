r"""Extremes over a continuum: of quadratic functions, whose one stationary point decides.

Math:
    f(x) = xᵀH x / 2 + gᵀx + c,   H ≻ 0:   min f = c − gᵀH⁻¹g / 2,   argmin f = −H⁻¹g,   and the mirror image for H ≺ 0
H, g and c are found from the values of f at 0, ±e_i and e_i + e_j; that f is quadratic is tested at random points.
"""

from __future__ import annotations

from typing import Any

from derive.models.core import Env, Interpreter, Unknown
from derive.models.scope import Scope
from derive.terms import Add, App, Big, Div, Fence, Matrix, Mul, Neg, Num, Paren, Pos, Pow, Rel, Seq, Sym, Term, Transpose
from derive.values.algebra import Mat, Vec

PLAIN = (Add, Neg, Pos, Mul, Div, Pow, Paren, Fence, Transpose, Num, Sym, Matrix, Seq)


def explicit(t: Term, variable: Sym, scope: Scope) -> bool:
    """Whether a term is arithmetic in the variable: no function that hides how it depends on it."""
    for x in t.walk():
        if isinstance(x, App):
            found = scope.find(x)
            if found is None or not explicit(found[0].body, variable, Scope()):
                return False
        elif not isinstance(x, PLAIN) or isinstance(x, Fence) and x.kind not in ("norm", "inner"):
            return False
    return variable in t.walk() or isinstance(t, App)


def quadratic_extreme(m: Interpreter, t: Big, env: Env) -> Any:
    """The extreme of a quadratic function of a number or a vector, or where it is attained.

    Raises:
        Unknown: the function is no quadratic one with an extreme of this kind.
    """
    w = m.world
    item = t.under[0] if len(t.under) == 1 else None
    if isinstance(item, Rel) and item.op == r"\in" and item.rhs == Sym("mathbb:R"):
        item = item.lhs
    body = t.body
    while isinstance(body, Paren):
        body = body.body
    if not isinstance(item, Sym) or item.subs or not explicit(body, item, m.scope):
        raise Unknown("an extreme over a continuum")
    variable = item
    shape = m.facts.shapes.get(variable.name, ())
    if len(shape) > 1:
        raise Unknown("an extreme over matrices")
    n = shape[0] if shape else 1

    def value(items: list[Any]) -> Any:
        found = m.number(body, env.bind(variable, Vec(tuple(items)) if shape else items[0]))
        if isinstance(found, Vec | Mat):
            raise Unknown("an extreme of a vector")
        return found

    def unit(*places: int, by: int = 1) -> list[Any]:
        return [by * sum(j == i for j in places) for i in range(n)]

    c = value(unit())
    ahead, behind = [value(unit(i)) for i in range(n)], [value(unit(i, by=-1)) for i in range(n)]
    g = [w.div(w.sub(a, b), 2) for a, b in zip(ahead, behind, strict=True)]
    h = [[w.sub(w.add(ahead[i], behind[i]), w.mul(2, c)) for _ in range(n)] for i in range(n)]
    for i in range(n):
        for j in range(i + 1, n):
            h[i][j] = h[j][i] = w.add(w.sub(w.sub(value(unit(i, j)), ahead[i]), ahead[j]), c)

    def fitted(items: list[Any]) -> Any:
        square = w.total(w.mul(x, w.mul(h[i][j], y)) for i, x in enumerate(items) for j, y in enumerate(items))
        return w.add(w.add(w.div(square, 2), w.total(w.mul(a, x) for a, x in zip(g, items, strict=True))), c)

    for trial in range(3):
        items = [(-1) ** (trial + i) * w.rng(("probe", trial, i)).randrange(2, 10**6) for i in range(n)]
        if not w.is_zero(w.sub(value(items), fitted(items))):
            raise Unknown("an extreme of a function that is not quadratic")
    sign = 1 if t.op in ("min", "inf", "argmin") else -1
    for size in range(1, n + 1):
        minor = Mat(tuple(tuple(w.mul(sign, x) for x in row[:size]) for row in h[:size]))
        if w.sign(w.determinant(minor)) <= 0:
            raise Unknown("an extreme that the function does not have, or has in more than one place")
    place = w.solve([list(row) for row in h], [w.neg(x) for x in g])
    if t.op.startswith("arg"):
        return Vec(tuple(place)) if shape else place[0]
    return fitted(place)
