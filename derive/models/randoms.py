r"""Expectation, variance and covariance: what is random, with which weights.

Who is random is read in this order: the variables that the subscript binds (``a\sim\pi_\theta(\cdot|s)``), then the
process variables of the body (s_t, a_t, r_t, G_t: whole episodes under the sampling policy, conditioned on what is
given), then plain transition letters (s, a, r, s', a': a state from the occupancy, an action from the policy, a
step), then outcomes (x, y: a data distribution), then capital letters (random variables on a small space).

A body in a free time t, not conditioned on s_t, means one fixed t; the assumptions ``visitation`` (Σ_t γᵗ) and
``sum-over-t`` (Σ_t) give it the other readings of the literature.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any

import flint

from derive.models.algebra import Mat, Vec
from derive.models.arith import fmpq
from derive.models.core import HALF, Env, Interpreter, Table, Unknown
from derive.models.elements import current_action, current_state, sort_of, time_like
from derive.models.functions import sample, variance
from derive.models.heads import POLICIES, head_of, policy_key
from derive.models.mdp import act_of, occupancy, parameters_of, policy_name, returns, reward_at, state_estimate, td_error, visited
from derive.models.probability import argument_sort, conditional, distributed, distribution, joint_cells, outcomes, size_of_sort
from derive.models.world import TERMINAL, Index
from derive.terms import Add, App, Big, Div, Expect, Fence, Func, Mul, Neg, Num, Paren, Placeholder, Pow, Rel, Seq, Sym, Term

PROCESS = frozenset({"s", "a", "r", "S", "A", "R", "G", "delta", "o"})
STEP = frozenset({"s", "a", "r"})
Weighted = Iterator[tuple[Any, Env]]


def expect(m: Interpreter, t: Expect, env: Env) -> Any:
    """E[body | given] under its sampler."""
    w = m.world
    total: Any = 0
    for p, inner in samples(m, t.under, t.body, t.given, env):
        total = w.add(total, scaled(m, p, m.number(t.body, inner)))
    return total


def scaled(m: Interpreter, p: Any, value: Any) -> Any:
    return m.world.mul(p, value)


def samples(m: Interpreter, under: tuple[Term, ...], body: Term, given: tuple[Term, ...], env: Env) -> Weighted:
    """(weight, environment) for every outcome of what an expectation is over."""
    items: list[Term] = []
    for item in under:
        items.extend(item.items if isinstance(item, Seq) and not any(isinstance(x, Rel) for x in item.items[:-1]) else [item])
    items = spread(items)
    sampler = env.sampler or "pi"
    explicit: list[Term] = []
    for item in items:
        if isinstance(item, Sym) and (item.name in POLICIES):
            sampler = policy_key(item)
        elif isinstance(item, Sym) and head_of(item).base in ("t", "i", "n", "D", "mathcal:D"):
            sampler = "pi_old" if mentions_old(body, m) else sampler
        else:
            explicit.append(item)
    if any(
        isinstance(i, Rel)
        and isinstance(i.rhs, Sym)
        and i.rhs.name in POLICIES
        and is_process(i.lhs)
        and not is_process_action(i.lhs)
        for i in explicit
    ):
        sampler = next(policy_key(i.rhs) for i in explicit if isinstance(i, Rel) and isinstance(i.rhs, Sym))
        explicit = [i for i in explicit if not (isinstance(i, Rel) and is_process(i.lhs))]
    if sampler not in ("pi", "pi_old") and sampler.startswith("pi_") and m.facts.old_is_base:
        sampler = "pi_old"
    if explicit:
        yield from bound_samples(m, explicit, body, given, env)
        return
    yield from unbound_samples(m, body, given, env, sampler)


def spread(items: list[Term]) -> list[Term]:
    """``s,a ~ π`` binds both letters."""
    out: list[Term] = []
    for item in items:
        if isinstance(item, Seq) and item.fences == "":
            out.extend(item.items)
        else:
            out.append(item)
    return out


def mentions_old(body: Term, m: Interpreter) -> bool:
    """Whether the body speaks of the old policy or a ratio to it: then the data were sampled from the old policy."""
    for x in body.walk():
        if isinstance(x, Sym) and x.name in POLICIES and head_of(x).frozen:
            return True
        if (
            isinstance(x, App)
            and isinstance(x.head, Sym)
            and head_of(x.head).base in ("r", "rho")
            and len(x.args) == 1
            and isinstance(x.args[0], Sym)
            and x.args[0].name == "theta"
        ):
            return True
    return False


def is_process(t: Term) -> bool:
    if isinstance(t, Seq):
        return any(is_process(x) for x in t.items)
    return isinstance(t, Sym) and head_of(t).base in PROCESS and any(time_like(i) for i in head_of(t).indices)


def is_process_action(t: Term) -> bool:
    return isinstance(t, Sym) and head_of(t).base in ("a", "A")


# --- bound variables -----------------------------------------------------------------------------


def bound_samples(m: Interpreter, items: list[Term], body: Term, given: tuple[Term, ...], env: Env) -> Weighted:
    if not items:
        yield 1, env
        return
    first, rest = items[0], items[1:]
    for p, inner in one_sample(m, first, body, env):
        for q, innermost in bound_samples(m, rest, body, given, inner):
            yield m.world.mul(p, q), innermost


def one_sample(m: Interpreter, item: Term, body: Term, env: Env) -> Weighted:
    w = m.world
    if isinstance(item, Rel) and item.op == r"\sim":
        yield from drawn_from(m, item.lhs, item.rhs, body, env)
        return
    if isinstance(item, Rel):
        raise Unknown("an expectation over a condition")
    if isinstance(item, Sym) and head_of(item).base in ("p", "q", "P", "Q", "mu", "nu", "rho") and not env.vars.get(item):
        variable = argument_of(body, item)
        if variable is not None:
            yield from drawn_from(m, variable, item, body, env)
            return
    if isinstance(item, Sym):
        stated = stated_distribution(m, item)
        if stated is not None:
            yield from drawn_from(m, item, stated, body, env)
            return
        if item.name == "tau":
            yield from episodes(m, item, "pi", env)
            return
        sort = sort_of(m, item)
        if sort == "state" and any(isinstance(i, Num) and i.value == 0 for i in head_of(item).indices):
            for s, p in w.start().items():
                yield p, env.bind(item, Index("state", s))
            return
        if item in m.facts.numbers:
            raise Unknown("an expectation over a number without a distribution")
        probabilities = w.simplex(("data", sort), size_of_sort(m, sort), frozenset())
        for k, p in enumerate(probabilities):
            w.tick()
            yield p, env.bind(item, Index(sort, k))
        return
    raise Unknown("an expectation over this")


def stated_distribution(m: Interpreter, variable: Sym) -> Term | None:
    """The distribution that the context states for a variable (``y \\sim \\pi_\\theta(\\cdot|x)``)."""
    for condition in m.scope.conditions:
        if isinstance(condition, Rel) and condition.op == r"\sim" and condition.lhs == variable:
            return condition.rhs
    return None


def argument_of(body: Term, letter: Sym) -> Term | None:
    """The variable that a named distribution is applied to in the body."""
    fallback = None
    for x in body.walk():
        if isinstance(x, App) and len(x.args) == 1 and isinstance(x.args[0], Sym):
            if isinstance(x.head, Sym) and x.head == letter:
                return x.args[0]
            fallback = fallback or x.args[0]
    return fallback


def episodes(m: Interpreter, variable: Term, sampler: str, env: Env) -> Weighted:
    for p, path in m.world.paths(act_of(m, sampler), m.world.start()):
        yield p, env.bind(variable, path).on(path)


def drawn_from(m: Interpreter, variable: Term, dist: Term, body: Term, env: Env) -> Weighted:
    """``variable ~ dist``."""
    w = m.world
    while isinstance(dist, Paren):
        dist = dist.body
    head = dist.head if isinstance(dist, App) else dist
    h = head_of(head) if isinstance(head, Sym) else None
    policy = h is not None and (h.name in POLICIES or h.base in POLICIES)
    if isinstance(variable, Paren):
        variable = variable.body
    if isinstance(variable, Sym) and variable.name == "tau":
        key = policy_name(h) if policy and h is not None else ("pi_old" if h is not None and h.frozen else "pi")
        yield from episodes(m, variable, key, env)
        return
    if h is not None and h.base == "N" and isinstance(dist, App):
        yield from gaussian(m, variable, dist, body, env)
        return
    if isinstance(variable, Seq):
        letters = [v for v in variable.items if isinstance(v, Sym)]
        if len(letters) != len(variable.items):
            raise Unknown("an expectation over this")
        if policy and h is not None and len(letters) == 2:
            yield from bound_samples(m, [letters[0], Rel(r"\sim", letters[1], dist)], body, (), env)
            return
        sorts = [sort_of(m, v) for v in letters]
        sizes = [size_of_sort(m, s) for s in sorts]
        count = 1
        for n in sizes:
            count *= n
        weights = w.simplex(("data", tuple(sorts)), count, frozenset())
        for p, combo in zip(weights, product(*(range(n) for n in sizes)), strict=True):
            w.tick()
            yield p, env.bind_all({v: Index(s, k) for v, s, k in zip(letters, sorts, combo, strict=True)})
        return
    if not isinstance(variable, Sym):
        raise Unknown("an expectation over this")
    sort = sort_of(m, variable)
    if h is None:
        raise Unknown("a distribution that is no symbol")
    if sort == "state" and (h.base in ("d", "rho", "mu") or h.policy is not None):
        start = any(isinstance(i, Num) and i.value == 0 for i in (*h.indices, *head_of(variable).indices)) or "0" in h.labels
        for s in (*range(w.setting.states), TERMINAL):
            if s == TERMINAL and (start or not (h.policy is not None or h.base == "d" or h.frozen)):
                continue
            p = (
                w.start().get(s, 0)
                if start
                else occupancy(m, h, s, env)
                if h.policy is not None or h.base == "d" or h.frozen
                else w.simplex(("data", "state"), w.setting.states, frozenset())[s]
            )
            yield p, env.bind(variable, Index("state", s))
        return
    given = [m.value(g, env) for g in dist.given] if isinstance(dist, App) else []
    if isinstance(dist, App) and not all(isinstance(a, Placeholder) or a == variable for a in dist.args):
        raise Unknown("a distribution of another variable")
    if sort == "state" and len(given) == 2:
        for n, p in w.transition(given[0].k, given[1].k).items():
            yield p, env.bind(variable, Index("state", n))
        return
    if sort == "state" and h.base in ("P", "p", "T") and not given and isinstance(dist, Sym):
        here, chosen = current_state(m, env), current_action(m, env)
        for n, p in w.transition(here.k, chosen.k).items():
            yield p, env.bind(variable, Index("state", n))
        return
    if policy:
        if not given:
            index = head_of(variable).indices
            state = Sym("s", subs=variable.subs, primes=variable.primes) if index or variable.primes else None
            value = m.value(state, env) if state is not None and sort == "action" else None
            given = [value] if isinstance(value, Index) else [conditioning(m, sort, env)]
        if any(not isinstance(g, Index) for g in given):
            raise Unknown("a policy given a number")
        if given[0].sort == "state" and sort in ("action", "y"):
            if given[0].k == TERMINAL:
                yield 1, env.bind(variable, Index("action", -1))
                return
            probabilities = act_of(m, policy_name(h), h.params)(given[0].k)
        else:
            probabilities = conditional(m, policy_name(h), sort, tuple(given), parameters_of(m, h))
        for k, p in enumerate(probabilities):
            w.tick()
            yield p, env.bind(variable, Index(sort, k))
        return
    if sort == "action" and not given and isinstance(dist, Sym):
        here = current_state(m, env)
        chances = conditional(m, h.key, sort, (), frozenset()) if m.facts.bandit else act_of(m, h.key)(here.k)
        for k, p in enumerate(chances):
            yield p, env.bind(variable, Index(sort, k))
        return
    if variable in m.facts.numbers:
        raise Unknown("a number drawn from an unnamed distribution")
    if h.base in ("D", "U", "S", "X") or h.name.startswith("mathcal:"):
        probabilities = w.simplex(("data", sort), size_of_sort(m, sort), frozenset())
    else:
        probabilities = [
            distribution(
                m, App(head, (variable,), dist.given if isinstance(dist, App) else ()), h, env.bind(variable, Index(sort, k))
            )
            for k in range(size_of_sort(m, sort))
        ]
    for k, p in enumerate(probabilities):
        w.tick()
        yield p, env.bind(variable, Index(sort, k))


def conditioning(m: Interpreter, sort: str, env: Env) -> Index:
    """What an unwritten condition of a policy is: the state at hand, or the prompt."""
    if sort == "action":
        return current_state(m, env)
    for term, value in env.vars.items():
        if isinstance(value, Index) and value.sort == "x" and isinstance(term, Sym):
            return value
    return m.value(Sym("x"), env)


def gaussian(m: Interpreter, variable: Term, dist: App, body: Term, env: Env) -> Weighted:
    """Three-point Gauss–Hermite: exact for polynomials of degree five, and only used for those."""
    if degree_in(body, variable) > 5 or len(dist.args) != 2:
        raise Unknown("a Gaussian expectation of something that is no small polynomial")
    w = m.world
    mean = m.number(dist.args[0], env)
    if isinstance(mean, Vec) or not isinstance(variable, Sym):
        raise Unknown("a Gaussian vector")
    var = m.number(dist.args[1], env)
    deviation = w.power(var, HALF)
    root = w.power(w.field.lift(3), HALF) if hasattr(w.field, "power") else w.power(3, HALF)
    for sign, weight in ((-1, fmpq(Fraction(1, 6))), (0, fmpq(Fraction(2, 3))), (1, fmpq(Fraction(1, 6)))):
        yield weight, env.bind(variable, w.add(mean, w.mul(sign, w.mul(deviation, root))))


def degree_in(t: Term, variable: Term) -> int:
    """The degree of a polynomial in a variable; large when it is none."""
    if t == variable:
        return 1
    if not any(x == variable for x in t.walk()):
        return 0
    if isinstance(t, Add):
        return max(degree_in(x, variable) for x in t.terms)
    if isinstance(t, Mul):
        return sum(degree_in(x, variable) for x in t.factors)
    if isinstance(t, Neg | Paren):
        return degree_in(t.body, variable)
    if isinstance(t, Pow) and isinstance(t.exp, Num) and t.exp.value.denominator == 1 and t.exp.value >= 0:
        return int(t.exp.value) * degree_in(t.base, variable)
    if isinstance(t, Div) and degree_in(t.den, variable) == 0:
        return degree_in(t.num, variable)
    return 99


# --- unbound: whose randomness? ------------------------------------------------------------------


def unbound_samples(m: Interpreter, body: Term, given: tuple[Term, ...], env: Env, sampler: str) -> Weighted:
    marked = {Sym(v.name[6:]) for v in env.vars if isinstance(v, Sym) and v.name.startswith("text:·")}
    if marked:
        yield from variable_samples(m, body, given, env)
        return
    body_vars = unbound_symbols(m, (body, *given), env)
    process = [v for v in body_vars if is_process(v) or head_of(v).base in ("G", "R") and head_of(v).indices]
    if (
        process
        or any(is_process(g) or isinstance(g, Rel) and is_process(g.lhs) for g in given)
        or any(head_of(v).base == "G" and not head_of(v).indices for v in body_vars)
        and given
        and state_given(m, given)
    ):
        yield from process_samples(m, body, given, env, sampler)
        return
    steps = [
        v
        for v in body_vars
        if (head_of(v).base in STEP and (v in m.facts.names or v.name == "r" or v not in m.facts.numbers) or v == Sym("delta"))
        and not head_of(v).indices
        and not head_of(v).accents
    ]
    policies = [v for v in body_vars if v.name in POLICIES or head_of(v).policy is not None]
    if steps and (any(v.name in ("s", "a") for v in steps)) or policies and not any(v.name in ("x", "y") for v in body_vars):
        yield from step_samples(m, body, given, env, sampler, body_vars)
        return
    capitals = {v.name.lower() for v in body_vars if random_letter(v) and v.name.isupper()}
    letters = [
        v
        for v in body_vars
        if v not in m.facts.numbers and head_of(v).base in ("x", "y", "z") and v.name.islower() and v.name not in capitals
    ]
    if letters:
        ordered = sorted(letters, key=lambda v: (head_of(v).base, str(v.subs)))
        items: list[Term] = []
        for v in ordered:
            stated = stated_distribution(m, v)
            if stated is not None:
                items.append(Rel(r"\sim", v, stated))
            elif sampler != "pi" or head_of(v).base == "y" and any(p.name in POLICIES for p in body_vars) and env.sampler:
                items.append(Rel(r"\sim", v, Sym("pi")) if head_of(v).base == "y" else v)
            else:
                items.append(v)
        plain = [i for i in items if isinstance(i, Sym)]
        if len(plain) == len(items) and len(plain) > 1:
            yield from drawn_from(m, Seq(tuple(plain)), Sym("mathcal:D"), body, env)
        else:
            yield from bound_samples(m, items, body, given, env)
        return
    yield from variable_samples(m, body, given, env)


def state_given(m: Interpreter, given: tuple[Term, ...]) -> bool:
    return any(
        isinstance(g, Sym) and g.name in ("s", "S") or isinstance(g, Rel) and isinstance(g.lhs, Sym) and g.lhs.name in ("s", "S")
        for g in given
    )


def unbound_symbols(m: Interpreter, terms: tuple[Term, ...], env: Env) -> list[Sym]:
    """Symbols that occur free in what is averaged, definitions included, in order of appearance."""
    found: dict[Sym, None] = {}
    seen: set[Term] = set()

    def visit(t: Term, bound: frozenset[Term]) -> None:
        if t in env.vars or t in bound:
            return
        if isinstance(t, Big | Expect):
            inner = bound | {x.lhs if isinstance(x, Rel) else x for x in t.under}
            for x in t.under:
                if isinstance(x, Rel):
                    visit(x.rhs, bound)
            visit(t.body, frozenset(inner))
            if isinstance(t, Expect):
                for g in t.given:
                    visit(g, bound)
            return
        if isinstance(t, Sym | App) and t not in seen:
            definition = m.scope.find(t)
            if definition is not None and not (m.scope.use_data and t in m.scope.data):
                seen.add(t)
                variables = {v for v, _ in definition[1]}
                visit(definition[0].body, bound | frozenset(v for v in variables if isinstance(v, Sym) and v.name not in ("t",)))
                for _, actual in definition[1]:
                    visit(actual, bound)
                return
        if isinstance(t, Sym):
            found.setdefault(t)
            return
        if isinstance(t, App):
            if isinstance(t.head, Sym) and t.head.name in POLICIES:
                pass
            for x in (*t.args, *t.given):
                visit(x, bound)
            return
        for x in t.children():
            visit(x, bound)

    for t in terms:
        visit(t, frozenset())
    return list(found)


def free_time(m: Interpreter, body: Term, env: Env) -> Sym | None:
    """The time letter that occurs free in a body."""
    for v in unbound_symbols(m, (body,), env):
        for i in head_of(v).indices:
            for x in i.walk():
                if isinstance(x, Sym) and x.name == "t" and x not in env.vars and not bound_inside(body, x):
                    return x
    return None


def bound_inside(body: Term, variable: Term) -> bool:
    for x in body.walk():
        if isinstance(x, Big):
            for u in x.under:
                if (u.lhs if isinstance(u, Rel) else u) == variable:
                    return True
    return False


def process_samples(m: Interpreter, body: Term, given: tuple[Term, ...], env: Env, sampler: str) -> Weighted:
    """Episodes under the sampling policy, from the given state and action, or from the start."""
    w = m.world
    act = act_of(m, sampler)
    inner = Env(env.vars, env.path, sampler, env.depth)
    state, action, at = condition_of(m, given, env)
    time = free_time(m, body, env)
    if state is not None:
        if at is None:
            at = m.integer(time, env) if time is not None else 0
        base = inner.bind(time, m.integer(time, env)) if time is not None else inner
        for g in given:
            if (
                isinstance(g, Rel)
                and isinstance(g.lhs, Sym)
                and head_of(g.lhs).indices
                and isinstance(head_of(g.lhs).indices[0], Sym)
            ):
                base = base.bind(head_of(g.lhs).indices[0], at)
        for p, path in w.paths(act, {state: 1}, action, at):
            end = path.action(at + 1)
            step = {
                Sym("s", primes=1): Index("state", path.state(at + 1)),
                Sym("a", primes=1): Index("action", -1 if end is None else end),
                Sym("r"): reward_at(m, path, at, shifted=False),
                Sym("G"): _return(m, path, at),
            }
            yield p, base.on(path).bind_all({k: v for k, v in step.items() if k not in base.vars})
        return
    if action is not None and at is not None:
        kept = [(p, path) for p, path in w.paths(act, w.start()) if path.action(at) == action]
        mass = w.total(p for p, _ in kept)
        for p, path in kept:
            yield w.div(p, mass), (inner if time is None else inner.bind(time, at)).on(path)
        return
    if action is not None:
        raise Unknown("an expectation given an action at no time")
    if time is None:
        for p, path in w.paths(act, w.start()):
            yield p, inner.on(path).bind_all({} if Sym("G") in inner.vars else {Sym("G"): _return(m, path, 0)})
        return
    m.notes.add("free-time")
    words = [v for v in unbound_symbols(m, (body,), env) if v.name.startswith("text:") and sort_of(m, v) == "action"]

    def here(at_path: Any, at: int) -> Env:
        """The episode at step t, with the plain letters s, a, r, s' and a lone named action for what happens there."""
        base = inner.on(at_path).bind(time, at)
        a = at_path.action(at)
        action = Index("action", -1 if a is None else a)
        plain: dict[Term, Any] = {
            Sym("s"): Index("state", at_path.state(at)),
            Sym("a"): action,
            Sym("s", primes=1): Index("state", at_path.state(at + 1)),
            Sym("r"): reward_at(m, at_path, at, shifted=False),
        }
        if len(words) == 1:
            plain[words[0]] = action
        if m.scope.find(Sym("delta")) is None:
            plain[Sym("delta")] = td_error(m, at_path, at, base)
        return base.bind_all({k: v for k, v in plain.items() if k not in base.vars})

    for p, path in w.paths(act, w.start()):
        if w.holds("visitation") or w.holds("sum-over-t"):
            weight: Any = 1
            for step_t in range(len(path.actions)):
                yield w.mul(p, weight), here(path, step_t)
                if w.holds("visitation"):
                    weight = w.mul(weight, w.gamma())
        else:
            yield p, here(path, m.integer(time, env))


def _return(m: Interpreter, path: Any, at: int) -> Any:
    return returns(m, path, at)


def condition_of(m: Interpreter, given: tuple[Term, ...], env: Env) -> tuple[int | None, int | None, int | None]:
    """(state, action, time) that an expectation is conditioned on."""
    state = action = at = None
    for g in given:
        name, index, value = None, None, None
        if isinstance(g, Rel) and g.op == "=" and isinstance(g.lhs, Sym):
            name, index, value = head_of(g.lhs).base, head_of(g.lhs).indices, m.value(g.rhs, env)
        elif isinstance(g, Sym):
            name, index, value = head_of(g).base, head_of(g).indices, m.value(g, env)
        if name in ("s", "S") and isinstance(value, Index):
            if state is not None:
                raise Unknown("an expectation given two states")
            state = value.k
        elif name in ("a", "A") and isinstance(value, Index):
            action = value.k
        else:
            if name in ("pi", "theta"):
                continue
            raise Unknown("a condition of this kind")
        if index:
            at = m.integer(index[0], env)
    return state, action if action is None or action >= 0 else 0, at


def step_samples(m: Interpreter, body: Term, given: tuple[Term, ...], env: Env, sampler: str, letters: list[Sym]) -> Weighted:
    """One transition: s from the occupancy unless given or free in the claim, a from the policy, then r and s'."""
    w = m.world
    act = act_of(m, sampler)
    names = {(v.name, v.primes) for v in letters}
    shorthand = any(v.name in POLICIES or head_of(v).policy is not None for v in letters)
    inner = Env(env.vars, env.path, sampler, env.depth)
    fixed = {g for g in given if isinstance(g, Sym)}
    s, a = Sym("s"), Sym("a")
    states: list[tuple[Any, Index]]
    if s in env.vars or s in fixed:
        states = [(1, m.value(s, env))]
    elif ("s", 0) in names or shorthand:
        m.notes.add("occupancy")
        states = [(visited(m, sampler, k), Index("state", k)) for k in (*range(w.setting.states), TERMINAL)]
    else:
        states = [(1, current_state(m, env))]
    for p, state in states:
        chances = (
            [(1, m.value(a, env))]
            if a in env.vars or a in fixed
            else [(q, Index("action", k)) for k, q in enumerate(act(state.k))]
        )
        for q, action in chances:
            weight = w.mul(p, q)
            here = inner.bind_all({s: state, a: action})
            if not names & {("s", 1), ("r", 0), ("a", 1), ("delta", 0)}:
                yield weight, here
                continue
            nexts = {TERMINAL: 1} if action.k < 0 else w.transition(state.k, action.k)
            for n, pn in nexts.items():
                reward = 0 if action.k < 0 else w.reward(state.k, action.k, n)
                there = here.bind_all({Sym("s", primes=1): Index("state", n), Sym("r"): reward})
                if m.scope.find(Sym("delta")) is None:
                    error = w.sub(w.add(reward, w.mul(w.gamma(), state_estimate(m, n))), state_estimate(m, state.k))
                    there = there.bind(Sym("delta"), error)
                if ("a", 1) in names:
                    for k, pa in enumerate(act(n)):
                        yield (
                            w.mul(weight, w.mul(pn, pa)),
                            there.bind(Sym("a", primes=1), Index("action", k) if n != TERMINAL else Index("action", -1)),
                        )
                else:
                    yield w.mul(weight, pn), there


def variable_samples(m: Interpreter, body: Term, given: tuple[Term, ...], env: Env) -> Weighted:
    """Capital letters (and lone letters) as random variables on a product space with one joint distribution."""
    # an expectation inside another averages afresh: what the outer one bound is free again
    marked = {Sym(v.name[6:]) for v in env.vars if isinstance(v, Sym) and v.name.startswith("text:·")}
    env = Env({k: v for k, v in env.vars.items() if k not in marked}, env.path, env.sampler, env.depth)
    letters = [v for v in unbound_symbols(m, (body, *given), env) if random_letter(v)]
    if any(v.name.isupper() for v in letters):
        letters = [v for v in letters if v.name.isupper()]  # beside capitals, small letters are numbers
    if not letters:
        raise Unknown("an expectation of which nothing is random")
    names = (
        sorted({v.name for v in (*m.facts_letters(), *letters)})
        if hasattr(m, "facts_letters")
        else sorted({v.name for v in letters} | set(m.facts.capitals) - {"time"})
    )
    yield from joint_samples(m, names, letters, given, env)


def stated_positive(m: Interpreter, name: str) -> bool:
    """Whether ``X > 0`` is stated of a random variable."""
    return any(
        isinstance(c, Rel) and c.op in (">", r"\gt") and c.lhs == Sym(name) and isinstance(c.rhs, Num) and c.rhs.value == 0
        for c in m.scope.conditions
    )


def random_letter(v: Sym) -> bool:
    h = head_of(v)
    return (
        not h.primes
        and (
            h.base.isupper()
            and len(h.base) == 1
            or h.base in ("x", "y", "z", "g", "r", "epsilon", "xi", "u", "v", "w", "f", "q", "p")
        )
        and not h.labels
    )


def joint_samples(m: Interpreter, names: list[str], letters: list[Sym], given: tuple[Term, ...], env: Env) -> Weighted:
    """Outcomes of random variables: each letter bound to its number, and under a mark of its own to which outcome it is."""
    w = m.world
    size = 2 if len(names) > 2 else min(3, w.setting.outcomes)
    combos = list(product(range(size), repeat=len(names)))
    own = distributed(m, names)
    if own is not None:
        yield from distributed_samples(m, own, names, given, env)
        return
    weights = w.simplex(("joint", "variables", tuple(names)), len(combos), frozenset())
    fixed: dict[str, int] = {}
    for g in given:
        letter = g.lhs if isinstance(g, Rel) else g
        if not isinstance(letter, Sym):
            raise Unknown("a condition of this kind")
        mark = env.vars.get(Sym("text:·" + letter.name))
        fixed[letter.name] = mark if isinstance(mark, int) else w.choice(("given", letter.name), size)
    for v in env.vars:
        if isinstance(v, Sym) and v.name.startswith("text:·") and v.name[6:] in fixed:
            continue
    mass: Any = 0
    kept = []
    for p, combo in zip(weights, combos, strict=True):
        values = dict(zip(names, combo, strict=True))
        if all(values.get(n) == k for n, k in fixed.items()):
            mass = w.add(mass, p)
            kept.append((p, values))
    for p, values in kept:
        w.tick()
        bindings: dict[Term, Any] = {}
        for n, k in values.items():
            bindings[Sym(n)] = w.draw(
                ("numeric", n.lower(), k), "positive" if n in m.facts.size_names or n in ("P", "p", "q") or stated_positive(m, n) else "real"
            )
            bindings[Sym("text:·" + n)] = k
        yield (w.div(p, mass) if fixed else p), env.bind_all(bindings)


def distributed_samples(
    m: Interpreter, own: tuple[str, tuple[str, ...]], names: list[str], given: tuple[Term, ...], env: Env
) -> Weighted:
    """X, Y beside p(x,y): outcomes x, y with the probabilities p(x,y), which have numeric values of their own."""
    w = m.world
    key, signature = own
    fixed: dict[int, int] = {}
    for g in given:
        letter, at = (g.lhs, m.value(g.rhs, env)) if isinstance(g, Rel) else (g, env.vars.get(g))
        if not isinstance(letter, Sym) or letter.name.lower() not in signature:
            raise Unknown("a condition of this kind")
        place = signature.index(letter.name.lower())
        fixed[place] = at.k if isinstance(at, Index) else w.choice(("given", letter.name), size_of_sort(m, signature[place]))
    kept = [(p, cell) for p, cell in joint_cells(m, key, signature) if all(cell[i] == k for i, k in fixed.items())]
    mass = w.total(p for p, _ in kept) if fixed else 1
    for p, cell in kept:
        w.tick()
        bound: dict[Term, Any] = {Sym(s.upper()): Index(s, k) for s, k in zip(signature, cell, strict=True)}
        yield (w.div(p, mass) if fixed else p), env.bind_all(bound)


# --- variance ------------------------------------------------------------------------------------


def moment(m: Interpreter, t: Func, env: Env) -> Any:
    """Var(X) = E[X²] − E[X]², Cov(X,Y) = E[XY] − E[X]E[Y]; of lists, the population moments."""
    w = m.world
    under: tuple[Term, ...] = (t.sub,) if t.sub is not None else ()
    if isinstance(t.sub, Seq):
        under = t.sub.items
    body = t.args[0]
    listed = isinstance(body, Seq) or m.scope.use_data and body in m.scope.data
    if t.name in ("Var", "var") and listed:
        return variance(m, sample(m, t, env))
    if t.name in ("Var", "var"):
        pairs = [(p, m.number(body, inner)) for p, inner in samples(m, under, body, t.given, env)]
        first = w.total(w.mul(p, v) for p, v in pairs)
        if isinstance(first, Vec):
            second = w.total(w.mul(p, w.dot(v, v)) for p, v in pairs)
            raise Unknown("the variance of a vector")
        second = w.total(w.mul(p, w.mul(v, v)) for p, v in pairs)
        return w.sub(second, w.mul(first, first))
    if t.name in ("Cov", "cov") and len(t.args) == 1:
        pairs = [(p, m.number(body, inner)) for p, inner in samples(m, under, body, t.given, env)]
        first = w.total(w.mul(p, v) for p, v in pairs)
        if not isinstance(first, Vec):
            return w.sub(w.total(w.mul(p, w.mul(v, v)) for p, v in pairs), w.mul(first, first))
        second = w.total(w.mul(p, w.mul(v, w.transpose(v))) for p, v in pairs)
        return w.sub(second, w.mul(first, w.transpose(first)))
    if t.name in ("Cov", "cov") and len(t.args) == 2:
        x, y = t.args
        whole = Mul((x, y), ("",))
        triples = [(p, m.number(x, inner), m.number(y, inner)) for p, inner in samples(m, under, whole, t.given, env)]
        ex, ey = (
            w.total(w.mul(p, v) for p, v in pairs) for pairs in ([(p, a) for p, a, _ in triples], [(p, b) for p, _, b in triples])
        )
        return w.sub(w.total(w.mul(p, w.mul(a, b)) for p, a, b in triples), w.mul(ex, ey))
    raise Unknown(f"the moment {t.name}")


__all__ = ["Fence", "Mat", "Table", "argument_sort", "expect", "flint", "moment", "outcomes", "samples"]
