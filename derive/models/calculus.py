r"""Meaning of derivatives: gradients, partial derivatives, evaluation bars, increments."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from derive.models.core import Env, Interpreter, Unknown
from derive.models.heads import evaluated_at, local_gradient, narrowed
from derive.models.moving import still_by_convention, taken_there
from derive.models.shapes import BEYOND
from derive.models.symbols import increment_value
from derive.models.unknowns import without
from derive.notation.show import show
from derive.terms import (
    App,
    At,
    Delta,
    Deriv,
    Grad,
    Mul,
    Paren,
    Rel,
    Seq,
    Sym,
    Term,
    Transpose,
)
from derive.values.algebra import Mat, Vec, is_exact
from derive.values.jets import Jet, differentiate


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
    if BEYOND in m.facts.components.values():
        raise Unknown("components of a vector under a derivative")
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
    if BEYOND in m.facts.components.values():
        raise Unknown("components of a vector under a derivative")
    value = m.number(t.body, env)
    for variable, times in t.wrt:
        indices = variable_indices(m, wrt_name(variable))
        if not indices:
            raise Unknown("a derivative in a variable that the claim does not fix")
        nought = nought_everywhere(m, gradient(m, value, indices, len(indices) == 1))
        if nought and isinstance(variable, App):
            m.world.loose.add("average over the data")  # ∂f/∂g(x): how f depends on g(x) is nowhere said
        if nought and isinstance(t.body, Sym) and constant_everywhere(value) and not still_by_convention(t.body, variable):
            m.world.loose.add("average over the data")  # ∂L/∂w: the words around say what L is
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
