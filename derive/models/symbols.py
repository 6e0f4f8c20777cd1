r"""Meaning of symbols and applications: what π, V, Q, A, J, r_t, G_t, d^π … denote in a world.

Order of meaning: a bound variable, then the page's data (when a claim is read as an instance of its example),
then the page's definitions, then the conventions of the field, then an unknown of the right kind.  A symbol that
only the last step can read is noted in ``world.loose``: a claim that fails on such a guess is not refuted.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import flint

from derive.models.algebra import Mat, Vec, is_exact
from derive.models.core import Env, Interpreter, Permutation, Table, Unknown, same
from derive.models.given import at_point
from derive.models.heads import PARAMETERS, POLICIES, Head, head_of, kronecker, policy_key
from derive.models.jets import Jet
from derive.models.jets import ring as make_ring
from derive.models.mdp import (
    act_of,
    advantage_estimate,
    bootstrapped,
    lambda_return,
    moved_by,
    occupancy,
    parameters_of,
    policy_name,
    policy_probability,
    returns,
    reward_at,
    start_probability,
    state_value,
    td_error,
    trajectory_probability,
    transition_probability,
    value_function,
)
from derive.models.operators import vector
from derive.models.probability import distribution, is_range, size_of_sort
from derive.models.scope import Definition, canonical, rename_scripts
from derive.models.world import TERMINAL, Index, Path
from derive.notation.show import show as show_term
from derive.terms import Add, App, Delta, Grad, Label, Neg, Num, Op, Paren, Placeholder, Rel, Seq, Sym, Term


@lru_cache(maxsize=8192)
def show(t: Term) -> str:
    """The compact name of a term, remembered."""
    return show_term(t)


UNIT = frozenset({"gamma", "lambda", "alpha", "epsilon", "varepsilon", "eta", "kappa"})
POSITIVE = frozenset({"beta", "sigma", "Z", "N", "rho", "c", "tau", "zeta", "p", "q", "P", "Q_sum"})
FUNCTION_NAMES = frozenset(
    {"f", "g", "h", "F", "J", "L", "phi", "Phi", "psi", "ell", "u", "sigma", "E", "mathcal:L", "mathcal:J"}
)
VALUE_NAMES = frozenset({"V", "v", "Q", "q", "A", "mathbf:v"})
#: Letters that stand for anything where nothing defines them; every other unknown may be defined by the words of a page.
ARBITRARY = frozenset(
    [
        "f",
        "g",
        "h",
        "b",
        "x",
        "y",
        "z",
        "c",
        "theta",
        "phi",
        "gamma",
        "lambda",
        "alpha",
        "beta",
        "epsilon",
        "varepsilon",
        "r",
        "R",
        "u",
        "v",
        "w",
        "p",
        "q",
        "P",
        "Q",
        "X",
        "Y",
        "Z",
        "i",
        "j",
        "k",
        "n",
        "A",
        "B",
        "V",
        "s",
        "a",
        "t",
        "rho",
        "sigma",
        "mu",
        "G",
        "N",
        "K",
        "delta",
        "eta",
        "tau",
        "m",
        "M",
        "Delta",
        "Phi",
    ]
)
RETURN_NAMES = frozenset({"G", "R"})


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
    if t.name == "infty":
        raise Unknown("infinity as a number")
    if name == "T" and not h.indices:
        return w.setting.group if m.facts.sequences else w.horizon
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
        return (w.seed + h.primes) % 2 if w.horizon > 1 else 0  # both a first step and a later one, whichever two points are tried
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


def from_scope(m: Interpreter, t: Term, env: Env) -> Any:
    """The value that the page's data or definitions give a term; None when they are silent."""
    moving = bool(m.world.setting.fixed_numbers) and show(t) in m.world.setting.fixed_numbers
    if m.scope.use_data and not moving:  # what is differentiated keeps its nilpotent; its number is its base point
        datum = m.scope.data.get(canonical(t))
        if datum is not None:
            return m.value(datum, env)
        if isinstance(t, Sym) and len(t.subs) == 1 and not t.sups:
            item = listed_datum(m, t, env)
            if item is not None:
                return item
    if m.scope.trusting:
        given = at_point(m, t, env)
        if given is not None:
            return given
    if not m.scope.definitions:
        return None
    found = m.scope.find(t)
    if found is None:
        return None
    definition, bound = found
    return expand(m, definition, bound, env)


def listed_datum(m: Interpreter, t: Sym, env: Env) -> Any:
    """r_2 where the page lists r = [2, 4, 6, 8]."""
    listed = m.scope.data.get(Sym(t.name, t.accents))
    if not isinstance(listed, Seq):
        return None
    try:
        i = m.integer(t.subs[0], env)
    except Unknown:
        return None
    return m.value(listed.items[i - 1], env) if 1 <= i <= len(listed.items) else None


def expand(m: Interpreter, definition: Definition, bound: tuple[tuple[Term, Term], ...], env: Env) -> Any:
    """The value of a definition's body with its variables bound to what was used."""
    inner = env.deeper()
    bindings: dict[Term, Any] = {}
    body = rename_scripts(definition.body, bound)
    for variable, actual in bound:
        if isinstance(variable, Sym) and variable.name in POLICIES:
            continue
        if actual == variable and actual not in env.vars:
            if isinstance(variable, Sym) and head_of(variable).indices and not isinstance(actual, Placeholder):
                bindings[variable] = m.value(actual, env)
            continue
        bindings[variable] = m.value(actual, env)
        pattern_head = head_of(variable) if isinstance(variable, Sym) else None
        actual_head = head_of(actual) if isinstance(actual, Sym) else None
        if (
            pattern_head
            and actual_head
            and len(pattern_head.indices) == 1 == len(actual_head.indices)
            and isinstance(pattern_head.indices[0], Sym)
        ):
            bindings[pattern_head.indices[0]] = m.value(actual_head.indices[0], env)
    return m.value(body, inner.bind_all(bindings))


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


def element_like(t: Sym, h: Head) -> bool:
    """Whether a symbol can name an element of a set (a state, an outcome, a word)."""
    return not h.accents and (t.name.startswith("text:") or len(h.base) == 1 or h.base in ("tau", "omega", "xi", "zeta"))


def current_state(m: Interpreter, env: Env) -> Index:
    """The state at hand: ``s`` if bound, the time-t state of the episode, or a free one."""
    for term, value in env.vars.items():
        if (
            isinstance(value, Index)
            and value.sort == "state"
            and isinstance(term, Sym)
            and term.name in ("s", "S")
            and term.primes == 0
        ):
            return value
    for value in env.vars.values():
        if isinstance(value, Index) and value.sort == "x":
            return value
    if env.path is not None or timed(m) and Sym("s") not in m.facts.names:
        path = env.path or m.world.free_path()
        return Index("state", path.state(m.integer(Sym("t"), env)))
    return free_element(m, Sym("s"), "state")


def current_action(m: Interpreter, env: Env) -> Index:
    for term, value in env.vars.items():
        if isinstance(value, Index) and value.sort in ("action", "y") and isinstance(term, Sym) and term.primes == 0:
            return value
    if env.path is not None or timed(m) and Sym("a") not in m.facts.names:
        path = env.path or m.world.free_path()
        action = path.action(m.integer(Sym("t"), env))
        return Index("action", -1 if action is None else action)
    return free_element(m, Sym("a"), "action")


def shorthand_args(m: Interpreter, name: str, env: Env) -> list[Any]:
    """The arguments left out of ``Q^\\pi`` or ``V``: the state and action at hand."""
    return [current_state(m, env)] if name in ("V", "v") else [current_state(m, env), current_action(m, env)]


SORTS = {"s": "state", "S": "state", "a": "action", "A": "action", "u": "action"}


def sort_of(m: Interpreter, t: Sym) -> str:
    """The set that a symbol's values come from, by its letter or by what the claim says of it."""
    name = t.name[5:] if t.name.startswith("text:") else head_of(t).base
    if t.name.startswith("text:"):
        return m.facts.sorts.get(t.name, "action")
    return m.facts.sorts.get(name) or SORTS.get(name, name)


def element(m: Interpreter, t: Sym, h: Head, env: Env) -> Index:
    """A free element: the same for the same symbol, different from other free ones where the set is large enough."""
    sort = sort_of(m, t)
    numbered = [i for i in h.indices if not isinstance(i, Rel | Op | Label)]
    if numbered and sort not in ("state",):
        try:
            k = sum(m.integer(i, env) for i in numbered)
        except Unknown:
            return free_element(m, t, sort)
        size = sort_size(m, sort)
        return Index(sort, (m.world.choice(("element", sort), size) + k) % size)
    return free_element(m, t, sort)


def sort_size(m: Interpreter, sort: str) -> int:
    s = m.world.setting
    return s.states if sort == "state" else max(s.actions, len(m.facts.words)) if sort == "action" else s.outcomes


def free_element(m: Interpreter, t: Term, sort: str) -> Index:
    taken = m.allocated.setdefault(sort, [])
    if t not in taken:
        taken.append(t)
    offset = m.world.choice(("element", sort), sort_size(m, sort))
    return Index(sort, (offset + (0 if coincide(m) else taken.index(t))) % sort_size(m, sort))


def coincide(m: Interpreter) -> bool:
    """Whether free letters name the same thing at this point: at every other one, where it matters to the claim."""
    if not m.facts.compares or m.world.holds("distinct-names"):
        return False
    m.notes.add("names")
    return m.world.seed % 2 == 0


def size_value(m: Interpreter, name: str) -> int:
    """A size (n, N, G, K, …): different names get different sizes."""
    names = m.facts.size_names
    if m.scope.use_data:
        lengths = {len(v.items) for v in m.scope.data.values() if isinstance(v, Seq)}
        if len(lengths) == 1:
            return lengths.pop()
    return m.world.setting.group + names.index(name)


def size_of(m: Interpreter, t: Sym, env: Env) -> int | None:
    """|A|, |y|, |D|: a number of elements or tokens; None for an absolute value."""
    h = head_of(t)
    if t.name in m.facts.sequences or h.base in m.facts.sequences:
        return m.world.setting.group
    if t.name.startswith(("mathcal:", "mathbb:")):
        sort = {"S": "state", "A": "action"}.get(h.base)
        return sort_size(m, sort) if sort else m.world.integer(("size", t.name), 2, 4)
    return None


def process_variable(m: Interpreter, t: Sym, h: Head, env: Env) -> Any:
    """s_t, a_t, r_t, G_t, δ_t, A_t: random variables of the episode at hand."""
    name = h.base
    w = m.world
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


def time_like(index: Term) -> bool:
    """An index built on t or τ: ``t``, ``t+k``, ``t'``, ``T-1``."""
    return any(isinstance(x, Sym) and x.name in ("t", "T") for x in index.walk())


def timed(m: Interpreter) -> bool:
    """Whether the claim speaks of an episode, so that ``r_1`` is a reward in time."""
    return "time" in m.facts.capitals


def unknown_scalar(m: Interpreter, t: Sym, h: Head, env: Env) -> Any:
    """An unknown number of the kind its letter suggests."""
    w = m.world
    indices = tuple(index_value(m, i, env) for i in h.indices)
    depends = moved_by(m, h)
    key = (h.key, *indices)
    kind = "unit" if h.base in UNIT else "positive" if h.base in POSITIVE else "real"
    if h.base == "gamma" and not h.indices:
        return w.gamma()
    if w.holds("one:" + h.key) or w.holds("zero:" + h.key):
        return int(w.holds("one:" + h.key))
    if h.base not in ARBITRARY or h.base == "delta":
        w.loose.add(h.key)
    if (h.key, *indices) in m.pinned:
        return m.pinned[(h.key, *indices)]
    w.unknown.add(h.key)
    for condition in m.scope.conditions:
        # r_i ∈ {0, 1}: drawn from the set
        if (
            isinstance(condition, Rel)
            and condition.op == r"\in"
            and isinstance(condition.lhs, Sym)
            and head_of(condition.lhs).key == h.key
            and isinstance(condition.rhs, Seq)
            and condition.rhs.fences == "{}"
            and all(isinstance(x, Num) for x in condition.rhs.items)
        ):
            return m.value(condition.rhs.items[w.choice(("member", key), len(condition.rhs.items))], env)
    shape = m.facts.shapes.get(h.name) if not h.indices else None
    if shape is not None and any(head_of(d.sym).key == h.key and len(head_of(d.sym).indices) == 1 for d in m.scope.definitions):
        raise Unknown("a vector of which the components are defined")
    if shape is not None:
        return shaped(m, key, shape, depends)
    return w.value(key, kind, depends)


def shaped(m: Interpreter, key: Any, shape: tuple[int, ...], depends: frozenset[str]) -> Any:
    """An unknown vector or matrix; the names of symmetric ones (Hessian, Fisher, covariance) give symmetric ones."""
    w = m.world
    if len(shape) == 1:
        return Vec(tuple(w.value((key, i), "real", depends) for i in range(shape[0])))
    if key[0] == "I":
        return Mat(tuple(tuple(int(i == j) for j in range(shape[1])) for i in range(shape[0])))
    symmetric = key[0] in m.scope.symmetric or key[0] in ("H", "F", "Sigma", "mathbf:H", "mathbf:F")
    return Mat(
        tuple(
            tuple(w.value((key, min(i, j), max(i, j)) if symmetric else (key, i, j), "real", depends) for j in range(shape[1]))
            for i in range(shape[0])
        )
    )


def index_value(m: Interpreter, index: Term, env: Env) -> Any:
    """An index as part of a name: a number, an element, or the printed range (``<t``, ``1:T``)."""
    if isinstance(index, Rel | Op | Label | Seq):
        return show(index)
    value = m.value(index, env)
    if isinstance(value, Index):
        return (value.sort, value.k)
    if is_exact(value):
        return str(value)
    return show(index)


# --- applications --------------------------------------------------------------------------------


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
    name = h.base
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
    if not deterministic and name in ("P", "p", "T", "Pr", "rho", "d", "mu", "b", "q", "Q", "nu", "beta") or h.name in (
        "mathcal:P",
        "mathcal:T",
        "mathbb:P",
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
            from derive.models.functions import sigmoid_of

            return sigmoid_of(m, t.args[0], env)
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


def objective_argument(t: Term) -> bool:
    return isinstance(t, Sym) and (t.name in POLICIES or t.name in ("theta", "phi", "w", "mathbf:theta", "boldsymbol:theta"))


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
        if isinstance(value, Index) and value.k >= 0:
            return m.world.simplex(("cond", policy_name(h), value.sort, ()), size_of_sort(m, value.sort), parameters_of(m, h))[value.k]
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
        path = m.value(args[0], env) if args[0] in env.vars else m.world.free_path()
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
                first = isinstance(args[0], Sym) and any(isinstance(i, Num) and i.value == 0 for i in args[0].subs)
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
        path = m.value(t.args[0], env) if t.args[0] in env.vars else w.free_path()
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
        a = head_of(argument)
        if argument.name in POLICIES:
            policy = policy_key(argument)
        elif a.labels or a.primes or a.indices:
            policy = "_".join(["pi", *sorted(a.labels)]) + "'" * a.primes
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
    surrogate = w.total(
        w.mul(w.frozen(n), w.mul(p, w.frozen(q[s, a]))) for s, n in visits.items() for a, p in enumerate(act(s))
    )
    return w.add(w.frozen(value), w.sub(surrogate, w.frozen(surrogate)))


def defined_function(m: Interpreter, head: Sym) -> bool:
    """Whether the page defines the function whose derivative a prime denotes."""
    return any(d.sym == Sym(head.name, head.accents, head.subs, head.sups, 0) for d in m.scope.definitions)


def prime_derivative(m: Interpreter, t: App, h: Head, env: Env) -> Any:
    """f'(x): the derivative of f where its argument stands, through a nilpotent slot."""
    w = m.world
    head = t.head
    assert isinstance(head, Sym)
    plain = Sym(head.name, head.accents, head.subs, head.sups, 0)
    slots = [i for i, v in enumerate(w.setting.variables) if v.startswith("slot")]
    if not slots:
        raise Unknown("a derivative that the claim's ring has no room for")
    at = m.number(t.args[0], env)
    if isinstance(at, Vec):
        raise Unknown("a derivative at a vector")
    base = w.field.lift(at) if is_exact(at) else at
    variable = w.ring.variable(slots[0], w.field.lift(0))
    place = Sym("text:·slot")
    value = m.value(App(plain, (place,)), env.bind(place, w.add(variable, base)))
    for _ in range(h.primes):
        value = value.diff(slots[0]) if isinstance(value, Jet) else 0
    return without(value, slots[0])


def without(value: Any, i: int) -> Any:
    """A jet at ε_i = 0."""
    if not isinstance(value, Jet):
        return value
    kept = [c if value.ring.monomials[j][i] == 0 else 0 for j, c in enumerate(value.c)]
    return Jet(value.ring, value.order, kept)


def generic(m: Interpreter, t: App, h: Head, env: Env) -> Any:
    """An unknown function: one unknown value per element, a Taylor series with unknown coefficients per number."""
    w = m.world
    values: list[Any] = []
    for a in (*t.args, *t.given):
        if isinstance(a, Placeholder):
            raise Unknown("a placeholder in an unknown function")
        v = m.value(a, env)
        values.extend(v.items if isinstance(v, Vec) else [v])
    if h.base not in ARBITRARY:
        w.loose.add(h.key)
    w.unknown.add(h.key)
    if w.holds("one:" + h.key):
        return 1
    name = (h.key, *(index_value(m, i, env) for i in h.indices))
    kind = "positive" if h.base in ("Z", "N", "sigma", "w") else "real"
    depends = moved_by(m, h)
    return unknown_function(m, name, values, kind, depends)


def value_key(value: Any) -> str:
    """A constant as part of a name."""
    if isinstance(value, Index):
        return f"{value.sort}{value.k}"
    if isinstance(value, flint.nmod):
        return f"m{int(value)}"
    if hasattr(value, "res"):
        return f"m{int(value.res)}"
    if isinstance(value, flint.arb):
        return value.str(15, radius=False)
    return str(value)


def unknown_function(m: Interpreter, name: tuple[Any, ...], values: list[Any], kind: str, depends: frozenset[str]) -> Any:
    """f at ``values``: Σ_m D_m(c) Πν_i^{m_i} with one unknown coefficient per monomial, remembered by the base point c."""
    w = m.world
    if any(isinstance(v, list | Path | Table) for v in values):
        raise Unknown("a function of this argument")
    constants = tuple(value_key(v.c[0] if isinstance(v, Jet) else v) for v in values)
    moving = [i for i, v in enumerate(values) if isinstance(v, Jet)]
    if not moving:
        return w.value((name, constants), kind, depends)
    order = min(values[i].order for i in moving)
    nus = [values[i].nilpotent() for i in moving]
    total: Any = w.value((name, constants), kind, depends)
    powers: dict[tuple[int, ...], Any] = {}
    for monomial in make_ring(len(moving), order).monomials[1:]:
        w.tick(w.ring.cost)
        full = tuple(monomial[moving.index(i)] if i in moving else 0 for i in range(len(values)))
        last = max(i for i, e in enumerate(monomial) if e)
        below = powers.get((*monomial[:last], monomial[last] - 1, *monomial[last + 1 :]))
        term = powers[monomial] = nus[last] if below is None else below * nus[last]
        coefficient = w.draw((name, constants, full) if any(full) else (name, constants), "real")
        total = total + term * coefficient
    return total


__all__ = ["application", "symbol"]
