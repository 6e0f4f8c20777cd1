r"""Quantities of the decision process: policies, values, occupancy, returns, errors, trajectory probabilities.

Conventions.  ``reward_shift`` is 0 where a page writes r_t for the reward that follows a_t and 1 where it writes
r_{t+1}.  A value function with a policy (``V^\pi``) or a star is the true one; a bare ``V`` or ``Q`` is an estimate, an
arbitrary function of its arguments that is zero at the end of an episode, unless ``values-exact`` is assumed.
``d^\pi`` is the normalised discounted occupancy unless ``visitation`` (unnormalised) is assumed.

Source: Sutton & Barto 2018, chapters 3, 6, 13; Schulman et al. 2016 (GAE).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derive.models.core import Env, Interpreter, Unknown
from derive.models.elements import index_value
from derive.models.given import value_at
from derive.models.heads import Head, moved_policy, policy_key
from derive.models.world import OPTIMAL, TERMINAL, Index, Path
from derive.notation.show import show
from derive.terms import App, Sym
from derive.values.algebra import is_exact
from derive.values.jets import Jet


def differentiated_in(m: Interpreter, h: Head) -> tuple[str, ...]:
    """The parameters of a quantity that the claim takes derivatives in, as printed: θ_i of Q_{θ_i}, but not of Q_{θ_{i-1}}."""
    variables = {v.split("[")[0] for v in m.world.setting.variables} if h.own else ()
    return tuple(p for p in h.own if p in variables)


def parameters_of(m: Interpreter, h: Head) -> frozenset[str]:
    """The parameters that a quantity moves with: its own, or the claim's."""
    if moved := differentiated_in(m, h):
        return frozenset(moved)
    if h.frozen:
        return frozenset()
    if h.params:
        return frozenset(h.params)
    return m.facts.policy_parameters or frozenset(m.facts.parameters)


def moved_by(m: Interpreter, h: Head) -> frozenset[str]:
    """The parameters that an unknown function moves with: those it names, or those that the claim differentiates it in."""
    if moved := differentiated_in(m, h):
        return frozenset(moved)
    if h.frozen:
        return frozenset()
    if h.params:
        return frozenset(h.params)
    return frozenset(m.facts.defaults) if h.key in m.facts.moving else frozenset()


def act_of(m: Interpreter, key: str, params: tuple[str, ...] = (), own: tuple[str, ...] = ()) -> Callable[[int], list[Any]]:
    """s ↦ π(·|s) for a policy named by ``policy_key``; ``own`` are its parameters that the claim takes derivatives in."""
    w = m.world
    n = w.setting.actions
    if key.startswith(MOVED):
        still = act_of(m, "pi", params)
        return lambda s: [moved(m, p, key[len(MOVED) :]) for p in still(s)]
    if key == "pi" or key == "pi_old" and m.facts.old_is_base:
        depends = frozenset(params) or m.facts.policy_parameters or frozenset(m.facts.parameters)
        own_key = "pi"
    else:
        depends, own_key = frozenset(own), key

    def act(s: int) -> list[Any]:
        if s == TERMINAL:
            return [w.div(1, n)] * n
        if own_key == OPTIMAL and (w.soft or not m.facts.soft_optimum):
            return w.best(s)
        probabilities = w.policy(own_key, s, depends)
        return [w.frozen(p) for p in probabilities] if key != own_key else probabilities

    return act


MOVED = "pi moved by "


def moved(m: Interpreter, value: Any, step: str) -> Any:
    """f(θ + Δθ) from the jet of f at θ: every nilpotent of θ with that of its increment added."""
    names = m.world.setting.variables
    increments = [i for i, v in enumerate(names) if v.split("[")[0] == step]
    base = m.facts.parameters[0] if len(m.facts.parameters) == 1 else ""
    own = [i for i, v in enumerate(names) if v.split("[")[0] == base]
    if not increments or len(own) != len(increments):
        raise Unknown("a policy moved by something else than the claim's increment")
    return substituted(value, dict(zip(own, increments, strict=True))) if isinstance(value, Jet) else value


def substituted(value: Jet, pairs: dict[int, int]) -> Any:
    """A jet with ε_i + ε_j in place of each ε_i."""
    ring, order = value.ring, value.order
    total: Any = 0
    for mono, c in zip(ring.monomials, value.c, strict=False):
        if type(c) is int and c == 0:
            continue
        term: Any = Jet(ring, order, [c] + [0] * (ring.sizes[order] - 1))
        for i, e in enumerate(mono):
            for _ in range(e):
                step = [0] * ring.sizes[order]
                for k in (i, pairs[i]) if i in pairs else (i,):
                    step[1 + k] = 1
                term = term * Jet(ring, order, step)
        total = term if type(total) is int else total + term
    return total


def policy_name(h: Head) -> str:
    """The draw name of a policy head, the same for π and π_θ."""
    step = moved_policy(Sym("pi", subs=h.indices)) if len(h.indices) == 1 else None
    if step is not None:
        return MOVED + show(step)
    marks = sorted((h.labels | h.param_labels) - {""})
    index = [repr(i) for i in h.indices]
    return "_".join(["pi", *marks, *index]) + "'" * h.primes + "".join(h.accents)


def policy_probability(m: Interpreter, h: Head, action: Index, state: Index, env: Env) -> Any:
    """π(a|s) for elements; 1 where the episode is over."""
    if action.k < 0 and action.sort == "action":
        return 1
    if state.sort == "state":
        return act_of(m, policy_name(h), h.params, differentiated_in(m, h))(state.k)[action.k % m.world.setting.actions]
    from derive.models.probability import conditional

    return conditional(m, policy_name(h), action.sort, (state,), parameters_of(m, h))[action.k]


def transition_probability(m: Interpreter, s: int, a: int, n: int) -> Any:
    """P(s'|s,a)."""
    if a < 0:
        return int(n == TERMINAL)
    return m.world.transition(s, a).get(n, 0)


def state_value(m: Interpreter, h: Head, s: int, n: int, env: Env) -> Any:
    """P_π(s'|s) = Σ_a π(a|s) P(s'|s,a)."""
    act = act_of(m, policy_key(h.policy) if h.policy is not None else "pi")
    return m.world.total(m.world.mul(p, m.world.transition(s, a).get(n, 0)) for a, p in enumerate(act(s)))


def start_probability(m: Interpreter, s: int) -> Any:
    """ρ_0(s)."""
    return m.world.start().get(s, 0)


def occupancy(m: Interpreter, h: Head, s: int, env: Env) -> Any:
    """d^π(s): discounted visitation, normalised by (1−γ) unless the unnormalised convention is assumed."""
    m.notes.add("occupancy")
    if h.base == "mu" or m.facts.flow:
        m.world.loose.add("average over the data")  # the stationary distribution goes by these names too
    key = policy_key(h.policy) if h.policy is not None else ("pi_old" if "old" in h.labels else "pi")
    return visited(m, key, s)


def visited(m: Interpreter, key: str, s: int) -> Any:
    """d(s) of a policy; the end, where episodes stay, has what the other states leave of Σ_s d(s) = 1."""
    w = m.world
    everywhere = w.occupancy(act_of(m, key), key)
    alive = w.total(everywhere.values())
    if not w.holds("visitation"):
        if is_exact(w.gamma()) and w.gamma() == 1:
            raise Unknown("the normalised discounted visitation of an undiscounted problem")  # (1 − γ) Σ_t … would be 0
        weight = w.sub(1, w.gamma())
        return w.sub(1, w.mul(weight, alive)) if s == TERMINAL else w.mul(weight, everywhere[s])
    if s != TERMINAL:
        return everywhere[s]
    if is_exact(w.gamma()) and w.gamma() == 1:
        raise Unknown("how long an undiscounted episode stays at its end")
    return w.sub(w.div(1, w.sub(1, w.gamma())), alive)


def values_exact(m: Interpreter, h: Head) -> bool:
    """Whether a value symbol denotes the true value of a policy."""
    if h.accents:
        return False
    if h.params:  # a critic: exact only by assumption, and where it is not what the claim differentiates
        return m.world.holds("values-exact") and not m.world.ring.order and not h.frozen
    return bool(valued_policy(m, h)) or m.world.holds("values-exact") or "values-exact" in m.scope.assumptions


def valued_policy(m: Interpreter, h: Head) -> str:
    """Whose values a symbol denotes: the π of V^π, the b of v_b; empty where none is named."""
    if h.policy is not None:
        return policy_key(h.policy)
    named = {*h.labels, *(i.name for i in h.indices if isinstance(i, Sym))} & m.facts.behaviours
    return min(named) if named else ""


def value_function(m: Interpreter, h: Head, args: list[Any], env: Env) -> Any:
    """V, Q or A at elements."""
    w = m.world
    name = h.base.upper()
    s = args[0].k
    if len(args) > 1 and not (isinstance(args[1], Index) and args[1].sort in ("action", "y")) or len(args) > 2:
        return arbitrary_value(m, h, args, env)
    if args[0].sort != "state":
        return arbitrary_value(m, h, args, env)
    a = args[1].k if len(args) > 1 else None
    if name == "V" and a is not None or name in ("Q", "A") and a is None:
        return arbitrary_value(m, h, args, env)
    if m.facts.operators and not h.params and not h.accents and h.policy is None and not h.labels:
        keys = (s,) if a is None else (s, a)
        return w.draw(("vector", (h.key, *(str(i) for i in h.indices)), *keys))
    if s == TERMINAL and name == "V" and h == Head(h.name):
        return end_value(m)
    if s == TERMINAL or a is not None and a < 0:
        return 0
    if m.facts.temperature is not None and (values_exact(m, h) or "*" in h.labels):
        m.notes.add("soft")
    if "*" in h.labels:
        v, q = w.optimal()
        return v[s] if a is None else q[s, a] if name == "Q" else w.sub(q[s, a], v[s])
    if values_exact(m, h):
        key = valued_policy(m, h) or ("pi_old" if "old" in h.labels else "pi")
        m.notes.add("true-values")
        v, q = w.values(act_of(m, key), key)
        value = v[s] if a is None else q[s, a] if name == "Q" else w.sub(q[s, a], v[s])
        return w.frozen(value) if w.holds("values-fixed") else value
    if name == "A" and a is not None and w.holds("advantage-unbiased"):
        v, q = w.values(act_of(m, "pi"), "pi")
        return w.frozen(w.sub(q[s, a], v[s]))
    return arbitrary_value(m, h, args, env)


def arbitrary_value(m: Interpreter, h: Head, args: list[Any], env: Env) -> Any:
    """An estimate: any function of its arguments, moving with its own parameters only."""
    w = m.world
    keys = tuple((x.sort, x.k) if isinstance(x, Index) else None for x in args)
    if None in keys:
        raise Unknown("a value function of a number")
    m.notes.add("estimate")
    depends = moved_by(m, h)
    copy = tuple(index_value(m, i, env) for i in h.indices)  # Q_1 and Q_2 are functions of their own
    return w.value((h.key, *copy, keys), "real", depends)


def reward_at(m: Interpreter, path: Path, index: int, shifted: bool = True) -> Any:
    """r_t of an episode under the page's index convention; zero outside it."""
    t = index - (m.world.setting.reward_shift if shifted else 0)
    action = path.action(t)
    if action is None:
        return 0
    return m.world.reward(path.state(t), action, path.state(t + 1))


def returns(m: Interpreter, path: Path, t: int, shifted: bool = True) -> Any:
    """G_t = Σ_k γᵏ (reward k steps after t)."""
    w = m.world
    total: Any = 0
    weight: Any = 1
    for k in range(path.start + len(path.actions) - t + 1):
        given = value_at(m, "G", t + k, False)
        if given is not None:
            return w.add(total, w.mul(weight, given))
        total = w.add(total, w.mul(weight, reward_at(m, path, t + k, shifted=False)))
        weight = w.mul(weight, w.gamma())
    return total


def bootstrapped(m: Interpreter, path: Path, t: int, end: int) -> Any:
    """G_{t:h} = Σ_{k=t}^{h−1} γ^{k−t} (reward after a_k) + γ^{h−t} V(s_h); the whole return where the episode ends before h."""
    w = m.world
    total: Any = 0
    weight: Any = 1
    for k in range(t, end):
        total = w.add(total, w.mul(weight, reward_at(m, path, k, shifted=False)))
        weight = w.mul(weight, w.gamma())
    return w.add(total, w.mul(weight, state_estimate(m, path.state(end))))


def lambda_return(m: Interpreter, path: Path, t: int, share: Any) -> Any:
    """G_t^λ = R + γ[(1−λ) V(s_{t+1}) + λ G_{t+1}^λ]; zero once the episode is over."""
    w = m.world
    if path.action(t) is None:
        return 0
    after = w.add(
        w.mul(w.sub(1, share), state_estimate(m, path.state(t + 1))), w.mul(share, lambda_return(m, path, t + 1, share))
    )
    return w.add(reward_at(m, path, t, shifted=False), w.mul(w.gamma(), after))


def state_estimate(m: Interpreter, state: int) -> Any:
    """V at a state, as the bare letter V means it."""
    critic = m.facts.critic
    if isinstance(critic, Sym | App) and critic != Sym("V"):
        place = Sym("text:·state")
        at = App(critic.head, (place, *critic.args[1:])) if isinstance(critic, App) else App(critic, (place,))
        return m.number(at, Env().bind(place, Index("state", state)))
    return end_value(m) if state == TERMINAL else value_function(m, Head("V"), [Index("state", state)], Env())


def end_value(m: Interpreter) -> Any:
    """V where an episode stops: what is given of it, any number where the claim writes V(s_T) itself, else zero."""
    given = value_at(m, "V", ("state", TERMINAL), True)
    if given is not None:
        return given
    return m.world.draw("V at the end") if m.facts.bootstraps and not values_exact(m, Head("V")) else 0


def td_error(m: Interpreter, path: Path, t: int, env: Env) -> Any:
    """δ_t = (reward after a_t) + γ V(s_{t+1}) − V(s_t)."""
    w = m.world
    now, after = state_estimate(m, path.state(t)), state_estimate(m, path.state(t + 1))
    if w.ring.order:
        m.notes.add("bootstrap")
        after = w.frozen(after) if w.holds("target-fixed") else after
    return w.sub(w.add(reward_at(m, path, t, shifted=False), w.mul(w.gamma(), after)), now)


def advantage_estimate(m: Interpreter, h: Head, path: Path, t: int, env: Env) -> Any:
    """A_t: an estimate; any number per step, or A^π(s_t,a_t) plus a baseline where it is assumed unbiased."""
    w = m.world
    action = path.action(t)
    if action is None:
        return 0
    s = path.state(t)
    if w.holds("advantage-unbiased") or h.policy is not None:
        key = "pi_old" if env.sampler == "pi_old" else "pi"
        v, q = w.values(act_of(m, key), key)
        exact = w.frozen(w.sub(q[s, action], v[s])) if h.policy is None else w.sub(q[s, action], v[s])
        return w.add(exact, w.draw(("baseline", s))) if h.policy is None else exact
    m.notes.add("estimate")
    return w.draw(("advantage", h.key, s, action))


def trajectory_probability(m: Interpreter, h: Head, path: Path) -> Any:
    """p_θ(τ) = ρ_0(s_0) Π_t π(a_t|s_t) P(s_{t+1}|s_t,a_t)."""
    return m.world.product(trajectory_factors(m, h, path))


def trajectory_factors(m: Interpreter, h: Head, path: Path) -> list[Any]:
    """The factors of p_θ(τ), for products and for sums of logarithms."""
    w = m.world
    own = h.indices[0] if len(h.indices) == 1 and isinstance(h.indices[0], Sym) else None
    key = "pi_old" if h.frozen else policy_key(h.policy) if h.policy is not None else own.name if own is not None else "pi"
    act = act_of(m, key)
    factors = [start_probability(m, path.states[0])]
    for i, a in enumerate(path.actions):
        s = path.states[i]
        factors += [act(s)[a], w.transition(s, a).get(path.states[i + 1], 0)]
    return factors
