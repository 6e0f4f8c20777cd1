r"""Probabilities of events and indicators: ``P(S_t = s)``, ``P(X = x | Y = y)``, ``P(A \cap B)``, ``\mathbb{1}[x > y]``.

Math:
    P(E | F) = Σ_{outcomes in E and F} p / Σ_{outcomes in F} p,   1[c] = 1 where c holds, else 0
over episodes where the event speaks of the process, over the joint of the capital letters where it speaks of random
variables, over the joint table of a probability letter where it is built of events (∩, ∪, complement).
"""

from __future__ import annotations

from itertools import product
from typing import Any

from derive.models.core import Env, Interpreter, Unknown, truth
from derive.models.episodic import condition_of
from derive.models.free_letters import in_process
from derive.models.heads import CONNECTIVES, INDICATORS, POLICIES, complement, event_letters, head_of, policy_key
from derive.models.joint import joint_samples
from derive.models.mdp import act_of
from derive.models.world import Index
from derive.terms import App, Op, Paren, Rel, Seq, Sym, Term

PROBABILITIES = frozenset({"P", "p", "Pr", "mathbb:P", "mathcal:P", "Q", "q"})


def condition(t: Term) -> Term | None:
    """The condition inside brackets, if that is what they hold."""
    while isinstance(t, Paren):
        t = t.body
    if isinstance(t, Rel) or isinstance(t, Op) and t.op in CONNECTIVES:
        return t
    return t if isinstance(t, Seq) and t.items and all(isinstance(x, Rel) for x in t.items) else None


def indicator(m: Interpreter, t: Term, env: Env) -> Any:
    """1[…], 1_{…}: 0 or 1; None for anything else."""
    if isinstance(t, App) and isinstance(t.head, Sym) and t.head.name in INDICATORS and not t.given:
        conditions = [condition(a) for a in t.args]
    elif isinstance(t, Sym) and t.name in INDICATORS and t.subs and not t.sups:
        conditions = [condition(i) for i in t.subs]
    else:
        return None
    if not conditions or any(c is None for c in conditions):
        return None
    return int(all(truth(m, c, env) for c in conditions if c is not None))


def event_probability(m: Interpreter, t: App, env: Env) -> Any:
    """P of an event; None where the arguments name outcomes rather than events."""
    if not isinstance(t.head, Sym) or t.head.name not in PROBABILITIES:
        return None
    sides = (*t.args, *t.given)
    if any(isinstance(x, Rel) for x in sides):
        if any(in_process(m, x.lhs) for x in sides if isinstance(x, Rel)):
            return process_event(m, t, env)
        return variable_event(m, t, env)
    signature = m.facts.events.get(head_of(t.head).key)
    letters = [n for x in sides for n in event_letters(x)]
    if signature is not None and sides and all(n in signature and Sym(n) not in env.vars for n in letters):
        return set_event(m, t, signature)
    return None


# --- the process ---------------------------------------------------------------------------------


def process_event(m: Interpreter, t: App, env: Env) -> Any:
    """P(S_t = s | …): over the episodes of the policy, from the state that is given or from the start."""
    w = m.world
    named = [g for g in t.given if isinstance(g, Sym) and g.name in POLICIES]
    given = tuple(g for g in t.given if g not in named)
    own = head_of(t.head).policy if isinstance(t.head, Sym) else None
    sampler = policy_key(named[0]) if named else policy_key(own) if own is not None else env.sampler or "pi"
    states = [g for g in given if head_of(g.lhs if isinstance(g, Rel) else g).base in ("s", "S")]
    act = act_of(m, sampler)
    top: Any = 0
    bottom: Any = 0
    if len(states) == 1:
        state, action, at = condition_of(m, given, env)
        if state is None or at is None and any(head_of(x.lhs).indices for x in t.args if isinstance(x, Rel)):
            raise Unknown("the probability of this event")
        conditions: tuple[Term, ...] = ()
        paths = w.paths(act, {state: 1}, action, at)
    else:
        conditions = given
        paths = w.paths(act, w.start())
    if any(not isinstance(c, Rel) for c in conditions) or any(not isinstance(x, Rel) for x in t.args):
        raise Unknown("the probability of this event")
    for p, path in paths:
        here = env.on(path)
        if all(truth(m, c, here) for c in conditions):
            bottom = w.add(bottom, p)
            if all(truth(m, x, here) for x in t.args):
                top = w.add(top, p)
    return w.div(top, bottom) if conditions else top


# --- random variables ----------------------------------------------------------------------------


def variable_event(m: Interpreter, t: App, env: Env) -> Any:
    """P(X = x, Y > y | Z = z): over the joint distribution of the capital letters."""
    w = m.world
    relations = [x for x in (*t.args, *t.given) if isinstance(x, Rel)]
    if len(relations) != len(t.args) + len(t.given):
        raise Unknown("the probability of this event")
    spoken = {x.name for r in relations for x in r.walk() if isinstance(x, Sym) and random_variable(x)}
    names = sorted(spoken | set(m.facts.capitals) - {"time"})
    if not spoken:
        raise Unknown("an event of which nothing is random")
    top: Any = 0
    bottom: Any = 0
    for p, inner in joint_samples(m, names, [], (), env):
        if all(occurs(m, r, inner) for r in t.given if isinstance(r, Rel)):
            bottom = w.add(bottom, p)
            if all(occurs(m, r, inner) for r in t.args if isinstance(r, Rel)):
                top = w.add(top, p)
    return w.div(top, bottom) if t.given else top


def random_variable(x: Sym) -> bool:
    return len(x.name) == 1 and x.name.isupper() and not x.subs and not x.sups and not x.accents


def occurs(m: Interpreter, r: Rel, env: Env) -> bool:
    """Whether an event holds at an outcome; X = x compares outcomes, an order compares their numbers."""
    mark = env.vars.get(Sym("text:·" + r.lhs.name)) if isinstance(r.lhs, Sym) else None
    if r.op in ("=", r"\ne", r"\neq") and mark is not None:
        value = m.value(r.rhs, env)
        if not isinstance(value, Index):
            raise Unknown("a random variable at a number")
        return bool(value.k == mark) == (r.op == "=")
    return truth(m, r, env)


# --- events as sets ------------------------------------------------------------------------------


def set_event(m: Interpreter, t: App, signature: tuple[str, ...]) -> Any:
    """P(A ∪ B | C): the cells of the joint table in which the event occurs."""
    w = m.world
    assert isinstance(t.head, Sym)
    w.hold(2 ** len(signature) * (1 + len(signature)))
    cells = list(product((True, False), repeat=len(signature)))
    masses = w.simplex(("events", head_of(t.head).key, signature), len(cells), frozenset())
    top: Any = 0
    bottom: Any = 0
    for p, cell in zip(masses, cells, strict=True):
        true = dict(zip(signature, cell, strict=True))
        if all(within(g, true) for g in t.given):
            bottom = w.add(bottom, p)
            if all(within(a, true) for a in t.args):
                top = w.add(top, p)
    return w.div(top, bottom) if t.given else top


def within(t: Term, true: dict[str, bool]) -> bool:
    """Whether an event occurs where its letters do or do not."""
    if isinstance(t, Paren):
        return within(t.body, true)
    if isinstance(t, Op) and t.op in (r"\cap", r"\land", r"\wedge"):
        return all(within(a, true) for a in t.args)
    if isinstance(t, Op) and t.op in (r"\cup", r"\lor", r"\vee"):
        return any(within(a, true) for a in t.args)
    if isinstance(t, Op) and t.op == r"\setminus" and len(t.args) == 2:
        return within(t.args[0], true) and not within(t.args[1], true)
    other = complement(t)
    if other is not None:
        return not true[other.name]
    if isinstance(t, Sym) and t.name in true:
        return true[t.name]
    raise Unknown("an event of this form")
