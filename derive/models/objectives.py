r"""The objective of a policy, and its ratio to the old one."""

from __future__ import annotations

from typing import Any

from derive.models.core import Env, Interpreter, Unknown
from derive.models.heads import POLICIES, Head, head_of, policy_key
from derive.models.mdp import (
    act_of,
    policy_probability,
)
from derive.models.world import Index
from derive.terms import Sym, Term


def objective_argument(t: Term) -> bool:
    return isinstance(t, Sym) and (t.name in POLICIES or t.name in ("theta", "phi", "w", "mathbf:theta", "boldsymbol:theta"))


def ratio(m: Interpreter, h: Head, env: Env, old: bool = False) -> Any:
    """r_t(θ) = π_θ(a_t|s_t) / π_old(a_t|s_t); 1 at θ_old."""
    if old:
        return 1
    index = h.indices[0]
    path = env.path or m.world.free_path()
    t = m.integer(index, env)
    action = path.action(t)
    state, act = Index("state", path.state(t)), Index("action", -1 if action is None else action)
    new = policy_probability(m, Head("pi", params=("theta",)), act, state, env)
    old = policy_probability(m, Head("pi", labels=frozenset({"old"})), act, state, env)
    return m.world.div(new, old)


def objective(m: Interpreter, h: Head, argument: Term | None, env: Env) -> Any:
    """J: the expected return from the start distribution, E[G_0]; of an old or primed policy when its argument says so."""
    if h.labels - {"*"} or h.indices or h.accents:
        m.world.loose.add(h.key)
        return m.world.value(("objective", h.key), "real")
    if m.facts.bandit:
        raise Unknown("the objective of a bandit that nothing defines")
    if m.facts.free_state and not m.world.holds("start-state"):
        m.world.loose.add("average over the data")  # the states that the claim leaves out of its averages
    policy = "pi"
    if isinstance(argument, Sym):
        if argument.name in POLICIES:
            policy = policy_key(argument)
        elif any(argument == base for _, base in m.facts.increments):
            policy = "pi_old"  # where the claim expands about θ_k, that is the old policy
        else:
            policy = policy_key(Sym("pi", subs=(argument,)))
            if head_of(argument).indices:
                m.world.loose.add(policy)  # what made θ_{k+1} of θ_k is for the text to say
    v, _ = m.world.values(act_of(m, policy), policy)
    m.notes.add("objective")
    value = m.world.total(m.world.mul(p, v[s]) for s, p in m.world.start().items())
    return dropped_discount(m, policy, value) if m.world.holds("discount-dropped") else value


def dropped_discount(m: Interpreter, policy: str, value: Any) -> Any:
    """J with the gradient that practice uses: Σ_s Σ_t P(s_t=s) Σ_a ∇π(a|s) Q^π(s,a), without the γ^t of the true one.

    Source: Thomas 2014, "Bias in natural actor-critic algorithms"; Nota and Thomas 2020.
    """
    w = m.world
    if w.ring.order > 1:
        raise Unknown("a second derivative of an objective without its discount")
    act = act_of(m, policy)
    _, q = w.values(act, policy)
    visits = w.occupancy(act, policy, discounted=False)
    surrogate = w.total(w.mul(w.frozen(n), w.mul(p, w.frozen(q[s, a]))) for s, n in visits.items() for a, p in enumerate(act(s)))
    return w.add(w.frozen(value), w.sub(surrogate, w.frozen(surrogate)))
