r"""Meaning of symbols and applications: what π, V, Q, A, J, r_t, G_t, d^π … denote in a world.

Order of meaning: a bound variable, then the page's data (when a claim is read as an instance of its example),
then the page's definitions, then the conventions of the field, then an unknown of the right kind.  A symbol that
only the last step can read is noted in ``world.loose``: a claim that fails on such a guess is not refuted.
"""

from __future__ import annotations

from typing import Any

from derive.models.core import Env, Interpreter, Unknown, same
from derive.models.elements import (
    coincide,
    current_action,
    current_state,
    element,
    element_like,
    index_value,
    shorthand_args,
    show,
    size_value,
    time_like,
    timed,
)
from derive.models.heads import PARAMETERS, POLICIES, Head, barred, head_of, kronecker
from derive.models.lookup import from_scope
from derive.models.mdp import (
    advantage_estimate,
    bootstrapped,
    lambda_return,
    policy_probability,
    returns,
    reward_at,
    state_estimate,
    td_error,
    value_function,
)
from derive.models.objectives import objective, ratio
from derive.models.operators import vector
from derive.models.unknowns import unknown_scalar
from derive.models.world import Index
from derive.terms import App, Delta, Expect, Grad, Num, Op, Paren, Rel, Sym, Term
from derive.values.algebra import Vec

#: An episode is as long as a claim writes, within reason.
MOST_BEYOND = 4


#: The zero vector.
ZERO = frozenset({"mathbf:0", "boldsymbol:0", "bm:0"})


def symbol(m: Interpreter, t: Sym, env: Env) -> Any:
    """The value of a symbol standing alone."""
    known = from_scope(m, t, env)
    if known is not None:
        return known
    h = head_of(t)
    w = m.world
    name = h.base
    if m.facts.operators:
        of_states = vector(m, t, h, env)
        if of_states is not None:
            return of_states
    if w.holds("bar-mean") and barred(t):
        return m.value(Expect((), Sym(t.name)), env)
    if m.pinned and h.indices:
        moved = m.pinned.get((h.key, *(index_value(m, i, env) for i in h.indices)))
        if moved is not None:
            return moved
    if t.name in PARAMETERS and len(t.sups) == 1 and isinstance(t.sups[0], Sym) and t.sups[0].name not in "tkninj":
        # θ^y with y a number: a power, not the y-th θ
        return w.power(m.number(Sym(t.name, t.accents, t.subs), env), m.number(t.sups[0], env))
    parameter = parameter_value(m, t, h)
    if parameter is not None:
        return parameter
    if name in POLICIES or h.name in POLICIES:
        if m.facts.policy_args == "number":
            return w.draw("the number pi", "positive") if w.field.name in ("modular", "functions") else w.field.constant("pi")
        return policy_probability(m, h, current_action(m, env), current_state(m, env), env)
    if name == "e" and not h.indices and not h.labels:
        return w.exp(w.field.lift(1)) if not w.field.exact else w.field.exp(w.field.lift(1))
    if t.name in ZERO and not h.indices:
        return 0
    if t.name == "infty":
        raise Unknown("infinity as a number")
    if name in m.facts.lasts and not h.indices:
        return w.setting.group if m.facts.sequences else last_step(m)
    if t.name in m.facts.size_names or name in m.facts.size_names and not h.indices:
        return size_value(m, name)
    if h.primes == 0 and h.labels == frozenset() and not h.indices and name in "ijklmn" and len(name) == 1:
        taken = m.allocated.setdefault("int", [])
        if name not in taken:
            taken.append(name)
        return 1 + (w.choice("index", w.setting.group) + (0 if coincide(m) else taken.index(name))) % w.setting.group
    if kronecker(t):
        return int(same(m, m.value(t.subs[0], env), m.value(t.subs[1], env)))
    if name in ("t",) and not h.indices:
        if m.facts.rounds:
            return 2 + (w.seed + h.primes) % 3  # a first round would hide every factor beside log t
        # both a first step and a later one, whichever two points are tried
        return w.setting.first + ((w.seed + h.primes) % 2 if w.horizon > 1 else 0)
    process = process_variable(m, t, h, env)
    if process is not None:
        return process
    if name == "delta" and not (h.indices or h.labels or h.accents) and m.facts.value_head is not None:
        m.world.loose.add("delta")
        after, now = (App(m.facts.value_head, (Sym("s", primes=k),)) for k in (1, 0))
        return w.sub(w.add(m.number(Sym("r"), env), w.mul(w.gamma(), m.number(after, env))), m.number(now, env))
    if m.facts.expanded is not None and h.base == "H" and not h.indices:
        m.notes.add("hessian")
        return m.value(Grad(m.facts.expanded, None, 2), env)
    if m.facts.expanded is not None and h.base == "g" and not h.indices:
        return m.value(Grad(m.facts.expanded, None, 1), env)
    if name in ("V", "Q", "A", "v", "q") and not h.indices and (h.policy is not None or "*" in h.labels or h.params):
        return value_function(m, h, shorthand_args(m, name, env), env)
    if name == "J" and not h.indices:
        return objective(m, h, None, env)
    if t not in m.facts.numbers and not (h.indices and t.name in m.facts.families) and element_like(t, h):
        return element(m, t, h, env)
    return unknown_scalar(m, t, h, env)


def last_step(m: Interpreter) -> int:
    """T: the step after the last one, or an earlier one where the claim writes quantities of the steps from T on."""
    if m.facts.beyond > MOST_BEYOND:
        raise Unknown("steps so far beyond the last one")
    if m.facts.beyond > m.scope.beyond:
        m.notes.add("last-step")
    beyond = m.scope.beyond if m.world.holds("ends-at-last") else m.facts.beyond
    return m.world.setting.first + m.world.horizon - beyond


def parameter_value(m: Interpreter, t: Sym, h: Head) -> Any:
    """A parameter: base point plus nilpotent where the claim differentiates in it; an old copy is the base or a point of its own."""
    w = m.world
    variables = w.setting.variables
    name = show(t)
    for u, v in m.facts.increments:
        if v == t:
            base = tuple(w.draw(("param", show(u), j)) for j in range(sum(x.split("[")[0] == show(u) for x in variables)))
            return base[0] if show(u) in w.setting.scalars else Vec(base)
    own = [i for i, v in enumerate(variables) if v.split("[")[0] == name]
    if own and any(k[0] == h.key for k in m.pinned):
        own = []  # θ_b under a sum over b is another one than the θ_b of the derivative
    if own:
        jets = []
        for j, i in enumerate(own):
            if (t, None) in m.facts.increments:
                base = w.field.lift(0)
            else:
                base = w.setting.fixed_numbers[name] if name in w.setting.fixed_numbers else w.draw(("param", name, j))
            jets.append(w.ring.variable(i, base) if w.ring.order else base)
        return jets[0] if name in w.setting.scalars else Vec(tuple(jets))
    if h.labels or h.indices or h.primes:
        plain = show(Sym(t.name))
        base_of = [i for i, v in enumerate(variables) if v.split("[")[0] == plain]
        if base_of and (m.facts.old_is_base or (Sym(t.name), t) in m.facts.increments):
            values = tuple(w.draw(("param", plain, j)) for j in range(len(base_of)))
            return values[0] if plain in w.setting.scalars else Vec(values)
        if base_of:
            values = tuple(w.draw(("param", name, j)) for j in range(len(base_of)))
            return values[0] if plain in w.setting.scalars else Vec(values)
    return None


def increment_value(m: Interpreter, t: Delta) -> Any:
    """Δθ: nilpotent where the claim expands in it, an unknown vector or number otherwise."""
    w = m.world
    name = show(t)
    own = [i for i, v in enumerate(w.setting.variables) if v.split("[")[0] == name]
    if own:
        jets = [w.ring.variable(i, w.field.lift(0)) for i in own]
        return jets[0] if name in w.setting.scalars else Vec(tuple(jets))
    if (
        isinstance(t.of, Sym)
        and [v for v in w.setting.variables if v.split("[")[0] == show(t.of)]
        and show(t.of) not in w.setting.scalars
    ):
        return Vec(tuple(w.draw((name, j)) for j in range(w.setting.dim)))
    w.loose.add(name)
    return w.draw(name)


def process_variable(m: Interpreter, t: Sym, h: Head, env: Env) -> Any:
    """s_t, a_t, r_t, G_t, δ_t, A_t: random variables of the episode at hand."""
    name = h.base
    w = m.world
    if name == "A" and h.accents in ((), ("hat",), ("tilde",)) and not h.labels and (steps := steps_of(h)) is not None:
        t_now, ahead = m.integer(h.indices[0], env), m.integer(steps, env)
        path = env.path or w.free_path()
        return w.sub(bootstrapped(m, path, t_now, t_now + ahead), state_estimate(m, path.state(t_now)))
    if name == "G" and not h.accents and not h.labels:
        some_return = bootstrapped_return(m, h, env)
        if some_return is not None:
            return some_return
    indices = [i for i in h.indices if not isinstance(i, Paren)]
    if len(indices) != len(h.indices) or h.accents and h.accents[0] not in ("hat", "tilde", "bar"):
        m.notes.add("samples")
    if len(indices) > 1:
        time = [i for i in indices if time_like(i)]
        if name not in ("s", "a", "r", "S", "A", "R", "o") or len(time) != 1:
            return None
        m.notes.add("samples")
        indices = time
    if not indices:
        return None
    index = indices[0]
    if isinstance(index, Rel | Op):
        return None
    timelike = time_like(index) or any(isinstance(x, Sym) and x.name in m.facts.times for x in index.walk())
    path = env.path or w.free_path()
    if name in ("s", "S") and not h.accents and not h.labels and (timelike or isinstance(index, Num) and timed(m)):
        if env.path is None and isinstance(index, Num) and index.value == w.setting.first:
            m.notes.add("first-state")
        return Index("state", path.state(m.integer(index, env)))
    if (
        name == "a"
        and not h.accents
        and not h.labels
        and (timelike or isinstance(index, Num) and timed(m))
        or name == "A"
        and t in m.facts.actions
    ):
        action = path.action(m.integer(index, env))
        return Index("action", -1 if action is None else action)
    if name == "r" and m.facts.ratio and timelike and not h.accents and not h.labels:
        return ratio(m, h, env)
    if name in ("r", "R") and not h.accents and not h.labels and (timelike or isinstance(index, Num) and timed(m)):
        return reward_at(m, path, m.integer(index, env))
    if name == "G" and not h.accents and not h.labels and (timelike or isinstance(index, Num)):
        return returns(m, path, m.integer(index, env))
    if name == "delta" and not h.labels and timelike:
        return td_error(m, path, m.integer(index, env), env)
    if name == "A" and timelike and (not h.labels):
        return advantage_estimate(m, h, path, m.integer(index, env), env)
    return None


def steps_of(h: Head) -> Term | None:
    r"""How many steps an estimate looks ahead: the k of ``\hat A_t^{(k)}``; None for the (i) of a sample."""
    if len(h.indices) != 2 or not time_like(h.indices[0]) or not isinstance(h.indices[1], Paren):
        return None
    letter = h.indices[1].body
    sampled = any(isinstance(x, Sym) and x.name in ("i", "j", "m", "N") for x in letter.walk())
    return None if sampled else letter


def bootstrapped_return(m: Interpreter, h: Head, env: Env) -> Any:
    """G_{t:t+n}, G_t^{(n)} and G_t^λ; None for the plain return."""
    path = env.path or m.world.free_path()
    first, second = (*h.indices, None, None)[:2]
    if isinstance(first, Op) and first.op == ":" and second is None and len(first.args) == 2:
        return bootstrapped(m, path, m.integer(first.args[0], env), m.integer(first.args[1], env))
    if first is None or second is None or len(h.indices) != 2 or not time_like(first):
        return None
    t = m.integer(first, env)
    if isinstance(second, Paren):
        return bootstrapped(m, path, t, t + m.integer(second.body, env))
    return lambda_return(m, path, t, m.number(second, env)) if second == Sym("lambda") else None
