r"""Values as vectors over states, and the operators on them: ``P_\pi v_\pi``, ``T^\pi V``, ``\mathcal{T}^* V^*``.

Math:
    (r_π)_s = Σ_a π(a|s) r(s,a),   (P_π)_{s s'} = Σ_a π(a|s) P(s'|s,a)
    T^π V = r_π + γ P_π V,   (T^* V)(s) = max_a [r(s,a) + γ Σ_{s'} P(s'|s,a) V(s')],   and likewise on functions Q(s,a)
The process is one that never ends (every state follows every other), so that P_π is stochastic and nothing vanishes.

Source: Puterman 1994, chapter 6.
"""

from __future__ import annotations

from typing import Any

from derive.models.core import Env, Interpreter, Unknown
from derive.models.heads import Head, head_of, operator_like, policy_key
from derive.models.mdp import act_of
from derive.models.world import Index
from derive.terms import App, Mul, Paren, Sym, Term
from derive.values.algebra import Mat, Vec

FUNCTIONS = frozenset({"V", "v", "U", "u", "W", "w", "Q", "q"})


def vector(m: Interpreter, t: Sym, h: Head, env: Env) -> Any:
    """The vector or matrix that a symbol standing alone denotes; None for any other symbol."""
    w = m.world
    states, actions = range(w.setting.states), range(w.setting.actions)
    if t == Sym("I"):
        return Mat(tuple(tuple(int(i == j) for j in states) for i in states))
    if t.name in ("mathbf:1", "boldsymbol:1") and not t.subs and not t.sups:
        return Vec((1,) * len(states))
    name = h.base
    key = policy_key(h.policy) if h.policy is not None else ""
    if key and name in ("P", "T") and not operator_like(t) or key and t.name in ("P", "mathcal:P", "mathbf:P"):
        return transition_matrix(m, key)
    if key and name in ("r", "R"):
        return rewards(m, key)
    if name not in FUNCTIONS or h.params or h.accents:
        return None
    of_actions = name in ("Q", "q")
    if key or "*" in h.labels:
        v, q = w.values(act_of(m, key), key) if key else w.optimal()
        return Mat(tuple(tuple(q[s, a] for a in actions) for s in states)) if of_actions else Vec(tuple(v[s] for s in states))
    name_of = (h.key, *(str(i) for i in h.indices))
    if of_actions:
        return Mat(tuple(tuple(w.draw(("vector", name_of, s, a)) for a in actions) for s in states))
    return Vec(tuple(w.draw(("vector", name_of, s)) for s in states))


def transition_matrix(m: Interpreter, key: str) -> Mat:
    w = m.world
    act = act_of(m, key)
    states = range(w.setting.states)
    return Mat(
        tuple(
            tuple(w.total(w.mul(p, w.transition(s, a).get(n, 0)) for a, p in enumerate(act(s))) for n in states) for s in states
        )
    )


def rewards(m: Interpreter, key: str) -> Vec:
    w = m.world
    act = act_of(m, key)
    return Vec(tuple(w.total(w.mul(p, w.expected_reward(s, a)) for a, p in enumerate(act(s))) for s in range(w.setting.states)))


def applied(m: Interpreter, operator: Sym, value: Any) -> Any:
    """An operator applied to a function of states, or of states and actions."""
    w = m.world
    h = head_of(operator)
    best = h.policy is None
    if best and "*" not in h.labels:
        optimal = m.facts.operators == "optimal"
        if not optimal:
            w.loose.add("average over the data")  # which operator a bare T is
    act = act_of(m, policy_key(h.policy)) if h.policy is not None else None

    def after(s: int, weights: Any) -> Any:
        return [
            w.add(w.expected_reward(s, a), w.mul(w.gamma(), w.total(w.mul(p, weights(n)) for n, p in w.transition(s, a).items())))
            for a in range(w.setting.actions)
        ]

    states = range(w.setting.states)
    if isinstance(value, Vec):
        rows = [after(s, lambda n: value.items[n]) for s in states]
        return Vec(tuple(summary(m, row, act(s) if act else None) for s, row in zip(states, rows, strict=True)))
    if isinstance(value, Mat):
        follow = [summary(m, list(value.rows[n]), act(n) if act else None) for n in states]
        return Mat(tuple(tuple(after(s, lambda n: follow[n])) for s in states))
    raise Unknown("an operator on something that is no function of states")


def summary(m: Interpreter, values: list[Any], chances: list[Any] | None) -> Any:
    """The mean under a policy, or the largest."""
    w = m.world
    return w.largest(values) if chances is None else w.total(w.mul(p, x) for p, x in zip(chances, values, strict=True))


def product(m: Interpreter, t: Mul, env: Env) -> Any:
    """A product in which an operator stands before its function; None without one."""
    w = m.world
    at = next((i for i, f in enumerate(t.factors) if isinstance(f, Sym) and operator_like(f)), None)
    if at is None or at + 1 >= len(t.factors):
        return None
    operator, operand, tail = t.factors[at], t.factors[at + 1], t.factors[at + 2 :]
    assert isinstance(operator, Sym)
    if isinstance(operand, Sym) and operator_like(operand):
        rest = t.factors[at + 1 :]
        value, tail = applied(m, operator, product(m, Mul(rest, ("",) * (len(rest) - 1)), env)), ()
    elif isinstance(operand, App):
        value = place(m, applied(m, operator, m.value(operand.head, env)), operand.args, env)
    else:
        value = applied(m, operator, m.value(operand, env))
    if tail:
        raise Unknown("what an operator is applied to")
    for f in reversed(t.factors[:at]):
        value = w.mul(m.number(f, env), value)
    return value


def application(m: Interpreter, t: App, env: Env) -> Any:
    """(T V)(s), P_π(V − U), T^π(V + W); None for an application of another kind."""
    if isinstance(t.head, Paren):
        return place(m, m.value(t.head.body, env), t.args, env)
    if not isinstance(t.head, Sym) or len(t.args) != 1 or t.given:
        return None
    matrix = None if operator_like(t.head) else vector(m, t.head, head_of(t.head), env)
    if matrix is None and not operator_like(t.head) or isinstance(matrix, Vec):
        return None
    value = m.value(t.args[0], env)
    if not isinstance(value, Vec | Mat):
        return None
    return applied(m, t.head, value) if matrix is None else m.world.mul(matrix, value)


def place(m: Interpreter, value: Any, args: tuple[Term, ...], env: Env) -> Any:
    """(T V)(s), (T Q)(s, a)."""
    found = [m.value(a, env) for a in args]
    if all(isinstance(x, Index) and x.k >= 0 for x in found):
        if isinstance(value, Vec) and len(found) == 1:
            return value.items[found[0].k]
        if isinstance(value, Mat) and len(found) == 2:
            return value.rows[found[0].k][found[1].k]
    raise Unknown("an operator's value at this place")
