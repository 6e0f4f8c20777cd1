"""The operators with bound variables: Σ, Π, max, min, argmax, argmin and ∫ over a finite set, each over its range."""

from __future__ import annotations

from typing import Any

from derive.models.core import Env, Interpreter, Unknown
from derive.models.extremes import explicit, quadratic_extreme
from derive.models.heads import PARAMETERS, POLICIES, head_of
from derive.models.ranges import bindings_of, bound_variable, infinite_variable
from derive.models.series import sum_sequence
from derive.terms import App, Big, Label, Mul, Paren, Rel, Seq, Sym, Term


def big(m: Interpreter, t: Big, env: Env) -> Any:
    """Σ, Π, max, min, argmax, lim over their variables."""
    w = m.world
    if m.scope.use_data and t in m.scope.data:
        return m.value(m.scope.data[t], env)  # max_a Q(s',a) = 3, as the page gives it
    if t.op == "sum":
        infinite = infinite_variable(m, t, env)
        if infinite is not None:
            return infinite_sum(m, t, infinite, env)
        return w.total(m.number(t.body, inner) for inner in bindings_of(m, t.under, t.upper, env, t.body))
    if t.op == "prod":
        apart = side_by_side(t)
        if apart is not None:
            return m.value(apart, env)
        return w.product(m.number(t.body, inner) for inner in bindings_of(m, t.under, t.upper, env, t.body))
    if t.op in ("max", "min", "sup", "inf", "argmax", "argmin"):
        if policy_variable(t) is not None:
            return m.value(best_value(t), env)
        if over_continuum(m, t):
            return quadratic_extreme(m, t, env)
    if t.op in ("max", "min", "sup", "inf"):
        inners = list(bindings_of(m, t.under, t.upper, env, t.body))
        if not inners:
            raise Unknown("an extreme over nothing")
        sign = 1 if t.op in ("max", "sup") else -1
        values = [m.number(t.body, inner) for inner in inners]
        best = values[0]
        for v in values[1:]:
            if w.sign(w.sub(v, best)) == sign:
                best = v
        return best
    if t.op in ("argmax", "argmin"):
        variable = t.under[0].lhs if isinstance(t.under[0], Rel) else t.under[0]
        best_at, best = None, None
        for inner in bindings_of(m, t.under, t.upper, env, t.body):
            v = m.number(t.body, inner)
            if best_at is None or w.sign(w.sub(v, best)) == (1 if t.op == "argmax" else -1):
                best_at, best = inner.vars[variable], v
        return best_at
    if t.op == "int":
        variables = t.measure or t.under
        if variables and all(isinstance(v, Sym) and (v.name == "tau" or v not in m.facts.numbers) for v in variables):
            m.notes.add("finite-sum-for-integral")
            return w.total(m.number(t.body, inner) for inner in bindings_of(m, tuple(variables), None, env, t.body))
    raise Unknown(f"the operator {t.op}")


def side_by_side(t: Big) -> Mul | None:
    r"""``\prod_tA_t\,B`` as a product and what follows it: factors at its end that do not count with it, or count anew."""
    if not isinstance(t.body, Mul) or len(t.under) != 1:
        return None
    counter, factors = bound_variable(t.under[0]), t.body.factors
    own = len(factors)
    while own and (counter not in factors[own - 1].walk() or counts_anew(factors[own - 1], counter)):
        own -= 1
    if own in (0, len(factors)):
        return None
    first = factors[0] if own == 1 else Mul(factors[:own], t.body.ops[: own - 1])
    return Mul((Big(t.op, t.under, t.upper, first), *factors[own:]), t.body.ops[own - 1 :])


def counts_anew(t: Term, counter: Term) -> bool:
    return isinstance(t, Big) and len(t.under) == 1 and bound_variable(t.under[0]) == counter


def policy_variable(t: Big) -> Sym | None:
    """The variable of an extreme over policies."""
    variable = bound_variable(t.under[0]) if len(t.under) == 1 else None
    return variable if isinstance(variable, Sym) and variable.name in POLICIES and not variable.subs else None


def best_value(t: Big) -> Term:
    """``\\max_\\pi V^\\pi(s)`` as ``V^*(s)``: the one extreme over all policies that the models know.

    Raises:
        Unknown: for every other extreme over policies.
    """
    variable, body = policy_variable(t), t.body
    while isinstance(body, Paren):
        body = body.body
    if t.op in ("max", "sup") and isinstance(body, App) and isinstance(body.head, Sym):
        h = head_of(body.head)
        if (
            h.base in ("V", "v", "Q", "q")
            and h.policy == variable
            and not (h.labels or h.params or h.indices or h.accents or h.primes)
        ):
            return App(Sym(body.head.name, sups=(Label("*"),)), body.args, body.given)
    raise Unknown("an extreme over policies")


def over_continuum(m: Interpreter, t: Big) -> bool:
    """Whether an extreme is over a real variable: one used as a number, for which no finite range is printed."""
    for item in t.under:
        ranged = isinstance(item, Rel) and (item.op == "=" or item.op == r"\in" and isinstance(item.rhs, Seq | Paren))
        for variable in item.items if isinstance(item, Seq) else (bound_variable(item),):
            counts = isinstance(variable, Sym) and (
                variable.name in PARAMETERS or variable in m.facts.numbers or variable.name in m.facts.shapes
            )
            body = t.body.body if isinstance(t.body, Paren) else t.body
            if not counts and isinstance(variable, Sym) and isinstance(body, App) and m.scope.find(body) is not None:
                counts = explicit(body, variable, m.scope)  # min_x L(x, λ) of a defined L
            if counts and not ranged and t.upper is None:
                return True
    return False


def infinite_sum(m: Interpreter, t: Big, infinite: tuple[Term, int], env: Env) -> Any:
    variable, first = infinite
    return sum_sequence(m, lambda k: m.number(t.body, env.bind(variable, k)), first)
