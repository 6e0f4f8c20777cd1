r"""Meaning of a symbol applied to arguments: policies, values, probabilities, rewards, functions."""

from __future__ import annotations

from typing import Any

from derive.models.core import Env, Interpreter, Permutation, Unknown
from derive.models.elements import current_state
from derive.models.functions import sigmoid_of
from derive.models.heads import POLICIES, Head, head_of
from derive.models.lookup import from_scope
from derive.models.mdp import (
    occupancy,
    policy_name,
    policy_probability,
    returns,
    start_probability,
    state_value,
    trajectory_probability,
    transition_probability,
    value_function,
)
from derive.models.objectives import objective, objective_argument, ratio
from derive.models.probability import distribution, is_range
from derive.models.spectra import spectrum
from derive.models.unknowns import FUNCTION_NAMES, defined_function, generic, prime_derivative
from derive.models.world import TERMINAL, Index, Path
from derive.terms import Add, App, Neg, Num, Placeholder, Rel, Sym, Term

VALUE_NAMES = frozenset({"V", "v", "Q", "q", "A", "mathbf:v"})


#: O(n), o(h), Ω(n), Θ(n): classes of functions, not values.
GROWTH = frozenset({"O", "o", "Omega", "Theta"})


def application(m: Interpreter, t: App, env: Env) -> Any:
    """The value of a symbol applied to arguments."""
    known = from_scope(m, t, env)
    if known is not None:
        return known
    chosen = env.vars.get(t.head)
    if isinstance(chosen, Permutation) and len(t.args) == 1:
        return chosen.at(m.integer(t.args[0], env))
    if not isinstance(t.head, Sym):
        raise Unknown("the application of something that is no symbol")
    h = head_of(t.head)
    if h.base in GROWTH and not (h.indices or h.labels):
        raise Unknown("an order of growth")
    name = h.base
    if name in ("lambda", "rho") and len(t.args) == 1 and not t.given:
        of_matrix = spectrum(m, t.head, t.args[0], env)
        if of_matrix is not None:
            return of_matrix
    if name in ("D", "KL", "H", "I", "CE", "S", "mathbb:D") or t.sep in (r"\|", r"\parallel"):
        from derive.models.information import information  # information reads arguments through this module

        value = information(m, t, h, env)
        if value is not None:
            return value
    if any(isinstance(a, Rel) for a in (*t.args, *t.given)):
        raise Unknown("an application to a relation")
    if h.name in POLICIES or name in POLICIES:
        return apply_policy(m, t, h, env)
    if (
        h.primes
        and len(t.args) == 1
        and not t.given
        and (name in FUNCTION_NAMES or h.name in FUNCTION_NAMES or defined_function(m, t.head))
    ):
        return prime_derivative(m, t, h, env)
    if t.args and all(isinstance(a, Placeholder) for a in t.args):
        return distribution(m, t, h, env)
    if name in VALUE_NAMES and not (h.labels - {"*", "old", "-", "target", "targ", "new", "soft", "k"}):
        args = [m.value(a, env) for a in t.args]
        if m.facts.bandit and (h.policy is not None or "*" in h.labels) and [sort_at(a) for a in args] == ["action"]:
            return m.world.expected_reward(0, args[0].k) if args[0].k >= 0 else 0
        if all(isinstance(a, Index) for a in args) and args and args[0].sort == "state":
            return held(m, t, value_function(m, h, args, env))
    if name in ("J", "eta") and len(t.args) == 1 and objective_argument(t.args[0]) and m.facts.expanded is None:
        return objective(m, h, t.args[0], env)
    deterministic = name == "mu" and h.params and len(t.args) == 1 and not t.given  # μ_θ(s): an action, a number
    if (
        not deterministic
        and name in ("P", "p", "T", "Pr", "rho", "d", "mu", "b", "q", "Q", "nu", "beta")
        or h.name
        in (
            "mathcal:P",
            "mathcal:T",
            "mathbb:P",
        )
    ):
        value = apply_probability(m, t, h, env)
        if value is not None:
            return value
    if name in ("r", "R", "G") and not h.accents:
        value = apply_reward(m, t, h, env)
        if value is not None:
            return value
    if name == "sigma" and len(t.args) == 1 and not h.indices:
        arg = m.value(t.args[0], env)
        if not isinstance(arg, Index):
            return sigmoid_of(m, t.args[0], env)
    if h.name == "mathcal:N" and len(t.args) + len(t.given) > 2:
        raise Unknown("the density of a normal distribution")
    if name in ("rho", "r", "w") and len(t.args) == 1 and objective_argument(t.args[0]) and h.indices:
        return ratio(m, h, env, old=bool(head_of(t.args[0]).labels) if isinstance(t.args[0], Sym) else False)
    value = generic(m, t, h, env)
    return held(m, t, value) if name in VALUE_NAMES and t.args else value


def held(m: Interpreter, t: App, value: Any) -> Any:
    """A value at the next state: part of a target, which a semi-gradient holds fixed."""
    if not successor(t.args[0]) or not m.world.ring.order:
        return value
    m.notes.add("bootstrap")
    return m.world.frozen(value) if m.world.holds("target-fixed") else value


def successor(t: Term) -> bool:
    """Whether a term names what comes after the present: s', s_{t+1}, S_{t+n}."""
    return isinstance(t, Sym) and (t.primes > 0 or any(isinstance(i, Add) and not isinstance(i.terms[-1], Neg) for i in t.subs))


def sort_at(value: Any) -> str:
    """The sort of an element; empty for anything else."""
    return value.sort if isinstance(value, Index) else ""


def apply_policy(m: Interpreter, t: App, h: Head, env: Env) -> Any:
    """π(a|s), π(·|s), π(y|x), token policies π(a_t|s,a_{<t}), deterministic π(s), π(τ)."""
    args, given = t.args, t.given
    if not given and len(args) == 2:
        args, given = args[:1], args[1:]
    if not given:
        value = m.value(args[0], env)
        if isinstance(value, Path):
            return trajectory_probability(m, h, value)
        if isinstance(value, Index) and value.sort == "state":
            chosen = policy_probabilities_deterministic(m, h, value)
            return Index("action", chosen)
        if isinstance(value, Index) and value.sort == "action":
            return policy_probability(m, h, value, current_state(m, env), env)  # a bandit, or a state left out
        raise Unknown("a policy without a state")
    return distribution(m, App(t.head, args, given, bar=t.bar), h, env)


def policy_probabilities_deterministic(m: Interpreter, h: Head, state: Index) -> int:
    """The action of a deterministic policy."""
    m.notes.add("deterministic-policy")
    if state.k == TERMINAL:
        return -1
    return m.world.chosen(policy_name(h), state.k)


def apply_probability(m: Interpreter, t: App, h: Head, env: Env) -> Any:
    """Transition, start, occupancy, trajectory and plain distributions under their usual letters."""
    name = h.base
    args = t.args
    if len(args) == 1 and isinstance(args[0], Sym) and (args[0].name == "tau" or isinstance(env.vars.get(args[0]), Path)):
        path = m.value(args[0], env) if args[0] in env.vars else env.path or m.world.free_path()
        if isinstance(path, Path):
            return trajectory_probability(m, h, path)
    if any(is_range(g) for g in t.given) or any(isinstance(a, Sym) and a.name in m.facts.sequences for a in args):
        return distribution(m, t, h, env)
    values: list[Any] = [None if isinstance(a, Placeholder) else m.value(a, env) for a in args]
    given = [m.value(g, env) for g in t.given]
    if all(isinstance(v, Index) for v in (*values, *given)):
        sorts = [v.sort for v in values]
        if "reward" in sorts and [g.sort for g in given] == ["state", "action"]:
            return reward_probability(m, values, given)
        if sorts == ["state"] and len(given) == 2 and [g.sort for g in given] == ["state", "action"]:
            return transition_probability(m, given[0].k, given[1].k, values[0].k)
        if sorts == ["state"] and len(given) == 1 and given[0].sort == "state" and name in ("P", "p"):
            return state_value(m, h, given[0].k, values[0].k, env)
        if sorts == ["state"] and not given:
            if name in ("d", "rho", "mu", "p", "nu", "P"):
                first = isinstance(args[0], Sym) and any(
                    isinstance(i, Num) and i.value == m.world.setting.first for i in args[0].subs
                )
                if first or any(isinstance(i, Num) and i.value == 0 for i in h.indices) or "0" in h.labels:
                    return start_probability(m, values[0].k)
                if h.policy is not None or name == "d":
                    return occupancy(m, h, values[0].k, env)
    if name in ("P", "p", "q", "Q", "b", "mu", "beta", "Pr", "nu", "rho", "d") or h.name in ("mathcal:P", "mathbb:P"):
        if any(v is not None and not isinstance(v, Index) for v in (*values, *given)):
            return None
        if name == "b" and not t.given:
            return None
        return distribution(m, t, h, env)
    return None


def reward_probability(m: Interpreter, values: list[Index], given: list[Index]) -> Any:
    """p(r|s,a) and p(s',r|s,a): the mass of the transitions that pay the r in question."""
    w = m.world
    s, a = given[0].k, given[1].k
    if s == TERMINAL or a < 0:
        return 0
    wanted = next(v.k for v in values if v.sort == "reward")
    after = next((v.k for v in values if v.sort == "state"), None)
    return w.total(p for n, p in w.transition(s, a).items() if w.reward_outcome(s, a, n) == wanted and after in (None, n))


def apply_reward(m: Interpreter, t: App, h: Head, env: Env) -> Any:
    """r(s,a), r(s,a,s'), R(τ), and reward models r(x,y)."""
    w = m.world
    if len(t.args) == 1 and isinstance(t.args[0], Sym) and t.args[0].name == "tau" and not h.params:
        path = m.value(t.args[0], env) if t.args[0] in env.vars else env.path or w.free_path()
        if isinstance(path, Path):
            return returns(m, path, path.start, shifted=False)
    if h.params and not h.indices and not t.given or h.labels or h.indices:
        return None
    values = [m.value(a, env) for a in (*t.args, *t.given)]
    sorts = [v.sort for v in values if isinstance(v, Index)]
    if len(sorts) != len(values):
        return None
    if sorts == ["action"] and m.facts.bandit:
        return w.expected_reward(0, values[0].k) if values[0].k >= 0 else 0
    if sorts == ["state", "action"]:
        s, a = values[0].k, values[1].k
        return 0 if s == TERMINAL or a < 0 else w.expected_reward(s, a)
    if sorts == ["state", "action", "state"]:
        s, a, n = (v.k for v in values)
        return 0 if s == TERMINAL or a < 0 else w.reward(s, a, n)
    return None
