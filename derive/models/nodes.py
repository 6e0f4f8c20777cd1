r"""Meaning of the plain nodes: arithmetic, collections, brackets, derivatives."""

from __future__ import annotations

from itertools import pairwise
from math import factorial
from typing import Any

from derive.models import operators
from derive.models.core import HALF, Env, Interpreter, Unknown, absolute, truth
from derive.models.elements import size_of
from derive.models.ellipses import dotted_product, dotted_sum, expand_dots
from derive.models.functions import exp_of
from derive.models.heads import head_of
from derive.models.probability import conditional, distribution_key
from derive.models.spectra import spectrum
from derive.models.world import Index, Path
from derive.terms import (
    Add,
    Cases,
    Decor,
    Div,
    Dots,
    Fence,
    Item,
    Matrix,
    Mul,
    Neg,
    Num,
    Op,
    Paren,
    Postfix,
    Pow,
    Seq,
    Sym,
    Term,
    Text,
    Transpose,
)
from derive.values.algebra import Mat, ShapeError, Vec, is_exact, whole
from derive.values.arith import Undefined, fmpq

# --- arithmetic ----------------------------------------------------------------------------------


def _num(m: Interpreter, t: Num, env: Env) -> Any:
    return whole(fmpq(t.value))


def _add(m: Interpreter, t: Add, env: Env) -> Any:
    if any(isinstance(x, Dots) for x in t.terms):
        return dotted_sum(m, t, env)
    total = m.number(t.terms[0], env)
    for x in t.terms[1:]:
        total = m.world.add(total, m.number(x, env))
    return total


def _mul(m: Interpreter, t: Mul, env: Env) -> Any:
    if any(isinstance(x, Dots) for x in t.factors):
        return dotted_product(m, t, env)
    if m.facts.operators:
        operated = operators.product(m, t, env)
        if operated is not None:
            return operated
    factors = t.factors
    for i, (f, g) in enumerate(pairwise(factors)):
        if isinstance(f, Sym) and f.name == "lambda" and f.subs and isinstance(g, Paren):
            found = spectrum(m, f, g, env)  # λ_max(A) is read as a product
            if found is not None:
                place = Sym("text:·spectrum")
                rest = (*factors[:i], place, *factors[i + 2 :])
                return m.value(place if len(rest) == 1 else Mul(rest, t.ops[: len(rest) - 1]), env.bind(place, found))
    value = m.value(factors[0], env)
    if listed(factors[0]) and isinstance(value, Vec):
        value = m.world.transpose(value)
    i = 0
    while i < len(factors) - 1:
        right = m.value(factors[i + 1], env)
        dot = t.ops[i] == r"\cdot"
        # M v^T w: group a row with the column after it, so that (scalar)(row)(column) needs no brackets
        if isinstance(right, Vec) and right.row and isinstance(value, Vec) and not value.row and i + 2 < len(factors):
            after = m.value(factors[i + 2], env)
            if isinstance(after, Vec | Mat) and not (isinstance(after, Vec) and after.row):
                right = m.world.mul(right, after)
                i += 1
        value = m.world.mul(m.as_number(value), m.as_number(right), dot)
        i += 1
    return value


def _div(m: Interpreter, t: Div, env: Env) -> Any:
    return m.world.div(m.number(t.num, env), m.number(t.den, env))


def _pow(m: Interpreter, t: Pow, env: Env) -> Any:
    if isinstance(t.base, Sym) and t.base.name == "e" and t.base not in env.vars and not t.base.subs:
        return exp_of(m, t.exp, env)
    squared = squared_norm(m, t, env)
    if squared is not None:
        return squared
    base = m.number(t.base, env)
    if isinstance(t.exp, Sym) and t.exp.name in ("top", "T") and isinstance(base, Vec | Mat):
        return m.world.transpose(base)
    exponent = m.number(t.exp, env)
    return m.world.power(base, exponent)


def squared_norm(m: Interpreter, t: Pow, env: Env) -> Any:
    """‖x‖² = xᵀx without a root; None for any other power."""
    if (
        not isinstance(t.base, Fence)
        or t.base.kind != "norm"
        or not isinstance(t.exp, Num)
        or t.exp.value != 2
        or m.facts.divergent
    ):
        return None
    if t.base.sub is not None and not (isinstance(t.base.sub, Num) and t.base.sub.value == 2):
        return None
    value = m.number(t.base.args[0], env)
    return m.world.dot(value, value) if isinstance(value, Vec) else None


def _transpose(m: Interpreter, t: Transpose, env: Env) -> Any:
    value = m.number(t.body, env)
    return value if listed(t) and isinstance(value, Vec) else m.world.transpose(value)


def listed(t: Term) -> bool:
    """``(1,2)ᵀ``: a column written in a line, unless something follows that it is multiplied by."""
    return isinstance(t, Transpose) and isinstance(t.body, Seq) and len(t.body.items) > 1


def _op(m: Interpreter, t: Op, env: Env) -> Any:
    if t.op in (r"\odot", r"\circ", r"\ast", r"\star"):
        values = [m.number(a, env) for a in t.args]
        out = values[0]
        for v in values[1:]:
            if isinstance(out, Vec) and isinstance(v, Vec):
                out = Vec(tuple(m.world.mul(x, y) for x, y in zip(out.items, v.items, strict=True)), out.row)
            elif isinstance(out, Mat) and isinstance(v, Mat):
                out = Mat(
                    tuple(
                        tuple(m.world.mul(x, y) for x, y in zip(r, s, strict=True)) for r, s in zip(out.rows, v.rows, strict=True)
                    )
                )
            else:
                out = m.world.mul(out, v)
        return out
    if t.op in (r"\bmod", r"\mod"):
        a, b = (m.integer(x, env) for x in t.args)
        return a % b
    raise Unknown(f"the operator {t.op}")


def _postfix(m: Interpreter, t: Postfix, env: Env) -> Any:
    if t.mark == "!":
        n = m.integer(t.body, env)
        if not 0 <= n <= 2000:
            raise Undefined("the factorial of a negative number, or of one too large to compute")
        m.world.tick(n // 4)
        return factorial(n)
    if t.mark == "_+":
        value = m.number(t.body, env)
        return value if m.world.sign(value) > 0 else 0
    raise Unknown(f"the mark {t.mark}")


# --- collections ---------------------------------------------------------------------------------


def _seq(m: Interpreter, t: Seq, env: Env) -> Any:
    items = expand_dots(m, t.items, env)
    if any(isinstance(v, Index | Path) for v in items):
        return list(items)
    if t.fences == "{}":
        return list(items)
    return Vec(tuple(items))


def _matrix(m: Interpreter, t: Matrix, env: Env) -> Any:
    if all(len(row) == 1 for row in t.rows) and any(isinstance(row[0], Dots) for row in t.rows):
        return Vec(tuple(expand_dots(m, tuple(row[0] for row in t.rows), env)))
    rows = [[m.number(x, env) for x in row] for row in t.rows]
    if all(len(row) == 1 for row in rows):
        return Vec(tuple(row[0] for row in rows))
    if len(rows) == 1:
        return Vec(tuple(rows[0]), row=True)
    if any(len(row) != len(rows[0]) for row in rows):
        raise ShapeError("rows of different length")
    if t.env == "vmatrix":
        return m.world.determinant(Mat(tuple(tuple(row) for row in rows)))
    return Mat(tuple(tuple(row) for row in rows))


#: What stands for "in all other cases".
OTHERWISE = ("otherwise", "else", "其他", "其它", "否则", "其余")


def otherwise(condition: Term | None) -> bool:
    """Whether the condition of a case is a word for all that is left."""
    return isinstance(condition, Text) and any(word in condition.text.lower() for word in OTHERWISE)


def _cases(m: Interpreter, t: Cases, env: Env) -> Any:
    for value, condition in t.rows:
        if condition is None or otherwise(condition) or truth(m, condition, env):
            return m.number(value, env)
    raise Unknown("no case applies")


def _paren(m: Interpreter, t: Paren, env: Env) -> Any:
    return m.value(t.body, env)


def _neg(m: Interpreter, t: Neg, env: Env) -> Any:
    return m.world.neg(m.number(t.body, env))


def _decor(m: Interpreter, t: Decor, env: Env) -> Any:
    if t.kind in ("cancel", "bcancel", "xcancel", "sout", "phantom"):
        raise Unknown("struck-out terms")
    return m.value(t.body, env)


def _fence(m: Interpreter, t: Fence, env: Env) -> Any:
    w = m.world
    if t.kind == "inner":
        a, b = (m.number(x, env) for x in t.args)
        return w.dot(a, b) if isinstance(a, Vec) and isinstance(b, Vec) else w.mul(a, b)
    if t.kind == "abs" and isinstance(t.args[0], Sym):
        size = size_of(m, t.args[0], env)
        if size is not None:
            return size
    if t.kind == "norm" and m.facts.divergent:
        env = env.bind_all({p: distribution_vector(m, p) for p in m.facts.divergent if isinstance(p, Sym) and p not in env.vars})
    value = m.number(t.args[0], env)
    if t.kind == "norm":
        p = m.value(t.sub, env) if t.sub is not None and not (isinstance(t.sub, Sym) and t.sub.name == "infty") else t.sub
        items = (
            value.items
            if isinstance(value, Vec)
            else [x for row in value.rows for x in row]
            if isinstance(value, Mat)
            else [value]
        )
        if p is None or p == 2 or isinstance(value, Mat):
            return w.power(w.total(w.mul(x, x) for x in items), HALF)
        if p == 1:
            return w.total(absolute(m, x) for x in items)
        if isinstance(p, Sym):
            best = absolute(m, items[0])
            for x in items[1:]:
                other = absolute(m, x)
                best = other if w.sign(w.sub(other, best)) > 0 else best
            return best
        raise Unknown("this norm")
    if t.kind == "abs":
        if isinstance(value, Mat):
            return w.determinant(value)
        return absolute(m, value)
    if t.kind in ("floor", "ceil") and is_exact(value):
        q = w_floor(value)
        return q if t.kind == "floor" or q == value else q + 1
    raise Unknown(f"the brackets {t.kind}")


def distribution_vector(m: Interpreter, p: Sym) -> Vec:
    """The vector of a distribution that the claim also takes a divergence of: the p of ‖p − q‖₁ beside KL(p‖q)."""
    sort = m.facts.sorts.get("argument of " + p.name, "x")
    return Vec(tuple(conditional(m, distribution_key(head_of(p)), sort, (), frozenset())))


def w_floor(value: Any) -> int:
    return int(value) if isinstance(value, int) else int(value.p // value.q)


def _item(m: Interpreter, t: Item, env: Env) -> Any:
    value = m.value(t.body, env)
    if isinstance(value, Vec) and len(t.subs) == 1:
        i = m.integer(t.subs[0], env)
        if 1 <= i <= len(value.items):
            return value.items[i - 1]
    raise Unknown("an element of this value")
