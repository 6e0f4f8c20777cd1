r"""Meaning of the plain nodes: arithmetic, collections, brackets, derivatives."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from math import factorial
from typing import Any

from derive.models import operators
from derive.models.algebra import Mat, ShapeError, Vec, is_exact, whole
from derive.models.arith import Undefined, fmpq
from derive.models.core import HALF, Env, Interpreter, Unknown, absolute, truth
from derive.models.elements import size_of
from derive.models.ellipses import dotted_product, dotted_sum, expand_dots
from derive.models.functions import exp_of
from derive.models.heads import evaluated_at, head_of, local_gradient, narrowed
from derive.models.jets import Jet, differentiate
from derive.models.moving import still_by_convention, taken_there
from derive.models.probability import conditional, distribution_key
from derive.models.symbols import increment_value
from derive.models.unknowns import without
from derive.models.world import Index, Path
from derive.notation.show import show
from derive.terms import (
    Add,
    App,
    At,
    Cases,
    Decor,
    Delta,
    Deriv,
    Div,
    Dots,
    Fence,
    Grad,
    Item,
    Matrix,
    Mul,
    Neg,
    Num,
    Op,
    Paren,
    Postfix,
    Pow,
    Rel,
    Seq,
    Sym,
    Term,
    Text,
    Transpose,
)

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
    value = m.value(factors[0], env)
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
    base = m.number(t.base, env)
    if isinstance(t.exp, Sym) and t.exp.name in ("top", "T") and isinstance(base, Vec | Mat):
        return m.world.transpose(base)
    exponent = m.number(t.exp, env)
    return m.world.power(base, exponent)


def _transpose(m: Interpreter, t: Transpose, env: Env) -> Any:
    return m.world.transpose(m.number(t.body, env))


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
    rows = [[m.number(x, env) for x in row] for row in t.rows]
    if all(len(row) == 1 for row in rows):
        return Vec(tuple(row[0] for row in rows))
    if len(rows) == 1:
        return Vec(tuple(rows[0]), row=True)
    if any(len(row) != len(rows[0]) for row in rows):
        raise ShapeError("rows of different length")
    return Mat(tuple(tuple(row) for row in rows))


def _cases(m: Interpreter, t: Cases, env: Env) -> Any:
    for value, condition in t.rows:
        if condition is None or isinstance(condition, Text) and "otherwise" in condition.text.lower() or truth(m, condition, env):
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


# --- calculus ------------------------------------------------------------------------------------


def variable_indices(m: Interpreter, name: str) -> list[int]:
    """The ring variables of a parameter, in order."""
    return [i for i, v in enumerate(m.world.setting.variables) if v.split("[")[0] == name]


@lru_cache(maxsize=2048)
def wrt_name(term: Term) -> str:
    """The name under which a variable of differentiation is allotted its nilpotents."""
    return show(term)


def gradient(m: Interpreter, value: Any, variables: list[int], scalar: bool) -> Any:
    if isinstance(value, Vec):
        rows = tuple(tuple(differentiate(x, i) for i in variables) for x in value.items)
        return Vec(tuple(r[0] for r in rows), value.row) if scalar else Mat(rows)
    if isinstance(value, Mat):
        raise Unknown("the gradient of a matrix")
    if scalar:
        return differentiate(value, variables[0])
    return Vec(tuple(differentiate(value, i) for i in variables))


def _grad(m: Interpreter, t: Grad, env: Env) -> Any:
    if t.body is None:
        raise Unknown("a gradient operator without its function")
    at_base = gradient_at_base(m, t)
    if at_base is not None:
        return m.world.frozen(m.number(at_base, env))
    at_point = gradient_at_point(m, t, env)
    if at_point is not None:
        return at_point
    names = gradient_names(m, t)
    groups = [variable_indices(m, name) for name in names]
    if not all(groups):
        raise Unknown("a gradient in a variable that the claim does not fix")
    flat = [i for g in groups for i in g]
    scalar = len(flat) == 1 and len(names) == 1
    value = m.number(t.body, env)
    if constant_everywhere(value) and taken_there(t):
        raise Unknown("a gradient at a point of its own")
    if constant_everywhere(value) and not still_by_convention(t.body, t.wrt):
        m.notes.add("still")
    for _ in range(t.order):
        value = gradient(m, value, flat, scalar)
    if m.world.holds("derivatives-at-old"):
        return m.world.frozen(value)
    return value


def constant_everywhere(value: Any) -> bool:
    """Whether a value is no function of the parameters at all (and not just one with zero derivatives here)."""
    if isinstance(value, Vec):
        return all(constant_everywhere(x) for x in value.items)
    return not isinstance(value, Jet | Mat)


def nought_everywhere(m: Interpreter, value: Any) -> bool:
    """Whether a value is 0 here with all the derivatives that are carried."""
    if isinstance(value, Vec):
        return all(nought_everywhere(m, x) for x in value.items)
    if isinstance(value, Mat):
        return all(nought_everywhere(m, x) for row in value.rows for x in row)
    return all(map(m.world.is_zero, value.c)) if isinstance(value, Jet) else m.world.is_zero(value)


def gradient_at_base(m: Interpreter, t: Grad) -> Grad | None:
    """∇J(θ_old), where a claim expands about θ_old: the gradient of J(θ), to be taken there; None for other gradients."""
    body = t.body
    for moving, base in m.facts.increments:
        if base is None or not isinstance(body, App) or base not in body.args:
            continue
        if t.wrt in (None, moving) or isinstance(moving, Sym) and t.wrt == Sym(moving.name):
            return replace(t, wrt=moving, body=replace(body, args=tuple(moving if a == base else a for a in body.args)))
    return None


def gradient_at_point(m: Interpreter, t: Grad, env: Env) -> Any:
    """∇J(0,0): the derivatives of J in its own arguments, where they stand; None for a gradient in the claim's parameters."""
    body = t.body
    if not isinstance(body, App) or t.order != 1 or not body.args or any(isinstance(y, Sym) for a in body.args for y in a.walk()):
        return None
    w = m.world
    slots = [i for i, v in enumerate(w.setting.variables) if v.startswith("slot")]
    if len(slots) < len(body.args):
        return None
    places = [Sym(f"text:·slot{i}") for i in range(len(body.args))]
    for i, (place, a) in enumerate(zip(places, body.args, strict=True)):
        at = m.number(a, env)
        at = w.field.lift(at) if is_exact(at) else at
        env = env.bind(place, w.add(w.ring.variable(slots[i], w.field.lift(0)), at))
    value = m.number(App(body.head, tuple(places)), env)
    return gradient(m, value, slots[: len(places)], len(places) == 1)


def gradient_names(m: Interpreter, t: Grad) -> list[str]:
    """The parameters that a gradient differentiates in; ``\\nabla`` alone takes the claim's own."""
    if t.wrt is not None:
        wrt = t.wrt.items if isinstance(t.wrt, Seq) else (t.wrt,)
        names = [wrt_name(x) for x in wrt]
        return names if all(variable_indices(m, n) for n in names) else list(m.facts.defaults)
    if t.body is not None:
        own = argument_parameters(m, t.body)
        if own:
            return own
    return list(m.facts.defaults)


def argument_parameters(m: Interpreter, body: Term) -> list[str]:
    """The variables among the arguments of the function that a bare ∇ stands before: ``\\nabla J(\\theta_1,\\theta_2)``."""
    while isinstance(body, Paren | Transpose):
        body = body.body
    if isinstance(body, App) and body.args and not body.given:
        names = [show(a) for a in body.args]
        if all(variable_indices(m, n) for n in names):
            return names
    return []


def _deriv(m: Interpreter, t: Deriv, env: Env) -> Any:
    if t.body is None:
        raise Unknown("a derivative operator without its function")
    value = m.number(t.body, env)
    for variable, times in t.wrt:
        indices = variable_indices(m, wrt_name(variable))
        if not indices:
            raise Unknown("a derivative in a variable that the claim does not fix")
        nought = nought_everywhere(m, gradient(m, value, indices, len(indices) == 1))
        if nought and isinstance(variable, App):
            m.world.loose.add("average over the data")  # ∂f/∂g(x): how f depends on g(x) is nowhere said
        if nought and (isinstance(variable, App) or constant_everywhere(value) and not still_by_convention(t.body, variable)):
            m.notes.add("still")  # what is nought because nothing moves proves nothing
        for _ in range(times):
            value = gradient(m, value, indices, len(indices) == 1)
    return value


def _at(m: Interpreter, t: At, env: Env) -> Any:
    inner = narrowed(t)
    if isinstance(inner, Mul) and local_gradient(t) is not None:
        return m.value(inner, env)
    place = evaluated_at(t)
    if place is not None:
        return derivative_there(m, t, place, env)
    for condition in t.where:
        if isinstance(condition, Rel) and condition.op == "=":
            lhs, rhs = condition.lhs, condition.rhs
            if isinstance(lhs, Sym) and isinstance(rhs, Sym) and lhs.name == rhs.name:
                continue  # θ = θ_old: the base point of the whole claim (ClaimFacts.old_is_base)
            raise Unknown("an evaluation at another point")
        else:
            raise Unknown("an evaluation bar without an equation")
    return m.value(t.body, env)


def derivative_there(m: Interpreter, t: At, place: Term, env: Env) -> Any:
    """∇_a f(a) at a place of its own, through a nilpotent beside the place."""
    w = m.world
    slots = [i for i, v in enumerate(w.setting.variables) if v.startswith("slot")]
    at = m.number(place, env)
    if not slots or isinstance(at, Vec | Mat) or not isinstance(t.body, Grad) or t.body.body is None or t.body.wrt is None:
        raise Unknown("an evaluation at another point")
    at = w.field.lift(at) if is_exact(at) else at
    value = m.number(t.body.body, env.bind(t.body.wrt, w.add(w.ring.variable(slots[0], w.field.lift(0)), at)))
    return without(differentiate(value, slots[0]), slots[0])


def _delta(m: Interpreter, t: Delta, env: Env) -> Any:
    return increment_value(m, t)
