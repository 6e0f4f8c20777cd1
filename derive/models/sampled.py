r"""Expectations whose subscript says what is random: the outcomes of ``x\sim p``, with their weights."""

from __future__ import annotations

from itertools import product

from derive.models.core import Env, Interpreter, Unknown
from derive.models.elements import current_action, current_state, sort_of
from derive.models.free_letters import Weighted
from derive.models.gaussian import gaussian
from derive.models.heads import POLICIES, head_of
from derive.models.mdp import act_of, differentiated_in, occupancy, parameters_of, policy_name
from derive.models.probability import conditional, distribution, size_of_sort
from derive.models.world import TERMINAL, Index
from derive.terms import App, Num, Paren, Placeholder, Rel, Seq, Sym, Term


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
        key = "pi_old" if h is not None and h.frozen else "pi"
        if h is not None and (policy or h.key in m.facts.behaviours):
            key = policy_name(h) if policy else h.key
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
            value = m.value(state, env) if state is not None and sort == "action" else written_condition(m, variable, body, env)
            given = [value] if isinstance(value, Index) else [conditioning(m, sort, env)]
        if any(not isinstance(g, Index) for g in given):
            raise Unknown("a policy given a number")
        if given[0].sort == "state" and sort in ("action", "y"):
            if given[0].k == TERMINAL:
                yield 1, env.bind(variable, Index("action", -1))
                return
            probabilities = act_of(m, policy_name(h), h.params, differentiated_in(m, h))(given[0].k)
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


def written_condition(m: Interpreter, variable: Sym, body: Term, env: Env) -> object:
    """The one condition that policies of this variable have in the body: the q of E_{o∼π}[log π(o|q)]."""
    conditions = {
        x.given
        for x in body.walk()
        if isinstance(x, App) and isinstance(x.head, Sym) and head_of(x.head).base in POLICIES and x.args == (variable,)
    }
    only = next(iter(conditions)) if len(conditions) == 1 else ()
    return m.value(only[0], env) if len(only) == 1 and only[0] != variable else None


def conditioning(m: Interpreter, sort: str, env: Env) -> Index:
    """What an unwritten condition of a policy is: the state at hand, or the prompt."""
    if sort == "action":
        return current_state(m, env)
    for term, value in env.vars.items():
        if isinstance(value, Index) and value.sort == "x" and isinstance(term, Sym):
            return value
    return m.value(Sym("x"), env)
