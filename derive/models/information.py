r"""Entropy, cross-entropy, Kullback–Leibler divergence and mutual information of finite distributions.

Math:
    H(p) = −Σ p log p,   H(p,q) = −Σ p log q,   KL(p‖q) = Σ p (log p − log q),   I(X;Y) = H(X) + H(Y) − H(X,Y)
with 0 log 0 = 0.  Logarithms are natural, or to the base that the claim writes (``log_base``: 2 with ``\log_2`` or ``bit``).

Source: Cover & Thomas, Elements of Information Theory, chapter 2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

from derive.models.core import Env, Interpreter, Table, Unknown
from derive.models.elements import current_state, sort_of
from derive.models.functions import bare, log_of
from derive.models.heads import DISTRIBUTIONS, POLICIES, Head, head_of
from derive.models.masses import WEIGHTS, is_family, members
from derive.models.mdp import parameters_of, policy_name
from derive.models.probability import argument_sort, conditional, distributed, distribution_key, joint_cells, outcomes, table
from derive.models.world import Index
from derive.terms import App, Expect, Func, Mul, Placeholder, Seq, Sym, Term
from derive.values.algebra import Mat, Vec, is_exact


def information(m: Interpreter, t: App, h: Head, env: Env) -> Any:
    """H, I, KL of what the application names; None when it is none of these."""
    name = h.base
    args = [bare(a) for a in t.args]
    divergence = (
        name in ("D", "KL", "mathbb:D")
        and (len(args) == 2)
        and (name == "KL" or h.labels & {"kl"} or t.sep != "," or not h.labels and t.sep == r"\|")
    )
    if divergence:
        return relative_entropy(m, args[0], args[1], env)
    if name in ("H", "S") and not h.indices and h.name != "S" or name == "CE":
        return entropy(m, t, args, env)
    if name == "I" and len(args) == 2 and t.sep == ";" or name == "I" and len(args) == 2:
        x, y = (letters(a) for a in args)
        given = [n for g in t.given for n in letters(g)]
        return base(
            m,
            m.world.sub(
                m.world.add(joint_entropy(m, [*x, *given]), joint_entropy(m, [*y, *given])),
                m.world.add(joint_entropy(m, [*x, *y, *given]), joint_entropy(m, given)),
            ),
        )
    return None


def base(m: Interpreter, nats: Any) -> Any:
    """Nats turned into the unit of the claim's logarithm."""
    return nats if not m.facts.log_base else m.world.div(nats, m.world.log(m.facts.log_base))


def entropy(m: Interpreter, t: App, args: list[Term], env: Env) -> Any:
    if len(args) == 2:
        if all(random_variable(m, a) for a in args):
            return base(m, joint_entropy(m, [*letters(args[0]), *letters(args[1])]))
        return base(m, cross_entropy(m, args[0], args[1], env))
    if len(args) != 1:
        return None
    family = outcomes_of(m, args[0]) if not t.given else None
    if family is not None:
        return base(m, cross_entropy(m, family, family, env))  # H(X) beside p_1, …, p_n: X is distributed by them
    if random_variable(m, args[0]):
        given = [n for g in t.given for n in letters(g)]
        own = letters(args[0])
        return base(m, m.world.sub(joint_entropy(m, [*own, *given]), joint_entropy(m, given)))
    if t.given:
        # H(π(·|s)) may be written H(π | s)
        return None
    return base(m, cross_entropy(m, args[0], args[0], env))


def outcomes_of(m: Interpreter, t: Term) -> Sym | None:
    """The p that a random variable follows where it is the only one, and p_1, …, p_n the only probabilities."""
    if not (random_variable(m, t) and isinstance(t, Sym)) or len(m.facts.masses) != 1:
        return None
    alone = not m.facts.joints and set(m.facts.capitals) - {"time"} <= {t.name}
    member = next(iter(m.facts.masses.values()))[0]
    return replace(member, subs=()) if alone and member.name in WEIGHTS else None


def relative_entropy(m: Interpreter, p: Term, q: Term, env: Env) -> Any:
    w = m.world
    normals = [normal(m, x, env) for x in (p, q)]
    if normals[0] is not None and normals[1] is not None:
        return base(m, between_normals(m, normals[0], normals[1]))
    listed_by_index = m.facts.masses and any(isinstance(x, App) and is_family(m, x) for x in (p, q))
    several = [] if listed_by_index else several_variables(p, q, env)
    if len(several) > 1:
        return base(m, w.total(divergence_terms(m, p, q, several, env)))
    variable = common_variable(m, p, q, env)
    if isinstance(p, Sym) and isinstance(q, Sym) and (p.name in POLICIES) != (q.name in POLICIES):
        state = conditioning(m, env)  # KL(π‖μ): a behaviour policy under a letter of its own
        sort = argument_sort(m, [state], "action")
        tp, tq = (
            as_table(m, x, variable, env)
            if x.name in POLICIES
            else Table(dict(enumerate(table(m, head_of(x).key, sort, [state], frozenset(), head_of(x)))))
            for x in (p, q)
        )
    else:
        tp, tq = as_table(m, in_order(p, q), variable, env), as_table(m, in_order(q, p), variable, env)
    total: Any = 0
    for k, value in tp.values.items():
        if is_exact(value) and value == 0:
            continue
        if k not in tq.values:
            raise Unknown("distributions over different sets")
        total = w.add(total, w.mul(value, w.sub(log_at(m, tp, k), log_at(m, tq, k))))
    return base(m, total)


def in_order(t: Term, joint: Term) -> Term:
    """A product of marginals with its factors in the order of the variables of a joint: P_Y P_X beside P_{XY}."""
    t, joint = bare(t), bare(joint)
    if not (isinstance(t, Mul) and all(isinstance(f, Sym) for f in t.factors) and isinstance(joint, Sym)):
        return t
    order = [n for i in head_of(joint).indices for n in letters(i)]
    own = [[n for i in head_of(f).indices for n in letters(i)] for f in t.factors]
    if any(len(names) != 1 or names[0] not in order for names in own):
        return t
    ranked = sorted(zip(own, t.factors, strict=True), key=lambda pair: order.index(pair[0][0]))
    return replace(t, factors=tuple(f for _, f in ranked))


def normal(m: Interpreter, t: Term, env: Env) -> tuple[Any, Any] | None:
    """Mean and variance of 𝒩(μ, σ²) on the line; None for anything else."""
    if not (isinstance(t, App) and isinstance(t.head, Sym) and t.head.name == "mathcal:N" and len(t.args) == 2):
        return None
    mean, variance = (m.number(a, env) for a in t.args)
    return None if isinstance(mean, Vec | Mat) or isinstance(variance, Vec | Mat) else (mean, variance)


def between_normals(m: Interpreter, first: tuple[Any, Any], second: tuple[Any, Any]) -> Any:
    """KL between normal distributions.

    log p(x)/q(x) = ½ log(b/a) − (x−μ)²/2a + (x−ν)²/2b, and under p, E(x−μ)² = a and E(x−ν)² = a + (μ−ν)².
    """
    w = m.world
    (mu, a), (nu, b) = first, second
    apart = w.sub(mu, nu)
    spread = w.sub(w.div(w.add(a, w.mul(apart, apart)), b), 1)
    return w.div(w.add(w.sub(w.log(b), w.log(a)), spread), 2)


def several_variables(p: Term, q: Term, env: Env) -> list[Sym]:
    """The variables of joint distributions written with them: the x, y of KL(p(x,y)‖p(x)p(y))."""
    found: dict[Sym, None] = {}
    for side in (p, q):
        for x in side.walk():
            if isinstance(x, App) and isinstance(x.head, Sym) and (x.head.name in POLICIES or x.head.name in DISTRIBUTIONS):
                found.update(dict.fromkeys(a for a in x.args if isinstance(a, Sym) and a not in env.vars))
    return list(found) if any(isinstance(x, App) and len(x.args) > 1 for side in (p, q) for x in side.walk()) else []


def divergence_terms(m: Interpreter, p: Term, q: Term, variables: list[Sym], env: Env) -> Iterator[Any]:
    """p log(p/q) at every joint outcome."""
    w = m.world
    for combo in product(*([o for o in outcomes(m, sort_of(m, v)) if o.k >= 0] for v in variables)):
        inner = env.bind_all(dict(zip(variables, combo, strict=True)))
        yield w.mul(m.number(p, inner), w.sub(log_of(m, p, inner), log_of(m, q, inner)))


def cross_entropy(m: Interpreter, p: Term, q: Term, env: Env) -> Any:
    w = m.world
    variable = common_variable(m, p, q, env)
    tp, tq = as_table(m, p, variable, env), as_table(m, q, variable, env)
    total: Any = 0
    for k, value in tp.values.items():
        if is_exact(value) and value == 0:
            continue
        total = w.sub(total, w.mul(value, log_at(m, tq, k)))
    return total


def log_at(m: Interpreter, t: Table, k: Any) -> Any:
    return t.logs[k] if t.logs is not None and k in t.logs else m.world.log(t.values[k])


def common_variable(m: Interpreter, p: Term, q: Term, env: Env) -> Sym | None:
    """The variable of distributions written with it: the y of π(y|x)."""
    for side in (p, q):
        for x in side.walk():
            if (
                isinstance(x, App)
                and isinstance(x.head, Sym)
                and len(x.args) == 1
                and isinstance(x.args[0], Sym)
                and x.args[0] not in env.vars
            ):
                if x.head.name in POLICIES or x.head.name in DISTRIBUTIONS:
                    return x.args[0]
    return None


def as_table(m: Interpreter, t: Term, variable: Sym | None, env: Env) -> Table:
    """A distribution as outcome ↦ probability, with logarithms taken in the term where it is an expression."""
    t = bare(t)
    if isinstance(t, Sym):
        known = m.scope.data.get(t) if m.scope.use_data else None
        if known is not None:
            return listed(m.value(known, env))
        family = members(m, t, env) if m.facts.masses else None
        if family is not None:
            return Table(family)
        if t.name in POLICIES:
            h = head_of(t)
            if m.facts.dataset and not any(isinstance(v, Index) for v in env.vars.values()):
                m.world.loose.add("average over the data")
            state = conditioning(m, env)
            sort = argument_sort(m, [state], "action")
            return Table(dict(enumerate(table(m, policy_name(h), sort, [state], parameters_of(m, h), h))))
        h = head_of(t)
        if len(h.indices) and all(isinstance(i, Sym) and i.name.isupper() for i in h.indices):
            return joint_table(m, [n for i in h.indices for n in letters(i)])
        if random_variable(m, t) and t.name not in DISTRIBUTIONS:
            return joint_table(m, letters(t))
        found = m.scope.find(t)
        if found is not None:
            return as_table(m, found[0].body, variable, env)
        sort = m.facts.sorts.get("argument of " + t.name) or m.facts.sorts.get("argument of " + t.name.swapcase(), "x")
        return Table(
            dict(enumerate(conditional(m, distribution_key(h), sort, (), parameters_of(m, h) if h.params else frozenset())))
        )
    family = members(m, t, env) if m.facts.masses and isinstance(t, App) else None
    if family is not None:
        return Table(family)
    if isinstance(t, Mul) and all(isinstance(f, Sym) and head_of(f).indices for f in t.factors):
        tables = [as_table(m, f, variable, env) for f in t.factors]
        values, logs = dict[Any, Any](), dict[Any, Any]()
        for combo in product(*(x.values.items() for x in tables)):
            key = tuple(k[0] if isinstance(k, tuple) and len(k) == 1 else k for k, _ in combo)
            values[key] = m.world.product(v for _, v in combo)
            logs[key] = m.world.total(m.world.log(v) for _, v in combo)
        return Table(values, logs)
    if isinstance(t, Seq):
        return listed(m.value(t, env))
    if isinstance(t, App) and any(isinstance(a, Placeholder) for a in t.args):
        defined = next(
            (
                d
                for d in m.scope.definitions
                if isinstance(t.head, Sym) and isinstance(d.pattern, App) and head_of(d.sym).key == head_of(t.head).key
            ),
            None,
        )
        if defined is not None and isinstance(defined.args[0], Sym):
            letter = defined.args[0]
            return as_table(m, App(t.head, (letter,), t.given, t.sep, t.bar), letter, env)
        value = m.value(t, env)
        if isinstance(value, Table):
            return value
    if variable is not None:
        values, logs = dict[Any, Any](), dict[Any, Any]()
        for outcome in outcomes(m, sort_of(m, variable)):
            if outcome.k < 0:
                continue
            inner = env.bind(variable, outcome)
            values[outcome.k] = m.number(t, inner)
            logs[outcome.k] = log_of(m, t, inner)
        return Table(values, logs)
    value = m.value(t, env)
    if isinstance(value, Table):
        return value
    return listed(value)


def conditioning(m: Interpreter, env: Env) -> Index:
    for v in env.vars.values():
        if isinstance(v, Index) and v.sort in ("state", "x"):
            return v
    if m.facts.policy_args == "y":
        return m.value(Sym("x"), env)
    return current_state(m, env)


def listed(value: Any) -> Table:
    if not isinstance(value, Vec):
        raise Unknown("something that is no distribution")
    return Table(dict(enumerate(value.items)))


def random_variable(m: Interpreter, t: Term) -> bool:
    """A capital letter that names a random variable rather than a distribution."""
    if isinstance(t, Seq):
        return all(random_variable(m, x) for x in t.items)
    return (
        isinstance(t, Sym)
        and len(t.name) == 1
        and t.name.isupper()
        and t.name not in ("P", "Q")
        and not t.subs
        and not (m.scope.use_data and t in m.scope.data)
    )


def letters(t: Term) -> list[str]:
    if isinstance(t, Seq):
        return [n for x in t.items for n in letters(x)]
    if isinstance(t, Sym) and len(t.name) == 1:
        return [t.name]
    raise Unknown("a random variable of this form")


def joint_table(m: Interpreter, names: list[str]) -> Table:
    """The joint distribution of random variables, a marginal of the one over all that the claim names."""
    own = distributed(m, names)
    if own is not None:
        # X, Y beside p(x,y): distributed by it
        key, signature = own
        found: dict[Any, Any] = {}
        for p, cell in joint_cells(m, key, signature):
            place = tuple(cell[signature.index(n.lower())] for n in names)
            found[place] = m.world.add(found.get(place, 0), p)
        return Table(found)
    every = sorted(set(names) | set(m.facts.capitals) - {"time"})
    size = 2 if len(every) > 2 else 3
    combos = list(product(range(size), repeat=len(every)))
    weights = m.world.simplex(("joint", "variables", tuple(every)), len(combos), frozenset())
    out: dict[Any, Any] = {}
    for p, combo in zip(weights, combos, strict=True):
        place = tuple(combo[every.index(n)] for n in names)
        out[place] = m.world.add(out.get(place, 0), p)
    return Table(out)


def joint_entropy(m: Interpreter, names: list[str]) -> Any:
    if not names:
        return 0
    w = m.world
    joint = joint_table(m, list(dict.fromkeys(names)))
    return w.neg(w.total(w.mul(p, w.log(p)) for p in joint.values.values()))


__all__ = ["Expect", "Func", "information"]
