r"""Finite distributions: policies and conditionals, joints that agree with their marginals, probabilities of events.

A letter used with one signature (``p(x)``, ``p(y|x)``) is one conditional table.  A letter used with several
(``P(A,B)``, ``P(A)``, ``P(B|A)``) is one joint table over all their sorts, of which the others are marginals and
conditionals, so that the product rule, Bayes and total probability are theorems of the model.
"""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

from derive.models.core import Env, Interpreter, Table, Unknown
from derive.models.heads import POLICIES, Head
from derive.models.mdp import act_of, differentiated_in, parameters_of, policy_name, trajectory_factors
from derive.models.world import TERMINAL, Index, Path
from derive.notation.show import show
from derive.terms import App, Op, Placeholder, Rel, Sym, Term


def conditional(m: Interpreter, key: str, sort: str, given: tuple[Any, ...], depends: frozenset[str]) -> list[Any]:
    """p(·|given) as a list over a sort."""
    size = size_of_sort(m, sort)
    own = "pi" if key == "pi_old" and m.facts.old_is_base else key
    values = m.world.simplex(("cond", own, sort, given), size, depends if own == key else frozenset(m.facts.parameters))
    return [m.world.frozen(v) for v in values] if own != key else values


def size_of_sort(m: Interpreter, sort: str) -> int:
    s = m.world.setting
    if sort == "state":
        return s.states
    if sort == "action":
        return max(s.actions, len(m.facts.words))
    return s.outcomes


def outcomes(m: Interpreter, sort: str) -> list[Index]:
    """Every element of a sort; states include the terminal one, where episodes end."""
    found = [Index(sort, k) for k in range(size_of_sort(m, sort))]
    return [*found, Index("state", TERMINAL)] if sort == "state" and not m.world.generic else found


WEIGHTS = frozenset({"mu", "nu", "eta", "rho", "beta", "d"})


def distribution_key(h: Head) -> str:
    """P and p are one distribution: a page writes H(P) and p(x) of the same."""
    return h.key.lower() if h.key in ("P", "Q") else h.key


def argument_sort(m: Interpreter, given: list[Any], default: str) -> str:
    """Over what a policy with a placeholder ranges, seen from what is given."""
    if given and isinstance(given[0], Index):
        return "action" if given[0].sort == "state" else m.facts.sorts.get("policy of " + given[0].sort, "y")
    return default


def distribution(m: Interpreter, t: App, h: Head, env: Env) -> Any:
    """The probability of elements, or a table where the argument is a placeholder."""
    policy = h.name in POLICIES or h.base in POLICIES
    key = policy_name(h) if policy else distribution_key(h)
    if h.base in WEIGHTS and not t.given and h.policy is None:
        m.world.unknown.add(h.key)  # the words of a page may say which weighting of the states it is
    tokens = [g for g in t.given if is_range(g)]
    if tokens or any(isinstance(a, Sym) and a.name in m.facts.sequences for a in t.args):
        return token_probability(m, t, h, key, env)
    given = [m.value(g, env) for g in t.given]
    if any(not isinstance(g, Index) for g in given):
        given = [g for g in given if isinstance(g, Index)]
        if len(given) != len(t.given):
            extra = [g for g in t.given if not (isinstance(g, Sym) and g.name in ("theta", "phi", "pi", "w"))]
            if len(extra) != len(given):
                raise Unknown("a distribution given a number")
    depends = parameters_of(m, h) if policy or h.params else frozenset()
    if len(t.args) == 1 and isinstance(t.args[0], Placeholder):
        sort = argument_sort(m, given, "action" if policy else "x")
        return Table(dict(enumerate(table(m, key, sort, given, depends, h))))
    values = [m.value(a, env) for a in t.args]
    if any(not isinstance(v, Index) for v in values):
        raise Unknown("a distribution at a number")
    signature = m.facts.joints.get(h.key)
    if signature and not policy:
        return joint(m, h.key, signature, values, given)
    if len(values) == 1:
        v = values[0]
        if v.sort == "action" and v.k < 0:
            # after the end: nothing to choose in an average over episodes, anything where a claim writes so late a step of no average
            written = m.world.holds("ends-at-last") and env.path is None
            return m.world.value(("beyond the end", key), "positive", depends) if written else 1
        probabilities = table(m, key, v.sort, given, depends, h)
        if v.k < 0:
            return 0
        return probabilities[v.k % len(probabilities)]
    # p(s', r | s, a), p(x, y): one table over the product
    sorts = tuple(v.sort for v in values)
    sizes = [size_of_sort(m, s) for s in sorts]
    total = 1
    for n in sizes:
        total *= n
    probabilities = m.world.simplex(("cond", key, sorts, tuple(given)), total, depends)
    flat = 0
    for v, n in zip(values, sizes, strict=True):
        flat = flat * n + v.k
    return probabilities[flat]


def table(m: Interpreter, key: str, sort: str, given: list[Any], depends: frozenset[str], h: Head) -> list[Any]:
    if sort == "action" and given and given[0].sort == "state" and len(given) == 1:
        named = h.base in POLICIES or h.name in POLICIES
        return (act_of(m, key, h.params, differentiated_in(m, h)) if named else act_of(m, key))(given[0].k)
    return conditional(m, key, sort, tuple(given), depends)


def is_range(t: Term) -> bool:
    """``a_{<t}``, ``y_{1:t-1}``: the tokens before."""
    return isinstance(t, Sym) and any(isinstance(i, Rel) or isinstance(i, Op) and i.op == ":" for i in t.subs)


def token_probability(m: Interpreter, t: App, h: Head, key: str, env: Env) -> Any:
    """π(y_t | x, y_{<t}) and π(y|x) = Π_t π(y_t | x, y_{<t}): positive unknowns, one per token."""
    w = m.world
    policy = h.name in POLICIES or h.base in POLICIES
    depends = parameters_of(m, h) if policy or h.params else frozenset()
    arg = t.args[0]
    if not isinstance(arg, Sym):
        raise Unknown("a token that is no symbol")
    letter = (arg.name, *arg.accents)
    if any(is_range(g) for g in t.given):
        name = tuple(str(m.value(i, env)) for i in arg.subs)
        context = tuple(show(g) for g in t.given if not is_range(g))
        return w.value(("token", key, letter, context, name), "positive", depends)
    subs = tuple(str(m.value(i, env)) for i in arg.subs)
    context = tuple(show(g) for g in t.given)
    length = m.world.setting.group
    return w.product(w.value(("token", key, letter, context, (*subs, str(i))), "positive", depends) for i in range(1, length + 1))


def token_factors(m: Interpreter, t: App, h: Head, env: Env) -> list[Any] | None:
    """The factors of a sequence probability, for sums of logarithms; None for anything else."""
    arg = t.args[0]
    if not isinstance(arg, Sym) or arg.name not in m.facts.sequences or any(is_range(g) for g in t.given):
        return None
    subs = tuple(str(m.value(i, env)) for i in arg.subs)
    context = tuple(show(g) for g in t.given)
    policy = h.name in POLICIES or h.base in POLICIES
    key = policy_name(h) if policy else distribution_key(h)
    depends = parameters_of(m, h) if policy or h.params else frozenset()
    letter = (arg.name, *arg.accents)
    return [
        m.world.value(("token", key, letter, context, (*subs, str(i))), "positive", depends)
        for i in range(1, m.world.setting.group + 1)
    ]


def joint(m: Interpreter, key: str, signature: tuple[str, ...], values: list[Index], given: list[Any]) -> Any:
    """Σ over the joint table that agrees with ``values`` and ``given``, divided by that of ``given``."""
    w = m.world
    cells = joint_cells(m, key, signature)

    def mass(fixed: list[Index]) -> Any:
        wanted = {signature.index(f.sort): f.k for f in fixed}
        out: Any = 0
        for p, combo in cells:
            if all(combo[j] == k for j, k in wanted.items()):
                out = w.add(out, p)
        return out

    top = mass([*values, *given])
    return w.div(top, mass(given)) if given else top


def joint_cells(m: Interpreter, key: str, signature: tuple[str, ...]) -> list[tuple[Any, tuple[int, ...]]]:
    """(probability, outcomes) of every cell of the joint distribution of a letter."""
    if len(signature) == 1:
        return [(p, (k,)) for k, p in enumerate(conditional(m, key, signature[0], (), frozenset()))]
    sizes = [size_of_sort(m, s) for s in signature]
    m.world.hold(prod(sizes) * (1 + len(signature)))
    cells = list(product(*(range(n) for n in sizes)))
    return list(zip(m.world.simplex(("joint", key, signature), len(cells), frozenset()), cells, strict=True))


def distributed(m: Interpreter, names: list[str]) -> tuple[str, tuple[str, ...]] | None:
    """(letter, sorts) of the joint distribution p(x, y) that random variables X, Y follow in this claim; None without one."""
    for key in ("p", "P", "Pr"):
        signature = m.facts.joints.get(key, ())
        if names and all(n.lower() in signature for n in names):
            return key, signature
    return None


def log_factors(m: Interpreter, t: App, h: Head, env: Env) -> list[Any] | None:
    """The positive factors of a probability that is a product by its meaning (a trajectory, a sequence)."""
    if len(t.args) == 1 and isinstance(t.args[0], Sym) and not t.given:
        value = env.vars.get(t.args[0])
        if value is None and t.args[0].name == "tau":
            value = m.world.free_path()
        if isinstance(value, Path):
            return trajectory_factors(m, h, value)
    if t.args:
        return token_factors(m, t, h, env)
    return None
