"""Expectations over the decision process: whole episodes, or one transition, under the sampling policy.

A body in a free time t, not conditioned on s_t, means one fixed t; the assumptions ``visitation`` (Σ_t γᵗ) and
``sum-over-t`` (Σ_t) give it the other readings of the literature.
"""

from __future__ import annotations

from typing import Any

from derive.models.core import Env, Interpreter, Unknown
from derive.models.elements import current_state, sort_of
from derive.models.free_letters import Weighted, free_time, unbound_symbols
from derive.models.heads import POLICIES, head_of
from derive.models.mdp import act_of, returns, reward_at, state_estimate, td_error, visited
from derive.models.world import TERMINAL, Index
from derive.terms import Rel, Sym, Term
from derive.values.arith import Redraw


def process_samples(m: Interpreter, body: Term, given: tuple[Term, ...], env: Env, sampler: str) -> Weighted:
    """Episodes under the sampling policy, from the given state and action, or from the start."""
    w = m.world
    act = act_of(m, sampler)
    inner = Env(env.vars, env.path, sampler, env.depth)
    state, action, at = condition_of(m, given, env)
    time = free_time(m, body, env)
    if state is not None:
        if at is None:
            at = m.integer(time, env) if time is not None else w.setting.first
        if m.facts.ends and state < at - w.setting.first:
            raise Redraw  # no state is left as early as that: from here the episode would go on beyond the last step
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
            yield p, inner.on(path).bind_all({} if Sym("G") in inner.vars else {Sym("G"): _return(m, path, path.start)})
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
                yield w.mul(p, weight), here(path, path.start + step_t)
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
            step = m.integer(index[0], env)
            if at is not None and step != at:
                raise Unknown("an expectation given a state and an action of different times")
            at = step
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
